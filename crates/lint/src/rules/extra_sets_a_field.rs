use callform_spec::diagnostic::{Diagnostic, Severity};
use serde_json::{Map, Value};

use super::{Check, rule};
use crate::inspect::AgentView;

rule! {
    /// ## What it does
    ///
    /// Finds members of `extraBody` and `extra` that have a field of their own, or that the platform sets.
    ///
    /// ## Why it is bad
    ///
    /// `extraBody` (`LLMExtraBody`) is merged into the body of every request to the model, beside what the platform
    /// writes there itself. Which of the two wins is not documented: a `temperature` may be another one than the plan
    /// shows, and `messages`, `stream` or `tools` take the conversation out of the platform's hands. Of voices, a member
    /// that has a field is refused when the request is made, after everything was planned.
    code: "CF034",
    name: "extra-sets-a-field",
    level: Severity::Warning,
    bad: &[("agents/checkup.yaml", "\
llm:
  openai:
    model: gpt-4o-mini
    url: https://api.openai.com/v1/
    apiKey: ${env:OPENAI_API_KEY}
    extraBody:
      temperature: 0.2
      max_completion_tokens: 120
")],
    good: &[("agents/checkup.yaml", "\
llm:
  openai:
    model: gpt-4o-mini
    url: https://api.openai.com/v1/
    apiKey: ${env:OPENAI_API_KEY}
    temperature: 0.2
    extraBody:
      max_completion_tokens: 120
")],
    check: Check::Agent(check),
}

/// A member as it is sent, and the field that sets it; none where the platform does.
type Known = &'static [(&'static str, Option<&'static str>)];

const CHAT: Known = &[
    ("model", Some("model")),
    ("temperature", Some("temperature")),
    ("top_p", Some("topP")),
    ("messages", None),
    ("stream", None),
    ("tools", None),
];
const DIFY: Known = &[
    ("inputs", Some("inputs")),
    ("user", Some("user")),
    ("conversation_id", Some("conversationId")),
    ("query", None),
    ("response_mode", None),
];
const TENCENT: Known = &[
    ("TTSType", None),
    ("AppId", Some("appId")),
    ("SecretId", Some("secretId")),
    ("SecretKey", Some("secretKey")),
    ("VoiceType", Some("voiceType")),
    ("Speed", Some("speed")),
    ("Volume", Some("volume")),
    ("PrimaryLanguage", Some("primaryLanguage")),
    ("FastVoiceType", Some("fastVoiceType")),
];
const MINIMAX: Known = &[
    ("TTSType", None),
    ("Model", Some("model")),
    ("APIUrl", Some("url")),
    ("APIKey", Some("apiKey")),
    ("GroupId", Some("groupId")),
    ("VoiceType", Some("voiceType")),
    ("Speed", Some("speed")),
];
const VOLCENGINE: Known = &[
    ("TTSType", None),
    ("AppId", Some("appId")),
    ("Token", Some("token")),
    ("VoiceType", Some("voiceType")),
    ("Speed", Some("speed")),
    ("Volume", Some("volume")),
    ("Cluster", Some("cluster")),
];
const AZURE: Known = &[
    ("TTSType", None),
    ("SubscriptionKey", Some("subscriptionKey")),
    ("Region", Some("region")),
    ("VoiceName", Some("voiceName")),
    ("Language", Some("language")),
    ("Rate", Some("rate")),
];
const CUSTOM: Known = &[
    ("TTSType", None),
    ("APIKey", Some("apiKey")),
    ("APIUrl", Some("url")),
    ("AudioFormat", Some("audioFormat")),
    ("SampleRate", Some("sampleRate")),
    ("AudioChannel", Some("audioChannel")),
];
const TRTC: Known =
    &[("STTType", None), ("AppId", Some("appId")), ("SecretId", Some("secretId")), ("SecretKey", Some("secretKey"))];

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    let spec = &view.agent.spec;
    if let Some(llm) = &spec.llm
        && let Some(protocol) = llm.protocol()
    {
        let (body, known) = match &llm.dify {
            Some(dify) => (&dify.extra_body, DIFY),
            None => (llm.chat().map_or(&None, |c| &c.extra_body), CHAT),
        };
        judge(view, ["llm", protocol, "extraBody"], body.as_ref(), known, found);
    }
    if let Some(tts) = &spec.tts
        && let Some(vendor) = tts.vendor()
    {
        let all = [
            (tts.tencent.as_ref().and_then(|t| t.extra.as_ref()), TENCENT),
            (tts.minimax.as_ref().and_then(|t| t.extra.as_ref()), MINIMAX),
            (tts.volcengine.as_ref().and_then(|t| t.extra.as_ref()), VOLCENGINE),
            (tts.azure.as_ref().and_then(|t| t.extra.as_ref()), AZURE),
            (tts.custom.as_ref().and_then(|t| t.extra.as_ref()), CUSTOM),
        ];
        for (extra, known) in all {
            judge(view, ["tts", vendor, "extra"], extra, known, found);
        }
    }
    if let Some(trtc) = spec.stt.as_ref().and_then(|s| s.trtc.as_ref()) {
        judge(view, ["stt", "trtc", "extra"], trtc.extra.as_ref(), TRTC, found);
    }
}

fn judge(
    view: &AgentView<'_>,
    at: [&str; 3],
    extra: Option<&Map<String, Value>>,
    known: Known,
    found: &mut Vec<Diagnostic>,
) {
    for name in extra.into_iter().flat_map(Map::keys) {
        let Some((_, field)) = known.iter().find(|(member, _)| member == name) else { continue };
        let place = view.key(&[at[0], at[1], at[2], name]);
        let [group, vendor, extra] = at;
        found.push(match field {
            Some(field) => RULE
                .finding(format!("`{extra}` sets `{name}`, which has a field"), place, "which of the two wins?")
                .help(format!("write it as `{group}.{vendor}.{field}`")),
            None => RULE
                .finding(format!("`{extra}` sets `{name}`, which is not yours to set"), place, "set by the platform")
                .help("remove it"),
        });
    }
}
