//! The proof that nobody is phoned twice and nobody is forgotten, carried out with the real binary: it is killed at
//! random instants, started twice at once, and suspended, and so is its PostgreSQL, while the emulator keeps count of
//! whose phone rang. `docs/never-twice.md` says what that proves and what it can't.
//!
//! The short form runs with all other tests. The long one: `CALLFORM_PROOF=long ./test -p callform --test proof`.
//! A seed that failed runs again with `CALLFORM_PROOF_SEED=N`.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![expect(clippy::print_stderr, reason = "the figures, for whoever asks with --nocapture")]

mod form;
mod kills;
mod leases;
mod outages;
mod outreach;
#[path = "../support/postgres.rs"]
#[expect(dead_code, reason = "not every test program copies databases")]
mod postgres;
mod provider;
mod races;
mod random;
mod record;
mod silence;
#[path = "../e2e/support/mod.rs"]
#[expect(dead_code, unused_imports, reason = "the end-to-end tests use more of it")]
mod support;
mod suspensions;
mod tally;
mod verdict;
mod workers;
