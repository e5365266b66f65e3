//! PostgreSQL itself is killed, as by a power cut, and started again, while two workers place calls.

use std::time::{Duration, Instant};

use crate::form::{Form, first_seed};
use crate::outreach::{Outreach, SHORT_WAITS, had_nothing_to_do};
use crate::postgres::Server;
use crate::provider::{Provider, delayed};
use crate::random::Dice;
use crate::support::Captured;
use crate::tally::Tally;
use crate::workers::Post;

/// Whether a worker found nothing left to place; one that could not reach its ledger says so and has placed nothing
/// more.
fn ended(end: &Captured) -> bool {
    let gone = end.stderr.contains("can't be reached");
    // Every answer that came while there was no server is written down when it is back, not only shown.
    assert!(!end.stderr.contains("could not be written into the ledger"), "{end}");
    if gone {
        assert!(matches!(end.code, Some(1 | 3)), "{end}");
        return false;
    }
    had_nothing_to_do(end)
}

fn storm(seed: u64, people: usize, outages: u64) -> Tally {
    let mut dice = Dice::new(seed);
    let server = Server::start();
    // All answers arrive: whatever is lost is lost by callform.
    let provider = Provider::start(&delayed(people, &mut dice));
    let mut outreach = Outreach::on_server(server.url(), &provider.url, people, SHORT_WAITS);
    let mut tally = Tally::of_a_seed();
    let mut posts = [Post::new(), Post::new()];
    posts.iter_mut().for_each(|post| post.take(&outreach));
    let mut begun = outreach.ledger.begun();
    let mut kill_at = None;
    loop {
        let working = posts.iter_mut().map(|post| post.is_taken(&outreach, ended)).filter(|taken| *taken).count();
        if working == 0 {
            break;
        }
        if tally.kills < outages && kill_at.is_none() && outreach.ledger.begun() > begun {
            kill_at = Some(Instant::now() + Duration::from_millis(dice.any(0..500)));
        }
        if kill_at.is_some_and(|at| Instant::now() >= at) {
            kill_at = None;
            server.kill();
            // Nobody waits for anything: how long it is gone is random.
            std::thread::sleep(Duration::from_millis(dice.any(0..500)));
            server.start_again();
            tally.killed(outreach.ledger.in_flight());
            begun = outreach.ledger.begun();
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    tally.come_to_an_end(&mut outreach, provider, &format!("seed {seed}"));
    // No worker was killed, so whatever the provider answered has arrived, and must be in the ledger.
    let attempts = outreach.ledger.attempts();
    let lost: Vec<_> = attempts.iter().filter(|attempt| attempt.state.is_placed() && !attempt.answered).collect();
    assert!(lost.is_empty(), "answers that came while PostgreSQL was gone were lost: {lost:#?}");
    let placed = posts.map(|post| post.placed(&outreach));
    assert!(placed.iter().all(|placed| *placed > 0), "one of the two placed all: {placed:?}");
    eprintln!("seed {seed}: the workers of one post placed {}, those of the other {}", placed[0], placed[1]);
    tally
}

#[test]
fn a_server_that_is_killed_under_two_workers_loses_no_answer_and_makes_nobody_phoned_twice() {
    let total = match Form::wanted() {
        Form::Short => storm(first_seed(), 60, 4),
        Form::Long => storm(first_seed(), 400, 30),
    };
    assert!(total.kills >= 3, "too little was tried: {total}");
    eprintln!("PostgreSQL killed: {total}");
}
