//! Documents that are nearly those of `specs/`, made by the hundred thousand: the validator and the schema disagree on
//! none, none panics or hangs, every row of what is good has a request, and no secret is shown.
//!
//! The short form runs with the other tests. `CALLFORM_FUZZ=long cargo test --release -p callform --test fuzz` makes two
//! and a half million files, of which more than a million are YAML; `CALLFORM_FUZZ_SEED=N` begins with the file N, which is
//! the one that a failure names.

#![expect(clippy::unwrap_used, reason = "a test may")]
#![expect(clippy::print_stderr, reason = "the figures, for whoever asks with --nocapture")]

mod beyond;
#[path = "../support/codes.rs"]
mod codes;
mod judge;
mod mutate;
mod random;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use judge::{Schemas, Scratch, Taken};
use mutate::Mutator;

/// Looks at a worker, a second apart, that find it at the same document: far more than any takes on the busiest machine.
/// They are counted, for the clock also runs while the whole machine stands still.
const HANGS: u32 = 60;
/// A run that finds more is broken in one place.
const MOST_FAILURES: usize = 10;

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[expect(clippy::disallowed_methods, reason = "a test's own settings")]
fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn documents() -> u64 {
    match setting("CALLFORM_FUZZ").as_deref() {
        None | Some("short") => 10_000,
        Some("long") => 2_500_000,
        Some(other) => panic!("CALLFORM_FUZZ is `long` or `short`, not `{other}`"),
    }
}

/// Every text of the corpus, those that are not UTF-8 excepted.
fn corpus() -> Vec<String> {
    let directories = ["specs/accept", "specs/reject"].map(|d| workspace().join(d));
    let files = directories.iter().flat_map(|d| std::fs::read_dir(d).unwrap()).map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|e| e == "yaml")).collect();
    files.sort();
    files.iter().filter_map(|path| std::fs::read_to_string(path).ok()).collect()
}

/// What the workers share.
struct Run {
    mutator: Mutator,
    schemas: Schemas,
    next: AtomicU64,
    end: u64,
    /// The document of each worker.
    busy: Vec<AtomicU64>,
    began: Instant,
}

impl Run {
    fn work(&self, worker: usize, tell: &mpsc::Sender<(u64, String)>) -> BTreeMap<Taken, u64> {
        let scratch = Scratch::new();
        let mut taken = BTreeMap::new();
        loop {
            let seed = self.next.fetch_add(1, Ordering::Relaxed);
            if seed >= self.end {
                return taken;
            }
            self.busy[worker].store(seed, Ordering::Relaxed);
            let text = self.mutator.document(seed);
            match catch_unwind(AssertUnwindSafe(|| judge::judge(&text, &self.schemas, &scratch))) {
                Ok(Ok(how)) => *taken.entry(how).or_default() += 1,
                Ok(Err(why)) => tell.send((seed, why)).unwrap(),
                Err(_) => tell.send((seed, "a panic, told above".to_owned())).unwrap(),
            }
        }
    }
}

/// How often each worker was found at the document that it is at.
struct Watch(Vec<(u64, u32)>);

impl Watch {
    /// Looks once more: the document that a worker does not get done with.
    fn hanging(&mut self, run: &Run) -> Option<u64> {
        for ((seen, times), now) in self.0.iter_mut().zip(&run.busy) {
            let now = now.load(Ordering::Relaxed);
            *times = if now == *seen { *times + 1 } else { 0 };
            *seen = now;
        }
        self.0.iter().find(|(_, times)| *times > HANGS).map(|(seed, _)| *seed)
    }
}

#[test]
fn on_no_document_do_validator_and_schema_disagree_and_none_panics_or_hangs() {
    let first = setting("CALLFORM_FUZZ_SEED").map_or(1, |seed| seed.parse().unwrap());
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    let run = Arc::new(Run {
        mutator: Mutator::new(corpus()),
        schemas: Schemas::read(),
        next: AtomicU64::new(first),
        end: first + documents(),
        busy: (0..workers).map(|_| AtomicU64::new(0)).collect(),
        began: Instant::now(),
    });
    let (tell, failures) = mpsc::channel();
    let threads: Vec<_> = (0..workers)
        .map(|worker| {
            let (run, tell) = (Arc::clone(&run), tell.clone());
            std::thread::spawn(move || run.work(worker, &tell))
        })
        .collect();
    drop(tell);
    let mut failed: Vec<(u64, String)> = Vec::new();
    let mut watch = Watch(vec![(0, 0); workers]);
    while failed.len() < MOST_FAILURES {
        match failures.recv_timeout(Duration::from_secs(1)) {
            Ok(failure) => failed.push(failure),
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
            // A thread that hangs can't be ended; the test ends, and with it the process.
            Err(mpsc::RecvTimeoutError::Timeout) => {
                if let Some(seed) = watch.hanging(&run).filter(|_| threads.iter().any(|t| !t.is_finished())) {
                    panic!("document {seed} hangs:\n{}", run.mutator.document(seed));
                }
            }
        }
    }
    let told: Vec<_> = failed
        .iter()
        .map(|(seed, why)| format!("CALLFORM_FUZZ_SEED={seed}: {why}\n{}", run.mutator.document(*seed)))
        .collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
    let mut taken: BTreeMap<Taken, u64> = BTreeMap::new();
    for thread in threads {
        for (how, count) in thread.join().unwrap() {
            *taken.entry(how).or_default() += count;
        }
    }
    eprintln!("{} documents in {:.1} s: {taken:?}", documents(), run.began.elapsed().as_secs_f64());
    // Mutations that always or never break a document find nothing.
    for how in [Taken::NotYaml, Taken::Refused, Taken::Beyond, Taken::Accepted] {
        assert!(taken.get(&how).is_some_and(|n| *n > documents() / 100), "{taken:?}: too few are {how:?}");
    }
}
