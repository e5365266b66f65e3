//! What is left of a plan after a pass: whether another one will find something to do, and when.

use callform_spec::project::Project;
use jiff::{SignedDuration, Timestamp};

use crate::evidence::{Times, Why};
use crate::ledger::{Ledger, LedgerError};
use crate::plan::{Kind, Plan};
use crate::resolve::{Outcome, Report};

/// The end of a session shows within the time that its record may take; longer than this after, it is not waited for.
const LONGEST_CALL: SignedDuration = SignedDuration::from_hours(2);
/// How often the provider's records are asked while something is awaited from them.
const LOOK_EVERY: SignedDuration = SignedDuration::from_secs(60);
const LOOK_EVERY_HERE: SignedDuration = SignedDuration::from_secs(1);
/// The longest time without a look at anything: lists, windows and stops may have changed.
const LONGEST_SLEEP: SignedDuration = SignedDuration::from_mins(15);

/// What is left.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remaining {
    /// Calls that could be placed now.
    pub to_place: u64,
    /// Calls whose window opens later, or whose next attempt is due later.
    pub deferred: u64,
    /// When the first of them may be placed.
    pub opens: Option<Timestamp>,
    /// Sessions whose end was not read back yet.
    pub talking: u64,
    /// Unknown calls that the provider's records will decide, or may.
    pub unknown: u64,
    /// When the first of them can be decided by the absence of a record.
    pub decided_from: Option<Timestamp>,
    /// Unknown calls that only a person can decide.
    pub needs_person: u64,
    here: bool,
}

impl Remaining {
    /// After a pass: by a plan that was made since, and by the last look into the records.
    ///
    /// # Errors
    /// If the ledger can't be read.
    pub fn of(
        project: &Project,
        ledger: &Ledger,
        plan: &Plan,
        looked: &Report,
        now: Timestamp,
    ) -> Result<Self, LedgerError> {
        let mut left = Self {
            to_place: plan.to_place(),
            deferred: plan.count(Kind::Deferred),
            opens: plan.campaigns.iter().filter_map(|campaign| campaign.opening.as_ref()).map(|o| o.first).min(),
            here: project.site.is_loopback(),
            ..Self::default()
        };
        let lag = SignedDuration::try_from(Times::of(project).record_lag).unwrap_or(SignedDuration::MAX);
        let since = now.checked_sub(lag.saturating_add(LONGEST_CALL)).unwrap_or(Timestamp::MIN);
        for campaign in &plan.campaigns {
            left.talking += ledger.awaiting_outcome(&plan.account, &plan.environment, &campaign.name, since)?;
        }
        let mut hopeful = 0;
        for entry in looked.entries.iter().filter(|entry| entry.environment == plan.environment) {
            match &entry.outcome {
                Outcome::Open { why: Why::Waiting(until), .. } => {
                    left.unknown += 1;
                    left.decided_from = Some(left.decided_from.map_or(*until, |first| first.min(*until)));
                }
                Outcome::NotLookedUp => left.unknown += 1,
                // These need a later call of ours, or only another look.
                Outcome::Open { why: Why::NoControl | Why::PageMissed | Why::ClockUnknown, .. } => hopeful += 1,
                Outcome::Open { .. } => left.needs_person += 1,
                Outcome::Placed(_) | Outcome::NotPlaced | Outcome::DecidedMeanwhile => {}
            }
        }
        match left.awaits_nothing() && left.to_place == 0 {
            true => left.needs_person += hopeful,
            false => left.unknown += hopeful,
        }
        Ok(left)
    }

    /// Whether time alone changes nothing any more.
    pub fn awaits_nothing(&self) -> bool {
        self.deferred == 0 && self.talking == 0 && self.unknown == 0
    }

    /// When to look again.
    pub fn look_again(&self, now: Timestamp) -> Timestamp {
        let later = |by: SignedDuration| now.checked_add(by).unwrap_or(Timestamp::MAX);
        if self.to_place > 0 {
            return later(LOOK_EVERY_HERE);
        }
        let look = later(if self.here { LOOK_EVERY_HERE } else { LOOK_EVERY });
        // Nothing that is awaited comes before it can.
        let from_records = (self.talking > 0).then_some(look);
        let decided = (self.unknown > 0).then(|| self.decided_from.map_or(look, |from| from.max(look)));
        let opens = self.opens.map(|opens| opens.max(later(LOOK_EVERY_HERE)));
        [from_records, decided, opens].into_iter().flatten().min().unwrap_or(look).min(later(LONGEST_SLEEP))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-04-01T12:00:00Z".parse().unwrap()
    }

    fn in_minutes(minutes: i64) -> Timestamp {
        now() + SignedDuration::from_mins(minutes)
    }

    #[test]
    fn nothing_is_looked_at_before_it_can_have_changed_nor_later_than_a_quarter_of_an_hour() {
        let over = Remaining::default();
        assert!(over.awaits_nothing());
        let soon = Remaining { deferred: 3, opens: Some(in_minutes(7)), ..Remaining::default() };
        assert_eq!(soon.look_again(now()), in_minutes(7));
        let tomorrow = Remaining { opens: Some(in_minutes(24 * 60)), ..soon.clone() };
        assert_eq!(tomorrow.look_again(now()), in_minutes(15));
        let talking = Remaining { talking: 1, ..tomorrow.clone() };
        assert_eq!(talking.look_again(now()), in_minutes(1));
        let unknown = Remaining { unknown: 1, decided_from: Some(in_minutes(9)), ..tomorrow };
        assert_eq!(unknown.look_again(now()), in_minutes(9));
        assert!(!unknown.awaits_nothing());
        let left = Remaining { needs_person: 2, ..Remaining::default() };
        assert!(left.awaits_nothing());
    }
}
