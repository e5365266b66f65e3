//! Plan, ledger and apply from outside, over real projects on disk and a provider that lives in memory.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod account;
mod apply;
mod care;
mod crash;
mod forms_of_records;
mod interrupted;
mod late_answer;
mod ledger;
mod ledger_gone;
mod lists;
mod no_more_calls;
mod open;
mod plan;
mod plan_file;
#[path = "../../../../tests/support/postgres.rs"]
mod postgres;
mod privacy;
mod provider;
mod read_back;
mod refused;
mod request;
mod resolve;
mod scale;
mod server;
mod speech;
mod store;
mod support;
mod workers;
