//! Calling somebody again: after which end, when, how often; and that it is not forgotten.

use crate::clock::unix;
use crate::history::{Attempt, History, Name, Sent, Session, Standing};
use crate::scenario::Class;
use crate::specs::{Retry, Variant};

/// After these ends the number is never phoned again, by any campaign.
const GONE: [&str; 4] = ["numberNotExist", "numberInvalid", "blockedCallee", "restrictedCallee"];

/// Calls that rang again after something other than an end that asks for it.
pub(crate) fn duplicates(history: &History, variant: &Variant) -> Vec<String> {
    let mut twice = Vec::new();
    for (first, second) in pairs(history) {
        let ((one, its), (other, again)) = (first, second);
        let retry = variant.rules(&its.name.campaign).retry;
        let asked = one.sent != other.sent && retry.is_some_and(|retry| one.asks_for(&retry));
        // A stranger's call that was taken for ours has an end of its own.
        let mistaken = || history.class == Class::Strangers && is_another(history, one, its);
        if !asked && !mistaken() {
            twice.push(format!("rang again: {one:?}, then {other:?}, {again:?}"));
        }
    }
    twice
}

/// Further attempts that were allowed and rang.
pub(crate) fn retried(history: &History, variant: &Variant) -> usize {
    let asked =
        |one: &Session, its: &Sent| variant.rules(&its.name.campaign).retry.is_some_and(|retry| one.asks_for(&retry));
    pairs(history).filter(|((one, its), (other, _))| one.sent != other.sent && asked(one, its)).count()
}

type Rung<'h> = (&'h Session, &'h Sent);

/// Of all that rang for a call, each and the next one.
fn pairs(history: &History) -> impl Iterator<Item = (Rung<'_>, Rung<'_>)> {
    let mut ours: Vec<Rung<'_>> = history.ours().collect();
    ours.sort_by_key(|(session, sent)| (&sent.name, session.at));
    let pairs: Vec<_> = ours.windows(2).map(|pair| (pair[0], pair[1])).collect();
    pairs.into_iter().filter(|((_, one), (_, other))| one.name == other.name)
}

fn is_another(history: &History, session: &Session, sent: &Sent) -> bool {
    history.attempt_of(sent).and_then(Attempt::session).is_some_and(|claimed| claimed != session.id)
}

/// By what the ledger had read back when it wrote each intent, and in truth.
pub(super) fn nobody_is_tried_again_too_early_or_too_often(history: &History, variant: &Variant) -> Vec<String> {
    let mut wrong = Vec::new();
    for attempt in &history.attempts {
        let retry = variant.rules(&attempt.name.campaign).retry;
        let earlier = history.attempts.iter().filter(|other| other.name == attempt.name);
        let earlier = earlier.filter(|other| other.standing(attempt.intent() - 1) == Some(Standing::Placed));
        let rung: Vec<&Attempt> = earlier.collect();
        if !rung.is_empty() && rung.len() >= retry.map_or(1, |retry| retry.most) {
            wrong.push(format!("after {} attempts: {attempt:?}", rung.len()));
        }
        let Some(last) = rung.last() else { continue };
        let known = |retry: &Retry| {
            last.events.iter().filter(|event| event.position < attempt.intent()).any(|event| {
                event.outcome.as_deref().is_some_and(|outcome| retry.when.contains(&outcome))
                    // A refused attempt in between was not too early; a clock that was put back changes nothing.
                    && (history.clocks_differ || event.ended.is_some_and(|ended| is_due(retry, ended, attempt.timestamp)))
            })
        };
        if !retry.is_some_and(|retry| known(&retry)) {
            wrong.push(format!("not asked for, or too early: {attempt:?} after {last:?}"));
        }
    }
    if history.class == Class::LateRecords {
        return wrong;
    }
    let ours: Vec<Rung<'_>> = history.ours().collect();
    for (n, (session, sent)) in ours.iter().enumerate() {
        let Some(retry) = variant.rules(&sent.name.campaign).retry else { continue };
        if ours[..n].iter().filter(|(_, other)| other.name == sent.name).count() >= retry.most {
            wrong.push(format!("in truth, too often: {session:?}, {sent:?}"));
        }
    }
    for ((one, its), (other, again)) in pairs(history).filter(|_| !history.clocks_differ) {
        let Some(retry) = variant.rules(&its.name.campaign).retry else { continue };
        let shown = (unix(one.ended) + history.provider_ahead) * 1000;
        if !is_due(&retry, shown, again.timestamp) && !is_another(history, one, its) {
            wrong.push(format!("in truth, too early: {other:?}, {again:?} after {one:?}"));
        }
    }
    wrong
}

/// `ended` in milliseconds, `timestamp` in seconds.
fn is_due(retry: &Retry, ended: i64, timestamp: i64) -> bool {
    timestamp >= ended / 1000 + i64::try_from(retry.wait.as_secs()).unwrap()
}

/// Whether a call that rang is to be made again by now: by the session that the ledger has for it.
pub(super) fn is_wanted_again(history: &History, variant: &Variant, name: &Name) -> bool {
    let Some(retry) = variant.rules(&name.campaign).retry else { return false };
    let own: Vec<&Attempt> = history.attempts.iter().filter(|attempt| attempt.name == *name).collect();
    let rung = own.iter().filter(|attempt| attempt.last() != Standing::NotPlaced);
    let Some(last) = own.last().filter(|last| last.last() == Standing::Placed) else { return false };
    let session = last.session().and_then(|id| history.sessions.iter().find(|session| session.id == id));
    rung.count() < retry.most && session.is_some_and(|session| session.asks_for(&retry))
}

/// The provider's record of some call said, before that position, that this number is gone for good.
pub(super) fn is_gone(history: &History, person: usize, before: i64) -> bool {
    let theirs = history.attempts.iter().filter(|attempt| attempt.person == person);
    let mut events = theirs.flat_map(|attempt| &attempt.events).filter(|event| event.position < before);
    events.any(|event| event.outcome.as_deref().is_some_and(|outcome| GONE.contains(&outcome)))
}
