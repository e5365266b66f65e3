//! The people of a campaign: rows of CSV and JSON Lines, streaming, and rows written in the campaign itself.
//!
//! [`Rows`] reads a file or any other [`std::io::Read`] row by row. A bad row is a [`RowFault`] and never skipped in
//! silence; reading goes on after it, so that all of them are found. Memory grows by about 50 bytes a row, which is what
//! it takes to name the first of two equal keys or numbers.
//!
//! [`DoNotCall`] is the other kind of list: numbers that are not phoned.

mod cells;
mod checker;
mod codes;
mod columns;
mod csv;
mod do_not_call;
mod fault;
mod header;
mod input;
mod json_lines;
mod place;
mod rows;
mod seen;

pub use checker::{Checker, Row};
pub use columns::{Columns, Format};
pub use do_not_call::DoNotCall;
pub use fault::{CellFault, Place, RowFault};
pub use place::{LinePlace, Places};
pub use rows::Rows;

#[cfg(test)]
mod tests;
