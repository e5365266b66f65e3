use callform_spec::diagnostic::{Diagnostic, Severity};

use super::{Check, rule};
use crate::inspect::AgentView;

rule! {
    /// ## What it does
    ///
    /// Finds `speed` and `volume` of a Volcano Engine voice outside of what the vendor takes.
    ///
    /// ## Why it is bad
    ///
    /// Both are factors: 1.0 is normal. Contact Center documents no bounds; those who integrate the vendor's service name
    /// 0.2 to 3 for the speed and 0.1 to 3 for the volume, and voices of large models may take less. A value such as 50
    /// or 100 is a percentage, or the unit of another vendor, and a wrong setting of this one gives silence.
    code: "CF040",
    name: "volcengine-range",
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
  volcengine:
    appId: \"2000000001\"
    token: ${env:VOLCENGINE_TTS_TOKEN}
    voiceType: BV001_streaming
    volume: 80
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
  volcengine:
    appId: \"2000000001\"
    token: ${env:VOLCENGINE_TTS_TOKEN}
    voiceType: BV001_streaming
    volume: 0.8
limits:
  ring: 45s
  call: 10m
")],
    check: Check::Agent(check),
}

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    let Some(voice) = view.agent.spec.tts.as_ref().and_then(|t| t.volcengine.as_ref()) else { return };
    for (field, given, least) in [("speed", &voice.speed, 0.2), ("volume", &voice.volume, 0.1)] {
        let Some(given) = given.as_ref().and_then(serde_json::Number::as_f64) else { continue };
        if (least..=3.0).contains(&given) {
            continue;
        }
        let place = view.place(&["tts", "volcengine", field]);
        found.push(
            RULE.finding(format!("the vendor takes no such `{field}`"), place, format!("takes {least} to 3"))
                .help("write a factor: 1.0 is normal"),
        );
    }
}
