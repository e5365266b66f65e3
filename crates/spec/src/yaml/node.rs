//! The tree.

use serde_json::{Map, Value};

use super::shared::Shared;
use crate::source::Span;

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The value's characters; for a block collection, from its first key or item to the end of its last one.
    pub span: Span,
    /// The value.
    pub value: Yaml,
    /// Written without quotes and not as a block: what YAML guesses the type of.
    pub plain: bool,
    /// Written inside `{}` or `[]`, or is one.
    pub flow: bool,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Yaml {
    /// `null`, `~`, or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(serde_json::Number),
    /// Text.
    String(String),
    /// A list.
    Sequence(Shared<Node>),
    /// A map, in the order of the file. No two keys are equal.
    Mapping(Shared<Entry>),
    /// Something that was reported already and counts as absent from then on.
    Invalid,
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: Key,
    /// The value.
    pub value: Node,
}

/// A key and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// The key.
    pub text: String,
    /// Its characters, quotes included.
    pub span: Span,
}

/// A step of a path into a tree.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Segment {
    /// A member of a map.
    Key(String),
    /// An item of a list.
    Index(usize),
}

/// A part of everything that is long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first item.
    pub start: usize,
    /// How many items; what is not longer is there whole.
    pub length: usize,
}

impl Window {
    /// How many items of a list of this length stand before the window.
    pub fn before(self, length: usize) -> usize {
        if length > self.length { self.start.min(length) } else { 0 }
    }
}

/// The items that a window shows.
fn part<T>(items: &[T], window: Option<Window>) -> impl Iterator<Item = &T> {
    let (before, most) = window.map_or((0, usize::MAX), |w| (w.before(items.len()), w.length));
    items.iter().skip(before).take(most)
}

impl Node {
    /// How many values it is made of, aliases expanded.
    pub fn size(&self) -> usize {
        1 + match &self.value {
            Yaml::Sequence(items) => items.iter().map(Self::size).sum(),
            Yaml::Mapping(entries) => entries.iter().map(|e| e.value.size()).sum(),
            _ => 0,
        }
    }

    /// Items of the longest list or map in it.
    pub fn longest(&self) -> usize {
        match &self.value {
            Yaml::Sequence(items) => items.iter().map(Self::longest).max().unwrap_or(0).max(items.len()),
            Yaml::Mapping(entries) => entries.iter().map(|e| e.value.longest()).max().unwrap_or(0).max(entries.len()),
            _ => 0,
        }
    }

    /// The member of a map.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|e| &e.value)
    }

    /// The member of a map, with its key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        match &self.value {
            Yaml::Mapping(entries) => entries.iter().find(|e| e.key.text == key),
            _ => None,
        }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Yaml::String(text) => Some(text),
            _ => None,
        }
    }

    /// The node at the end of a path, and the span of the key that leads to it (for items: of the item).
    pub fn at(&self, path: &[Segment]) -> Option<(&Node, Span)> {
        let mut here = (self, self.span);
        for segment in path {
            here = match (segment, &here.0.value) {
                (Segment::Key(key), Yaml::Mapping(_)) => {
                    let entry = here.0.entry(key)?;
                    (&entry.value, entry.key.span)
                }
                (Segment::Index(i), Yaml::Sequence(items)) => {
                    let item = items.get(*i)?;
                    (item, item.span)
                }
                _ => return None,
            };
        }
        Some(here)
    }

    /// The place of a value for a message: the value itself if it is a scalar, else the key that leads to it, since a
    /// collection may be pages long. Falls back to the closest ancestor.
    pub fn place(&self, path: &[Segment]) -> Span {
        (0..=path.len()).rev().find_map(|n| self.at(&path[..n]).map(|(node, key)| (node, key, n))).map_or(
            self.span,
            |(node, key, n)| match node.value {
                Yaml::Sequence(_) | Yaml::Mapping(_) | Yaml::Null | Yaml::Invalid if n > 0 => key,
                Yaml::Mapping(ref entries) if n == 0 => entries.first().map_or(node.span, |e| e.key.span),
                _ => node.span,
            },
        )
    }

    /// As JSON. What counts as absent is left out.
    pub fn to_json(&self) -> Value {
        self.json(false, None)
    }

    /// As JSON, with `null` for items that count as absent, so that indices still name the same items.
    pub fn to_json_by_index(&self) -> Value {
        self.json(true, None)
    }

    /// As [`Node::to_json_by_index`], of each list and map that is longer than a window no more than that.
    pub fn to_json_in(&self, window: Window) -> Value {
        self.json(true, Some(window))
    }

    fn json(&self, by_index: bool, window: Option<Window>) -> Value {
        match &self.value {
            Yaml::Null | Yaml::Invalid => Value::Null,
            Yaml::Bool(b) => Value::Bool(*b),
            Yaml::Number(n) => Value::Number(n.clone()),
            Yaml::String(s) => Value::String(s.clone()),
            Yaml::Sequence(items) => Value::Array(
                part(items, window)
                    .filter(|i| by_index || i.value != Yaml::Invalid)
                    .map(|i| i.json(by_index, window))
                    .collect(),
            ),
            Yaml::Mapping(entries) => Value::Object(
                part(entries, window)
                    .filter(|e| e.value.value != Yaml::Invalid)
                    .map(|e| (e.key.text.clone(), e.value.json(by_index, window)))
                    .collect::<Map<_, _>>(),
            ),
        }
    }

    /// What it is, for a message.
    pub fn type_name(&self) -> &'static str {
        match self.value {
            Yaml::Null => "nothing",
            Yaml::Bool(_) => "true or false",
            Yaml::Number(_) => "a number",
            Yaml::String(_) => "text",
            Yaml::Sequence(_) => "a list",
            Yaml::Mapping(_) => "a map",
            Yaml::Invalid => "something invalid",
        }
    }

    /// Whether a member of this map was reported already.
    pub fn has_invalid(&self, key: &str) -> bool {
        self.get(key).is_some_and(|value| value.value == Yaml::Invalid)
    }

    /// Whether it is, or holds at any depth, something that was reported already.
    pub fn holds_invalid(&self) -> bool {
        match &self.value {
            Yaml::Invalid => true,
            Yaml::Sequence(items) => items.iter().any(Self::holds_invalid),
            Yaml::Mapping(entries) => entries.iter().any(|e| e.value.holds_invalid()),
            _ => false,
        }
    }

    /// Marks the value at the end of a path as reported.
    pub fn invalidate(&mut self, path: &[Segment]) {
        self.set(path, Yaml::Invalid);
    }

    /// Gives the key at the end of a path another name, unless the map has that name already.
    pub(crate) fn rename(&mut self, path: &[Segment], name: &str) {
        let Some((Segment::Key(key), map)) = path.split_last() else { return };
        if self.at(map).is_none_or(|(map, _)| map.get(name).is_some()) {
            return;
        }
        if let Some(Node { value: Yaml::Mapping(entries), .. }) = self.at_mut(map)
            && let Some(entry) = entries.iter_mut().find(|entry| entry.key.text == *key)
        {
            name.clone_into(&mut entry.key.text);
        }
    }

    /// Gives the value at the end of a path another value; nothing, if there is none.
    pub(crate) fn set(&mut self, path: &[Segment], value: Yaml) {
        if let Some(node) = self.at_mut(path) {
            node.value = value;
        }
    }

    fn at_mut(&mut self, path: &[Segment]) -> Option<&mut Self> {
        path.iter().try_fold(self, |here, segment| match (segment, &mut here.value) {
            (Segment::Key(key), Yaml::Mapping(entries)) => {
                entries.iter_mut().find(|e| e.key.text == *key).map(|e| &mut e.value)
            }
            (Segment::Index(i), Yaml::Sequence(items)) => items.get_mut(*i),
            _ => None,
        })
    }
}

/// Steps of a JSON pointer (`/llm/openai/apiKey`), read against a tree so that indices and keys are told apart.
pub fn pointer_segments(root: &Node, pointer: &str) -> Vec<Segment> {
    let mut here = Some(root);
    let mut path = Vec::new();
    for token in pointer.split('/').skip(1) {
        let token = token.replace("~1", "/").replace("~0", "~");
        let segment = match here.map(|n| &n.value) {
            Some(Yaml::Sequence(_)) => token.parse().map_or(Segment::Key(token), Segment::Index),
            _ => Segment::Key(token),
        };
        here = here.and_then(|n| n.at(std::slice::from_ref(&segment))).map(|(n, _)| n);
        path.push(segment);
    }
    path
}
