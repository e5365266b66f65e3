use callform_spec::diagnostic::{Diagnostic, Severity};
use callform_spec::project::CalleeSource;
use callform_spec::value::Raw;

use super::{Check, rule};
use crate::inspect::{CampaignView, keys};

rule! {
    /// ## What it does
    ///
    /// Finds constants of a campaign that every row written in it overrides.
    ///
    /// ## Why it is bad
    ///
    /// The nearest value wins, and a row is nearer than the campaign: the constant is never heard. Whoever changes it
    /// in a review believes that callees will hear the new value.
    ///
    /// Rows of a file are not read for this. A constant is of use where some rows leave the column empty.
    code: "CF015",
    name: "overridden-constant",
    level: Severity::Warning,
    bad: &[
        ("agents/checkup.yaml", "\
variables:
  clinic:
    maxLength: 60
welcome: Hello, this is the automated assistant of {{ clinic }}.
"),
        ("campaigns/april.yaml", "\
variables:
  clinic: Harbour Clinic
callees:
  inline:
    - number: \"+12125550147\"
      clinic: Hill Clinic
"),
    ],
    good: &[
        ("agents/checkup.yaml", "\
variables:
  clinic:
    maxLength: 60
welcome: Hello, this is the automated assistant of {{ clinic }}.
"),
        ("campaigns/april.yaml", "\
variables:
  clinic: Hill Clinic
callees:
  inline:
    - number: \"+12125550147\"
"),
    ],
    check: Check::Campaign(check),
}

fn check(view: &CampaignView<'_>, found: &mut Vec<Diagnostic>) {
    let campaign = view.campaign;
    let CalleeSource::Inline(rows) = &campaign.callees else { return };
    for (name, _) in &campaign.constants {
        let Some((_, column)) = campaign.columns.variables.iter().find(|(variable, _)| variable == name) else {
            continue;
        };
        let given = |cell: Option<&Raw>| cell.is_some_and(|c| !matches!(c, Raw::Text(text) if text.is_empty()));
        let Some(first) = rows.first().filter(|_| rows.iter().all(|row| given(row.cells.get(column)))) else {
            continue;
        };
        let place = campaign.node.place(&keys(&["variables", name]));
        let finding = RULE.finding(format!("the constant `{name}` is never heard"), place, "every row has its own");
        let finding = match first.cell_spans.get(column) {
            Some(span) => finding.related(*span, "nearer to the callee, so this is heard"),
            None => finding,
        };
        found.push(finding.help(format!("remove it, or remove `{column}` from the rows")));
    }
}
