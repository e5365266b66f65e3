use callform_spec::diagnostic::{Diagnostic, Severity};

use super::{Check, rule};
use crate::inspect::WaiversView;

rule! {
    /// ## What it does
    ///
    /// Finds waivers that waive nothing: the rule finds nothing on their line, or in the entry below them.
    ///
    /// ## Why it is bad
    ///
    /// What they were written for was mended, or moved. If it comes back, nobody is told. A waiver that only another
    /// environment needs is used.
    code: "CF902",
    name: "unused-waiver",
    level: Severity::Warning,
    bad: &[("agents/checkup.yaml", "\
limits:  # callform: allow[CF005] the line itself hangs up after a minute
  ring: 45s
  call: 10m
")],
    good: &[("agents/checkup.yaml", "\
limits:
  ring: 45s
  call: 10m
")],
    check: Check::Waivers(check),
}

fn check(view: &WaiversView<'_>, found: &mut Vec<Diagnostic>) {
    if !view.all_rules_ran {
        return;
    }
    for waiver in view.waivers.iter().filter(|w| w.reason.is_some()) {
        for (n, name) in waiver.names.iter().enumerate() {
            let Some(rule) = name.rule.filter(|_| !name.used) else { continue };
            let message = format!("`{}` finds nothing that this would waive", rule.name);
            let one = waiver.names.len() == 1;
            let title = if one { "remove the waiver".into() } else { format!("remove `{}`", name.text) };
            let mut finding = RULE.finding(message, name.at, "waives nothing").help("remove it");
            finding.fix = waiver.without(n, title, true);
            found.push(finding);
        }
    }
}
