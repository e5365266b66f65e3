//! A worker on PostgreSQL that is stopped (SIGSTOP) for longer than its lease, and goes on.

use std::time::{Duration, Instant};

use crate::form::{Form, first_seed};
use crate::outreach::{Outreach, SHORT_WAITS, had_nothing_to_do};
use crate::postgres::{Database, query};
use crate::provider::{Provider, slow};
use crate::random::Dice;
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
    // Longer than it is stopped: what arrives meanwhile is no time-out.
    let patient = format!("{SHORT_WAITS}  requestTimeout: 5m\n");
    let outreach = Outreach::on_server(database.url(), &provider.url, PEOPLE, &patient);
    let first = outreach.apply();
    let process = first.process();
    until("several requests are under way", || (outreach.ledger.in_flight_of(process) >= 3).then_some(()));
    first.signal("STOP");
    let of_the_first = outreach.ledger.begun();
    let under_way = outreach.ledger.in_flight_of(process);
    age_the_leases(&database);

    // Somebody takes over: what the stopped one has under way is unknown, everybody else is phoned.
    // It may have been stopped in the middle of a transaction; then the server first sends it away.
    let second = outreach.apply().finish();
    assert!(matches!(second.code, Some(0 | 3)), "{second}");
    let ends = outreach.ledger.ends();
    assert!(ends.iter().any(|end| end.contains("its lease ran out")), "{ends:#?}");
    assert_eq!(outreach.ledger.in_flight(), 0);

    first.signal("CONT");
    let first = first.finish();
    assert!(matches!(first.code, Some(1 | 3)), "{first}");
    let over = ["this run's lease of the ledger", "can't be reached"].iter().any(|why| first.stderr.contains(why));
    assert!(over, "{first}");
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

/// Where it stands still it holds the ledger's lock, for which everybody else waits.
#[test]
fn a_worker_that_is_stopped_in_the_middle_of_a_transaction_keeps_nobody_from_working() {
    const STANDS_STILL: &str = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
        AND application_name = 'callform' AND state = 'idle in transaction'";
    let database = Database::fresh();
    let provider = Provider::start(&slow(20));
    let outreach = Outreach::on_server(database.url(), &provider.url, 60, SHORT_WAITS);
    let mut dice = Dice::new(first_seed());
    let mut first = outreach.apply();
    until("it begins", || (outreach.ledger.begun() > 0).then_some(()));
    loop {
        assert!(!first.has_ended(), "it was never stopped in the middle of a transaction");
        first.signal("STOP");
        if query(database.url(), STANDS_STILL) != "0" {
            break;
        }
        first.signal("CONT");
        // No waiting for anything: the instant is what is random.
        std::thread::sleep(Duration::from_millis(dice.any(1..60)));
    }
    let second = outreach.apply().finish();
    assert!(matches!(second.code, Some(0 | 3)), "{second}");
    first.signal("CONT");
    let first = first.finish();
    assert!(matches!(first.code, Some(1 | 3)) && first.stderr.contains("can't be reached"), "{first}");
    outreach.until_nothing_is_open();
    let (journal, _scratch) = provider.close();
    let verdict = Verdict::of(&outreach.people, &outreach.ledger.attempts(), &journal);
    verdict.holds("stopped in the middle of a transaction");
    assert_eq!(verdict.placed, 60, "{verdict}");
}
