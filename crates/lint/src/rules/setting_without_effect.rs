use callform_spec::diagnostic::{Diagnostic, Severity};
use callform_spec::model::{Duration, InterruptionMode};

use super::{Check, rule};
use crate::inspect::{AgentView, recognised};

rule! {
    /// ## What it does
    ///
    /// Finds settings of an agent that another setting switches off.
    ///
    /// ## Why it is bad
    ///
    /// The document promises a reviewer what no callee will ever notice:
    ///
    /// - `interruption.after` with `mode: never`: it counts with `auto` only.
    /// - `voicemail.action` without `detect: true`: the machine is talked to until the call ends.
    /// - `silence.message` and `silence.remindAfter` with `maxReminders: 0`.
    /// - `silence.maxReminders` above what fits in before `hangUpAfter`: reminders do not break the callee's silence.
    /// - `silence.hangUpAfter` from `limits.call` on: the call has ended by then.
    /// - `fillerWords` where no Chinese is spoken: the provider knows Chinese ones only.
    /// - `ambientSound` with `volume: 0`.
    code: "CF043",
    name: "setting-without-effect",
    level: Severity::Warning,
    bad: &[("agents/checkup.yaml", "\
voicemail:
  action: hangUp
interruption:
  mode: never
  after: 500ms
")],
    good: &[("agents/checkup.yaml", "\
voicemail:
  detect: true
  action: hangUp
interruption:
  mode: auto
  after: 500ms
")],
    check: Check::Agent(check),
}

/// `NotifyDuration` where it is not sent.
const REMIND_AFTER: Duration = Duration::from_millis(10_000);

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    let spec = &view.agent.spec;
    if let Some(interruption) = &spec.interruption
        && interruption.mode == Some(InterruptionMode::Never)
        && interruption.after.is_some()
    {
        let switch = (&["interruption", "mode"][..], "nothing interrupts");
        found.push(off(view, &["interruption", "after"], switch, "write `mode: auto`, or remove it"));
    }
    if let Some(voicemail) = &spec.voicemail
        && voicemail.action.is_some()
        && voicemail.detect != Some(true)
    {
        let switch = match voicemail.detect {
            Some(_) => (&["voicemail", "detect"][..], "machines are not detected"),
            None => (&["voicemail"][..], "unless `detect: true` is set, machines are not detected"),
        };
        found.push(off(view, &["voicemail", "action"], switch, "write `detect: true`, or remove it"));
    }
    silence(view, found);
    if spec.filler_words.is_some() && !recognised(spec).any(|language| language == "zh") {
        let switch = (&["languages"][..], "no Chinese is spoken");
        found.push(off(view, &["fillerWords"], switch, "remove them: the provider knows Chinese filler words only"));
    }
    if let Some(volume) = spec.ambient_sound.as_ref().and_then(|a| a.volume.as_ref())
        && volume.as_f64() == Some(0.0)
    {
        let switch = (&["ambientSound", "volume"][..], "not to be heard");
        found.push(off(view, &["ambientSound", "scene"], switch, "remove `ambientSound`, or make it louder"));
    }
}

fn silence(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    let spec = &view.agent.spec;
    let Some(silence) = &spec.silence else { return };
    if silence.max_reminders == Some(0) {
        for (field, set) in [("message", silence.message.is_some()), ("remindAfter", silence.remind_after.is_some())] {
            if set {
                let switch = (&["silence", "maxReminders"][..], "nobody is reminded");
                found.push(off(view, &["silence", field], switch, "remove it, or allow reminders"));
            }
        }
    }
    let Some(hang_up) = silence.hang_up_after else { return };
    let remind = silence.remind_after.unwrap_or(REMIND_AFTER);
    if let Some(reminders) = silence.max_reminders.filter(|n| *n > 1)
        // A first reminder that never comes is CF009's.
        && remind < hang_up
        && remind.as_millis().saturating_mul(u64::from(reminders)) >= hang_up.as_millis()
    {
        let fit = (hang_up.as_millis() - 1) / remind.as_millis();
        found.push(
            RULE.finding(
                format!("`silence.maxReminders` is more than fit in: {fit}"),
                view.place(&["silence", "maxReminders"]),
                format!("one every {remind} ..."),
            )
            .related(
                view.place(&["silence", "hangUpAfter"]),
                format!("... until silence ends the call after {hang_up}"),
            )
            .help(format!("write `maxReminders: {fit}`, or a longer `hangUpAfter`")),
        );
    }
    if let Some(call) = spec.limits.as_ref().and_then(|l| l.call).filter(|call| *call <= hang_up) {
        let switch = (&["limits", "call"][..], &*format!("the call ends after {call} at the latest"));
        found.push(off(view, &["silence", "hangUpAfter"], switch, "write a shorter one, or a longer `limits.call`"));
    }
}

/// A setting without effect, and the one that takes it.
fn off(view: &AgentView<'_>, path: &[&str], (switch, why): (&[&str], &str), help: &str) -> Diagnostic {
    RULE.finding(format!("`{}` has no effect", path.join(".")), view.key(path), "has no effect")
        .related(view.place(switch), why)
        .help(help)
}
