//! Many seeds, on all processors.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::checker::broken;
use crate::scenario::Scenario;
use crate::scene::play;
use crate::specs::Variant;
use crate::totals::Totals;

/// After so many seeds that broke a promise, no more are looked for.
const ENOUGH: usize = 3;

/// Plays so many seeds from this one on. The figures, and the seeds that broke a promise.
pub(crate) fn play_all(first: u64, count: u64) -> (Totals, Vec<u64>) {
    let next = AtomicU64::new(first);
    let found = Mutex::new((Totals::default(), Vec::new()));
    let work = || {
        let variants = Variant::all();
        let mut own = Totals::default();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= first + count || found.lock().unwrap().1.len() >= ENOUGH {
                break;
            }
            let scenario = Scenario::of(seed, &variants);
            let outcome = play(&scenario, &variants, false);
            let broken = broken(&outcome.history, &variants[scenario.variant]);
            own += Totals::of(&outcome, &broken);
            if !broken.is_empty() {
                found.lock().unwrap().1.push(seed);
            }
        }
        found.lock().unwrap().0 += own;
    };
    std::thread::scope(|threads| {
        let many = std::thread::available_parallelism().map_or(1, usize::from);
        let running: Vec<_> = (0..many).map(|_| threads.spawn(work)).collect();
        running.into_iter().for_each(|thread| thread.join().unwrap());
    });
    found.into_inner().unwrap()
}

/// Plays a seed again, and tells everything.
pub(crate) fn tell(seed: u64) -> String {
    let variants = Variant::all();
    let scenario = Scenario::of(seed, &variants);
    let outcome = play(&scenario, &variants, true);
    let broken = broken(&outcome.history, &variants[scenario.variant]);
    let broken: Vec<String> = broken.iter().map(ToString::to_string).collect();
    format!("{}\n\nseed {seed} broke promises:\n{}", outcome.journal, broken.join("\n"))
}
