//! The journal's file: made private, opened durable, checked before it is trusted.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension as _, TransactionBehavior};

use crate::digest::Key;
use crate::random::{Random, RandomError};

/// The layout that this version writes, kept in SQLite's `user_version`.
const LAYOUT: i64 = 2;

/// Marks the file as an emulator's journal (SQLite's `application_id`): the bytes `cfem`.
const APPLICATION_ID: i64 = 0x6366_656d;

const TABLES: &str = "
    CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
    CREATE TABLE calls (
        sequence      INTEGER PRIMARY KEY AUTOINCREMENT,
        session_id    TEXT NOT NULL UNIQUE,
        request_id    TEXT NOT NULL,
        sdk_app_id    INTEGER NOT NULL,
        callee_digest TEXT NOT NULL,
        callee_masked TEXT NOT NULL,
        callers       TEXT NOT NULL,
        caller_digest TEXT NOT NULL,
        caller_masked TEXT NOT NULL,
        placed_ms     INTEGER NOT NULL,
        ring_ms       INTEGER NOT NULL,
        talk_ms       INTEGER,
        end_status    INTEGER NOT NULL,
        record_lag_ms INTEGER,
        hidden        INTEGER NOT NULL DEFAULT 0,
        hung_up_ms    INTEGER,
        ends_ms       INTEGER NOT NULL,
        body          TEXT NOT NULL,
        body_digest   TEXT NOT NULL
    ) STRICT;
    CREATE INDEX calls_by_callee ON calls (callee_digest);
    CREATE INDEX calls_by_end ON calls (ends_ms);
    CREATE INDEX calls_by_placing ON calls (placed_ms);
";

/// From layout 1: calls had no say in when their records appear.
const FROM_1: &str = "
    ALTER TABLE calls ADD COLUMN record_lag_ms INTEGER;
    ALTER TABLE calls ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;
";

/// Where a journal lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JournalPlace {
    /// A SQLite file, made with mode 0600 where it doesn't exist; usually `.callform/emulator.db`.
    File(PathBuf),
    /// Memory: gone with the emulator.
    Memory,
}

/// The journal could not be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file or its directory can't be made or opened.
    #[error("can't open the emulator's journal {}: {source}", path.display())]
    File {
        /// The journal's path.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// SQLite refused.
    #[error("the emulator's journal can't be read or written: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// Another program's SQLite file.
    #[error("this SQLite file is not an emulator's journal; give the emulator a file of its own")]
    Foreign,
    /// Written by a later version of callform.
    #[error(
        "the emulator's journal has layout {found}, this callform knows layouts up to {known}; use the callform that \
         wrote it, or remove the file and its record of emulated calls"
    )]
    Newer {
        /// The file's layout.
        found: i64,
        /// The newest known one.
        known: i64,
    },
    /// A stored row that this version can't have written.
    #[error("the emulator's journal is damaged: {0}")]
    Damaged(&'static str),
    /// No random key for a new journal.
    #[error(transparent)]
    Random(#[from] RandomError),
}

/// Opens or makes the journal and returns its connection and key.
pub(super) fn open(place: &JournalPlace, random: &dyn Random) -> Result<(Connection, Key), JournalError> {
    let mut connection = match place {
        JournalPlace::File(path) => {
            make_private(path).map_err(|source| JournalError::File { path: path.clone(), source })?;
            Connection::open_with_flags(
                path,
                OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_EXRESCODE,
            )?
        }
        JournalPlace::Memory => Connection::open_in_memory()?,
    };
    // Two commands of one project may place calls at the same time: the later one waits for its turn.
    connection.busy_timeout(Duration::from_secs(30))?;
    wal(&connection)?;
    // A call that was answered must survive a power cut: FULL syncs the log at every commit.
    connection.pragma_update(None, "synchronous", "FULL")?;
    let key = prepare(&mut connection, random)?;
    Ok((connection, key))
}

/// Several processes may turn a new file into a journal at once. Whoever meets the change of mode under way is told
/// "busy" at once, whatever the time-out says.
fn wal(connection: &Connection) -> rusqlite::Result<()> {
    let mut left = 500;
    loop {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) && left > 0 => {
                left -= 1;
                std::thread::sleep(Duration::from_millis(10));
            }
            done => return done,
        }
    }
}

/// Makes the file with mode 0600 before SQLite sees it; its `-wal` and `-shm` take their mode from it.
fn make_private(path: &Path) -> std::io::Result<()> {
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        std::fs::create_dir_all(directory)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
        let file = options.mode(0o600).open(path)?;
        if file.metadata()?.permissions().mode() & 0o077 != 0 {
            file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
        }
    }
    #[cfg(not(unix))]
    options.open(path)?;
    Ok(())
}

/// Makes the tables in an empty file, checks them in any other.
fn prepare(connection: &mut Connection, random: &dyn Random) -> Result<Key, JournalError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let layout: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let application: i64 = transaction.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: i64 = transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if tables == 0 {
        let mut key = zeroize::Zeroizing::new([0_u8; 32]);
        random.fill(&mut *key)?;
        transaction.execute_batch(TABLES)?;
        transaction.execute("INSERT INTO meta (name, value) VALUES ('key', ?1)", [key.as_slice()])?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", LAYOUT)?;
        transaction.commit()?;
        return Ok(Key::new(*key));
    }
    if application != APPLICATION_ID {
        return Err(JournalError::Foreign);
    }
    match layout {
        LAYOUT => {}
        1 => {
            transaction.execute_batch(FROM_1)?;
            transaction.pragma_update(None, "user_version", LAYOUT)?;
        }
        found => return Err(JournalError::Newer { found, known: LAYOUT }),
    }
    let key: Option<[u8; 32]> =
        transaction.query_row("SELECT value FROM meta WHERE name = 'key'", [], |row| row.get(0)).optional()?;
    let key = key.map(Key::new).ok_or(JournalError::Damaged("its key is missing"))?;
    transaction.commit()?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SeededRandom;

    /// What only the connection itself can tell: without these a power cut could lose an answered call.
    #[test]
    fn every_commit_is_synced() {
        let directory = tempfile::tempdir().unwrap();
        let place = JournalPlace::File(directory.path().join("emulator.db"));
        let (connection, _) = open(&place, &SeededRandom::new(1)).unwrap();
        let synchronous: i64 = connection.pragma_query_value(None, "synchronous", |row| row.get(0)).unwrap();
        let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
        assert_eq!((synchronous, mode.as_str()), (2, "wal"));
    }
}
