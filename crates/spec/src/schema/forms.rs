//! What a value's form promises and a schema can't say: that a day exists, that a duration is not longer than ten years.
//! And what a schema takes for a whole number (`3.0`, `1e3`) becomes one.

use serde_json::{Number, Value};

use super::message::dotted;
use crate::diagnostic::Diagnostic;
use crate::model::{DAY_PATTERN, DURATION_PATTERN, Duration, MOMENT_PATTERN, Moment};
use crate::yaml::{Node, Segment, Yaml};

/// The first number beyond an `i64`: 2^63, which is exact.
const BEYOND: f64 = 9_223_372_036_854_775_808.0;

/// Walks a document beside its schema. What is found wrong counts as absent from then on.
pub(super) fn check(schema: &Value, document: &mut Node) -> Vec<Diagnostic> {
    let mut walk = Walk { root: schema, path: Vec::new(), found: Vec::new(), values: Vec::new() };
    walk.node(schema, document);
    // Only what changes is copied: a document is shared by all who keep it.
    for (path, value) in walk.values {
        document.set(&path, value);
    }
    walk.found
}

struct Walk<'a> {
    root: &'a Value,
    path: Vec<Segment>,
    found: Vec<Diagnostic>,
    /// What becomes of values.
    values: Vec<(Vec<Segment>, Yaml)>,
}

impl<'a> Walk<'a> {
    fn node(&mut self, schema: &'a Value, node: &Node) {
        let schema = self.resolved(schema);
        for branch in schema.get("anyOf").and_then(Value::as_array).into_iter().flatten() {
            self.node(branch, node);
        }
        match &node.value {
            Yaml::Mapping(entries) => {
                let known = schema.get("properties");
                let other = schema.get("additionalProperties").filter(|s| s.is_object());
                if known.is_none() && other.is_none() {
                    return;
                }
                for entry in entries {
                    let Some(of_entry) = known.and_then(|k| k.get(&entry.key.text)).or(other) else { continue };
                    self.path.push(Segment::Key(entry.key.text.clone()));
                    self.node(of_entry, &entry.value);
                    self.path.pop();
                }
            }
            Yaml::Sequence(items) => {
                let Some(of_items) = schema.get("items").filter(|s| s.is_object()) else { return };
                for (i, item) in items.iter().enumerate() {
                    self.path.push(Segment::Index(i));
                    self.node(of_items, item);
                    self.path.pop();
                }
            }
            Yaml::Number(number) if schema.get("type").is_some_and(|t| t == "integer") => {
                self.values.extend(whole(number).map(|whole| (self.path.clone(), Yaml::Number(whole))));
            }
            Yaml::String(text) => {
                let pattern = schema.get("pattern").and_then(Value::as_str);
                if let Some((what, label)) = pattern.and_then(|pattern| broken_promise(pattern, text)) {
                    let message = format!("`{}` is {what}", dotted(&self.path));
                    self.found.push(Diagnostic::error("E0106", message, node.span, label));
                    self.values.push((self.path.clone(), Yaml::Invalid));
                }
            }
            Yaml::Null | Yaml::Bool(_) | Yaml::Number(_) | Yaml::Invalid => {}
        }
    }

    fn resolved(&self, schema: &'a Value) -> &'a Value {
        let pointer = schema.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix('#'));
        pointer.and_then(|pointer| self.root.pointer(pointer)).unwrap_or(schema)
    }
}

/// A whole number that was written as a fraction or with an exponent.
fn whole(number: &Number) -> Option<Number> {
    let value = number.as_f64().filter(|_| number.is_f64())?;
    // Where there is no fraction and the size is that of an `i64`, nothing is cut off.
    (value.fract() == 0.0 && value.abs() < BEYOND).then(|| Number::from(value as i64))
}

/// What a text of the right form is not, if it is not what the form promises.
fn broken_promise(pattern: &str, text: &str) -> Option<(&'static str, &'static str)> {
    match pattern {
        DURATION_PATTERN => Duration::parse(text).is_none().then_some(("longer than ten years", "at most ten years")),
        MOMENT_PATTERN => Moment::parse(text).is_err().then_some(("no day or instant that exists", "no such time")),
        DAY_PATTERN => text.parse::<jiff::civil::Date>().is_err().then_some(("no day that exists", "no such day")),
        _ => None,
    }
}
