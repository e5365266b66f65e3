//! What left, and what came back.

use std::collections::BTreeSet;

use crate::history::{Attempt, Back, History, Sent};
use crate::specs::Variant;

/// Before a request leaves, another process can read that it will.
pub(super) fn nothing_leaves_without_a_durable_intent(history: &History, _: &Variant) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut used = BTreeSet::new();
    for sent in &history.sent {
        match history.attempt_of(sent) {
            None => wrong.push(format!("no open attempt: {sent:?}")),
            Some(attempt) if !used.insert(attempt.intent()) => wrong.push(format!("sent again: {sent:?}, {attempt:?}")),
            Some(attempt) => {
                let marked = |position| attempt.events.iter().any(|e| e.kind == "sending" && e.position <= position);
                if attempt.person != sent.person || attempt.events[0].kind != "intent" || !marked(sent.position) {
                    wrong.push(format!("not what was intended: {sent:?}, {attempt:?}"));
                }
            }
        }
    }
    wrong
}

/// What a process heard is in the ledger, unless it died before it could tell anybody.
pub(super) fn every_answer_is_recorded(history: &History, _: &Variant) -> Vec<String> {
    let mut wrong = Vec::new();
    for (n, process) in history.processes.iter().enumerate() {
        if process.unrecorded > 0 {
            wrong.push(format!("process {n} could not write {} answers", process.unrecorded));
        }
    }
    for sent in &history.sent {
        let process = &history.processes[sent.process];
        // A run that was interrupted twice waits for nothing, and knows that.
        let (at, back) = match &sent.back {
            Some((at, back)) => (*at, back),
            None => (process.ended, &Back::Doubt),
        };
        let told = process
            .told
            .iter()
            .any(|told| told.at >= at && told.campaign == sent.name.campaign && told.key == sent.name.key);
        let Some(attempt) = history.attempt_of(sent) else { continue };
        if (process.whole || told) && !is_recorded(attempt, sent, back) {
            wrong.push(format!("{back:?} is nowhere in {attempt:?}"));
        }
    }
    wrong
}

fn is_recorded(attempt: &Attempt, sent: &Sent, back: &Back) -> bool {
    // A refusal right after which the call was tried again is on record before that.
    attempt.events.iter().filter(|event| event.position > sent.position).any(|event| match back {
        Back::Session(session) => event.session.as_ref() == Some(session),
        Back::Refusal(code) => event.code.as_ref() == Some(code),
        Back::Doubt => matches!(event.kind.as_str(), "unknown" | "evidence"),
        Back::NotSent => matches!(event.kind.as_str(), "rejected" | "evidence"),
    })
}
