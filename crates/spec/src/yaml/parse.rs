//! Events of the parser beneath to trees.

use std::collections::HashMap;
use std::ops::Range;

use granit_parser::{Event, Options, Parser, ScalarStyle, StructureStyle};

use super::node::{Entry, Key, Node, Yaml};
use super::{scalar, trap};
use crate::diagnostic::Diagnostic;
use crate::source::{SourceId, Sources, Span};

/// Deepest nesting that is read; far beyond any real document.
pub(super) const MAX_DEPTH: usize = 100;
/// Most nodes of one file, aliases expanded.
const MAX_NODES: usize = 2_000_000;

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
        too_large: false,
        root: None,
        diagnostics: Vec::new(),
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
                    Event::DocumentStart(..) => builder.reset(),
                    Event::DocumentEnd => {
                        documents.push(Document { root: builder.root.take(), whole: !builder.too_large });
                    }
                    event => builder.event(event, range),
                }
                if builder.too_large {
                    let at = Span::new(id, 0..0);
                    builder.diagnostics.push(
                        Diagnostic::error("E0003", "the document is too large", at, "too many values")
                            .help(format!("a file holds {MAX_NODES} values at the most, aliases expanded")),
                    );
                    documents.push(Document { root: None, whole: false });
                    break;
                }
            }
            Some(Err(error)) => {
                let at = error.marker().byte_offset().map_or(text.len(), |b| b + offset).min(text.len());
                let diagnostic = trap::scan_error(&error.info(), id, text, at);
                // The tree may have met the same mistake a moment before.
                if !builder.diagnostics.contains(&diagnostic) {
                    builder.diagnostics.push(diagnostic);
                }
                documents.push(Document { root: None, whole: false });
                builder.reset();
                if !matches!(parser.proceed_next_document(), Ok(true)) {
                    break;
                }
            }
        }
    }
    (documents, builder.diagnostics)
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
    Mapping { entries: Vec<Entry>, seen: HashMap<String, Span>, key: Option<Node> },
}

struct Builder<'a> {
    id: SourceId,
    text: &'a str,
    stack: Vec<Open>,
    anchors: HashMap<usize, (Node, usize)>,
    nodes: usize,
    too_large: bool,
    root: Option<Node>,
    diagnostics: Vec<Diagnostic>,
}

impl Builder<'_> {
    fn reset(&mut self) {
        self.stack.clear();
        self.anchors.clear();
        self.root = None;
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
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
                self.put(node, anchor, 1);
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
                    OpenKind::Sequence(items) => {
                        let last = items.last().map(|n| n.span.end);
                        (Yaml::Sequence(items), last)
                    }
                    OpenKind::Mapping { entries, .. } => {
                        let last = entries.last().map(|e| e.value.span.end.max(e.key.span.end));
                        let mistake = entries.iter().any(|e| e.key.text == trap::MARK);
                        (if mistake { Yaml::Invalid } else { Yaml::Mapping(entries) }, last)
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
                self.diagnostics.push(
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
        self.diagnostics.push(
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
        if self.nodes > MAX_NODES {
            self.too_large = true;
            return;
        }
        if anchor != 0 {
            let size = count(&node);
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
                        if let Some(first) = seen.get(&text) {
                            self.diagnostics.push(
                                Diagnostic::error("E0004", format!("`{text}` is given twice"), span, "again here")
                                    .related(*first, "first given here")
                                    .help("keep one of the two; YAML readers differ in which of them they take"),
                            );
                        } else {
                            seen.insert(text.clone(), span);
                            entries.push(Entry { key: Key { text, span }, value: node });
                        }
                    }
                    Err(diagnostic) => {
                        if let Some(diagnostic) = diagnostic {
                            self.diagnostics.push(*diagnostic);
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

fn count(node: &Node) -> usize {
    1 + match &node.value {
        Yaml::Sequence(items) => items.iter().map(count).sum(),
        Yaml::Mapping(entries) => entries.iter().map(|e| count(&e.value)).sum(),
        _ => 0,
    }
}

/// A scalar's span without the white space behind it.
fn trim_end(text: &str, range: Range<usize>) -> Range<usize> {
    let end = range.start + text.get(range.clone()).map_or(0, |t| t.trim_end().len());
    range.start..end
}
