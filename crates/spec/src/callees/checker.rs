//! From cells to a row: what holds for files and for rows in YAML alike.

use std::collections::HashMap;

use jiff::tz::TimeZone;

use super::cells::Given;
use super::codes;
use super::columns::{Columns, nearest};
use super::fault::{CellFault, Place};
use super::seen::Seen;
use crate::phone::{PhoneError, PhoneNumber};
use crate::value::Raw;

/// A key is a name; it is kept for each call, in memory and in the ledger.
const MAX_KEY: usize = 256;

/// One callee.
#[derive(Clone, PartialEq)]
pub struct Row {
    /// The line in which the row begins; the header's is 1. In a document, its position.
    pub line: u64,
    /// What the call is known by, blanks around it taken off. Without a key column the number in E.164: mask it.
    pub key: String,
    /// Whom to call.
    pub number: PhoneNumber,
    /// The IANA zone that the row names, as the database writes it.
    pub zone: Option<String>,
    /// Parallel to [`Columns::variables`]; an empty cell of CSV, a missing field and `null` are `None`.
    pub values: Vec<Option<Raw>>,
}

impl std::fmt::Debug for Row {
    /// Key and values are personal data, as the number is.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Row(line {}, {}, {} values)", self.line, self.number, self.values.len())
    }
}

/// Checks the rows of one campaign, one after the other: numbers, keys, zones, and that none comes twice.
pub struct Checker {
    columns: Columns,
    seen: Seen,
    /// As written, and as the database writes it.
    zones: HashMap<String, String>,
    /// What is counted: `line` or `row`.
    counted: &'static str,
}

impl std::fmt::Debug for Checker {
    /// Without what was seen: numbers are personal data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Checker").field("columns", &self.columns).finish_non_exhaustive()
    }
}

impl Checker {
    /// For rows of a document.
    pub fn new(columns: Columns) -> Self {
        Self { columns, seen: Seen::default(), zones: HashMap::new(), counted: "row" }
    }

    /// For the lines of a file.
    pub(super) fn of_file(columns: Columns) -> Self {
        Self { counted: "line", ..Self::new(columns) }
    }

    /// The columns.
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// A row that stands in a document. `cell` gives the value under a column's name; `line` is the row's position, from 1; a row that
    /// repeats another is told the other's.
    ///
    /// # Errors
    /// Everything that is wrong with the row.
    pub fn inline_row<'r>(&mut self, line: u64, cell: impl Fn(&str) -> Option<&'r Raw>) -> Result<Row, Vec<CellFault>> {
        let columns = self.columns.clone();
        let given = |column: &str| Given::from(cell(column));
        let values = columns.variables.iter().map(|(_, column)| cell(column).cloned()).collect();
        let key = columns.key.as_deref().map(given);
        let zone = columns.zone.as_deref().map(given);
        self.row(line, &given(&columns.number), key.as_ref(), zone.as_ref(), values)
    }

    /// `key` and `zone` are `None` where no column is named for them.
    pub(super) fn row(
        &mut self,
        line: u64,
        number: &Given<'_>,
        key: Option<&Given<'_>>,
        zone: Option<&Given<'_>>,
        values: Vec<Option<Raw>>,
    ) -> Result<Row, Vec<CellFault>> {
        // All of them are checked, so that a person who mends a file sees everything at once.
        let mut faults = Vec::new();
        let mut keep = |fault: Box<CellFault>| faults.push(*fault);
        let number = self.number(line, number).map_err(&mut keep).ok();
        let key = key.map(|key| self.key(line, key).map_err(&mut keep).ok());
        let zone = zone.map_or(Ok(None), |zone| self.zone(zone)).map_err(&mut keep).ok();
        match (number, key, zone) {
            (Some(number), None, Some(zone)) => Ok(Row { line, key: number.e164().to_owned(), number, zone, values }),
            (Some(number), Some(Some(key)), Some(zone)) => Ok(Row { line, key, number, zone, values }),
            _ => Err(faults),
        }
    }

    fn number(&mut self, line: u64, given: &Given<'_>) -> Result<PhoneNumber, Box<CellFault>> {
        let parsed = match given {
            Given::Nothing => Err(PhoneError::Empty),
            Given::Text(text) => PhoneNumber::parse(text),
            Given::Number(_) => Err(PhoneError::PrefixEaten),
            Given::Boolean(_) | Given::Nested => Err(PhoneError::NoPrefix),
        };
        let number = parsed.map_err(|error| number_fault(error, matches!(given, Given::Number(_))))?;
        if let Some(first) = self.seen.number(number.id(), line) {
            let there = format!("in {} {first}", self.counted);
            let message = format!("the number {} is already {there}", number.masked());
            let mut fault = CellFault::new(Place::Number, codes::SAME_NUMBER, message, format!("first {there}"))
                .help("a campaign calls a number once: keep one of the two rows");
            fault.first = Some(first);
            return Err(fault.into());
        }
        Ok(number)
    }

    fn key(&mut self, line: u64, given: &Given<'_>) -> Result<String, Box<CellFault>> {
        let fault = |message: &str, label: &str| CellFault::new(Place::Key, codes::BAD_KEY, message, label);
        let key = match given {
            Given::Text(text) => text.trim().to_owned(),
            Given::Number(number) if number.is_i64() || number.is_u64() => number.to_string(),
            Given::Nothing => String::new(),
            Given::Number(_) | Given::Boolean(_) | Given::Nested => {
                return Err(fault("the key is neither text nor a whole number", "no key").into());
            }
        };
        if key.is_empty() {
            let help =
                "by its key a callee is recognised in the next plan; without one, a row can't be told from another";
            return Err(fault("the row has no key", "empty").help(help).into());
        }
        if key.chars().count() > MAX_KEY {
            return Err(fault(&format!("the key is longer than {MAX_KEY} characters"), "too long").into());
        }
        if key.chars().any(char::is_control) {
            return Err(fault("the key has a line break or another control character in it", "not one line").into());
        }
        if let Some(first) = self.seen.key(&key, line) {
            let there = format!("in {} {first}", self.counted);
            let message = format!("the key is already {there}");
            let mut fault = CellFault::new(Place::Key, codes::SAME_KEY, message, format!("first {there}"))
                .help("each row needs a key of its own: to the ledger, two rows with one key are one call");
            fault.first = Some(first);
            return Err(fault.into());
        }
        Ok(key)
    }

    fn zone(&mut self, given: &Given<'_>) -> Result<Option<String>, Box<CellFault>> {
        let written = match given {
            Given::Nothing => return Ok(None),
            Given::Text(text) => text.trim(),
            Given::Number(_) | Given::Boolean(_) | Given::Nested => "",
        };
        if let (Given::Text(_), "") = (given, written) {
            return Ok(None);
        }
        if let Some(zone) = self.zones.get(written) {
            return Ok(Some(zone.clone()));
        }
        let Some(zone) = TimeZone::get(written).ok().and_then(|zone| zone.iana_name().map(str::to_owned)) else {
            return Err(unknown_zone(written).into());
        };
        self.zones.insert(written.to_owned(), zone.clone());
        Ok(Some(zone))
    }
}

fn number_fault(error: PhoneError, unquoted: bool) -> CellFault {
    let (code, label) = match error {
        PhoneError::Empty => (codes::NO_NUMBER, "no number"),
        PhoneError::PrefixEaten => (codes::PREFIX_EATEN, "which country?"),
        PhoneError::Scientific => (codes::SCIENTIFIC, "digits are lost"),
        PhoneError::NoPrefix => (codes::BAD_NUMBER, "which country?"),
        PhoneError::Character { .. } => (codes::BAD_NUMBER, "not a digit"),
        PhoneError::Extension { .. } => (codes::BAD_NUMBER, "an extension"),
        PhoneError::Two { .. } => (codes::BAD_NUMBER, "a second number"),
        PhoneError::UnknownCountry => (codes::BAD_NUMBER, "no such country code"),
        PhoneError::TooShort { .. } => (codes::BAD_NUMBER, "too short"),
        PhoneError::TooLong { .. } => (codes::BAD_NUMBER, "too long"),
        PhoneError::WrongLength { .. } => (codes::BAD_NUMBER, "wrong length"),
    };
    let mut fault = if unquoted {
        CellFault::new(Place::Number, code, "the phone number is not quoted, so it is a quantity", "not a string")
            .help("write it as a string that begins with `+` or `00`: \"+44 7700 ...\"")
    } else {
        CellFault::new(Place::Number, code, error.to_string(), label).help(error.help())
    };
    fault.at = error.at();
    fault
}

fn unknown_zone(written: &str) -> CellFault {
    let fault = CellFault::new(Place::Zone, codes::BAD_ZONE, "this is no IANA time zone", "not known");
    let database = jiff::tz::db();
    let names: Vec<String> = database.available().map(|name| name.as_str().to_owned()).collect();
    match nearest(written, names.iter().map(String::as_str)) {
        Some(near) => fault.help(format!("did you mean `{near}`?")),
        None => fault.help("write a name such as `Europe/Berlin`, or leave the cell empty"),
    }
}
