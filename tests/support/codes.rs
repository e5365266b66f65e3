//! Which errors a JSON Schema can find, and which it can't and why: what the corpus and the fuzz run go by when they ask
//! whether the schema and our own validator agree.

use callform_spec::diagnostic::Diagnostic;

/// Errors that a JSON Schema finds whenever we do.
const ONLY_OF_THE_SCHEMA: [&str; 9] = ["E0008", "E0101", "E0102", "E0103", "E0105", "E0107", "E0110", "E0111", "E0112"];

/// Errors that a JSON Schema finds, unless their label is one of [`BEYOND_THE_SCHEMA`].
const ALSO_OF_THE_SCHEMA: [&str; 5] = ["E0009", "E0104", "E0106", "E0108", "E0109"];

/// What carries a code of the schema and can't be said by one: code, a part of the label, and why.
const BEYOND_THE_SCHEMA: [(&str, &str, &str); 12] = [
    ("E0009", "needs quotes", "which column of a row is the number is said elsewhere in the document"),
    ("E0104", "a row holds single values", "a column that no variable reads may hold anything for an importing tool"),
    ("E0104", "a list, a map, or nothing", "the type of a campaign's value is that of the agent's variable"),
    ("E0106", "at most ten years", "a pattern can't add up numbers"),
    ("E0106", "no such time", "a pattern knows no calendar"),
    ("E0106", "no such day", "a pattern knows no calendar"),
    ("E0106", "not one ASCII character", "a length counts characters, not bytes"),
    ("E0108", "s", "a pattern can't compare durations: its bounds carry units"),
    ("E0108", "m", "a pattern can't compare durations: its bounds carry units"),
    ("E0108", "h", "a pattern can't compare durations: its bounds carry units"),
    ("E0109", "looks like a key", "text may say anything; only its shape shows that it is a key"),
    ("E0109", "a secret in a URL", "a URL with a name in it is a URL"),
];

/// Whether a schema can be the one that found it.
pub(crate) fn may_be_of_the_schema(code: &str) -> bool {
    ONLY_OF_THE_SCHEMA.contains(&code) || ALSO_OF_THE_SCHEMA.contains(&code)
}

/// Whether a schema must find it too.
pub(crate) fn only_of_the_schema(found: &Diagnostic) -> bool {
    let (code, label) = (found.code.0, found.primary.as_ref().map_or("", |l| l.text.as_str()));
    let ends = |part: &str| if part.len() == 1 { bound_ends(label, part) } else { label.contains(part) };
    ONLY_OF_THE_SCHEMA.contains(&code)
        || (ALSO_OF_THE_SCHEMA.contains(&code)
            && !BEYOND_THE_SCHEMA.iter().any(|(c, part, _)| *c == code && ends(part)))
}

/// Whether a label ends with a number that has this unit.
fn bound_ends(label: &str, unit: &str) -> bool {
    label == "not whole seconds"
        || label.strip_suffix(unit).is_some_and(|rest| rest.ends_with(|c: char| c.is_ascii_digit()))
}

/// What no document may ever lead to: the types and the schema that is made from them differ.
pub(crate) fn is_a_bug(found: &Diagnostic) -> bool {
    found.code.0 == "E0100" || found.primary.as_ref().is_some_and(|l| l.text == "in this document")
}
