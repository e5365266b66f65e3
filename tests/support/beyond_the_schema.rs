//! What `validate` can say of a document, and a schema can't.

/// Rejected documents with an error that a schema can find, and that the schema accepts all the same: why it can't do
/// better.
pub(crate) const BEYOND_THE_SCHEMA: [(&str, &str); 21] = [
    ("constant-a-list", "the type of a campaign's value is that of the agent's variable"),
    ("day-in-overlay", "a pattern knows no calendar"),
    ("day-off-that-is-none", "a pattern knows no calendar"),
    ("day-that-is-none", "a pattern knows no calendar"),
    ("delay-in-fractions", "a pattern can't compare durations: their numbers carry units"),
    ("delimiter-not-ascii", "a length counts characters, not bytes"),
    ("duration-of-centuries", "a pattern can't add up numbers"),
    ("interruption-too-late", "a pattern can't compare durations"),
    ("moment-at-no-time", "a pattern knows no clock"),
    ("number-unquoted", "which column of a row is the number is said elsewhere in the document"),
    ("per-callee-too-often", "a pattern can't compare durations"),
    ("plain-secret-in-block", "text may say anything: only its shape shows that it is a key"),
    ("plain-secret-in-prompt", "text may say anything: only its shape shows that it is a key"),
    ("plain-secret-in-prompt-file", "a schema sees no other file"),
    ("plain-secret-in-url", "a URL with a name in it is a URL"),
    ("plain-secret-in-variables", "the name of a variable may be anything"),
    ("queue-too-long", "a pattern can't compare durations"),
    ("remind-too-soon", "a pattern can't compare durations"),
    ("ring-fraction", "a pattern can't compare durations"),
    ("row-cell-a-list", "a column that no variable reads may hold what another tool wants"),
    ("vad-too-long", "a pattern can't compare durations"),
];
