use callform_spec::diagnostic::{Diagnostic, Severity};
use callform_spec::model::{Welcome, WelcomeMode};

use super::{Check, rule};
use crate::inspect::AgentView;

rule! {
    /// ## What it does
    ///
    /// Finds a `welcome` with settings and without words.
    ///
    /// ## Why it is bad
    ///
    /// Without a message (`WelcomeMessage`) the agent waits for the callee to speak first, and `mode: message`, `delay`
    /// and `interruptible` have nothing to act upon: who picks up hears silence.
    ///
    /// An agent without `welcome`, or with an empty text and nothing else, says that the callee is to speak first, and
    /// is not reported.
    code: "CF042",
    name: "welcome-says-nothing",
    level: Severity::Warning,
    bad: &[("agents/checkup.yaml", "\
welcome:
  mode: message
  delay: 1s
")],
    good: &[("agents/checkup.yaml", "\
welcome:
  mode: message
  message: Hello, this is the AI assistant of the clinic.
  delay: 1s
")],
    check: Check::Agent(check),
}

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    let Some(Welcome::Long(welcome)) = &view.agent.spec.welcome else { return };
    if welcome.mode == Some(WelcomeMode::Generated) || welcome.message.as_deref().is_some_and(|m| !m.trim().is_empty())
    {
        return;
    }
    let settings = [
        ("mode", welcome.mode.is_some()),
        ("delay", welcome.delay.is_some_and(|d| d.as_millis() > 0)),
        ("interruptible", welcome.interruptible.is_some()),
    ];
    let Some((field, _)) = settings.into_iter().find(|(_, set)| *set) else { return };
    found.push(
        RULE.finding("the welcome has no words", view.place(&["welcome", field]), "nothing is said")
            .help("write `message`, or `mode: generated` to let the model greet; remove `welcome` if the callee is to speak first"),
    );
}
