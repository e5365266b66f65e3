use callform_spec::callees::Place;
use callform_spec::diagnostic::{Diagnostic, Severity};
use callform_spec::phone::PhoneNumber;
use callform_spec::project::{CalleeSource, SeenRow};
use callform_spec::source::Span;
use callform_spec::value::Raw;
use callform_spec::yaml::Segment;

use super::{Check, rule};
use crate::inspect::{CampaignView, keys};
use crate::rows::{Note, Notes, RowRule};

rule! {
    /// ## What it does
    ///
    /// Finds callers and callees whose number is possible but assigned to nobody by its country's plan. On the emulator,
    /// where such numbers are the right ones, it is silent.
    ///
    /// ## Why it is bad
    ///
    /// A digit is wrong or missing, or an example was left in place. Best case, the call fails; worst case, the plan
    /// has changed and a stranger is phoned.
    code: "CF007",
    name: "unusual-number",
    level: Severity::Warning,
    bad: &[("campaigns/april.yaml", "\
callees:
  inline:
    - number: \"008612300000000\"
")],
    good: &[("campaigns/april.yaml", "\
callees:
  inline:
    - number: \"+12125550147\"
")],
    check: Check::Both(&Check::Campaign(check), &Check::Rows(|| Box::new(OfFile))),
}

fn check(view: &CampaignView<'_>, found: &mut Vec<Diagnostic>) {
    if view.project.site.is_loopback() {
        return;
    }
    let campaign = view.campaign;
    for (i, text) in campaign.spec.callers.iter().flatten().enumerate() {
        let path = [keys(&["callers"]), vec![Segment::Index(i)]].concat();
        found.extend(judge("caller", text, campaign.node.place(&path)));
    }
    if let CalleeSource::Inline(rows) = &campaign.callees {
        let column = &campaign.columns.number;
        for row in rows {
            if let Some(Raw::Text(text)) = row.cells.get(column) {
                found.extend(judge("callee", text, row.cell_spans.get(column).copied().unwrap_or(row.span)));
            }
        }
    }
}

/// Rows of a file. Those of a document are judged with it, so that an editor says it while they are written.
struct OfFile;

impl RowRule for OfFile {
    fn row(&mut self, view: &CampaignView<'_>, seen: &SeenRow<'_>, notes: &mut Notes) {
        let number = &seen.row.number;
        let is_inline = matches!(view.campaign.callees, CalleeSource::Inline(_));
        if number.is_unusual() && !is_inline && !view.project.site.is_loopback() {
            notes.add(|| Note::new(message("callee", number), seen.place(Place::Number, None), LABEL).help(HELP));
        }
    }
}

const LABEL: &str = "its country's plan assigns it to nobody";
const HELP: &str = "look for a wrong or missing digit; a number that you know to work may stay";

fn message(who: &str, number: &PhoneNumber) -> String {
    format!("a {who} is an unusual number: `{}`", number.masked())
}

fn judge(who: &str, text: &str, place: Span) -> Option<Diagnostic> {
    // What is no number at all is an error, and was reported.
    let number = PhoneNumber::parse(text).ok().filter(PhoneNumber::is_unusual)?;
    Some(RULE.finding(message(who, &number), place, LABEL).help(HELP))
}
