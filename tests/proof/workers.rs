//! Two workers at a time that share one run on PostgreSQL, each killed at random instants and started again.

use std::time::{Duration, Instant};

use crate::form::{Form, first_seed};
use crate::outreach::{Outreach, SHORT_WAITS, had_nothing_to_do};
use crate::postgres::Database;
use crate::provider::{Provider, weather};
use crate::random::Dice;
use crate::support::{LIMIT, Running};
use crate::tally::Tally;

/// A place that is always taken by a worker, one after the other, until one finds nothing to do.
pub(crate) struct Post {
    worker: Option<Running>,
    /// The processes that held it.
    processes: Vec<u32>,
    kill_at: Instant,
}

impl Post {
    pub(crate) fn new() -> Self {
        Self { worker: None, processes: Vec::new(), kill_at: Instant::now() }
    }

    /// Somebody else begins.
    pub(crate) fn take(&mut self, outreach: &Outreach) {
        let worker = outreach.apply();
        self.processes.push(worker.process());
        self.worker = Some(worker);
    }

    /// Looks whether its worker has ended, and starts another one unless that found nothing to do. `ended` judges.
    /// `false`: nobody works here any more.
    pub(crate) fn is_taken(&mut self, outreach: &Outreach, ended: impl Fn(&crate::support::Captured) -> bool) -> bool {
        let Some(worker) = &mut self.worker else { return false };
        if !worker.has_ended() {
            return true;
        }
        let end = self.worker.take().map(Running::finish);
        if end.is_some_and(|end| ended(&end)) {
            return false;
        }
        self.take(outreach);
        true
    }

    /// How many sessions its processes have written down.
    pub(crate) fn placed(&self, outreach: &Outreach) -> u64 {
        let by = outreach.ledger.placed_by();
        self.processes.iter().filter_map(|process| by.get(process)).sum()
    }
}

/// How long a process of this build takes until it places its first call, here and now.
fn warm_up(outreach: &Outreach) -> Duration {
    let started = Instant::now();
    let run = outreach.apply();
    while outreach.ledger.begun() == 0 {
        assert!(started.elapsed() < LIMIT, "it does not begin");
    }
    let warm = started.elapsed();
    run.signal("TERM");
    had_nothing_to_do(&run.finish());
    warm
}

fn storm(seed: u64, people: usize, kills: u64) -> Tally {
    let mut dice = Dice::new(seed);
    let database = Database::fresh();
    let provider = Provider::with(&weather(people, &mut dice));
    let mut outreach = Outreach::on_server(database.url(), &provider.url, people, SHORT_WAITS);
    let mut tally = Tally::of_a_seed();
    let warm = u64::try_from(warm_up(&outreach).as_millis()).unwrap();
    // One in four is killed while it starts; the others while they place calls.
    let mut life = || match dice.percent(25) {
        true => Duration::from_millis(dice.any(0..warm)),
        false => Duration::from_millis(warm + dice.any(0..600)),
    };
    let mut posts = [Post::new(), Post::new()];
    for post in &mut posts {
        post.take(&outreach);
        post.kill_at = Instant::now() + life();
    }
    while !posts.iter().all(|post| post.worker.is_none()) {
        for post in &mut posts {
            let due = tally.kills < kills && Instant::now() >= post.kill_at;
            let Some(worker) = post.worker.as_mut().filter(|_| due) else {
                post.is_taken(&outreach, had_nothing_to_do);
                continue;
            };
            if worker.has_ended() {
                post.is_taken(&outreach, had_nothing_to_do);
            } else {
                worker.kill();
                tally.killed(outreach.ledger.in_flight_of(worker.process()));
                post.take(&outreach);
            }
            post.kill_at = Instant::now() + life();
        }
        // How often to look; the instants are random anyway.
        std::thread::sleep(Duration::from_millis(2));
    }
    tally.come_to_an_end(&mut outreach, provider, &format!("seed {seed}"));
    let placed = posts.map(|post| post.placed(&outreach));
    assert!(placed.iter().all(|placed| *placed > 0), "one of the two placed all: {placed:?}");
    eprintln!("seed {seed}: the workers of one post placed {}, those of the other {}", placed[0], placed[1]);
    tally
}

#[test]
fn two_workers_that_are_killed_at_random_instants_phone_nobody_twice_and_forget_nobody() {
    let mut total = Tally::default();
    match Form::wanted() {
        Form::Short => {
            total += storm(first_seed(), 100, 20);
            assert!(total.kills >= 10 && total.in_flight >= 2, "too little was tried: {total}");
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
    eprintln!("kills, two workers on PostgreSQL: {total}");
}
