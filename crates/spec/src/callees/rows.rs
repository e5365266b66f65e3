//! A file of rows as an iterator.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::ops::Range;

use super::cells::Given;
use super::checker::{Checker, Row};
use super::codes;
use super::columns::{Columns, Format};
use super::csv::{self, Cell};
use super::fault::{CellFault, MAX_EXCERPT, Place, RowFault, View};
use super::header::{self, Header};
use super::input::{Input, Line, MAX_RECORD};
use super::json_lines::{self, Broken};
use super::place::{CsvPlaces, JsonPlaces, Places};

/// The rows of a file or of standard input. Every row is either a [`Row`] or at least one [`RowFault`]; blank lines are
/// neither. After a failed read there is one last fault.
pub struct Rows<R> {
    input: Input<R>,
    format: Format,
    checker: Checker,
    /// The columns that are used, once each; cells are read in this order.
    used: Vec<String>,
    /// Where in `used` the special columns and the variables are.
    slots: Slots,
    header: Header,
    /// Of the next record.
    line: u64,
    faults: VecDeque<RowFault>,
    cells: Vec<Cell>,
    finished: bool,
}

impl<R> std::fmt::Debug for Rows<R> {
    /// Without the text that was read: it is full of numbers.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows").field("format", &self.format).field("line", &self.line).finish_non_exhaustive()
    }
}

/// What a caller makes of a row, or what it finds wrong with its cells. It is told where they stand.
type Bind<'b, T> = &'b mut dyn FnMut(Row, &dyn Places) -> Result<T, Vec<CellFault>>;

#[derive(Debug)]
pub(super) struct Slots {
    number: usize,
    key: Option<usize>,
    zone: Option<usize>,
    variables: Vec<usize>,
}

impl Slots {
    fn new(columns: &Columns, used: &[String]) -> Self {
        let slot = |column: &String| used.iter().position(|other| other == column).unwrap_or_default();
        Self {
            number: slot(&columns.number),
            key: columns.key.as_ref().map(slot),
            zone: columns.zone.as_ref().map(slot),
            variables: columns.variables.iter().map(|(_, column)| slot(column)).collect(),
        }
    }

    pub(super) fn of(&self, place: Place) -> Option<usize> {
        match place {
            Place::Row => None,
            Place::Number => Some(self.number),
            Place::Key => self.key,
            Place::Zone => self.zone,
            Place::Variable(index) => self.variables.get(index).copied(),
        }
    }
}

impl<R: Read> Rows<R> {
    /// Reads the header, if the format has one.
    ///
    /// # Errors
    /// If it can't be read, or is not what `columns` needs: everything that is wrong with it.
    pub fn open(read: R, format: Format, columns: Columns) -> Result<Self, Vec<RowFault>> {
        let mut input = Input::new(read).map_err(|error| vec![unreadable(1, &error)])?;
        if input.looks_like_utf16() {
            return Err(vec![utf16()]);
        }
        let used = columns.used();
        let (header, line) = match format {
            Format::Csv { delimiter } => header::read(&mut input, delimiter, &columns)?,
            Format::JsonLines => (Header::default(), 1),
        };
        Ok(Self {
            input,
            format,
            slots: Slots::new(&columns, &used),
            checker: Checker::of_file(columns),
            used,
            header,
            line,
            faults: VecDeque::new(),
            cells: Vec::new(),
            finished: false,
        })
    }

    /// The columns that the rows are read by.
    pub fn columns(&self) -> &Columns {
        self.checker.columns()
    }

    /// Whether a line before the rows names the columns.
    pub fn has_header(&self) -> bool {
        matches!(self.format, Format::Csv { .. })
    }

    /// For each of these variables whose column the header does not have, what is wrong with the header.
    pub fn without_column(&self, variables: impl IntoIterator<Item = usize>) -> Vec<RowFault> {
        let places = variables.into_iter().map(Place::Variable);
        let fault = |place| {
            let at = self.header.places.get(self.slots.of(place)?)?;
            let column = self.columns().name(place).filter(|_| at.is_none())?;
            Some(self.header.lacks(column, place))
        };
        places.filter_map(fault).collect()
    }

    /// One record, or nothing where it was blank or wrong. `None` at the end.
    fn step<T>(&mut self, bind: Bind<'_, T>) -> io::Result<Option<Option<T>>> {
        match self.format {
            Format::Csv { delimiter } => self.csv(delimiter, bind),
            Format::JsonLines => self.json(bind),
        }
    }

    fn csv<T>(&mut self, delimiter: u8, bind: Bind<'_, T>) -> io::Result<Option<Option<T>>> {
        let mut cells = std::mem::take(&mut self.cells);
        let step = match csv::record(&mut self.input, delimiter, &mut cells)? {
            None => None,
            Some(Err(broken)) => {
                self.broken(broken)?;
                Some(None)
            }
            Some(Ok(len)) => {
                let row = self.record(len, &cells, bind);
                self.line += self.input.bytes(len).iter().filter(|b| **b == b'\n').count() as u64;
                self.input.consume(len);
                Some(row)
            }
        };
        self.cells = cells;
        Ok(step)
    }

    /// Says so, and goes on in the next line: what follows is not to be swallowed.
    fn broken(&mut self, broken: csv::Broken) -> io::Result<()> {
        self.faults.push_back(broken_record(&mut self.input, self.line, broken)?);
        self.line += 1;
        Ok(())
    }

    fn record<T>(&mut self, len: usize, cells: &[Cell], bind: Bind<'_, T>) -> Option<T> {
        let bytes = self.input.bytes(len);
        if cells.len() == 1 && cells[0].content.is_empty() && !cells[0].quoted {
            return None;
        }
        let number = self.header.cell(cells, self.slots.number).map(|cell| cell.content.clone());
        let view = View { number, ..View::whole(self.line, bytes) };
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                self.faults.push_back(not_utf8(view, error.valid_up_to()));
                return None;
            }
        };
        if cells.len() != self.header.width {
            self.faults.push_back(ragged(View { number: None, ..view }, cells, self.header.width));
            return None;
        }
        if cells.iter().all(|cell| cell.content.is_empty()) {
            let help = vec!["delete the line; spreadsheets leave such lines at the end".to_owned()];
            self.faults.push_back(view.fault(codes::NO_NUMBER, "the row is empty", "no number", help));
            return None;
        }
        let given = |slot: usize| {
            let cell = self.header.cell(cells, slot);
            cell.filter(|cell| !cell.content.is_empty()).map_or(Given::Nothing, |cell| Given::Text(cell.text(text)))
        };
        let checked = self.checker.row(
            self.line,
            &given(self.slots.number),
            self.slots.key.map(given).as_ref(),
            self.slots.zone.map(given).as_ref(),
            self.slots.variables.iter().map(|slot| given(*slot).raw()).collect(),
        );
        let places = CsvPlaces { view: &view, text, cells, header: &self.header, slots: &self.slots };
        let faults = match checked.and_then(|row| bind(row, &places)) {
            Ok(bound) => return Some(bound),
            Err(faults) => faults,
        };
        for fault in faults {
            let cell = self.slots.of(fault.place).and_then(|slot| self.header.cell(cells, slot));
            let wrong = cell.map_or(view.wrong.clone(), |cell| point(text, &cell.content, fault.at));
            self.faults.push_back(fault.into_row(view.clone().at(wrong)));
        }
        None
    }

    fn json<T>(&mut self, bind: Bind<'_, T>) -> io::Result<Option<Option<T>>> {
        let len = match self.input.line(0)? {
            Line::End => return Ok(None),
            Line::TooLong => {
                self.broken(csv::Broken::TooLong)?;
                return Ok(Some(None));
            }
            Line::Until(len) => len,
        };
        let row = self.object(len, bind);
        self.input.consume(len);
        self.line += 1;
        Ok(Some(row))
    }

    fn object<T>(&mut self, len: usize, bind: Bind<'_, T>) -> Option<T> {
        let bytes = self.input.bytes(len);
        let view = View::whole(self.line, bytes);
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text.trim_end(),
            Err(error) => {
                self.faults.push_back(not_utf8(view, error.valid_up_to()));
                return None;
            }
        };
        if text.trim().is_empty() {
            return None;
        }
        let view = View { number: json_lines::find(text, &self.checker.columns().number), ..view };
        let cells = match json_lines::read(text, &self.used) {
            Ok(cells) => cells,
            Err(broken) => {
                self.faults.push_back(broken_json(view, text, broken));
                return None;
            }
        };
        let mut faults = Vec::new();
        let nested = |slot: usize| matches!(cells[slot], Given::Nested);
        for slot in (0..cells.len()).filter(|slot| nested(*slot)) {
            let place = if slot == self.slots.number { Place::Number } else { Place::Row };
            let message = format!("`{}` is a list or an object", self.used[slot]);
            let fault = CellFault::new(place, codes::NESTED, message, "not a single value");
            faults.push((Some(slot), fault.help("a cell is a string, a number, `true`, `false` or `null`")));
        }
        if faults.is_empty() {
            let checked = self.checker.row(
                self.line,
                &cells[self.slots.number],
                self.slots.key.map(|slot| &cells[slot]),
                self.slots.zone.map(|slot| &cells[slot]),
                self.slots.variables.iter().map(|slot| cells[*slot].raw()).collect(),
            );
            let places = JsonPlaces { view: &view, text, used: &self.used, slots: &self.slots };
            match checked.and_then(|row| bind(row, &places)) {
                Ok(bound) => return Some(bound),
                Err(found) => faults.extend(found.into_iter().map(|fault| (self.slots.of(fault.place), fault))),
            }
        }
        for (slot, mut fault) in faults {
            let name = slot.map(|slot| self.used[slot].as_str());
            let place = name.and_then(|name| json_lines::find(text, name));
            if let (Some(name), None) = (name, &place) {
                let names = json_lines::names(text);
                fault.help.insert(0, header::no_such(name, names.iter().map(String::as_str), "field"));
            }
            let wrong = place.unwrap_or(view.wrong.clone());
            self.faults.push_back(fault.into_row(view.clone().at(wrong)));
        }
        None
    }
}

impl<R: Read> Rows<R> {
    /// The next row as `bind` makes it. What `bind` finds wrong with the row is placed in its line, as what is found
    /// here is. `None` at the end.
    pub fn next_with<T>(&mut self, bind: Bind<'_, T>) -> Option<Result<T, RowFault>> {
        loop {
            if let Some(fault) = self.faults.pop_front() {
                return Some(Err(fault));
            }
            if self.finished {
                return None;
            }
            match self.step(bind) {
                Ok(Some(Some(row))) => return Some(Ok(row)),
                Ok(Some(None)) => {}
                Ok(None) => self.finished = true,
                Err(error) => {
                    self.finished = true;
                    return Some(Err(unreadable(self.line, &error)));
                }
            }
        }
    }
}

impl<R: Read> Iterator for Rows<R> {
    type Item = Result<Row, RowFault>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_with(&mut |row, _| Ok(row))
    }
}

const UTF8: &str = "save the file as UTF-8 (in a spreadsheet: \"CSV UTF-8\")";

pub(super) fn unreadable(line: u64, error: &io::Error) -> RowFault {
    View::whole(line, b"").fault(codes::UNREADABLE, format!("the file can't be read on: {error}"), "", Vec::new())
}

pub(super) fn utf16() -> RowFault {
    View::whole(1, b"").fault(codes::NOT_UTF8, "the file is UTF-16", "", vec![UTF8.to_owned()])
}

pub(super) fn not_utf8(view: View<'_>, at: usize) -> RowFault {
    let view = view.at(at..at + 1);
    view.fault(codes::NOT_UTF8, "the line is not UTF-8", "this byte begins no character", vec![UTF8.to_owned()])
}

/// The fault of a record that has no end where it should; consumes its first line.
pub(super) fn broken_record<R: Read>(input: &mut Input<R>, line: u64, broken: csv::Broken) -> io::Result<RowFault> {
    let (wrong, reach) = match broken {
        csv::Broken::TooLong => (0, 0),
        csv::Broken::UnclosedInFile(at) | csv::Broken::UnclosedInRecord(at) | csv::Broken::BlankBeforeQuote(at) => {
            (at, at)
        }
        csv::Broken::AfterQuote { quote, at } => (quote, at),
    };
    let shown = match input.line(reach)? {
        Line::Until(end) => end,
        // As much as is shown of any line.
        Line::TooLong => (reach + MAX_EXCERPT).min(MAX_RECORD),
        Line::End => reach,
    };
    let bytes = input.bytes(shown);
    let breaks = bytes.get(wrong..reach).unwrap_or_default().iter().filter(|b| **b == b'\n').count() as u64;
    let view = View::whole(line, bytes);
    let size = MAX_RECORD / 1024;
    let unclosed = |view: View<'_>, label: String| {
        let help = "close it at the end of the cell; a quote inside quotes is written twice: `\"\"`".to_owned();
        view.at(wrong..wrong + 1).fault(codes::BROKEN_RECORD, "a quote is opened and not closed", label, vec![help])
    };
    let fault = match broken {
        csv::Broken::TooLong => {
            let help = vec!["is this a file of rows, with line breaks between them?".to_owned()];
            view.fault(codes::BROKEN_RECORD, format!("the line is longer than {size} KiB"), "", help)
        }
        csv::Broken::UnclosedInFile(_) => unclosed(view, "no quote follows in the file".to_owned()),
        csv::Broken::UnclosedInRecord(_) => unclosed(view, format!("no closing quote in the next {size} KiB")),
        csv::Broken::AfterQuote { .. } if breaks > 0 => {
            let first = line + bytes[..wrong].iter().filter(|b| **b == b'\n').count() as u64;
            unclosed(view, format!("the next quote, in line {}, begins another cell", first + breaks))
        }
        csv::Broken::AfterQuote { at, .. } => view.at(at..at + 1).fault(
            codes::BROKEN_RECORD,
            "text follows a closing quote",
            "only the delimiter or the end of the line may follow the quote",
            vec!["a quote inside quotes is written twice: `\"\"`".to_owned()],
        ),
        csv::Broken::BlankBeforeQuote(at) => view.at(at..at + 1).fault(
            codes::BROKEN_RECORD,
            "a blank stands before a quote",
            "so this quote would be part of the text",
            vec!["remove the blank after the delimiter".to_owned()],
        ),
    };
    input.skip_line()?;
    Ok(fault)
}

fn ragged(view: View<'_>, cells: &[Cell], width: usize) -> RowFault {
    let found = cells.len();
    let message = format!("the row has {found} cell{}, the header {width}", if found == 1 { "" } else { "s" });
    let mut help = Vec::new();
    let end = cells.last().map_or(0, |cell| cell.content.end + usize::from(cell.quoted));
    let (wrong, label) = match cells.get(width) {
        Some(surplus) => {
            help.push("a delimiter inside a value needs quotes around the value".to_owned());
            (surplus.content.start..end, format!("surplus from here: {} too many", found - width))
        }
        None => (end..end, format!("{} missing", width - found)),
    };
    if view.bytes[..end].contains(&b'\n') {
        help.push(format!("the row goes over several lines: is a quote of line {} not closed?", view.record));
    }
    view.at(wrong).fault(codes::RAGGED, message, label, help)
}

fn broken_json(view: View<'_>, text: &str, broken: Broken) -> RowFault {
    match broken {
        Broken::Syntax { what, at } => {
            let help = vec!["each line is one JSON object: {\"phone\": \"+44...\", ...}".to_owned()];
            view.at(at..at + 1).fault(codes::NOT_JSON, format!("the line is not JSON: {what}"), what, help)
        }
        Broken::Twice(name) => {
            let wrong = json_lines::find(text, &name).unwrap_or(view.wrong.clone());
            view.at(wrong).fault(codes::NOT_JSON, format!("`{name}` is there twice"), "the first of them", Vec::new())
        }
        Broken::NotAnObject => {
            let help = vec!["each line is one JSON object: {\"phone\": \"+44...\", ...}".to_owned()];
            view.fault(codes::NOT_AN_OBJECT, "the line is not an object", "not `{...}`", help)
        }
    }
}

/// The whole cell, or from the wrong character on.
fn point(text: &str, cell: &Range<usize>, at: Option<usize>) -> Range<usize> {
    let content = text.get(cell.clone()).unwrap_or_default();
    match at.and_then(|at| content.char_indices().nth(at)) {
        Some((offset, character)) => cell.start + offset..cell.start + offset + character.len_utf8(),
        None => cell.clone(),
    }
}
