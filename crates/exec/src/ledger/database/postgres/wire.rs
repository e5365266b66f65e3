//! Values as PostgreSQL's types.

use std::error::Error;

use bytes::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use super::super::DbError;
use super::super::value::{Row, Value};

/// A value that is handed to a statement.
#[derive(Debug)]
pub(super) struct Parameter<'a>(pub(super) &'a Value);

type Failure = Box<dyn Error + Sync + Send>;

impl ToSql for Parameter<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Failure> {
        match self.0 {
            Value::Null => Ok(IsNull::Yes),
            Value::Integer(number) => match *ty {
                Type::INT4 => i32::try_from(*number)?.to_sql(ty, out),
                _ => number.to_sql(ty, out),
            },
            Value::Text(text) => text.to_sql(ty, out),
            Value::Bytes(bytes) => bytes.as_slice().to_sql(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Failure> {
        Ok(match *ty {
            Type::INT8 => Self::Integer(i64::from_sql(ty, raw)?),
            Type::INT4 => Self::Integer(i64::from(i32::from_sql(ty, raw)?)),
            Type::OID => Self::Integer(i64::from(u32::from_sql(ty, raw)?)),
            Type::BOOL => Self::Integer(i64::from(bool::from_sql(ty, raw)?)),
            Type::BYTEA => Self::Bytes(Vec::from_sql(ty, raw)?),
            _ => Self::Text(String::from_sql(ty, raw)?),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Failure> {
        Ok(Self::Null)
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT8 | Type::INT4 | Type::OID | Type::BOOL | Type::BYTEA)
            || <String as FromSql>::accepts(ty)
    }
}

/// A row of an answer.
pub(super) fn read(row: &tokio_postgres::Row) -> Result<Row, DbError> {
    (0..row.len())
        .map(|n| row.try_get(n))
        .collect::<Result<_, _>>()
        .map(Row)
        .map_err(|error| DbError::Content(error.to_string()))
}
