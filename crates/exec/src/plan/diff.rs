//! What changed in an agent since its calls last went out, as people read it: prompts by lines, the rest by fields.

use std::collections::BTreeMap;

use serde_json::Value;
use similar::{ChangeTag, TextDiff};

/// Unchanged lines around a change.
const CONTEXT: usize = 2;

/// An agent, compared with the version that was last applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentChange {
    /// Its name.
    pub name: String,
    /// What happened to it.
    pub kind: ChangeKind,
    /// Longer texts that changed, the prompt first.
    pub texts: Vec<TextChange>,
    /// All other fields that changed, by path.
    pub fields: Vec<FieldChange>,
    /// How many calls that are not placed yet this touches.
    pub touches: u64,
}

/// What happened to an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// It was never applied here.
    New,
    /// It differs from what was applied.
    Changed,
    /// It is what was applied.
    Unchanged,
}

/// A text that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextChange {
    /// The field: `prompt`.
    pub field: String,
    /// Lines that came.
    pub added: usize,
    /// Lines that went.
    pub removed: usize,
    /// The changed lines and some around them. A gap in the line numbers is a gap in the text.
    pub lines: Vec<DiffLine>,
}

/// A line of a text that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffLine {
    /// Whether it came, went or stayed.
    pub tag: LineTag,
    /// Its number before, from 1.
    pub old: Option<usize>,
    /// Its number now, from 1.
    pub new: Option<usize>,
    /// The line, without its break.
    pub text: String,
}

/// Whether a line came, went or stayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineTag {
    /// `+`
    Added,
    /// `-`
    Removed,
    /// ` `
    Kept,
}

/// A field that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Its path: `llm.openai.model`, `languages[1]`.
    pub field: String,
    /// Before, as JSON; secrets are references. `None` if it is new.
    pub old: Option<String>,
    /// Now. `None` if it is gone.
    pub new: Option<String>,
}

/// Compares two effective documents.
pub fn compare(name: &str, before: Option<&Value>, now: &Value, touches: u64) -> AgentChange {
    let mut change =
        AgentChange { name: name.to_owned(), kind: ChangeKind::New, texts: vec![], fields: vec![], touches };
    let Some(before) = before else { return change };
    let (old, new) = (leaves(before), leaves(now));
    let fields: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for field in fields {
        match (old.get(field), new.get(field)) {
            (a, b) if a == b => {}
            (Some(Value::String(a)), Some(Value::String(b))) if is_text(a) || is_text(b) => {
                change.texts.push(compare_texts(field, a, b));
            }
            (a, b) => change.fields.push(FieldChange {
                field: field.clone(),
                old: a.map(ToString::to_string),
                new: b.map(ToString::to_string),
            }),
        }
    }
    change.texts.sort_by_key(|text| text.field != "prompt");
    let same = change.texts.is_empty() && change.fields.is_empty();
    change.kind = if same { ChangeKind::Unchanged } else { ChangeKind::Changed };
    change
}

/// Compares two texts line by line.
pub fn compare_texts(field: &str, before: &str, now: &str) -> TextChange {
    let diff = TextDiff::from_lines(before, now);
    let mut change = TextChange { field: field.to_owned(), added: 0, removed: 0, lines: vec![] };
    for op in diff.grouped_ops(CONTEXT).iter().flatten() {
        for line in diff.iter_changes(op) {
            let tag = match line.tag() {
                ChangeTag::Insert => LineTag::Added,
                ChangeTag::Delete => LineTag::Removed,
                ChangeTag::Equal => LineTag::Kept,
            };
            change.added += usize::from(tag == LineTag::Added);
            change.removed += usize::from(tag == LineTag::Removed);
            change.lines.push(DiffLine {
                tag,
                old: line.old_index().map(|n| n + 1),
                new: line.new_index().map(|n| n + 1),
                text: line.value().trim_end_matches(['\n', '\r']).to_owned(),
            });
        }
    }
    change
}

fn is_text(text: &str) -> bool {
    text.contains('\n') || text.chars().count() > 60
}

/// Every scalar by its path; empty maps and lists count as scalars.
fn leaves(value: &Value) -> BTreeMap<String, &Value> {
    let mut found = BTreeMap::new();
    collect(value, String::new(), &mut found);
    found
}

fn collect<'v>(value: &'v Value, path: String, found: &mut BTreeMap<String, &'v Value>) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (name, member) in members {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                collect(member, path, found);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (n, item) in items.iter().enumerate() {
                collect(item, format!("{path}[{n}]"), found);
            }
        }
        _ => {
            found.insert(path, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_prompt_changes_by_lines_and_a_setting_by_its_path() {
        let before = json!({
            "prompt": "1. Greet.\n2. Ask.\n3. No time now: say goodbye.\n4. End.",
            "llm": {"openai": {"model": "gpt-4o-mini", "apiKey": "${env:OPENAI_API_KEY}"}},
            "languages": ["en"],
        });
        let now = json!({
            "prompt": "1. Greet.\n2. Ask.\n3. No time now: offer another day,\n   then say goodbye.\n4. End.",
            "llm": {"openai": {"model": "gpt-4o", "apiKey": "${env:OPENAI_API_KEY}"}},
            "languages": ["en", "es"],
        });
        let change = compare("checkup", Some(&before), &now, 312);
        insta::assert_debug_snapshot!(change);
    }

    #[test]
    fn what_is_equal_is_unchanged_and_what_was_never_applied_is_new() {
        let document = json!({"prompt": "Hi", "vad": {}});
        assert_eq!(compare("a", Some(&document), &document, 0).kind, ChangeKind::Unchanged);
        assert_eq!(compare("a", None, &document, 0).kind, ChangeKind::New);
    }
}
