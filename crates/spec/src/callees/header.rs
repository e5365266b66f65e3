//! The header line of a CSV file.

use std::io::Read;
use std::ops::Range;

use super::codes;
use super::columns::{Columns, nearest};
use super::csv::{self, Cell};
use super::fault::{Place, RowFault, View, shown};
use super::input::Input;
use super::place::LinePlace;
use super::rows::{broken_record, not_utf8, unreadable};

/// How many columns are named in a message.
const NAMED: usize = 12;

/// What the header says.
#[derive(Debug, Default)]
pub(super) struct Header {
    /// How many cells each row has.
    pub(super) width: usize,
    /// Which cell each used column is; `None` where a variable has no column.
    pub(super) places: Vec<Option<usize>>,
    /// The line in which it begins, and its text.
    line: u64,
    text: String,
    /// Columns that nothing reads: name, and bytes of `text`.
    unused: Vec<(String, Range<usize>)>,
}

impl Header {
    /// The cell of a used column.
    pub(super) fn cell<'c>(&self, cells: &'c [Cell], slot: usize) -> Option<&'c Cell> {
        cells.get((*self.places.get(slot)?)?)
    }

    /// What is wrong with it where it has no such column.
    pub(super) fn lacks(&self, column: &str, place: Place) -> RowFault {
        let names = || self.unused.iter().map(|(name, _)| name.as_str());
        let near = nearest(column, names()).and_then(|near| self.unused.iter().find(|(name, _)| name == near));
        let view = View::whole(self.line, self.text.as_bytes());
        let help = near.map(|(name, _)| did_you_mean(name));
        no_such_column(view, column, place, near.map(|(_, at)| at.clone()), help)
    }

    /// The columns that nothing reads, each with the place of its name.
    pub(super) fn unused(&self) -> Vec<(String, LinePlace)> {
        let place = |at: &Range<usize>| View::whole(self.line, self.text.as_bytes()).at(at.clone()).place();
        self.unused.iter().map(|(name, at)| (name.clone(), place(at))).collect()
    }
}

/// Reads the header; the number is the line after it.
pub(super) fn read<R: Read>(
    input: &mut Input<R>,
    delimiter: u8,
    columns: &Columns,
) -> Result<(Header, u64), Vec<RowFault>> {
    let mut line = 1;
    let mut cells = Vec::new();
    loop {
        let record = csv::record(input, delimiter, &mut cells).map_err(|error| vec![unreadable(line, &error)])?;
        let len = match record {
            None => {
                let help = vec![format!("the first line names the columns: {}", columns.used().join(","))];
                return Err(vec![View::whole(1, b"").fault(codes::NO_HEADER, "the file is empty", "", help)]);
            }
            Some(Err(broken)) => {
                return Err(vec![broken_record(input, line, broken).unwrap_or_else(|error| unreadable(line, &error))]);
            }
            Some(Ok(len)) => len,
        };
        let bytes = input.bytes(len);
        let blank = bytes.iter().all(u8::is_ascii_whitespace);
        let header = if blank { Ok(None) } else { check(line, bytes, &cells, delimiter, columns).map(Some) };
        line += bytes.iter().filter(|b| **b == b'\n').count() as u64;
        input.consume(len);
        if let Some(header) = header? {
            return Ok((header, line));
        }
    }
}

fn check(line: u64, bytes: &[u8], cells: &[Cell], delimiter: u8, columns: &Columns) -> Result<Header, Vec<RowFault>> {
    let view = || View::whole(line, bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| vec![not_utf8(view(), error.valid_up_to())])?;
    let names: Vec<String> = cells.iter().map(|cell| cell.text(text).trim().to_owned()).collect();
    if let Some(fault) = other_delimiter(view(), &names, delimiter, columns) {
        return Err(vec![fault]);
    }
    if text.trim_end().contains('\r') {
        let help = vec!["save the file again with LF or CRLF line ends".to_owned()];
        let fault = view().fault(codes::BAD_HEADER, "the lines end with a carriage return only", "", help);
        return Err(vec![fault]);
    }
    let used = columns.used();
    if !used.iter().any(|column| names.contains(column)) && looks_like_data(&names) {
        let help = vec![format!("the first line names the columns: {}", used.join(","))];
        return Err(vec![view().fault(codes::NO_HEADER, "the file has no header", "this looks like a row", help)]);
    }
    let mut faults = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let place = view().at(cells[at].content.clone());
        if name.is_empty() {
            let help = vec!["name the column, or delete it".to_owned()];
            faults.push(place.fault(codes::BAD_HEADER, format!("column {} has no name", at + 1), "no name", help));
        } else if let Some(first) = names[..at].iter().position(|other| other == name) {
            let message = format!("two columns are called `{}`", shown(name));
            let label = format!("column {} has this name too", first + 1);
            faults.push(place.fault(
                codes::BAD_HEADER,
                message,
                label,
                vec!["rename or delete one of them".to_owned()],
            ));
        }
    }
    let mut places = Vec::new();
    for column in &used {
        let at = names.iter().position(|name| name == column);
        if at.is_none() && columns.requires(column) {
            faults.push(no_column(view(), cells, &names, column, columns));
        }
        places.push(at);
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let width = names.len();
    let unused = names.into_iter().zip(cells).filter(|(name, _)| !used.contains(name));
    let unused = unused.map(|(name, cell)| (name, cell.content.clone())).collect();
    Ok(Header { width, places, line, text: text.to_owned(), unused })
}

fn no_column(view: View<'_>, cells: &[Cell], names: &[String], column: &str, columns: &Columns) -> RowFault {
    let help = no_such(column, names.iter().map(String::as_str), "column");
    let near = nearest(column, names.iter().map(String::as_str));
    let near = near.and_then(|near| names.iter().position(|name| name == near)).map(|at| cells[at].content.clone());
    no_such_column(view, column, columns.place(column), near, Some(help))
}

/// `near` is where the column stands that it probably is.
fn no_such_column(
    view: View<'_>,
    column: &str,
    place: Place,
    near: Option<Range<usize>>,
    help: Option<String>,
) -> RowFault {
    let (view, label) = match near {
        Some(at) => (view.at(at), "is it this one?"),
        None => (view, "not among these"),
    };
    let message = format!("there is no column `{column}`");
    RowFault { place, ..view.fault(codes::NO_COLUMN, message, label, help.into_iter().collect()) }
}

fn did_you_mean(name: &str) -> String {
    format!("did you mean `{}`?", shown(name))
}

/// "did you mean", or what there is.
pub(super) fn no_such<'a>(name: &str, names: impl Iterator<Item = &'a str> + Clone, what: &str) -> String {
    if let Some(near) = nearest(name, names.clone()) {
        return did_you_mean(near);
    }
    let names = names.filter(|name| !name.is_empty());
    let mut list: Vec<String> = names.clone().take(NAMED).map(|name| format!("`{}`", shown(name))).collect();
    let more = names.count().saturating_sub(NAMED);
    if more > 0 {
        list.push(format!("{more} more"));
    }
    if list.is_empty() { format!("there are no {what}s") } else { format!("the {what}s are {}", list.join(", ")) }
}

fn looks_like_data(names: &[String]) -> bool {
    names.iter().any(|name| name.bytes().filter(u8::is_ascii_digit).count() >= 7)
}

/// One column, whose name has another usual delimiter in it.
fn other_delimiter(view: View<'_>, names: &[String], delimiter: u8, columns: &Columns) -> Option<RowFault> {
    let [only] = names else { return None };
    if columns.number == *only {
        return None;
    }
    let (found, name, written) =
        [(';', "semicolons", ";"), (',', "commas", ","), ('\t', "tabs", "\\t"), ('|', "bars", "|")]
            .into_iter()
            .find(|(found, ..)| *found as u32 != u32::from(delimiter) && only.contains(*found))?;
    let expected = match delimiter {
        b',' => "commas".to_owned(),
        b';' => "semicolons".to_owned(),
        b'\t' => "tabs".to_owned(),
        other => format!("`{}`", char::from(other)),
    };
    let at = view.bytes.iter().position(|b| u32::from(*b) == found as u32)?;
    let help = vec![format!("write `delimiter: \"{written}\"` beside `file`, or save the file with {expected}")];
    let message = format!("the columns are separated by {name}, not by {expected}");
    Some(view.at(at..at + 1).fault(codes::OTHER_DELIMITER, message, format!("one of the {name}"), help))
}
