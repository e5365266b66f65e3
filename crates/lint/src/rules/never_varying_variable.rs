use callform_spec::diagnostic::{Diagnostic, Severity};
use callform_spec::project::{CalleeSource, Campaign, Declared};
use callform_spec::value::Value;

use super::{Check, rule};
use crate::inspect::{AgentView, keys};

rule! {
    /// ## What it does
    ///
    /// Finds variables that can have one value only: a choice of one, a number whose `min` is its `max`, and a constant
    /// that two or more campaigns set, all of them to the same value.
    ///
    /// ## Why it is bad
    ///
    /// The value stands in several places that have to be changed together. The campaign that is forgotten tells its
    /// callees yesterday's opening hours.
    code: "CF016",
    name: "never-varying-variable",
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
"),
        ("campaigns/may.yaml", "\
kind: Campaign
name: may
agent: checkup
callers:
  - \"+12125550123\"
variables:
  clinic: Harbour Clinic
callees:
  inline:
    - number: \"+12125550148\"
"),
    ],
    good: &[
        ("agents/checkup.yaml", "\
variables:
  clinic:
    default: Harbour Clinic
    maxLength: 60
welcome: Hello, this is the automated assistant of {{ clinic }}.
"),
        ("campaigns/may.yaml", "\
kind: Campaign
name: may
agent: checkup
callers:
  - \"+12125550123\"
callees:
  inline:
    - number: \"+12125550148\"
"),
    ],
    check: Check::AgentInCampaigns(check),
}

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    let campaigns = || view.project.campaigns.iter().filter(|c| view.project.agents[c.agent].name == view.agent.name);
    for variable in &view.agent.variables {
        let name = variable.name.as_str();
        let (label, help) = if variable.rules.choices.len() == 1 {
            (
                "a choice of one",
                format!("add the other `choices`, or write the words in the place of `{{{{ {name} }}}}`"),
            )
        } else if variable.rules.min.is_some() && variable.rules.min == variable.rules.max {
            ("`min` is `max`", format!("mend the bounds, or write the number in the place of `{{{{ {name} }}}}`"))
        } else if same_everywhere(variable, campaigns()) {
            (
                "every campaign sets the same value",
                "make it the `default` here, and remove it from the campaigns".into(),
            )
        } else {
            continue;
        };
        let finding = RULE.finding(format!("`{name}` never varies"), view.key(&["variables", name]), label);
        let constants = campaigns().filter(|c| constant(c, name).is_some()).take(2);
        let places = constants.map(|c| c.node.place(&keys(&["variables", name])));
        found.push(places.fold(finding, |f, place| f.related(place, "the same value")).help(help));
    }
}

fn same_everywhere<'a>(variable: &Declared, mut campaigns: impl Iterator<Item = &'a Campaign>) -> bool {
    let Some(first) = campaigns.next().and_then(|c| constant(c, &variable.name)) else { return false };
    let mut others = campaigns.map(|c| constant(c, &variable.name)).peekable();
    others.peek().is_some() && others.all(|other| other == Some(first))
}

/// The value for everybody that a campaign calls; rows of its own take that away.
fn constant<'a>(campaign: &'a Campaign, name: &str) -> Option<&'a Value> {
    let (_, value) = campaign.constants.iter().find(|(constant, _)| constant == name)?;
    let column = campaign.columns.variables.iter().find(|(variable, _)| variable == name).map(|(_, column)| column);
    let overridden = match (&campaign.callees, column) {
        (CalleeSource::Inline(rows), Some(column)) => rows.iter().any(|row| row.cells.contains_key(column)),
        // A column that was named for it is there; whether its cells are empty is not known here.
        (_, Some(column)) => campaign.columns.required.contains(column),
        (_, None) => false,
    };
    (!overridden).then_some(value)
}
