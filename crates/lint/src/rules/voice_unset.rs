use callform_spec::diagnostic::{Diagnostic, Severity};

use super::{Check, rule};
use crate::inspect::AgentView;

rule! {
    /// ## What it does
    ///
    /// Finds agents that have neither `voice` nor `tts`.
    ///
    /// ## Why it is bad
    ///
    /// The provider wants one of the two (`VoiceType` or `CustomTTSConfig`), names no voice that speaks otherwise, and does
    /// not say whether it refuses such a call, picks a voice of some language, or places the call and says nothing. A call
    /// can't be undone, so the first callee should not be the one who finds out.
    code: "CF060",
    name: "voice-unset",
    level: Severity::Warning,
    bad: &[("agents/checkup.yaml", "\
kind: Agent
name: checkup
prompt: Be kind.
llm:
  openai:
    model: gpt-4o-mini
    url: https://api.openai.com/v1/
    apiKey: ${env:OPENAI_API_KEY}
languages:
  - en
limits: {ring: 45s, call: 10m}
")],
    good: &[("agents/checkup.yaml", "\
kind: Agent
name: checkup
prompt: Be kind.
llm:
  openai:
    model: gpt-4o-mini
    url: https://api.openai.com/v1/
    apiKey: ${env:OPENAI_API_KEY}
voice: WeRose
languages:
  - en
limits: {ring: 45s, call: 10m}
")],
    check: Check::Agent(check),
}

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    let spec = &view.agent.spec;
    if spec.voice.is_some() || spec.tts.is_some() {
        return;
    }
    found.push(
        RULE.finding("the agent has no voice", view.name(), "neither `voice` nor `tts`")
            .help("the provider wants one of the two, and names no voice that speaks otherwise")
            .help("for example `voice: WeRose` for English, or `voice: ZhiXi` for Chinese"),
    );
}
