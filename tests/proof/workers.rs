//! Two workers at a time that share one run on PostgreSQL, each killed at random instants and started again.

use std::time::{Duration, Instant};

use crate::outreach::{Outreach, SHORT_WAITS, had_nothing_to_do};
use crate::postgres::Database;
use crate::provider::{Provider, weather};
use crate::random::Dice;
use crate::support::{Captured, Running};
use crate::tally::Tally;

/// A place that is always taken by a worker, one after the other, until one finds nothing to do.
pub(crate) struct Post {
    worker: Option<Running>,
    /// The processes that held it.
    processes: Vec<u32>,
    /// When its worker is killed; none: so long after its first attempt, which it has not begun yet.
    kill_at: Option<Instant>,
}

impl Post {
    pub(crate) fn new() -> Self {
        Self { worker: None, processes: Vec::new(), kill_at: None }
    }

    /// Somebody else begins.
    pub(crate) fn take(&mut self, outreach: &Outreach) {
        let worker = outreach.apply();
        self.processes.push(worker.process());
        self.worker = Some(worker);
        self.kill_at = None;
    }

    /// Looks whether its worker has ended, and starts another one unless that found nothing to do. `ended` judges.
    /// `false`: nobody works here any more.
    pub(crate) fn is_taken(&mut self, outreach: &Outreach, ended: impl Fn(&Captured) -> bool) -> bool {
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

impl Post {
    /// Most are killed while they place calls, one in four while it starts or ends.
    fn begin(&mut self, outreach: &Outreach, dice: &mut Dice) {
        self.take(outreach);
        self.kill_at = dice.percent(25).then(|| Instant::now() + Duration::from_millis(dice.any(0..1000)));
    }

    /// Kills its worker if the moment has come, and lets another one begin.
    fn maybe_kill(&mut self, outreach: &Outreach, dice: &mut Dice, tally: &mut Tally) {
        let Some(worker) = &mut self.worker else { return };
        match self.kill_at {
            None if outreach.ledger.begun_by(worker.process()) > 0 => {
                self.kill_at = Some(Instant::now() + Duration::from_millis(dice.any(0..400)));
            }
            Some(at) if Instant::now() >= at && !worker.has_ended() => {
                worker.kill();
                tally.killed(outreach.ledger.in_flight_of(worker.process()));
                self.begin(outreach, dice);
            }
            _ => {}
        }
    }
}

fn storm(seed: u64, people: usize, kills: u64) -> Tally {
    let mut dice = Dice::new(seed);
    let database = Database::fresh();
    let provider = Provider::with(&weather(people, &mut dice));
    let mut outreach = Outreach::on_server(database.url(), &provider.url, people, SHORT_WAITS);
    let mut tally = Tally::of_a_seed();
    let mut posts = [Post::new(), Post::new()];
    posts.iter_mut().for_each(|post| post.begin(&outreach, &mut dice));
    loop {
        let mut working = false;
        for post in &mut posts {
            working |= post.is_taken(&outreach, had_nothing_to_do);
            if tally.kills < kills {
                post.maybe_kill(&outreach, &mut dice, &mut tally);
            }
        }
        if !working {
            break;
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
    let total = Tally::of_kills(storm, 100);
    eprintln!("kills, two workers on PostgreSQL: {total}");
}
