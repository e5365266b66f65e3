//! What is wrong with a row, and where.

use std::ops::Range;

use super::columns::Columns;
use super::place::LinePlace;
use crate::diagnostic::Diagnostic;
use crate::phone::{mask_cell, mask_text};
use crate::source::Sources;

/// Longer excerpts are cut; a terminal shows a few hundred characters at most.
pub(super) const MAX_EXCERPT: usize = 2000;

/// As much as a message has room for.
const MAX_NAME: usize = 60;

/// What is wrong with a row of a file. Nothing in it holds an unmasked number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    /// Which cell is wrong, where it is one that is used.
    pub place: Place,
    /// The line that the excerpt is, from 1.
    pub line: u64,
    /// The line in which the row begins: an earlier one where a quoted cell has line breaks.
    pub record: u64,
    /// Where in the excerpt it is wrong: characters, from 1.
    pub column: usize,
    /// How many characters are wrong; at least 1.
    pub width: usize,
    /// The line as it stands in the file, with phone numbers masked character by character.
    pub excerpt: String,
    /// A stable code, `E02..`.
    pub code: &'static str,
    /// One line, no final stop.
    pub message: String,
    /// What to write under the excerpt.
    pub label: String,
    /// What to do, one line each.
    pub help: Vec<String>,
}

impl RowFault {
    /// As a diagnostic; `path` is the file's as shown. The excerpt becomes a source of its own.
    pub fn into_diagnostic(self, sources: &mut Sources, path: &str) -> Diagnostic {
        let place = LinePlace { line: self.line, column: self.column, width: self.width, excerpt: self.excerpt };
        let mut diagnostic = Diagnostic::error(self.code, self.message, place.into_span(sources, path), self.label);
        diagnostic.help = self.help;
        diagnostic
    }
}

/// Which cell of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The whole row.
    Row,
    /// The callee's number.
    Number,
    /// The key.
    Key,
    /// The time zone.
    Zone,
    /// The variable at this index of [`Columns::variables`].
    Variable(usize),
}

/// What is wrong with a cell, wherever the row stands: in a file it becomes a [`RowFault`], in YAML a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellFault {
    /// Which cell.
    pub place: Place,
    /// A stable code, `E02..`.
    pub code: &'static str,
    /// One line, no final stop.
    pub message: String,
    /// What to write under the cell.
    pub label: String,
    /// What to do, one line each.
    pub help: Vec<String>,
    /// Characters of the cell before the wrong one, where it is one.
    pub at: Option<usize>,
    /// The line of the row that this one repeats.
    pub first: Option<u64>,
}

impl CellFault {
    pub(crate) fn new(place: Place, code: &'static str, message: impl Into<String>, label: impl Into<String>) -> Self {
        Self { place, code, message: message.into(), label: label.into(), help: Vec::new(), at: None, first: None }
    }

    pub(super) fn help(mut self, line: impl Into<String>) -> Self {
        self.help.push(line.into());
        self
    }

    /// The name of the column that the cell is of.
    pub fn column<'c>(&self, columns: &'c Columns) -> Option<&'c str> {
        columns.name(self.place)
    }

    /// Puts it where it is.
    pub(super) fn into_row(self, view: View<'_>) -> RowFault {
        RowFault { place: self.place, ..view.fault(self.code, self.message, self.label, self.help) }
    }
}

/// A record's bytes, and what is to be pointed at in them.
#[derive(Clone, Debug)]
pub(super) struct View<'r> {
    /// The line in which the record begins.
    pub(super) record: u64,
    /// Its bytes, line breaks included; may be no UTF-8.
    pub(super) bytes: &'r [u8],
    /// The bytes that are wrong.
    pub(super) wrong: Range<usize>,
    /// The bytes of the number's cell, which is masked whatever stands in it.
    pub(super) number: Option<Range<usize>>,
}

impl<'r> View<'r> {
    /// A view of the whole first line.
    pub(super) fn whole(record: u64, bytes: &'r [u8]) -> Self {
        let end = bytes.iter().position(|b| *b == b'\n').unwrap_or(bytes.len());
        let end = if bytes[..end].ends_with(b"\r") { end - 1 } else { end };
        Self { record, bytes, wrong: 0..end, number: None }
    }

    /// Points at something else.
    pub(super) fn at(mut self, wrong: Range<usize>) -> Self {
        self.wrong = wrong;
        self
    }

    pub(super) fn fault(
        self,
        code: &'static str,
        message: impl Into<String>,
        label: impl Into<String>,
        help: Vec<String>,
    ) -> RowFault {
        let record = self.record;
        let LinePlace { line, column, width, excerpt } = self.place();
        RowFault {
            place: Place::Row,
            line,
            record,
            column,
            width,
            excerpt,
            code,
            message: message.into(),
            label: label.into(),
            help,
        }
    }

    /// Where it is.
    pub(super) fn place(self) -> LinePlace {
        let start = self.wrong.start.min(self.bytes.len());
        let line_start = self.bytes[..start].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let line_end = self.bytes[start..].iter().position(|b| *b == b'\n').map_or(self.bytes.len(), |at| start + at);
        let line = &self.bytes[line_start..line_end];
        let before = self.bytes[..line_start].iter().filter(|b| **b == b'\n').count();
        let end = self.wrong.end.clamp(start, line_end);
        LinePlace {
            line: self.record + before as u64,
            column: characters(&self.bytes[line_start..start]) + 1,
            width: characters(&self.bytes[start..end]).max(1),
            excerpt: excerpt(line, self.number.map(|range| within(range, line_start, line.len()))),
        }
    }
}

/// A range of the record as one of the line that begins at `start`.
fn within(range: Range<usize>, start: usize, len: usize) -> Range<usize> {
    let clip = |at: usize| at.saturating_sub(start).min(len);
    clip(range.start)..clip(range.end)
}

fn characters(bytes: &[u8]) -> usize {
    String::from_utf8_lossy(bytes).chars().count()
}

fn excerpt(line: &[u8], number: Option<Range<usize>>) -> String {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let text = |range: Range<usize>| String::from_utf8_lossy(line.get(range).unwrap_or_default());
    let mut excerpt = match number {
        Some(number) if !number.is_empty() => {
            let end = number.end.min(line.len());
            mask_text(&text(0..number.start))
                + &mask_cell(&text(number.start..end))
                + &mask_text(&text(end..line.len()))
        }
        _ => mask_text(&text(0..line.len())),
    };
    if let Some((cut, _)) = excerpt.char_indices().nth(MAX_EXCERPT) {
        excerpt.truncate(cut);
        excerpt.push('…');
    }
    visible(&excerpt)
}

/// Control characters as their pictures: what stands in a file must not steer the terminal that shows it.
fn visible(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\t' => c,
            '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
            '\u{7f}'..='\u{9f}' => '\u{fffd}',
            _ => c,
        })
        .collect()
}

/// A name from a file, for a message.
pub(super) fn shown(name: &str) -> String {
    let short: String = name.chars().take(MAX_NAME).collect();
    visible(&mask_text(&short)) + if short.len() < name.len() { "…" } else { "" }
}
