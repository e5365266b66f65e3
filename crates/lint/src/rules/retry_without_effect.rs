use callform_spec::diagnostic::{Diagnostic, Severity};
use callform_spec::model::{Duration, Moment};

use super::{Check, rule};
use crate::inspect::CampaignView;

rule! {
    /// ## What it does
    ///
    /// Finds a `retry` that never comes to a second attempt.
    ///
    /// ## Why it is bad
    ///
    /// `maxAttempts: 1` is one attempt and no retry: `wait` and `when` beside it promise what does not happen. The same
    /// goes for a `wait` that is as long as the campaign itself: by the time of the second attempt `notAfter` has
    /// passed, and whoever was busy once is not reached.
    code: "CF048",
    name: "retry-without-effect",
    level: Severity::Warning,
    bad: &[("campaigns/april.yaml", "\
retry:
  maxAttempts: 1
  wait: 2h
")],
    good: &[("campaigns/april.yaml", "\
retry:
  maxAttempts: 2
  wait: 2h
")],
    check: Check::Campaign(check),
}

/// `retry.wait` where it is left out.
const WAIT: Duration = Duration::from_millis(3_600_000);

fn check(view: &CampaignView<'_>, found: &mut Vec<Diagnostic>) {
    let spec = &view.campaign.spec;
    let Some(retry) = &spec.retry else { return };
    let attempts = view.place(&["retry", "maxAttempts"]);
    if retry.max_attempts == Some(1) {
        for (field, set) in [("wait", retry.wait.is_some()), ("when", retry.when.is_some())] {
            if set {
                let finding = RULE.finding(
                    format!("`retry.{field}` has no effect"),
                    view.key(&["retry", field]),
                    "has no effect",
                );
                found.push(
                    finding
                        .related(attempts, "one attempt, and no other")
                        .help("write `maxAttempts: 2` or more, or remove it"),
                );
            }
        }
        return;
    }
    let (Some(before), Some(after)) = (spec.not_before, spec.not_after) else { return };
    let wait = retry.wait.unwrap_or(WAIT);
    if length(before, after).is_some_and(|length| wait >= length) {
        let place = if retry.wait.is_some() { view.place(&["retry", "wait"]) } else { attempts };
        found.push(
            RULE.finding("no second attempt fits into the campaign", place, format!("after {wait} ..."))
                .related(view.place(&["notAfter"]), "... the campaign is over")
                .help("write a shorter `wait`, or a later `notAfter`"),
        );
    }
}

/// How long it goes on, where both ends are told in the same way: a day and an instant depend on the callee's zone.
fn length(before: Moment, after: Moment) -> Option<Duration> {
    let seconds = match (before, after) {
        // The last day counts.
        (Moment::Day(before), Moment::Day(after)) => before.duration_until(after).as_secs() + 86_400,
        (Moment::Instant(before), Moment::Instant(after)) => before.duration_until(after).as_secs(),
        _ => return None,
    };
    u64::try_from(seconds).ok().map(|s| Duration::from_millis(s.saturating_mul(1000)))
}
