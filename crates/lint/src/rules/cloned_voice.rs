use callform_spec::diagnostic::{Diagnostic, Severity};

use super::{Check, rule};
use crate::inspect::AgentView;

rule! {
    /// ## What it does
    ///
    /// Finds one half of a cloned Tencent voice without the other.
    ///
    /// ## Why it is bad
    ///
    /// A cloned voice is `voiceType: 200000000` together with its id as `fastVoiceType`. With another `voiceType`
    /// callees hear a voice from the catalogue that nobody chose; without an id there is no voice at all.
    code: "CF039",
    name: "cloned-voice",
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
tts:
  tencent:
    appId: \"1300000000\"
    secretId: ${env:TTS_SECRET_ID}
    secretKey: ${env:TTS_SECRET_KEY}
    voiceType: 101001
    fastVoiceType: WCHN-example
limits:
  ring: 45s
  call: 10m
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
tts:
  tencent:
    appId: \"1300000000\"
    secretId: ${env:TTS_SECRET_ID}
    secretKey: ${env:TTS_SECRET_KEY}
    voiceType: 200000000
    fastVoiceType: WCHN-example
limits:
  ring: 45s
  call: 10m
")],
    check: Check::Agent(check),
}

/// The `VoiceType` that stands for a cloned voice.
const CLONED: u64 = 200_000_000;

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    let Some(tencent) = view.agent.spec.tts.as_ref().and_then(|t| t.tencent.as_ref()) else { return };
    let named = tencent.fast_voice_type.as_deref().is_some_and(|id| !id.is_empty());
    let Some(cloned) = tencent.voice_type.map(|v| v == CLONED) else { return };
    let voice = view.place(&["tts", "tencent", "voiceType"]);
    if named && !cloned {
        found.push(
            RULE.finding("the cloned voice is not the one that speaks", voice, "a voice from the catalogue")
                .related(view.place(&["tts", "tencent", "fastVoiceType"]), "the id of a cloned voice")
                .help(format!("write `voiceType: {CLONED}`, or remove `fastVoiceType`")),
        );
    } else if cloned && !named {
        found.push(
            RULE.finding("a cloned voice without its id", voice, "stands for a cloned voice: which?")
                .help("write its id as `fastVoiceType`"),
        );
    }
}
