//! The figures of many worlds.

use std::fmt;
use std::ops::AddAssign;

use crate::checker::{Broken, duplicates, missed, retried};
use crate::history::{Attempt, Standing};
use crate::scenario::Class;
use crate::scene::Outcome;
use crate::specs::Variant;

/// How many there are.
const FIGURES: usize = 17;

/// What happened, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) seeds: u64,
    pub(crate) processes: u64,
    pub(crate) crashes: u64,
    /// Attempts under way when a process died.
    pub(crate) in_flight: u64,
    /// Processes whose lease was over while they lived, and answers that came to one whose calls had been given up.
    pub(crate) leases_lost: u64,
    pub(crate) late_answers: u64,
    pub(crate) requests: u64,
    /// Sessions that our requests became.
    pub(crate) placed: u64,
    /// How many of their ends were read back, and how many of them were tries again.
    pub(crate) ended: u64,
    pub(crate) retried: u64,
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
    pub(crate) fn of(outcome: &Outcome, variant: &Variant, broken: &[Broken]) -> Self {
        let history = &outcome.history;
        let count = |n: usize| n as u64;
        let ended = |standing| {
            let unknown = |attempt: &&Attempt| attempt.events.iter().any(|event| event.kind == "unknown");
            count(history.attempts.iter().filter(unknown).filter(|attempt| attempt.last() == standing).count())
        };
        let twice = count(duplicates(history, variant).len());
        let of_class = |class, figure| if history.class == class { figure } else { 0 };
        let limit_duplicates = of_class(Class::LateRecords, twice);
        Self {
            seeds: 1,
            processes: count(history.processes.len()),
            crashes: count(history.processes.iter().filter(|process| !process.whole).count()),
            in_flight: outcome.in_flight_at_deaths,
            leases_lost: count(history.processes.iter().filter(|process| process.lease_lost).count()),
            late_answers: count(history.attempts.iter().filter(|attempt| was_answered_late(attempt)).count()),
            requests: count(history.sent.len()),
            placed: count(history.ours().count()),
            ended: count(history.attempts.iter().filter(|attempt| has_ended(attempt)).count()),
            retried: count(retried(history, variant)),
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

/// It was unknown, and then its own answer came.
fn was_answered_late(attempt: &Attempt) -> bool {
    let mut after = attempt.events.iter().skip_while(|event| event.kind != "unknown");
    after.any(|event| matches!(event.kind.as_str(), "placed" | "rejected" | "evidence"))
}

fn has_ended(attempt: &Attempt) -> bool {
    attempt.events.iter().any(|event| event.outcome.is_some())
}

impl Totals {
    /// For another process.
    pub(crate) fn to_line(self) -> String {
        self.figures().map(|figure| figure.to_string()).join(" ")
    }

    /// From another process.
    pub(crate) fn from_line(line: &str) -> Option<Self> {
        let mut figures = line.split(' ').map(str::parse);
        let mut totals = Self::default();
        for figure in totals.figures_mut() {
            *figure = figures.next()?.ok()?;
        }
        Some(totals)
    }

    fn figures(mut self) -> [u64; FIGURES] {
        self.figures_mut().map(|figure| *figure)
    }

    fn figures_mut(&mut self) -> [&mut u64; FIGURES] {
        [
            &mut self.seeds,
            &mut self.processes,
            &mut self.crashes,
            &mut self.in_flight,
            &mut self.leases_lost,
            &mut self.late_answers,
            &mut self.requests,
            &mut self.placed,
            &mut self.ended,
            &mut self.retried,
            &mut self.resolved_placed,
            &mut self.resolved_absent,
            &mut self.left,
            &mut self.duplicates,
            &mut self.limit_duplicates,
            &mut self.limit_missed,
            &mut self.broken,
        ]
    }
}

impl AddAssign for Totals {
    fn add_assign(&mut self, other: Self) {
        for (own, other) in self.figures_mut().into_iter().zip(other.figures()) {
            *own += other;
        }
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} seeds, {} processes, {} crashes", self.seeds, self.processes, self.crashes)?;
        writeln!(f, "{} leases lost, {} answers to calls that were given up", self.leases_lost, self.late_answers)?;
        writeln!(
            f,
            "{} requests sent, {} in flight at crashes, {} placed",
            self.requests, self.in_flight, self.placed
        )?;
        writeln!(f, "{} ends read back, {} tries again", self.ended, self.retried)?;
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
