//! How long a plan takes.

use std::time::Duration;

use callform_spec::project::Project;

use super::summary::{CampaignPlan, Kind};
use crate::scope::Scope;

/// What the API is asked at most, where the project says nothing; the documented ceiling is 20.
pub const DEFAULT_PER_SECOND: u32 = 18;
/// Lines, where the project says nothing.
pub const DEFAULT_LINES: u32 = 10;
/// How long a conversation is taken to be.
pub const ASSUMED_CALL: Duration = Duration::from_secs(5 * 60);

/// How long it takes to place what can be placed now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// Calls.
    pub calls: u64,
    /// Requests that may ring, at most.
    pub attempts_at_most: u64,
    /// Requests in a second.
    pub per_second: u32,
    /// Lines.
    pub lines: u32,
    /// As fast as requests may be sent.
    pub at_rate: Duration,
    /// On the lines that were bought, with conversations of [`ASSUMED_CALL`]. Campaigns follow one another, each on as
    /// many lines as it may use.
    pub on_lines: Duration,
}

impl Estimate {
    pub(super) fn of(project: &Project, scopes: &[Scope<'_>], campaigns: &[CampaignPlan]) -> Self {
        let per_second = project.provider.requests_per_second.unwrap_or(DEFAULT_PER_SECOND).max(1);
        let lines = project.provider.concurrent_calls.unwrap_or(DEFAULT_LINES).max(1);
        let (mut calls, mut attempts_at_most, mut on_lines) = (0, 0, Duration::ZERO);
        for (scope, campaign) in scopes.iter().zip(campaigns) {
            let now = campaign.count(Kind::ToPlace) + campaign.count(Kind::ToRetry);
            let own = scope.concurrent.map_or(lines, |own| own.clamp(1, lines));
            calls += now;
            attempts_at_most += campaign.attempts_at_most;
            on_lines = on_lines.saturating_add(times(ASSUMED_CALL, now.div_ceil(u64::from(own))));
        }
        let at_rate = times(Duration::from_secs(1), calls) / per_second;
        Self { calls, attempts_at_most, per_second, lines, at_rate, on_lines }
    }
}

fn times(duration: Duration, count: u64) -> Duration {
    Duration::from_secs(duration.as_secs().saturating_mul(count))
}
