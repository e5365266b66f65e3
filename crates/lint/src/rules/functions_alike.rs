use callform_spec::diagnostic::{Diagnostic, Severity};

use super::{Check, rule};
use crate::inspect::{AgentView, Function, described};

rule! {
    /// ## What it does
    ///
    /// Finds enabled functions that have the same name, or the same description.
    ///
    /// ## Why it is bad
    ///
    /// Name and description are all that the model has to choose by. Of two functions that are alike it takes one or
    /// the other from call to call, and callees land at the wrong desk.
    code: "CF013",
    name: "functions-alike",
    level: Severity::Warning,
    bad: &[
        ("agents/checkup.yaml", "\
functions:
  endCall: true
  transferToHuman:
    - name: transfer_to_nurse
      description: The callee asks for a person
      skillGroupId: 1234
    - name: transfer_to_billing
      description: The callee asks for a person.
      skillGroupId: 5678
"),
        ("agents/prompts/checkup.md", "\
- When you are done, call call_end.
- Pain: call transfer_to_nurse. An invoice: call transfer_to_billing.
"),
    ],
    good: &[
        ("agents/checkup.yaml", "\
functions:
  endCall: true
  transferToHuman:
    - name: transfer_to_nurse
      description: The callee is in pain, or asks about medicine
      skillGroupId: 1234
    - name: transfer_to_billing
      description: The callee asks about an invoice
      skillGroupId: 5678
"),
        ("agents/prompts/checkup.md", "\
- When you are done, call call_end.
- Pain: call transfer_to_nurse. An invoice: call transfer_to_billing.
"),
    ],
    check: Check::Agent(check),
}

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    let enabled: Vec<_> = described(view.agent).into_iter().filter(|(f, _)| f.enabled).collect();
    for (i, (function, description)) in enabled.iter().enumerate() {
        let before = &enabled[..i];
        if let Some((first, _)) = before.iter().find(|(f, _)| same(f.name, function.name)) {
            let message = format!("two functions are called `{}`", function.name);
            found.push(
                RULE.finding(message, place(view, function), "and here")
                    .related(place(view, first), "called so here")
                    .help("give each a name of its own, which says where it leads"),
            );
        } else if let Some(text) = description
            && let Some((first, said)) =
                before.iter().find_map(|(f, d)| Some((f, d.filter(|d| same(d.text(), text.text()))?)))
        {
            let message = format!("`{}` and `{}` have the same description", first.name, function.name);
            found.push(
                RULE.finding(message, text.span, "nothing that the other one does not say")
                    .related(said.span, format!("the description of `{}`", first.name))
                    .help("say in each when it is the right one"),
            );
        }
    }
}

fn place(view: &AgentView<'_>, function: &Function<'_>) -> callform_spec::source::Span {
    function.path.as_ref().map_or_else(|| view.name(), |path| view.place_of(path))
}

/// Whether two texts differ in case, blanks and punctuation only.
fn same(a: &str, b: &str) -> bool {
    let letters =
        |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let (a, b) = (letters(a), letters(b));
    !a.is_empty() && a == b
}
