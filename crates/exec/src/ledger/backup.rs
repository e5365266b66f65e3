//! A copy of a ledger in a file, made while runs go on.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::copy::copy_tables;
use super::database::{Database, Db, DbError};
use super::new_file::NewFile;
use super::verify;
use super::{Ledger, LedgerError, Place, Position, event, schema};
use crate::random::Random;

/// What a backup says in the place of where it lies: so it never passes for the ledger, whatever becomes of the file.
pub(super) const HOME: &str = "backup of ";

/// A backup that was not made.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The ledger could not be read; or the copy could not be read back.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The file could not be made.
    #[error("{} can't be made: {}", path.display(), words(error))]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        error: io::Error,
    },
}

fn words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AlreadyExists => "there is a file of that name, and nothing is overwritten".to_owned(),
        _ => error.to_string(),
    }
}

impl BackupError {
    /// What to do, a line each.
    pub fn advice(&self) -> Vec<String> {
        match self {
            Self::Ledger(error) => error.advice(),
            Self::File { error, .. } if error.kind() == io::ErrorKind::AlreadyExists => {
                vec!["Name another file.".to_owned()]
            }
            Self::File { .. } => Vec::new(),
        }
    }

    /// A refusal that an exit code tells from a failure.
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Ledger(error) => error.is_refusal(),
            Self::File { error, .. } => error.kind() == io::ErrorKind::AlreadyExists,
        }
    }
}

impl Ledger {
    /// Writes everything, the ledger's key included, into a new SQLite file, also where the ledger lies in PostgreSQL.
    /// What it holds is one moment's; runs may go on. It is read back before it gets its name.
    ///
    /// # Errors
    /// If either could not be read or written, or there is a file of that name.
    pub fn backup(&self, path: &Path, random: &mut dyn Random) -> Result<Position, BackupError> {
        let failed = |error| BackupError::File { path: path.to_owned(), error };
        let new = NewFile::begin(path, random).map_err(failed)?;
        let place = Place::File(new.path().to_owned());
        match &self.database {
            Database::Sqlite(connection) => {
                let text = new.path().to_str().ok_or_else(|| failed(io::ErrorKind::InvalidFilename.into()))?;
                connection.execute("VACUUM INTO ?1", [text]).map_err(|error| self.failed(error.into()))?;
            }
            Database::Postgres(_) => copy_out(&self.database, new.path()).map_err(|error| self.failed(error))?,
        }
        let copy = open_copy(new.path()).map_err(|error| error.at(&place))?;
        let position = call_it_backup(&copy).map_err(|error| error.at(&place))?;
        let read_back = verify::check(&copy).map_err(|error| error.at(&place))?;
        if !read_back.is_whole() {
            let detail = "what was copied does not hold together: callform ledger check".to_owned();
            return Err(LedgerError::Damaged { place: self.place.clone(), detail }.into());
        }
        drop(copy);
        new.finish().map_err(failed)?;
        Ok(position)
    }
}

/// Copies a server's ledger into an empty file.
fn copy_out(from: &Database, path: &Path) -> Db<()> {
    let to = open_copy(path)?;
    if let Database::Sqlite(connection) = &to {
        connection.pragma_update(None, "application_id", schema::APPLICATION_ID)?;
        connection.pragma_update(None, "user_version", schema::VERSION)?;
    }
    to.transact(|to| {
        schema::create(to)?;
        from.snapshot(|from| copy_tables(from, to))
    })
}

/// With the usual journal, so that all of it is in one file.
pub(super) fn open_copy(path: &Path) -> Db<Database> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.execute_batch(schema::PRAGMAS)?;
    Ok(Database::Sqlite(connection))
}

fn call_it_backup(copy: &Database) -> Db<Position> {
    copy.transact(|tx| {
        tx.batch(&format!(
            "UPDATE meta SET file = '{HOME}' || file WHERE file NOT LIKE '{HOME}%';
             DELETE FROM leases; DELETE FROM pace"
        ))?;
        event::last(tx)?.ok_or_else(|| DbError::Content("it has no events".to_owned()))
    })
}
