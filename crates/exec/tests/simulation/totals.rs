//! The figures of many worlds.

use std::fmt;
use std::ops::AddAssign;

use crate::checker::{Broken, duplicates, missed};
use crate::history::{Attempt, Standing};
use crate::scenario::Class;
use crate::scene::Outcome;

/// What happened, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) seeds: u64,
    pub(crate) processes: u64,
    pub(crate) crashes: u64,
    /// Attempts under way when a process died.
    pub(crate) in_flight: u64,
    pub(crate) requests: u64,
    /// Sessions that our requests became.
    pub(crate) placed: u64,
    /// Attempts that were unknown at some time, and how they ended.
    pub(crate) resolved_placed: u64,
    pub(crate) resolved_absent: u64,
    pub(crate) left: u64,
    /// Calls that were placed twice where that is promised not to happen.
    pub(crate) duplicates: u64,
    /// And where records came later than is assumed.
    pub(crate) limit_duplicates: u64,
    /// Calls that count as placed because of another system's call.
    pub(crate) limit_missed: u64,
    /// Promises that were not kept.
    pub(crate) broken: u64,
}

impl Totals {
    pub(crate) fn of(outcome: &Outcome, broken: &[Broken]) -> Self {
        let history = &outcome.history;
        let count = |n: usize| n as u64;
        let ended = |standing| {
            let unknown = |attempt: &&Attempt| attempt.events.iter().any(|event| event.kind == "unknown");
            count(history.attempts.iter().filter(unknown).filter(|attempt| attempt.last() == standing).count())
        };
        let twice = count(duplicates(history).len());
        let of_class = |class, figure| if history.class == class { figure } else { 0 };
        let limit_duplicates = of_class(Class::LateRecords, twice);
        Self {
            seeds: 1,
            processes: count(history.processes.len()),
            crashes: count(history.processes.iter().filter(|process| !process.whole).count()),
            in_flight: outcome.in_flight_at_deaths,
            requests: count(history.sent.len()),
            placed: count(history.ours().count()),
            resolved_placed: ended(Standing::Placed),
            resolved_absent: ended(Standing::NotPlaced),
            left: ended(Standing::Open),
            duplicates: twice - limit_duplicates,
            limit_duplicates,
            limit_missed: of_class(Class::Strangers, count(missed(history))),
            broken: count(broken.len()),
        }
    }
}

impl AddAssign for Totals {
    fn add_assign(&mut self, other: Self) {
        self.seeds += other.seeds;
        self.processes += other.processes;
        self.crashes += other.crashes;
        self.in_flight += other.in_flight;
        self.requests += other.requests;
        self.placed += other.placed;
        self.resolved_placed += other.resolved_placed;
        self.resolved_absent += other.resolved_absent;
        self.left += other.left;
        self.duplicates += other.duplicates;
        self.limit_duplicates += other.limit_duplicates;
        self.limit_missed += other.limit_missed;
        self.broken += other.broken;
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} seeds, {} processes, {} crashes ", self.seeds, self.processes, self.crashes)?;
        writeln!(
            f,
            "{} requests sent, {} in flight at crashes, {} placed",
            self.requests, self.in_flight, self.placed
        )?;
        writeln!(
            f,
            "unknown: {} resolved as placed, {} as not placed, {} left",
            self.resolved_placed, self.resolved_absent, self.left
        )?;
        writeln!(f, "placed twice: {}; promises broken: {}", self.duplicates, self.broken)?;
        write!(
            f,
            "documented limits: {} placed twice (late records), {} left out (other systems)",
            self.limit_duplicates, self.limit_missed
        )
    }
}
