//! Why a value does not fit.

use super::Raw;

/// Why a value does not fit its declaration. Holds no part of the value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ValueError {
    /// What was expected and the shape of what was met; one line, no final stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl ValueError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    pub(super) fn expected(what: &str, raw: &Raw) -> Self {
        Self::new(format!("expected {what}, found {}", found(raw)))
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// The shape of a raw value, in words that don't give it away.
pub(super) fn found(raw: &Raw) -> String {
    match raw {
        Raw::Text(text) if text.is_empty() => "an empty text".into(),
        Raw::Text(text) => match text.chars().count() {
            1 => "1 character of text".into(),
            n => format!("{n} characters of text"),
        },
        Raw::Number(_) => "a number".into(),
        Raw::Boolean(_) => "a boolean".into(),
    }
}
