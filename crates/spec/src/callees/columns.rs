//! Which columns of a file mean what, and how the file is written.

use super::fault::Place;

/// Which columns mean what. In JSON Lines a column is a field of the object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// The callee's number (`CreateAICall.Callee`).
    pub number: String,
    /// What a call is known by; without it, its number in E.164.
    pub key: Option<String>,
    /// An IANA time zone; its cells may be empty.
    pub zone: Option<String>,
    /// Variable and column, in the order of [`super::Row::values`]. Several variables may share a column. A column that
    /// is not there gives no values.
    pub variables: Vec<(String, String)>,
    /// Columns of variables that a file must have.
    pub required: Vec<String>,
}

impl Columns {
    /// The name of the column that a cell is of.
    pub fn name(&self, cell: Place) -> Option<&str> {
        match cell {
            Place::Row => None,
            Place::Number => Some(&self.number),
            Place::Key => self.key.as_deref(),
            Place::Zone => self.zone.as_deref(),
            Place::Variable(index) => self.variables.get(index).map(|(_, column)| column.as_str()),
        }
    }

    /// What a column is read for first.
    pub(super) fn place(&self, column: &str) -> Place {
        let variables = (0..self.variables.len()).map(Place::Variable);
        let mut places = [Place::Number, Place::Key, Place::Zone].into_iter().chain(variables);
        places.find(|place| self.name(*place) == Some(column)).unwrap_or(Place::Row)
    }

    /// The column of one of these variables (indices of [`Self::variables`]) that `name` is probably a slip of.
    pub fn nearest(&self, name: &str, variables: impl IntoIterator<Item = usize>) -> Option<&str> {
        nearest(name, variables.into_iter().filter_map(|index| self.name(Place::Variable(index))))
    }

    /// Whether a file without this column is refused.
    pub(super) fn requires(&self, column: &str) -> bool {
        let is = |other: &String| other == column;
        is(&self.number) || self.key.iter().any(is) || self.zone.iter().any(is) || self.required.iter().any(is)
    }

    /// Every column that is used, in order, each once.
    pub fn used(&self) -> Vec<String> {
        let mut used: Vec<String> = Vec::new();
        let single = [Some(&self.number), self.key.as_ref(), self.zone.as_ref()];
        for column in single.into_iter().flatten().chain(self.variables.iter().map(|(_, column)| column)) {
            if !used.contains(column) {
                used.push(column.clone());
            }
        }
        used
    }
}

/// How a file of rows is written. UTF-8 always, with or without a byte order mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// RFC 4180: a header line, cells that may be quoted, LF or CRLF.
    Csv {
        /// Between cells: `,`, `;` or a tab.
        delimiter: u8,
    },
    /// One JSON object a line.
    JsonLines,
}

impl Format {
    /// Comma-separated.
    pub const CSV: Self = Self::Csv { delimiter: b',' };

    /// By the ending of a file's name: `.csv`, `.tsv`, `.jsonl`, `.ndjson`.
    pub fn of(path: &str) -> Option<Self> {
        let (_, ending) = path.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::CSV),
            "tsv" | "tab" => Some(Self::Csv { delimiter: b'\t' }),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            _ => None,
        }
    }
}

/// The one of `names` that `name` is probably a slip of.
pub(super) fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace(['_', '-', ' '], "");
    let wanted = plain(name);
    names
        .map(|other| (strsim::jaro_winkler(&wanted, &plain(other)), other))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, other)| other)
}
