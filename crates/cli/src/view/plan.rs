//! A plan as people read it in a terminal.

use std::fmt::Write;

use callform_exec::plan::{AgentChange, Blocked, CampaignPlan, ChangeKind, History, Kind, LineTag, Plan, Sample};

use callform_spec::project::{Campaign, Clock, Project};

use super::{count, duration, kind_words, moment, number};
use crate::output::Styles;

/// In which order kinds are told: what will happen first.
pub(super) const KINDS: [Kind; 12] = [
    Kind::ToPlace,
    Kind::Deferred,
    Kind::ToRetry,
    Kind::Unknown,
    Kind::InFlight,
    Kind::Placed,
    Kind::PlacedEarlier,
    Kind::RefusedForGood,
    Kind::UsedUp,
    Kind::Blocked,
    Kind::HeldBack,
    Kind::NoLongerDeclared,
];

/// The plan, with a line break at its end. What to do next is the caller's to add.
pub(crate) fn human(plan: &Plan, project: &Project, styles: &Styles) -> String {
    let mut out = String::new();
    header(plan, styles, &mut out);
    if !plan.new_secret_hosts.is_empty() {
        let _ = writeln!(out, "\n{0}Secrets that travel to a host for the first time{0:#}", styles.warning);
        for new in &plan.new_secret_hosts {
            let _ = writeln!(out, "  ! {} -> {}   ({})", new.secret, new.host, new.field);
        }
    }
    let told: Vec<_> = plan.agents.iter().filter(|a| a.kind != ChangeKind::Unchanged).collect();
    if !told.is_empty() {
        let _ = writeln!(out, "\n{0}Agents{0:#}", styles.strong);
        told.into_iter().for_each(|agent| change(agent, styles, &mut out));
    }
    let _ = writeln!(out, "\n{0}Campaigns{0:#}", styles.strong);
    for campaign in &plan.campaigns {
        let window =
            project.campaigns.iter().find(|c| c.name == name_of(&campaign.name)).map(window).unwrap_or_default();
        self::campaign(campaign, &window, styles, &mut out);
    }
    if plan.campaigns.is_empty() {
        let _ = writeln!(out, "  none");
    }
    if plan.unknown_elsewhere > 0 {
        let n = count(plan.unknown_elsewhere, "attempt", "attempts");
        let _ = writeln!(
            out,
            "\n  {}?{:#} {n} of this account with a lost answer belong to no row of this plan.",
            styles.warning, styles.warning
        );
    }
    let _ = writeln!(out, "\n  {}", totals(plan));
    for refusal in &plan.refusals {
        let _ = writeln!(out, "\n{0}This plan can't be applied{0:#}: {refusal}.", styles.error);
        for line in refusal.advice() {
            let _ = writeln!(out, "  {line}");
        }
    }
    out
}

fn header(plan: &Plan, styles: &Styles, out: &mut String) {
    let account =
        plan.account.split_once(" / ").map_or_else(|| plan.account.clone(), |(site, id)| format!("{site} / {id}"));
    let _ = write!(out, "{0}Plan for {1} / {2}{0:#} on {account}", styles.strong, plan.project, plan.environment);
    let _ = match &plan.history {
        History::Known { lineage, position } => {
            writeln!(
                out,
                "   {0}ledger {1}, position {2}{0:#}",
                styles.faint,
                lineage.short(),
                number(position.number().unsigned_abs())
            )
        }
        History::Unknown => writeln!(out, "   {0}without a ledger: upper bound, history unknown{0:#}", styles.warning),
    };
}

fn change(agent: &AgentChange, styles: &Styles, out: &mut String) {
    let touches = match agent.touches {
        0 => "touches no call that is not placed yet".to_owned(),
        n => format!("touches {} not yet placed", count(n, "call", "calls")),
    };
    if agent.kind == ChangeKind::New {
        let _ = writeln!(out, "  {0}+{0:#} {1}    not applied before; {touches}", styles.good, agent.name);
        return;
    }
    let mut what: Vec<_> =
        agent.texts.iter().map(|t| format!("{} changed, +{} -{} lines", t.field, t.added, t.removed)).collect();
    if !agent.fields.is_empty() {
        what.push(count(agent.fields.len() as u64, "field changed", "fields changed"));
    }
    let _ = writeln!(out, "  {0}~{0:#} {1}    {2}; {touches}", styles.warning, agent.name, what.join(", "));
    for text in &agent.texts {
        let mut last = None;
        for line in &text.lines {
            let at = line.new.or(line.old).unwrap_or_default();
            if last.is_some_and(|last: usize| at > last + 1) {
                let _ = writeln!(out, "         {0}...{0:#}", styles.faint);
            }
            last = Some(at);
            let (sign, style) = match line.tag {
                LineTag::Added => ("+", styles.good),
                LineTag::Removed => ("-", styles.removed),
                LineTag::Kept => (" ", styles.faint),
            };
            let line = format!("    {at:>4} {sign} {}", shown(&line.text));
            let _ = writeln!(out, "{style}{}{style:#}", line.trim_end());
        }
    }
    for field in &agent.fields {
        let old = field.old.as_deref().map_or("(unset)".to_owned(), shown);
        let new = field.new.as_deref().map_or("(removed)".to_owned(), shown);
        let _ = writeln!(out, "         {0}: {1}{old}{1:#} -> {2}{new}{2:#}", field.field, styles.removed, styles.good);
    }
}

/// Text of a document, with numbers masked.
fn shown(text: &str) -> String {
    callform_lint::render::hide(text)
}

/// A campaign's name without its occurrence.
fn name_of(campaign: &str) -> &str {
    campaign.split('@').next().unwrap_or(campaign)
}

/// ` · window Mon-Fri 09:00-20:00 callee's time`
fn window(campaign: &Campaign) -> String {
    let open: Vec<_> = campaign.window.open().iter().map(ToString::to_string).collect();
    if open.is_empty() {
        return String::new();
    }
    let clock = match &campaign.clock {
        Clock::Callee => "callee's time".to_owned(),
        Clock::Zone(zone) => zone.iana_name().unwrap_or("UTC").to_owned(),
        Clock::Column(column) => format!("time of column {column}"),
    };
    format!(" · window {} {clock}", open.join(", "))
}

fn campaign(campaign: &CampaignPlan, window: &str, styles: &Styles, out: &mut String) {
    let _ = writeln!(out, "  {0}{1}{0:#} · agent {2}{window}", styles.strong, campaign.name, campaign.agent);
    for kind in KINDS {
        let n = campaign.count(kind);
        if n == 0 {
            continue;
        }
        let (sign, words) = kind_words(kind);
        let style = match kind {
            Kind::ToPlace | Kind::ToRetry => styles.good,
            Kind::Unknown | Kind::Blocked => styles.warning,
            Kind::NoLongerDeclared => styles.removed,
            _ => styles.faint,
        };
        let _ = write!(out, "    {style}{sign}{style:#} {:>7}  {words}", number(n));
        let _ = writeln!(out, "{}", detail(campaign, kind));
        if matches!(kind, Kind::ToPlace | Kind::ToRetry | Kind::Unknown | Kind::Blocked) {
            samples(campaign, kind, n, styles, out);
        }
    }
    if campaign.bad_rows > 0 {
        let _ = writeln!(
            out,
            "    {0}!{0:#} {1:>7}  bad rows: `callform validate` shows them",
            styles.error,
            number(campaign.bad_rows)
        );
    }
    if campaign.counts.is_empty() && campaign.bad_rows == 0 {
        let _ = writeln!(out, "      nobody");
    }
    if campaign.phoned_before > 0 {
        let _ = writeln!(
            out,
            "      {} of {} were phoned before by this account.",
            number(campaign.phoned_before),
            count(campaign.people, "person", "people")
        );
    }
}

/// What is said behind a kind's count.
pub(super) fn detail(campaign: &CampaignPlan, kind: Kind) -> String {
    match kind {
        Kind::Deferred => campaign.opening.as_ref().map_or_else(String::new, |opening| {
            let first = moment(opening.first, opening.zone.as_deref());
            if campaign.deferred_codes.is_empty() {
                return format!(": window opens {first}");
            }
            let codes: Vec<_> = campaign.deferred_codes.iter().map(|(code, n)| format!("{code} ({n})")).collect();
            format!(": the first from {first} on; refused for now: {}", codes.join(", "))
        }),
        Kind::ToRetry => {
            let codes: Vec<_> = campaign.retry_codes.iter().map(|(code, n)| format!("{code} ({n})")).collect();
            if codes.is_empty() { String::new() } else { format!(": {}", codes.join(", ")) }
        }
        Kind::Blocked | Kind::HeldBack => {
            let of_kind = |reason: &Blocked| reason.is_held_back() == (kind == Kind::HeldBack);
            let reasons: Vec<_> = campaign
                .blocked
                .iter()
                .filter(|b| of_kind(&b.reason))
                .map(|b| {
                    let latest = match (&b.reason, b.latest) {
                        (Blocked::PhonedBefore { .. }, Some(at)) => format!(", last {}", moment(at, None)),
                        _ => String::new(),
                    };
                    format!("{} ({}{latest})", b.reason, number(b.count))
                })
                .collect();
            if reasons.is_empty() { String::new() } else { format!(": {}", reasons.join(", ")) }
        }
        _ => String::new(),
    }
}

fn samples(campaign: &CampaignPlan, kind: Kind, n: u64, styles: &Styles, out: &mut String) {
    let shown: Vec<&Sample> = campaign.samples.iter().filter(|s| s.kind == kind).collect();
    let width = shown.iter().map(|s| s.key.chars().count()).max().unwrap_or_default();
    for sample in &shown {
        let reason = sample.reason.as_ref().map(|r| format!("  {r}")).unwrap_or_default();
        let since = match (kind, sample.at) {
            (Kind::Unknown, Some(at)) => format!("  since {}", moment(at, None)),
            _ => String::new(),
        };
        let line = format!("              {:<width$}  {}{reason}{since}", sample.key, sample.number);
        let _ = writeln!(out, "{0}{1}{0:#}", styles.faint, line.trim_end());
    }
    let more = n.saturating_sub(shown.len() as u64);
    if more > 0 && !shown.is_empty() {
        let _ = writeln!(out, "              {0}and {1} more{0:#}", styles.faint, number(more));
    }
}

/// The line that a tired person needs.
pub(super) fn totals(plan: &Plan) -> String {
    let deferred = plan.count(Kind::Deferred);
    let later = if deferred == 0 { String::new() } else { format!(", {} later", number(deferred)) };
    let bound = if plan.history == History::Unknown { " at most" } else { "" };
    let estimate = &plan.estimate;
    if estimate.calls == 0 && deferred == 0 {
        return "0 calls to place.".to_owned();
    }
    if estimate.calls == 0 {
        return format!("0 calls to place now{later}.");
    }
    format!(
        "To place{bound}: {}{later}, at most {}.  About {} at {}/s; about {} on {} (5 min a call).",
        count(estimate.calls, "call", "calls"),
        count(estimate.attempts_at_most, "attempt", "attempts"),
        duration(estimate.at_rate),
        estimate.per_second,
        duration(estimate.on_lines),
        count(u64::from(estimate.lines), "line", "lines"),
    )
}
