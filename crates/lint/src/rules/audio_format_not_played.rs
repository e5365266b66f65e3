use callform_spec::diagnostic::{Diagnostic, Severity};
use callform_spec::model::AudioFormat;

use super::{Check, rule};
use crate::inspect::AgentView;

rule! {
    /// ## What it does
    ///
    /// Finds `audioFormat: mp3` and `audioFormat: ogg_opus` of a speech service of your own.
    ///
    /// ## Why it is bad
    ///
    /// The API takes four formats and plays two: as of now only `wav` and `pcm` work. With the others the request is
    /// accepted, the phone rings, the callee answers, and nobody speaks.
    code: "CF038",
    name: "audio-format-not-played",
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
  custom:
    apiKey: ${env:VOICE_SERVICE_KEY}
    url: https://voice.example.com/stream-audio
    audioFormat: mp3
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
  custom:
    apiKey: ${env:VOICE_SERVICE_KEY}
    url: https://voice.example.com/stream-audio
    audioFormat: pcm
limits:
  ring: 45s
  call: 10m
")],
    check: Check::Agent(check),
}

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    let custom = view.agent.spec.tts.as_ref().and_then(|t| t.custom.as_ref());
    let Some(format @ (AudioFormat::Mp3 | AudioFormat::OggOpus)) = custom.and_then(|c| c.audio_format) else { return };
    let place = view.place(&["tts", "custom", "audioFormat"]);
    found.push(
        RULE.finding(format!("audio as `{}` is not played", format.name()), place, "accepted, and silent")
            .help("write `wav` or `pcm`, and let the service answer in it"),
    );
}
