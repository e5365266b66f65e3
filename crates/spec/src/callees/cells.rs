//! The cells of one row, before anything is known of them.

use std::borrow::Cow;

use crate::value::Raw;

/// A cell as it was met.
#[derive(Clone)]
pub(super) enum Given<'a> {
    /// No cell, an empty one of CSV, or `null`.
    Nothing,
    /// A cell of CSV or a string.
    Text(Cow<'a, str>),
    /// An unquoted number.
    Number(serde_json::Number),
    /// An unquoted `true` or `false`.
    Boolean(bool),
    /// An array or an object.
    Nested,
}

impl Given<'_> {
    /// As a value; [`Given::Nested`] has been refused before.
    pub(super) fn raw(&self) -> Option<Raw> {
        match self {
            Self::Nothing | Self::Nested => None,
            Self::Text(text) => Some(Raw::Text(text.clone().into_owned())),
            Self::Number(number) => Some(Raw::Number(number.clone())),
            Self::Boolean(boolean) => Some(Raw::Boolean(*boolean)),
        }
    }
}

impl<'a> From<Option<&'a Raw>> for Given<'a> {
    fn from(raw: Option<&'a Raw>) -> Self {
        match raw {
            None => Self::Nothing,
            Some(Raw::Text(text)) => Self::Text(Cow::Borrowed(text)),
            Some(Raw::Number(number)) => Self::Number(number.clone()),
            Some(Raw::Boolean(boolean)) => Self::Boolean(*boolean),
        }
    }
}
