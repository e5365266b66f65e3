//! Opening and making a ledger. Whatever is not exactly the ledger that this project used last is refused: missing,
//! empty, foreign, copied or restored never means "nothing has been done yet".

use std::io;
use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, OpenFlags, params};

use super::error::{LedgerError, of_sqlite};
use super::event::{About, Event};
use super::file::{self, FileIdentity};
use super::run_lock::RunLock;
use super::{Actor, Holder, Ledger, Lineage, LockFile, LockFileError, Position, schema};
use crate::clock::Clock;
use crate::identity::LedgerKey;
use crate::random::Random;

/// Which ledger is wanted, and by whom.
#[derive(Debug, Clone)]
pub struct Access<'a> {
    /// The file.
    pub path: &'a Path,
    /// The project's name.
    pub project: &'a str,
    /// The environment.
    pub environment: &'a str,
    /// The environment's site is the emulator: nobody is phoned, and a ledger is made on first use.
    pub emulator: bool,
    /// What `callform.lock` names for the environment.
    pub expected: Option<&'a Lineage>,
    /// Who asks.
    pub actor: &'a Actor,
}

/// A ledger that could not be introduced to its project.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// `callform.lock`.
    #[error(transparent)]
    LockFile(#[from] LockFileError),
}

impl InitError {
    /// What to do, a line each.
    pub fn advice(&self) -> Vec<String> {
        match self {
            Self::Ledger(error) => error.advice(),
            Self::LockFile(error) => error.advice(),
        }
    }
}

impl Ledger {
    /// Opens the ledger. On the emulator, one that isn't there is made.
    ///
    /// What a run that died left under way becomes unknown, unless another run holds the lock.
    ///
    /// # Errors
    /// See [`LedgerError`]; each says what to do.
    pub fn open(access: &Access<'_>, clock: &Arc<dyn Clock>, random: &mut dyn Random) -> Result<Self, LedgerError> {
        let path = access.path.to_owned();
        let expected = access.expected.cloned();
        match std::fs::metadata(access.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if access.emulator && expected.is_none() {
                    return create(access, clock, random);
                }
                return Err(LedgerError::Missing { path, expected });
            }
            Err(error) => return Err(LedgerError::Io { path, error }),
            Ok(metadata) if metadata.len() == 0 => return Err(LedgerError::Empty { path, expected }),
            Ok(_) => {}
        }
        let ledger = open_existing(access, clock)?;
        match &expected {
            Some(expected) if *expected != ledger.lineage => {
                return Err(LedgerError::WrongLineage {
                    path,
                    expected: expected.clone(),
                    found: ledger.lineage.clone(),
                });
            }
            None if !access.emulator => {
                return Err(LedgerError::Unregistered { path, environment: access.environment.to_owned() });
            }
            _ => {}
        }
        ledger.settle()
    }

    /// Introduces a ledger to an environment: makes the file where there is none and `callform.lock` names none, and
    /// names it there. Calling it again changes nothing.
    ///
    /// # Errors
    /// [`LedgerError::Registered`] where `callform.lock` names one that isn't there: a new one would forget everybody
    /// who was phoned.
    pub fn init(
        access: &Access<'_>,
        lock: &mut LockFile,
        clock: &Arc<dyn Clock>,
        random: &mut dyn Random,
    ) -> Result<Self, InitError> {
        let known = lock.lineage(access.environment).cloned();
        let missing = !access.path.exists();
        let ledger = match known {
            Some(lineage) if missing => {
                let path = access.path.to_owned();
                return Err(
                    LedgerError::Registered { path, environment: access.environment.to_owned(), lineage }.into()
                );
            }
            Some(lineage) => Self::open(&Access { expected: Some(&lineage), ..access.clone() }, clock, random)?,
            None if missing => create(access, clock, random)?,
            None => match open_existing(access, clock) {
                // `callform.lock` names none, and nothing was ever kept in this file.
                Err(LedgerError::Empty { .. }) => {
                    fill(access, access.path, clock, random)?;
                    open_existing(access, clock)?
                }
                existing => existing?.settle()?,
            },
        };
        if lock.lineage(access.environment).is_none() {
            lock.register(access.environment, &ledger.lineage)?;
        }
        Ok(ledger)
    }

    /// The last checks, which need a ledger that is known to be this project's.
    fn settle(mut self) -> Result<Self, LedgerError> {
        let path = self.path.clone();
        if let Some(mark) = RunLock::mark(&path).filter(|mark| mark.lineage == self.lineage)
            && !self.went_through(&mark.position)?
        {
            return Err(LedgerError::Restored { path, found: self.position()?, known: mark.position });
        }
        // Only with leftovers is the lock looked at: whoever only reads must not stand in the way of a run.
        if !self.under_way()?.is_empty()
            && let Some(_lock) = RunLock::take(&path)?
        {
            self.abandon_leftovers()?;
        }
        Ok(self)
    }
}

/// Makes the ledger under a name of its own first: whoever looks meanwhile, and whoever comes after this process was
/// killed, finds no ledger or a whole one. Two processes may be making it at once; then the first one's is the one.
fn create(access: &Access<'_>, clock: &Arc<dyn Clock>, random: &mut dyn Random) -> Result<Ledger, LedgerError> {
    let path = access.path;
    let io = |error| LedgerError::Io { path: path.to_owned(), error };
    let mut making = path.as_os_str().to_owned();
    making.push(format!(".new-{}", Lineage::generate(random)?));
    let making = Path::new(&making);
    file::create_private(making).map_err(io)?;
    fill(access, making, clock, random)?;
    file::publish(making, path).map_err(io)?;
    file::sync_directory(path).map_err(io)?;
    open_existing(access, clock)
}

/// Makes a ledger of an empty file.
fn fill(access: &Access<'_>, path: &Path, clock: &Arc<dyn Clock>, random: &mut dyn Random) -> Result<(), LedgerError> {
    let io = |error| LedgerError::Io { path: path.to_owned(), error };
    let db = |error| of_sqlite(path, error);
    let (key, lineage) = (LedgerKey::generate(random)?, Lineage::generate(random)?);
    let identity = FileIdentity::of(path).map_err(io)?;
    let mut connection = connect(path)?;
    let tx = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(db)?;
    // Two processes may be filling it at once; the second one finds the first one's work.
    if tx.pragma_query_value(None, "application_id", |row| row.get::<_, i32>(0)).map_err(db)? == 0 {
        schema::create(&tx).map_err(db)?;
        tx.pragma_update(None, "application_id", schema::APPLICATION_ID).map_err(db)?;
        tx.pragma_update(None, "user_version", schema::VERSION).map_err(db)?;
        tx.execute(
            "INSERT INTO meta (one, lineage, key, project, created, file) VALUES (1, ?1, ?2, ?3, ?4, ?5)",
            params![lineage.as_str(), key.as_bytes(), access.project, clock.now().as_millisecond(), identity.to_text()],
        )
        .map_err(db)?;
        let created = Event::Created { project: access.project.to_owned() };
        super::event::append(&tx, clock.now(), &access.actor.to_string(), About::default(), &created).map_err(db)?;
    }
    tx.commit().map_err(db)?;
    // So that the file is never empty, whatever happens to its journal.
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(db)
}

fn connect(path: &Path) -> Result<Connection, LedgerError> {
    let db = |error| of_sqlite(path, error);
    let connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .map_err(db)?;
    connection.execute_batch(schema::PRAGMAS).map_err(db)?;
    let mode: String = connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0)).map_err(db)?;
    if mode != "wal" {
        let detail = format!("this file system can't hold a ledger: its journal mode is `{mode}`, not `wal`");
        return Err(LedgerError::Contradiction { path: path.to_owned(), detail });
    }
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Brings an older ledger to this version, once it is known to be the right one.
fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    super::transact(connection, |tx| {
        let found: i32 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if found < schema::VERSION {
            // From 1 to 2 no table changes.
            tx.execute_batch(schema::ADD_3)?;
            tx.pragma_update(None, "user_version", schema::VERSION)?;
        }
        Ok(())
    })
}

/// Opens a file and looks at everything that can be wrong with it by itself.
fn open_existing(access: &Access<'_>, clock: &Arc<dyn Clock>) -> Result<Ledger, LedgerError> {
    let path = access.path.to_owned();
    let io = |error| LedgerError::Io { path: path.clone(), error };
    let db = |error| of_sqlite(&path, error);
    // Looked at before anything is written: another program's database is left as it is.
    {
        let probe =
            Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)
                .map_err(db)?;
        probe.busy_timeout(std::time::Duration::from_secs(10)).map_err(db)?;
        let number = |name: &str| probe.pragma_query_value(None, name, |row| row.get::<_, i32>(0)).map_err(db);
        let application = number("application_id")?;
        if application != schema::APPLICATION_ID {
            let tables: i64 =
                probe.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(db)?;
            if application == 0 && tables == 0 {
                return Err(LedgerError::Empty { path, expected: access.expected.cloned() });
            }
            return Err(LedgerError::Foreign { path });
        }
        let found = number("user_version")?;
        if found > schema::VERSION {
            return Err(LedgerError::Newer { path, found, known: schema::VERSION });
        }
    }
    file::make_private(&path).map_err(io)?;
    let mut connection = connect(&path)?;
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(db)?;
    if verdict != "ok" {
        return Err(LedgerError::Damaged { path, detail: verdict });
    }
    let (lineage, key, project, stored): (String, [u8; 32], String, String) = connection
        .query_row("SELECT lineage, key, project, file FROM meta WHERE one = 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .map_err(db)?;
    let damaged = |what: &str| LedgerError::Damaged { path: path.clone(), detail: format!("{what} can't be read") };
    let lineage = Lineage::parse(&lineage).ok_or_else(|| damaged("its lineage"))?;
    if project != access.project {
        return Err(LedgerError::OtherProject { path, found: project, here: access.project.to_owned() });
    }
    let stored = FileIdentity::parse(&stored).ok_or_else(|| damaged("its place"))?;
    let file = FileIdentity::of(&path).map_err(io)?;
    if !file.fits(&stored) {
        return Err(LedgerError::Copied { path });
    }
    migrate(&mut connection).map_err(db)?;
    let Actor { who, host, pid } = access.actor.clone();
    let holder = Holder { who, host, pid, since: clock.now().to_string() };
    let ledger = Ledger {
        connection,
        path,
        key: LedgerKey::from_bytes(key),
        lineage,
        project,
        file,
        actor: access.actor.to_string(),
        holder,
        clock: clock.clone(),
        run: None,
    };
    let _: Position = ledger.position()?;
    Ok(ledger)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What only the connection itself can tell: without these a power cut could lose an intent that was sent.
    #[test]
    fn every_commit_is_on_the_disk_when_it_returns() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ledger.db");
        file::create_private(&path).unwrap();
        let connection = connect(&path).unwrap();
        let synchronous: i64 = connection.pragma_query_value(None, "synchronous", |row| row.get(0)).unwrap();
        let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
        assert_eq!((synchronous, mode.as_str()), (2, "wal"));
    }
}
