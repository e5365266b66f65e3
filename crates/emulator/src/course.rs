//! The life of a call: it rings, somebody talks or nobody answers, it ends.
//!
//! A course is fixed when the call is placed and kept in the journal, so that every later process, whatever its
//! clock says, reads the same records.

use std::time::Duration;

use callform_ccc::query::EndStatus;
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::clock::later;

/// How a call runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Course {
    /// How long it rings, from the moment when it is placed.
    pub ring: Duration,
    /// How long they talk; `None` when nobody answers.
    pub talk: Option<Duration>,
    /// The record's `EndStatus` (<https://www.tencentcloud.com/document/product/1229/71847>): 1 answered, 202 no answer, 206 busy, ...
    pub end_status: u16,
    /// When its record appears.
    pub record: RecordTime,
}

/// When the record of an ended call appears in `DescribeTelCdr`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordTime {
    /// After the emulator's own [`record_lag`](crate::EmulatorOptions::record_lag).
    Usual,
    /// So long after the call's end.
    After(Duration),
    /// Never: the call took place, and the records don't know of it.
    Never,
}

impl Course {
    /// Somebody answers after `ring` and talks for `talk` (status 1).
    #[must_use]
    pub fn answered(ring: Duration, talk: Duration) -> Self {
        Self { ring, talk: Some(talk), end_status: 1, record: RecordTime::Usual }
    }

    /// It rings for `ring` and ends unanswered with `end_status`.
    #[must_use]
    pub fn unanswered(ring: Duration, end_status: u16) -> Self {
        Self { ring, talk: None, end_status, record: RecordTime::Usual }
    }

    /// The same course with another end: 222 for a voicemail that answers, 226 for a model that fails, ...
    #[must_use]
    pub fn ending(self, end_status: u16) -> Self {
        Self { end_status, ..self }
    }

    /// The same course with another time for its record.
    #[must_use]
    pub fn recorded(self, record: RecordTime) -> Self {
        Self { record, ..self }
    }

    /// What happens where no script says otherwise: an answer after 2 to 9 s and 15 to 134 s of talk, both read from
    /// the session id, within the request's `MaxRingTimeoutSecond` and `MaxCallDurationMs`.
    pub(crate) fn of_session(session: &[u8; 16], body: &Map<String, Value>) -> Self {
        let ring = Duration::from_secs(2 + u64::from(session[0] % 8));
        let talk = Duration::from_secs(15 + u64::from(session[1] % 120));
        let limit = |name: &str| body.get(name).and_then(Value::as_u64).filter(|&limit| limit > 0);
        let longest_ring = limit("MaxRingTimeoutSecond").map(Duration::from_secs);
        let longest_talk = limit("MaxCallDurationMs").map(Duration::from_millis);
        match (longest_ring, longest_talk) {
            (Some(limit), _) if limit < ring => Self::unanswered(limit, status::NOT_ANSWERED),
            (_, Some(limit)) if limit < talk => Self::answered(ring, limit).ending(status::MAX_CALL_DURATION_REACHED),
            _ => Self::answered(ring, talk),
        }
    }
}

/// The `EndStatus` numbers that the emulator gives by itself.
pub(crate) mod status {
    pub(crate) const NOT_ANSWERED: u16 = 202;
    pub(crate) const CALLER_CANCELLED_WHILE_RINGING: u16 = 220;
    pub(crate) const MAX_CALL_DURATION_REACHED: u16 = 229;
    pub(crate) const TERMINATED_BY_API: u16 = 231;
}

/// The record's `EndStatusString`, empty for a number that is documented nowhere.
pub(crate) fn status_name(end_status: u16) -> &'static str {
    EndStatus::of_code(end_status.into()).map_or("", |status| status.text)
}

/// A course that began, with the moments of its turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// When the call was placed and began to ring.
    pub started: Timestamp,
    /// When somebody answered, or will.
    pub accepted: Option<Timestamp>,
    /// When it ended, or will.
    pub ended: Timestamp,
    /// The record's `EndStatus`.
    pub end_status: u16,
}

/// Where a call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// It rings.
    Ringing,
    /// They talk.
    InProgress,
    /// It is over.
    Finished,
}

impl Phase {
    /// The API's `SessionStatus`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ringing => "ringing",
            Self::InProgress => "inProgress",
            Self::Finished => "finished",
        }
    }
}

impl Progress {
    /// The course of a call placed at `started`.
    pub(crate) fn of(course: Course, started: Timestamp) -> Self {
        let rung = later(started, course.ring);
        let accepted = course.talk.map(|_| rung);
        Self { started, accepted, ended: later(rung, course.talk.unwrap_or_default()), end_status: course.end_status }
    }

    /// The same call, hung up through the API at `at`.
    pub(crate) fn hung_up(self, at: Timestamp) -> Self {
        let accepted = self.accepted.filter(|accepted| *accepted <= at);
        let end_status =
            if accepted.is_some() { status::TERMINATED_BY_API } else { status::CALLER_CANCELLED_WHILE_RINGING };
        Self { accepted, ended: at, end_status, ..self }
    }

    /// Where the call stands at `now`.
    #[must_use]
    pub fn phase(&self, now: Timestamp) -> Phase {
        match self.accepted {
            _ if now >= self.ended => Phase::Finished,
            Some(accepted) if now >= accepted => Phase::InProgress,
            _ => Phase::Ringing,
        }
    }

    /// The record's `Duration`: the talk, in whole seconds.
    pub(crate) fn talked_seconds(&self) -> i64 {
        self.accepted.map_or(0, |accepted| self.ended.as_second() - accepted.as_second())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::constant(1_767_225_600, 0);

    fn after(seconds: u64) -> Timestamp {
        later(START, Duration::from_secs(seconds))
    }

    #[test]
    fn a_call_rings_then_talks_then_ends() {
        let progress = Progress::of(Course::answered(Duration::from_secs(5), Duration::from_secs(20)), START);
        assert_eq!(progress.phase(START), Phase::Ringing);
        assert_eq!(progress.phase(after(5)), Phase::InProgress);
        assert_eq!(progress.phase(after(24)), Phase::InProgress);
        assert_eq!(progress.phase(after(25)), Phase::Finished);
        assert_eq!(progress.talked_seconds(), 20);
    }

    #[test]
    fn the_course_is_read_from_the_session_id_within_the_requested_limits() {
        let session = [7_u8; 16];
        let body = |name: &str, value: u64| Map::from_iter([(name.to_owned(), Value::from(value))]);
        assert_eq!(
            Course::of_session(&session, &Map::new()),
            Course::answered(Duration::from_secs(9), Duration::from_secs(22))
        );
        assert_eq!(
            Course::of_session(&session, &body("MaxRingTimeoutSecond", 4)),
            Course::unanswered(Duration::from_secs(4), 202)
        );
        assert_eq!(Course::of_session(&session, &body("MaxCallDurationMs", 10_000)).end_status, 229);
    }

    #[test]
    fn hanging_up_ends_the_call_at_once() {
        let progress = Progress::of(Course::answered(Duration::from_secs(5), Duration::from_secs(20)), START);
        let cut = progress.hung_up(after(10));
        assert_eq!((cut.phase(after(10)), cut.talked_seconds(), cut.end_status), (Phase::Finished, 5, 231));
        let unanswered = progress.hung_up(after(3));
        assert_eq!((unanswered.accepted, unanswered.end_status), (None, 220));
    }
}
