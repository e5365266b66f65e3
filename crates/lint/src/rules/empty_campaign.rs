use callform_spec::diagnostic::Severity;
use callform_spec::project::{CellPlace, SeenRow};

use super::{Check, rule};
use crate::inspect::CampaignView;
use crate::rows::{Count, Note, Notes, RowRule};

rule! {
    /// ## What it does
    ///
    /// Finds campaigns without a single callee.
    ///
    /// ## Why it is bad
    ///
    /// The export behind the file failed after its first line, or a filter let nobody through. A plan of nothing looks
    /// like a plan of which everything is done.
    code: "CF055",
    name: "empty-campaign",
    level: Severity::Warning,
    bad: &[
        ("campaigns/april.yaml", "\
callees:
  file: callees.csv
  number: phone
  key: patient_id
"),
        ("campaigns/callees.csv", "\
patient_id,phone
"),
    ],
    good: &[
        ("campaigns/april.yaml", "\
callees:
  file: callees.csv
  number: phone
  key: patient_id
"),
        ("campaigns/callees.csv", "\
patient_id,phone
P-1,+12125550147
"),
    ],
    check: Check::Rows(|| Box::new(Empty)),
}

struct Empty;

impl RowRule for Empty {
    fn row(&mut self, _: &CampaignView<'_>, _: &SeenRow<'_>, _: &mut Notes) {}

    fn end(&mut self, view: &CampaignView<'_>, count: Count, notes: &mut Notes) {
        if count.good == 0 && count.bad == 0 {
            notes.add(|| {
                let message = format!("campaign `{}` calls nobody", view.campaign.name);
                Note::new(message, CellPlace::Document(view.key(&["callees"])), "no rows")
                    .help("look at what the list is made from; delete the campaign if it is over")
            });
        }
    }
}
