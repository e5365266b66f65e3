//! What an expression yields while a row is rendered.

use std::borrow::Cow;
use std::rc::Rc;

use jiff::civil::Date;

use crate::value::{Moment, Number, Value};

/// A value during one rendering: borrowed from the row or the template, or shared, so that naming it copies nothing.
#[derive(Clone)]
pub(super) enum Item<'a> {
    Text(Text<'a>),
    Number(Cow<'a, Number>),
    Boolean(bool),
    Date(Date),
    Moment(&'a Moment),
    List(Rc<[Item<'a>]>),
}

#[derive(Clone)]
pub(super) enum Text<'a> {
    Borrowed(&'a str),
    Shared(Rc<str>),
}

impl std::ops::Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Borrowed(text) => text,
            Self::Shared(text) => text,
        }
    }
}

impl<'a> From<&'a Value> for Item<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Text(text) => Self::Text(Text::Borrowed(text)),
            Value::Number(number) => Self::Number(Cow::Borrowed(number)),
            Value::Boolean(boolean) => Self::Boolean(*boolean),
            Value::Date(date) => Self::Date(*date),
            Value::DateTime(moment) => Self::Moment(moment),
        }
    }
}

impl<'a> Item<'a> {
    pub(super) fn text(text: String) -> Self {
        Self::Text(Text::Shared(text.into()))
    }

    pub(super) fn count(n: usize) -> Self {
        Self::Number(Cow::Owned(Number::from(crate::value::Decimal::from(n))))
    }

    /// The kind, with an article.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Number(_) => "a number",
            Self::Boolean(_) => "a boolean",
            Self::Date(_) => "a date",
            Self::Moment(Moment::Instant { .. }) => "an instant",
            Self::Moment(Moment::Local(_)) => "a local time",
            Self::List(_) => "a list",
        }
    }

    /// As Jinja decides: empty text, empty list, 0 and `false` are not.
    pub(super) fn is_true(&self) -> bool {
        match self {
            Self::Text(text) => !text.is_empty(),
            Self::Number(number) => !number.decimal().is_zero(),
            Self::Boolean(boolean) => *boolean,
            Self::Date(_) | Self::Moment(_) => true,
            Self::List(items) => !items.is_empty(),
        }
    }

    /// As it is written; a list has no such form.
    pub(super) fn written(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::Text(text) => Cow::Borrowed(&**text),
            Self::Number(number) => Cow::Borrowed(number.as_str()),
            Self::Boolean(true) => Cow::Borrowed("true"),
            Self::Boolean(false) => Cow::Borrowed("false"),
            Self::Date(date) => Cow::Owned(date.to_string()),
            Self::Moment(moment) => Cow::Owned(moment.to_string()),
            Self::List(_) => return None,
        })
    }
}
