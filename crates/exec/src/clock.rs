//! Time, brought in from outside.

use std::time::Duration;

use jiff::Timestamp;

/// Where time comes from.
///
/// `cli` implements it over the machine's clocks; tests and the simulation over virtual ones.
pub trait Clock: Send + Sync {
    /// The time of day. It may jump, in both directions.
    fn now(&self) -> Timestamp;

    /// Time since some fixed moment, which never goes back and goes on while the machine is suspended: on Linux
    /// `CLOCK_BOOTTIME`. Deadlines are measured with it, because a process that slept must not send what it signed
    /// before.
    fn steady(&self) -> Duration;
}
