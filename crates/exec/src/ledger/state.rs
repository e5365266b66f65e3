//! The states of an attempt, and of the call that it belongs to.

use std::fmt;

use jiff::Timestamp;

use crate::identity::{CallId, Fingerprint, NumberId};
use crate::outcome::Outcome;
use crate::refusal::{self, Again};

/// How far an attempt got. A call has the state of its last attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Written down durably; nothing was sent yet. After a crash it counts as [`Unknown`](Self::Unknown).
    Intent,
    /// The request is on its way.
    Sending,
    /// The provider answered with a session.
    Placed,
    /// The provider's records show exactly one session that fits.
    PlacedInferred,
    /// Nobody was phoned: the provider said no before dialling, or provably nothing was sent.
    Rejected,
    /// Nobody can say whether the phone rang.
    Unknown,
    /// It was unknown, and the provider's records show that no phone rang.
    NotPlacedInferred,
    /// It was unknown, and a person said that the phone rang.
    ResolvedPlaced,
    /// It was unknown, and a person said that the phone did not ring.
    ResolvedNotPlaced,
}

impl State {
    /// All of them, in the order of their course.
    pub const ALL: [Self; 9] = [
        Self::Intent,
        Self::Sending,
        Self::Placed,
        Self::PlacedInferred,
        Self::Rejected,
        Self::Unknown,
        Self::NotPlacedInferred,
        Self::ResolvedPlaced,
        Self::ResolvedNotPlaced,
    ];

    /// As it is stored and listed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Intent => "intent",
            Self::Sending => "sending",
            Self::Placed => "placed",
            Self::PlacedInferred => "placed_inferred",
            Self::Rejected => "rejected",
            Self::Unknown => "unknown",
            Self::NotPlacedInferred => "not_placed_inferred",
            Self::ResolvedPlaced => "resolved_placed",
            Self::ResolvedNotPlaced => "resolved_not_placed",
        }
    }

    /// Back from [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// The states from which an attempt may come into this one. An attempt begins with its intent, and what is decided
    /// stays decided, with one exception: the provider's own answer is stronger than "not placed", whoever said so.
    pub const fn comes_from(self) -> &'static [Self] {
        match self {
            Self::Intent => &[],
            Self::Sending => &[Self::Intent],
            Self::Unknown => &[Self::Intent, Self::Sending],
            // An answer may come after its attempt was given up.
            Self::Placed => {
                &[Self::Intent, Self::Sending, Self::Unknown, Self::NotPlacedInferred, Self::ResolvedNotPlaced]
            }
            Self::Rejected => &[Self::Intent, Self::Sending, Self::Unknown],
            Self::PlacedInferred | Self::NotPlacedInferred | Self::ResolvedPlaced | Self::ResolvedNotPlaced => {
                &[Self::Unknown]
            }
        }
    }

    /// Nobody knows yet how it went; the number is kept in clear so long, and that person is not phoned.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Intent | Self::Sending | Self::Unknown)
    }

    /// The phone rang, as far as anybody knows.
    pub const fn is_placed(self) -> bool {
        matches!(self, Self::Placed | Self::PlacedInferred | Self::ResolvedPlaced)
    }

    /// It was unknown, and is taken for not placed: by an inference, or on a person's word.
    pub const fn is_taken_for_not_placed(self) -> bool {
        matches!(self, Self::NotPlacedInferred | Self::ResolvedNotPlaced)
    }

    /// Counts as a call to that person: everything but a certain no.
    pub const fn may_have_rung(self) -> bool {
        self.is_open() || self.is_placed()
    }
}

/// [`State::may_have_rung`] of an attempt, in SQL.
pub(super) const MAY_HAVE_RUNG: &str = "state NOT IN ('rejected', 'not_placed_inferred', 'resolved_not_placed')";

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What the ledger knows of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallRecord {
    /// Its identity.
    pub id: CallId,
    /// Of its last attempt.
    pub state: State,
    /// When it came into that state.
    pub since: Timestamp,
    /// The campaign under which it was last attempted, with `@occurrence`.
    pub campaign: String,
    /// Its key; `None` where the key is the number itself, which isn't kept.
    pub key: Option<String>,
    /// Its callee.
    pub number: NumberId,
    /// What its words were made from at the last attempt.
    pub fingerprint: Fingerprint,
    /// The refusal's code, where the state is [`State::Rejected`]; an unknown may have one too.
    pub code: Option<String>,
    /// The refusal is about this callee and will not change.
    pub permanent: bool,
    /// Attempts that may have rung.
    pub attempts: u32,
    /// How the session of its last attempt ended, as far as it was read back.
    pub outcome: Option<Outcome>,
    /// When that was.
    pub ended: Option<Timestamp>,
    /// The run of its last attempt, where that was refused.
    pub run: Option<String>,
}

impl CallRecord {
    /// What its refusal means for the next attempt, where the state is [`State::Rejected`].
    pub fn again(&self) -> Again {
        match (&self.code, self.state) {
            (Some(code), State::Rejected) if !self.permanent => refusal::again(code, self.since),
            _ => Again::AtOnce,
        }
    }

    /// The moment before which it is not tried again, because of a refusal.
    pub fn not_before(&self) -> Option<Timestamp> {
        match self.again() {
            Again::NotBefore(at) => Some(at),
            Again::AtOnce | Again::NotInThisRun => None,
        }
    }
}

/// An attempt to reach a number, as far as the next one must know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// The call that it belonged to.
    pub call: CallId,
    /// Its campaign, with `@occurrence`.
    pub campaign: String,
    /// How it went.
    pub state: State,
    /// The request's `X-TC-Timestamp`.
    pub at: Timestamp,
    /// Until when its conversation may go on, by its final record or else by the agent's limits.
    pub busy_until: Timestamp,
    /// Until when it may take up a line: sooner, where it was off the provider's list of those that go on.
    pub line_until: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_is_asked_for_the_same_states() {
        for state in State::ALL {
            let is_named = MAY_HAVE_RUNG.contains(&format!("'{state}'"));
            assert_eq!(state.may_have_rung(), !is_named, "{state}");
        }
    }

    #[test]
    fn what_is_decided_stays_decided_but_for_a_no_that_the_answer_contradicts() {
        for state in State::ALL {
            assert!(!state.comes_from().contains(&state));
            let after_a_no = |before: &State| state == State::Placed && before.is_taken_for_not_placed();
            assert!(state.comes_from().iter().all(|before| before.is_open() || after_a_no(before)), "{state}");
            assert_eq!(state.comes_from().is_empty(), state == State::Intent);
        }
    }
}
