use callform_spec::diagnostic::{Diagnostic, Severity};
use callform_spec::model::Duration;

use super::{Check, rule};
use crate::inspect::CampaignView;

rule! {
    /// ## What it does
    ///
    /// Finds numbers of a campaign that lie above a ceiling which holds anyway: `retry` above `limits.perCallee`, and
    /// `limits.concurrent` above the lines that were bought.
    ///
    /// ## Why it is bad
    ///
    /// Attempts count as calls of `perCallee`. With `wait: 2h` and one call in 24h the second attempt is blocked until
    /// the next day: the campaign takes days where its author thinks of hours, or is over before. Of the calls that
    /// `concurrent` allows, no more go on at a time than the account has lines (`provider.concurrentCalls`, 10 unless
    /// set).
    code: "CF049",
    name: "above-ceiling",
    level: Severity::Warning,
    bad: &[("campaigns/april.yaml", "\
retry:
  maxAttempts: 3
  wait: 2h
limits:
  perCallee:
    calls: 1
    every: 24h
")],
    good: &[("campaigns/april.yaml", "\
retry:
  maxAttempts: 3
  wait: 24h
limits:
  perCallee:
    calls: 1
    every: 24h
")],
    check: Check::Campaign(check),
}

/// `retry.wait` where it is left out.
const WAIT: Duration = Duration::from_millis(3_600_000);
/// `provider.concurrentCalls` where it is left out.
const LINES: u32 = 10;

fn check(view: &CampaignView<'_>, found: &mut Vec<Diagnostic>) {
    let spec = &view.campaign.spec;
    let Some(limits) = &spec.limits else { return };
    if let Some(retry) = &spec.retry
        && let Some(attempts) = retry.max_attempts
        && let Some((calls, every)) = limits.per_callee.as_ref().and_then(|p| p.calls.zip(p.every))
    {
        let wait = retry.wait.unwrap_or(WAIT);
        let used_up = wait.as_millis().saturating_mul(u64::from(calls));
        if attempts > calls && used_up < every.as_millis() {
            let field = if retry.wait.is_some() { "wait" } else { "maxAttempts" };
            let told = match calls {
                1 => format!("1 call in {every}"),
                n => format!("{n} calls in {every}"),
            };
            found.push(
                RULE.finding(
                    format!("attempt {} comes later than `retry.wait` says", calls + 1),
                    view.place(&["retry", field]),
                    format!("due {} after the first ...", Duration::from_millis(used_up)),
                )
                .related(view.key(&["limits", "perCallee"]), format!("... and blocked by this: {told}"))
                .help("wait as long as `perCallee` does, allow more calls in that time, or try less often"),
            );
        }
    }
    let lines = view.project.provider.concurrent_calls;
    if let Some(concurrent) = limits.concurrent.filter(|c| *c > lines.unwrap_or(LINES)) {
        let bought = match lines {
            Some(lines) => format!("`provider.concurrentCalls` is {lines}"),
            None => format!("`provider.concurrentCalls` is {LINES}, unless set"),
        };
        found.push(
            RULE.finding(
                format!("{concurrent} calls at a time are more than there are lines"),
                view.place(&["limits", "concurrent"]),
                bought,
            )
            .help("write the number of lines that were bought as `provider.concurrentCalls`, or fewer calls here"),
        );
    }
}
