//! Texts and spans in them.
//!
//! A [`Span`] is a byte range in one text of a [`Sources`] map. Spans stay symbolic until a diagnostic is shown;
//! [`Sources::locate`] makes them concrete.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// Which text of a [`Sources`] map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(u32);

/// A byte range in one text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The text.
    pub source: SourceId,
    /// First byte.
    pub start: usize,
    /// One past the last byte; equal to `start` for a place between two characters.
    pub end: usize,
}

impl Span {
    /// A span over `range` of `source`.
    pub fn new(source: SourceId, range: Range<usize>) -> Self {
        Self { source, start: range.start, end: range.end }
    }

    /// The bytes that it covers.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// One text: a whole file, or a few lines of a file that is too large to keep (a CSV row).
#[derive(Clone, Debug)]
pub struct Source {
    /// Path as shown to the user: relative to the project's directory, with `/`.
    pub path: String,
    /// The text that spans point into.
    pub text: Arc<str>,
    /// Line number of the text's first line; 1 for a whole file.
    pub first_line: usize,
    /// Byte ranges that must never be shown: plain-text secrets, phone numbers.
    redacted: Vec<Range<usize>>,
    /// Where lines begin, once somebody asked: a text may have thousands of findings.
    line_starts: OnceLock<Vec<usize>>,
}

impl Source {
    /// The text with every redacted range replaced by `*`, character by character, so that columns hold.
    /// Line breaks stay.
    pub fn shown(&self) -> String {
        if self.redacted.is_empty() {
            return self.text.to_string();
        }
        let mut ranges = self.redacted.clone();
        ranges.sort_by_key(|range| range.start);
        let mut shown = String::with_capacity(self.text.len());
        let mut at = 0;
        for range in ranges {
            let start = range.start.clamp(at, self.text.len());
            let end = range.end.clamp(start, self.text.len());
            let (Some(before), Some(secret)) = (self.text.get(at..start), self.text.get(start..end)) else { continue };
            shown.push_str(before);
            shown.extend(secret.chars().map(|c| if c == '\n' { c } else { '*' }));
            at = end;
        }
        shown.push_str(&self.text[at..]);
        shown
    }

    /// The line in which a byte stands, from 0.
    pub fn line_at(&self, at: usize) -> usize {
        // The first line begins at 0, so there always is one.
        self.line_starts().partition_point(|start| *start <= at).saturating_sub(1)
    }

    /// The bytes of a line, from 0, its line break left out. A text that ends with a line break has one more line, an
    /// empty one.
    pub fn line(&self, line: usize) -> Option<Range<usize>> {
        let starts = self.line_starts();
        let start = *starts.get(line)?;
        Some(start..starts.get(line + 1).map_or(self.text.len(), |next| next - 1))
    }

    /// Where each line begins.
    fn line_starts(&self) -> &[usize] {
        self.line_starts
            .get_or_init(|| std::iter::once(0).chain(self.text.match_indices('\n').map(|(at, _)| at + 1)).collect())
    }

    /// The ranges that are never shown.
    pub fn redacted(&self) -> &[Range<usize>] {
        &self.redacted
    }
}

/// A concrete place: lines and columns count from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Location {
    /// Path relative to the project's directory.
    pub path: String,
    /// Line of the first character.
    pub line: usize,
    /// Column of the first character.
    pub column: usize,
    /// Line of the character after the last one.
    pub end_line: usize,
    /// Column of the character after the last one.
    pub end_column: usize,
}

/// All texts that diagnostics point into.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    all: Vec<Source>,
}

impl Sources {
    /// Adds a whole file.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<Arc<str>>) -> SourceId {
        self.add_lines(path, 1, text)
    }

    /// Adds some lines of a file; `first_line` is the number of the first of them.
    pub fn add_lines(&mut self, path: impl Into<String>, first_line: usize, text: impl Into<Arc<str>>) -> SourceId {
        let id = SourceId(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        self.all.push(Source {
            path: path.into(),
            text: text.into(),
            first_line,
            redacted: Vec::new(),
            line_starts: OnceLock::new(),
        });
        id
    }

    /// The text behind an id.
    ///
    /// # Panics
    /// If the id is of another map.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.all[id.0 as usize]
    }

    /// All texts, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        self.all.iter().enumerate().map(|(n, source)| (SourceId(u32::try_from(n).unwrap_or(u32::MAX)), source))
    }

    /// Never show these bytes, in no excerpt of any diagnostic.
    pub fn redact(&mut self, span: Span) {
        self.all[span.source.0 as usize].redacted.push(span.range());
    }

    /// The text that a span covers.
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.source).text.get(span.range()).unwrap_or("")
    }

    /// Line and column of a span.
    pub fn locate(&self, span: Span) -> Location {
        let source = self.get(span.source);
        let place = |at: usize| {
            let mut at = at.min(source.text.len());
            while !source.text.is_char_boundary(at) {
                at -= 1;
            }
            let line = source.line_at(at);
            let start = source.line(line).map_or(0, |range| range.start);
            // A byte order mark is no character of the first line.
            let column = source.text[start..at].chars().filter(|c| *c != '\u{feff}').count() + 1;
            (source.first_line + line, column)
        };
        let (line, column) = place(span.start);
        let (end_line, end_column) = place(span.end);
        Location { path: source.path.clone(), line, column, end_line, end_column }
    }
}
