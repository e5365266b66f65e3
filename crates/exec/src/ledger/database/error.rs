//! What a database says instead of an answer.

use std::sync::Arc;

use super::super::LedgerError;
use super::super::place::Place;

/// No answer, or none that can be used.
#[derive(Debug, Clone, thiserror::Error)]
pub(in crate::ledger) enum DbError {
    /// SQLite.
    #[error("{0}")]
    Sqlite(Arc<rusqlite::Error>),
    /// PostgreSQL refused a statement. Its words hold no values of rows: only the message, not the detail.
    #[error("{message} (SQLSTATE {code})")]
    Postgres { code: String, message: String },
    /// There is no connection, or it is gone; whether the last statement was carried out is not known.
    #[error("{0}")]
    Lost(String),
    /// A value is not what it must be.
    #[error("{0}")]
    Content(String),
}

impl From<rusqlite::Error> for DbError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(Arc::new(error))
    }
}

impl DbError {
    /// Sorts it, for people.
    pub(in crate::ledger) fn at(self, place: &Place) -> LedgerError {
        use rusqlite::ErrorCode;
        let place = place.clone();
        match &self {
            Self::Sqlite(error) => match error.sqlite_error_code() {
                Some(ErrorCode::NotADatabase) => LedgerError::NotALedger { place },
                Some(ErrorCode::DatabaseCorrupt) => LedgerError::Damaged { place, detail: error.to_string() },
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => LedgerError::Busy { place },
                Some(ErrorCode::DiskFull) => LedgerError::Full { place, detail: error.to_string() },
                // A database in a file opens its journal's index for writing, whatever it is asked.
                Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                    LedgerError::ReadOnly { place, detail: error.to_string() }
                }
                Some(ErrorCode::SystemIoFailure) => LedgerError::Disk { place, detail: error.to_string() },
                _ => LedgerError::Database { place, detail: error.to_string() },
            },
            Self::Postgres { code, .. } => match code.as_str() {
                "53100" => LedgerError::Full { place, detail: self.to_string() },
                // A lock or a statement that took too long, or one that the server gave up.
                "55P03" | "57014" | "40001" | "40P01" => LedgerError::Busy { place },
                "25006" => LedgerError::ReadOnly { place, detail: self.to_string() },
                // Everything of "connection", and what a server says that goes down or comes up.
                code if code.starts_with("08") || code.starts_with("57P") => {
                    LedgerError::Unreachable { place, detail: self.to_string() }
                }
                // Who may not come in, and what isn't there.
                code if code.starts_with("28") || code == "3D000" || code == "42501" || code.starts_with("53") => {
                    LedgerError::Unreachable { place, detail: self.to_string() }
                }
                _ => LedgerError::Database { place, detail: self.to_string() },
            },
            Self::Lost(detail) => LedgerError::Unreachable { place, detail: detail.clone() },
            Self::Content(detail) => LedgerError::Damaged { place, detail: detail.clone() },
        }
    }
}
