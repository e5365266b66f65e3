use callform_spec::diagnostic::{Diagnostic, Severity};

use super::{Check, rule};
use crate::inspect::{AgentView, Function, Group, functions, mentions};

rule! {
    /// ## What it does
    ///
    /// Finds functions that the prompt asks for and that are not enabled: `call_end`, `transfer_to_human`, and the
    /// items of `functions`.
    ///
    /// ## Why it is bad
    ///
    /// The model is told to end the call, or to hand it over, and has no means to: it says goodbye and stays on the
    /// line until the silence time-out, or promises a person who never comes.
    code: "CF002",
    name: "function-not-enabled",
    level: Severity::Warning,
    bad: &[
        ("agents/checkup.yaml", "\
functions:
  endCall: false
  transferToHuman:
    - name: transfer_to_human
      description: The callee asks for a person
      skillGroupId: 1234
"),
        ("agents/prompts/checkup.md", "\
- Wrong person: apologise, then call call_end.
- Asks for a person: call transfer_to_human.
"),
    ],
    good: &[
        ("agents/checkup.yaml", "\
functions:
  endCall: true
  transferToHuman:
    - name: transfer_to_human
      description: The callee asks for a person
      skillGroupId: 1234
"),
        ("agents/prompts/checkup.md", "\
- Wrong person: apologise, then call call_end.
- Asks for a person: call transfer_to_human.
"),
    ],
    check: Check::Agent(check),
}

/// The name that the provider's documentation gives to handing over to a person.
const TRANSFER: &str = "transfer_to_human";

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    let Some(prompt) = view.agent.templates.prompt.as_ref().filter(|_| !view.is_dify()) else { return };
    let known = functions(&view.agent.spec);
    for function in known.iter().filter(|f| !f.enabled) {
        // Once for each function: where it is asked for first.
        if let Some(range) = mentions(prompt, function.name).into_iter().next() {
            let label = format!("`{}` is not enabled", function.name);
            let finding = RULE.finding(MESSAGE, prompt.place(range), label);
            found.push(explained(finding, view, function));
        }
    }
    if !known.iter().any(|f| f.name == TRANSFER)
        && let Some(range) = mentions(prompt, TRANSFER).into_iter().next()
    {
        let human: Vec<_> = known.iter().filter(|f| f.group == Group::Human).map(|f| f.name).collect();
        let finding =
            RULE.finding(MESSAGE, prompt.place(range), "no item of `functions.transferToHuman` has this name");
        found.push(finding.help(if human.is_empty() {
            format!("declare it under `functions.transferToHuman`, with `name: {TRANSFER}`")
        } else {
            format!("write the one that is meant (`{}`), or declare this one too", human.join("`, `"))
        }));
    }
}

const MESSAGE: &str = "the prompt asks for a function that is not enabled";

fn explained(finding: Diagnostic, view: &AgentView<'_>, function: &Function<'_>) -> Diagnostic {
    let field = function.group.field();
    let finding = match &function.path {
        Some(_) => {
            let switch = ["functions", field, "enabled"];
            let place = if function.group == Group::EndCall { view.place(&switch) } else { view.key(&switch) };
            finding.related(place, "switched off here")
        }
        None => finding,
    };
    match function.group {
        Group::EndCall => finding.help("write `functions.endCall: true`, or do not ask for it"),
        Group::Human | Group::Agent => {
            finding.help(format!("remove `enabled: false` of `functions.{field}`, or do not ask for it"))
        }
    }
}
