//! The engine in simulated worlds: virtual time, a provider and a network that lose, delay and repeat, machines that
//! sleep and whose clocks are set, processes that die at any point where they wait, people who meddle. One seed is one
//! world; afterwards truth, ledger and everything that was sent are laid side by side.
//!
//! The short form runs with all other tests. The long one, 100,000 seeds:
//! `CALLFORM_PROOF=long cargo test --release -p callform-exec --test simulation -- --nocapture`.
//! A seed that failed runs again, alone and with everything that happened in it, with `CALLFORM_PROOF_SEED=N`.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stderr, clippy::print_stdout, reason = "figures, for people and for the process that asked")]

mod checker;
mod clock;
mod crash;
mod dice;
#[path = "../../../../tests/proof/form.rs"]
mod form;
mod history;
mod journal;
mod meddling;
mod network;
mod process;
mod provider;
mod rival;
mod scenario;
mod scene;
mod seeds;
mod specs;
mod store;
mod totals;
mod world;

use form::Form;
use seeds::Share;

#[test]
fn in_no_world_is_anybody_phoned_twice_or_forgotten() {
    if let Some(share) = Share::given() {
        return println!("{}", share.play());
    }
    // Whoever asks for one that failed before need not wait for the others.
    if let Some(what) = seeds::failure(form::first_seed()) {
        panic!("{what}");
    }
    let count = match Form::wanted() {
        Form::Short => 2_000,
        Form::Long => 100_000,
    };
    let started = std::time::Instant::now();
    let (totals, failed) =
        seeds::play_all(form::first_seed(), count, "in_no_world_is_anybody_phoned_twice_or_forgotten");
    eprintln!("{totals}\n{:.0?}", started.elapsed());
    if let Some(seed) = failed.first() {
        let what = seeds::failure(*seed).unwrap_or_default();
        panic!("{what}\nfailed: {failed:?}; again with CALLFORM_PROOF_SEED={seed}");
    }
    assert_eq!((totals.seeds, totals.duplicates), (count, 0));
    // A checker that never saw one would prove nothing.
    assert!(totals.limit_duplicates > 0, "no record was late enough for a second call");
    assert!(totals.limit_missed > 0, "no call of another system was taken for ours");
    assert!(totals.retried > 0 && totals.ended > totals.retried, "nobody was tried again: {totals}");
    assert!(totals.leases_lost > 0 && totals.late_answers > 0, "nobody lost a run while it lived: {totals}");
    assert!(totals.in_flight > 0 && totals.resolved_placed > 0 && totals.resolved_absent > 0, "{totals}");
}

#[test]
fn a_seed_is_a_world_that_happens_the_same_way_every_time() {
    for seed in 1..=20 {
        assert_eq!(seeds::journal(seed), seeds::journal(seed), "seed {seed}");
    }
}
