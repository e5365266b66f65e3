//! Two runs that are started together on one ledger.

use callform_emulator::Journal;
use jiff::SignedDuration;

use crate::form::{Form, first_seed};
use crate::outreach::{Outreach, PER_SECOND, had_nothing_to_do};
use crate::postgres::Database;
use crate::provider::{Provider, slow};
use crate::random::Dice;
use crate::support::Captured;
use crate::verdict::Verdict;

const PEOPLE: usize = 5;
/// More than a second's calls, so that the second one comes in time.
const PEOPLE_OF_TWO: usize = 30;

fn races() -> u64 {
    if Form::wanted() == Form::Long { 50 } else { 6 }
}

/// A run that found the ledger in use says so, and did nothing.
fn was_refused(end: &Captured) -> bool {
    let refused = end.code == Some(4);
    assert!(!refused || end.stderr.contains("another run holds the ledger"), "{end}");
    refused
}

fn placed(end: &Captured) -> usize {
    end.stdout.lines().filter(|line| line.contains("  placed  ")).count()
}

#[test]
fn two_runs_that_are_started_together_on_a_file_phone_everybody_once() {
    let races = races();
    let (mut refused, mut both) = (0, 0);
    for seed in first_seed()..first_seed() + races {
        let mut dice = Dice::new(seed);
        let provider = Provider::start(&slow(dice.any(20..80)));
        let outreach = Outreach::new(&provider.url, PEOPLE, "");
        let first = outreach.apply();
        // In every second race, a random time apart: then the second one meets the first one's calls in every state.
        if dice.percent(50) {
            std::thread::sleep(std::time::Duration::from_millis(dice.any(1..300)));
        }
        let ends = [first, outreach.apply()].map(|run| run.finish());
        for end in &ends {
            refused += u64::from(was_refused(end));
            assert!(was_refused(end) || end.code == Some(0), "{end}");
        }
        both += u64::from(ends.iter().all(|end| placed(end) > 0));
        assert_eq!(ends.iter().map(placed).sum::<usize>(), PEOPLE, "{}{}", ends[0], ends[1]);
        assert!(had_nothing_to_do(&outreach.apply().finish()));
        let (journal, _scratch) = provider.close();
        let verdict = Verdict::of(&outreach.people, &outreach.ledger.attempts(), &journal);
        verdict.holds(&format!("race {seed}"));
        assert_eq!(verdict.placed, PEOPLE as u64, "race {seed}: nothing went wrong, so nothing is unknown: {verdict}");
    }
    eprintln!(
        "races, SQLite: {races}, in which one was refused: {refused}, in which both placed some: {both}, phoned twice: 0, lost: 0"
    );
}

/// The most calls that began within any second, as the emulator received them.
fn most_in_a_second(journal: &Journal) -> usize {
    let mut placed: Vec<_> = journal.calls().unwrap().into_iter().map(|call| call.placed_at).collect();
    placed.sort_unstable();
    let within = |from: usize| placed[from..].iter().take_while(|at| at.duration_since(placed[from]) < SECOND).count();
    (0..placed.len()).map(within).max().unwrap_or_default()
}

const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// They share the run: people, rate and ceilings.
#[test]
fn two_workers_that_are_started_together_on_a_server_phone_everybody_once_and_share_the_rate() {
    let races = races();
    let (mut both, mut most) = (0, 0);
    for seed in first_seed()..first_seed() + races {
        let mut dice = Dice::new(seed);
        let database = Database::fresh();
        let provider = Provider::start(&slow(dice.any(20..80)));
        let outreach = Outreach::on_server(database.url(), &provider.url, PEOPLE_OF_TWO, "");
        let first = outreach.apply();
        if dice.percent(50) {
            std::thread::sleep(std::time::Duration::from_millis(dice.any(1..300)));
        }
        let ends = [first, outreach.apply()].map(|run| run.finish());
        assert!(ends.iter().all(|end| end.code == Some(0)), "{}{}", ends[0], ends[1]);
        both += u64::from(ends.iter().all(|end| placed(end) > 0));
        assert_eq!(ends.iter().map(placed).sum::<usize>(), PEOPLE_OF_TWO, "{}{}", ends[0], ends[1]);
        assert!(had_nothing_to_do(&outreach.apply().finish()));
        let (journal, _scratch) = provider.close();
        let verdict = Verdict::of(&outreach.people, &outreach.ledger.attempts(), &journal);
        verdict.holds(&format!("race {seed}"));
        assert_eq!(verdict.placed, PEOPLE_OF_TWO as u64, "race {seed}: {verdict}");
        // The emulator refuses more than twenty; two runs that did not know of each other would send thirty-six.
        assert_eq!(outreach.ledger.too_many(), 0, "race {seed}: more than 20 requests in a second");
        most = most.max(most_in_a_second(&journal));
    }
    assert_eq!(both, races, "in some races one of the two placed all");
    eprintln!(
        "races, PostgreSQL: {races}, in which both placed some: {both}, phoned twice: 0, lost: 0, most calls in any \
         second: {most}, with {PER_SECOND} asked for"
    );
}
