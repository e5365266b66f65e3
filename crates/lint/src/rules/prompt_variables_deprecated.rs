use callform_spec::diagnostic::{Diagnostic, Severity};

use super::{Check, rule};
use crate::inspect::AgentView;

rule! {
    /// ## What it does
    ///
    /// Finds `promptVariables`.
    ///
    /// ## Why it is bad
    ///
    /// `PromptVariables` is marked as disabled in the provider's own clients and has gone from its documentation; the
    /// words that it should fill in may be spoken as they are. callform fills in variables itself, before anything is
    /// sent, and checks every row.
    code: "CF004",
    name: "prompt-variables-deprecated",
    level: Severity::Warning,
    bad: &[("agents/checkup.yaml", "\
promptVariables:
  clinic: Retell Health
")],
    good: &[
        ("agents/checkup.yaml", "\
variables:
  clinic:
    default: Retell Health
"),
        ("agents/prompts/checkup.md", "\
You call for {{ clinic }}.
When you are done, call call_end. Asks for a person: call transfer_to_human.
"),
    ],
    check: Check::Agent(check),
}

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    if view.agent.spec.prompt_variables.as_ref().is_some_and(|v| !v.is_empty()) {
        let place = view.key(&["promptVariables"]);
        found.push(
            RULE.finding("the provider has deprecated `PromptVariables`", place, "may no longer be filled in")
                .help("declare the variables under `variables`, and write `{{ name }}` in the prompt")
                .help("what the provider itself reads goes under `providerVariables`"),
        );
    }
}
