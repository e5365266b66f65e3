//! A copy, a backup or a restored ledger takes the place of the one that was lost.
//!
//! What is adopted is prepared apart: a file beside its future place, or the tables of a server within one transaction.
//! Only when all of it is written does it count as the ledger.

use std::path::Path;
use std::sync::Arc;

use callform_ccc::{Secret, SessionId};
use callform_spec::phone::PhoneNumber;
use jiff::Timestamp;

use super::copy::copy_tables;
use super::database::{Database, Db, values};
use super::event::{About, Event, Intent, append};
use super::file::FileIdentity;
use super::inspect::{Bare, bare};
use super::new_file::NewFile;
use super::read::call_record;
use super::run_lock::{Mark, RunLock};
use super::{
    Access, Address, Home, Ledger, LedgerError, Place, Position, RequestLimits, backup, open, schema, server, verify,
    worker,
};
use crate::ceiling::ADOPTED_CAMPAIGN;
use crate::clock::Clock;
use crate::identity::{AgentDigest, CallId, CallIdentity, Fingerprint, LedgerKey};
use crate::label;
use crate::random::Random;

/// A copy that may become the ledger. What is in it was checked; nothing was decided about it.
pub struct Candidate {
    ledger: Ledger,
    landing: Landing,
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

/// Somebody whom the lost ledger phoned.
#[derive(Debug, Clone)]
pub(crate) struct Phoned {
    pub(crate) session: SessionId,
    pub(crate) number: PhoneNumber,
    /// Unix seconds.
    pub(crate) started: i64,
    /// Unix milliseconds: the conversation may go on until then.
    pub(crate) busy_until: i64,
    pub(crate) environment: String,
    pub(crate) account: String,
    /// Calls of the project to that number.
    pub(crate) calls: Vec<PhonedCall>,
}

/// A call of the project to a number that was phoned.
#[derive(Debug, Clone)]
pub(crate) struct PhonedCall {
    pub(crate) id: CallId,
    /// Under the campaign's former name.
    pub(crate) moved_from: Option<CallId>,
    pub(crate) campaign: String,
    pub(crate) key: String,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) agent: AgentDigest,
}

/// What an adoption came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Calls of the project that are placed now, and were not in the copy.
    pub calls: u64,
    /// Sessions that no call of the project claims: their numbers count as phoned.
    pub others: u64,
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
        let (lineage, last_event) = (bare.lineage()?, bare.last_event()?);
        let home = match &place {
            Place::File(path) => {
                Home::File(FileIdentity::of(path).map_err(|error| LedgerError::Io { place: place.clone(), error })?)
            }
            Place::Postgres(_) => Home::Server,
        };
        let ledger = Ledger {
            key: LedgerKey::from_bytes(bare.meta.key),
            project: bare.meta.project,
            database: bare.database,
            address: access.address.clone(),
            place,
            lineage,
            home,
            actor: access.actor.to_string(),
            holder: open::holder(access, clock),
            clock: clock.clone(),
            worker: None,
        };
        Ok(Self { ledger, landing, last_event, source: file.map(|file| file.display().to_string()) })
    }

    /// For reading.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// When its last event was written: what happened since is not in it.
    pub fn last_event(&self) -> Timestamp {
        self.last_event
    }

    /// Writes who was phoned meanwhile, and makes it the ledger. `without_records`: why nobody asked the provider.
    ///
    /// # Errors
    /// If it could not be written: then nothing has changed, but in a file that was adopted where it lies nothing is
    /// half-written either.
    pub(crate) fn accept(
        mut self,
        phoned: &[Phoned],
        without_records: Option<&str>,
    ) -> Result<(Written, Position), LedgerError> {
        let target = self.ledger.address.place();
        let event = Event::Adopted {
            place: target.to_string(),
            sessions: phoned.len() as u64,
            source: self.source.take(),
            since: self.last_event.as_millisecond(),
            without_records: without_records.map(str::to_owned),
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
                write_phoned(tx, (now, &actor, &project, &key), phoned, &mut written)?;
            }
            tx.batch("DELETE FROM leases; DELETE FROM pace")?;
            let home = match home {
                Some(home) => home,
                None => server::identity(tx)?,
            };
            tx.execute("UPDATE meta SET file = ?1", values![home])?;
            Ok((written, append(tx, now, &actor, About::default(), &event)?))
        })?;
        let mark = Mark { lineage: self.ledger.lineage.clone(), position };
        let io = |error| LedgerError::Io { place: target.clone(), error };
        match self.landing {
            Landing::Here(lock) => write_mark(lock, &mark)?,
            Landing::File(new) => {
                drop(self.ledger);
                new.finish().map_err(|error| match error.kind() {
                    std::io::ErrorKind::AlreadyExists => LedgerError::Occupied { place: target.clone() },
                    _ => io(error),
                })?;
                if let Some(path) = target.file() {
                    write_mark(RunLock::take(path)?, &mark)?;
                }
            }
            Landing::Server(beside, url) => {
                fill_server(&self.ledger.database, &url, &target)?;
                drop(beside);
            }
        }
        Ok((written, position))
    }
}

fn write_mark(lock: Option<RunLock>, mark: &Mark) -> Result<(), LedgerError> {
    lock.map_or(Ok(()), |mut lock| lock.write(mark, None))
}

/// A backup or another copy, into a place where nothing is.
fn from_file(
    access: &Access<'_>,
    file: &Path,
    random: &mut dyn Random,
) -> Result<(Database, Landing, Place), LedgerError> {
    match bare(access.address) {
        Err(LedgerError::Missing { .. }) => {}
        Err(LedgerError::Unreachable { place, detail }) => return Err(LedgerError::Unreachable { place, detail }),
        _ => return Err(LedgerError::Occupied { place: access.address.place() }),
    }
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
    let landing = match access.address {
        Address::File(_) => Landing::File(new),
        Address::Postgres(url) => Landing::Server(new, url.clone()),
    };
    Ok((database, landing, place))
}

/// What lies in the ledger's own place, and is refused there.
fn in_place(access: &Access<'_>, clock: &Arc<dyn Clock>) -> Result<(Database, Landing, Place), LedgerError> {
    let found = bare(access.address)?;
    fits(&found, access)?;
    let place = found.place.clone();
    let mark = place.file().and_then(RunLock::mark).filter(|mark| mark.lineage.as_str() == found.meta.lineage);
    let reached = match &mark {
        Some(mark) => found.went_through(&mark.position)?,
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
        _ => Ok(()),
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

/// A session: every call of the project to its number is placed, the first of them by this session. One that is placed
/// already was phoned once more, which counts for the number.
fn write_phoned(
    tx: &Database,
    (now, actor, project, key): (Timestamp, &str, &str, &LedgerKey),
    phoned: &Phoned,
    written: &mut Written,
) -> Db<()> {
    let mut session = Some(phoned.session.normalized());
    let number = key.number(&phoned.number);
    let place = |call: CallId, of: &PhonedCall, session: Option<String>, reason: &str| -> Db<()> {
        let attempt: i64 = tx.value("SELECT coalesce(max(id), 0) + 1 FROM attempts", &[])?;
        let about = About::attempt(call, attempt);
        let intent = Intent {
            run: "adopted".to_owned(),
            environment: phoned.environment.clone(),
            account: phoned.account.clone(),
            campaign: of.campaign.clone(),
            number,
            fingerprint: of.fingerprint,
            agent: of.agent,
            timestamp: phoned.started,
            busy_until: phoned.busy_until,
            callers: Vec::new(),
            limits: RequestLimits::default(),
            worker: 0,
        };
        append(tx, now, actor, about, &Event::Intent(Box::new(intent)))?;
        let resolved = Event::Resolved { placed: true, inferred: true, session, reason: reason.to_owned() };
        append(tx, now, actor, about, &resolved).map(|_| ())
    };
    for of in &phoned.calls {
        let known = match call_record(tx, of.id)? {
            Some(known) => Some(known),
            None => of.moved_from.map_or(Ok(None), |former| call_record(tx, former))?,
        };
        if known.as_ref().is_some_and(|known| known.state.is_placed()) {
            continue;
        }
        let call = known.map_or(of.id, |known| known.id);
        let reason = match &session {
            Some(_) => "the ledger was adopted from a copy, and the provider shows this session".to_owned(),
            None => format!(
                "the ledger was adopted from a copy, and the provider shows the session {} to this number",
                phoned.session.normalized()
            ),
        };
        place(call, of, session.take(), &reason)?;
        if !label::is_the_number(&of.key, &phoned.number) {
            tx.execute("DELETE FROM names WHERE call = ?1", values![call])?;
            tx.execute("INSERT INTO names (call, key) VALUES (?1, ?2)", values![call, of.key])?;
        }
        written.calls += 1;
    }
    if let Some(session) = session {
        let agent = AgentDigest::of(&serde_json::Value::Null);
        let of = PhonedCall {
            id: key.call(&CallIdentity {
                project,
                environment: &phoned.environment,
                account: &phoned.account,
                campaign: ADOPTED_CAMPAIGN,
                key: &session,
            }),
            moved_from: None,
            campaign: ADOPTED_CAMPAIGN.to_owned(),
            key: String::new(),
            fingerprint: key.fingerprint(agent, &session, &phoned.number),
            agent,
        };
        place(of.id, &of, Some(session), "the ledger was adopted from a copy that does not know this session")?;
        written.others += 1;
    }
    Ok(())
}
