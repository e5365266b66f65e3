//! Looking at a ledger as it is, also at one that [`Ledger::open`] refuses. Nothing in it is changed.

use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags};

use super::database::{Database, Db, moment, values};
use super::file::{self, FileIdentity};
use super::mark::Mark;
use super::open::{Meta, read_meta};
use super::verify::{self, Integrity};
use super::worker::{self, Lease};
use super::{Access, Address, Holder, Ledger, LedgerError, Lineage, Place, Position, State, event, schema, server};
use crate::clock::Clock;

/// What was seen of a ledger.
#[derive(Debug)]
pub struct Inspection {
    /// Where it lies.
    pub place: Place,
    /// Which ledger it is.
    pub lineage: Lineage,
    /// Whose it is.
    pub project: String,
    /// The version of its tables; `None` for the newest one.
    pub older: Option<i32>,
    /// How far it got.
    pub position: Position,
    /// When its last event was written.
    pub last: Timestamp,
    /// It was written by [`Ledger::backup`].
    pub is_backup: bool,
    /// What the database says is wrong with it; nothing, if all is well.
    pub damage: Vec<String>,
    /// PostgreSQL: whether the server checks its pages by itself (`data_checksums`).
    pub server_checksums: Option<bool>,
    /// Its events and tables; `None` if they could not be read to their end, or are of an older version.
    pub integrity: Option<Integrity>,
    /// How far it had got, as the mark that is kept apart from it says.
    pub mark: Option<Position>,
    /// Why `open` would refuse it.
    pub refusal: Option<LedgerError>,
    /// Who holds it.
    pub holders: Vec<Holder>,
    /// Calls by state, of all accounts and environments.
    pub counts: Vec<(State, u64)>,
    /// Numbers that are kept in clear, of open attempts.
    pub numbers: u64,
    /// Keys that are kept.
    pub names: u64,
}

impl Inspection {
    /// Whether it says what was written into it.
    pub fn is_whole(&self) -> bool {
        self.damage.is_empty() && self.integrity.as_ref().is_none_or(Integrity::is_whole)
    }
}

/// A ledger's database, opened for a look: nothing was written, and nothing was judged.
pub(super) struct Bare {
    pub(super) database: Database,
    pub(super) place: Place,
    pub(super) meta: Meta,
    pub(super) version: i32,
}

impl Bare {
    /// Whether it lies where it was made.
    pub(super) fn is_at_home(&self) -> Result<bool, LedgerError> {
        if self.is_backup() {
            return Ok(false);
        }
        Ok(match &self.place {
            Place::File(path) => {
                let here =
                    FileIdentity::of(path).map_err(|error| LedgerError::Io { place: self.place.clone(), error })?;
                FileIdentity::parse(&self.meta.home).is_some_and(|stored| here.fits(&stored))
            }
            Place::Postgres(_) => {
                let found = server::identity(&self.database).map_err(|error| error.at(&self.place))?;
                server::fits(&found, &self.meta.home)
            }
        })
    }

    pub(super) fn is_backup(&self) -> bool {
        self.meta.home.starts_with(super::backup::HOME)
    }

    pub(super) fn lineage(&self) -> Result<Lineage, LedgerError> {
        Lineage::parse(&self.meta.lineage).ok_or_else(|| LedgerError::Damaged {
            place: self.place.clone(),
            detail: "its lineage can't be read".to_owned(),
        })
    }

    pub(super) fn position(&self) -> Result<Position, LedgerError> {
        event::last(&self.database)
            .map_err(|error| error.at(&self.place))?
            .ok_or_else(|| LedgerError::Damaged { place: self.place.clone(), detail: "it has no events".to_owned() })
    }

    /// When its last event was written.
    pub(super) fn last_event(&self) -> Result<Timestamp, LedgerError> {
        self.database.value("SELECT max(at) FROM events", &[]).and_then(moment).map_err(|error| error.at(&self.place))
    }

    /// Whether its events go through a position.
    pub(super) fn went_through(&self, position: &Position) -> Result<bool, LedgerError> {
        let sql = "SELECT 1 FROM events WHERE position = ?1 AND chain = ?2";
        self.database.exists(sql, values![position.number, position.chain]).map_err(|error| error.at(&self.place))
    }
}

/// Opens what lies at an address, whatever it is, as long as it is a ledger of a version that is known here.
pub(super) fn bare(address: &Address) -> Result<Bare, LedgerError> {
    let place = address.place();
    let (database, version) = match address {
        Address::File(path) => {
            let found = super::open::look_at_file(path, None)?;
            let opened = || -> Db<Connection> {
                // Where the file is write-protected this opens it for reading.
                let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                let connection = Connection::open_with_flags(path, flags)?;
                connection.execute_batch(schema::PRAGMAS)?;
                Ok(connection)
            };
            (Database::Sqlite(opened().map_err(|error| error.at(&place))?), found)
        }
        Address::Postgres(url) => super::open::look_at_server(url, &place, None)?,
    };
    let meta = read_meta(&database).map_err(|error| error.at(&place))?;
    Ok(Bare { database, place, meta, version })
}

impl Ledger {
    /// Looks at everything that can be wrong with a ledger, and tells why it would be refused. Runs may go on.
    ///
    /// # Errors
    /// If there is none, or it can't be read at all.
    pub fn inspect(access: &Access<'_>, clock: &dyn Clock) -> Result<Inspection, LedgerError> {
        let bare = bare(access.address)?;
        let place = bare.place.clone();
        let at = |error: super::DbError| error.at(&place);
        let current = bare.version == schema::VERSION;
        let (mut damage, server_checksums) = database_check(&bare.database);
        let integrity = if current {
            verify::check(&bare.database).map_err(|error| damage.push(error.to_string())).ok()
        } else {
            None
        };
        let mark = Mark::of(access.address, access.root, &bare.lineage()?).and_then(|mark| mark.position());
        let (holders, counts, numbers, names) = if current {
            let now = bare.database.clock().map_err(at)?.map_or(clock.now().as_millisecond(), |us| us / 1000);
            let leases = worker::leases(&bare.database).map_err(at)?;
            let count = |table: &str| bare.database.value::<u64>(&format!("SELECT count(*) FROM {table}"), &[]);
            (
                leases.into_iter().filter(|lease| lease.until > now).map(Lease::into_holder).collect(),
                count_states(&bare.database).map_err(at)?,
                count("open_numbers").map_err(at)?,
                count("names").map_err(at)?,
            )
        } else {
            (Vec::new(), Vec::new(), 0, 0)
        };
        Ok(Inspection {
            lineage: bare.lineage()?,
            project: bare.meta.project.clone(),
            older: (!current).then_some(bare.version),
            position: bare.position()?,
            last: bare.last_event()?,
            is_backup: bare.is_backup(),
            refusal: refusal(&bare, access, mark)?,
            mark,
            place: bare.place,
            damage,
            server_checksums,
            integrity,
            holders,
            counts,
            numbers,
            names,
        })
    }
}

/// Why `open` would refuse it.
fn refusal(bare: &Bare, access: &Access<'_>, mark: Option<Position>) -> Result<Option<LedgerError>, LedgerError> {
    let (place, found) = (bare.place.clone(), bare.lineage()?);
    if bare.meta.project != access.project {
        let (found, here) = (bare.meta.project.clone(), access.project.to_owned());
        return Ok(Some(LedgerError::OtherProject { place, found, here }));
    }
    if let Place::File(path) = &place
        && let Err(refusal) = file::check_names(path)
    {
        return Ok(Some(refusal));
    }
    if !bare.is_at_home()? {
        return Ok(Some(LedgerError::Copied { place }));
    }
    match access.expected {
        Some(expected) if *expected != found => {
            return Ok(Some(LedgerError::WrongLineage { place, expected: expected.clone(), found }));
        }
        None if !access.emulator => {
            return Ok(Some(LedgerError::Unregistered { place, environment: access.environment.to_owned() }));
        }
        _ => {}
    }
    if let Err(refusal) = access.check_kin(Some(&found)) {
        return Ok(Some(refusal));
    }
    match mark {
        Some(known) if !bare.went_through(&known)? => {
            Ok(Some(LedgerError::Restored { place, found: bare.position()?, known }))
        }
        _ => Ok(None),
    }
}

/// What the database finds when it looks at itself, and whether it checks pages as it reads them.
fn database_check(database: &Database) -> (Vec<String>, Option<bool>) {
    match database {
        Database::Sqlite(_) => {
            (verify::database_damage(database, 20).unwrap_or_else(|error| vec![error.to_string()]), None)
        }
        Database::Postgres(_) => {
            let checksums = database.value::<String>("SELECT current_setting('data_checksums')", &[]);
            (Vec::new(), checksums.ok().map(|setting| setting == "on"))
        }
    }
}

fn count_states(database: &Database) -> Db<Vec<(State, u64)>> {
    let mut counts: Vec<(State, u64)> =
        database.all("SELECT state, count(*) FROM calls GROUP BY state", &[], |row| Ok((row.get(0)?, row.get(1)?)))?;
    counts.sort();
    Ok(counts)
}
