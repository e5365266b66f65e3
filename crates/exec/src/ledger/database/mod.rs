//! One small way to speak to both databases, so that every statement of the ledger is written once.
//!
//! Statements are the common part of SQLite's and PostgreSQL's SQL, with parameters `?1`, `?2`. What differs is here:
//! how a transaction begins, so that what is read in it can't change before it is written, and whose clock counts.

mod error;
pub(super) mod postgres;
mod value;

pub(super) use error::DbError;
pub(super) use value::{FromValue, Row, ToValue, Value, moment, values};

use std::cell::Cell;

use jiff::Timestamp;

/// What a database gives, or why it does not.
pub(super) type Db<T> = Result<T, DbError>;

/// An open database.
pub(super) enum Database {
    Sqlite(rusqlite::Connection),
    Postgres(postgres::Link),
}

/// What [`Database::each`] says after a row.
pub(super) type More = Result<(), DbError>;

impl Database {
    /// For a second opinion, and gone with it: in memory, and in a file without a name where that would be too much.
    pub(super) fn scratch() -> Result<Self, DbError> {
        let connection = rusqlite::Connection::open("")?;
        connection.set_prepared_statement_cache_capacity(96);
        connection.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;")?;
        Ok(Self::Sqlite(connection))
    }

    /// Several statements that give nothing back.
    pub(super) fn batch(&self, sql: &str) -> Result<(), DbError> {
        match self {
            Self::Sqlite(connection) => Ok(connection.execute_batch(sql)?),
            Self::Postgres(link) => link.batch(sql),
        }
    }

    /// Carries a statement out; how many rows it touched.
    pub(super) fn execute(&self, sql: &str, values: &[Value]) -> Result<u64, DbError> {
        match self {
            Self::Sqlite(connection) => {
                let changed = connection.prepare_cached(sql)?.execute(rusqlite::params_from_iter(values))?;
                Ok(changed as u64)
            }
            Self::Postgres(link) => link.execute(sql, values),
        }
    }

    /// Hands each row to `each`, until it fails.
    pub(super) fn each(&self, sql: &str, values: &[Value], mut each: impl FnMut(Row) -> More) -> Result<(), DbError> {
        match self {
            Self::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql)?;
                let columns = statement.column_count();
                let mut rows = statement.query(rusqlite::params_from_iter(values))?;
                while let Some(row) = rows.next()? {
                    let values: Result<Vec<Value>, rusqlite::Error> = (0..columns).map(|n| row.get(n)).collect();
                    each(Row(values?))?;
                }
                Ok(())
            }
            Self::Postgres(link) => link.each(sql, values, each),
        }
    }

    /// All rows.
    pub(super) fn all<T>(
        &self,
        sql: &str,
        values: &[Value],
        read: impl Fn(&Row) -> Result<T, DbError>,
    ) -> Result<Vec<T>, DbError> {
        let mut all = Vec::new();
        self.each(sql, values, |row| {
            all.push(read(&row)?);
            Ok(())
        })?;
        Ok(all)
    }

    /// The first row, if there is one.
    pub(super) fn first<T>(
        &self,
        sql: &str,
        values: &[Value],
        read: impl Fn(&Row) -> Result<T, DbError>,
    ) -> Result<Option<T>, DbError> {
        let first = Cell::new(None);
        self.each(sql, values, |row| {
            if let Some(taken) = first.take() {
                first.set(Some(taken));
            } else {
                first.set(Some(read(&row)?));
            }
            Ok(())
        })?;
        Ok(first.take())
    }

    /// The only value of the only row.
    pub(super) fn value<T: FromValue>(&self, sql: &str, values: &[Value]) -> Result<T, DbError> {
        self.first(sql, values, |row| row.get(0))?.ok_or_else(|| DbError::Content("an answer has no row".to_owned()))
    }

    /// Whether there is a row.
    pub(super) fn exists(&self, sql: &str, values: &[Value]) -> Result<bool, DbError> {
        self.first(sql, values, |_| Ok(())).map(|row| row.is_some())
    }

    /// One transaction that nobody else writes beside: what is read in it can't change before it is written.
    pub(super) fn transact<T>(&self, work: impl FnOnce(&Self) -> Result<T, DbError>) -> Result<T, DbError> {
        let begun = match self {
            Self::Sqlite(_) => self.batch("BEGIN IMMEDIATE"),
            Self::Postgres(_) => self.batch(postgres::BEGIN),
        };
        // PostgreSQL begins it and then waits for the lock: when that takes too long, there is something to roll back.
        let done = begun.and_then(|()| work(self)).and_then(|value| self.batch("COMMIT").map(|()| value));
        if done.is_err() {
            // What can't even be rolled back is gone with its connection. The error tells more than this one's would.
            let _ = self.batch("ROLLBACK");
        }
        done
    }

    /// One view of everything, while others write: nothing that is read in it changes meanwhile.
    pub(super) fn snapshot<T>(&self, work: impl FnOnce(&Self) -> Result<T, DbError>) -> Result<T, DbError> {
        match self {
            Self::Sqlite(_) => self.batch("BEGIN")?,
            Self::Postgres(_) => self.batch(postgres::BEGIN_SNAPSHOT)?,
        }
        let done = work(self);
        let ended = self.batch("ROLLBACK");
        done.and_then(|value| ended.map(|()| value))
    }

    /// The clock that all workers share, in Unix microseconds: the server's, or else this machine's.
    pub(super) fn shared_clock(&self, here: Timestamp) -> Result<i64, DbError> {
        Ok(self.clock()?.unwrap_or_else(|| here.as_microsecond()))
    }

    /// The server's clock, in Unix microseconds: several machines go by it. `None` where the machine's own one counts.
    pub(super) fn clock(&self) -> Result<Option<i64>, DbError> {
        match self {
            Self::Sqlite(_) => Ok(None),
            Self::Postgres(_) => self.value(postgres::CLOCK, &[]).map(Some),
        }
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl rusqlite::types::FromSql for Value {
    fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
        use rusqlite::types::{FromSqlError, ValueRef};
        Ok(match value {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(number) => Self::Integer(number),
            ValueRef::Text(text) => {
                Self::Text(String::from_utf8(text.to_vec()).map_err(|_| FromSqlError::InvalidType)?)
            }
            ValueRef::Blob(bytes) => Self::Bytes(bytes.to_vec()),
            ValueRef::Real(_) => return Err(FromSqlError::InvalidType),
        })
    }
}
