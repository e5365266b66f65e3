use callform_spec::diagnostic::{Diagnostic, Severity};
use callform_spec::project::Clock;

use super::{Check, rule};
use crate::inspect::CampaignView;

rule! {
    /// ## What it does
    ///
    /// Finds campaigns whose window does not open once between `notBefore` and `notAfter`.
    ///
    /// ## Why it is bad
    ///
    /// Every call is put off until a time that never comes: the campaign looks fine, runs, and phones nobody. Mostly
    /// the days of the week miss the dates, or `except` takes the only day that was left.
    ///
    /// Where the clock is the callee's, a window is reported that stays shut in every time zone.
    code: "CF046",
    name: "window-never-opens",
    level: Severity::Warning,
    bad: &[("campaigns/april.yaml", "\
window:
  open:
    - days: [mon, tue, wed, thu, fri]
      from: \"09:00\"
      to: \"20:00\"
notBefore: 2031-04-12
notAfter: 2031-04-13
")],
    good: &[("campaigns/april.yaml", "\
window:
  open:
    - days: [mon, tue, wed, thu, fri]
      from: \"09:00\"
      to: \"20:00\"
notBefore: 2031-04-12
notAfter: 2031-04-16
")],
    check: Check::Campaign(check),
}

fn check(view: &CampaignView<'_>, found: &mut Vec<Diagnostic>) {
    let campaign = view.campaign;
    let zone = match &campaign.clock {
        Clock::Zone(zone) => Some(zone),
        Clock::Callee | Clock::Column(_) => None,
    };
    let (Some(before), Some(after)) = (campaign.spec.not_before, campaign.spec.not_after) else { return };
    if campaign.window.opens_within_its_bounds(zone) {
        return;
    }
    // What keeps it shut: hours, days, or the bounds alone.
    let primary = if !campaign.window.open().is_empty() {
        view.key(&["window", "open"])
    } else if !campaign.window.except().is_empty() {
        view.key(&["window", "except"])
    } else {
        view.place(&["notAfter"])
    };
    found.push(
        RULE.finding("the window never opens", primary, format!("not once from {before} to {after}"))
            .related(view.place(&["notBefore"]), "no call before this ...")
            .related(view.place(&["notAfter"]), "... and none after this")
            .help("compare days, exceptions and hours with the dates"),
    );
}
