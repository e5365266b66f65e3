//! What the provider's records say about an attempt whose answer was lost.
//!
//! Pure: records in, a [`Finding`] out. A session is *ours* if everything about it fits; it is *in doubt* if something
//! about it can't be known. One session of ours and none in doubt: it was placed. No session at all counts only when
//! it must have appeared by now, and when a later session of ours was found in the same way.
//!
//! What can't be told apart: another system that phones the same number from the same caller at the same time.

use std::fmt;
use std::time::Duration;

use callform_ccc::SessionId;
use callform_ccc::query::{Session, TelCdr};
use callform_spec::phone::PhoneNumber;
use callform_spec::project::Project;
use jiff::{SignedDuration, Timestamp};

use crate::identity::{LedgerKey, NumberId};
use crate::ledger::Traced;

/// How long the provider takes a signed request: after `X-TC-Timestamp` + 300 s it refuses it by itself.
const REQUEST_LIFE: Duration = Duration::from_secs(300);
/// How late a call record may appear where the project does not say.
const RECORD_LAG: Duration = Duration::from_secs(30 * 60);
/// For the way between the provider's gateway and its records. Added to both sides.
const MARGIN: Duration = Duration::from_secs(60);
/// How long the platform waits for a free line where the request does not say: its default and its ceiling.
const LONGEST_QUEUE: u64 = 5;

/// How long what takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// For how long after its timestamp a request may still be taken.
    pub request_life: Duration,
    /// How late a record may appear after the call's end.
    pub record_lag: Duration,
}

impl Times {
    /// As the project says. Only a loopback site, where nobody is phoned, may have shorter ones than the documented.
    pub fn of(project: &Project) -> Self {
        let said = project.provider.reconcile.clone().unwrap_or_default();
        let said = Self {
            request_life: said.request_life.map_or(REQUEST_LIFE, |life| life.to_std()),
            record_lag: said.record_lag.map_or(RECORD_LAG, |lag| lag.to_std()),
        };
        if project.site.is_loopback() { said } else { said.at_least_documented() }
    }

    /// The language refuses shorter ones already; what decides whether people are phoned does not rely on it.
    fn at_least_documented(self) -> Self {
        Self { request_life: self.request_life.max(REQUEST_LIFE), record_lag: self.record_lag.max(RECORD_LAG) }
    }

    /// From when to when a session of an attempt may have begun, in Unix seconds.
    pub fn window(timestamp: i64) -> (i64, i64) {
        let reach = i64::try_from((REQUEST_LIFE + MARGIN).as_secs()).unwrap_or(i64::MAX);
        (timestamp.saturating_sub(reach), timestamp.saturating_add(reach))
    }
}

/// One party of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    /// This number.
    Number(NumberId),
    /// Number protection hides it.
    Protected,
    /// The record holds none, or none that can be understood.
    Unreadable,
}

/// A session, as the provider shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// Its id.
    pub session: SessionId,
    /// `Direction`: 0 in, 1 out.
    pub direction: Option<i64>,
    /// Who was phoned.
    pub callee: Party,
    /// The number that was seen.
    pub caller: Party,
    /// Unix seconds.
    pub started: Option<i64>,
    /// It is over: its record says when it ended.
    pub ended: bool,
    /// A person talked.
    pub seat: bool,
    /// An agent of the provider's console talked.
    pub console_agent: bool,
}

impl Sighting {
    /// Of a session that goes on.
    pub fn of_active(session: &Session, key: &LedgerKey) -> Self {
        Self {
            session: session.id.clone(),
            direction: session.direction,
            callee: party(session.callee.as_deref(), session.protected_callee.as_deref(), key),
            caller: party(session.caller.as_deref(), session.protected_caller.as_deref(), key),
            started: session.started,
            ended: false,
            seat: session.has_seat,
            console_agent: session.has_console_agent,
        }
    }

    /// From the record of a call.
    pub fn of_record(record: &TelCdr, key: &LedgerKey) -> Self {
        Self { ended: record.ended.is_some(), ..Self::of_active(&record.session, key) }
    }

    /// Number protection shows in it.
    pub fn is_protected(&self) -> bool {
        self.callee == Party::Protected || self.caller == Party::Protected
    }
}

fn party(number: Option<&str>, protected: Option<&str>, key: &LedgerKey) -> Party {
    match (number, protected) {
        (None, Some(_)) => Party::Protected,
        (None, None) => Party::Unreadable,
        // The two forms of a Chinese landline, and `+` and `00`, are one number.
        (Some(number), _) => {
            PhoneNumber::parse(number).map_or(Party::Unreadable, |number| Party::Number(key.number(&number)))
        }
    }
}

/// How a session fits an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// Everything about it fits.
    Ours,
    /// It can't be told: something that would decide it is hidden or missing.
    Doubtful,
    /// All fits but for a person or a console agent that talked. It is not the call that was asked for, but it may be
    /// what became of it: calls are handed over.
    HandedOver,
    /// Certainly another one.
    Other,
}

/// How a session fits an attempt.
pub fn fit(attempt: &Traced, seen: &Sighting) -> Fit {
    let (from, to) = Times::window(attempt.timestamp);
    let in_time = seen.started.map(|started| (from..=to).contains(&started));
    let outbound = seen.direction.map(|direction| direction == 1);
    let callee = is_one_of(seen.callee, &[attempt.callee]);
    let caller = if attempt.callers.is_empty() { Some(true) } else { is_one_of(seen.caller, &attempt.callers) };
    let all = [in_time, outbound, callee, caller];
    if all.contains(&Some(false)) {
        Fit::Other
    } else if seen.seat || seen.console_agent {
        Fit::HandedOver
    } else if all.contains(&None) {
        Fit::Doubtful
    } else {
        Fit::Ours
    }
}

fn is_one_of(party: Party, numbers: &[NumberId]) -> Option<bool> {
    match party {
        Party::Number(number) => Some(numbers.contains(&number)),
        Party::Protected | Party::Unreadable => None,
    }
}

/// Everything that was seen when an attempt was looked up.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// Sessions that go on, and records; one session may be in both. Without those that other attempts claim.
    pub sightings: &'a [Sighting],
    /// Number protection showed anywhere.
    pub protected: bool,
    /// Every page was seen, and the counts agreed.
    pub complete: bool,
    /// When the records were asked for, by the clock that says the earlier.
    pub now: Timestamp,
    /// How far the server's clock is from ours at the most, if its answers tell.
    pub skew: Option<Duration>,
    /// A later session of ours, ended, that the same filter found.
    pub control: Option<&'a SessionId>,
}

/// What the records say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// Exactly one session fits.
    Placed(SessionId),
    /// No session fits, and one would have appeared.
    Absent,
    /// It stays unknown.
    Open {
        /// Why.
        why: Why,
        /// The sessions that fit or may fit, if any; sorted.
        sessions: Vec<SessionId>,
    },
}

/// Why an attempt stays unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Several sessions fit.
    Several,
    /// A session may fit, and can't be told.
    Doubtful,
    /// A session fits but for a person or a console agent that talked.
    HandedOver,
    /// The count of rows and the rows disagreed, or changed in between.
    PageMissed,
    /// Numbers are protected: a record of this callee might not be found by its number.
    Protected,
    /// The request names no such limit, so nobody can say when the call must have ended.
    LimitUnset(&'static str),
    /// The answers tell nothing about the server's clock.
    ClockUnknown,
    /// A record may still appear until then.
    Waiting(Timestamp),
    /// No later session of ours was found by the same filter.
    NoControl,
    /// The records don't reach back so far.
    TooOld,
    /// The ledger has no number to look for.
    NumberGone,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Several => f.write_str("several sessions fit"),
            Self::Doubtful => f.write_str("a session may be the one, and the records do not tell"),
            Self::HandedOver => f.write_str("a session fits, but for a person or a console agent that talked"),
            Self::PageMissed => f.write_str("the records changed while they were read"),
            Self::Protected => f.write_str("numbers are protected, so a missing record proves nothing"),
            Self::LimitUnset(limit) => {
                write!(f, "its request had no `limits.{limit}`, so a call might still go on without a record")
            }
            Self::ClockUnknown => f.write_str("the provider's answers do not tell its clock"),
            Self::Waiting(until) => write!(f, "no record yet; that counts from {until} on"),
            Self::NoControl => f.write_str("no record, and no later call of ours was found in the same way"),
            Self::TooOld => f.write_str("the provider's records do not reach back so far"),
            Self::NumberGone => f.write_str("the ledger has no number to look for"),
        }
    }
}

/// What the records say about an attempt.
pub fn judge(attempt: &Traced, times: &Times, view: &View<'_>) -> Finding {
    let with = |wanted: Fit| {
        let fitting = view.sightings.iter().filter(|seen| fit(attempt, seen) == wanted);
        let mut sessions: Vec<SessionId> = fitting.map(|seen| seen.session.clone()).collect();
        sessions.sort();
        // The same session, while it goes on and as a record.
        sessions.dedup();
        sessions
    };
    let (ours, doubtful) = (with(Fit::Ours), with(Fit::Doubtful));
    let doubtful: Vec<SessionId> = doubtful.into_iter().filter(|session| !ours.contains(session)).collect();
    let open = |why, sessions| Finding::Open { why, sessions };
    if ours.len() + doubtful.len() > 0 {
        return match ours.as_slice() {
            [one] if doubtful.is_empty() && view.complete => Finding::Placed(one.clone()),
            [_] if doubtful.is_empty() => open(Why::PageMissed, ours),
            [] => open(if view.protected { Why::Protected } else { Why::Doubtful }, doubtful),
            _ => open(Why::Several, [ours, doubtful].concat()),
        };
    }
    let handed_over = with(Fit::HandedOver);
    if !handed_over.is_empty() {
        return open(Why::HandedOver, handed_over);
    }
    match absence(attempt, times, view) {
        None => Finding::Absent,
        Some(why) => open(why, Vec::new()),
    }
}

/// Why a missing record proves nothing; `None` if it does.
fn absence(attempt: &Traced, times: &Times, view: &View<'_>) -> Option<Why> {
    if view.protected {
        return Some(Why::Protected);
    }
    if !view.complete {
        return Some(Why::PageMissed);
    }
    let limits = attempt.limits;
    let Some(ring) = limits.ring else { return Some(Why::LimitUnset("ring")) };
    let Some(call) = limits.call else { return Some(Why::LimitUnset("call")) };
    let Some(skew) = view.skew else { return Some(Why::ClockUnknown) };
    let queue = limits.queue.unwrap_or(LONGEST_QUEUE);
    let wait = [times.request_life, skew, times.record_lag]
        .into_iter()
        .chain([queue, ring, call].map(Duration::from_secs))
        .fold(Duration::ZERO, Duration::saturating_add);
    let until = Timestamp::from_second(attempt.timestamp)
        .ok()
        .zip(SignedDuration::try_from(wait).ok())
        .and_then(|(sent, wait)| sent.checked_add(wait).ok())
        .unwrap_or(Timestamp::MAX);
    if view.now <= until {
        return Some(Why::Waiting(until));
    }
    view.control.is_none().then_some(Why::NoControl)
}

/// Whether a session shows that sessions like ours are found: later than the attempt, ours, ended, and found by the
/// filter that found nothing for the attempt. `control` is the attempt that it belongs to.
pub fn is_control(attempt: &Traced, control: &Traced, seen: &Sighting) -> bool {
    control.attempt > attempt.attempt
        && control.timestamp >= attempt.timestamp
        && control.session.as_ref() == Some(&seen.session)
        && seen.ended
        && fit(control, seen) == Fit::Ours
}

#[cfg(test)]
#[path = "evidence/tests.rs"]
mod tests;
