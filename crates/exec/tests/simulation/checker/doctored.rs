//! A checker that sees nothing would prove nothing: each promise is shown a history in which it was broken.

use std::time::Duration;

use super::broken;
use crate::history::{Decision, Event, History, Name, Order};
use crate::scenario::Scenario;
use crate::scene::play;
use crate::specs::{self, Variant};

/// A quiet world, in which nothing is broken, and what would be said of it after a change.
struct Quiet {
    variant: Variant,
    history: History,
}

impl Quiet {
    fn new() -> Self {
        let mut variants = Variant::all();
        let scenario = Scenario::quiet(&variants);
        let history = play(&scenario, &variants, false).history;
        let variant = variants.swap_remove(scenario.variant);
        assert_eq!(broken(&history, &variant), []);
        assert!(history.sessions.len() > 20, "{}", history.sessions.len());
        Self { variant, history }
    }

    /// Changes it, and sees that this promise counts as broken.
    #[track_caller]
    fn breaks(&self, promise: &str, change: impl Fn(&mut History)) {
        let mut history = self.history.clone();
        change(&mut history);
        let broken = broken(&history, &self.variant);
        assert!(broken.iter().any(|broken| broken.promise == promise), "{promise}: {broken:#?}");
    }
}

/// The first call of a campaign.
fn first_of(history: &History, campaign: &str) -> usize {
    history.sent.iter().position(|sent| sent.name.campaign == campaign).unwrap()
}

fn attempt_of(history: &History, sent: usize) -> usize {
    let sent = &history.sent[sent];
    history.attempts.iter().position(|a| a.name == sent.name && a.timestamp == sent.timestamp).unwrap()
}

fn event(position: i64, kind: &str) -> Event {
    let kind = kind.to_owned();
    Event {
        position,
        kind,
        session: None,
        code: None,
        placed: false,
        inferred: false,
        outcome: None,
        ended: None,
        permanent: false,
    }
}

#[test]
fn a_call_that_is_placed_twice_is_seen() {
    Quiet::new().breaks("no call is placed twice", |history| {
        let again = crate::history::Session { id: "f".repeat(32), ..history.sessions[3].clone() };
        history.sessions.push(again);
    });
}

#[test]
fn a_call_that_is_lost_is_seen() {
    let quiet = Quiet::new();
    let promise = "no call is lost";
    quiet.breaks(promise, |history| {
        let person = history.sent[0].person;
        history.attempts.retain(|attempt| attempt.person != person);
    });
    quiet.breaks(promise, |history| drop(history.sessions.remove(2)));
    quiet.breaks(promise, |history| history.settled = false);
    quiet.breaks(promise, |history| {
        let name = Name { environment: 0, campaign: "walk-in".into(), key: "P-99".into() };
        history.wanted.push((name, 99));
    });
}

#[test]
fn a_session_that_the_ledger_takes_for_nothing_is_seen() {
    let quiet = Quiet::new();
    let promise = "every session is known";
    quiet.breaks(promise, |history| history.attempts[0].events[2].kind = "rejected".into());
    quiet.breaks(promise, |history| history.attempts[0].events[2].session = Some("f".repeat(32)));
    quiet.breaks(promise, |history| drop(history.attempts.remove(0)));
}

#[test]
fn an_answer_that_is_not_recorded_is_seen() {
    let quiet = Quiet::new();
    let promise = "every answer is recorded";
    quiet.breaks(promise, |history| history.attempts[0].events[2] = event(history.attempts[0].intent() + 9, "unknown"));
    quiet.breaks(promise, |history| history.processes[0].unrecorded = 1);
    // Also where the process died, once people were told.
    quiet.breaks(promise, |history| {
        let process = history.sent[0].process;
        history.processes[process].whole = false;
        history.attempts[0].events.truncate(2);
    });
}

#[test]
fn a_request_without_an_intent_or_with_a_used_one_is_seen() {
    let quiet = Quiet::new();
    let promise = "nothing leaves without a durable intent";
    quiet.breaks(promise, |history| history.sent[1].position = history.attempts[1].intent() - 1);
    quiet.breaks(promise, |history| history.sent[1].position = history.attempts[1].intent());
    quiet.breaks(promise, |history| history.sent.push(history.sent[1].clone()));
    quiet.breaks(promise, |history| history.sent[1].timestamp += 1);
}

#[test]
fn a_call_at_night_is_seen() {
    let quiet = Quiet::new();
    let promise = "nothing leaves outside its window";
    let hours = |n: u32| Duration::from_secs(3600) * n;
    quiet.breaks(promise, |history| {
        let sent = first_of(history, "first");
        history.sent[sent].timestamp += 12 * 3600;
    });
    quiet.breaks(promise, |history| {
        history.clocks_jump = true;
        let sent = first_of(history, "first");
        history.sent[sent].at += hours(12);
        history.sessions.iter_mut().filter(|session| session.sent == Some(sent)).for_each(|its| its.at += hours(12));
    });
}

#[test]
fn a_person_who_is_phoned_too_often_is_seen() {
    let quiet = Quiet::new();
    let promise = "nothing goes beyond a ceiling";
    quiet.breaks(promise, |history| {
        // Somebody else's key and number in the place of the first one's.
        let (one, other) = (first_of(history, "first"), first_of(history, "first") + 1);
        let (one, other) = (attempt_of(history, one), attempt_of(history, other));
        history.attempts[other].person = history.attempts[one].person;
    });
    quiet.breaks(promise, |history| {
        let sent = first_of(history, "first");
        let mut again = history.sessions.iter().find(|session| session.sent == Some(sent)).unwrap().clone();
        again.at += Duration::from_secs(3600);
        history.sessions.push(again);
    });
    quiet.breaks(promise, |history| history.attempts.iter_mut().for_each(|attempt| attempt.run = "1".into()));
}

#[test]
fn two_attempts_at_once_for_one_person_are_seen() {
    let quiet = Quiet::new();
    let promise = "one attempt at a time for one person";
    quiet.breaks(promise, |history| {
        let person = history.attempts[0].person;
        history.attempts[0].events[2].kind = "unknown".into();
        history.attempts[7].person = person;
    });
    quiet.breaks(promise, |history| {
        history.attempts[7].person = history.attempts[0].person;
        history.attempts[7].timestamp = history.attempts[0].timestamp + 60;
        // Nobody had said that it was over.
        history.attempts[0].events.retain(|event| !matches!(event.kind.as_str(), "over" | "outcome"));
    });
    quiet.breaks(promise, |history| {
        let again = crate::history::Session { id: "f".repeat(32), ..history.sessions[3].clone() };
        history.sessions.push(again);
    });
}

#[test]
fn a_call_against_an_order_is_seen() {
    let quiet = Quiet::new();
    let promise = "nothing leaves against an order";
    let before = |history: &History| history.attempts[0].intent() - 1;
    quiet.breaks(promise, |history| {
        history.orders.insert(0, (before(history), Order::Suppress(history.attempts[0].person)));
    });
    for campaign in [None, Some("first")] {
        quiet.breaks(promise, |history| {
            let environment = history.attempts[0].name.environment;
            history.attempts[0].name.campaign = "first".into();
            history.orders.insert(0, (before(history), Order::Stop(environment, campaign)));
        });
    }
    quiet.breaks(promise, |history| {
        let sent = first_of(history, "first");
        let attempt = attempt_of(history, sent);
        history.attempts[attempt].person = 3;
        assert!(specs::is_on_the_list(3));
    });
    quiet.breaks(promise, |history| {
        history.attempts[0].events[2].code = Some("FailedOperation.CalleeIsBlackUser".into());
        history.attempts[9].person = history.attempts[0].person;
    });
}

#[test]
fn a_call_of_a_process_that_is_dead_or_does_not_hold_the_run_is_seen() {
    let quiet = Quiet::new();
    let promise = "nothing leaves without the run";
    quiet.breaks(promise, |history| {
        let process = history.sent[2].process;
        history.processes[process].ended = history.sent[2].at - Duration::from_millis(1);
    });
    quiet.breaks(promise, |history| history.attempts[1].run = "another".into());
    quiet.breaks(promise, |history| history.sent[2].process += 1);
    quiet.breaks(promise, |history| {
        let (before, run) = (history.attempts[1].intent() - 1, history.attempts[1].run.clone());
        history.unlocked.push((before, run));
    });
}

#[test]
fn too_many_requests_in_a_second_are_seen() {
    let quiet = Quiet::new();
    let promise = "the pace is kept";
    quiet.breaks(promise, |history| {
        let at = history.sent[0].at;
        history.sent[..=specs::PER_SECOND].iter_mut().for_each(|sent| sent.at = at);
    });
    quiet.breaks(promise, |history| {
        let asked = (0, "DescribeTelCdr".to_owned(), Duration::ZERO);
        history.asked.extend(std::iter::repeat_n(asked, specs::PER_SECOND + 1));
    });
}

#[test]
fn too_many_requests_at_once_are_seen() {
    let quiet = Quiet::new();
    let promise = "no more is under way than may be";
    let long = |history: &mut History, sent: usize| {
        history.sent[sent].back.as_mut().unwrap().0 += Duration::from_secs(30 * 24 * 3600);
    };
    quiet.breaks(promise, |history| (0..history.sent.len()).for_each(|sent| long(history, sent)));
    quiet.breaks(promise, |history| {
        let own = |sent: &usize| history.sent[*sent].name.campaign == "second";
        let all: Vec<usize> = (0..history.sent.len()).filter(own).collect();
        all.into_iter().for_each(|sent| long(history, sent));
    });
}

/// A call that was made again: its first attempt and its second one, among attempts, and their sessions.
fn tried_again(history: &History) -> ([usize; 2], [usize; 2]) {
    let session = |attempt: usize| {
        let id = history.attempts[attempt].session();
        history.sessions.iter().position(|session| Some(session.id.as_str()) == id)
    };
    let attempts = 0..history.attempts.len();
    let pairs = attempts.clone().flat_map(|first| attempts.clone().skip(first + 1).map(move |second| (first, second)));
    let again = pairs.filter(|(first, second)| history.attempts[*first].name == history.attempts[*second].name);
    let both = |(first, second)| Some(([first, second], [session(first)?, session(second)?]));
    again.filter_map(both).next().unwrap()
}

fn outcome_of(history: &mut History, attempt: usize) -> &mut Event {
    history.attempts[attempt].events.iter_mut().find(|event| event.outcome.is_some()).unwrap()
}

#[test]
fn a_call_that_is_made_again_for_no_reason_or_too_early_or_too_often_is_seen() {
    let quiet = Quiet::new();
    let promise = "nobody is tried again too early or too often";
    let ([first, second], [session, _]) = tried_again(&quiet.history);
    quiet.breaks(promise, |history| outcome_of(history, first).outcome = Some("answered".into()));
    quiet.breaks(promise, |history| history.attempts[first].events.retain(|event| event.outcome.is_none()));
    quiet.breaks(promise, |history| outcome_of(history, first).position = history.attempts[second].intent() + 1);
    quiet.breaks(promise, |history| outcome_of(history, first).ended = Some(history.attempts[second].timestamp * 1000));
    quiet.breaks(promise, |history| history.sessions[session].ended += Duration::from_secs(30 * 24 * 3600));
    let most = quiet.variant.rules(&quiet.history.attempts[first].name.campaign).retry.unwrap().most;
    quiet.breaks(promise, |history| {
        let again = history.attempts[first].clone();
        history.attempts.splice(0..0, std::iter::repeat_n(again, most));
    });
    quiet.breaks(promise, |history| {
        let again = history.sessions[session].clone();
        history.sessions.splice(0..0, std::iter::repeat_n(again, most));
    });
}

#[test]
fn a_call_that_is_made_again_after_somebody_answered_is_seen() {
    let quiet = Quiet::new();
    let promise = "no call is placed twice";
    let (_, [session, _]) = tried_again(&quiet.history);
    quiet.breaks(promise, |history| history.sessions[session].records[0].status = 232);
    quiet.breaks(promise, |history| history.sessions[session].accepted = true);
    quiet.breaks(promise, |history| {
        let its = &mut history.sessions[session];
        let answered = crate::history::Record { status: 232, ..its.records[0].clone() };
        its.records.push(answered);
    });
}

#[test]
fn a_call_that_is_not_made_again_although_it_should_be_is_seen() {
    let quiet = Quiet::new();
    let ([_, second], _) = tried_again(&quiet.history);
    quiet.breaks("no call is lost", |history| drop(history.attempts.remove(second)));
}

#[test]
fn a_call_to_a_number_that_is_gone_is_seen() {
    Quiet::new().breaks("nothing leaves against an order", |history| {
        let gone =
            history.attempts.iter().position(|attempt| attempt.events.iter().any(|event| event.outcome.is_some()));
        let gone = gone.unwrap();
        outcome_of(history, gone).outcome = Some("numberNotExist".into());
        let last = history.attempts.last().unwrap().clone();
        history.attempts.push(crate::history::Attempt { person: history.attempts[gone].person, ..last });
    });
}

#[test]
fn a_wrong_word_of_a_person_excuses_no_call_but_that_one() {
    let quiet = Quiet::new();
    let again = |history: &mut History, session: usize| {
        let again = crate::history::Session { id: "f".repeat(32), ..history.sessions[session].clone() };
        history.sessions.push(again);
    };
    let denied = |history: &mut History, session: usize| {
        let sent = &history.sent[history.sessions[session].sent.unwrap()];
        let (name, timestamp) = (sent.name.clone(), sent.timestamp);
        history.decisions.push(Decision { name, timestamp, placed: false });
    };
    quiet.breaks("no call is placed twice", |history| {
        denied(history, 4);
        again(history, 3);
    });
    quiet.breaks("every session is known", |history| {
        denied(history, 4);
        history.attempts[0].events[2].kind = "rejected".into();
    });
    quiet.breaks("no call is lost", |history| {
        denied(history, 4);
        drop(history.sessions.remove(2));
    });
}
