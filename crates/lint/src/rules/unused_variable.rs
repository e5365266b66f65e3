use callform_spec::diagnostic::{Diagnostic, Severity};

use super::{Check, rule};
use crate::inspect::AgentView;

rule! {
    /// ## What it does
    ///
    /// Finds variables that are declared and that no template uses.
    ///
    /// ## Why it is bad
    ///
    /// Prompt, welcome message, reminder or description may have lost the place where the variable belongs, and then
    /// callees hear words that lack something. If not, every row has to bring a value that nobody hears.
    code: "CF006",
    name: "unused-variable",
    level: Severity::Warning,
    bad: &[("agents/checkup.yaml", "\
variables:
  callee_name:
    description: First name
welcome: Hi, this is an automated call.
")],
    good: &[("agents/checkup.yaml", "\
variables:
  callee_name:
    description: First name
welcome: Hi {{ callee_name }}, this is an automated call.
")],
    check: Check::Agent(check),
}

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    let agent = view.agent;
    for variable in &agent.variables {
        let name = variable.name.as_str();
        if agent.templates.all().flat_map(|t| t.template.uses()).any(|used| used.name == name) {
            continue;
        }
        let place = view.key(&["variables", name]);
        found.push(
            RULE.finding(format!("`{name}` is declared and never used"), place, "no template uses it")
                .help(format!("write `{{{{ {name} }}}}` where it belongs, or remove it")),
        );
    }
}
