//! Output as a snapshot keeps it: whatever differs between two runs becomes a placeholder.

use super::{Captured, Project};

/// What differs, and what stands for it. The order matters: the longer one first.
const PLACEHOLDERS: [(&str, &str); 13] = [
    (r"had reached \d[\d,]*", "had reached [n]"),
    (r"\bevents( +)\d[\d,]*", "events$1[n]"),
    (r"\b\d[\d,]* events", "[n] events"),
    (r"http://127\.0\.0\.1:\d+", "[site]"),
    (r"\b[0-9a-f]{32}\b", "[session]"),
    (r"\b[0-9a-f]{4}…", "[lineage]"),
    (r"position \d[\d,]*\b", "position [n]"),
    (r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*Z", "[time]"),
    (r"\b\d{4}-\d\d-\d\d \d\d:\d\d UTC", "[time]"),
    (r"\bunknown@[^\s\x22,:;]+", "unknown@[host]"),
    (r"on \S+, process \d+", "on [host], process [pid]"),
    (r"since \d{4}-\S+", "since [time]"),
    (r"\[project\]/?", "[project]/"),
];

/// The whole output, with placeholders.
pub(crate) fn snapshot(captured: &Captured, project: &Project) -> String {
    let text = captured.to_string().replace(project.root().to_str().unwrap(), "[project]");
    PLACEHOLDERS.iter().fold(text, |text, (pattern, placeholder)| {
        regex::Regex::new(pattern).unwrap().replace_all(&text, *placeholder).into_owned()
    })
}
