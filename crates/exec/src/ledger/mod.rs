//! The ledger: the durable record of every intent, attempt and answer, in SQLite or PostgreSQL.
//!
//! The order of writing is what keeps people from being phoned twice:
//!
//! 1. [`Ledger::begin_attempt`], in one transaction: nobody may have placed this call, nobody may be on the way to
//!    that number, no ceiling may be reached. When it returns, the intent is on the disk.
//! 2. [`Ledger::mark_sending`], right before the request leaves.
//! 3. [`Ledger::record`], with what came back.
//!
//! An attempt that a dead process left between 1 and 3 becomes [`State::Unknown`] as soon as its worker's lease is
//! over. Unknown is never sent again; [`Ledger::resolve`] decides it, for the provider's records
//! ([`resolve`](crate::resolve)) or for a person.
//!
//! [`Ledger::suppress`] and [`Ledger::stop`] forbid calls from the next [`Ledger::begin_attempt`] on, in whatever
//! process that is: it asks within its transaction.
//!
//! A number is kept in clear only while its attempt is open, then overwritten.

mod account;
mod adoption;
mod agents;
mod attempt;
mod backup;
mod begin;
mod copy;
mod database;
mod departure;
mod error;
mod event;
mod export;
mod file;
mod follow;
mod footprint;
mod forget;
mod glimpse;
mod inspect;
mod line;
mod lock_file;
mod mark;
mod new_file;
mod open;
mod place;
mod position;
mod read;
mod resolution;
mod retold;
mod run_lock;
mod schema;
mod server;
mod state;
mod stop;
mod suppression;
mod verify;
mod worker;

pub use adoption::Candidate;
pub(crate) use adoption::{Cause, vacant};
pub use attempt::{Attempt, AttemptId, Recorded, Verdict};
pub use backup::BackupError;
pub(crate) use begin::judge_call;
pub use begin::{Begun, Held, Wish};
pub use departure::{LEAST_GAP, MOST_GAP, Rate};
pub use error::LedgerError;
pub use export::ExportError;
pub use file::OtherName;
pub use footprint::RequestLimits;
pub use forget::{Forgotten, Whom};
pub(crate) use glimpse::{AT_ONCE, Glimpse};
pub use inspect::Inspection;
pub use line::{Lines, Talking, WithoutOutcome};
pub use lock_file::{LOCK_FILE, LockFile, LockFileError};
pub use new_file::NewFile;
pub use open::{Access, InitError, Kin};
pub use place::{Address, Place};
pub use position::{Lineage, Position};
pub use read::{CallRow, CampaignCounts, EventRecord};
pub use resolution::{Resolution, Resolved, Traced};
pub(crate) use retold::{Doubtful, Phoned, PhonedCall};
pub use retold::{REBUILT, REBUILT_PHONED, Written};
pub use run_lock::Holder;
pub use state::{CallRecord, Past, State};
pub use stop::Stop;
pub use suppression::{Suppressed, Suppression};
pub use verify::Integrity;
pub use worker::{LEASE, RENEW_EVERY, RunInfo};

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::clock::Clock;
use crate::identity::LedgerKey;
use database::{Database, Db, DbError, moment, values};
use file::FileIdentity;
use mark::Mark;
use worker::Worker;

/// Who writes into the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The person or account.
    pub who: String,
    /// The machine.
    pub host: String,
    /// The process.
    pub pid: u32,
}

impl std::fmt::Display for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}@{} {}", self.who, self.host, self.pid)
    }
}

/// An actor as people are told of it: without the process.
fn person(actor: &str) -> &str {
    actor.rsplit_once(' ').map_or(actor, |(who, _)| who)
}

/// An open ledger.
pub struct Ledger {
    database: Database,
    address: Address,
    place: Place,
    key: LedgerKey,
    lineage: Lineage,
    project: String,
    home: Home,
    actor: String,
    holder: Holder,
    clock: Arc<dyn Clock>,
    worker: Option<Worker>,
    /// The run that the next one goes on with.
    continues: Option<String>,
    /// How far it got, kept apart from it; not while it is in the making.
    mark: Option<Mark>,
}

/// What a ledger's place is known by; a copy has another one.
enum Home {
    File(FileIdentity),
    /// What the server says of itself; asked for when a connection is made, which then stays where it is.
    Server,
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ledger").field("place", &self.place).field("lineage", &self.lineage).finish_non_exhaustive()
    }
}

impl Ledger {
    /// The key under which identities, numbers and fingerprints are digested.
    pub fn key(&self) -> &LedgerKey {
        &self.key
    }

    /// Which ledger this is.
    pub fn lineage(&self) -> &Lineage {
        &self.lineage
    }

    /// Where it lies.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Whose it is.
    pub fn project(&self) -> &str {
        &self.project
    }

    /// How far it has got.
    ///
    /// # Errors
    /// If the database can't be read.
    pub fn position(&self) -> Result<Position, LedgerError> {
        event::last(&self.database)
            .map_err(|error| self.failed(error))?
            .ok_or_else(|| self.contradiction("it has no events"))
    }

    /// Whether this ledger went through that position.
    ///
    /// # Errors
    /// If the database can't be read.
    pub fn went_through(&self, position: &Position) -> Result<bool, LedgerError> {
        self.database
            .exists("SELECT 1 FROM events WHERE position = ?1 AND chain = ?2", values![position.number, position.chain])
            .map_err(|error| self.failed(error))
    }

    /// Overwrites a file's journal, in which numbers that were already wiped may still stand. While another process
    /// reads, that is put off to the next time.
    ///
    /// # Errors
    /// Whatever the database says.
    pub fn wipe_journal(&self) -> Result<(), LedgerError> {
        match &self.database {
            Database::Sqlite(connection) => connection
                .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
                .map_err(|error| self.failed(error.into())),
            Database::Postgres(_) => Ok(()),
        }
    }

    /// Nobody sends through an account for so long, whichever worker: the provider said that it was too much.
    ///
    /// # Errors
    /// If it could not be written.
    pub fn push_back(&mut self, account: &str, by: Duration) -> Result<(), LedgerError> {
        let now = self.now();
        self.within(|tx| {
            let clock = tx.shared_clock(now)?;
            departure::push_back(tx, account, by, clock)
        })
    }

    fn append(&mut self, about: event::About, event: &event::Event) -> Result<Position, LedgerError> {
        let now = self.now();
        let actor = self.actor.clone();
        self.within(|tx| event::append(tx, now, &actor, about, event))
    }

    fn within<T>(&self, work: impl FnOnce(&Database) -> Db<T>) -> Result<T, LedgerError> {
        let done = self.database.transact(work).map_err(|error| self.failed(error))?;
        // Only what is on the disk is marked; that it can't be read just now is no reason to stop.
        if let Some(mark) = &self.mark
            && let Ok(position) = self.position()
        {
            mark.raise(position);
        }
        Ok(done)
    }

    /// Refuses a ledger that had got further than it is.
    fn check_mark(&self) -> Result<(), LedgerError> {
        match self.mark.as_ref().and_then(Mark::position) {
            Some(known) if !self.went_through(&known)? => {
                Err(LedgerError::Restored { place: self.place.clone(), found: self.position()?, known })
            }
            _ => Ok(()),
        }
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Whether the open file still is the one that its path names.
    fn check_place(&self) -> Result<(), LedgerError> {
        match (&self.home, &self.place) {
            (Home::File(identity), Place::File(path)) => match FileIdentity::of(path) {
                Ok(now) if now.fits(identity) => file::check_names(path),
                _ => Err(LedgerError::Replaced { place: self.place.clone() }),
            },
            _ => Ok(()),
        }
    }

    fn failed(&self, error: DbError) -> LedgerError {
        error.at(&self.place)
    }

    fn contradiction(&self, detail: &str) -> LedgerError {
        LedgerError::Contradiction { place: self.place.clone(), detail: detail.to_owned() }
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        // The numbers of a run that was cut short; nobody is left to hear of a failure, and the next run tries again.
        let _ = self.wipe_journal();
    }
}
