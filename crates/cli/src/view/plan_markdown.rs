//! A plan as a comment of a pull request.

use std::fmt::Write;

use callform_exec::plan::{ChangeKind, History, LineTag, Plan};

use super::plan::{KINDS, detail, totals};
use super::{count, kind_words, number};

/// A comment of a pull request takes 65,536 characters; a diff that is longer than this is cut.
const MAX_DIFF: usize = 30_000;

/// The plan as Markdown.
pub(crate) fn markdown(plan: &Plan) -> String {
    let mut out = format!("### callform plan: {} / {} on {}\n\n", plan.project, plan.environment, plan.account);
    let _ = writeln!(out, "**{}**\n", totals(plan).replace("  ", " "));
    if plan.history == History::Unknown {
        let _ = writeln!(out, "> Made without a ledger: upper bound, history unknown.\n");
    }
    for refusal in &plan.refusals {
        let _ = writeln!(out, "> **This plan can't be applied:** {refusal}. {}\n", refusal.advice().join(" "));
    }
    if !plan.new_secret_hosts.is_empty() {
        let _ = writeln!(out, "**Secrets that travel to a host for the first time**\n");
        for new in &plan.new_secret_hosts {
            let _ = writeln!(out, "- `{}` to `{}` ({})", new.secret, new.host, new.field);
        }
        out.push('\n');
    }
    for campaign in &plan.campaigns {
        let _ = writeln!(
            out,
            "#### {} · agent {}\n\n| | calls | |\n|---|---:|---|",
            cell(&campaign.name),
            cell(&campaign.agent)
        );
        for kind in KINDS {
            let n = campaign.count(kind);
            if n > 0 {
                let (sign, words) = kind_words(kind);
                let _ = writeln!(out, "| {sign} | {} | {words}{} |", number(n), cell(&detail(campaign, kind)));
            }
        }
        if campaign.bad_rows > 0 {
            let _ = writeln!(out, "| ! | {} | bad rows |", number(campaign.bad_rows));
        }
        if campaign.phoned_before > 0 {
            let people = count(campaign.people, "person", "people");
            let _ =
                writeln!(out, "\n{} of {people} were phoned before by this account.", number(campaign.phoned_before));
        }
        out.push('\n');
    }
    agents(plan, &mut out);
    out
}

fn agents(plan: &Plan, out: &mut String) {
    for agent in plan.agents.iter().filter(|a| a.kind != ChangeKind::Unchanged) {
        let touches = count(agent.touches, "call", "calls");
        if agent.kind == ChangeKind::New {
            let _ = writeln!(out, "- agent `{}` was not applied before; touches {touches} not yet placed", agent.name);
            continue;
        }
        let mut diff = String::new();
        for text in &agent.texts {
            let _ = writeln!(diff, "@@ {} @@", text.field);
            for line in &text.lines {
                let sign = match line.tag {
                    LineTag::Added => '+',
                    LineTag::Removed => '-',
                    LineTag::Kept => ' ',
                };
                let _ = writeln!(diff, "{sign}{}", line.text);
            }
        }
        for field in &agent.fields {
            let _ = writeln!(diff, "@@ {} @@", field.field);
            for (sign, value) in [('-', &field.old), ('+', &field.new)] {
                if let Some(value) = value {
                    let _ = writeln!(diff, "{sign}{value}");
                }
            }
        }
        let mut diff = callform_lint::render::hide(&diff);
        if diff.len() > MAX_DIFF {
            let cut = (0..=MAX_DIFF).rev().find(|at| diff.is_char_boundary(*at)).unwrap_or(0);
            diff.truncate(cut);
            diff.push_str("\n... cut: `callform plan` shows all of it\n");
        }
        // A fence longer than any run of backticks inside.
        let longest = diff.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest.max(2) + 1);
        let _ = writeln!(
            out,
            "<details><summary>agent {} changed; touches {touches} not yet placed</summary>\n\n{fence}diff\n{diff}{fence}\n\n</details>",
            cell(&agent.name)
        );
    }
}

/// Text that can't leave its cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;").replace('\n', " ")
}
