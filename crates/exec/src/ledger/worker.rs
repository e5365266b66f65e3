//! Who places calls: runs, and the workers that share one.
//!
//! A worker holds a lease: a row with an epoch that is never given twice. It renews it while it works; an intent under
//! an epoch that is over is refused. A ledger in a file has one worker at a time, whom the operating system's lock
//! keeps alone. One in PostgreSQL may have several: those that want the same calls join the run, others are refused.
//! There, a worker is gone when its lease has run out, or as soon as its session with the server is over.
//!
//! What a worker that is gone left under way is unknown. That its lease ran out never permits a second attempt.

use std::time::Duration;

use super::database::{Database, Db, Row, values};
use super::event::{About, Event, append};
use super::run_lock::RunLock;
use super::state::State;
use super::{Holder, Ledger, LedgerError, Place};
use crate::identity::CallId;

/// How long a lease lasts; it is renewed several times in that time.
pub const LEASE: Duration = Duration::from_secs(60);
/// How often it is renewed.
pub const RENEW_EVERY: Duration = Duration::from_secs(10);

/// What a run is, for the record, and for who wants to join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunInfo<'a> {
    /// Environment.
    pub environment: &'a str,
    /// Site and SdkAppId.
    pub account: &'a str,
    /// Digest of the specs.
    pub specs: &'a str,
    /// Which calls of them it may place: only who wants the same ones may join.
    pub scope: &'a str,
    /// Attempts that may ring, at the most, by all its workers; `None`: as many as the plan has.
    pub ceiling: Option<u64>,
}

/// This process's part in a run.
pub(super) struct Worker {
    pub(super) run: String,
    pub(super) epoch: i64,
    /// Of a ledger in a file.
    #[expect(dead_code, reason = "it is held, and given away with the worker")]
    pub(super) lock: Option<RunLock>,
}

/// A lease, as it is stored.
#[derive(Debug, Clone)]
pub(super) struct Lease {
    epoch: i64,
    run: String,
    environment: String,
    account: String,
    specs: String,
    scope: String,
    holder: Holder,
    pub(super) until: i64,
}

/// All leases, whoever may be gone.
pub(super) fn leases(database: &Database) -> Db<Vec<Lease>> {
    database.all(LEASES, &[], read_lease)
}

const LEASES: &str = "SELECT epoch, run, environment, account, specs, scope, who, host, pid, since, until FROM leases
     ORDER BY epoch";

fn read_lease(row: &Row) -> Db<Lease> {
    let run: String = row.get(1)?;
    Ok(Lease {
        epoch: row.get(0)?,
        environment: row.get(2)?,
        account: row.get(3)?,
        specs: row.get(4)?,
        scope: row.get(5)?,
        holder: Holder {
            who: row.get(6)?,
            host: row.get(7)?,
            pid: row.get(8)?,
            since: super::database::moment(row.get(9)?)?.to_string(),
            run: Some(run.clone()),
        },
        until: row.get(10)?,
        run,
    })
}

impl Lease {
    pub(super) fn into_holder(self) -> Holder {
        self.holder
    }

    fn is_of(&self, info: &RunInfo<'_>) -> bool {
        self.environment == info.environment
            && self.account == info.account
            && self.specs == info.specs
            && self.scope == info.scope
    }
}

/// What a look at the leases came to, within the transaction that wants one.
enum Taken {
    Joined(String, i64),
    Held(Box<Holder>),
}

impl Ledger {
    /// Begins a run, or joins the one that places the same calls; until [`end_run`](Self::end_run) or the end of the
    /// process. What workers that are gone left under way becomes unknown.
    ///
    /// # Errors
    /// [`LedgerError::Locked`], and whatever the database says.
    pub fn start_run(&mut self, info: &RunInfo<'_>) -> Result<(), LedgerError> {
        if self.worker.is_some() {
            return Err(self.locked(Some(self.holder.clone())));
        }
        let mut lock = self.take_lock()?;
        let alone = lock.is_some();
        let (now, actor, me) = (self.now(), self.actor.clone(), self.holder.clone());
        let continues = self.continues.clone();
        let taken = self.within(|tx| {
            let clock = tx.shared_clock(now)? / 1000;
            let gone = if alone { Gone::Everybody } else { Gone::WhoeverIs(clock) };
            let live = sweep(tx, &actor, now, gone)?;
            let run = match live.first() {
                Some(lease) if !lease.is_of(info) => return Ok(Taken::Held(Box::new(lease.holder.clone()))),
                Some(lease) => {
                    append(tx, now, &actor, About::default(), &Event::WorkerJoined { run: lease.run.clone() })?;
                    lease.run.clone()
                }
                None => {
                    let position = super::event::last(tx)?.map_or(0, |position| position.number);
                    let run = match continues {
                        Some(run) => run,
                        None => format!("{position}-{}", now.as_millisecond()),
                    };
                    append(
                        tx,
                        now,
                        &actor,
                        About::default(),
                        &Event::RunStarted {
                            run: run.clone(),
                            environment: info.environment.to_owned(),
                            account: info.account.to_owned(),
                            specs: info.specs.to_owned(),
                        },
                    )?;
                    run
                }
            };
            // The position of the event that was just written: no other worker ever had it, or will.
            let epoch = super::event::last(tx)?.map_or(0, |position| position.number);
            let ceiling = match live.first() {
                Some(first) => ceiling_of(tx, first.epoch)?,
                None => info.ceiling.map(|most| i64::try_from(most).unwrap_or(i64::MAX)),
            };
            tx.execute(
                "INSERT INTO leases (epoch, run, environment, account, specs, scope, ceiling, who, host, pid, since, until)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
                values![
                    epoch,
                    run,
                    info.environment,
                    info.account,
                    info.specs,
                    info.scope,
                    ceiling,
                    me.who,
                    me.host,
                    me.pid,
                    now.as_millisecond(),
                    clock + lease_ms(),
                ],
            )?;
            if !alone {
                session_lock(tx, epoch)?;
            }
            Ok(Taken::Joined(run, epoch))
        })?;
        match taken {
            Taken::Held(holder) => Err(self.locked(Some(*holder))),
            Taken::Joined(run, epoch) => {
                let written = lock.as_mut().map_or(Ok(()), |lock| lock.write(&self.holder));
                self.worker = Some(Worker { run, epoch, lock });
                written
            }
        }
    }

    /// The next run goes on with this one, by the name that [`run`](Self::run) gave: their ceilings are one.
    pub fn continue_run(&mut self, run: &str) {
        self.continues = Some(run.to_owned());
    }

    /// The run that the next one goes on with, if it does.
    pub(crate) fn continued(&self) -> Option<&str> {
        self.continues.as_deref()
    }

    /// The name of the run that this process takes part in.
    pub fn run(&self) -> Option<&str> {
        self.worker.as_ref().map(|worker| worker.run.as_str())
    }

    /// How many other workers share the run.
    ///
    /// # Errors
    /// If the database can't be read.
    pub fn peers(&self) -> Result<u64, LedgerError> {
        let Some(worker) = &self.worker else { return Ok(0) };
        self.database
            .value("SELECT count(*) FROM leases WHERE run = ?1 AND epoch <> ?2", values![worker.run, worker.epoch])
            .map_err(|error| self.failed(error))
    }

    /// Keeps the lease. Call it every [`RENEW_EVERY`], also while nothing is sent.
    ///
    /// # Errors
    /// [`LedgerError::LeaseLost`]: nothing may be sent any more.
    pub fn renew(&mut self) -> Result<(), LedgerError> {
        let Some(Worker { epoch, .. }) = self.worker else { return Ok(()) };
        self.check_place()?;
        let now = self.now();
        let kept = self.within(|tx| {
            let clock = tx.shared_clock(now)? / 1000;
            let kept = tx.execute(
                "UPDATE leases SET until = ?2 WHERE epoch = ?1 AND until > ?3",
                values![epoch, clock + lease_ms(), clock],
            )?;
            Ok(kept > 0)
        })?;
        if kept { Ok(()) } else { Err(self.lease_lost()) }
    }

    /// Writes down why this worker leaves, forgets what must be forgotten, and gives lease and lock away. With its last
    /// worker, the run is over.
    ///
    /// # Errors
    /// Whatever the database says; a lock on a file is given away all the same, and a lease runs out.
    pub fn end_run(&mut self, reason: &str) -> Result<(), LedgerError> {
        let Some(Worker { run, epoch, .. }) = &self.worker else { return Ok(()) };
        let (run, epoch, now, actor) = (run.clone(), *epoch, self.now(), self.actor.clone());
        let ended = self.within(|tx| {
            let held = tx.execute("DELETE FROM leases WHERE epoch = ?1", values![epoch])?;
            // Whoever lost the lease was written off already.
            if held > 0 {
                leave(tx, &actor, now, &run, epoch, reason)?;
            }
            session_unlock(tx, epoch)
        });
        let result = ended.and_then(|()| self.wipe_journal());
        self.worker = None;
        result
    }

    /// Takes a run's leases away, by the id that a refusal names: what its workers have under way becomes unknown, and
    /// none of them can begin anything more. How many workers it had.
    ///
    /// # Errors
    /// [`LedgerError::Locked`] where the operating system says that the process is alive: on a file's machine there is
    /// nothing to take away, and ending the process is enough.
    pub fn unlock(&mut self, run: &str) -> Result<u64, LedgerError> {
        self.check_place()?;
        let _lock = self.take_lock()?;
        let (now, actor) = (self.now(), self.actor.clone());
        self.within(|tx| {
            let wanted: Vec<Lease> = leases(tx)?.into_iter().filter(|l| l.run == run).collect();
            for lease in &wanted {
                drop_lease(tx, &actor, now, lease, "somebody unlocked the run")?;
            }
            Ok(wanted.len() as u64)
        })
    }

    /// The runs that hold the ledger, by their workers.
    ///
    /// # Errors
    /// If the database can't be read.
    pub fn holders(&self) -> Result<Vec<Holder>, LedgerError> {
        let leases = leases(&self.database).map_err(|error| self.failed(error))?;
        Ok(leases.into_iter().map(|lease| lease.holder).collect())
    }

    /// Refuses while a run holds the ledger; of a file, none can begin while what this returns is held.
    pub(super) fn keep_runs_away(&self) -> Result<Option<RunLock>, LedgerError> {
        match &self.place {
            Place::File(_) => self.take_lock(),
            Place::Postgres(_) => match live_holder(&self.database, self.now()).map_err(|error| self.failed(error))? {
                Some(holder) => Err(self.locked(Some(holder))),
                None => Ok(None),
            },
        }
    }

    /// What workers that are gone left under way becomes unknown.
    pub(super) fn settle_leftovers(&mut self) -> Result<(), LedgerError> {
        // Only with leftovers is anything locked: whoever only reads must not stand in the way of a run.
        let any = self
            .database
            .exists("SELECT 1 FROM attempts WHERE state IN ('intent', 'sending') LIMIT 1", &[])
            .map_err(|error| self.failed(error))?;
        if !any {
            return Ok(());
        }
        let (now, actor) = (self.now(), self.actor.clone());
        let lock = match self.take_lock() {
            Err(LedgerError::Locked { .. }) => return Ok(()),
            taken => taken?,
        };
        let alone = lock.is_some();
        self.within(|tx| {
            let clock = tx.shared_clock(now)? / 1000;
            sweep(tx, &actor, now, if alone { Gone::Everybody } else { Gone::WhoeverIs(clock) }).map(|_| ())
        })
    }

    /// Whether this worker may write an intent: its lease is there, and has not run out.
    pub(super) fn lease_holds(tx: &Database, epoch: i64, clock_ms: i64) -> Db<bool> {
        tx.exists("SELECT 1 FROM leases WHERE epoch = ?1 AND until > ?2", values![epoch, clock_ms])
    }

    pub(super) fn lease_lost(&self) -> LedgerError {
        LedgerError::LeaseLost { place: self.place.clone() }
    }

    /// The lock of a ledger in a file; a server's has none.
    fn take_lock(&self) -> Result<Option<RunLock>, LedgerError> {
        match &self.place {
            Place::File(path) => RunLock::take(path)?.map(Some).ok_or_else(|| self.locked(RunLock::holder(path))),
            Place::Postgres(_) => Ok(None),
        }
    }

    fn locked(&self, holder: Option<Holder>) -> LedgerError {
        LedgerError::Locked { holder: holder.map(Box::new) }
    }
}

/// Somebody who holds a server's ledger, if anybody does.
pub(super) fn live_holder(database: &Database, now: jiff::Timestamp) -> Db<Option<Holder>> {
    let clock = database.shared_clock(now)? / 1000;
    for lease in leases(database)? {
        if lease.until > clock && !session_is_over(database, lease.epoch)? {
            return Ok(Some(lease.holder));
        }
    }
    Ok(None)
}

/// Whose leases are over.
#[derive(Clone, Copy)]
enum Gone {
    /// Whoever asks holds the lock that every worker would hold.
    Everybody,
    /// Who did not renew by this moment of the server's clock, in milliseconds, or has no session any more.
    WhoeverIs(i64),
}

/// Takes the leases of workers that are gone; what those left under way becomes unknown. The leases that remain.
fn sweep(tx: &Database, actor: &str, now: jiff::Timestamp, gone: Gone) -> Db<Vec<Lease>> {
    let mut live = Vec::new();
    for lease in leases(tx)? {
        let reason = match gone {
            Gone::Everybody => "its process ended",
            Gone::WhoeverIs(clock) if lease.until <= clock => "its lease ran out",
            Gone::WhoeverIs(_) if session_is_over(tx, lease.epoch)? => "its connection ended",
            Gone::WhoeverIs(_) => {
                live.push(lease);
                continue;
            }
        };
        drop_lease(tx, actor, now, &lease, reason)?;
    }
    // Also of workers whose lease is gone for longer, as after a restored file.
    let orphans = tx.all(
        "SELECT id, call, state FROM attempts WHERE state IN ('intent', 'sending')
            AND NOT EXISTS (SELECT 1 FROM leases WHERE epoch = worker) ORDER BY id",
        &[],
        |row| Ok((row.get::<i64>(0)?, row.get::<CallId>(1)?, row.get::<State>(2)?)),
    )?;
    for (attempt, call, state) in orphans {
        let reason = match state {
            State::Intent => "the run ended between writing the intent and recording an answer",
            _ => "the run ended before an answer was recorded",
        };
        append(
            tx,
            now,
            actor,
            About::attempt(call, attempt),
            &Event::Unknown { reason: reason.to_owned(), code: None, request_id: None, session: None },
        )?;
    }
    Ok(live)
}

fn drop_lease(tx: &Database, actor: &str, now: jiff::Timestamp, lease: &Lease, reason: &str) -> Db<()> {
    tx.execute("DELETE FROM leases WHERE epoch = ?1", values![lease.epoch])?;
    leave(tx, actor, now, &lease.run, lease.epoch, reason)
}

/// One worker less; with the last one, the run is over.
fn leave(tx: &Database, actor: &str, now: jiff::Timestamp, run: &str, worker: i64, reason: &str) -> Db<()> {
    let (run, reason) = (run.to_owned(), reason.to_owned());
    let others = tx.exists("SELECT 1 FROM leases WHERE run = ?1", values![run])?;
    let event = if others { Event::WorkerLeft { run, worker, reason } } else { Event::RunEnded { run, reason } };
    append(tx, now, actor, About::default(), &event).map(|_| ())
}

fn ceiling_of(tx: &Database, epoch: i64) -> Db<Option<i64>> {
    tx.value("SELECT ceiling FROM leases WHERE epoch = ?1", values![epoch])
}

fn lease_ms() -> i64 {
    i64::try_from(LEASE.as_millis()).unwrap_or(i64::MAX)
}

/// A lock that PostgreSQL takes away with the session, as the operating system does with a process.
fn session_lock(tx: &Database, epoch: i64) -> Db<()> {
    tx.exists("SELECT pg_advisory_lock(1128352839, (?1::bigint % 2147483647)::int)::text", values![epoch]).map(|_| ())
}

fn session_unlock(tx: &Database, epoch: i64) -> Db<()> {
    match tx {
        Database::Sqlite(_) => Ok(()),
        Database::Postgres(_) => tx
            .exists("SELECT pg_advisory_unlock(1128352839, (?1::bigint % 2147483647)::int)::text", values![epoch])
            .map(|_| ()),
    }
}

fn session_is_over(tx: &Database, epoch: i64) -> Db<bool> {
    let free: bool =
        tx.value("SELECT pg_try_advisory_lock(1128352839, (?1::bigint % 2147483647)::int)", values![epoch])?;
    if free {
        session_unlock(tx, epoch)?;
    }
    Ok(free)
}
