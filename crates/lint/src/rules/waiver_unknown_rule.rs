use callform_spec::diagnostic::{Diagnostic, Severity};

use super::{Check, find, nearest, rule};
use crate::inspect::WaiversView;
use crate::selection::is_error_code;

rule! {
    /// ## What it does
    ///
    /// Finds waivers that name a rule that does not exist, or no rule at all, and comments that were meant to be waivers:
    /// `# callform: ignore[CF005]`, `# callform: disable CF005`, `# noqa: CF005`.
    ///
    /// ## Why it is bad
    ///
    /// Such a waiver waives nothing, and looks as if it did. Rules are named by code or by name, in brackets:
    /// `# callform: allow[CF005, unused-variable] the reason`.
    code: "CF901",
    name: "waiver-unknown-rule",
    level: Severity::Warning,
    bad: &[("agents/checkup.yaml", "\
voice: WeRose  # callform: allow[limits-unst] the line itself hangs up after a minute
")],
    good: &[("agents/checkup.yaml", "\
limits:  # callform: allow[limits-unset] the line itself hangs up after a minute
  call: 10m
")],
    check: Check::Waivers(check),
}

fn check(view: &WaiversView<'_>, found: &mut Vec<Diagnostic>) {
    for waiver in view.waivers {
        if waiver.names.is_empty() {
            let rules = waiver.slip.as_deref().filter(|rules| !rules.is_empty());
            let message =
                if rules.is_some() { "the comment is not written as a waiver" } else { "the waiver names no rule" };
            let list = rules.map_or_else(|| "CF005".to_owned(), |rules| rules.join(", "));
            let finding = RULE.finding(message, waiver.at, "waives nothing");
            found.push(finding.help(format!("write it like this: `callform: allow[{list}] the reason`")));
        }
        for (n, name) in waiver.names.iter().enumerate() {
            if is_error_code(&name.text) || find(&name.text).is_some() {
                continue;
            }
            let mut finding = RULE.finding(format!("no rule is called `{}`", name.text), name.at, "not a rule");
            let near = nearest(&name.text);
            finding.help.push(near.map_or_else(
                || "`callform rule` lists the rules".to_owned(),
                |near| format!("did you mean `{near}`?"),
            ));
            finding.fix = match near {
                Some(near) => waiver.rename(n, near),
                None => waiver.without(n, format!("remove `{}`", name.text), false),
            };
            found.push(finding);
        }
    }
}
