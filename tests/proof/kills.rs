//! SIGKILL at random instants, and again, until everything is done.

use std::ops::AddAssign;
use std::time::{Duration, Instant};

use crate::form::{Form, first_seed};
use crate::outreach::{Outreach, had_nothing_to_do};
use crate::provider::{Provider, weather};
use crate::random::Dice;
use crate::record;
use crate::support::{LIMIT, Running};
use crate::verdict::Verdict;

/// Where a run is killed: so long after it was started, or after it began its first attempt.
#[derive(Debug, Clone, Copy)]
enum Moment {
    AfterStart(Duration),
    AfterFirstIntent(Duration),
}

/// What was done to the runs of one or more seeds, and what came of it.
#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    seeds: u64,
    kills: u64,
    /// Kills that hit at least one attempt with an intent and no answer.
    in_flight: u64,
    /// Attempts that were hit so.
    attempts: u64,
    people: u64,
    placed: u64,
    unknown: u64,
    unknown_rang: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.seeds += other.seeds;
        self.kills += other.kills;
        self.in_flight += other.in_flight;
        self.attempts += other.attempts;
        self.people += other.people;
        self.placed += other.placed;
        self.unknown += other.unknown;
        self.unknown_rang += other.unknown_rang;
    }
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
    let before = record::begun(&outreach.ledger());
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
            && record::begun(&outreach.ledger()) > before
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

/// Kills runs until so many were killed or there is nothing left to do, lets the last one end, and compares.
fn storm(seed: u64, people: usize, kills: u64) -> Tally {
    let mut dice = Dice::new(seed);
    let provider = Provider::start(&weather(people, &mut dice));
    let outreach = Outreach::new(&provider.url, people, "");
    let ledger = outreach.ledger();
    let mut tally = Tally { seeds: 1, people: people as u64, ..Tally::default() };
    loop {
        let mut run = outreach.apply();
        if tally.kills < kills && reaches(&mut run, &outreach, moment(&mut dice)) {
            run.signal("KILL");
            let end = run.finish();
            // It may have ended by itself while the signal was on its way.
            if end.signal == Some(9) {
                let hit = record::in_flight(&ledger);
                tally.kills += 1;
                tally.in_flight += u64::from(hit > 0);
                tally.attempts += hit;
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
    let (journal, _scratch) = provider.close();
    let verdict = Verdict::of(&outreach.people, &record::attempts(&ledger), &journal);
    verdict.holds(&format!("seed {seed}, {tally:?}"));
    tally.placed = verdict.placed;
    tally.unknown = verdict.unknown_rang + verdict.unknown_silent;
    tally.unknown_rang = verdict.unknown_rang;
    tally
}

#[test]
fn a_run_that_is_killed_at_random_instants_phones_nobody_twice_and_forgets_nobody() {
    let mut total = Tally::default();
    let started = Instant::now();
    match Form::wanted() {
        Form::Short => {
            total += storm(first_seed(), 110, 20);
            assert!(total.kills >= 20 && total.in_flight >= 5, "too little was tried: {total:?}");
        }
        Form::Long => {
            for seed in first_seed().. {
                total += storm(seed, 400, u64::MAX);
                if total.kills >= 300 && total.in_flight >= 100 {
                    break;
                }
            }
        }
    }
    eprintln!(
        "kills: {} ({} with an intent in flight, {} attempts hit), seeds from {}: {}, people: {}, placed: {}, unknown: {} \
         (of these {} rang), phoned twice: 0, lost: 0, in {} s",
        total.kills,
        total.in_flight,
        total.attempts,
        first_seed(),
        total.seeds,
        total.people,
        total.placed,
        total.unknown,
        total.unknown_rang,
        started.elapsed().as_secs(),
    );
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
    Verdict::of(&outreach.people, &record::attempts(&outreach.ledger()), &journal).holds("after the kills");
    eprintln!("ledger init: {kills} kills, each followed by one that succeeded");
}
