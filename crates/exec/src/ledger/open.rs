//! Opening and making a ledger. Whatever is not exactly the ledger that this project used last is refused: missing,
//! empty, foreign, copied or restored never means "nothing has been done yet".

use std::io;
use std::path::Path;
use std::sync::Arc;

use callform_ccc::Secret;
use rusqlite::{Connection, OpenFlags};

use super::database::{Database, Db, values};
use super::error::LedgerError;
use super::event::{About, Event};
use super::file::{self, FileIdentity};
use super::mark::Mark;
use super::{Actor, Address, Holder, Home, Ledger, Lineage, LockFile, LockFileError, Place, Position, schema, server};
use crate::clock::Clock;
use crate::identity::LedgerKey;
use crate::random::Random;

/// Which ledger is wanted, and by whom.
#[derive(Debug, Clone)]
pub struct Access<'a> {
    /// Where it lies.
    pub address: &'a Address,
    /// The project's name.
    pub project: &'a str,
    /// The environment.
    pub environment: &'a str,
    /// The environment's site is the emulator: nobody is phoned, and a ledger is made on first use.
    pub emulator: bool,
    /// What `callform.lock` names for the environment.
    pub expected: Option<&'a Lineage>,
    /// What it names for other environments that phone through the same account.
    pub kin: Vec<Kin>,
    /// The project's directory, where a server's ledger has its mark; `None`: it has none.
    pub root: Option<&'a Path>,
    /// Who asks.
    pub actor: &'a Actor,
}

/// Another environment of the same account, and its ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kin {
    /// The environment.
    pub environment: String,
    /// The ledger that `callform.lock` names for it.
    pub lineage: Lineage,
}

impl Access<'_> {
    /// Refuses a ledger, or (`None`) a new one, beside another one of the same account: each would phone the people
    /// whom the other has phoned.
    pub(super) fn check_kin(&self, lineage: Option<&Lineage>) -> Result<(), LedgerError> {
        match self.kin.iter().find(|kin| Some(&kin.lineage) != lineage) {
            Some(kin) if !self.emulator => Err(LedgerError::TwoLedgers {
                place: self.address.place(),
                environment: self.environment.to_owned(),
                other: kin.environment.clone(),
                lineage: kin.lineage.clone(),
            }),
            _ => Ok(()),
        }
    }
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
        let (place, expected) = (access.address.place(), access.expected.cloned());
        let ledger = match open_existing(access, clock) {
            Err(LedgerError::Missing { .. }) if access.emulator && expected.is_none() => {
                return create(access, clock, random);
            }
            other => other?,
        };
        match &expected {
            Some(expected) if *expected != ledger.lineage => {
                return Err(LedgerError::WrongLineage {
                    place,
                    expected: expected.clone(),
                    found: ledger.lineage.clone(),
                });
            }
            None if !access.emulator => {
                return Err(LedgerError::Unregistered { place, environment: access.environment.to_owned() });
            }
            _ => {}
        }
        access.check_kin(Some(&ledger.lineage))?;
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
        let ledger = match known {
            Some(lineage) => match Self::open(&Access { expected: Some(&lineage), ..access.clone() }, clock, random) {
                Err(LedgerError::Missing { place, .. }) => {
                    let environment = access.environment.to_owned();
                    return Err(LedgerError::Registered { place, environment, lineage }.into());
                }
                opened => opened?,
            },
            None => match open_existing(access, clock) {
                Err(LedgerError::Missing { .. }) => {
                    access.check_kin(None)?;
                    create(access, clock, random)?
                }
                // `callform.lock` names none, and nothing was ever kept in this file.
                Err(LedgerError::Empty { .. }) => {
                    access.check_kin(None)?;
                    fill_existing(access, clock, random)?;
                    open_existing(access, clock)?
                }
                existing => {
                    let ledger = existing?;
                    access.check_kin(Some(&ledger.lineage))?;
                    ledger.settle()?
                }
            },
        };
        if lock.lineage(access.environment).is_none() {
            lock.register(access.environment, &ledger.lineage)?;
        }
        Ok(ledger)
    }

    /// The last checks, which need a ledger that is known to be this project's.
    fn settle(mut self) -> Result<Self, LedgerError> {
        self.check_mark()?;
        self.settle_leftovers()?;
        if let Some(mark) = &self.mark {
            mark.raise(self.position()?);
        }
        Ok(self)
    }

    /// Another connection to a ledger whose server was gone for a while.
    ///
    /// # Errors
    /// If it can't be reached, or is not the same any more.
    pub fn reconnect(&mut self) -> Result<(), LedgerError> {
        let Address::Postgres(url) = &self.address else { return Ok(()) };
        let database = server::connect(url, &self.place)?;
        let stored = read_meta(&database).map_err(|error| error.at(&self.place))?;
        let found = server::identity(&database).map_err(|error| error.at(&self.place))?;
        if stored.lineage != self.lineage.as_str() || !server::fits(&found, &stored.home) {
            return Err(LedgerError::Replaced { place: self.place.clone() });
        }
        self.database = database;
        self.check_mark()
    }
}

/// Makes a ledger where there is none.
fn create(access: &Access<'_>, clock: &Arc<dyn Clock>, random: &mut dyn Random) -> Result<Ledger, LedgerError> {
    match access.address {
        Address::File(path) => create_file(path, access, clock, random)?,
        Address::Postgres(_) => fill_existing(access, clock, random)?,
    }
    open_existing(access, clock)
}

/// Makes the ledger under a name of its own first: whoever looks meanwhile, and whoever comes after this process was
/// killed, finds no ledger or a whole one. Two processes may be making it at once; then the first one's is the one.
fn create_file(
    path: &Path,
    access: &Access<'_>,
    clock: &Arc<dyn Clock>,
    random: &mut dyn Random,
) -> Result<(), LedgerError> {
    let io = |error| LedgerError::Io { place: Place::File(path.to_owned()), error };
    let making = file::name_in_the_making(path, Lineage::generate(random)?.as_str());
    file::create_private(&making).map_err(io)?;
    fill_file(&making, access, clock, random)?;
    file::publish(&making, path).map_err(io)?;
    file::sync_directory(path).map_err(io)
}

/// Makes a ledger of an empty file, or of a database without one.
fn fill_existing(access: &Access<'_>, clock: &Arc<dyn Clock>, random: &mut dyn Random) -> Result<(), LedgerError> {
    match access.address {
        Address::File(path) => fill_file(path, access, clock, random),
        Address::Postgres(url) => {
            let place = access.address.place();
            let database = server::connect(url, &place)?;
            let (key, lineage) = (LedgerKey::generate(random)?, Lineage::generate(random)?);
            database
                .transact(|tx| {
                    // Two processes may be making it at once; the second one finds the first one's work.
                    if !server::holds_a_ledger(tx)? {
                        server::prepare(tx)?;
                        schema::create(tx)?;
                        server::set_version(tx, schema::VERSION)?;
                        let home = server::identity(tx)?;
                        begin(tx, access, clock, &key, &lineage, &home)?;
                    }
                    Ok(())
                })
                .map_err(|error| error.at(&place))
        }
    }
}

pub(super) fn fill_file(
    path: &Path,
    access: &Access<'_>,
    clock: &Arc<dyn Clock>,
    random: &mut dyn Random,
) -> Result<(), LedgerError> {
    let place = Place::File(path.to_owned());
    let (key, lineage) = (LedgerKey::generate(random)?, Lineage::generate(random)?);
    let identity = FileIdentity::of(path).map_err(|error| LedgerError::Io { place: place.clone(), error })?;
    let database = connect(path)?;
    database
        .transact(|tx| {
            let Database::Sqlite(connection) = tx else { return Ok(()) };
            // Two processes may be filling it at once; the second one finds the first one's work.
            if connection.pragma_query_value(None, "application_id", |row| row.get::<_, i32>(0))? == 0 {
                schema::create(tx)?;
                connection.pragma_update(None, "application_id", schema::APPLICATION_ID)?;
                connection.pragma_update(None, "user_version", schema::VERSION)?;
                begin(tx, access, clock, &key, &lineage, &identity.to_text())?;
            }
            Ok(())
        })
        .and_then(|()| match &database {
            // So that the file is never empty, whatever happens to its journal.
            Database::Sqlite(connection) => {
                Ok(connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)
            }
            Database::Postgres(_) => Ok(()),
        })
        .map_err(|error| error.at(&place))
}

/// The first entries.
fn begin(
    tx: &Database,
    access: &Access<'_>,
    clock: &Arc<dyn Clock>,
    key: &LedgerKey,
    lineage: &Lineage,
    home: &str,
) -> Db<()> {
    let now = clock.now();
    tx.execute(
        "INSERT INTO meta (one, lineage, key, project, created, file) VALUES (1, ?1, ?2, ?3, ?4, ?5)",
        values![lineage.as_str(), *key.as_bytes(), access.project, now.as_millisecond(), home],
    )?;
    let created = Event::Created { project: access.project.to_owned() };
    super::event::append(tx, now, &access.actor.to_string(), About::default(), &created).map(|_| ())
}

pub(super) fn connect(path: &Path) -> Result<Database, LedgerError> {
    let place = Place::File(path.to_owned());
    let opened = || -> Db<(Connection, String)> {
        let connection =
            Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.execute_batch(schema::PRAGMAS)?;
        let mode = connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
        Ok((connection, mode))
    };
    let (connection, mode) = opened().map_err(|error| error.at(&place))?;
    if mode != "wal" {
        let detail = format!("this file system can't hold a ledger: its journal mode is `{mode}`, not `wal`");
        return Err(LedgerError::Contradiction { place, detail });
    }
    connection.set_prepared_statement_cache_capacity(96);
    Ok(Database::Sqlite(connection))
}

/// What a ledger says of itself.
pub(super) struct Meta {
    pub(super) lineage: String,
    pub(super) key: [u8; 32],
    pub(super) project: String,
    pub(super) home: String,
}

pub(super) fn read_meta(database: &Database) -> Db<Meta> {
    let meta = database.first("SELECT lineage, key, project, file FROM meta WHERE one = 1", &[], |row| {
        Ok(Meta { lineage: row.get(0)?, key: row.get(1)?, project: row.get(2)?, home: row.get(3)? })
    })?;
    meta.ok_or_else(|| super::DbError::Content("it does not say whose it is".to_owned()))
}

/// Opens a ledger and looks at everything that can be wrong with it by itself.
fn open_existing(access: &Access<'_>, clock: &Arc<dyn Clock>) -> Result<Ledger, LedgerError> {
    let place = access.address.place();
    let (database, home) = match access.address {
        Address::File(path) => open_file(path, access)?,
        Address::Postgres(url) => open_server(url, access)?,
    };
    let meta = read_meta(&database).map_err(|error| error.at(&place))?;
    let damaged = |what: &str| LedgerError::Damaged { place: place.clone(), detail: format!("{what} can't be read") };
    let lineage = Lineage::parse(&meta.lineage).ok_or_else(|| damaged("its lineage"))?;
    if meta.project != access.project {
        return Err(LedgerError::OtherProject { place, found: meta.project, here: access.project.to_owned() });
    }
    let here = match &home {
        // A backup says of itself that it is one, and one of a server's ledger names that server.
        Home::File(file) => FileIdentity::parse(&meta.home).is_some_and(|stored| file.fits(&stored)),
        Home::Server => {
            let found = server::identity(&database).map_err(|error| error.at(&place))?;
            server::fits(&found, &meta.home)
        }
    };
    if !here {
        return Err(LedgerError::Copied { place });
    }
    migrate(&database).map_err(|error| error.at(&place))?;
    let ledger = Ledger {
        database,
        mark: Mark::of(access.address, access.root, &lineage),
        address: access.address.clone(),
        place,
        key: LedgerKey::from_bytes(meta.key),
        lineage,
        project: meta.project,
        home,
        actor: access.actor.to_string(),
        holder: holder(access, clock),
        clock: clock.clone(),
        worker: None,
        continues: None,
    };
    let _: Position = ledger.position()?;
    Ok(ledger)
}

/// Who asks, as others are told of it.
pub(super) fn holder(access: &Access<'_>, clock: &Arc<dyn Clock>) -> Holder {
    let Actor { who, host, pid } = access.actor.clone();
    Holder { who, host, pid, since: clock.now().to_string(), run: None }
}

fn open_file(path: &Path, access: &Access<'_>) -> Result<(Database, Home), LedgerError> {
    let place = Place::File(path.to_owned());
    look_at_file(path, access.expected)?;
    file::check_names(path)?;
    file::make_private(path).map_err(|error| LedgerError::Io { place: place.clone(), error })?;
    let database = connect(path)?;
    let verdict: String = database.value("PRAGMA quick_check(1)", &[]).map_err(|error| error.at(&place))?;
    if verdict != "ok" {
        return Err(LedgerError::Damaged { place, detail: verdict });
    }
    let identity = FileIdentity::of(path).map_err(|error| LedgerError::Io { place, error })?;
    Ok((database, Home::File(identity)))
}

/// Whether a file is a ledger that can be read here, and of which version. Nothing is written: another program's
/// database is left as it is.
pub(super) fn look_at_file(path: &Path, expected: Option<&Lineage>) -> Result<i32, LedgerError> {
    let (place, expected) = (Place::File(path.to_owned()), expected.cloned());
    match std::fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(LedgerError::Missing { place, expected }),
        Err(error) => return Err(LedgerError::Io { place, error }),
        Ok(metadata) if metadata.len() == 0 => return Err(LedgerError::Empty { place, expected }),
        Ok(_) => {}
    }
    let (application, tables, found) = probe(path).map_err(|error| error.at(&place))?;
    if application != schema::APPLICATION_ID {
        if application == 0 && tables == 0 {
            return Err(LedgerError::Empty { place, expected });
        }
        return Err(LedgerError::Foreign { place });
    }
    if found > schema::VERSION {
        return Err(LedgerError::Newer { place, found, known: schema::VERSION });
    }
    Ok(found)
}

/// Application id, number of tables, version.
fn probe(path: &Path) -> Db<(i32, i64, i32)> {
    let probe = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    probe.busy_timeout(std::time::Duration::from_secs(30))?;
    let number = |name: &str| probe.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let application = number("application_id")?;
    let tables = probe.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok((application, tables, number("user_version")?))
}

fn open_server(url: &Secret, access: &Access<'_>) -> Result<(Database, Home), LedgerError> {
    let (database, _) = look_at_server(url, &access.address.place(), access.expected)?;
    Ok((database, Home::Server))
}

/// Whether a server holds a ledger that can be read here, and of which version.
pub(super) fn look_at_server(
    url: &Secret,
    place: &Place,
    expected: Option<&Lineage>,
) -> Result<(Database, i32), LedgerError> {
    let database = server::connect(url, place)?;
    if !server::holds_a_ledger(&database).map_err(|error| error.at(place))? {
        return Err(LedgerError::Missing { place: place.clone(), expected: expected.cloned() });
    }
    let found = server::version(&database).map_err(|error| error.at(place))?;
    if found > schema::VERSION {
        return Err(LedgerError::Newer { place: place.clone(), found, known: schema::VERSION });
    }
    Ok((database, found))
}

/// Brings an older ledger to this version, once it is known to be the right one.
pub(super) fn migrate(database: &Database) -> Db<()> {
    let version = |tx: &Database| match tx {
        Database::Sqlite(connection) => Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?),
        Database::Postgres(_) => server::version(tx),
    };
    if version(database)? >= schema::VERSION {
        return Ok(());
    }
    database.transact(|tx| {
        // Another process may have done it meanwhile.
        let found = version(tx)?;
        if found < schema::VERSION {
            schema::migrate(tx, found)?;
            match tx {
                Database::Sqlite(connection) => connection.pragma_update(None, "user_version", schema::VERSION)?,
                Database::Postgres(_) => server::set_version(tx, schema::VERSION)?,
            }
        }
        Ok(())
    })
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
        let Database::Sqlite(connection) = connect(&path).unwrap() else { panic!("it is a file") };
        let synchronous: i64 = connection.pragma_query_value(None, "synchronous", |row| row.get(0)).unwrap();
        let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
        assert_eq!((synchronous, mode.as_str()), (2, "wal"));
    }
}
