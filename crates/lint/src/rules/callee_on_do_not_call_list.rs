use callform_spec::callees::Place;
use callform_spec::diagnostic::Severity;
use callform_spec::project::{Campaign, SeenRow};
use callform_spec::source::Span;

use super::{Check, rule};
use crate::inspect::{CampaignView, keys};
use crate::rows::{Note, Notes, RowRule};

rule! {
    /// ## What it does
    ///
    /// Finds callees that are on a do-not-call list: of their own campaign, or of another campaign of the project.
    ///
    /// ## Why it is bad
    ///
    /// A campaign obeys the lists that it names, and no others: who asked one team not to be phoned is phoned for another
    /// one. On a list of the campaign itself the callee is blocked, and whoever reviews the list of callees should know
    /// that before the plan says so.
    code: "CF052",
    name: "callee-on-do-not-call-list",
    level: Severity::Warning,
    bad: &[
        ("campaigns/april.yaml", "\
callees:
  inline:
    - number: \"+12125550147\"
    - number: \"+12125550148\"
doNotCall: [do-not-call.csv]
"),
        ("campaigns/do-not-call.csv", "\
number
+12125550148
"),
    ],
    good: &[
        ("campaigns/april.yaml", "\
callees:
  inline:
    - number: \"+12125550147\"
doNotCall: [do-not-call.csv]
"),
        ("campaigns/do-not-call.csv", "\
number
+12125550148
"),
    ],
    check: Check::Rows(|| Box::new(OnList)),
}

struct OnList;

impl RowRule for OnList {
    fn row(&mut self, view: &CampaignView<'_>, seen: &SeenRow<'_>, notes: &mut Notes) {
        let number = &seen.row.number;
        if view.campaign.do_not_call.contains(number) {
            notes.add(|| {
                let place = seen.place(Place::Number, None);
                Note::new("a callee is on a do-not-call list of the campaign", place, "this number will be blocked")
                    .related(list_of(view.campaign), "on one of these lists")
                    .help("delete the row: it says that somebody is to be phoned who asked not to be")
            });
            return;
        }
        let others = view.project.campaigns.iter().filter(|c| c.name != view.campaign.name);
        let Some(other) = others.into_iter().find(|c| c.do_not_call.contains(number)) else { return };
        notes.add(|| {
            let place = seen.place(Place::Number, None);
            let message = format!("a callee is on a do-not-call list of campaign `{}`", other.name);
            Note::new(message, place, "this campaign would phone it").related(list_of(other), "on one of these lists").help(format!(
                "name that list in `doNotCall` of `{}` too; if it is about the subject of the other campaign only, say so beside the list",
                view.campaign.name
            ))
        });
    }
}

/// Where a campaign names its lists.
fn list_of(campaign: &Campaign) -> Span {
    campaign.node.place(&keys(&["doNotCall"]))
}
