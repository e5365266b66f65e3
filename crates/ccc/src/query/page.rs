//! One page of an answer, and what can be wrong with it.

use serde_json::{Map, Value};

use crate::answer::Envelope;
use crate::client::date_of;
use crate::error::{self, ErrorClass};
use crate::transport::HttpResponse;

/// One page of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// How many there are on all pages, as this page says: `Total` or `TotalCount`.
    pub total: u64,
    /// Those on this page.
    pub rows: Vec<T>,
    /// The `Date` header, in Unix seconds: the gateway's clock, or that of a proxy before it.
    pub server_date: Option<i64>,
}

/// A question that was not answered. Nothing was changed by it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// It can't be signed.
    #[error("the question can't be asked: {0}")]
    Request(String),
    /// No answer came.
    #[error("no answer came: {reason}")]
    Lost {
        /// What happened, without secrets and numbers of this question.
        reason: String,
    },
    /// The provider refused to answer.
    #[error("the provider answered {code}: {message}")]
    Refused {
        /// The API's error code.
        code: String,
        /// The provider's words, without secrets and numbers of this question.
        message: String,
        /// The kind of trouble; what it says about dialling means nothing here.
        class: ErrorClass,
    },
    /// An answer came, and it is not what the API documents.
    #[error("the answer can't be read: {0}")]
    Unreadable(String),
}

impl QueryError {
    pub(super) fn map_text(self, clean: impl Fn(&str) -> String) -> Self {
        match self {
            Self::Request(text) => Self::Request(clean(&text)),
            Self::Lost { reason } => Self::Lost { reason: clean(&reason) },
            Self::Refused { code, message, class } => {
                Self::Refused { code: clean(&code), message: clean(&message), class }
            }
            Self::Unreadable(text) => Self::Unreadable(clean(&text)),
        }
    }
}

impl<T> Page<T> {
    pub(super) fn read(
        response: &HttpResponse,
        (total, list): (&str, &str),
        read: fn(&Row<'_>) -> Result<T, String>,
    ) -> Result<Self, QueryError> {
        let status = response.status;
        let unreadable = |what: String| QueryError::Unreadable(format!("HTTP {status}, and {what}"));
        let envelope =
            Envelope::read(&response.body).map_err(|trouble| unreadable(format!("the answer is {}", trouble.what)))?;
        if let Some((code, message)) = envelope.error {
            let class = error::classify(&code);
            return Err(QueryError::Refused { code, message, class });
        }
        if status != 200 {
            return Err(unreadable("no error is in it".to_owned()));
        }
        let members = Row(&envelope.members);
        let count = members.integer(total).map_err(unreadable)?;
        let total = count
            .and_then(|count| u64::try_from(count).ok())
            .ok_or_else(|| unreadable(format!("it has no count `{total}`")))?;
        let rows = match envelope.members.get(list) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(rows)) => rows
                .iter()
                .enumerate()
                .map(|(n, row)| {
                    let row = row.as_object().ok_or_else(|| "it is not an object".to_owned());
                    row.and_then(|row| read(&Row(row))).map_err(|what| unreadable(format!("of `{list}.{n}`, {what}")))
                })
                .collect::<Result<_, _>>()?,
            Some(_) => return Err(unreadable(format!("`{list}` is not a list"))),
        };
        Ok(Self { total, rows, server_date: date_of(response) })
    }
}

/// An object whose members are asked for by name; those that nobody asks for don't matter.
pub(super) struct Row<'a>(&'a Map<String, Value>);

impl<'a> Row<'a> {
    pub(super) fn get(&self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A text; absent, `null` and the empty one are the same.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, String> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty())),
            Some(_) => Err(format!("`{name}` is not a text")),
        }
    }

    /// A whole number, written as one or as a text: the API has both (`PSTNSessionInfo` and `TelCdrInfo`).
    pub(super) fn integer(&self, name: &str) -> Result<Option<i64>, String> {
        let wrong = || format!("`{name}` is not a whole number");
        match self.get(name) {
            None => Ok(None),
            Some(Value::Number(number)) => number.as_i64().map(Some).ok_or_else(wrong),
            Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
            Some(Value::String(text)) => text.trim().parse().map(Some).map_err(|_| wrong()),
            Some(_) => Err(wrong()),
        }
    }

    /// A moment in Unix seconds; 0 means that there was none.
    pub(super) fn moment(&self, name: &str) -> Result<Option<i64>, String> {
        Ok(self.integer(name)?.filter(|moment| *moment > 0))
    }

    /// Whether a member holds anything: a text that is not empty, a number other than 0, something inside an object or a list.
    pub(super) fn holds_something(&self, name: &str) -> bool {
        self.get(name).is_some_and(something)
    }
}

fn something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !matches!(text.trim(), "" | "0"),
        Value::Array(items) => items.iter().any(something),
        Value::Object(members) => members.values().any(something),
    }
}
