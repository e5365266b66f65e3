use callform_spec::diagnostic::{Diagnostic, Severity};

use super::{Check, rule};
use crate::inspect::{AgentView, assigned, called};

rule! {
    /// ## What it does
    ///
    /// Finds `{% set name = ... %}` and `{% for name in ... %}` in templates where `name` is a declared variable.
    ///
    /// ## Why it is bad
    ///
    /// From there on `{{ name }}` is the template's own value, and what the row brings is not heard. Whoever reads the
    /// place further down, or the row in the table of callees, can't see it.
    ///
    /// A new value that is made from the variable itself (`{% set name = name | trim %}`) is not reported.
    code: "CF017",
    name: "shadowed-variable",
    level: Severity::Warning,
    bad: &[
        ("agents/checkup.yaml", "\
variables:
  clinic:
    default: Harbour Clinic
welcome: Hello, this is the automated assistant of {{ clinic }}.
"),
        ("agents/prompts/checkup.md", "\
{% set clinic = 'the clinic' -%}
- You speak for {{ clinic }}.
- When you are done, call call_end.
- Asks for a person: call transfer_to_human.
"),
    ],
    good: &[
        ("agents/checkup.yaml", "\
variables:
  clinic:
    default: Harbour Clinic
welcome: Hello, this is the automated assistant of {{ clinic }}.
"),
        ("agents/prompts/checkup.md", "\
- You speak for {{ clinic }}.
- When you are done, call call_end.
- Asks for a person: call transfer_to_human.
"),
    ],
    check: Check::Agent(check),
}

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    for placed in view.agent.templates.all() {
        for set in assigned(placed.text()) {
            let declared = view.agent.variables.iter().any(|v| v.name == set.name);
            let made_from_itself = placed.template.uses().iter().any(|used| {
                used.name == set.name && used.range.start >= set.statement.start && used.range.end <= set.statement.end
            });
            if !declared || made_from_itself {
                continue;
            }
            let message = format!("{} hides the variable `{}`", called(placed), set.name);
            found.push(
                RULE.finding(message, placed.place(set.range), "another value of this name")
                    .related(view.key(&["variables", set.name]), "declared here")
                    .help("choose another name for one of the two"),
            );
        }
    }
}
