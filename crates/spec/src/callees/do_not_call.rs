//! Lists of numbers that are not phoned.

use std::io::Read;

use super::cells::Given;
use super::codes;
use super::columns::Format;
use super::csv::{self, Cell};
use super::fault::{RowFault, View};
use super::input::{Input, Line};
use super::json_lines::{self, Broken};
use super::rows::{broken_record, not_utf8, unreadable, utf16};
use crate::phone::{PhoneError, PhoneNumber};

/// More faults than anybody reads; they are counted beyond.
const MAX_FAULTS: usize = 1000;

/// The columns that hold the number, in whatever case; without one of them it is the first.
const NAMES: [&str; 5] = ["number", "phone", "phone_number", "phonenumber", "e164"];

/// A set of numbers. Eight bytes a number, sorted.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct DoNotCall {
    ids: Vec<u64>,
}

impl std::fmt::Debug for DoNotCall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DoNotCall({} numbers)", self.ids.len())
    }
}

impl DoNotCall {
    /// Adds the numbers of a list: one a line, or CSV (with commas, semicolons or tabs) with a column `number` (or
    /// `phone`; otherwise the first), or JSON Lines with such a field. A first line without any digit in its first cell
    /// is a header. Blank lines, and what follows a `#`, are left out.
    ///
    /// Gives every line that can't be read, up to a thousand and then one fault that counts the rest. With any such
    /// fault the list can't be relied upon: a plan made without it might phone somebody who asked not to be.
    #[must_use]
    pub fn read(&mut self, read: impl Read) -> Vec<RowFault> {
        let mut reader = Reader { ids: std::mem::take(&mut self.ids), faults: Vec::new(), count: 0, line: 1 };
        let ended = Input::new(read).and_then(|mut input| match format(&mut input)? {
            _ if input.looks_like_utf16() => {
                reader.fault(utf16());
                Ok(())
            }
            Format::Csv { delimiter } => reader.csv(&mut input, delimiter),
            Format::JsonLines => reader.json(&mut input),
        });
        if let Err(error) = ended {
            reader.fault(unreadable(reader.line, &error));
        }
        self.ids = reader.ids;
        self.tidy();
        let more = reader.count - reader.faults.len() as u64;
        if more > 0 {
            let message = format!("{more} more lines of the list can't be read");
            reader.faults.push(View::whole(reader.line, b"").fault(codes::BAD_NUMBER, message, "", Vec::new()));
        }
        reader.faults
    }

    /// Adds the numbers of another list.
    pub fn extend(&mut self, other: Self) {
        self.ids.extend(other.ids);
        self.tidy();
    }

    /// Whether the number is not to be phoned.
    pub fn contains(&self, number: &PhoneNumber) -> bool {
        self.ids.binary_search(&number.id()).is_ok()
    }

    /// The numbers themselves, in no useful order.
    ///
    /// # Errors
    /// Each one that can't be read back: then the list can't be relied upon.
    pub fn numbers(&self) -> impl Iterator<Item = Result<PhoneNumber, PhoneError>> + '_ {
        self.ids.iter().map(|id| PhoneNumber::parse(&format!("+{id}")))
    }

    /// How many different numbers there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether nobody is on it.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    fn tidy(&mut self) {
        self.ids.sort_unstable();
        self.ids.dedup();
        self.ids.shrink_to_fit();
    }
}

struct Reader {
    ids: Vec<u64>,
    faults: Vec<RowFault>,
    count: u64,
    line: u64,
}

impl Reader {
    fn fault(&mut self, fault: RowFault) {
        self.count += 1;
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(fault);
        }
    }

    fn csv(&mut self, input: &mut Input<impl Read>, delimiter: u8) -> std::io::Result<()> {
        let mut cells = Vec::new();
        // Which cell holds the number; not known before the first line that is no comment.
        let mut column = None;
        loop {
            if let Line::Until(end) = input.line(0)?
                && let Some(said) = comment(input.bytes(end), column, delimiter)
            {
                self.line(said, &[Cell { content: 0..said.len(), quoted: false }], &mut column);
                input.consume(end);
                self.line += 1;
                continue;
            }
            let len = match csv::record(input, delimiter, &mut cells)? {
                None => return Ok(()),
                Some(Err(broken)) => {
                    let fault = broken_record(input, self.line, broken)?;
                    self.fault(fault);
                    self.line += 1;
                    continue;
                }
                Some(Ok(len)) => len,
            };
            let bytes = input.bytes(len);
            self.line(bytes, &cells, &mut column);
            self.line += bytes.iter().filter(|b| **b == b'\n').count() as u64;
            input.consume(len);
        }
    }

    fn line(&mut self, bytes: &[u8], cells: &[Cell], column: &mut Option<usize>) {
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => return self.fault(not_utf8(View::whole(self.line, bytes), error.valid_up_to())),
        };
        if text.trim().is_empty() {
            return;
        }
        match *column {
            Some(column) => self.cell(text, cells, column),
            None => {
                let header = header(text, cells);
                *column = Some(header.unwrap_or(0));
                if header.is_none() {
                    self.cell(text, cells, 0);
                }
            }
        }
    }

    fn cell(&mut self, text: &str, cells: &[Cell], column: usize) {
        let whole = View::whole(self.line, text.as_bytes());
        let Some(cell) = cells.get(column) else {
            let message = format!("the line has {} cells, and the number is in cell {}", cells.len(), column + 1);
            self.fault(whole.fault(codes::RAGGED, message, "no number", Vec::new()));
            return;
        };
        let number = cell.text(text);
        let view = View { number: Some(cell.content.clone()), ..whole }.at(cell.content.clone());
        self.number(PhoneNumber::parse(&number), view);
    }

    fn json(&mut self, input: &mut Input<impl Read>) -> std::io::Result<()> {
        let wanted = NAMES.map(str::to_owned);
        loop {
            let len = match input.line(0)? {
                Line::End => return Ok(()),
                Line::TooLong => {
                    let fault = broken_record(input, self.line, csv::Broken::TooLong)?;
                    self.fault(fault);
                    self.line += 1;
                    continue;
                }
                Line::Until(len) => len,
            };
            let bytes = input.bytes(len);
            match std::str::from_utf8(bytes) {
                Err(error) => self.fault(not_utf8(View::whole(self.line, bytes), error.valid_up_to())),
                Ok(text) if text.trim().is_empty() || text.trim_start().starts_with('#') => {}
                Ok(text) => self.object(text.trim_end(), &wanted),
            }
            self.line += 1;
            input.consume(len);
        }
    }

    fn object(&mut self, text: &str, wanted: &[String]) {
        let view = View::whole(self.line, text.as_bytes());
        let cells = match json_lines::read(text, wanted) {
            Ok(cells) => cells,
            Err(broken) => {
                let message = match broken {
                    Broken::Syntax { what, .. } => format!("the line is not JSON: {what}"),
                    Broken::Twice(name) => format!("`{name}` is there twice"),
                    Broken::NotAnObject => "the line is not an object".to_owned(),
                };
                self.fault(view.fault(codes::NOT_JSON, message, "", Vec::new()));
                return;
            }
        };
        let found = cells.iter().position(|cell| !matches!(cell, Given::Nothing));
        let place = found.and_then(|slot| json_lines::find(text, &wanted[slot])).unwrap_or(view.wrong.clone());
        let number = match found.map(|slot| &cells[slot]) {
            Some(Given::Text(number)) => PhoneNumber::parse(number),
            Some(Given::Number(_)) => Err(PhoneError::PrefixEaten),
            Some(_) => Err(PhoneError::NoPrefix),
            None => Err(PhoneError::Empty),
        };
        self.number(number, View { number: Some(place.clone()), ..view }.at(place));
    }

    fn number(&mut self, number: Result<PhoneNumber, PhoneError>, view: View<'_>) {
        match number {
            Ok(number) => self.ids.push(number.id()),
            Err(error) => {
                let help = vec![
                    error.help().to_owned(),
                    "a do-not-call list is obeyed whole or not at all: nobody is phoned until this line is readable"
                        .to_owned(),
                ];
                self.fault(view.fault(codes::BAD_NUMBER, error.to_string(), "not a number", help));
            }
        }
    }
}

/// By the first line that says something.
fn format(input: &mut Input<impl Read>) -> std::io::Result<Format> {
    let mut from = 0;
    while let Line::Until(end) = input.line(from)? {
        let line = input.bytes(end)[from..].trim_ascii();
        from = end;
        match line.first() {
            None | Some(b'#') => {}
            Some(b'{') => return Ok(Format::JsonLines),
            Some(_) => {
                let delimiter = [b',', b';', b'\t'].into_iter().find(|delimiter| line.contains(delimiter));
                return Ok(Format::Csv { delimiter: delimiter.unwrap_or(b',') });
            }
        }
    }
    Ok(Format::CSV)
}

/// What stands before a comment. A `#` begins one in the first column, if that holds the numbers, and at the beginning of
/// any line; the rest of the line is prose, in which quotes mean nothing.
fn comment(line: &[u8], column: Option<usize>, delimiter: u8) -> Option<&[u8]> {
    let said = &line[..line.iter().position(|b| *b == b'#')?];
    let first_cell = !said.contains(&delimiter) && !said.contains(&b'"');
    let holds_numbers = match column {
        Some(column) => column == 0,
        None => said.iter().any(u8::is_ascii_digit),
    };
    (said.trim_ascii().is_empty() || first_cell && holds_numbers).then_some(said)
}

/// The number's cell, if this is a header.
fn header(text: &str, cells: &[Cell]) -> Option<usize> {
    let names: Vec<String> = cells.iter().map(|cell| cell.text(text).trim().to_lowercase()).collect();
    let named = NAMES.iter().find_map(|name| names.iter().position(|other| other == name));
    let no_number = names.first().is_some_and(|first| !first.is_empty() && !first.contains(|c: char| c.is_numeric()));
    named.or(no_number.then_some(0))
}
