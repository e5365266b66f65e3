use callform_spec::diagnostic::{Diagnostic, Severity};
use callform_spec::model::Duration;

use super::{Check, rule};
use crate::inspect::AgentView;

rule! {
    /// ## What it does
    ///
    /// Finds a `silence.hangUpAfter` that comes before the first reminder, or together with it.
    ///
    /// ## Why it is bad
    ///
    /// Whoever needs a moment is hung up on without ever having been asked whether they are still there. Unless they
    /// are set, the reminder comes after 10s (`NotifyDuration`) and the end after 60s (`MaxDuration`).
    ///
    /// With `maxReminders: 0` no reminder is wanted, and nothing is reported.
    code: "CF009",
    name: "silence-never-reminds",
    level: Severity::Warning,
    bad: &[("agents/checkup.yaml", "\
silence:
  remindAfter: 20s
  message: Are you still there?
  hangUpAfter: 15s
")],
    good: &[("agents/checkup.yaml", "\
silence:
  remindAfter: 10s
  message: Are you still there?
  hangUpAfter: 30s
")],
    check: Check::Agent(check),
}

/// `NotifyDuration` where it is not sent.
const REMIND_AFTER: Duration = Duration::from_millis(10_000);
/// `MaxDuration` where it is not sent.
const HANG_UP_AFTER: Duration = Duration::from_millis(60_000);

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    let Some(silence) = view.agent.spec.silence.as_ref().filter(|s| s.max_reminders != Some(0)) else { return };
    let remind = silence.remind_after.unwrap_or(REMIND_AFTER);
    let hang_up = silence.hang_up_after.unwrap_or(HANG_UP_AFTER);
    if remind < hang_up {
        return;
    }
    let (reminds, ends) = (["silence", "remindAfter"], ["silence", "hangUpAfter"]);
    let message = "the callee is hung up on before the first reminder";
    let finding = match (silence.remind_after, silence.hang_up_after) {
        (Some(_), Some(_)) => RULE
            .finding(message, view.place(&reminds), format!("reminds after {remind} ..."))
            .related(view.place(&ends), format!("... and by then, after {hang_up}, the call has ended")),
        (Some(_), None) => {
            RULE.finding(message, view.place(&reminds), format!("the call ends after {hang_up}, unless set"))
        }
        (None, _) => RULE.finding(message, view.place(&ends), format!("the reminder comes after {remind}, unless set")),
    };
    found.push(finding.help("leave time for a reminder and an answer: `hangUpAfter` well above `remindAfter`"));
}
