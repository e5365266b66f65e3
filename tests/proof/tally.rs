//! What was done to the runs of one or more seeds, and what came of it.

use std::fmt;
use std::ops::AddAssign;
use std::time::{Duration, Instant};

use callform_exec::ledger::State;

use crate::form::{Form, first_seed};
use crate::outreach::Outreach;
use crate::provider::Provider;
use crate::verdict::Verdict;

#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Tally {
    seeds: u64,
    pub(crate) kills: u64,
    /// Kills that hit at least one attempt with an intent and no answer.
    pub(crate) in_flight: u64,
    /// Attempts that were hit so.
    attempts: u64,
    people: u64,
    /// Attempts that were unknown until the provider's records showed that the phone had rung; or that it had not, and
    /// that a later run placed.
    found: u64,
    absent: u64,
    took: Duration,
}

impl Tally {
    /// Of one seed, so far.
    pub(crate) fn of_a_seed() -> Self {
        Self { seeds: 1, ..Self::default() }
    }

    /// Of storms (seed, people, most kills): a small one with so many people, or as many as the long form demands.
    pub(crate) fn of_kills(storm: fn(u64, usize, u64) -> Self, people: usize) -> Self {
        let mut total = Self::default();
        match Form::wanted() {
            Form::Short => {
                total += storm(first_seed(), people, 20);
                assert!(total.kills >= 20 && total.in_flight >= 5, "too little was tried: {total}");
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
        total
    }

    /// A process was killed that had so many attempts under way.
    pub(crate) fn killed(&mut self, under_way: u64) {
        self.kills += 1;
        self.in_flight += u64::from(under_way > 0);
        self.attempts += under_way;
    }

    /// After the storm: what is unknown is looked up, who did not ring is phoned, nothing stays open. Then journal and
    /// specs are the same: everybody's phone rang exactly once.
    ///
    /// That somebody was not phoned counts only if a later call of ours is on record. So that the last ones have a
    /// later call, one more person joins the campaign.
    #[track_caller]
    pub(crate) fn come_to_an_end(&mut self, outreach: &mut Outreach, provider: Provider, what: &str) {
        let started = Instant::now();
        outreach.add_a_late_one();
        outreach.until_nothing_is_open();
        let (journal, _scratch) = provider.close();
        let attempts = outreach.ledger.attempts();
        let verdict = Verdict::of(&outreach.people, &attempts, &journal);
        verdict.holds(&format!("{what}, {self}"));
        let people = outreach.people.len() as u64;
        assert_eq!(verdict, Verdict { placed: people, ..Verdict::default() }, "{what}");
        assert_eq!(journal.count().unwrap(), people, "{what}: the journal is not what the specs say");
        let count = |state| attempts.iter().filter(|attempt| attempt.state == state).count() as u64;
        self.people += people;
        self.found += count(State::PlacedInferred);
        self.absent += count(State::NotPlacedInferred);
        self.took += started.elapsed();
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.seeds += other.seeds;
        self.kills += other.kills;
        self.in_flight += other.in_flight;
        self.attempts += other.attempts;
        self.people += other.people;
        self.found += other.found;
        self.absent += other.absent;
        self.took += other.took;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seeds, kills, in_flight, attempts, people, found, absent, took } = self;
        write!(
            f,
            "{kills} kills ({in_flight} with an intent in flight, {attempts} attempts hit), {seeds} seeds, {people} people, \
             each rang once; unknown until the records showed it: {found} had rung, {absent} had not and were phoned then; \
             unknown at last: 0; the looking up took {} s",
            took.as_secs()
        )
    }
}
