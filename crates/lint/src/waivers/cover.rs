//! What a waiver covers: a line, or what stands below it.

use std::ops::Range;

use callform_spec::diagnostic::Diagnostic;
use callform_spec::source::{SourceId, Span};
use callform_spec::yaml::{Document, Node, Yaml};

/// A part of one text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cover {
    source: SourceId,
    range: Range<usize>,
}

impl Cover {
    pub(crate) fn new(source: SourceId, range: Range<usize>) -> Self {
        Self { source, range }
    }

    /// Whether a finding, or a place that explains it, begins in it.
    pub(crate) fn holds(&self, finding: &Diagnostic) -> bool {
        finding.primary.iter().chain(&finding.related).any(|label| self.has(label.span))
    }

    fn has(&self, span: Span) -> bool {
        span.source == self.source && self.range.start <= span.start && span.start <= self.range.end
    }
}

/// The line around a byte.
pub(super) fn line_of(text: &str, at: usize) -> Range<usize> {
    let start = text[..at].rfind('\n').map_or(0, |n| n + 1);
    let end = text[at..].find('\n').map_or(text.len(), |n| at + n);
    start..end
}

/// A line with the text that begins on it: behind `prompt: |` no comment can stand in the lines of the text itself.
pub(super) fn with_text(trees: &[Document], line: Range<usize>) -> Range<usize> {
    let mut end = line.end;
    for root in trees.iter().filter_map(|tree| tree.root.as_ref()) {
        texts(root, &line, &mut end);
    }
    line.start..end
}

fn texts(node: &Node, line: &Range<usize>, end: &mut usize) {
    let mut text = |key: usize, value: &Node| {
        if matches!(value.value, Yaml::String(_)) && (line.contains(&key) || line.contains(&value.span.start)) {
            *end = (*end).max(value.span.end);
        }
    };
    match &node.value {
        Yaml::Mapping(entries) => {
            entries.iter().for_each(|entry| text(entry.key.span.start, &entry.value));
            entries.iter().for_each(|entry| texts(&entry.value, line, end));
        }
        Yaml::Sequence(items) => {
            items.iter().for_each(|item| text(item.span.start, item));
            items.iter().for_each(|item| texts(item, line, end));
        }
        _ => {}
    }
}

/// The first entry of a map or item of a list that begins behind a byte, with all that belongs to it.
pub(super) fn entry_below(trees: &[Document], after: usize) -> Option<Range<usize>> {
    let mut best: Option<Range<usize>> = None;
    for root in trees.iter().filter_map(|tree| tree.root.as_ref()) {
        look(root, after, &mut best);
    }
    best
}

fn look(node: &Node, after: usize, best: &mut Option<Range<usize>>) {
    let mut offer = |range: Range<usize>| {
        let nearer = best.as_ref().is_none_or(|b| (range.start, b.end) < (b.start, range.end));
        if range.start >= after && nearer {
            *best = Some(range);
        }
    };
    match &node.value {
        Yaml::Mapping(entries) => {
            for entry in entries {
                let end = entry.value.span.end.max(entry.key.span.end);
                offer(entry.key.span.start..end);
            }
            // An alias' nodes stand elsewhere, before it; what begins before the comment is looked into.
            entries.iter().for_each(|entry| look(&entry.value, after, best));
        }
        Yaml::Sequence(items) => {
            items.iter().for_each(|item| offer(item.span.range()));
            items.iter().for_each(|item| look(item, after, best));
        }
        _ => {}
    }
}

/// The lines up to the next empty one, from the first that is not.
pub(super) fn paragraph_below(text: &str, after: usize) -> Option<Range<usize>> {
    let begin = text[after..].find('\n').map(|n| after + n + 1)?;
    let start = begin + (text[begin..].len() - text[begin..].trim_start().len());
    if start >= text.len() {
        return None;
    }
    let mut end = start;
    for line in text[start..].split_inclusive('\n') {
        if line.trim().is_empty() {
            break;
        }
        end += line.trim_end_matches(['\n', '\r']).len();
        if end < text.len() && line.ends_with('\n') {
            end += line.len() - line.trim_end_matches(['\n', '\r']).len();
        }
    }
    Some(start..end)
}
