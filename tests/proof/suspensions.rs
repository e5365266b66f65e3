//! A run that is stopped (SIGSTOP) and goes on later, as on a laptop whose lid was closed.
//!
//! The minutes after which the provider itself refuses an old request can't be waited for here; a clock that jumps is
//! tested in `exec`.

use std::time::{Duration, Instant};

use crate::form::{Form, first_seed};
use crate::outreach::{Outreach, had_nothing_to_do};
use crate::provider::{Provider, slow, weather};
use crate::random::Dice;
use crate::support::until;
use crate::verdict::Verdict;

/// While it is stopped another one is started, which must not take over what only seems to be abandoned.
#[test]
fn a_run_that_was_stopped_goes_on_and_nobody_else_takes_its_place_meanwhile() {
    let provider = Provider::start(&slow(100));
    let outreach = Outreach::new(&provider.url, 12, "");
    let run = outreach.apply();
    until("a request is under way", || (outreach.ledger.in_flight() > 0).then_some(()));
    run.signal("STOP");
    let under_way = outreach.ledger.in_flight();
    let refused = outreach.apply().finish();
    assert_eq!(refused.code, Some(4), "{refused}");
    assert!(refused.stderr.contains("another run holds the ledger"), "{refused}");
    assert_eq!(outreach.ledger.in_flight(), under_way, "what the stopped run has under way is its own");
    run.signal("CONT");
    let end = run.finish();
    assert_eq!(end.code, Some(0), "{end}");
    let (journal, _scratch) = provider.close();
    let verdict = Verdict::of(&outreach.people, &outreach.ledger.attempts(), &journal);
    verdict.holds("stopped once");
    assert_eq!(verdict.placed, 12, "an answer that came meanwhile was lost: {verdict}");
}

/// Stopped for longer than an answer may take: those that came meanwhile lie ready, and nobody is phoned again.
#[test]
fn a_run_that_was_stopped_for_longer_than_it_waits_for_an_answer_sends_nothing_again() {
    let provider = Provider::start(&slow(400));
    let outreach = Outreach::new(&provider.url, 6, "  requestTimeout: 1s\n");
    let run = outreach.apply();
    until("a request is under way", || (outreach.ledger.in_flight() > 0).then_some(()));
    run.signal("STOP");
    let stopped = Instant::now();
    // Time itself is what must pass here.
    until("its time-out has passed", || (stopped.elapsed() > Duration::from_millis(1500)).then_some(()));
    run.signal("CONT");
    had_nothing_to_do(&run.finish());
    until("nothing is left to do", || had_nothing_to_do(&outreach.apply().finish()).then_some(()));
    let (journal, _scratch) = provider.close();
    let verdict = Verdict::of(&outreach.people, &outreach.ledger.attempts(), &journal);
    verdict.holds("stopped beyond the time-out");
    assert_eq!(verdict.placed, 6, "an answer that came meanwhile was lost: {verdict}");
}

/// Stopped wherever it happens to be, again and again; at last killed while it is stopped.
#[test]
fn a_run_that_is_stopped_at_random_instants_and_killed_while_it_is_stopped_phones_nobody_twice() {
    let stops = if Form::wanted() == Form::Long { 100 } else { 10 };
    let mut dice = Dice::new(first_seed());
    let people = 60;
    let provider = Provider::with(&weather(people, &mut dice));
    let outreach = Outreach::new(&provider.url, people, "");
    let (mut done, mut killed, mut over) = (0, 0, false);
    while !over && done < stops {
        let mut run = outreach.apply();
        while !run.has_ended() && done < stops {
            // No waiting for anything: the instants are what is random.
            std::thread::sleep(Duration::from_millis(dice.any(1..120)));
            run.signal("STOP");
            done += 1;
            std::thread::sleep(Duration::from_millis(dice.any(1..120)));
            if dice.percent(20) {
                run.signal("KILL");
                killed += 1;
                break;
            }
            run.signal("CONT");
        }
        let end = run.finish();
        over = end.signal.is_none() && had_nothing_to_do(&end);
    }
    until("nothing is left to do", || had_nothing_to_do(&outreach.apply().finish()).then_some(()));
    let (journal, _scratch) = provider.close();
    let verdict = Verdict::of(&outreach.people, &outreach.ledger.attempts(), &journal);
    verdict.holds(&format!("seed {}, {done} stops, {killed} kills", first_seed()));
    eprintln!("stops: {done}, killed while stopped: {killed}; {verdict}");
}
