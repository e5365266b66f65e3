//! Who may be phoned at all, when, and by whom.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use crate::clock::timestamp;
use crate::history::{Attempt, History, Name, Order};
use crate::specs::{self, Variant};

/// The refusal after which nobody phones that person any more.
pub(super) const BLACK: &str = "FailedOperation.CalleeIsBlackUser";

/// How far a clock may be from the provider's that a request is taken, and how long it may be on its way.
const DOUBT: Duration = Duration::from_secs(300 + 60);

/// A window is judged so many seconds before its request leaves at the most.
const FENCE: i64 = 30;

/// By the clock of the process, which a request shows, unless somebody sets it; and in truth, as far as the provider
/// lets a clock be wrong: when it left, or when it rang.
pub(super) fn nothing_leaves_outside_its_window(history: &History, variant: &Variant) -> Vec<String> {
    let mut wrong = Vec::new();
    for sent in history.sent.iter().filter(|_| !history.clocks_jump) {
        let rules = variant.rules(&sent.name.campaign);
        let around = [sent.timestamp - FENCE, sent.timestamp];
        if !around.into_iter().any(|at| rules.is_open(sent.person, Timestamp::from_second(at).unwrap())) {
            wrong.push(format!("by its own clock: {sent:?}"));
        }
    }
    for (session, sent) in history.ours() {
        let rules = variant.rules(&sent.name.campaign);
        let around = [sent.at.saturating_sub(DOUBT), sent.at, sent.at + DOUBT, session.at];
        if !around.into_iter().any(|at| rules.is_open(sent.person, timestamp(at))) {
            wrong.push(format!("in truth: {session:?}, {sent:?}"));
        }
    }
    wrong
}

/// Once a suppression or a stop is written, no intent is that it forbids; nor is anybody phoned who is on the list of
/// a campaign, or whom the provider refused for good.
pub(super) fn nothing_leaves_against_an_order(history: &History, variant: &Variant) -> Vec<String> {
    let mut wrong = Vec::new();
    for attempt in &history.attempts {
        if variant.rules(&attempt.name.campaign).do_not_call && specs::is_on_the_list(attempt.person) {
            wrong.push(format!("on the do-not-call list: {attempt:?}"));
        }
        let before = |position: i64| position < attempt.intent();
        let suppressed = history.orders.iter().any(|(position, order)| {
            before(*position) && matches!(order, Order::Suppress(person) if *person == attempt.person)
        });
        if suppressed {
            wrong.push(format!("suppressed: {attempt:?}"));
        }
        let black = history.attempts.iter().filter(|other| other.person == attempt.person).any(|other| {
            other.events.iter().any(|event| before(event.position) && event.code.as_deref() == Some(BLACK))
        });
        if black {
            wrong.push(format!("refused for good: {attempt:?}"));
        }
        if super::retries::is_gone(history, attempt.person, attempt.intent()) {
            wrong.push(format!("gone for good: {attempt:?}"));
        }
        if is_stopped(history, &attempt.name, attempt.intent()) {
            wrong.push(format!("stopped: {attempt:?}"));
        }
    }
    wrong
}

/// Whether a stop of a call stood when the ledger had got so far.
pub(super) fn is_stopped(history: &History, name: &Name, before: i64) -> bool {
    let about = |environment: usize, campaign: Option<&str>| {
        environment == name.environment && campaign.is_none_or(|campaign| campaign == name.campaign)
    };
    let mut standing: Vec<Option<&str>> = Vec::new();
    for (_, order) in history.orders.iter().filter(|(position, _)| *position < before) {
        match order {
            Order::Stop(environment, campaign) if about(*environment, *campaign) => standing.push(*campaign),
            Order::Resume(environment, campaign) if about(*environment, *campaign) => {
                standing.retain(|other| other != campaign);
            }
            _ => {}
        }
    }
    !standing.is_empty()
}

/// A run is of one process, while that lives, and one run follows the other.
pub(super) fn nothing_leaves_without_the_run(history: &History, _: &Variant) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut runs: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for attempt in &history.attempts {
        let intent = attempt.intent();
        let (_, last) = runs.entry(&attempt.run).or_insert((intent, intent));
        *last = intent;
    }
    for attempt in &history.attempts {
        let others = runs.iter().filter(|(run, _)| **run != attempt.run);
        if let Some((run, _)) = others.into_iter().find(|(_, (from, to))| (*from..=*to).contains(&attempt.intent())) {
            wrong.push(format!("in the middle of run {run}: {attempt:?}"));
        }
    }
    for (position, run) in &history.unlocked {
        let later = history.attempts.iter().filter(|attempt| attempt.run == *run && attempt.intent() > *position);
        wrong.extend(later.map(|attempt| format!("after its run was unlocked: {attempt:?}")));
    }
    for sent in &history.sent {
        let process = &history.processes[sent.process];
        let (from, to) = process.positions;
        let intent = history.attempt_of(sent).map_or(sent.position, Attempt::intent);
        if !(from..=to).contains(&intent) || sent.at > process.ended {
            wrong.push(format!("not of a living process: {sent:?}"));
        }
    }
    wrong
}
