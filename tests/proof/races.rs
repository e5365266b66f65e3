//! Two runs that are started together on one ledger.

use crate::form::{Form, first_seed};
use crate::outreach::{Outreach, had_nothing_to_do};
use crate::provider::{Provider, slow};
use crate::random::Dice;
use crate::record;
use crate::support::Captured;
use crate::verdict::Verdict;

const PEOPLE: usize = 5;

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
fn two_runs_that_are_started_together_phone_everybody_once() {
    let races = if Form::wanted() == Form::Long { 50 } else { 10 };
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
        let verdict = Verdict::of(&outreach.people, &record::attempts(&outreach.ledger()), &journal);
        verdict.holds(&format!("race {seed}"));
        assert_eq!(verdict.placed, PEOPLE as u64, "race {seed}: nothing went wrong, so nothing is unknown: {verdict}");
    }
    eprintln!(
        "races: {races}, in which one was refused: {refused}, in which both placed some: {both}, phoned twice: 0, lost: 0"
    );
}
