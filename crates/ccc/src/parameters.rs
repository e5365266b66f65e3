//! What `CreateAICall` takes: one table, from which requests are checked and documentation is made.

mod table;
mod validate;

pub use table::CREATE_AI_CALL;
pub use validate::{FaultCode, ParameterFault, validate};

use crate::Dialect;

/// One member of the request, or of an object inside it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameter {
    /// The API's own name.
    pub name: &'static str,
    /// Its JSON type.
    pub kind: Kind,
    /// Whether it must be there.
    pub required: Required,
    /// Who knows it.
    pub dialects: Dialects,
    /// Documented bounds of a number, both included.
    pub range: Option<Range>,
    /// The only values that are documented; decimal text for numbers; for arrays, of each item. Empty: anything.
    pub choices: &'static [&'static str],
    /// Values that the documentation lists without closing the list (voices, models).
    pub known: &'static [&'static str],
    /// The most items that an array may have.
    pub max_items: Option<usize>,
    /// What the provider assumes when it is left out, as JSON; none where undocumented.
    pub default: Option<&'static str>,
    /// The unit of a number.
    pub unit: Option<Unit>,
    /// May hold a secret: never to be printed.
    pub secret: bool,
    /// A decimal string is taken for the number (the provider's own example does it).
    pub text_accepted: bool,
    /// One sentence.
    pub doc: &'static str,
}

/// The JSON type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// A string.
    String,
    /// A string that holds a JSON object.
    Json,
    /// A 64-bit number with sign.
    Integer,
    /// A 64-bit number without sign.
    Unsigned,
    /// Any finite number.
    Float,
    /// `true` or `false`.
    Boolean,
    /// Items of one kind.
    Array(&'static Kind),
    /// An object with these members and no others.
    Object(&'static [Parameter]),
}

/// Whether a parameter must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Required {
    /// All sources say yes.
    Yes,
    /// The intl API page of 2025-01-10 says yes; both SDKs and the newer pages say no (`dify` has no use for it).
    /// Not enforced.
    PageOnly,
    /// Optional.
    No,
}

/// Who knows a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialects {
    /// Both sites.
    Both,
    /// The China site only; elsewhere it is an `UnknownParameter`.
    ChinaOnly,
}

impl Dialects {
    /// Whether the dialect knows it.
    #[must_use]
    pub const fn contains(self, dialect: Dialect) -> bool {
        matches!((self, dialect), (Self::Both, _) | (_, Dialect::China))
    }
}

/// Bounds of a number, both included; an open end is infinite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// The least value.
    pub min: f64,
    /// The greatest value.
    pub max: f64,
}

/// The unit of a number: the API mixes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// ms
    Milliseconds,
    /// s
    Seconds,
}

/// The parameters that a dialect knows, in documented order.
pub fn create_ai_call(dialect: Dialect) -> impl Iterator<Item = &'static Parameter> {
    CREATE_AI_CALL.iter().filter(move |parameter| parameter.dialects.contains(dialect))
}

impl Parameter {
    pub(crate) const fn new(name: &'static str, kind: Kind, doc: &'static str) -> Self {
        Self {
            name,
            kind,
            required: Required::No,
            dialects: Dialects::Both,
            range: None,
            choices: &[],
            known: &[],
            max_items: None,
            default: None,
            unit: None,
            secret: false,
            text_accepted: false,
            doc,
        }
    }

    pub(crate) const fn required(mut self) -> Self {
        self.required = Required::Yes;
        self
    }

    pub(crate) const fn page_only(mut self) -> Self {
        self.required = Required::PageOnly;
        self
    }

    pub(crate) const fn china(mut self) -> Self {
        self.dialects = Dialects::ChinaOnly;
        self
    }

    pub(crate) const fn range(mut self, min: f64, max: f64) -> Self {
        self.range = Some(Range { min, max });
        self
    }

    pub(crate) const fn choices(mut self, choices: &'static [&'static str]) -> Self {
        self.choices = choices;
        self
    }

    pub(crate) const fn known(mut self, known: &'static [&'static str]) -> Self {
        self.known = known;
        self
    }

    pub(crate) const fn max_items(mut self, max: usize) -> Self {
        self.max_items = Some(max);
        self
    }

    pub(crate) const fn default(mut self, json: &'static str) -> Self {
        self.default = Some(json);
        self
    }

    pub(crate) const fn unit(mut self, unit: Unit) -> Self {
        self.unit = Some(unit);
        self
    }

    pub(crate) const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    pub(crate) const fn text_accepted(mut self) -> Self {
        self.text_accepted = true;
        self
    }
}
