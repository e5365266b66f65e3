//! How often one person may be phoned: the same judgement for a plan and, within the transaction that writes the
//! intent, for every single attempt.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::identity::CallId;
use crate::ledger::Past;

/// The campaign under which single calls to a phone of one's own go out. No campaign of a document can be called so.
pub const TRY_CAMPAIGN: &str = "@try";

/// The campaign of sessions that an adopted ledger did not know, where no call of the project claims them.
pub const ADOPTED_CAMPAIGN: &str = "@adopted";

/// What protects people where a campaign says nothing: one call in a day.
pub const DEFAULT_EVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// What a campaign says about calling one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalleeRules<'a> {
    /// The campaign, with `@occurrence`.
    pub campaign: &'a str,
    /// Its name before it was renamed (`movedFrom`), with `@occurrence`.
    pub moved_from: Option<&'a str>,
    /// `limits.perCallee`: so many calls in so much time, by any campaign of the account.
    pub per_callee: Option<(u32, Duration)>,
    /// Calling again whom other campaigns and occurrences called is meant: `repeat: allowed` or `--allow-repeat`.
    pub repeat: bool,
}

/// Why a number is not phoned now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CalleeBlock {
    /// An attempt to reach it is under way, or nobody knows how one went.
    Open {
        /// When that was.
        since: Timestamp,
        /// Whose it was.
        campaign: String,
    },
    /// A conversation with it may still be going on.
    Talking {
        /// Until when, by the agent's limits.
        until: Timestamp,
        /// Whose it is.
        campaign: String,
    },
    /// It was phoned as often as may be.
    Ceiling {
        /// The last time.
        when: Timestamp,
        /// By which campaign.
        campaign: String,
    },
}

/// Judges a number by what is known of it.
pub fn judge(history: &[Past], call: CallId, rules: &CalleeRules<'_>, now: Timestamp) -> Option<CalleeBlock> {
    if let Some(past) = history.iter().find(|past| past.state.is_open()) {
        return Some(CalleeBlock::Open { since: past.at, campaign: past.campaign.clone() });
    }
    let (calls, every) = rules.per_callee.unwrap_or((1, DEFAULT_EVERY));
    let counted = |past: &&Past| {
        past.state.may_have_rung()
            && is_within(past.at, every, now)
            && (rules.per_callee.is_some() || default_counts(past, call, rules))
    };
    let phoned: Vec<&Past> = history.iter().filter(counted).collect();
    if phoned.len() >= calls as usize
        && let Some(last) = phoned.iter().max_by_key(|past| past.at)
    {
        return Some(CalleeBlock::Ceiling { when: last.at, campaign: last.campaign.clone() });
    }
    // Whoever tries an agent on a phone of their own knows whether they still talk there.
    let until = |past: &Past| if rules.campaign == TRY_CAMPAIGN { past.line_until } else { past.busy_until };
    let talking = history.iter().find(|past| past.state.is_placed() && until(past) > now)?;
    Some(CalleeBlock::Talking { until: until(talking), campaign: talking.campaign.clone() })
}

/// The latest call to this number that was not this one and not a try: that the person was phoned before.
pub fn phoned_before(history: &[Past], call: CallId) -> Option<&Past> {
    history
        .iter()
        .filter(|past| past.state.may_have_rung() && past.call != call && past.campaign != TRY_CAMPAIGN)
        .max_by_key(|past| past.at)
}

/// The ceiling that nobody asked for is about accidents (a new key column, a new name), so it leaves alone what was
/// said to be meant: tries, retries of the same call, and, with `repeat`, other campaigns and occurrences.
fn default_counts(past: &Past, call: CallId, rules: &CalleeRules<'_>) -> bool {
    let same_campaign = past.campaign == rules.campaign || rules.moved_from == Some(past.campaign.as_str());
    past.call != call
        && past.campaign != TRY_CAMPAIGN
        && rules.campaign != TRY_CAMPAIGN
        && (same_campaign || !rules.repeat)
}

/// A clock that went back makes nothing forgotten: what lies in the future is within any time.
fn is_within(at: Timestamp, every: Duration, now: Timestamp) -> bool {
    SignedDuration::try_from(every).is_ok_and(|every| now.duration_since(at) < every)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::State;

    const NOW: &str = "2026-04-01T12:00:00Z";

    fn now() -> Timestamp {
        NOW.parse().unwrap()
    }

    fn call(n: u8) -> CallId {
        CallId::from_bytes([n; 16])
    }

    fn past(n: u8, campaign: &str, state: State, hours_ago: i64) -> Past {
        let at = now() - SignedDuration::from_hours(hours_ago);
        Past { call: call(n), campaign: campaign.into(), state, at, busy_until: at, line_until: at }
    }

    fn rules<'a>() -> CalleeRules<'a> {
        CalleeRules { campaign: "april@1", moved_from: None, per_callee: None, repeat: false }
    }

    #[test]
    fn whoever_was_phoned_within_a_day_is_not_phoned_whatever_the_key() {
        let history = [past(1, "march", State::Placed, 3)];
        let block = judge(&history, call(2), &rules(), now());
        assert!(matches!(block, Some(CalleeBlock::Ceiling { campaign, .. }) if campaign == "march"));
        assert_eq!(judge(&[past(1, "march", State::Placed, 25)], call(2), &rules(), now()), None);
    }

    #[test]
    fn a_refused_attempt_is_no_call_and_an_unknown_one_blocks_for_ever() {
        assert_eq!(judge(&[past(1, "march", State::Rejected, 1)], call(2), &rules(), now()), None);
        assert_eq!(judge(&[past(1, "march", State::ResolvedNotPlaced, 1)], call(2), &rules(), now()), None);
        let block = judge(&[past(1, "march", State::Unknown, 24 * 400)], call(2), &rules(), now());
        assert!(matches!(block, Some(CalleeBlock::Open { .. })));
    }

    #[test]
    fn repeat_lifts_the_default_for_other_occurrences_but_not_for_a_new_key_in_the_same_one() {
        let repeat = CalleeRules { repeat: true, ..rules() };
        assert_eq!(judge(&[past(1, "april@0", State::Placed, 1)], call(2), &repeat, now()), None);
        assert!(judge(&[past(1, "april@1", State::Placed, 1)], call(2), &repeat, now()).is_some());
        let moved = CalleeRules { moved_from: Some("easter@1"), ..repeat };
        assert!(judge(&[past(1, "easter@1", State::Placed, 1)], call(2), &moved, now()).is_some());
    }

    #[test]
    fn a_ceiling_that_was_written_down_holds_whatever_else_is_allowed() {
        let declared = CalleeRules { per_callee: Some((2, Duration::from_secs(48 * 3600))), repeat: true, ..rules() };
        let one = past(1, "other", State::Placed, 30);
        assert_eq!(judge(std::slice::from_ref(&one), call(2), &declared, now()), None);
        assert!(judge(&[one, past(3, "try", State::Placed, 2)], call(2), &declared, now()).is_some());
    }

    #[test]
    fn nobody_is_phoned_while_a_conversation_may_go_on() {
        let mut talking = past(1, "march", State::Placed, 0);
        talking.busy_until = now() + SignedDuration::from_mins(5);
        let often = CalleeRules { per_callee: Some((9, Duration::from_secs(3600))), ..rules() };
        assert!(matches!(
            judge(std::slice::from_ref(&talking), call(2), &often, now()),
            Some(CalleeBlock::Talking { .. })
        ));
        // Its session is off the provider's list: enough for a phone of one's own, which nobody else holds.
        let own = CalleeRules { campaign: TRY_CAMPAIGN, ..often };
        assert_eq!(judge(std::slice::from_ref(&talking), call(2), &own, now()), None);
        talking.line_until = talking.busy_until;
        assert!(matches!(judge(&[talking], call(2), &own, now()), Some(CalleeBlock::Talking { .. })));
    }

    #[test]
    fn a_clock_that_went_back_forgets_nothing() {
        assert!(judge(&[past(1, "march", State::Placed, -5)], call(2), &rules(), now()).is_some());
    }
}
