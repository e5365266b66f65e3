//! CSV records (RFC 4180), each with the place of every cell.
//!
//! Our own, because a message must point at a cell, because what follows a record that is broken must still be read, and
//! because a quote that nobody closed must not swallow the file. Where the format leaves a choice this reader is strict:
//! nothing may stand between a quote and the delimiter, which finds most unclosed quotes within two lines.

use std::borrow::Cow;
use std::io::{Read, Result};
use std::ops::Range;

use super::input::{Input, Line};

/// One cell of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cell {
    /// Its content in the record's bytes, without the quotes.
    pub(super) content: Range<usize>,
    /// Whether it stood in quotes.
    pub(super) quoted: bool,
}

impl Cell {
    /// Its text: `""` is one quote, and CRLF inside quotes is LF, as everywhere in texts from files.
    pub(super) fn text<'r>(&self, record: &'r str) -> Cow<'r, str> {
        let text = record.get(self.content.clone()).unwrap_or_default();
        if self.quoted && (text.contains('"') || text.contains("\r\n")) {
            return Cow::Owned(text.replace("\"\"", "\"").replace("\r\n", "\n"));
        }
        Cow::Borrowed(text)
    }
}

/// Why a record can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// The quote at this byte is not closed before the file ends.
    UnclosedInFile(usize),
    /// The quote at this byte is not closed within the length that a record may have.
    UnclosedInRecord(usize),
    /// Something at `at` follows the quote that closes the one at `quote`.
    AfterQuote {
        /// Where the cell begins.
        quote: usize,
        /// What follows.
        at: usize,
    },
    /// Blanks stand before the quote at this byte, which then is none.
    BlankBeforeQuote(usize),
    /// The line is longer than a record may be.
    TooLong,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    /// At the first byte of a cell.
    Start,
    /// In a cell without quotes, so far only blanks.
    Blank,
    /// In a cell without quotes.
    Plain,
    /// Inside quotes.
    Quoted,
    /// After a quote inside quotes: the end, or half of `""`.
    Quote,
}

/// Reads the record that begins at the input's place into `cells`; does not consume it. `None` at the end of the file.
pub(super) fn record<R: Read>(
    input: &mut Input<R>,
    delimiter: u8,
    cells: &mut Vec<Cell>,
) -> Result<Option<std::result::Result<usize, Broken>>> {
    cells.clear();
    let mut state = State::Start;
    let (mut cell, mut quote, mut read) = (0, 0, 0);
    loop {
        let end = match input.line(read)? {
            Line::Until(end) => end,
            Line::End if read == 0 => return Ok(None),
            Line::End => return Ok(Some(Err(Broken::UnclosedInFile(quote)))),
            Line::TooLong if state == State::Quoted => return Ok(Some(Err(Broken::UnclosedInRecord(quote)))),
            Line::TooLong => return Ok(Some(Err(Broken::TooLong))),
        };
        let bytes = input.bytes(end);
        let content_end = match &bytes[read..] {
            [.., b'\r', b'\n'] => end - 2,
            [.., b'\n'] => end - 1,
            _ => end,
        };
        for (at, byte) in bytes.iter().enumerate().take(content_end).skip(read) {
            state = match (state, *byte) {
                (State::Start, b'"') => {
                    quote = at;
                    State::Quoted
                }
                (State::Blank, b'"') => return Ok(Some(Err(Broken::BlankBeforeQuote(at)))),
                (State::Start | State::Blank | State::Plain, byte) if byte == delimiter => {
                    cells.push(Cell { content: cell..at, quoted: false });
                    cell = at + 1;
                    State::Start
                }
                (State::Start | State::Blank, b' ') => State::Blank,
                (State::Start | State::Blank | State::Plain, _) => State::Plain,
                (State::Quoted, b'"') => State::Quote,
                (State::Quoted, _) => State::Quoted,
                (State::Quote, b'"') => State::Quoted,
                (State::Quote, byte) if byte == delimiter => {
                    cells.push(Cell { content: quote + 1..at - 1, quoted: true });
                    cell = at + 1;
                    State::Start
                }
                (State::Quote, _) => return Ok(Some(Err(Broken::AfterQuote { quote, at }))),
            };
        }
        match state {
            // The line break belongs to the cell.
            State::Quoted => read = end,
            State::Quote => {
                cells.push(Cell { content: quote + 1..content_end - 1, quoted: true });
                return Ok(Some(Ok(end)));
            }
            State::Start | State::Blank | State::Plain => {
                cells.push(Cell { content: cell..content_end, quoted: false });
                return Ok(Some(Ok(end)));
            }
        }
    }
}
