use callform_spec::diagnostic::{Diagnostic, Fix, Severity};

use super::{Check, rule};
use crate::inspect::{AgentView, replaced};

rule! {
    /// ## What it does
    ///
    /// Finds an Azure `voiceName` of another language than `language`.
    ///
    /// ## Why it is bad
    ///
    /// The name of an Azure voice begins with its locale, as in `en-US-JennyNeural`, and `language` should be the same
    /// one. Two that contradict each other come from an example of which one half was changed: callees hear the wrong
    /// voice, a wrong accent, or nothing.
    ///
    /// Names of another form, such as those of voices of your own, and multilingual voices are not judged.
    code: "CF036",
    name: "azure-voice-language",
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
  azure:
    subscriptionKey: ${env:AZURE_SPEECH_KEY}
    region: westeurope
    voiceName: en-US-JennyNeural
    language: zh-CN
languages:
  - zh
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
  azure:
    subscriptionKey: ${env:AZURE_SPEECH_KEY}
    region: westeurope
    voiceName: zh-CN-XiaoxiaoNeural
    language: zh-CN
languages:
  - zh
limits:
  ring: 45s
  call: 10m
")],
    check: Check::Agent(check),
}

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    let Some(azure) = view.agent.spec.tts.as_ref().and_then(|t| t.azure.as_ref()) else { return };
    let (Some(voice), Some(language)) = (azure.voice_name.as_deref(), azure.language.as_deref()) else { return };
    let Some(locale) = locale_of(voice).filter(|_| !voice.to_lowercase().contains("multilingual")) else { return };
    // `zh-CN-liaoning` is a variety of `zh-CN`, and `zh` is any.
    let same = locale.split('-').zip(language.split('-')).all(|(a, b)| a.eq_ignore_ascii_case(b));
    if same {
        return;
    }
    let place = view.place(&["tts", "azure", "language"]);
    let mut finding = RULE
        .finding("the Azure voice is of another language", place, "another language than ...")
        .related(view.place(&["tts", "azure", "voiceName"]), format!("... this voice of `{locale}`"))
        .help(format!("write `language: {locale}`, or a voice of `{language}`"));
    let edits = replaced(view.sources, place, language, locale);
    if edits.len() == 1 {
        // Which half is wrong is for a person to say.
        finding = finding.fix(Fix { title: format!("write `{locale}`"), edits, safe: false });
    }
    found.push(finding);
}

/// The locale that a voice's name begins with: `en-US` of `en-US-JennyNeural`.
fn locale_of(voice: &str) -> Option<&str> {
    let mut parts = voice.split('-');
    let (language, region, name) = (parts.next()?, parts.next()?, parts.next()?);
    let is_locale = (2..=3).contains(&language.len())
        && language.bytes().all(|b| b.is_ascii_alphabetic())
        && region.len() == 2
        && region.bytes().all(|b| b.is_ascii_alphabetic())
        && !name.is_empty();
    is_locale.then(|| &voice[..language.len() + 1 + region.len()])
}
