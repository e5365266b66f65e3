use callform_spec::diagnostic::{Diagnostic, Fix, Severity};

use super::{Check, rule};
use crate::inspect::WaiversView;

rule! {
    /// ## What it does
    ///
    /// Finds waivers that do not say why: `# callform: allow[CF005]`.
    ///
    /// ## Why it is bad
    ///
    /// Whoever reads the file a year later has to know whether the reason still holds. A waiver without a reason waives
    /// nothing: what it was written against is told all the same.
    code: "CF900",
    name: "waiver-without-reason",
    level: Severity::Warning,
    bad: &[("agents/checkup.yaml", "\
voice: WeRose  # callform: allow[CF005]
")],
    good: &[("agents/checkup.yaml", "\
limits:  # callform: allow[CF005] the line itself hangs up after a minute
  call: 10m
")],
    check: Check::Waivers(check),
}

fn check(view: &WaiversView<'_>, found: &mut Vec<Diagnostic>) {
    for waiver in view.waivers.iter().filter(|w| w.reason.is_none() && !w.names.is_empty()) {
        let mut finding = RULE
            .finding("the waiver does not say why", waiver.at, "waives nothing without a reason")
            .help(format!("write the reason after the bracket: `allow[{}] the reason`", waiver.list()));
        // A person may know the reason.
        finding.fix = waiver.removal.map(|span| Fix {
            title: "remove the waiver".into(),
            edits: vec![(span, String::new())],
            safe: false,
        });
        found.push(finding);
    }
}
