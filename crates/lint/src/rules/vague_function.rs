use callform_spec::diagnostic::{Diagnostic, Severity};

use super::{Check, rule};
use crate::inspect::{AgentView, described, literal};

rule! {
    /// ## What it does
    ///
    /// Finds descriptions of enabled functions that are empty, that only repeat the function's name, or that are too
    /// short to say when to call it: fewer than three words, or fewer than four characters in scripts that are written
    /// without blanks.
    ///
    /// ## Why it is bad
    ///
    /// The description is what the model decides by. From a label it has to guess: it hands over callees who only
    /// asked a question, or keeps those who asked for a person.
    ///
    /// A description that writes a variable is not judged.
    code: "CF014",
    name: "vague-function",
    level: Severity::Warning,
    bad: &[("agents/checkup.yaml", "\
functions:
  endCall: true
  transferToHuman:
    - name: transfer_to_human
      description: Transfer to human
      skillGroupId: 1234
")],
    good: &[("agents/checkup.yaml", "\
functions:
  endCall: true
  transferToHuman:
    - name: transfer_to_human
      description: The callee asks for a person, or is upset
      skillGroupId: 1234
")],
    check: Check::Agent(check),
}

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    for (function, description) in described(view.agent) {
        let Some(placed) = description.filter(|d| function.enabled && d.template.uses().is_empty()) else { continue };
        let text = literal(placed.text());
        let (message, label) = if text.trim().is_empty() {
            (format!("the description of `{}` is empty", function.name), "says nothing")
        } else if letters(&text) == letters(function.name) {
            (format!("the description of `{}` repeats its name", function.name), "says what, not when")
        } else if is_label(&text) {
            (format!("the description of `{}` is too short to choose by", function.name), "says what, not when")
        } else {
            continue;
        };
        found.push(
            RULE.finding(message, placed.span, label)
                .help("say when the model should call it, as in: The callee asks for a person, or is upset"),
        );
    }
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn is_label(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphanumeric());
    // Chinese, Japanese and Thai have no blanks to count words by.
    if text.is_ascii() { text.split_whitespace().count() < 3 } else { letters.count() < 4 }
}
