//! Looking at rows as they are read: for what is allowed and odd, without reading them twice.

use std::ops::Range;

use super::{InlineRow, ReadyRow};
use crate::callees::{Columns, LinePlace, Place, Places, Row};
use crate::source::{Sources, Span};

/// Looks at each row of a campaign; see [`super::Rows::next_watched`].
pub trait RowWatch {
    /// A row without errors.
    fn good(&mut self, row: &SeenRow<'_>);

    /// Something is wrong with a row; called for each problem.
    fn bad(&mut self);
}

/// For whom only the rows themselves matter.
pub(super) struct Nobody;

impl RowWatch for Nobody {
    fn good(&mut self, _: &SeenRow<'_>) {}

    fn bad(&mut self) {}
}

/// A row while its text is at hand.
#[derive(Clone, Copy)]
pub struct SeenRow<'r> {
    /// The row as it was met.
    pub row: &'r Row,
    /// With its typed values.
    pub ready: &'r ReadyRow,
    text: Text<'r>,
}

#[derive(Clone, Copy)]
enum Text<'r> {
    File { shown: &'r str, places: &'r dyn Places },
    Document { inline: &'r InlineRow, columns: &'r Columns },
}

impl std::fmt::Debug for SeenRow<'_> {
    /// Masked, as the row is.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SeenRow({:?})", self.row)
    }
}

impl<'r> SeenRow<'r> {
    pub(super) fn of_file(row: &'r Row, ready: &'r ReadyRow, shown: &'r str, places: &'r dyn Places) -> Self {
        Self { row, ready, text: Text::File { shown, places } }
    }

    pub(super) fn of_document(row: &'r Row, ready: &'r ReadyRow, inline: &'r InlineRow, columns: &'r Columns) -> Self {
        Self { row, ready, text: Text::Document { inline, columns } }
    }

    /// Where a cell stands. `part` is the part of its value that is meant, in characters; a row of the document, and a
    /// value that is not written as it is, are pointed at as a whole.
    pub fn place(&self, cell: Place, part: Option<Range<usize>>) -> CellPlace {
        match self.text {
            Text::File { shown, places } => {
                CellPlace::File { path: shown.to_owned(), place: Box::new(places.cell(cell, part)) }
            }
            Text::Document { inline, columns } => CellPlace::Document(inline.place(columns.name(cell))),
        }
    }

    /// The columns that nothing reads: name, and where it stands (in JSON Lines and in a document, where the row's value
    /// stands). For CSV those of the header, for others those of this row.
    pub fn unused(&self) -> Vec<(String, CellPlace)> {
        match self.text {
            Text::File { shown, places } => {
                let place = |place| CellPlace::File { path: shown.to_owned(), place: Box::new(place) };
                places.unused().into_iter().map(|(name, at)| (name, place(at))).collect()
            }
            Text::Document { inline, columns } => {
                let used = columns.used();
                let unused = inline.cell_spans.iter().filter(|(name, _)| !used.iter().any(|u| u == name));
                unused.map(|(name, span)| (name.to_owned(), CellPlace::Document(*span))).collect()
            }
        }
    }
}

/// Where a cell stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CellPlace {
    /// In a file that is not kept.
    File {
        /// The file, as shown.
        path: String,
        /// Where in it, with the line; numbers are masked.
        place: Box<LinePlace>,
    },
    /// In a document.
    Document(Span),
}

impl CellPlace {
    /// With the value hidden, where the line is not a part of a document.
    #[must_use]
    pub fn hidden(self) -> Self {
        match self {
            Self::File { path, place } => Self::File { path, place: Box::new(place.hidden()) },
            document @ Self::Document(_) => document,
        }
    }

    /// As a span; the line of a file becomes a text of `sources`.
    pub fn into_span(self, sources: &mut Sources) -> Span {
        match self {
            Self::File { path, place } => place.into_span(sources, &path),
            Self::Document(span) => span,
        }
    }
}

impl InlineRow {
    /// Where the cell of a column stands; the row where it has none.
    pub(super) fn place(&self, column: Option<&str>) -> Span {
        column.and_then(|column| self.cell_spans.get(column)).copied().unwrap_or(self.span)
    }
}
