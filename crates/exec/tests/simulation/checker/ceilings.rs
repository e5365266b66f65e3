//! How often one person is phoned.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::clock::unix;
use crate::history::{Attempt, History, Standing};
use crate::scenario::Class;
use crate::specs::{self, Rules, Variant};

/// How far the clock of a request that was taken may have been from the provider's, on both ends of a time; and how
/// long it may have been on its way.
const DOUBT: Duration = Duration::from_secs(2 * 300 + 60);

/// `perCallee` and what stands in its place, and `perRun`: as the ledger knew it when it wrote each intent, and in
/// truth.
pub(super) fn nothing_goes_beyond_a_ceiling(history: &History, variant: &Variant) -> Vec<String> {
    let mut wrong = by_the_ledger(history, variant);
    wrong.extend(in_one_run(history, variant));
    // A record that comes too late makes a call that was placed look as if it had not been.
    if history.class != Class::LateRecords {
        wrong.extend(in_truth(history, variant));
    }
    wrong
}

fn by_the_ledger(history: &History, variant: &Variant) -> Vec<String> {
    let beyond = history.attempts.iter().filter(|attempt| {
        let rules = variant.rules(&attempt.name.campaign);
        let (most, every) = rules.ceiling();
        let since = attempt.timestamp - seconds(every);
        let counted = history.attempts.iter().filter(|other| {
            other.person == attempt.person
                && other.timestamp > since
                && matches!(other.standing(attempt.intent() - 1), Some(Standing::Open | Standing::Placed))
                && counts(history, rules, attempt, other)
        });
        counted.count() >= most
    });
    beyond.map(|attempt| format!("{attempt:?}")).collect()
}

/// Where nothing was declared, what is meant to be repeated does not count.
fn counts(history: &History, rules: &Rules, attempt: &Attempt, other: &Attempt) -> bool {
    let meant = rules.repeat || allows_repeat(history, attempt);
    rules.per_callee.is_some()
        || (other.name != attempt.name && ((other.name.campaign == attempt.name.campaign) || !meant))
}

fn allows_repeat(history: &History, attempt: &Attempt) -> bool {
    let its = history.sent.iter().find(|sent| sent.name == attempt.name && sent.timestamp == attempt.timestamp);
    // One that never left can't have gone beyond anything.
    its.is_none_or(|sent| history.processes[sent.process].allow_repeat)
}

fn in_truth(history: &History, variant: &Variant) -> Vec<String> {
    let ours: Vec<_> = history.ours().collect();
    let beyond = ours.iter().enumerate().filter(|(n, (session, sent))| {
        let rules = variant.rules(&sent.name.campaign);
        let Some((most, every)) = rules.per_callee else { return false };
        let earlier = ours[..*n]
            .iter()
            .filter(|(other, _)| other.person == session.person && other.at + every.saturating_sub(DOUBT) > session.at);
        earlier.count() >= most
    });
    beyond.map(|(_, (session, sent))| format!("in truth: {session:?}, {sent:?}")).collect()
}

fn in_one_run(history: &History, variant: &Variant) -> Vec<String> {
    let mut placed: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for attempt in history.attempts.iter().filter(|attempt| !attempt.is_rejected()) {
        *placed.entry((&attempt.run, &attempt.name.campaign)).or_default() += 1;
    }
    let beyond = placed
        .into_iter()
        .filter(|((_, campaign), count)| variant.rules(campaign).per_run.is_some_and(|most| *count > most));
    beyond.map(|(of, count)| format!("{count} in one run: {of:?}")).collect()
}

/// Nobody is phoned while an attempt to reach them is open, whoever made it, or while they may still be talking.
pub(super) fn one_attempt_at_a_time_for_one_person(history: &History, variant: &Variant) -> Vec<String> {
    let busy = match variant.limits {
        true => seconds(specs::RING + specs::CALL),
        // Longer than people talk.
        false => 3600,
    };
    let mut wrong = Vec::new();
    for attempt in &history.attempts {
        for other in history.attempts.iter().filter(|other| other.person == attempt.person) {
            match other.standing(attempt.intent() - 1) {
                Some(Standing::Open) => wrong.push(format!("{attempt:?} while {other:?} is open")),
                // A clock that was put back makes nobody's conversation longer or shorter.
                Some(Standing::Placed)
                    if (0..busy).contains(&(attempt.timestamp - other.timestamp))
                        && !other.was_over(attempt.intent()) =>
                {
                    wrong.push(format!("{attempt:?} while {other:?} may go on"));
                }
                _ => {}
            }
        }
    }
    if history.class == Class::LateRecords {
        return wrong;
    }
    let mut ours: Vec<_> = history.ours().collect();
    ours.sort_by_key(|(session, _)| (session.person, session.at));
    for pair in ours.windows(2) {
        let ((first, _), (second, sent)) = (pair[0], pair[1]);
        // Another clock may make a conversation look as if it were over.
        let over = if history.clocks_differ { first.ended.saturating_sub(DOUBT) } else { first.ended };
        if first.person == second.person && second.at < over {
            wrong.push(format!("at {}: {sent:?} while {first:?} goes on", unix(second.at)));
        }
    }
    wrong
}

fn seconds(time: Duration) -> i64 {
    i64::try_from(time.as_secs()).unwrap()
}
