//! A worker on PostgreSQL that is stopped (SIGSTOP) for longer than its lease, and goes on.

use std::time::{Duration, Instant};

use crate::form::Form;
use crate::outreach::{Outreach, SHORT_WAITS, had_nothing_to_do};
use crate::postgres::{Database, query};
use crate::provider::{Provider, slow};
use crate::support::until;
use crate::verdict::Verdict;

const PEOPLE: usize = 25;

/// Lets every lease run out: the long form waits for it.
fn age_the_leases(database: &Database) {
    match Form::wanted() {
        Form::Long => {
            let started = Instant::now();
            // Time itself is what must pass; longer than a lease lasts.
            while started.elapsed() < Duration::from_secs(62) {
                std::thread::sleep(Duration::from_secs(1));
            }
        }
        Form::Short => {
            query(database.url(), "UPDATE callform.leases SET until = until - 120000");
        }
    }
}

#[test]
fn a_worker_that_was_stopped_for_longer_than_its_lease_sends_nothing_more_and_loses_no_answer() {
    let database = Database::fresh();
    let provider = Provider::start(&slow(700));
    let outreach = Outreach::on_server(database.url(), &provider.url, PEOPLE, SHORT_WAITS);
    let first = outreach.apply();
    let process = first.process();
    until("several requests are under way", || (outreach.ledger.in_flight_of(process) >= 3).then_some(()));
    first.signal("STOP");
    let of_the_first = outreach.ledger.begun();
    let under_way = outreach.ledger.in_flight_of(process);
    age_the_leases(&database);

    // Somebody takes over: what the stopped one has under way is unknown, everybody else is phoned.
    let second = outreach.apply().finish();
    assert!(matches!(second.code, Some(0 | 3)), "{second}");
    let ends = outreach.ledger.ends();
    assert!(ends.iter().any(|end| end.contains("its lease ran out")), "{ends:#?}");
    assert_eq!(outreach.ledger.in_flight(), 0);

    first.signal("CONT");
    let first = first.finish();
    assert!(matches!(first.code, Some(1 | 3)), "{first}");
    assert!(first.stderr.contains("this run's lease of the ledger"), "{first}");
    assert!(of_the_first > 0 && outreach.ledger.begun() > of_the_first, "each began some");

    // Its answers, which came while it was stopped, still decide its attempts, or stand beside what decided them.
    outreach.until_nothing_is_open();
    let (journal, _scratch) = provider.close();
    let attempts = outreach.ledger.attempts();
    let verdict = Verdict::of(&outreach.people, &attempts, &journal);
    verdict.holds("stopped for longer than its lease");
    assert_eq!(verdict.placed, PEOPLE as u64, "{verdict}");
    let lost: Vec<_> = attempts.iter().filter(|attempt| attempt.state.is_placed() && !attempt.answered).collect();
    assert!(lost.is_empty(), "an answer that came meanwhile was lost: {lost:#?}");
    assert!(had_nothing_to_do(&outreach.apply().finish()));
    eprintln!("stopped for longer than its lease with {under_way} requests under way: {verdict}");
}
