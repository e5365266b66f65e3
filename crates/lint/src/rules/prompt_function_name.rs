use std::ops::Range;

use callform_spec::diagnostic::{Diagnostic, Fix, Severity};
use callform_spec::project::Placed;

use super::{Check, rule};
use crate::inspect::{AgentView, Function, Group, functions, mentions, says_call};

rule! {
    /// ## What it does
    ///
    /// Finds `end_call` and `transfer_call` in the prompt and in the descriptions of functions, and other names of
    /// the same kind: `endCall`, `hang_up`, `terminate_call`, `transferCall`, and the keys `transferToHuman` and
    /// `transferToAgent` of the document, which the model never sees.
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
const END_CALL: [(&str, bool); 11] = [
    ("end_call", true),
    ("endCall", true),
    ("EndCall", true),
    ("endcall", false),
    ("END_CALL", true),
    ("CALL_END", true),
    ("callEnd", true),
    ("hang_up", false),
    ("hangUp", false),
    ("hangup()", false),
    ("terminate_call", false),
];
/// What a prompt calls a transfer by mistake, and which items can be meant, if not all.
const TRANSFER_CALL: [(&str, Option<Group>); 5] = [
    ("transfer_call", None),
    ("transferCall", None),
    ("TRANSFER_CALL", None),
    // Keys of the language, which the model never sees.
    ("transferToHuman", Some(Group::Human)),
    ("transferToAgent", Some(Group::Agent)),
];
/// What a prompt calls `call_end` in words that are English too: only between backticks, or where it is called.
const WORDS: [&str; 3] = ["end-call", "hang-up", "hangup"];

/// Whether a prompt speaks of a function of a group under a name that is reported here.
pub(super) fn misnames(placed: &Placed, group: Group) -> bool {
    let said = |name: &str| !mentions(placed, name).is_empty();
    match group {
        Group::EndCall => END_CALL.iter().any(|(name, _)| said(name)) || !called_words(placed).is_empty(),
        Group::Human | Group::Agent => {
            TRANSFER_CALL.iter().any(|(name, only)| only.is_none_or(|only| only == group) && said(name))
        }
    }
}

/// Whether a name is reported here.
pub(super) fn is_misnomer(name: &str) -> bool {
    END_CALL.iter().any(|(wrong, _)| wrong.trim_end_matches("()") == name)
        || TRANSFER_CALL.iter().any(|(wrong, _)| *wrong == name)
}

/// Places of [`WORDS`] that mean a function.
fn called_words(placed: &Placed) -> Vec<(&'static str, Range<usize>)> {
    let text = placed.text();
    let is_function = |range: &Range<usize>| {
        let (before, after) = (&text[..range.start], &text[range.end..]);
        before.ends_with('`') && after.starts_with('`') || says_call(before) && !after.starts_with(['-', '('])
    };
    let found = |word| mentions(placed, word).into_iter().filter(is_function).map(move |range| (word, range));
    WORDS.into_iter().flat_map(found).collect()
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
    for (wrong, range) in called_words(placed) {
        if !known.iter().any(|f| f.name == wrong) {
            let finding = finding(placed, range, label).help(help);
            found.push(with_fix(finding, view, wrong, "call_end", false));
        }
    }
}

fn transfer_call(view: &AgentView<'_>, known: &[Function<'_>], placed: &Placed, found: &mut Vec<Diagnostic>) {
    for (wrong, only) in TRANSFER_CALL.into_iter().filter(|(wrong, _)| !known.iter().any(|f| f.name == *wrong)) {
        let meant = |f: &&Function<'_>| only.map_or(f.group != Group::EndCall, |only| f.group == only);
        let items: Vec<_> = known.iter().filter(meant).map(|f| f.name).collect();
        for range in mentions(placed, wrong) {
            let finding = match items.as_slice() {
                [] => {
                    let field = only.unwrap_or(Group::Human).field();
                    finding(placed, range, "the platform has no such function")
                        .help(format!("declare one under `functions.{field}`, and write its name here"))
                }
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

fn finding(placed: &Placed, range: Range<usize>, label: impl Into<String>) -> Diagnostic {
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
