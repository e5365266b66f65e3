use callform_spec::diagnostic::{Diagnostic, Severity};

use super::{Check, rule};
use crate::inspect::AgentView;

rule! {
    /// ## What it does
    ///
    /// Finds agents without `limits.call` or `limits.ring`.
    ///
    /// ## Why it is bad
    ///
    /// When the answer to a request is lost, nobody knows whether a phone rang. That a call is *not* in the provider's
    /// records proves something only when it must have ended by then, and without these limits it may go on for ever:
    /// the call stays unknown until a person decides, and its callee is not phoned until then. A call without a limit
    /// also costs without one.
    code: "CF005",
    name: "limits-unset",
    level: Severity::Warning,
    bad: &[("agents/checkup.yaml", "\
limits:
  call: 10m
")],
    good: &[("agents/checkup.yaml", "\
limits:
  ring: 45s
  call: 10m
")],
    check: Check::Agent(check),
}

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    let limits = view.agent.spec.limits.clone().unwrap_or_default();
    let missing: Vec<_> = [("limits.ring", limits.ring, "45s"), ("limits.call", limits.call, "10m")]
        .into_iter()
        .filter(|(_, set, _)| set.is_none())
        .collect();
    let message = match missing.as_slice() {
        [] => return,
        [(field, ..)] => format!("`{field}` is not set"),
        _ => "`limits.ring` and `limits.call` are not set".to_owned(),
    };
    let place = if view.agent.spec.limits.is_some() { view.key(&["limits"]) } else { view.name() };
    let mut finding = RULE.finding(message, place, "a lost answer can never be resolved by itself");
    for (field, _, example) in missing {
        finding = finding.help(format!("for example `{field}: {example}`"));
    }
    found.push(finding);
}
