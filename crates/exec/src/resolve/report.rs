//! What came of a look into the provider's records.

use callform_ccc::SessionId;
use callform_ccc::query::QueryError;

use crate::evidence::Why;
use crate::ledger::Traced;

/// What came of one unknown attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The records show exactly this session.
    Placed(SessionId),
    /// The records show that nobody was phoned: the call may be placed.
    NotPlaced,
    /// It stays unknown.
    Open {
        /// Why.
        why: Why,
        /// The sessions that fit or may fit.
        sessions: Vec<SessionId>,
    },
    /// Somebody else decided it at the same time.
    DecidedMeanwhile,
    /// The provider did not answer.
    NotLookedUp,
}

impl Outcome {
    /// Whether nobody knows the end of it still.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Open { .. } | Self::NotLookedUp)
    }
}

/// An attempt, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The environment.
    pub environment: String,
    /// The campaign, with `@occurrence`.
    pub campaign: String,
    /// The call, as it is called on the screen.
    pub key: String,
    /// The callee, masked.
    pub number: String,
    /// What came of it.
    pub outcome: Outcome,
}

impl Entry {
    pub(super) fn of(traced: Traced, outcome: Outcome) -> Self {
        Self {
            environment: traced.environment,
            campaign: traced.campaign,
            key: traced.label,
            number: traced.number.map_or_else(|| "****".to_owned(), |number| number.masked()),
            outcome,
        }
    }
}

/// What came of a look into the provider's records.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Every attempt that was unknown, oldest first.
    pub entries: Vec<Entry>,
    /// Why not all were looked up, if they weren't.
    pub trouble: Option<QueryError>,
}

impl Report {
    /// How many came to what.
    pub fn count(&self, wanted: impl Fn(&Outcome) -> bool) -> u64 {
        self.entries.iter().filter(|entry| wanted(&entry.outcome)).count() as u64
    }

    /// How many stay unknown.
    pub fn open(&self) -> u64 {
        self.count(Outcome::is_open)
    }
}
