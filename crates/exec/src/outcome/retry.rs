//! Whether a callee who was not reached is tried again, and when.

use std::time::Duration;

use callform_spec::model::{Retry as Spec, RetryOutcome};
use jiff::{SignedDuration, Timestamp};

use super::Outcome;

/// What the language says where a campaign does not.
const DEFAULT_WAIT: Duration = Duration::from_secs(60 * 60);
const DEFAULT_WHEN: [RetryOutcome; 2] = [RetryOutcome::NoAnswer, RetryOutcome::Busy];

/// What a campaign says about trying again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryRules {
    /// How often a callee is tried at the most; only attempts that may have rung count.
    pub max_attempts: u32,
    /// How long to wait after the end of an attempt.
    pub wait: Duration,
    /// After which outcomes.
    pub when: Vec<RetryOutcome>,
}

/// What follows for a call from how its last session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// Nothing more: somebody was reached, or wasn't and the campaign does not ask for another attempt after that.
    Done,
    /// Another attempt is asked for, and not before this moment.
    At(Timestamp),
    /// Another attempt is asked for, and may be made by now.
    Due,
    /// Another attempt would be asked for, but there were as many as there may be.
    UsedUp,
    /// Nothing by itself: why nobody was reached is not known or not the callee's doing, so a person is to look.
    NeedsPerson,
}

impl RetryRules {
    /// Of a campaign: without `retry` there is one attempt.
    #[must_use]
    pub fn of(spec: Option<&Spec>) -> Self {
        let spec = spec.cloned().unwrap_or_default();
        Self {
            max_attempts: spec.max_attempts.unwrap_or(1),
            wait: spec.wait.map_or(DEFAULT_WAIT, |wait| wait.to_std()),
            when: spec.when.unwrap_or_else(|| DEFAULT_WHEN.to_vec()),
        }
    }

    /// What follows from a session that ended with `outcome` at `ended` (Unix seconds), after so many attempts that may
    /// have rung, that one included.
    ///
    /// A moment of ending that can't be one never makes an attempt due.
    #[must_use]
    pub fn judge(&self, outcome: Outcome, ended: i64, attempts: u32, now: Timestamp) -> Retry {
        if outcome.needs_person() {
            return Retry::NeedsPerson;
        }
        if !outcome.retry_class().is_some_and(|class| self.when.contains(&class)) {
            return Retry::Done;
        }
        if attempts >= self.max_attempts {
            return Retry::UsedUp;
        }
        let at = Timestamp::from_second(ended)
            .ok()
            .zip(SignedDuration::try_from(self.wait).ok())
            .and_then(|(ended, wait)| ended.checked_add(wait).ok());
        match at {
            Some(at) if now >= at => Retry::Due,
            Some(at) => Retry::At(at),
            None => Retry::NeedsPerson,
        }
    }
}
