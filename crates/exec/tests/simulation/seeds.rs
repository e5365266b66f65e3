//! Many seeds, on all processors: by processes, because SQLite's memory has one lock in each.

use std::process::{Command, Stdio};

use crate::checker::broken;
use crate::form::Form;
use crate::scenario::Scenario;
use crate::scene::play;
use crate::specs::Variant;
use crate::totals::Totals;

/// Names a share, for a process that was started for it: first seed, number of seeds, step.
const SHARE: &str = "CALLFORM_SIMULATION_SHARE";
/// Before the figures, and before a seed that broke a promise.
const MARKS: [&str; 2] = ["figures: ", "broken: "];

/// Seeds that one process plays.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Share {
    first: u64,
    count: u64,
    step: u64,
}

impl Share {
    /// The share that this process was started for, if it was.
    #[expect(clippy::disallowed_methods, reason = "a test's own settings")]
    pub(crate) fn given() -> Option<Self> {
        let share = std::env::var(SHARE).ok()?;
        let mut numbers = share.split(' ').map(|number| number.parse().unwrap());
        let mut next = || numbers.next().unwrap();
        Some(Self { first: next(), count: next(), step: next() })
    }

    /// Plays it, and writes down what came of it for the process that asked.
    pub(crate) fn play(self) -> String {
        let (totals, failed) = self.played();
        let failed: String = failed.iter().map(|seed| format!("\n{}{seed}\n", MARKS[1])).collect();
        format!("\n{}{}\n{failed}", MARKS[0], totals.to_line())
    }

    fn played(self) -> (Totals, Vec<u64>) {
        let variants = Variant::all();
        let (mut totals, mut failed) = (Totals::default(), Vec::new());
        for seed in (0..self.count).map(|n| self.first + n * self.step) {
            let scenario = Scenario::of(seed, &variants);
            let outcome = play(&scenario, &variants, false);
            let broken = broken(&outcome.history, &variants[scenario.variant]);
            totals += Totals::of(&outcome, &variants[scenario.variant], &broken);
            if !broken.is_empty() {
                failed.push(seed);
            }
            if failed.len() >= enough() {
                break;
            }
        }
        (totals, failed)
    }
}

/// After so many seeds that broke a promise, a process looks no further. A run of an hour tells of all.
fn enough() -> usize {
    match Form::wanted() {
        Form::Short => 1,
        Form::Long => 50,
    }
}

/// Plays so many seeds from this one on, with the help of other processes that run the test of this name. The figures,
/// and the seeds that broke a promise.
pub(crate) fn play_all(first: u64, count: u64, test: &str) -> (Totals, Vec<u64>) {
    let many = std::thread::available_parallelism().map_or(1, |many| many.get() as u64).min(count);
    let helpers: Vec<_> = (0..many)
        .map(|n| {
            let count = count / many + u64::from(n < count % many);
            Command::new(std::env::current_exe().unwrap())
                .args([test, "--exact", "--nocapture", "--test-threads", "1"])
                .env(SHARE, format!("{} {count} {many}", first + n))
                .stdout(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let (mut totals, mut failed) = (Totals::default(), Vec::new());
    for helper in helpers {
        let output = helper.wait_with_output().unwrap();
        assert!(output.status.success(), "a share ended otherwise than by its own end; what it says stands above");
        for line in String::from_utf8(output.stdout).unwrap().lines() {
            if let Some(figures) = line.strip_prefix(MARKS[0]) {
                totals += Totals::from_line(figures).unwrap();
            } else if let Some(seed) = line.strip_prefix(MARKS[1]) {
                failed.push(seed.parse().unwrap());
            }
        }
    }
    failed.sort_unstable();
    (totals, failed)
}

/// Plays a seed alone, and tells everything that happened, if it breaks a promise.
pub(crate) fn failure(seed: u64) -> Option<String> {
    let (journal, broken) = alone(seed);
    (!broken.is_empty()).then(|| format!("{journal}\n\nseed {seed} broke promises:\n{}", broken.join("\n")))
}

/// Plays a seed alone, and tells everything that happened.
pub(crate) fn journal(seed: u64) -> String {
    alone(seed).0
}

fn alone(seed: u64) -> (String, Vec<String>) {
    let variants = Variant::all();
    let scenario = Scenario::of(seed, &variants);
    let outcome = play(&scenario, &variants, true);
    let broken = broken(&outcome.history, &variants[scenario.variant]);
    (outcome.journal, broken.iter().map(ToString::to_string).collect())
}
