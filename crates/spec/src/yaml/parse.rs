//! Events of the parser beneath to trees.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use granit_parser::{Event, Options, Parser, ScalarStyle, StructureStyle};

use super::cause::Trouble;
use super::node::{Entry, Key, Node, Yaml};
use super::{scalar, trap};
use crate::diagnostic::Diagnostic;
use crate::source::{SourceId, Sources, Span};

/// Deepest nesting that is read; far beyond any real document.
pub(super) const MAX_DEPTH: usize = 100;
/// Most values in a MiB of a file, keys and what aliases stand for included. Seven bytes a value: what people write has
/// more, and memory is bounded by it.
const MAX_NODES: usize = 150_000;
const MIB: usize = 1024 * 1024;
/// So many bytes of text count as one more value: a text that aliases repeat is copied each time.
const TEXT_OF_A_NODE: usize = 64;
/// Most documents of one file.
const MAX_DOCUMENTS: usize = 5_000;
/// Mistakes of one file that are told.
const MOST_MISTAKES: usize = 200;

/// One document of a file.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its content; `None` if it is empty or could not be read.
    pub root: Option<Node>,
    /// Whether all of it could be read.
    pub whole: bool,
}

/// Reads all documents of a text. What is wrong is reported, and reading goes on where it can.
pub fn parse(sources: &Sources, id: SourceId) -> (Vec<Document>, Vec<Diagnostic>) {
    let text = &*sources.get(id).text;
    // A byte order mark is not a part of the text, but positions count it.
    let offset = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut options = Options::default();
    options.emit_unresolved_aliases = true;
    options.flow_nesting_limit = MAX_DEPTH;
    options.block_nesting_limit = MAX_DEPTH;
    options.set_emit_comments(false);
    let mut builder = Builder {
        id,
        text,
        stack: Vec::new(),
        anchors: HashMap::new(),
        nodes: 0,
        most_nodes: MAX_NODES * text.len().div_ceil(MIB).max(1),
        too_large: false,
        root: None,
        last: (0, 0),
        mistakes: Mistakes::default(),
    };
    let mut parser = Parser::new_from_str_with_options(&text[offset..], options);
    let mut documents = Vec::new();
    loop {
        match parser.next() {
            None => break,
            Some(Ok((event, span))) => {
                let range = span.byte_range().unwrap_or(0..0);
                let range = range.start + offset..range.end + offset;
                match event {
                    Event::DocumentStart(..) => {
                        builder.reset();
                        builder.last = (range.start, range.end);
                    }
                    Event::DocumentEnd => {
                        documents.push(Document { root: builder.root.take(), whole: !builder.too_large });
                    }
                    event => builder.event(event, range),
                }
            }
            Some(Err(error)) => {
                let at = error.marker().byte_offset().map_or(text.len(), |b| b + offset).min(text.len());
                let bracket = builder.stack.iter().find(|open| open.flow).map(|open| open.start);
                let trouble = Trouble {
                    kind: error.kind(),
                    id,
                    text,
                    at: text.floor_char_boundary(at),
                    last: builder.last,
                    bracket,
                };
                let diagnostic = trap::scan_error(&trouble);
                // The tree may have met the same mistake a moment before.
                if builder.mistakes.told.last() != Some(&diagnostic) {
                    builder.mistakes.tell(diagnostic);
                }
                documents.push(Document { root: None, whole: false });
                builder.reset();
                if !matches!(parser.proceed_next_document(), Ok(true)) {
                    break;
                }
            }
        }
        if builder.too_large || documents.len() > MAX_DOCUMENTS {
            let (at, most) = (Span::new(id, 0..0), builder.most_nodes);
            builder.mistakes.told.push(
                Diagnostic::error("E0003", "the file is too large", at, "too many values or documents").help(format!(
                    "a file of this size holds {most} values at the most, aliases expanded, and {MAX_DOCUMENTS} \
                     documents; rows belong into a CSV file"
                )),
            );
            documents.push(Document { root: None, whole: false });
            break;
        }
    }
    (documents, builder.mistakes.all())
}

/// A collection that is being read.
struct Open {
    start: usize,
    flow: bool,
    anchor: usize,
    kind: OpenKind,
}

enum OpenKind {
    Sequence(Vec<Node>),
    /// `seen` tells the place of a key in `entries` by its hash.
    Mapping {
        entries: Vec<Entry>,
        seen: HashMap<u64, usize>,
        key: Option<Node>,
    },
}

struct Builder<'a> {
    id: SourceId,
    text: &'a str,
    stack: Vec<Open>,
    anchors: HashMap<usize, (Node, usize)>,
    nodes: usize,
    most_nodes: usize,
    too_large: bool,
    root: Option<Node>,
    /// Where the last event began and ended.
    last: (usize, usize),
    mistakes: Mistakes,
}

#[derive(Default)]
struct Mistakes {
    told: Vec<Diagnostic>,
    /// How many were not told, and where the first of them is.
    further: Option<(usize, Span)>,
}

impl Mistakes {
    /// Keeps a mistake, or counts it where there are too many to be read.
    fn tell(&mut self, diagnostic: Diagnostic) {
        if self.told.len() < MOST_MISTAKES {
            self.told.push(diagnostic);
        } else if let Some(label) = &diagnostic.primary {
            self.further.get_or_insert((0, label.span)).0 += 1;
        }
    }

    fn all(self) -> Vec<Diagnostic> {
        let further = self.further.map(|(count, at)| Diagnostic::further(count, at));
        self.told.into_iter().chain(further).collect()
    }
}

impl Builder<'_> {
    fn reset(&mut self) {
        self.stack.clear();
        self.anchors.clear();
        self.root = None;
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        self.last = (range.start, range.end);
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain;
                let forced_text = tag.as_deref().is_some_and(|t| t.is_yaml_core_schema_tag("str"));
                let value = if tag.is_some() && !forced_text {
                    self.tag(range.clone());
                    Yaml::Invalid
                } else if plain && !forced_text {
                    scalar::resolve(&value)
                } else {
                    Yaml::String(value.into_owned())
                };
                let range = trim_end(self.text, range);
                let flow = self.stack.last().is_some_and(|o| o.flow);
                let node = Node { span: Span::new(self.id, range), value, plain, flow };
                let size = weight(&node);
                self.put(node, anchor, size);
            }
            Event::SequenceStart(style, anchor, tag) => {
                if tag.is_some() {
                    self.tag(range.clone());
                }
                self.open(range.start, style, anchor, OpenKind::Sequence(Vec::new()));
            }
            Event::MappingStart(style, anchor, tag) => {
                if tag.is_some() {
                    self.tag(range.clone());
                }
                let kind = OpenKind::Mapping { entries: Vec::new(), seen: HashMap::new(), key: None };
                self.open(range.start, style, anchor, kind);
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(open) = self.stack.pop() else { return };
                let (value, last) = match open.kind {
                    OpenKind::Sequence(mut items) => {
                        items.shrink_to_fit();
                        let last = items.last().map(|n| n.span.end);
                        (Yaml::Sequence(items.into()), last)
                    }
                    OpenKind::Mapping { mut entries, .. } => {
                        entries.shrink_to_fit();
                        let last = entries.last().map(|e| e.value.span.end.max(e.key.span.end));
                        let mistake = entries.iter().any(|e| e.key.text == trap::MARK);
                        (if mistake { Yaml::Invalid } else { Yaml::Mapping(entries.into()) }, last)
                    }
                };
                let end = if open.flow { range.end } else { last.unwrap_or(range.end) };
                let span = Span::new(self.id, open.start..end.max(open.start));
                let node = Node { span, value, plain: false, flow: open.flow };
                self.put(node, open.anchor, 1);
            }
            Event::Alias(anchor) => {
                if let Some((node, size)) = self.anchors.get(&anchor).cloned() {
                    // The alias stands where it is written, so that a message points there.
                    // It is no text of its own: quotes around it would make it one.
                    let node = Node { span: Span::new(self.id, range), plain: false, ..node };
                    self.put(node, 0, size);
                }
            }
            Event::UnresolvedAlias(name) => {
                let span = Span::new(self.id, range);
                self.mistakes.tell(
                    Diagnostic::error(
                        "E0002",
                        format!("unknown anchor `{name}`"),
                        span,
                        "no `&` gives it a value before this",
                    )
                    .help("quote the text if it is not meant as a YAML alias"),
                );
                self.put(Node { span, value: Yaml::Invalid, plain: true, flow: false }, 0, 1);
            }
            _ => {}
        }
    }

    fn open(&mut self, start: usize, style: StructureStyle, anchor: usize, kind: OpenKind) {
        self.stack.push(Open { start, flow: style == StructureStyle::Flow, anchor, kind });
    }

    fn tag(&mut self, range: Range<usize>) {
        self.mistakes.tell(
            Diagnostic::error(
                "E0005",
                "YAML tags are not a part of the language",
                Span::new(self.id, range),
                "has a tag",
            )
            .help("remove the `!...` before the value"),
        );
    }

    /// Puts a finished node where it belongs.
    fn put(&mut self, node: Node, anchor: usize, size: usize) {
        self.nodes += size;
        if self.nodes > self.most_nodes {
            self.too_large = true;
            return;
        }
        if anchor != 0 {
            let size = weight(&node);
            self.anchors.insert(anchor, (node.clone(), size));
        }
        let Some(open) = self.stack.last_mut() else {
            self.root = Some(node);
            return;
        };
        match &mut open.kind {
            OpenKind::Sequence(items) => items.push(node),
            OpenKind::Mapping { entries, seen, key } => {
                let Some(key_node) = key.take() else {
                    *key = Some(node);
                    return;
                };
                match trap::key_text(&key_node, self.text) {
                    Ok(text) => {
                        let span = key_node.span;
                        let hash = hash(&text);
                        if let Some(at) = seen.get(&hash).filter(|at| entries[**at].key.text == text) {
                            let first = entries[*at].key.span;
                            // Nobody knows which of the two is meant.
                            entries[*at].value.value = Yaml::Invalid;
                            self.mistakes.tell(
                                Diagnostic::error("E0004", format!("`{text}` is given twice"), span, "again here")
                                    .related(first, "first given here")
                                    .help("keep one of the two; YAML readers differ in which of them they take"),
                            );
                        } else {
                            seen.insert(hash, entries.len());
                            entries.push(Entry { key: Key { text, span }, value: node });
                        }
                    }
                    Err(diagnostic) => {
                        if let Some(diagnostic) = diagnostic {
                            self.mistakes.tell(*diagnostic);
                        }
                        // The whole map is something else than its writer meant: report it once.
                        entries.push(Entry {
                            key: Key { text: trap::MARK.to_owned(), span: key_node.span },
                            value: Node { value: Yaml::Invalid, ..node },
                        });
                    }
                }
            }
        }
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// How many values a value counts as, keys included.
fn weight(node: &Node) -> usize {
    1 + match &node.value {
        Yaml::Sequence(items) => items.iter().map(weight).sum(),
        Yaml::Mapping(entries) => entries.iter().map(|e| 1 + weight(&e.value)).sum(),
        Yaml::String(text) => text.len() / TEXT_OF_A_NODE,
        _ => 0,
    }
}

/// A scalar's span without the white space behind it.
fn trim_end(text: &str, range: Range<usize>) -> Range<usize> {
    let end = range.start + text.get(range.clone()).map_or(0, |t| t.trim_end().len());
    range.start..end
}
