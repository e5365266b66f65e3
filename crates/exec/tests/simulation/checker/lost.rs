//! Truth and ledger, side by side.

use crate::clock::unix;
use crate::history::{Attempt, History, Name, Order, Standing};
use crate::scenario::Class;
use crate::specs::{self, Variant};

/// Longer than a conversation is taken to go on, with all limits or without.
const TALKING: i64 = 2 * 3600;

/// Calls that count as placed although nobody was phoned for them.
pub(crate) fn missed(history: &History) -> usize {
    let placed = history.attempts.iter().filter(|attempt| attempt.last() == Standing::Placed);
    placed.filter(|attempt| !rang(history, attempt)).count()
}

fn rang(history: &History, attempt: &Attempt) -> bool {
    history.ours().any(|(_, sent)| {
        sent.name == attempt.name && sent.timestamp == attempt.timestamp && sent.position >= attempt.intent()
    })
}

/// Whoever is to be phoned has been, was refused, is unknown, or waits for a reason; and whoever counts as phoned was.
pub(super) fn no_call_is_lost(history: &History, variant: &Variant) -> Vec<String> {
    let mut lost = Vec::new();
    if !history.settled {
        lost.push("after many calm runs there is still something to place".to_owned());
    }
    for (name, person) in &history.wanted {
        if let Some(open) = unexplained(history, variant, name, *person) {
            lost.push(format!("{name:?}, person {person}: {open}"));
        }
    }
    // Another system's call may be taken for ours.
    if history.class != Class::Strangers {
        for attempt in history.attempts.iter().filter(|attempt| attempt.last() == Standing::Placed) {
            if !rang(history, attempt) {
                lost.push(format!("counts as placed, and never rang: {attempt:?}"));
            }
        }
    }
    lost
}

/// What is wrong with a call's end, if anything.
fn unexplained(history: &History, variant: &Variant, name: &Name, person: usize) -> Option<String> {
    let own: Vec<&Attempt> = history.attempts.iter().filter(|attempt| attempt.name == *name).collect();
    let again = super::retries::is_wanted_again(history, variant, name);
    if own.last().is_some_and(|last| last.last() != Standing::NotPlaced) && !again {
        return None;
    }
    // Refused attempts don't count: one that rang before them may have been the last.
    let used = own.iter().filter(|attempt| attempt.last() == Standing::Placed).count();
    if used > 0 && used >= variant.rules(&name.campaign).retry.map_or(1, |retry| retry.most) {
        return None;
    }
    let permanent = own.last().is_some_and(|last| last.events.iter().any(|event| event.permanent));
    let rules = variant.rules(&name.campaign);
    let (most, every) = rules.ceiling();
    let now = unix(history.end);
    let others = history.attempts.iter().filter(|attempt| attempt.person == person);
    let rung: Vec<&Attempt> = others.filter(|attempt| attempt.last() != Standing::NotPlaced).collect();
    let within = |seconds: i64| rung.iter().filter(|attempt| attempt.timestamp > now - seconds).count();
    let explained = permanent
        || (rules.do_not_call && specs::is_on_the_list(person))
        || is_suppressed(history, person)
        || super::orders::is_stopped(history, name, i64::MAX)
        || rung.iter().any(|attempt| attempt.last() == Standing::Open)
        || within(i64::try_from(every.as_secs()).unwrap()) >= most
        || within(TALKING) > 0;
    (!explained).then(|| format!("was not placed, or not again, for no reason: {own:?}"))
}

fn is_suppressed(history: &History, person: usize) -> bool {
    let ordered = |(_, order): &(i64, Order)| matches!(order, Order::Suppress(other) if *other == person);
    let refused = |attempt: &Attempt| {
        attempt.person == person
            && attempt.events.iter().any(|event| event.code.as_deref() == Some(super::orders::BLACK))
    };
    let gone = super::retries::is_gone(history, person, i64::MAX);
    gone || history.orders.iter().any(ordered) || history.attempts.iter().any(refused)
}

/// What rang because of us is on record, under the call that it was, and never as not placed.
pub(super) fn every_session_is_known(history: &History, _: &Variant) -> Vec<String> {
    let mut unknown = Vec::new();
    for (session, sent) in history.ours() {
        let Some(attempt) = history.attempt_of(sent) else {
            unknown.push(format!("{session:?} belongs to no attempt"));
            continue;
        };
        let by_records = attempt.events.iter().any(|event| event.kind == "resolved" && event.inferred);
        let right = match attempt.last() {
            Standing::Open => true,
            Standing::NotPlaced => history.class == Class::LateRecords && by_records,
            Standing::Placed => match attempt.session() {
                // A person's word.
                None => attempt.events.iter().any(|event| event.kind == "resolved" && !event.inferred),
                Some(claimed) => claimed == session.id || (history.class == Class::Strangers && by_records),
            },
        };
        if !right {
            unknown.push(format!("{session:?} is not what the ledger says: {attempt:?}"));
        }
    }
    unknown
}
