//! Bytes, line by line, with a bound on what is held at once.

use std::io::{ErrorKind, Read, Result};

/// A record that is longer is a mistake, most often a quote that nobody closed; without a bound it would swallow the
/// rest of a file of any size.
pub(super) const MAX_RECORD: usize = 64 * 1024;

const CHUNK: usize = 64 * 1024;
const BOM: &[u8] = b"\xef\xbb\xbf";

/// A line, or why there is none. Lengths count from the first byte not yet consumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Ends there, its line break included; the last line of a file may have none.
    Until(usize),
    /// Nothing is left after what was asked for.
    End,
    /// No line break within [`MAX_RECORD`].
    TooLong,
}

/// A reader with a window of a few records.
pub(super) struct Input<R> {
    read: R,
    /// Read and not yet consumed is what lies between `start` and `end`.
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    finished: bool,
}

impl<R: Read> Input<R> {
    /// A byte order mark is left out.
    pub(super) fn new(read: R) -> Result<Self> {
        let mut input = Self { read, buffer: vec![0; 2 * CHUNK], start: 0, end: 0, finished: false };
        while input.end < BOM.len() && !input.finished {
            input.fill()?;
        }
        if input.ahead().starts_with(BOM) {
            input.start = BOM.len();
        }
        Ok(input)
    }

    /// Whether it begins as UTF-16 does: with its byte order mark, or with a NUL beside an ASCII letter.
    pub(super) fn looks_like_utf16(&self) -> bool {
        matches!(self.ahead(), [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, _, ..] | [_, 0, ..])
    }

    /// The line that begins `from` bytes ahead.
    pub(super) fn line(&mut self, from: usize) -> Result<Line> {
        let mut searched = from;
        loop {
            let ahead = self.ahead();
            if let Some(at) = ahead[searched..].iter().position(|b| *b == b'\n') {
                let end = searched + at + 1;
                return Ok(if end > MAX_RECORD { Line::TooLong } else { Line::Until(end) });
            }
            searched = ahead.len();
            if searched > MAX_RECORD {
                return Ok(Line::TooLong);
            }
            if self.finished {
                return Ok(if searched > from { Line::Until(searched) } else { Line::End });
            }
            self.fill()?;
        }
    }

    /// The next `len` bytes.
    pub(super) fn bytes(&self, len: usize) -> &[u8] {
        &self.ahead()[..len]
    }

    /// Goes on after `len` bytes.
    pub(super) fn consume(&mut self, len: usize) {
        self.start += len;
    }

    /// Goes on after the next line break, however far it is.
    pub(super) fn skip_line(&mut self) -> Result<()> {
        loop {
            if let Some(at) = self.ahead().iter().position(|b| *b == b'\n') {
                self.start += at + 1;
                return Ok(());
            }
            self.start = self.end;
            if self.finished {
                return Ok(());
            }
            self.fill()?;
        }
    }

    fn ahead(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    fn fill(&mut self) -> Result<()> {
        if self.buffer.len() - self.end < CHUNK {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
            if self.buffer.len() - self.end < CHUNK {
                self.buffer.resize(self.end + CHUNK, 0);
            }
        }
        let read = loop {
            match self.read.read(&mut self.buffer[self.end..]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.end += read;
        self.finished = read == 0;
        Ok(())
    }
}
