//! What goes into a statement and comes out of a row: the few types that both databases have in common.

use jiff::Timestamp;

use super::DbError;

/// A value in a table. Truth is 0 or 1, a moment is a number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::ledger) enum Value {
    Null,
    Integer(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// What can be handed to a statement.
pub(in crate::ledger) trait ToValue {
    fn to_value(&self) -> Value;
}

/// What can be read from a row; `None` if the value is of another kind.
pub(in crate::ledger) trait FromValue: Sized {
    fn from_value(value: &Value) -> Option<Self>;
}

/// A row of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ledger) struct Row(pub(super) Vec<Value>);

impl Row {
    /// The value of a column, from 0 on.
    pub(in crate::ledger) fn get<T: FromValue>(&self, column: usize) -> Result<T, DbError> {
        self.0
            .get(column)
            .and_then(T::from_value)
            .ok_or_else(|| DbError::Content(format!("column {column} of an answer can't be read")))
    }

    pub(in crate::ledger) fn into_values(self) -> Vec<Value> {
        self.0
    }
}

/// A moment, of Unix milliseconds.
pub(in crate::ledger) fn moment(ms: i64) -> Result<Timestamp, DbError> {
    Timestamp::from_millisecond(ms).map_err(|_| DbError::Content(format!("{ms} ms is no moment")))
}

/// The values of a statement.
macro_rules! values {
    ($($value:expr),* $(,)?) => {
        &[$($crate::ledger::database::ToValue::to_value(&$value)),*][..]
    };
}
pub(in crate::ledger) use values;

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> Value {
        (**self).to_value()
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Null, ToValue::to_value)
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_value(value).map(Some),
        }
    }
}

impl ToValue for i64 {
    fn to_value(&self) -> Value {
        Value::Integer(*self)
    }
}

impl FromValue for i64 {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Integer(number) => Some(*number),
            _ => None,
        }
    }
}

impl ToValue for u32 {
    fn to_value(&self) -> Value {
        Value::Integer(i64::from(*self))
    }
}

impl FromValue for u32 {
    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value).and_then(|number| number.try_into().ok())
    }
}

impl FromValue for u64 {
    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value).and_then(|number| number.try_into().ok())
    }
}

impl ToValue for bool {
    fn to_value(&self) -> Value {
        Value::Integer(i64::from(*self))
    }
}

impl FromValue for bool {
    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value).map(|number| number != 0)
    }
}

impl ToValue for str {
    fn to_value(&self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl ToValue for String {
    fn to_value(&self) -> Value {
        Value::Text(self.clone())
    }
}

impl FromValue for String {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        }
    }
}

impl<const N: usize> ToValue for [u8; N] {
    fn to_value(&self) -> Value {
        Value::Bytes(self.to_vec())
    }
}

impl<const N: usize> FromValue for [u8; N] {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Bytes(bytes) => bytes.as_slice().try_into().ok(),
            _ => None,
        }
    }
}

macro_rules! of_a_digest {
    ($($name:ident),*) => {$(
        impl ToValue for crate::identity::$name {
            fn to_value(&self) -> Value {
                self.as_bytes().to_value()
            }
        }

        impl FromValue for crate::identity::$name {
            fn from_value(value: &Value) -> Option<Self> {
                FromValue::from_value(value).map(Self::from_bytes)
            }
        }
    )*};
}

of_a_digest!(CallId, NumberId, Fingerprint, AgentDigest);

impl ToValue for crate::ledger::State {
    fn to_value(&self) -> Value {
        self.name().to_value()
    }
}

impl FromValue for crate::ledger::State {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Text(name) => Self::from_name(name),
            _ => None,
        }
    }
}
