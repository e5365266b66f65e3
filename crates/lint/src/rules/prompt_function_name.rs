use callform_spec::diagnostic::{Diagnostic, Fix, Severity};
use callform_spec::project::Placed;

use super::{Check, rule};
use crate::inspect::{AgentView, Function, Group, functions, mentions};

rule! {
    /// ## What it does
    ///
    /// Finds `end_call` and `transfer_call` in the prompt and in the descriptions of functions, and other names of
    /// the same kind: `endCall`, `hang_up`, `terminate_call`, `transferCall`.
    ///
    /// ## Why it is bad
    ///
    /// The platform offers the model a function `call_end`, and for every item of `functions.transferToHuman` a
    /// function of the item's name. Sample prompts in the provider's documentation speak of `end_call` and
    /// `transfer_call`, which do not exist: the model is told to call something that it does not have, and stays on the
    /// line or reads the name out.
    ///
    /// A name that an item of `functions` really has is not reported.
    code: "CF001",
    name: "prompt-function-name",
    level: Severity::Warning,
    bad: &[("agents/prompts/checkup.md", "\
- Wrong person: apologise, then call end_call.
- Asks for a person: call transfer_call.
")],
    good: &[("agents/prompts/checkup.md", "\
- Wrong person: apologise, then call call_end.
- Asks for a person: call transfer_to_human.
")],
    check: Check::Agent(check),
}

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    let known = functions(&view.agent.spec);
    let templates = &view.agent.templates;
    // Dify never sees the prompt.
    let prompt = templates.prompt.as_ref().filter(|_| !view.is_dify());
    let descriptions = templates.transfer_to_human.iter().chain(&templates.transfer_to_agent).flatten();
    for placed in prompt.into_iter().chain(&templates.end_call_description).chain(descriptions) {
        end_call(view, &known, placed, found);
        transfer_call(view, &known, placed, found);
    }
}

/// What a prompt calls `call_end` by mistake, and whether nothing else can be meant.
const END_CALL: [(&str, bool); 7] = [
    ("end_call", true),
    ("endCall", true),
    ("END_CALL", true),
    ("CALL_END", true),
    ("callEnd", true),
    ("hang_up", false),
    ("terminate_call", false),
];
/// What a prompt calls a transfer by mistake.
const TRANSFER_CALL: [&str; 3] = ["transfer_call", "transferCall", "TRANSFER_CALL"];
/// The same in words that are English too: only between backticks.
const QUOTED: [(&str, &str); 2] = [("`end-call`", "end-call"), ("`hang-up`", "hang-up")];

/// Whether a prompt speaks of a function of a group under a name that is reported here.
pub(super) fn misnames(placed: &Placed, group: Group) -> bool {
    let said = |name: &str| !mentions(placed, name).is_empty();
    match group {
        Group::EndCall => END_CALL.iter().any(|(name, _)| said(name)) || QUOTED.iter().any(|(quoted, _)| said(quoted)),
        Group::Human | Group::Agent => TRANSFER_CALL.iter().any(|name| said(name)),
    }
}

/// Whether a name is reported here.
pub(super) fn is_misnomer(name: &str) -> bool {
    END_CALL.iter().any(|(wrong, _)| *wrong == name) || TRANSFER_CALL.contains(&name)
}

fn end_call(view: &AgentView<'_>, known: &[Function<'_>], placed: &Placed, found: &mut Vec<Diagnostic>) {
    let enabled = known.iter().any(|f| f.group == Group::EndCall && f.enabled);
    let help =
        if enabled { "write `call_end`" } else { "write `call_end`, and enable it with `functions.endCall: true`" };
    let label = "the platform's function is `call_end`";
    for (wrong, safe) in END_CALL.into_iter().filter(|(wrong, _)| !known.iter().any(|f| f.name == *wrong)) {
        for range in mentions(placed, wrong) {
            let finding = finding(placed, range, label).help(help);
            found.push(with_fix(finding, view, wrong, "call_end", safe));
        }
    }
    for (quoted, wrong) in QUOTED {
        for range in mentions(placed, quoted) {
            let finding = finding(placed, range.start + 1..range.end - 1, label).help(help);
            found.push(with_fix(finding, view, wrong, "call_end", false));
        }
    }
}

fn transfer_call(view: &AgentView<'_>, known: &[Function<'_>], placed: &Placed, found: &mut Vec<Diagnostic>) {
    let items: Vec<_> = known.iter().filter(|f| f.group != Group::EndCall).map(|f| f.name).collect();
    for wrong in TRANSFER_CALL.into_iter().filter(|wrong| !known.iter().any(|f| f.name == *wrong)) {
        for range in mentions(placed, wrong) {
            let finding = match items.as_slice() {
                [] => finding(placed, range, "the platform has no such function")
                    .help("declare one under `functions.transferToHuman`, and write its name here"),
                // Whether this transfer was meant is for a person to say.
                [name] => {
                    let finding = finding(placed, range, format!("the function that is declared is `{name}`"))
                        .help(format!("write `{name}`"));
                    with_fix(finding, view, wrong, name, false)
                }
                names => finding(placed, range, "no function has this name")
                    .help(format!("write the one that is meant: `{}`", names.join("`, `"))),
            };
            found.push(finding);
        }
    }
}

fn finding(placed: &Placed, range: std::ops::Range<usize>, label: impl Into<String>) -> Diagnostic {
    let what = if placed.field == "prompt" { "the prompt".to_owned() } else { format!("`{}`", placed.field) };
    RULE.finding(format!("{what} names a function that the platform does not have"), placed.place(range), label)
}

/// A fix where the place is exactly the wrong name; inside some YAML scalars it is the whole value.
fn with_fix(finding: Diagnostic, view: &AgentView<'_>, wrong: &str, right: &str, safe: bool) -> Diagnostic {
    match &finding.primary {
        Some(label) if view.sources.slice(label.span) == wrong => {
            let edits = vec![(label.span, right.to_owned())];
            // Agents may share a prompt, and to another one the name may be right.
            let safe = safe && !view.project.agents.iter().any(|a| functions(&a.spec).iter().any(|f| f.name == wrong));
            finding.fix(Fix { title: format!("write `{right}`"), edits, safe })
        }
        _ => finding,
    }
}
