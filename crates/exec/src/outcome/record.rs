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
        })
    }

    /// From all records of one session; `None` while there is none, or while one of them says of no end. Where they
    /// disagree, nobody can say whom the phone reached.
    #[must_use]
    pub fn of_all<'r>(records: impl IntoIterator<Item = &'r TelCdr>) -> Option<Self> {
        let ends: Vec<Self> = records.into_iter().map(Self::of).collect::<Option<_>>()?;
        let agree = ends.windows(2).all(|two| two[0].outcome == two[1].outcome);
        let last = ends.into_iter().max_by_key(|end| end.ended)?;
        Some(if agree { last } else { Self { outcome: Outcome::Unmapped, end_status: None, ..last } })
    }
}
