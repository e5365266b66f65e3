use callform_spec::diagnostic::{Diagnostic, Severity};
use callform_spec::source::Span;

use super::{Check, rule};
use crate::inspect::{AgentView, family_of_locale, name_of, recognised, spoken_by};

rule! {
    /// ## What it does
    ///
    /// Finds voices whose language is not among `languages`.
    ///
    /// ## Why it is bad
    ///
    /// `languages` (`Languages`) is what is recognised, and stands for Chinese alone where it is left out. An English
    /// voice then greets the callee, who answers in English and is listened to as if it were Chinese: the agent
    /// understands nobody. The other way round, the text of an English agent is read out by a Chinese voice.
    ///
    /// Judged are built-in voices, `tts.azure.language` and `tts.tencent.primaryLanguage` (Chinese where it is left
    /// out). Voices of other vendors, and multilingual ones, do not tell their language.
    code: "CF035",
    name: "voice-language",
    level: Severity::Warning,
    bad: &[("agents/checkup.yaml", "\
voice: ZhiMei
languages:
  - en
")],
    good: &[("agents/checkup.yaml", "\
voice: WeRose
languages:
  - en
")],
    check: Check::Agent(check),
}

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    let agent = &view.agent.spec;
    let Some((spoken, place)) = spoken(view) else { return };
    if recognised(agent).any(|language| language == spoken) {
        return;
    }
    let speaks = name_of(&spoken);
    let message = format!("the voice speaks {speaks}, which is not recognised");
    found.push(match &agent.languages {
        Some(_) => RULE
            .finding(message, place, format!("speaks {speaks} ..."))
            .related(view.key(&["languages"]), "... which is not among these")
            .help("take a voice of the language that is spoken, or name the voice's language under `languages`"),
        None => RULE
            .finding(message, place, format!("speaks {speaks}; unless `languages` is set, Chinese is recognised"))
            .help(format!("add `languages:` with `{spoken}`, if that is what callees speak")),
    });
}

/// The language of the voice, and where that is said.
fn spoken(view: &AgentView<'_>) -> Option<(String, Span)> {
    let agent = &view.agent.spec;
    if let Some(voice) = agent.voice {
        return Some((spoken_by(voice).to_owned(), view.place(&["voice"])));
    }
    let tts = agent.tts.as_ref()?;
    if let Some(azure) = &tts.azure {
        let multilingual = azure.voice_name.as_deref().is_some_and(|v| v.to_lowercase().contains("multilingual"));
        let language = azure.language.as_deref().filter(|_| !multilingual)?;
        return Some((family_of_locale(language), view.place(&["tts", "azure", "language"])));
    }
    let tencent = tts.tencent.as_ref()?;
    let language = match tencent.primary_language {
        None | Some(1) => "zh",
        Some(2) => "en",
        Some(_) => "ja",
    };
    let field = if tencent.primary_language.is_some() { "primaryLanguage" } else { "voiceType" };
    Some((language.to_owned(), view.place(&["tts", "tencent", field])))
}
