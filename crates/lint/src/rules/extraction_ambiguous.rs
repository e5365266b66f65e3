use callform_spec::diagnostic::{Diagnostic, Severity};
use callform_spec::yaml::Segment;

use super::{Check, rule};
use crate::inspect::{AgentView, keys};

rule! {
    /// ## What it does
    ///
    /// Finds extractions whose names differ in case and separators only, selectors with a single choice, and choices
    /// that repeat.
    ///
    /// ## Why it is bad
    ///
    /// What is read out of a conversation ends in tables and programs. `will_attend` beside `willAttend` is one of them
    /// too many, and nobody knows which one is filled. A selector is made to choose: with one choice every conversation
    /// gives the same answer, whatever was said, and two equal choices are one.
    code: "CF044",
    name: "extraction-ambiguous",
    level: Severity::Warning,
    bad: &[("agents/checkup.yaml", "\
extract:
  - name: will_attend
    type: boolean
    description: Whether the callee will come
  - name: willAttend
    type: text
    description: What the callee said about coming
")],
    good: &[("agents/checkup.yaml", "\
extract:
  - name: will_attend
    type: boolean
    description: Whether the callee will come
  - name: remark
    type: text
    description: What the callee said about coming
")],
    check: Check::Agent(check),
}

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    let all = view.agent.spec.extract.as_deref().unwrap_or_default();
    let place =
        |i: usize, rest: &[Segment]| view.place_of(&[&keys(&["extract"])[..], &[Segment::Index(i)], rest].concat());
    let mut names: Vec<String> = Vec::new();
    for (i, extract) in all.iter().enumerate() {
        let name = plain(extract.name.as_deref().unwrap_or_default());
        if let Some(first) = names.iter().position(|n| *n == name) {
            found.push(
                RULE.finding("two extractions have nearly one name", place(i, &keys(&["name"])), "and here")
                    .related(place(first, &keys(&["name"])), "called so here")
                    .help("give them names that nobody mixes up, or remove one"),
            );
        }
        names.push(name);
        let Some(choices) = extract.choices.as_deref() else { continue };
        if choices.len() == 1 {
            found.push(
                RULE.finding("a selector with a single choice", place(i, &keys(&["choices"])), "nothing to choose")
                    .help("name the other choices, one for \"none of them\" included, or write `type: boolean`"),
            );
        }
        let at = |n: usize| place(i, &[keys(&["choices"]), vec![Segment::Index(n)]].concat());
        for (n, choice) in choices.iter().enumerate() {
            let same = |other: &String| other.trim().to_lowercase() == choice.trim().to_lowercase();
            if let Some(first) = choices[..n].iter().position(same) {
                found.push(
                    RULE.finding("a choice is named twice", at(n), "a second time")
                        .related(at(first), "named here")
                        .help("remove one of the two"),
                );
            }
        }
    }
}

/// A name without what is easily mixed up.
fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-' | ' ' | '.')).flat_map(char::to_lowercase).collect()
}
