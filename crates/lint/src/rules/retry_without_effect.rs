use callform_spec::diagnostic::{Diagnostic, Severity};
use callform_spec::model::Duration;
use callform_spec::project::{Campaign, Clock};
use callform_spec::window::{Bound, Decision};
use jiff::tz::{TimeZone, offset};
use jiff::{SignedDuration, Timestamp};

use super::{Check, rule};
use crate::inspect::CampaignView;

rule! {
    /// ## What it does
    ///
    /// Finds a `retry` that never comes to a second attempt, and one whose last attempts never fit.
    ///
    /// ## Why it is bad
    ///
    /// `maxAttempts: 1` is one attempt and no retry: `wait` and `when` beside it promise what does not happen. The same
    /// goes for a `wait` after which the window does not open again before `notAfter`: whoever was busy once is not
    /// reached. And `maxAttempts: 5` with `wait: 12h` in a campaign of two days comes to four attempts, where its author
    /// counts on five.
    ///
    /// Attempts are counted as early as they can be, in the time zone where most of them fit.
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
    let (Some(wanted), Some(_), Some(_)) = (retry.max_attempts, spec.not_before, spec.not_after) else { return };
    let wait = retry.wait.unwrap_or(WAIT);
    let fitting = attempts_that_fit(view.campaign, wait, wanted);
    if (1..wanted).contains(&fitting) {
        let place = if retry.wait.is_some() { view.place(&["retry", "wait"]) } else { attempts };
        let message = match fitting {
            1 => "no second attempt fits into the campaign".to_owned(),
            n => format!("no more than {n} attempts fit into the campaign"),
        };
        let window = &view.campaign.window;
        let over = if window.open().is_empty() && window.except().is_empty() {
            "... the campaign is over"
        } else {
            "... the window does not open again before this"
        };
        let mut finding = RULE.finding(message, place, format!("after {wait} ..."));
        if fitting > 1 {
            finding = finding.related(attempts, format!("{wanted} are wanted"));
        }
        found.push(
            finding.related(view.place(&["notAfter"]), over).help("write a shorter `wait`, or a later `notAfter`"),
        );
    }
}

/// How many attempts there can be at the most, up to a number: each as early as the window lets it.
fn attempts_that_fit(campaign: &Campaign, wait: Duration, wanted: u32) -> u32 {
    let Some(begins) = campaign.window.not_before() else { return wanted };
    let wait = i64::try_from(wait.as_millis()).map_or(SignedDuration::MAX, SignedDuration::from_millis);
    // A day begins up to 14 hours earlier in the east.
    let earliest = match begins {
        Bound::Date(day) => day.to_zoned(TimeZone::UTC).map_or(Timestamp::MIN, |day| day.timestamp()),
        Bound::Instant(instant) => instant,
    };
    let earliest = earliest.saturating_sub(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MIN);
    let count = |zone: TimeZone| {
        let mut due = earliest;
        for done in 0..wanted {
            let at = match campaign.window.decide(due, std::slice::from_ref(&zone)) {
                Decision::Open { .. } => due,
                Decision::OpensAt(at) => at,
                Decision::Never => return done,
            };
            let Ok(next) = at.checked_add(wait) else { return done + 1 };
            due = next;
        }
        wanted
    };
    match &campaign.clock {
        Clock::Zone(zone) => count(zone.clone()),
        Clock::Callee | Clock::Column(_) => {
            (-12..=14).map(|hours| count(TimeZone::fixed(offset(hours)))).max().unwrap_or(wanted)
        }
    }
}
