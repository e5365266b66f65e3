//! Typed variables: what an agent declares, what a row says, and whether the one fits the other.
//!
//! [`check`] turns a [`Raw`] into a [`Value`] under the [`Rules`] of a declaration, or says what was expected. Values
//! are personal data: no error, and no `Debug` form, holds one.

mod error;
mod moment;
mod number;
mod text;

use jiff::civil::Date;

pub use error::ValueError;
pub use moment::Moment;
pub use number::{Decimal, Number};

/// How long a text may be when its declaration does not say, in characters. Long enough for a paragraph that an agent
/// should know, short enough that one wrong column (a whole document in a cell) is noticed before anybody is phoned.
pub const DEFAULT_MAX_LENGTH: usize = 1000;

/// What a variable holds (Agent `variables.*.type`).
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Text; one line unless declared otherwise.
    #[default]
    Text,
    /// A decimal number, kept as it was written.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A day: `2026-04-14`.
    Date,
    /// A day and a time, as an instant (`2026-04-14T10:00:00-04:00`) or on the callee's own clock (`2026-04-14T10:00`).
    DateTime,
    /// One of the declared choices.
    Choice,
}

impl Kind {
    /// Every kind, in the order of the documentation.
    pub const ALL: [Self; 6] = [Self::Text, Self::Number, Self::Boolean, Self::Date, Self::DateTime, Self::Choice];

    /// The name in the language: `text`, `number`, `boolean`, `date`, `datetime`, `choice`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::DateTime => "datetime",
            Self::Choice => "choice",
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// What a declaration allows. A rule that does not belong to the kind (`min` of a text) has no effect here; refusing
/// it is the document's business.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules {
    /// The kind.
    pub kind: Kind,
    /// Whether a text may have several lines.
    pub multiline: bool,
    /// Longest text, in characters (Unicode scalar values); [`DEFAULT_MAX_LENGTH`] where it is `None`.
    pub max_length: Option<usize>,
    /// Smallest number.
    pub min: Option<f64>,
    /// Largest number.
    pub max: Option<f64>,
    /// The choices of a `choice`, compared exactly.
    pub choices: Vec<String>,
}

impl Rules {
    /// The rules of a declaration that says nothing but its kind.
    pub fn of(kind: Kind) -> Self {
        Self { kind, ..Self::default() }
    }
}

/// A value as it was met: CSV has text only; YAML and JSON Lines have numbers and booleans too.
#[derive(Clone, PartialEq)]
pub enum Raw {
    /// A cell or a string.
    Text(String),
    /// An unquoted number.
    Number(serde_json::Number),
    /// An unquoted `true` or `false`.
    Boolean(bool),
}

impl std::fmt::Debug for Raw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&error::found(self))
    }
}

/// A value that fits its declaration.
#[derive(Clone, PartialEq)]
pub enum Value {
    /// Text, with `\n` as its only line break.
    Text(String),
    /// A number.
    Number(Number),
    /// Yes or no.
    Boolean(bool),
    /// A day.
    Date(Date),
    /// A day and a time.
    DateTime(Moment),
}

impl std::fmt::Debug for Value {
    /// Only the kind: a value may be a name or a diagnosis, and `Debug` ends up in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Value({})", self.kind())
    }
}

impl Value {
    /// The kind; a choice has become text.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Text(_) => Kind::Text,
            Self::Number(_) => Kind::Number,
            Self::Boolean(_) => Kind::Boolean,
            Self::Date(_) => Kind::Date,
            Self::DateTime(_) => Kind::DateTime,
        }
    }

    /// A stable form for fingerprints, tagged with the kind: equal forms render to equal words in every template. A
    /// number stays as written, because `1.50` and `1.5` are spoken differently; an instant becomes UTC (with its own
    /// zone, where it names one), because the offset that it was written with is never spoken.
    pub fn canonical(&self) -> String {
        match self {
            Self::Text(text) => format!("text:{text}"),
            Self::Number(number) => format!("number:{number}"),
            Self::Boolean(boolean) => format!("boolean:{boolean}"),
            Self::Date(date) => format!("date:{date}"),
            Self::DateTime(moment) => format!("datetime:{}", moment.canonical()),
        }
    }
}

/// Whether `raw` fits `rules`.
///
/// An empty text is a text: whether an empty cell means "no value" is decided by whoever reads the cells.
///
/// # Errors
/// What was expected and the shape of what was met, without the value itself.
pub fn check(rules: &Rules, raw: &Raw) -> Result<Value, ValueError> {
    match (rules.kind, raw) {
        (Kind::Text, Raw::Text(text)) => text::check(rules, text).map(Value::Text),
        (Kind::Choice, Raw::Text(text)) => text::choose(&rules.choices, text).map(Value::Text),
        (Kind::Text | Kind::Choice, _) => Err(ValueError::expected("text", raw).help(
            "quote it: unquoted, YAML and JSON read a number or a boolean, and `007` or `1.50` would not survive",
        )),
        (Kind::Number, Raw::Text(text)) => number::check(rules, text, raw).map(Value::Number),
        (Kind::Number, Raw::Number(given)) => number::check(rules, &number::written(given), raw).map(Value::Number),
        (Kind::Number, Raw::Boolean(_)) => Err(ValueError::expected("a number such as 12 or 3.50", raw)),
        (Kind::Boolean, Raw::Boolean(boolean)) => Ok(Value::Boolean(*boolean)),
        (Kind::Boolean, Raw::Text(text)) => match text.as_str() {
            "true" => Ok(Value::Boolean(true)),
            "false" => Ok(Value::Boolean(false)),
            _ => Err(ValueError::expected("`true` or `false`", raw)
                .help("in lower case, without spaces; `yes`, `no`, `1` and `0` are not booleans")),
        },
        (Kind::Boolean, Raw::Number(_)) => Err(ValueError::expected("`true` or `false`", raw)),
        (Kind::Date, Raw::Text(text)) => moment::date(text, raw).map(Value::Date),
        (Kind::DateTime, Raw::Text(text)) => moment::check(text, raw).map(Value::DateTime),
        (Kind::Date, _) => Err(ValueError::expected(moment::A_DATE, raw)),
        (Kind::DateTime, _) => Err(ValueError::expected(moment::A_DATETIME, raw)),
    }
}
