//! End to end: the real binary, in an environment with nothing in it but what a test puts there, on projects of its own.
//!
//! What was "phoned" is read from the emulator's journal, never from what callform says about itself.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod at_a_terminal;
mod canary;
mod exit_codes;
mod first_command;
mod hook;
mod init;
mod interruptions;
mod ledger_care;
mod ledger_refusals;
mod lint;
mod long_runs;
mod mistakes;
mod no_more_calls;
mod no_room;
mod plan_file;
#[path = "../support/postgres.rs"]
#[expect(dead_code, reason = "not every test program needs a server of its own")]
mod postgres;
mod replanning;
mod support;
mod unknown;
mod until_done;
mod without_secrets;
