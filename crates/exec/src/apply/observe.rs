//! What a run tells while it goes on.

use std::time::Duration;

use super::report::{ResultRow, StopReason};
use crate::ledger::LedgerError;

/// Hears of everything that happens, in order.
pub trait Observer: Send {
    /// Something happened.
    fn event(&mut self, event: &Event<'_>);
}

/// Something that happened.
#[derive(Debug, Clone)]
pub enum Event<'a> {
    /// The run holds the ledger and begins.
    Started {
        /// Calls that it may place.
        calls: u64,
    },
    /// A request leaves.
    Sending {
        /// The campaign, with `@occurrence`.
        campaign: &'a str,
        /// The call, as it is called on the screen.
        key: &'a str,
        /// The callee, masked.
        number: &'a str,
    },
    /// A call is settled for this run.
    Settled(&'a ResultRow),
    /// Everything waits.
    Waiting {
        /// For how long.
        wait: Duration,
        /// Why: an API code, or `callform.NotSent`.
        code: &'a str,
    },
    /// Another run holds the ledger, and this one waits for its end.
    WaitingForRun(&'a LedgerError),
    /// No new calls from now on; what is under way is finished.
    Stopping(&'a StopReason),
}

/// Hears nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Observer for Silent {
    fn event(&mut self, _: &Event<'_>) {}
}
