//! What fixes would change, as a diff for people.

use similar::{ChangeTag, DiffOp, TextDiff};

use super::FixedFile;
use crate::render::one_line;

/// Lines around a change.
const CONTEXT: usize = 3;
const HIDDEN: &str = "  (not shown: these lines hold a phone number or a secret)";

/// A unified diff. Numbers and secrets are masked; a change of lines that hold one is named and not shown.
pub fn diff(file: &FixedFile) -> String {
    let path = one_line(&file.shown);
    let mut out = format!("--- a/{path}\n+++ b/{path}\n");
    let diff = TextDiff::from_lines(file.before.as_str(), file.after.as_str());
    let masked = (lines(&file.masked.0), lines(&file.masked.1));
    for group in diff.grouped_ops(CONTEXT) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        let range = |start: usize, end: usize| {
            // A range without lines names the line before it.
            let begin = if end > start { start + 1 } else { start };
            format!("{begin},{}", end - start)
        };
        out.push_str(&format!(
            "@@ -{} +{} @@\n",
            range(first.old_range().start, last.old_range().end),
            range(first.new_range().start, last.new_range().end)
        ));
        for op in &group {
            out.push_str(&one(&diff, op, &masked));
        }
    }
    out
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().collect()
}

fn one<'t>(diff: &TextDiff<'t, 't, str>, op: &DiffOp, masked: &(Vec<&str>, Vec<&str>)) -> String {
    let mut out = String::new();
    let mut hidden = false;
    for change in diff.iter_changes(op) {
        let raw = change.value().trim_end_matches(['\n', '\r']).trim_start_matches('\u{feff}');
        let (sign, shown) = match change.tag() {
            ChangeTag::Equal => (' ', change.old_index().and_then(|n| masked.0.get(n))),
            ChangeTag::Delete => ('-', change.old_index().and_then(|n| masked.0.get(n))),
            ChangeTag::Insert => ('+', change.new_index().and_then(|n| masked.1.get(n))),
        };
        let shown = shown.copied().unwrap_or_default().trim_start_matches('\u{feff}');
        hidden |= sign != ' ' && shown != raw;
        out.push_str(&format!("{sign}{}\n", one_line(shown)));
    }
    if hidden { format!("{HIDDEN}\n") } else { out }
}
