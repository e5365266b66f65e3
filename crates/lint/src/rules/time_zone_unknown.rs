use callform_spec::callees::Place;
use callform_spec::diagnostic::Severity;
use callform_spec::project::{Clock, SeenRow};

use super::{Check, rule};
use crate::inspect::CampaignView;
use crate::rows::{Note, Notes, RowRule};

rule! {
    /// ## What it does
    ///
    /// Finds callees whose time zone can't be known from their number, in campaigns that have a window, where neither row
    /// nor campaign names a zone.
    ///
    /// ## Why it is bad
    ///
    /// Nobody knows when such a phone may ring, so it never does: every plan blocks the callee.
    code: "CF056",
    name: "time-zone-unknown",
    level: Severity::Warning,
    bad: &[("campaigns/april.yaml", "\
callees:
  inline:
    - number: \"+883510000000099\"
window:
  open:
    - from: \"09:00\"
      to: \"20:00\"
")],
    good: &[("campaigns/april.yaml", "\
callees:
  inline:
    - number: \"+883510000000099\"
window:
  timeZone: Europe/London
  open:
    - from: \"09:00\"
      to: \"20:00\"
")],
    check: Check::Rows(|| Box::new(Unknown)),
}

struct Unknown;

impl RowRule for Unknown {
    fn row(&mut self, view: &CampaignView<'_>, seen: &SeenRow<'_>, notes: &mut Notes) {
        if !seen.ready.zones.is_empty() || !view.campaign.window.needs_zone() {
            return;
        }
        notes.add(|| {
            let help = match &view.campaign.clock {
                Clock::Column(column) => format!("write an IANA zone such as `Europe/Berlin` into `{column}`"),
                Clock::Callee | Clock::Zone(_) => {
                    "name the zone in a column (`window.timeZone: { column: NAME }`), or one zone for all".to_owned()
                }
            };
            let place = match &view.campaign.clock {
                Clock::Column(_) => Place::Zone,
                Clock::Callee | Clock::Zone(_) => Place::Number,
            };
            let message = "a callee's time zone can't be known from the number";
            Note::new(message, seen.place(place, None), "will be blocked").help(help)
        });
    }
}
