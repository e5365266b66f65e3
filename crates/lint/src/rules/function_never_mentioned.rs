use callform_spec::diagnostic::{Diagnostic, Severity};

use super::prompt_function_name::misnames;
use super::{Check, rule};
use crate::inspect::{AgentView, Group, functions, mentions};

rule! {
    /// ## What it does
    ///
    /// Finds functions that are enabled and that the prompt never speaks of.
    ///
    /// ## Why it is bad
    ///
    /// When to hang up or to hand over is then left to the function's description, or to the platform's own words for
    /// `call_end`, and the model weighs them against a prompt that says nothing about it. Calls end too early, or
    /// never.
    ///
    /// A prompt that speaks of `end_call`, `hang_up` or `transfer_call` means a function and has its name wrong: that is CF001.
    code: "CF003",
    name: "function-never-mentioned",
    level: Severity::Warning,
    bad: &[("agents/prompts/checkup.md", "\
- Wrong person: apologise and say goodbye.
- Asks for a person: call transfer_to_human.
")],
    good: &[("agents/prompts/checkup.md", "\
- Wrong person: apologise, say goodbye and call call_end.
- Asks for a person: call transfer_to_human.
")],
    check: Check::Agent(check),
}

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    let Some(prompt) = view.agent.templates.prompt.as_ref().filter(|_| !view.is_dify()) else { return };
    for function in functions(&view.agent.spec).iter().filter(|f| f.enabled) {
        if !mentions(prompt, function.name).is_empty() || misnames(prompt, function.group) {
            continue;
        }
        let place = match (function.group, &function.path) {
            (Group::EndCall, _) | (_, None) => view.key(&["functions", "endCall"]),
            (_, Some(path)) => view.place_of(path),
        };
        let message = format!("the prompt never says when to call `{}`", function.name);
        found.push(
            RULE.finding(message, place, "enabled, and never spoken of")
                .help(format!("say in the prompt when to call `{}`, or do not enable it", function.name)),
        );
    }
}
