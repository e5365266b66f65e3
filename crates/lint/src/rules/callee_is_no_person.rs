use callform_spec::callees::Place;
use callform_spec::diagnostic::Severity;
use callform_spec::phone::Kind;
use callform_spec::project::SeenRow;

use super::{Check, rule};
use crate::inspect::CampaignView;
use crate::rows::{Note, Notes, RowRule};

rule! {
    /// ## What it does
    ///
    /// Finds callees at whose number no person is to be expected: premium rate, toll free, shared cost, pagers,
    /// mailboxes, numbers of a company's exchange, short service numbers, and the project's own callers.
    ///
    /// ## Why it is bad
    ///
    /// Such numbers come into a list by mistake: the wrong column, a company's hotline, one's own line. A premium number
    /// costs by the minute, an exchange's menu talks with the agent until the limit of the call, many of these numbers
    /// can't be dialled from abroad at all, and a call to one's own line may come back to the agent.
    code: "CF054",
    name: "callee-is-no-person",
    level: Severity::Warning,
    bad: &[("campaigns/april.yaml", "\
callees:
  inline:
    - number: \"+19005550199\"
")],
    good: &[("campaigns/april.yaml", "\
callees:
  inline:
    - number: \"+12125550147\"
")],
    check: Check::Rows(|| Box::new(NoPerson)),
}

struct NoPerson;

impl RowRule for NoPerson {
    fn row(&mut self, view: &CampaignView<'_>, seen: &SeenRow<'_>, notes: &mut Notes) {
        let number = &seen.row.number;
        let mut note = |message: String, label: &str, help: &str| {
            notes.add(|| Note::new(message, seen.place(Place::Number, None), label).help(help));
        };
        if let Some(of) = view.project.campaigns.iter().find(|c| c.callers.contains(number)) {
            let message = format!("a callee is a caller of campaign `{}`", of.name);
            note(message, "a line of one's own", "to try an agent on a phone of one's own, use `callform try`");
        } else if let Some(label) = label(number.kind()) {
            let message = format!("a callee is no person's phone: {} ({})", number.masked(), number.kind().name());
            note(message, label, "look for the person's own number in the list that this row was made from");
        }
    }
}

fn label(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::PremiumRate => Some("costs by the minute"),
        Kind::TollFree | Kind::SharedCost | Kind::UniversalAccess => Some("a company's exchange answers"),
        Kind::Pager => Some("a pager can't talk"),
        Kind::Voicemail => Some("a mailbox answers"),
        Kind::Service => Some("a service answers"),
        Kind::FixedLine
        | Kind::Mobile
        | Kind::FixedLineOrMobile
        | Kind::Voip
        | Kind::Personal
        // Another rule says so.
        | Kind::Unknown => None,
    }
}
