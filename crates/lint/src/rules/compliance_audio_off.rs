use callform_spec::diagnostic::{Diagnostic, Severity};

use super::{Check, rule};
use crate::inspect::AgentView;

rule! {
    /// ## What it does
    ///
    /// Finds `complianceAudio: false`.
    ///
    /// ## Why it is bad
    ///
    /// The tone at the start tells callees that a machine is speaking. Switching it off (`EnableComplianceAudio`) is,
    /// by the provider's terms, a legal undertaking of yours: to tell them in another way, where the law asks for it.
    code: "CF008",
    name: "compliance-audio-off",
    level: Severity::Warning,
    bad: &[("agents/checkup.yaml", "\
complianceAudio: false
")],
    good: &[("agents/checkup.yaml", "\
complianceAudio: true
")],
    check: Check::Agent(check),
}

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    if view.agent.spec.compliance_audio == Some(false) {
        let place = view.place(&["complianceAudio"]);
        found.push(
            RULE.finding("the tone that tells of a machine is off", place, "a legal undertaking of yours")
                .help("remove the line, or let a lawyer read `EnableComplianceAudio` first"),
        );
    }
}
