//! Unknown attempts: which there are, what is known about them, and deciding them.
//!
//! A decision is about one attempt and counts only while that attempt is unknown: whoever looked at the records of an
//! attempt must not decide another one that came after it.

use callform_ccc::SessionId;
use callform_spec::phone::PhoneNumber;
use jiff::Timestamp;

use super::attempt::{AttemptId, forget_number, is_taken, state_of};
use super::database::{Database, Db, Row, Value, moment, values};
use super::event::{About, Event, append};
use super::footprint::RequestLimits;
use super::state::State;
use super::{Ledger, LedgerError};
use crate::identity::{CallId, NumberId};
use crate::label;

/// An attempt, as far as the provider's records can be held against it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traced {
    /// The attempt.
    pub attempt: AttemptId,
    /// Its call.
    pub call: CallId,
    /// The environment.
    pub environment: String,
    /// The campaign, with `@occurrence`.
    pub campaign: String,
    /// What to call it on the screen.
    pub label: String,
    /// Its callee.
    pub callee: NumberId,
    /// The callee in clear, which the ledger keeps while nobody knows how the attempt went.
    pub number: Option<PhoneNumber>,
    /// The numbers that the callee may have seen; empty where the platform picked one.
    pub callers: Vec<NumberId>,
    /// The limits that the request named.
    pub limits: RequestLimits,
    /// The request's `X-TC-Timestamp`.
    pub timestamp: i64,
    /// Since when it is in its state.
    pub since: Timestamp,
    /// The API's code, where an answer came.
    pub code: Option<String>,
    /// The session, where it was placed.
    pub session: Option<SessionId>,
}

/// How an unknown attempt is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution<'a> {
    /// The provider's records show exactly this session.
    Inferred(&'a SessionId),
    /// The provider's records show that nobody was phoned.
    Absent,
    /// A person says that the phone rang, and may know the session.
    Placed(Option<&'a SessionId>),
    /// A person says that it did not ring.
    NotPlaced,
}

/// What became of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolved {
    /// It is written down.
    Done,
    /// The attempt is not unknown: nothing was written.
    NotUnknown,
    /// The session belongs to another attempt: nothing was written.
    SessionTaken,
}

const TRACED: &str = "SELECT a.id, a.call, c.environment, a.campaign, n.key, a.number, o.number, a.timestamp, a.since,
        a.code, a.session, e.detail
     FROM attempts a JOIN calls c ON c.id = a.call
     LEFT JOIN names n ON n.call = a.call
     LEFT JOIN open_numbers o ON o.attempt = a.id
     LEFT JOIN events e ON e.call = a.call AND e.attempt = a.id AND e.kind = 'intent'";

impl Ledger {
    /// The attempts of an account that nobody knows the end of, oldest first.
    ///
    /// # Errors
    /// If the database can't be read; so everywhere here.
    pub fn unknown(&self, account: &str) -> Result<Vec<Traced>, LedgerError> {
        let sql = format!("{TRACED} WHERE a.account = ?1 AND a.state = 'unknown' ORDER BY a.id");
        self.traced(&sql, values![account])
    }

    /// The attempts of an account that are open: unknown, or under way when the ledger was last written.
    pub(crate) fn open_attempts(&self, account: &str) -> Result<Vec<Traced>, LedgerError> {
        let sql =
            format!("{TRACED} WHERE a.account = ?1 AND a.state IN ('unknown', 'intent', 'sending') ORDER BY a.id");
        self.traced(&sql, values![account])
    }

    /// Accounts through which somebody was phoned.
    pub(crate) fn accounts(&self) -> Result<Vec<String>, LedgerError> {
        self.database
            .all("SELECT DISTINCT account FROM attempts ORDER BY account", &[], |row| row.get(0))
            .map_err(|error| self.failed(error))
    }

    /// Whether a session belongs to any attempt.
    pub(crate) fn knows_session(&self, session: &SessionId) -> Result<bool, LedgerError> {
        is_taken(&self.database, session, AttemptId(-1)).map_err(|error| self.failed(error))
    }

    /// The unknown attempt of a call, if it has one.
    pub fn unknown_of(&self, call: CallId) -> Result<Option<Traced>, LedgerError> {
        let sql = format!("{TRACED} WHERE a.call = ?1 AND a.state = 'unknown' ORDER BY a.id DESC LIMIT 1");
        Ok(self.traced(&sql, values![call])?.pop())
    }

    /// Attempts that came after this one and whose sessions the provider itself named: up to `most` of the next ones
    /// and up to `most` of the last ones.
    pub fn placed_after(&self, account: &str, attempt: AttemptId, most: u32) -> Result<Vec<Traced>, LedgerError> {
        let mut all = Vec::new();
        for order in ["ASC", "DESC"] {
            let sql = format!(
                "{TRACED} WHERE a.id > ?2 AND a.account = ?1 AND a.state = 'placed' AND a.session IS NOT NULL
                 ORDER BY a.id {order} LIMIT ?3"
            );
            all.extend(self.traced(&sql, values![account, attempt.0, most])?);
        }
        all.sort_by_key(|traced| traced.attempt);
        all.dedup_by_key(|traced| traced.attempt);
        Ok(all)
    }

    /// Whether a session belongs to an attempt other than this one.
    pub fn is_claimed(&self, session: &SessionId, by_other_than: AttemptId) -> Result<bool, LedgerError> {
        is_taken(&self.database, session, by_other_than).map_err(|error| self.failed(error))
    }

    /// Decides an unknown attempt, and forgets its number.
    ///
    /// # Errors
    /// If it could not be written, or was written into a file that was moved away.
    pub fn resolve(
        &mut self,
        attempt: AttemptId,
        resolution: Resolution<'_>,
        reason: &str,
    ) -> Result<Resolved, LedgerError> {
        let (now, actor) = (self.now(), self.actor.clone());
        let resolved = self.within(|tx| {
            let Some(call) = unknown_call(tx, attempt)? else { return Ok(Resolved::NotUnknown) };
            let (placed, inferred, session) = match resolution {
                Resolution::Inferred(session) => (true, true, Some(session)),
                Resolution::Absent => (false, true, None),
                Resolution::Placed(session) => (true, false, session),
                Resolution::NotPlaced => (false, false, None),
            };
            if let Some(session) = session
                && is_taken(tx, session, attempt)?
            {
                return Ok(Resolved::SessionTaken);
            }
            let session = session.map(SessionId::normalized);
            let event = Event::Resolved { placed, inferred, session, reason: reason.to_owned() };
            append(tx, now, &actor, About::attempt(call, attempt.0), &event)?;
            forget_number(tx, attempt)?;
            Ok(Resolved::Done)
        })?;
        self.check_place()?;
        Ok(resolved)
    }

    /// Keeps what the provider's records show of an attempt that stays unknown; once, until they show something else.
    /// Whether anything was written.
    ///
    /// # Errors
    /// If it could not be written.
    pub fn keep_evidence(
        &mut self,
        attempt: AttemptId,
        finding: &str,
        sessions: &[SessionId],
    ) -> Result<bool, LedgerError> {
        let (now, actor) = (self.now(), self.actor.clone());
        let sessions = sessions.iter().map(SessionId::normalized).collect();
        let event = Event::Examined { finding: finding.to_owned(), sessions };
        self.within(|tx| {
            let Some(call) = unknown_call(tx, attempt)? else { return Ok(false) };
            if last_examined(tx, call, attempt)?.as_ref() == Some(&event) {
                return Ok(false);
            }
            append(tx, now, &actor, About::attempt(call, attempt.0), &event).map(|_| true)
        })
    }

    fn traced(&self, sql: &str, values: &[Value]) -> Result<Vec<Traced>, LedgerError> {
        self.database.all(sql, values, read_traced).map_err(|error| self.failed(error))
    }
}

fn read_traced(row: &Row) -> Db<Traced> {
    let (call, key): (CallId, Option<String>) = (row.get(1)?, row.get(4)?);
    let number: Option<String> = row.get(6)?;
    let number = number.and_then(|number| PhoneNumber::parse(&number).ok());
    let label = match (&key, &number) {
        (None, Some(number)) => number.masked(),
        _ => label::of_parts(key.as_deref(), call),
    };
    let detail: Option<String> = row.get(11)?;
    let (callers, limits) = match detail.map(|detail| serde_json::from_str(&detail)) {
        Some(Ok(Event::Intent(intent))) => (intent.callers, intent.limits),
        _ => (Vec::new(), RequestLimits::default()),
    };
    Ok(Traced {
        attempt: AttemptId(row.get(0)?),
        call,
        environment: row.get(2)?,
        campaign: row.get(3)?,
        label,
        callee: row.get(5)?,
        number,
        callers,
        limits,
        timestamp: row.get(7)?,
        since: moment(row.get(8)?)?,
        code: row.get(9)?,
        session: row.get::<Option<String>>(10)?.map(SessionId::from),
    })
}

/// The call of an attempt, if the attempt is unknown.
fn unknown_call(tx: &Database, attempt: AttemptId) -> Db<Option<CallId>> {
    if state_of(tx, attempt)? != Some(State::Unknown) {
        return Ok(None);
    }
    tx.first("SELECT call FROM attempts WHERE id = ?1", values![attempt.0], |row| row.get(0))
}

fn last_examined(tx: &Database, call: CallId, attempt: AttemptId) -> Db<Option<Event>> {
    let detail: Option<String> = tx.first(
        "SELECT detail FROM events WHERE call = ?1 AND attempt = ?2 AND kind = 'examined'
         ORDER BY position DESC LIMIT 1",
        values![call, attempt.0],
        |row| row.get(0),
    )?;
    Ok(detail.and_then(|detail| serde_json::from_str(&detail).ok()))
}
