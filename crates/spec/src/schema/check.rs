//! Checking a document against the schema.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use super::forms;
use super::generate::for_kind;
use super::message::{self, Finding};
use crate::diagnostic::Diagnostic;
use crate::model::Kind;
use crate::source::Span;
use crate::yaml::{Node, Segment, Window, Yaml, pointer_segments};

/// A document after the check.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What the schema finds wrong with it.
    pub diagnostics: Vec<Diagnostic>,
    /// Values of the right form that are none all the same, which a schema can't say: the 30th of February.
    pub beyond: Vec<Diagnostic>,
    /// Places that hold a secret in plain text: never to be shown.
    pub secrets: Vec<Span>,
    /// The document without the values that were found wrong; it decodes.
    pub root: Node,
}

impl Checked {
    /// A document that needs no check.
    pub(crate) fn of(root: Node) -> Self {
        Self { diagnostics: Vec::new(), beyond: Vec::new(), secrets: Vec::new(), root }
    }
}

/// Unknown keys of one map that are told.
const MOST_UNKNOWN: usize = 50;
/// Findings of one document that are told: each is looked up, which takes time in maps of 100,000 keys.
const MOST_FINDINGS: usize = 200;
/// Values of a document whose errors are found all at once.
const SMALL: usize = 10_000;
/// Items of each list and map of a larger one that are looked at together.
const WINDOW: usize = 1000;

pub(super) struct Compiled {
    pub(super) schema: Value,
    validator: Option<Validator>,
}

pub(super) fn compiled(kind: Kind) -> &'static Compiled {
    static ALL: OnceLock<[Compiled; 3]> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        Kind::ALL.map(|kind| {
            let schema = for_kind(kind);
            let validator = jsonschema::draft202012::new(&schema).ok();
            Compiled { schema, validator }
        })
    });
    &all[kind as usize]
}

/// Whether a document of a kind has a field of this name.
pub(crate) fn has_field(kind: Kind, name: &str) -> bool {
    compiled(kind).schema.get("properties").is_some_and(|fields| fields.get(name).is_some())
}

/// Checks a document of a known kind: every finding, none twice.
pub fn check(kind: Kind, root: Node) -> Checked {
    let compiled = compiled(kind);
    let Some(validator) = &compiled.validator else {
        let mut checked = Checked::of(root);
        checked.diagnostics.push(Diagnostic::error(
            "E0100",
            "the schema of the language is broken; this is a bug",
            checked.root.span,
            "",
        ));
        return checked;
    };
    let mut walk = Walk {
        schema: &compiled.schema,
        root: &root,
        window: None,
        findings: Vec::new(),
        of_nothing: Vec::new(),
        choices: Vec::new(),
        invalid: BTreeMap::new(),
    };
    walk.errors(validator);
    walk.forget_empty_choices();
    let Walk { findings, invalid, .. } = walk;
    let mut checked = Checked::of(root);
    for path in invalid.keys() {
        checked.root.invalidate(path);
    }
    // What was meant is there, and wrong: nothing that asks for it is told that it is missing.
    for (path, meant) in invalid.iter().filter_map(|(path, meant)| Some((path, meant.as_ref()?))) {
        checked.root.rename(path, meant);
    }
    for finding in findings {
        if finding.secret
            && let Some(label) = &finding.diagnostic.primary
        {
            checked.secrets.push(label.span);
        }
        if !checked.diagnostics.contains(&finding.diagnostic) {
            checked.diagnostics.push(finding.diagnostic);
        }
    }
    checked.beyond = forms::check(&compiled.schema, &mut checked.root);
    checked
}

struct Walk<'a> {
    schema: &'a Value,
    root: &'a Node,
    /// The part that is looked at.
    window: Option<Window>,
    findings: Vec<Finding>,
    /// Which of the findings tell that an empty map lacks a field, and which map.
    of_nothing: Vec<(usize, Vec<Segment>)>,
    /// Paths of choices that exclude each other: one of them will go.
    choices: Vec<Vec<Segment>>,
    /// Paths of values that were found wrong; of those under a misspelt key, with the name that was meant.
    invalid: BTreeMap<Vec<Segment>, Option<String>>,
}

impl Walk<'_> {
    /// Every error; of a large document those of its first part that has any, since each is held in memory, with all that
    /// might have stood in its place.
    fn errors(&mut self, validator: &Validator) {
        let length = WINDOW;
        if self.root.size() <= SMALL {
            validator.iter_errors(&self.root.to_json_by_index()).for_each(|error| self.error(&error));
            return;
        }
        if validator.is_valid(&self.root.to_json_by_index()) {
            return;
        }
        let longest = self.root.longest();
        for start in (0..longest).step_by(length) {
            let window = Window { start, length };
            self.window = Some(window);
            validator.iter_errors(&self.root.to_json_in(window)).for_each(|error| self.error(&error));
            if !self.findings.is_empty() {
                return;
            }
        }
        let place = self.root.place(&[]);
        let error = Diagnostic::error("E0106", "the document is not of the right form", place, "somewhere in it");
        self.findings.push(error.into());
    }

    /// The path of an error, in the whole document.
    fn path(&self, error: &ValidationError<'_>) -> Vec<Segment> {
        let Some(window) = self.window else {
            return pointer_segments(self.root, error.instance_path().as_str());
        };
        let mut path = Vec::new();
        let mut here = Some(self.root);
        for segment in pointer_segments(self.root, error.instance_path().as_str()) {
            let segment = match (segment, here.map(|n| &n.value)) {
                (Segment::Index(i), Some(Yaml::Sequence(items))) => Segment::Index(i + window.before(items.len())),
                (segment, _) => segment,
            };
            here = here.and_then(|n| n.at(std::slice::from_ref(&segment))).map(|(n, _)| n);
            path.push(segment);
        }
        path
    }

    fn error(&mut self, error: &ValidationError<'_>) {
        if self.findings.len() > MOST_FINDINGS {
            return;
        }
        let path = self.path(error);
        let Some((node, _)) = self.root.at(&path) else { return };
        if node.value == Yaml::Invalid {
            return;
        }
        match error.kind() {
            // Its values say more than their type.
            ValidationErrorKind::Type { .. } if self.parent(error).is_some_and(|p| p.get("enum").is_some()) => {}
            ValidationErrorKind::FalseSchema => self.excluded(&path, error),
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                let known = self.properties(error);
                // A map of 100,000 unknown keys is one mistake; and looking each up takes time.
                for key in unexpected.iter().take(MOST_UNKNOWN) {
                    let Some(entry) = node.entry(key) else { continue };
                    self.findings.push(message::unknown_field(&path, entry, node, &known));
                    let mut at = path.clone();
                    at.push(Segment::Key(key.clone()));
                    self.invalid.insert(at, message::meant(key, &known).map(str::to_owned));
                }
            }
            ValidationErrorKind::Required { property } => {
                let Some(property) = property.as_str() else { return };
                let known = self.properties(error);
                // Present, but reported already; or misspelt, which is reported as an unknown field.
                if node.get(property).is_none() && !message::misspelt(node, property, &known) {
                    let described = known.into_iter().find(|p| p.name == property);
                    let place = self.root.place(&path);
                    if matches!(&node.value, Yaml::Mapping(entries) if entries.is_empty()) {
                        self.of_nothing.push((self.findings.len(), path.clone()));
                    }
                    self.findings.push(message::missing_field(&path, property, place, described.as_ref()));
                }
            }
            ValidationErrorKind::PropertyNames { error: inner } => {
                let name = inner.instance().as_str().unwrap_or_default().to_owned();
                let Some(entry) = node.entry(&name) else { return };
                if matches!(inner.kind(), ValidationErrorKind::Not { .. }) {
                    self.findings.push(message::has_a_field(&path, entry));
                } else {
                    self.findings.push(message::bad_name(&name, entry.key.span));
                }
            }
            // Which of them it is was misspelt, which is reported as an unknown field.
            ValidationErrorKind::AnyOf { .. }
                if message::misspelt_any(node, self.choices(error), &self.properties(error)) => {}
            _ => {
                let place = self.root.place(&path);
                self.findings.push(message::of(error.kind(), &path, node, place, self.parent(error)));
                if !path.is_empty() && message::spoils_value(error.kind()) {
                    self.invalid.insert(path, None);
                }
            }
        }
    }

    /// A key that another key of the same map forbids, as that one forbids it: told once, at the later one.
    fn excluded(&mut self, path: &[Segment], error: &ValidationError<'_>) {
        let Some((Segment::Key(key), map)) = path.split_last() else { return };
        let Some((node, _)) = self.root.at(map) else { return };
        let keyword = error.schema_path().as_str();
        let Some((owner, rest)) = keyword.rsplit_once("/dependentSchemas/") else { return };
        let Some(owner) = self.schema.pointer(owner) else { return };
        let other = rest.split('/').next().unwrap_or_default();
        let Yaml::Mapping(entries) = &node.value else { return };
        let choices = owner.get("dependentSchemas").and_then(Value::as_object);
        let first = entries.iter().find(|entry| choices.is_some_and(|keys| keys.contains_key(&entry.key.text)));
        if let (Some(first), Some(this)) = (first, node.entry(key))
            && first.key.text == other
        {
            self.findings.push(message::excluded(&message::dotted(map), first, this));
            self.choices.extend([&first.key.text, key].map(|one| [map, &[Segment::Key(one.clone())]].concat()));
            if owner.get("x-exactly-one-of").is_some() {
                self.invalid.insert(map.to_vec(), None);
            }
        }
    }

    /// Of two choices, the one in which nothing stands yet is the one that goes.
    fn forget_empty_choices(&mut self) {
        let Self { findings, of_nothing, choices, .. } = self;
        of_nothing.retain(|(_, map)| choices.iter().any(|choice| map.starts_with(choice)));
        for (at, _) in of_nothing.drain(..).rev() {
            findings.remove(at);
        }
    }

    /// The schemas of which a value needs one.
    fn choices(&self, error: &ValidationError<'_>) -> &[Value] {
        self.parent(error).and_then(|p| p.get("anyOf")?.as_array()).map_or(&[], Vec::as_slice)
    }

    /// The schema object whose keyword failed.
    fn parent(&self, error: &ValidationError<'_>) -> Option<&Value> {
        let keyword = error.schema_path().as_str();
        self.schema.pointer(&keyword[..keyword.rfind('/')?])
    }

    /// The fields that are known where a field was unknown or missing.
    fn properties(&self, error: &ValidationError<'_>) -> Vec<message::Known> {
        let properties = self.parent(error).and_then(|p| p.get("properties")).and_then(Value::as_object);
        properties
            .into_iter()
            .flatten()
            .map(|(name, schema)| message::Known {
                name: name.clone(),
                parameter: schema.get("x-api-parameter").and_then(Value::as_str).map(str::to_owned),
                description: schema.get("description").and_then(Value::as_str).map(str::to_owned),
            })
            .collect()
    }
}
