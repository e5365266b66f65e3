//! A copy, a backup or a restored ledger takes the place of the one that was lost.
//!
//! What is adopted is prepared apart: a file beside its future place, or the tables of a server within one transaction.
//! Only when all of it is written does it count as the ledger.

use std::path::Path;
use std::sync::Arc;

use callform_ccc::Secret;
use jiff::Timestamp;

use super::copy::copy_tables;
use super::database::{Database, moment, values};
use super::event::{About, Event, append};
use super::file::FileIdentity;
use super::inspect::{Bare, bare};
use super::mark::Mark;
use super::new_file::NewFile;
use super::retold::{self, Doubtful, Phoned, Written};
use super::run_lock::RunLock;
use super::{
    Access, Address, Home, Ledger, LedgerError, Lineage, Place, Position, backup, open, schema, server, verify, worker,
};
use crate::clock::Clock;
use crate::identity::LedgerKey;
use crate::random::Random;

/// A copy that may become the ledger. What is in it was checked; nothing was decided about it.
pub struct Candidate {
    ledger: Ledger,
    landing: Landing,
    mark: Option<Mark>,
    last_event: Timestamp,
    /// Where it came from, where that is another place.
    source: Option<String>,
}

/// How it gets where it belongs.
enum Landing {
    /// It lies there; the lock keeps runs away.
    Here(Option<RunLock>),
    /// A finished file gets its name.
    File(NewFile),
    /// A file is copied into an empty database.
    Server(NewFile, Secret),
}

/// Why a candidate becomes the ledger.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cause<'a> {
    /// It is a copy. Why nobody asked the provider, if nobody did.
    Adopted { without_records: Option<&'a str> },
    /// There was none. Its calls, and the lineage that it replaces.
    Rebuilt { calls: u64, replaces: Option<&'a Lineage> },
}

impl Candidate {
    /// What lies in `file`, or, without one, in the ledger's own place.
    ///
    /// # Errors
    /// [`LedgerError::InUse`] if there is nothing to adopt, [`LedgerError::Occupied`] if another one lies in the place,
    /// [`LedgerError::Locked`] while a run holds it, and whatever makes it unfit: damaged, foreign, of another lineage.
    pub fn open(
        access: &Access<'_>,
        file: Option<&Path>,
        clock: &Arc<dyn Clock>,
        random: &mut dyn Random,
    ) -> Result<Self, LedgerError> {
        let (database, landing, place) = match file {
            Some(file) => from_file(access, file, random)?,
            None => in_place(access, clock)?,
        };
        let at = |error: super::DbError| error.at(&place);
        open::migrate(&database).map_err(at)?;
        let bare = Bare {
            meta: open::read_meta(&database).map_err(at)?,
            database,
            place: place.clone(),
            version: schema::VERSION,
        };
        let whole = verify::check(&bare.database).map_err(at)?;
        if !whole.is_whole() {
            let detail = match whole.broken_at {
                Some(position) => format!("the chain of its events is broken at {position}"),
                None => format!("its events do not say what is in {}", whole.different.join(", ")),
            };
            return Err(LedgerError::Damaged { place, detail });
        }
        let last_event = bare.last_event()?;
        let ledger = ledger_of(bare, access, clock)?;
        let mark = Mark::of(access.address, access.root, &ledger.lineage);
        Ok(Self { ledger, landing, mark, last_event, source: file.map(|file| file.display().to_string()) })
    }

    /// A new one where there is none, prepared beside `beside` if it belongs on a server.
    ///
    /// # Errors
    /// [`LedgerError::Occupied`] if there is anything.
    pub(crate) fn fresh(
        access: &Access<'_>,
        beside: &Path,
        clock: &Arc<dyn Clock>,
        random: &mut dyn Random,
    ) -> Result<Self, LedgerError> {
        vacant(access)?;
        let beside = access.address.place().file().map_or(beside.to_owned(), Path::to_owned);
        let io = |error| LedgerError::Io { place: access.address.place(), error };
        let new = NewFile::begin(&beside, random).map_err(io)?;
        open::fill_file(new.path(), access, clock, random)?;
        let place = Place::File(new.path().to_owned());
        let at = |error: super::DbError| error.at(&place);
        let database = backup::open_copy(new.path()).map_err(at)?;
        // All of it in one file, which gets its name when it is finished.
        database.exists("PRAGMA journal_mode = DELETE", &[]).map_err(at)?;
        let meta = open::read_meta(&database).map_err(at)?;
        let bare = Bare { meta, database, place: place.clone(), version: schema::VERSION };
        let last_event = bare.last_event()?;
        let ledger = ledger_of(bare, access, clock)?;
        let mark = Mark::of(access.address, access.root, &ledger.lineage);
        Ok(Self { ledger, landing: Landing::of(access, new), mark, last_event, source: None })
    }

    /// Writes calls of which nobody knows anything. Their numbers are kept, as those of all unknown calls.
    pub(crate) fn doubt(&mut self, calls: &[Doubtful]) -> Result<(), LedgerError> {
        let (now, actor, key) = (self.ledger.now(), self.ledger.actor.clone(), self.ledger.key.clone());
        self.ledger.within(|tx| calls.iter().try_for_each(|call| retold::write_doubtful(tx, (now, &actor, &key), call)))
    }

    /// For reading.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// When its last event was written: what happened since is not in it.
    pub fn last_event(&self) -> Timestamp {
        self.last_event
    }

    /// When the provider took a request of it for the last time, or else when it was made. The provider takes none whose
    /// timestamp is wrong, so that clock can be trusted; the last event's may have been ahead.
    pub(crate) fn last_taken(&self) -> Result<Timestamp, LedgerError> {
        let taken = "SELECT coalesce((SELECT max(timestamp) * 1000 FROM attempts WHERE session IS NOT NULL), min(at))
             FROM events";
        self.ledger.database.value(taken, &[]).and_then(moment).map_err(|error| self.ledger.failed(error))
    }

    /// Writes who was phoned meanwhile, and makes it the ledger.
    ///
    /// # Errors
    /// If it could not be written: then nothing has changed, but in a file that was adopted where it lies nothing is
    /// half-written either.
    pub(crate) fn accept(mut self, phoned: &[Phoned], cause: Cause<'_>) -> Result<(Written, Position), LedgerError> {
        let target = self.ledger.address.place();
        let (place, sessions) = (target.to_string(), phoned.len() as u64);
        let event = match cause {
            Cause::Adopted { without_records } => Event::Adopted {
                place,
                sessions,
                source: self.source.take(),
                since: self.last_event.as_millisecond(),
                without_records: without_records.map(str::to_owned),
            },
            Cause::Rebuilt { calls, replaces } => {
                Event::Rebuilt { place, calls, sessions, replaces: replaces.map(Lineage::to_string) }
            }
        };
        let home = match (&self.ledger.home, &self.landing) {
            (Home::File(identity), _) => Some(identity.to_text()),
            (Home::Server, _) => None,
        };
        let (now, actor, key) = (self.ledger.now(), self.ledger.actor.clone(), self.ledger.key.clone());
        let project = self.ledger.project.clone();
        let (written, position) = self.ledger.within(|tx| {
            let mut written = Written::default();
            for phoned in phoned {
                retold::write_phoned(tx, (now, &actor, &project, &key), phoned, &mut written)?;
            }
            tx.batch("DELETE FROM leases; DELETE FROM pace")?;
            let home = match home {
                Some(home) => home,
                None => server::identity(tx)?,
            };
            tx.execute("UPDATE meta SET file = ?1", values![home])?;
            Ok((written, append(tx, now, &actor, About::default(), &event)?))
        })?;
        let io = |error| LedgerError::Io { place: target.clone(), error };
        match self.landing {
            Landing::Here(lock) => drop(lock),
            Landing::File(new) => {
                drop(self.ledger);
                new.finish().map_err(|error| match error.kind() {
                    std::io::ErrorKind::AlreadyExists => LedgerError::Occupied { place: target.clone() },
                    _ => io(error),
                })?;
            }
            Landing::Server(beside, url) => {
                fill_server(&self.ledger.database, &url, &target)?;
                drop(beside);
            }
        }
        // The mark of the ledger that was lost may be further on.
        self.mark.map_or(Ok(()), |mark| mark.set(position)).map_err(io)?;
        Ok((written, position))
    }
}

/// What was looked at, as a ledger.
fn ledger_of(bare: Bare, access: &Access<'_>, clock: &Arc<dyn Clock>) -> Result<Ledger, LedgerError> {
    let place = bare.place.clone();
    let home = match &place {
        Place::File(path) => {
            Home::File(FileIdentity::of(path).map_err(|error| LedgerError::Io { place: place.clone(), error })?)
        }
        Place::Postgres(_) => Home::Server,
    };
    Ok(Ledger {
        lineage: bare.lineage()?,
        key: LedgerKey::from_bytes(bare.meta.key),
        project: bare.meta.project,
        database: bare.database,
        address: access.address.clone(),
        place,
        home,
        actor: access.actor.to_string(),
        holder: open::holder(access, clock),
        clock: clock.clone(),
        worker: None,
        continues: None,
        mark: None,
    })
}

impl Landing {
    fn of(access: &Access<'_>, new: NewFile) -> Self {
        match access.address {
            Address::File(_) => Self::File(new),
            Address::Postgres(url) => Self::Server(new, url.clone()),
        }
    }
}

/// Whether nothing lies where the ledger belongs.
pub(crate) fn vacant(access: &Access<'_>) -> Result<(), LedgerError> {
    match bare(access.address) {
        Err(LedgerError::Missing { .. }) => Ok(()),
        Err(error @ LedgerError::Unreachable { .. }) => Err(error),
        _ => Err(LedgerError::Occupied { place: access.address.place() }),
    }
}

/// A backup or another copy, into a place where nothing is.
fn from_file(
    access: &Access<'_>,
    file: &Path,
    random: &mut dyn Random,
) -> Result<(Database, Landing, Place), LedgerError> {
    vacant(access)?;
    let source = bare(&Address::File(file.to_owned()))?;
    fits(&source, access)?;
    let beside = match access.address {
        Address::File(path) => path.clone(),
        Address::Postgres(_) => file.with_extension("adopting"),
    };
    let io = |error| LedgerError::Io { place: access.address.place(), error };
    let new = NewFile::begin(&beside, random).map_err(io)?;
    let place = Place::File(new.path().to_owned());
    let text = new.path().to_str().ok_or_else(|| io(std::io::ErrorKind::InvalidFilename.into()))?;
    if let Database::Sqlite(connection) = &source.database {
        connection.execute("VACUUM INTO ?1", [text]).map_err(|error| super::DbError::from(error).at(&source.place))?;
    }
    let database = backup::open_copy(new.path()).map_err(|error| error.at(&place))?;
    Ok((database, Landing::of(access, new), place))
}

/// What lies in the ledger's own place, and is refused there.
fn in_place(access: &Access<'_>, clock: &Arc<dyn Clock>) -> Result<(Database, Landing, Place), LedgerError> {
    let found = bare(access.address)?;
    fits(&found, access)?;
    let place = found.place.clone();
    let reached = match Mark::of(access.address, access.root, &found.lineage()?).and_then(|mark| mark.position()) {
        Some(known) => found.went_through(&known)?,
        None => true,
    };
    if found.is_at_home()? && reached {
        return Err(LedgerError::InUse { place });
    }
    let lock = match &place {
        Place::File(path) => Some(
            RunLock::take(path)?.ok_or_else(|| LedgerError::Locked { holder: RunLock::holder(path).map(Box::new) })?,
        ),
        Place::Postgres(_) => worker::live_holder(&found.database, clock.now())
            .map_err(|error| error.at(&place))?
            .map_or(Ok(None), |holder| Err(LedgerError::Locked { holder: Some(Box::new(holder)) }))?,
    };
    let database = match access.address {
        Address::File(path) => open::connect(path)?,
        Address::Postgres(_) => found.database,
    };
    Ok((database, Landing::Here(lock), place))
}

/// Of this project, and the one that `callform.lock` names, if it names one.
fn fits(found: &Bare, access: &Access<'_>) -> Result<(), LedgerError> {
    let (place, lineage) = (found.place.clone(), found.lineage()?);
    if found.meta.project != access.project {
        let (found, here) = (found.meta.project.clone(), access.project.to_owned());
        return Err(LedgerError::OtherProject { place, found, here });
    }
    match access.expected {
        Some(expected) if *expected != lineage => {
            Err(LedgerError::WrongLineage { place, expected: expected.clone(), found: lineage })
        }
        _ => access.check_kin(Some(&lineage)),
    }
}

fn fill_server(from: &Database, url: &Secret, place: &Place) -> Result<(), LedgerError> {
    let database = server::connect(url, place)?;
    let filled = database
        .transact(|tx| {
            if server::holds_a_ledger(tx)? {
                return Ok(false);
            }
            server::prepare(tx)?;
            schema::create(tx)?;
            server::set_version(tx, schema::VERSION)?;
            from.snapshot(|from| copy_tables(from, tx))?;
            tx.execute("UPDATE meta SET file = ?1", values![server::identity(tx)?])?;
            Ok(true)
        })
        .map_err(|error| error.at(place))?;
    if filled { Ok(()) } else { Err(LedgerError::Occupied { place: place.clone() }) }
}
