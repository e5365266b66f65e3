//! Where the cells of a row stand, told while the row's text is at hand.

use std::ops::Range;

use super::csv::Cell;
use super::fault::{Place, View};
use super::header::Header;
use super::json_lines;
use super::rows::Slots;
use crate::source::{Sources, Span};

/// Where something stands in a line of a file. The excerpt holds no unmasked number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinePlace {
    /// The line that the excerpt is, from 1.
    pub line: u64,
    /// Characters, from 1.
    pub column: usize,
    /// How many characters; at least 1.
    pub width: usize,
    /// The line as it stands in the file, with phone numbers masked character by character.
    pub excerpt: String,
}

impl LinePlace {
    /// With what it points at hidden, character by character. Of a key in which a number was masked, nobody who hides keys
    /// by their shape would know the whole.
    #[must_use]
    pub fn hidden(self) -> Self {
        let meant = self.column - 1..self.column - 1 + self.width;
        let hide = |(nth, c)| if meant.contains(&nth) { '*' } else { c };
        Self { excerpt: self.excerpt.chars().enumerate().map(hide).collect(), ..self }
    }

    /// As a span; `path` is the file's as shown. The excerpt becomes a source of its own.
    pub fn into_span(self, sources: &mut Sources, path: &str) -> Span {
        let byte = |column: usize| self.excerpt.char_indices().nth(column).map_or(self.excerpt.len(), |(at, _)| at);
        let range = byte(self.column - 1)..byte(self.column - 1 + self.width);
        let line = usize::try_from(self.line).unwrap_or(usize::MAX);
        Span::new(sources.add_lines(path, line, self.excerpt), range)
    }
}

/// Tells where the cells of one row stand. Nothing is looked for before it is asked for: most rows never are.
pub trait Places {
    /// Where a cell stands. `part` is the part of its value that is meant, in characters; the whole cell is shown where
    /// the value is not written in it as it is.
    fn cell(&self, cell: Place, part: Option<Range<usize>>) -> LinePlace;

    /// The columns of the file that nothing reads, in its order, each with the place of its name.
    fn unused(&self) -> Vec<(String, LinePlace)>;
}

/// A row of CSV.
pub(super) struct CsvPlaces<'r> {
    pub(super) view: &'r View<'r>,
    pub(super) text: &'r str,
    pub(super) cells: &'r [Cell],
    pub(super) header: &'r Header,
    pub(super) slots: &'r Slots,
}

impl Places for CsvPlaces<'_> {
    fn cell(&self, cell: Place, part: Option<Range<usize>>) -> LinePlace {
        let cell = self.slots.of(cell).and_then(|slot| self.header.cell(self.cells, slot));
        let range = cell.map(|cell| match part {
            // Where quotes are written twice, the characters of the value are not those of the text.
            Some(part) if !cell.quoted || cell.text(self.text) == self.text[cell.content.clone()] => {
                characters(self.text, &cell.content, part)
            }
            _ => cell.content.clone(),
        });
        self.view.clone().at(range.unwrap_or(self.view.wrong.clone())).place()
    }

    fn unused(&self) -> Vec<(String, LinePlace)> {
        self.header.unused()
    }
}

/// A row of JSON Lines.
pub(super) struct JsonPlaces<'r> {
    pub(super) view: &'r View<'r>,
    pub(super) text: &'r str,
    pub(super) used: &'r [String],
    pub(super) slots: &'r Slots,
}

impl Places for JsonPlaces<'_> {
    fn cell(&self, cell: Place, part: Option<Range<usize>>) -> LinePlace {
        let value = self.slots.of(cell).and_then(|slot| json_lines::find(self.text, &self.used[slot]));
        let range = value.map(|value| match part {
            // Between the quotes, where nothing is escaped.
            Some(part) if self.text[value.clone()].starts_with('"') && !self.text[value.clone()].contains('\\') => {
                characters(self.text, &(value.start + 1..value.end - 1), part)
            }
            _ => value,
        });
        self.view.clone().at(range.unwrap_or(self.view.wrong.clone())).place()
    }

    fn unused(&self) -> Vec<(String, LinePlace)> {
        let names = json_lines::names(self.text).into_iter().filter(|name| !self.used.contains(name));
        let place = |name: &str| {
            let value = json_lines::find(self.text, name).unwrap_or(self.view.wrong.clone());
            self.view.clone().at(value).place()
        };
        names.map(|name| (name.clone(), place(&name))).collect()
    }
}

/// Some characters of a cell as bytes of the line.
fn characters(text: &str, cell: &Range<usize>, part: Range<usize>) -> Range<usize> {
    let content = text.get(cell.clone()).unwrap_or_default();
    let byte =
        |character: usize| cell.start + content.char_indices().nth(character).map_or(content.len(), |(at, _)| at);
    byte(part.start)..byte(part.end)
}
