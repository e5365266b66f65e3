//! Settings of a run.

use std::time::Duration;

use callform_spec::project::{Agent, Project};

use crate::evidence::Times;
use crate::plan::{DEFAULT_LINES, DEFAULT_PER_SECOND};

/// Settings of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApplyOptions {
    /// Requests in a second.
    pub per_second: u32,
    /// Requests under way at the same time.
    pub in_flight: u32,
    /// Lost answers in a row that stop the run.
    pub breaker_consecutive: u32,
    /// Lost answers among the last 50, in percent, over which the run stops.
    pub breaker_percent: u32,
    /// How old an intent may be when its request leaves.
    pub fence: Duration,
    /// How long running requests may take after the first signal.
    pub grace: Duration,
    /// How long the provider may go on refusing for lack of lines, or for too many requests, before the run stops.
    pub patience: Duration,
    /// How far the wall clock may jump against the steady one between two looks before the run stops.
    pub clock_jump: Duration,
    /// How long a ledger's server may be gone before answers that wait to be written are given up.
    pub reconnect: Duration,
    /// How long to wait for another run to end.
    pub lock_timeout: Duration,
    /// How often to ask which conversations go on, while all lines are taken.
    pub look_every: Duration,
    /// How long after its placing a call's absence among the conversations that go on says that it is over.
    pub settles_within: Duration,
    /// For how long after it was signed a request may still be taken.
    pub taken_within: Duration,
    /// Rows to keep in the result; all are counted, and the observer hears of all.
    pub rows: usize,
}

/// How long after somebody answered the conversation shows among those that go on.
const SHOWS_WITHIN: Duration = Duration::from_secs(30);
/// How long a call may wait for a line of the platform's, where its request does not say.
const LONGEST_QUEUE: Duration = Duration::from_secs(5);
/// How long it is taken to ring where nothing limits that.
pub(crate) const UNLIMITED_RING: Duration = Duration::from_secs(2 * 60);

/// Only conversations are documented to show among the active sessions: what rings may not.
fn longest_ringing(project: &Project) -> Duration {
    let ringing = |agent: &Agent| {
        let limits = agent.spec.limits.clone().unwrap_or_default();
        let queue = limits.queue.map_or(LONGEST_QUEUE, |queue| queue.to_std());
        limits.ring.map_or(UNLIMITED_RING, |ring| ring.to_std()) + queue
    };
    project.agents.iter().map(ringing).max().unwrap_or(UNLIMITED_RING + LONGEST_QUEUE)
}

impl ApplyOptions {
    /// As the project says.
    pub fn of(project: &Project) -> Self {
        let provider = &project.provider;
        let loopback = project.site.is_loopback();
        let breaker = provider.breaker.clone().unwrap_or_default();
        Self {
            per_second: provider.requests_per_second.unwrap_or(DEFAULT_PER_SECOND),
            in_flight: provider.concurrent_calls.unwrap_or(DEFAULT_LINES).max(1),
            breaker_consecutive: breaker.consecutive.unwrap_or(5),
            breaker_percent: breaker.percent.unwrap_or(20),
            fence: Duration::from_secs(30),
            grace: Duration::from_secs(5),
            patience: Duration::from_secs(15 * 60),
            clock_jump: Duration::from_secs(15),
            reconnect: Duration::from_secs(60),
            lock_timeout: Duration::ZERO,
            look_every: if loopback { Duration::from_millis(500) } else { Duration::from_secs(10) },
            settles_within: if loopback { Duration::ZERO } else { longest_ringing(project) + SHOWS_WITHIN },
            taken_within: if loopback { Duration::ZERO } else { Times::of(project).request_life },
            rows: 10_000,
        }
    }
}
