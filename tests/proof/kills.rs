//! SIGKILL at random instants, and again, until everything is done.

use std::time::{Duration, Instant};

use crate::form::{Form, first_seed};
use crate::outreach::{Outreach, SHORT_WAITS, had_nothing_to_do};
use crate::provider::{Provider, weather};
use crate::random::Dice;
use crate::support::{LIMIT, Running};
use crate::tally::Tally;
use crate::verdict::Verdict;

/// Where a run is killed: so long after it was started, or after it began its first attempt.
#[derive(Debug, Clone, Copy)]
enum Moment {
    AfterStart(Duration),
    AfterFirstIntent(Duration),
}

fn moment(dice: &mut Dice) -> Moment {
    // Most of a run's time passes between its intents; one in four is killed while it starts or ends.
    if dice.percent(25) {
        Moment::AfterStart(Duration::from_millis(dice.any(1..400)))
    } else {
        Moment::AfterFirstIntent(Duration::from_micros(dice.any(0..300_000)))
    }
}

/// Waits for the moment. `false` if the run ended before.
fn reaches(run: &mut Running, outreach: &Outreach, moment: Moment) -> bool {
    let before = outreach.ledger.begun();
    let started = Instant::now();
    let mut at = match moment {
        Moment::AfterStart(after) => Some(started + after),
        Moment::AfterFirstIntent(_) => None,
    };
    loop {
        if run.has_ended() {
            return false;
        }
        if let (None, Moment::AfterFirstIntent(after)) = (at, moment)
            && outreach.ledger.begun() > before
        {
            at = Some(Instant::now() + after);
        }
        if at.is_some_and(|at| Instant::now() >= at) {
            return true;
        }
        assert!(started.elapsed() < LIMIT, "it neither began an attempt nor ended");
        // How often to look; the instant of the kill is random anyway.
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Kills runs until so many were killed or there is nothing left to do; then lets what is unknown be looked up, and
/// compares.
fn storm(seed: u64, people: usize, kills: u64) -> Tally {
    let mut dice = Dice::new(seed);
    let provider = Provider::with(&weather(people, &mut dice));
    let mut outreach = Outreach::new(&provider.url, people, SHORT_WAITS);
    let mut tally = Tally::of_a_seed();
    loop {
        let mut run = outreach.apply();
        if tally.kills < kills && reaches(&mut run, &outreach, moment(&mut dice)) {
            run.signal("KILL");
            let end = run.finish();
            // It may have ended by itself while the signal was on its way.
            if end.signal == Some(9) {
                tally.killed(outreach.ledger.in_flight());
                continue;
            }
            assert_eq!(end.signal, None, "{end}");
            if had_nothing_to_do(&end) {
                break;
            }
        } else if had_nothing_to_do(&run.finish()) {
            break;
        }
    }
    tally.come_to_an_end(&mut outreach, provider, &format!("seed {seed}"));
    tally
}

#[test]
fn a_run_that_is_killed_at_random_instants_phones_nobody_twice_and_forgets_nobody() {
    let total = Tally::of_kills(storm, 110);
    eprintln!("kills, SQLite: {total}");
}

#[test]
fn a_ledger_init_that_was_killed_is_carried_out_by_the_next_one() {
    let times = if Form::wanted() == Form::Long { 300 } else { 30 };
    let mut dice = Dice::new(first_seed());
    let provider = Provider::start(&[]);
    let outreach = Outreach::new(&provider.url, 2, "");
    let mut kills = 0;
    for _ in 0..times {
        outreach.forget_everything();
        let init = outreach.init();
        // No waiting for anything: the instant is what is random.
        std::thread::sleep(Duration::from_millis(dice.any(0..160)));
        init.signal("KILL");
        kills += u64::from(init.finish().signal == Some(9));
        outreach.init().finish().exits(0);
    }
    assert!(kills > 0, "each came to its end");
    assert_eq!(outreach.apply().finish().code, Some(0));
    let (journal, _scratch) = provider.close();
    Verdict::of(&outreach.people, &outreach.ledger.attempts(), &journal).holds("after the kills");
    eprintln!("ledger init: {kills} kills, each followed by one that succeeded");
}
