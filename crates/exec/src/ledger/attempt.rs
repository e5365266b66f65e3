//! Attempts: from the intent to what came of it.

use std::time::Duration;

use callform_ccc::SessionId;

use super::database::{Database, Db, DbError, values};
use super::event::{About, Event, append};
use super::follow::TAKEN_WITHIN_MS;
use super::state::{MAY_HAVE_RUNG, State};
use super::suppression::suppress_refused;
use super::{Ledger, LedgerError};
use crate::identity::CallId;

/// An attempt's number in its ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AttemptId(pub(super) i64);

#[cfg(test)]
impl AttemptId {
    /// Any number, for tests of what compares them.
    pub(crate) const fn for_tests(number: i64) -> Self {
        Self(number)
    }
}

impl std::fmt::Display for AttemptId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// An attempt whose intent is on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// Its number.
    pub id: AttemptId,
    /// The call, under the identity that the ledger knows it by.
    pub call: CallId,
    /// `X-TC-Timestamp`: the request is signed with it, once.
    pub timestamp: i64,
    /// When its request may leave, by [`Clock::steady`](crate::clock::Clock::steady).
    pub leave_at: Duration,
    /// How much later it may leave, at the most; `None` where no other worker sends, and the process itself sees to it
    /// that no second holds too many.
    pub leave_within: Option<Duration>,
    /// How long it took to hear what time it is, where the server's clock counts: its slot may have begun by so much
    /// earlier than `leave_at`.
    pub uncertain: Duration,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded<'a> {
    /// The provider answered with a session.
    Placed {
        /// The session.
        session: &'a SessionId,
        /// The provider's id of the request.
        request_id: Option<&'a str>,
    },
    /// Nobody was phoned.
    Rejected {
        /// The API's code, or one of this crate's own (`callform.NotSent`).
        code: &'a str,
        /// It is about the callee and will not change.
        permanent: bool,
        /// The provider's id of the request.
        request_id: Option<&'a str>,
        /// What this machine says about it. Never the provider's words: they may repeat the request's.
        reason: Option<&'a str>,
    },
    /// Nobody can say.
    Unknown {
        /// What makes it uncertain.
        reason: &'a str,
        /// The API's code, where there was one.
        code: Option<&'a str>,
        /// The provider's id of the request, where there was one.
        request_id: Option<&'a str>,
        /// A session that a contradictory answer named.
        session: Option<&'a SessionId>,
    },
}

/// What the ledger made of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It was recorded as it is.
    Recorded,
    /// The session belongs to another attempt already: recorded as unknown, with the session as evidence.
    SessionTaken,
    /// The attempt was decided before, otherwise; the answer was kept as evidence.
    DecidedBefore(State),
    /// It was placed; but it was taken for not placed, as this says, and the call was attempted again meanwhile. The
    /// answer was kept as evidence.
    AttemptedAgain(State),
}

impl Ledger {
    /// Writes that the request is about to leave.
    ///
    /// # Errors
    /// If it could not be written, or the attempt is not where it should be: then nothing may be sent.
    pub fn mark_sending(&mut self, attempt: &Attempt) -> Result<(), LedgerError> {
        let (now, actor, about) = (self.now(), self.actor.clone(), About::attempt(attempt.call, attempt.id.0));
        let epoch = self.worker.as_ref().map_or(-1, |worker| worker.epoch);
        let was = self.within(|tx| {
            let shared = tx.shared_clock(now)?;
            if !Self::lease_holds(tx, epoch, shared / 1000)? {
                return Ok(None);
            }
            let state = state_of(tx, attempt.id)?;
            if state == Some(State::Intent) {
                append(tx, now, &actor, about, &Event::Sending)?;
            }
            Ok(Some(state))
        })?;
        match was.ok_or_else(|| self.lease_lost())? {
            Some(State::Intent) => Ok(()),
            Some(other) => Err(self.contradiction(&format!("attempt {} is `{other}` before it was sent", attempt.id))),
            None => Err(self.contradiction(&format!("there is no attempt {}", attempt.id))),
        }
    }

    /// Records what came of an attempt, and forgets the number where the answer is certain.
    ///
    /// An answer is never dropped: where it can't be recorded as it is, it stays as evidence.
    ///
    /// # Errors
    /// If it could not be written, or was written into a file that was moved away. The attempt is still open then, and
    /// will be unknown.
    pub fn record(&mut self, attempt: &Attempt, recorded: &Recorded<'_>) -> Result<Verdict, LedgerError> {
        let (now, actor, about) = (self.now(), self.actor.clone(), About::attempt(attempt.call, attempt.id.0));
        let found = self.within(|tx| {
            let Some(state) = state_of(tx, attempt.id)? else { return Ok(None) };
            let certain = !matches!(recorded, Recorded::Unknown { .. });
            if let Recorded::Rejected { code, .. } = recorded {
                suppress_refused(tx, now, &actor, about, code)?;
            }
            // Written once already: the connection was lost before the database could say so.
            if is_recorded(tx, attempt.id, state, recorded)? {
                return Ok(Some(Verdict::Recorded));
            }
            // The answer of a request that was given up for unknown still decides it. A session is proof that the phone
            // rang, also against the word of a person, or of records, that it did not.
            let contradicts = state.is_taken_for_not_placed()
                && matches!(recorded, Recorded::Placed { session, .. } if !is_taken(tx, session, attempt.id)?);
            let again = contradicts && is_attempted_again(tx, attempt)?;
            let decides = state.is_open() && (certain || state != State::Unknown) || contradicts && !again;
            if !decides {
                append(tx, now, &actor, about, &evidence(recorded))?;
                let verdict = if again { Verdict::AttemptedAgain(state) } else { Verdict::DecidedBefore(state) };
                return Ok(Some(verdict));
            }
            if let Recorded::Placed { session, request_id } = recorded
                && is_taken(tx, session, attempt.id)?
            {
                let event = Event::Unknown {
                    reason: "the provider answered with a session that belongs to another attempt".to_owned(),
                    code: None,
                    request_id: request_id.map(str::to_owned),
                    session: Some(session.normalized()),
                };
                // It was given up, and stays unknown: whoever took the run over had written so.
                let event = if state == State::Unknown { evidence(recorded) } else { event };
                append(tx, now, &actor, about, &event)?;
                return Ok(Some(Verdict::SessionTaken));
            }
            let mut event = event_of(recorded);
            if let Event::Placed { busy_until, .. } = &mut event
                && contradicts
            {
                *busy_until = Some(longest(tx, attempt)?);
            }
            append(tx, now, &actor, about, &event)?;
            if certain {
                forget_number(tx, attempt.id)?;
            }
            Ok(Some(Verdict::Recorded))
        })?;
        // Written, but perhaps into a file that nobody will ever find again: then it must be told as well.
        self.check_place()?;
        found.ok_or_else(|| self.contradiction(&format!("there is no attempt {}", attempt.id)))
    }
}

pub(super) fn state_of(tx: &Database, attempt: AttemptId) -> Db<Option<State>> {
    tx.first("SELECT state FROM attempts WHERE id = ?1", values![attempt.0], |row| row.get(0))
}

pub(super) fn is_taken(tx: &Database, session: &SessionId, by_other_than: AttemptId) -> Db<bool> {
    tx.exists("SELECT 1 FROM attempts WHERE session = ?1 AND id <> ?2", values![session.normalized(), by_other_than.0])
}

pub(super) fn forget_number(tx: &Database, attempt: AttemptId) -> Db<()> {
    tx.execute("DELETE FROM open_numbers WHERE attempt = ?1", values![attempt.0]).map(|_| ())
}

/// Whether this very answer is what the attempt stands on.
fn is_recorded(tx: &Database, attempt: AttemptId, state: State, recorded: &Recorded<'_>) -> Db<bool> {
    match recorded {
        Recorded::Placed { session, .. } if state == State::Placed => {
            tx.exists("SELECT 1 FROM attempts WHERE id = ?1 AND session = ?2", values![attempt.0, session.normalized()])
        }
        Recorded::Rejected { code, .. } if state == State::Rejected => {
            tx.exists("SELECT 1 FROM attempts WHERE id = ?1 AND code = ?2", values![attempt.0, code])
        }
        _ => Ok(false),
    }
}

/// Whether the call was attempted after this, and not certainly in vain: then the newer attempt says how it stands.
fn is_attempted_again(tx: &Database, attempt: &Attempt) -> Db<bool> {
    tx.exists(
        &format!("SELECT 1 FROM attempts WHERE call = ?1 AND id > ?2 AND {MAY_HAVE_RUNG}"),
        values![attempt.call, attempt.id.0],
    )
}

/// Until when the conversation of an attempt whose answer came late may go on, in Unix milliseconds.
fn longest(tx: &Database, attempt: &Attempt) -> Db<i64> {
    let detail: String = tx.value(
        "SELECT detail FROM events WHERE call = ?1 AND attempt = ?2 AND kind = 'intent'",
        values![attempt.call, attempt.id.0],
    )?;
    match serde_json::from_str(&detail) {
        Ok(Event::Intent(intent)) => Ok(intent.busy_until.saturating_add(TAKEN_WITHIN_MS)),
        _ => Err(DbError::Content(format!("the intent of attempt {} can't be read", attempt.id))),
    }
}

fn event_of(recorded: &Recorded<'_>) -> Event {
    let own = |text: &Option<&str>| text.map(str::to_owned);
    match recorded {
        Recorded::Placed { session, request_id } => {
            Event::Placed { session: session.normalized(), request_id: own(request_id), busy_until: None }
        }
        Recorded::Rejected { code, permanent, request_id, reason } => Event::Rejected {
            code: (*code).to_owned(),
            permanent: *permanent,
            request_id: own(request_id),
            reason: own(reason),
        },
        Recorded::Unknown { reason, code, request_id, session } => Event::Unknown {
            reason: (*reason).to_owned(),
            code: own(code),
            request_id: own(request_id),
            session: session.map(SessionId::normalized),
        },
    }
}

fn evidence(recorded: &Recorded<'_>) -> Event {
    let own = |text: &Option<&str>| text.map(str::to_owned);
    let (state, session, code, request_id) = match recorded {
        Recorded::Placed { session, request_id } => (State::Placed, Some(*session), None, own(request_id)),
        Recorded::Rejected { code, request_id, .. } => (State::Rejected, None, Some(*code), own(request_id)),
        Recorded::Unknown { code, request_id, session, .. } => (State::Unknown, *session, *code, own(request_id)),
    };
    Event::Evidence {
        state: state.name().to_owned(),
        session: session.map(SessionId::normalized),
        code: code.map(str::to_owned),
        request_id,
    }
}
