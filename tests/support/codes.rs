//! Which errors a JSON Schema can find: what the corpus and the fuzz run go by when they ask whether the schema and our own
//! validator agree.

/// Errors that a JSON Schema finds whenever we do.
pub(crate) const ONLY_OF_THE_SCHEMA: [&str; 10] =
    ["E0008", "E0101", "E0102", "E0103", "E0105", "E0107", "E0110", "E0111", "E0112", "E0139"];

/// Errors that a JSON Schema finds, but not in every place: a duration's bounds and a day that does not exist have the
/// same codes as what a schema can say.
pub(crate) const ALSO_OF_THE_SCHEMA: [&str; 5] = ["E0009", "E0104", "E0106", "E0108", "E0109"];

/// Whether a schema can be the one that found it.
pub(crate) fn may_be_of_the_schema(code: &str) -> bool {
    ONLY_OF_THE_SCHEMA.contains(&code) || ALSO_OF_THE_SCHEMA.contains(&code)
}
