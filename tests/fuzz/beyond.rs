//! What carries a code of the schema and can't be said by one.

use callform_spec::diagnostic::Diagnostic;

use crate::codes::{ALSO_OF_THE_SCHEMA, ONLY_OF_THE_SCHEMA};

/// Code, a part of the label, and why no schema says it.
const BEYOND_THE_SCHEMA: [(&str, &str, &str); 9] = [
    ("E0009", "needs quotes", "which column of a row is the number is said elsewhere in the document"),
    ("E0104", "a row holds single values", "a column that no variable reads may hold what another tool wants"),
    ("E0104", "a list, a map, or nothing", "the type of a campaign's value is that of the agent's variable"),
    ("E0106", "at most ten years", "a pattern can't add up numbers"),
    ("E0106", "no such time", "a pattern knows no calendar"),
    ("E0106", "no such day", "a pattern knows no calendar"),
    ("E0106", "not one ASCII character", "a length counts characters, not bytes"),
    ("E0109", "looks like a key", "text may say anything; only its shape shows that it is a key"),
    ("E0109", "a secret in a URL", "a URL with a name in it is a URL"),
];

/// Whether a schema must find it too.
pub(crate) fn only_of_the_schema(found: &Diagnostic) -> bool {
    let (code, label) = (found.code.0, found.primary.as_ref().map_or("", |l| l.text.as_str()));
    let beyond = BEYOND_THE_SCHEMA.iter().any(|(c, part, _)| *c == code && label.contains(part));
    let also = ALSO_OF_THE_SCHEMA.contains(&code) && !beyond && !(code == "E0108" && of_a_duration(label));
    also || ONLY_OF_THE_SCHEMA.contains(&code)
}

/// Whether a label tells a duration's bounds, which a pattern can't compare: they carry units.
fn of_a_duration(label: &str) -> bool {
    let unit = |rest: &str| rest.ends_with(|c: char| c.is_ascii_digit());
    label == "not whole seconds" || label.strip_suffix(['s', 'm', 'h', 'd']).is_some_and(unit)
}

/// What no document may ever lead to: the types and the schema that is made from them differ.
pub(crate) fn is_a_bug(found: &Diagnostic) -> bool {
    found.code.0 == "E0100" || found.primary.as_ref().is_some_and(|l| l.text == "in this document")
}
