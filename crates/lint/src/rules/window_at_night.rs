use callform_spec::diagnostic::{Diagnostic, Severity};
use callform_spec::window::ClockTime;
use callform_spec::yaml::Segment;

use super::{Check, rule};
use crate::inspect::{CampaignView, keys};

rule! {
    /// ## What it does
    ///
    /// Finds openings of a window before 08:00 or after 21:00.
    ///
    /// ## Why it is bad
    ///
    /// Nobody wants to be woken by a machine, and the provider refuses calls outside of the carrier's hours, which are
    /// usually 09:00 to 21:00 (status 111, `restrictedTime`). Hours over midnight are mostly two times that were
    /// swapped.
    ///
    /// On this machine, where nobody is phoned, nothing is reported.
    code: "CF047",
    name: "window-at-night",
    level: Severity::Warning,
    bad: &[("campaigns/april.yaml", "\
window:
  open:
    - from: \"20:00\"
      to: \"09:00\"
")],
    good: &[("campaigns/april.yaml", "\
window:
  open:
    - from: \"09:00\"
      to: \"20:00\"
")],
    check: Check::Campaign(check),
}

fn check(view: &CampaignView<'_>, found: &mut Vec<Diagnostic>) {
    if view.project.site.is_loopback() {
        return;
    }
    let (Ok(morning), Ok(evening)) = ("08:00".parse::<ClockTime>(), "21:00".parse::<ClockTime>()) else { return };
    for (i, opening) in view.campaign.window.open().iter().enumerate() {
        let place = |field: &str| {
            view.place_of(
                &[keys(&["window", "open"]), vec![Segment::Index(i), Segment::Key(field.to_owned())]].concat(),
            )
        };
        let finding = if opening.is_overnight() {
            RULE.finding("the window is open all night", place("to"), "on the next morning")
                .related(place("from"), "from the evening on ...")
                .help("write the earlier time as `from`")
        } else if opening.to() > evening {
            RULE.finding("the window is open at night", place("to"), "late for a call")
                .help("write `to: \"21:00\"`, or earlier")
        } else if opening.from() < morning {
            RULE.finding("the window is open at night", place("from"), "early for a call")
                .help("write `from: \"08:00\"`, or later")
        } else {
            continue;
        };
        found.push(finding);
    }
}
