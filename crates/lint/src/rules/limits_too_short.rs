use callform_spec::diagnostic::{Diagnostic, Severity};
use callform_spec::model::Duration;

use super::{Check, rule};
use crate::inspect::AgentView;

rule! {
    /// ## What it does
    ///
    /// Finds a `limits.ring` under 15s and a `limits.call` under 30s.
    ///
    /// ## Why it is bad
    ///
    /// A phone that rings for a few seconds is picked up by nobody: the call counts as one without an answer (202) and
    /// as an attempt, and the callee sees a missed call of an unknown number. A call that ends after some seconds
    /// (`MaxCallDurationMs`) cuts callees off in the middle of a sentence. Both are mostly a slip of the unit, `10s` for
    /// `10m`.
    ///
    /// On this machine, where nobody is phoned, nothing is reported.
    code: "CF045",
    name: "limits-too-short",
    level: Severity::Warning,
    bad: &[("agents/checkup.yaml", "\
limits:
  ring: 45s
  call: 10s
")],
    good: &[("agents/checkup.yaml", "\
limits:
  ring: 45s
  call: 10m
")],
    check: Check::Agent(check),
}

const RING: Duration = Duration::from_millis(15_000);
const CALL: Duration = Duration::from_millis(30_000);

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    let Some(limits) = view.agent.spec.limits.as_ref().filter(|_| !view.project.site.is_loopback()) else { return };
    if limits.ring.is_some_and(|ring| ring < RING) {
        found.push(
            RULE.finding(
                "it rings too short for anybody to pick up",
                view.place(&["limits", "ring"]),
                "rings this long",
            )
            .help("for example `limits.ring: 45s`"),
        );
    }
    if limits.call.is_some_and(|call| call < CALL) {
        found.push(
            RULE.finding(
                "the call is too short for a conversation",
                view.place(&["limits", "call"]),
                "ends after this",
            )
            .help("for example `limits.call: 10m`"),
        );
    }
}
