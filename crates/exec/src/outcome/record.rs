//! A session that is over, as its record says.

use callform_ccc::SessionId;
use callform_ccc::query::TelCdr;

use super::Outcome;

/// A session that is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinalRecord {
    /// Which.
    pub session: SessionId,
    /// How it ended.
    pub outcome: Outcome,
    /// The provider's own code, `EndStatus`.
    pub end_status: Option<i64>,
    /// When it began, in Unix seconds.
    pub started: Option<i64>,
    /// When somebody or something answered, in Unix seconds.
    pub accepted: Option<i64>,
    /// When it ended, in Unix seconds.
    pub ended: i64,
    /// How long they talked, in seconds; 0 if nobody answered.
    pub talk: u64,
    /// What its records say, where they contradict each other.
    pub contradiction: Option<String>,
}

impl FinalRecord {
    /// From a call record; `None` while it says of no end.
    #[must_use]
    pub fn of(record: &TelCdr) -> Option<Self> {
        let ended = record.ended?;
        let talk = record.accepted.map_or(0, |accepted| u64::try_from(ended.saturating_sub(accepted)).unwrap_or(0));
        Some(Self {
            session: record.session.id.clone(),
            outcome: Outcome::of(record.end_status, record.end_status_text.as_deref(), record.accepted),
            end_status: record.end_status,
            started: record.session.started,
            accepted: record.accepted,
            ended,
            talk,
            contradiction: None,
        })
    }

    /// From all records of one session; `None` while any of them says of no end.
    ///
    /// That a session has one record is documented nowhere. Several with one outcome end with the last of them. Where
    /// they contradict each other, somebody may have talked although one record says that nobody answered: the outcome
    /// is [`Outcome::Unmapped`], after which nobody is phoned by itself.
    #[must_use]
    pub fn of_all(records: &[&TelCdr]) -> Option<Self> {
        let ends: Vec<Self> = records.iter().map(|record| Self::of(record)).collect::<Option<_>>()?;
        let last = ends.iter().max_by_key(|end| end.ended)?;
        if ends.iter().all(|end| end.outcome == last.outcome) {
            return Some(last.clone());
        }
        let says = |end: &Self| match end.end_status {
            Some(status) => format!("{} ({status})", end.outcome),
            None => end.outcome.to_string(),
        };
        Some(Self {
            outcome: Outcome::Unmapped,
            end_status: None,
            accepted: ends.iter().find_map(|end| end.accepted),
            talk: ends.iter().map(|end| end.talk).max().unwrap_or_default(),
            contradiction: Some(ends.iter().map(says).collect::<Vec<_>>().join(", ")),
            ..last.clone()
        })
    }
}
