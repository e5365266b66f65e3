//! The ledger: the durable record of every intent, attempt and answer, in SQLite.
//!
//! The order of writing is what keeps people from being phoned twice:
//!
//! 1. [`Ledger::begin_attempt`], in one transaction: nobody may have placed this call, nobody may be on the way to
//!    that number, no ceiling may be reached. When it returns, the intent is on the disk.
//! 2. [`Ledger::mark_sending`], right before the request leaves.
//! 3. [`Ledger::record`], with what came back.
//!
//! An attempt that a dead process left between 1 and 3 becomes [`State::Unknown`] as soon as nobody holds the run's
//! lock. Unknown is never sent again; [`Ledger::resolve`] decides it, for the provider's records
//! ([`resolve`](crate::resolve)) or for a person.
//!
//! [`Ledger::suppress`] and [`Ledger::stop`] forbid calls from the next [`Ledger::begin_attempt`] on, in whatever
//! process that is: it asks within its transaction.
//!
//! A number is kept in clear only while its attempt is open, then overwritten. What is not done yet: leases and
//! several workers, outcomes, PostgreSQL.

mod agents;
mod attempt;
mod error;
mod event;
mod file;
mod footprint;
mod lock_file;
mod open;
mod position;
mod read;
mod resolution;
mod run_lock;
mod schema;
mod state;
mod stop;
mod suppression;
mod verify;

pub(crate) use attempt::judge_call;
pub use attempt::{Attempt, AttemptId, Begun, Held, Recorded, Verdict, Wish};
pub use error::LedgerError;
pub use footprint::RequestLimits;
pub use lock_file::{LOCK_FILE, LockFile, LockFileError};
pub use open::{Access, InitError};
pub use position::{Lineage, Position};
pub use read::{CallRow, CampaignCounts, EventRecord};
pub use resolution::{Resolution, Resolved, Traced};
pub use run_lock::Holder;
pub use state::{CallRecord, Past, State};
pub use stop::Stop;
pub use suppression::{Suppressed, Suppression};

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, TransactionBehavior};

use crate::clock::Clock;
use crate::identity::LedgerKey;
use file::FileIdentity;
use run_lock::{Mark, RunLock};

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
    connection: Connection,
    path: PathBuf,
    key: LedgerKey,
    lineage: Lineage,
    project: String,
    file: FileIdentity,
    actor: String,
    holder: Holder,
    clock: Arc<dyn Clock>,
    run: Option<Run>,
}

/// A run that places calls, while it holds the lock.
struct Run {
    lock: RunLock,
    name: String,
    /// Attempts since the mark was last written.
    unmarked: u32,
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ledger").field("path", &self.path).field("lineage", &self.lineage).finish_non_exhaustive()
    }
}

/// What a run is, for the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunInfo<'a> {
    /// Environment.
    pub environment: &'a str,
    /// Site and SdkAppId.
    pub account: &'a str,
    /// Digest of the specs.
    pub specs: &'a str,
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
    pub fn path(&self) -> &Path {
        &self.path
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
        event::last(&self.connection)
            .map_err(|error| self.failed(error))?
            .ok_or_else(|| self.contradiction("it has no events"))
    }

    /// Whether this ledger went through that position.
    ///
    /// # Errors
    /// If the database can't be read.
    pub fn went_through(&self, position: &Position) -> Result<bool, LedgerError> {
        self.connection
            .prepare_cached("SELECT 1 FROM events WHERE position = ?1 AND chain = ?2")
            .and_then(|mut statement| statement.exists((position.number, position.chain)))
            .map_err(|error| self.failed(error))
    }

    /// Takes the run's lock, which is held until [`end_run`](Self::end_run) or the end of the process. What a dead
    /// run left under way becomes unknown.
    ///
    /// # Errors
    /// [`LedgerError::Locked`], and whatever the database says.
    pub fn start_run(&mut self, info: &RunInfo<'_>) -> Result<(), LedgerError> {
        if self.run.is_some() {
            return Err(LedgerError::Locked { holder: Some(self.holder.clone()) });
        }
        let lock =
            RunLock::take(&self.path)?.ok_or_else(|| LedgerError::Locked { holder: RunLock::holder(&self.path) })?;
        self.abandon_leftovers()?;
        let name = format!("{}-{}", self.position()?.number, self.now().as_millisecond());
        self.append(
            event::About::default(),
            &event::Event::RunStarted {
                run: name.clone(),
                environment: info.environment.to_owned(),
                account: info.account.to_owned(),
                specs: info.specs.to_owned(),
            },
        )?;
        self.run = Some(Run { lock, name, unmarked: 0 });
        self.write_mark()
    }

    /// Writes down why the run ended, forgets what must be forgotten, and gives the lock away.
    ///
    /// # Errors
    /// Whatever the database says; the lock is given away all the same.
    pub fn end_run(&mut self, reason: &str) -> Result<(), LedgerError> {
        let Some(run) = &self.run else { return Ok(()) };
        let ended = event::Event::RunEnded { run: run.name.clone(), reason: reason.to_owned() };
        let result =
            self.append(event::About::default(), &ended).and_then(|_| self.forget()).and_then(|()| self.write_mark());
        self.run = None;
        result
    }

    /// Overwrites the database's journal, in which numbers that were already wiped may still stand. While another
    /// process reads, that is put off to the next time.
    ///
    /// # Errors
    /// Whatever the database says.
    pub fn forget(&self) -> Result<(), LedgerError> {
        self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(|error| self.failed(error))
    }

    /// Attempts that a dead process left under way become unknown. Call it with the lock in hand.
    fn abandon_leftovers(&mut self) -> Result<(), LedgerError> {
        let leftovers = self.under_way()?;
        for (attempt, call, state) in leftovers {
            let reason = match state {
                State::Intent => "the run ended between writing the intent and recording an answer",
                _ => "the run ended before an answer was recorded",
            };
            self.append(
                event::About::attempt(call, attempt),
                &event::Event::Unknown { reason: reason.to_owned(), code: None, request_id: None, session: None },
            )?;
        }
        Ok(())
    }

    fn write_mark(&mut self) -> Result<(), LedgerError> {
        let mark = Mark { lineage: self.lineage.clone(), position: self.position()? };
        let holder = self.holder.clone();
        if let Some(run) = &mut self.run {
            run.lock.write(&mark, Some(&holder))?;
            run.unmarked = 0;
        }
        Ok(())
    }

    fn append(&mut self, about: event::About, event: &event::Event) -> Result<Position, LedgerError> {
        let now = self.now();
        let actor = self.actor.clone();
        self.within(|tx| event::append(tx, now, &actor, about, event))
    }

    fn within<T>(&mut self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, LedgerError> {
        transact(&mut self.connection, work).map_err(|error| error::of_sqlite(&self.path, error))
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn failed(&self, error: rusqlite::Error) -> LedgerError {
        error::of_sqlite(&self.path, error)
    }

    fn contradiction(&self, detail: &str) -> LedgerError {
        LedgerError::Contradiction { path: self.path.clone(), detail: detail.to_owned() }
    }
}

/// One immediate transaction: what is read in it can't change before it is written.
fn transact<T>(
    connection: &mut Connection,
    work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let value = work(&tx)?;
    tx.commit()?;
    Ok(value)
}

impl Drop for Ledger {
    fn drop(&mut self) {
        // The numbers of a run that was cut short; nobody is left to hear of a failure, and the next run tries again.
        let _ = self.forget();
    }
}
