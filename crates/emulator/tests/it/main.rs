//! The emulator seen from outside: signed requests in, answers and a journal out.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod canary;
mod clients;
mod documentation;
mod faults;
mod journal;
mod lines;
mod records;
mod refusals;
mod server;
mod signatures;
mod support;
