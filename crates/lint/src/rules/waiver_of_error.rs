use callform_spec::diagnostic::{Diagnostic, Severity};

use super::{Check, find, rule};
use crate::inspect::WaiversView;
use crate::selection::is_error_code;

rule! {
    /// ## What it does
    ///
    /// Finds waivers of errors: `# callform: allow[E0107] ...`.
    ///
    /// ## Why it is bad
    ///
    /// The provider or callform refuses what an error finds, whatever a comment says. Nothing is sent until it is mended.
    code: "CF903",
    name: "waiver-of-error",
    level: Severity::Warning,
    bad: &[("agents/checkup.yaml", "\
voice: WeRose  # callform: allow[E0107] we need this field
")],
    good: &[("agents/checkup.yaml", "\
voice: WeRose
")],
    check: Check::Waivers(check),
}

fn check(view: &WaiversView<'_>, found: &mut Vec<Diagnostic>) {
    for waiver in view.waivers {
        for (n, name) in waiver.names.iter().enumerate() {
            let is_locked = name.rule.is_none() && find(&name.text).is_some();
            if is_locked || is_error_code(&name.text) {
                let mut finding = RULE
                    .finding(format!("`{}` is an error, which can't be waived", name.text), name.at, "waives nothing")
                    .help("mend what it finds, and remove this");
                finding.fix = waiver.without(n, format!("remove `{}`", name.text), true);
                found.push(finding);
            }
        }
    }
}
