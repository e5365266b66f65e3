use std::collections::HashMap;

use callform_spec::callees::Place;
use callform_spec::diagnostic::Severity;
use callform_spec::model::{Moment, Repeat};
use callform_spec::project::{CalleeSource, Campaign, SeenRow};

use super::{Check, rule};
use crate::inspect::CampaignView;
use crate::rows::{Note, Notes, RowRule};

rule! {
    /// ## What it does
    ///
    /// Finds numbers that two campaigns of the project call, unless one of the two says `repeat: allowed`, or one ends
    /// (`notAfter`) before the other begins (`notBefore`).
    ///
    /// ## Why it is bad
    ///
    /// In one plan the second call is blocked: that person never hears what the second campaign has to say. Planned a day
    /// later it is placed, and one person is phoned twice by two campaigns that know nothing of each other.
    code: "CF053",
    name: "callee-in-two-campaigns",
    level: Severity::Warning,
    bad: &[
        ("campaigns/april.yaml", "\
callees:
  inline:
    - number: \"+12125550147\"
"),
        ("campaigns/survey.yaml", "\
kind: Campaign
name: survey
agent: checkup
callers:
  - \"+12125550123\"
callees:
  inline:
    - number: \"+12125550147\"
"),
    ],
    good: &[
        ("campaigns/april.yaml", "\
callees:
  inline:
    - number: \"+12125550147\"
"),
        ("campaigns/survey.yaml", "\
kind: Campaign
name: survey
repeat: allowed
agent: checkup
callers:
  - \"+12125550123\"
callees:
  inline:
    - number: \"+12125550147\"
"),
    ],
    check: Check::Rows(|| Box::new(TwoCampaigns::default())),
}

#[derive(Default)]
struct TwoCampaigns {
    /// Number, and where it was first: campaign and line. No others are kept than those of campaigns that are looked at.
    seen: HashMap<u64, (u32, u32)>,
    /// Which campaign this is, by its place in the project; `None` if it is not looked at.
    campaign: Option<u32>,
}

impl RowRule for TwoCampaigns {
    fn begin(&mut self, view: &CampaignView<'_>) {
        let campaigns = &view.project.campaigns;
        let alone = !campaigns.iter().any(|c| c.name != view.campaign.name && competes(c, view.campaign));
        let index = campaigns.iter().position(|c| c.name == view.campaign.name).filter(|_| !alone);
        self.campaign = index.and_then(|index| u32::try_from(index).ok());
    }

    fn row(&mut self, view: &CampaignView<'_>, seen: &SeenRow<'_>, notes: &mut Notes) {
        let Some(index) = self.campaign else { return };
        let row = seen.row;
        if view.campaign.do_not_call.contains(&row.number) {
            return;
        }
        let here = (index, u32::try_from(row.line).unwrap_or(u32::MAX));
        let Some((first, line)) = self.seen.insert(row.number.id(), here) else { return };
        let Some(other) = view.project.campaigns.get(first as usize).filter(|c| competes(c, view.campaign)) else {
            return;
        };
        notes.add(|| {
            let label = match &other.callees {
                CalleeSource::Inline(_) => format!("also callee {line} of `{}`", other.name),
                CalleeSource::File { shown, .. } => format!("also in line {line} of `{shown}`"),
                CalleeSource::Stdin { .. } => format!("also in line {line} of standard input"),
            };
            let message = format!("a callee is called by campaign `{}`, too", other.name);
            Note::new(message, seen.place(Place::Number, None), label)
                .help("keep it in one of the two, or write `repeat: allowed` if both calls are meant")
        });
    }
}

/// Whether a number should not be in both.
fn competes(one: &Campaign, other: &Campaign) -> bool {
    let meant = |campaign: &Campaign| campaign.spec.repeat == Some(Repeat::Allowed);
    !meant(one) && !meant(other) && !is_over_before(one, other) && !is_over_before(other, one)
}

fn is_over_before(one: &Campaign, other: &Campaign) -> bool {
    match (one.spec.not_after, other.spec.not_before) {
        (Some(Moment::Day(end)), Some(Moment::Day(begin))) => end < begin,
        (Some(Moment::Instant(end)), Some(Moment::Instant(begin))) => end < begin,
        // When a day begins and ends depends on where the callee is.
        _ => false,
    }
}
