use callform_spec::diagnostic::{Diagnostic, Severity};
use callform_spec::source::Span;

use super::{Check, rule};
use crate::inspect::{AgentView, family_of_locale, is_recognisable, literal, name_of, recognised, spoken_by};

rule! {
    /// ## What it does
    ///
    /// Finds voices whose language is not among `languages`, and voices that can't read what the agent says: a Chinese
    /// voice under an English welcome and prompt, an English one under Chinese texts.
    ///
    /// ## Why it is bad
    ///
    /// `languages` (`Languages`) is what is recognised, and stands for Chinese alone where it is left out. An English
    /// voice then greets the callee, who answers in English and is listened to as if it were Chinese: the agent
    /// understands nobody. The other way round, the text of an English agent is read out by a Chinese voice, with
    /// Chinese sounds or not at all.
    ///
    /// Texts are told apart by their writing alone (Chinese, Japanese, Korean, Latin letters), and only where welcome
    /// and prompt agree: a prompt may well be in another language than the calls.
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
    let speaks = name_of(&spoken);
    if recognised(agent).any(|language| language == spoken) {
        found.extend(unreadable(view, &spoken, place));
        return;
    }
    let message = format!("the voice speaks {speaks}, which is not recognised");
    let help = if !is_recognisable(&spoken) {
        format!("{speaks} can't be recognised at all: take a voice of a language that callees may answer in")
    } else if agent.languages.is_some() {
        "take a voice of the language that is spoken, or name the voice's language under `languages`".to_owned()
    } else {
        format!("add `languages:` with `{spoken}`, if that is what callees speak")
    };
    let finding = match &agent.languages {
        Some(_) => RULE
            .finding(message, place, format!("speaks {speaks} ..."))
            .related(view.key(&["languages"]), "... which is not among these"),
        None => {
            RULE.finding(message, place, format!("speaks {speaks}; unless `languages` is set, Chinese is recognised"))
        }
    };
    found.push(finding.help(help));
}

/// A welcome in another writing than the voice's, where the prompt is written in it too.
fn unreadable(view: &AgentView<'_>, spoken: &str, place: Span) -> Option<Diagnostic> {
    let welcome = view.agent.templates.welcome.as_ref()?;
    let writing = Writing::of(&literal(welcome.text()))?;
    if writing == Writing::spoken(spoken)?
        || view.prompt().is_some_and(|p| Writing::of(&literal(p.text())) != Some(writing))
    {
        return None;
    }
    let speaks = name_of(spoken);
    let is_in = writing.name();
    Some(
        RULE.finding(
            format!("the voice speaks {speaks}, and the texts are in {is_in}"),
            place,
            format!("speaks {speaks} ..."),
        )
        .related(welcome.span, "... and is to read this")
        .help("take a voice of the language that the agent speaks, and name that language under `languages`"),
    )
}

/// A writing that tells languages apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Writing {
    Chinese,
    Japanese,
    Korean,
    Latin,
}

impl Writing {
    /// That of a language.
    fn spoken(family: &str) -> Option<Self> {
        Some(match family {
            "zh" => Self::Chinese,
            "ja" => Self::Japanese,
            "ko" => Self::Korean,
            "en" | "id" | "ms" | "vi" | "fr" | "de" | "es" | "it" | "pt" | "tr" | "fil" => Self::Latin,
            _ => return None,
        })
    }

    /// That of a text; `None` for a few words and for a mixture.
    fn of(text: &str) -> Option<Self> {
        let count = |of: fn(char) -> bool| text.chars().filter(|c| of(*c)).count();
        let han = count(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        let kana = count(|c| ('\u{3041}'..='\u{30ff}').contains(&c));
        let hangul = count(|c| ('\u{ac00}'..='\u{d7a3}').contains(&c));
        let letters = count(|c| c.is_ascii_alphabetic());
        let words = text.split(|c: char| !c.is_alphabetic()).filter(|w| w.len() > 1 && w.is_ascii()).count();
        if han + kana + hangul == 0 {
            (words >= 3).then_some(Self::Latin)
        } else if 2 * (han + kana + hangul) < letters {
            None
        } else if kana >= 3 {
            Some(Self::Japanese)
        } else if hangul >= 3 {
            Some(Self::Korean)
        } else {
            (han >= 4 && kana == 0 && hangul == 0).then_some(Self::Chinese)
        }
    }

    /// As a message calls it.
    fn name(self) -> &'static str {
        match self {
            Self::Chinese => "Chinese",
            Self::Japanese => "Japanese",
            Self::Korean => "Korean",
            Self::Latin => "Latin letters",
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_writing_is_told_where_there_is_enough_of_it() {
        for (text, writing) in [
            ("Good day, this is the assistant.", Some(Writing::Latin)),
            ("Guten Tag, hier ist die Assistentin.", Some(Writing::Latin)),
            ("您好，我是AI助手。", Some(Writing::Chinese)),
            ("こんにちは、AIアシスタントです。", Some(Writing::Japanese)),
            ("안녕하세요, AI 비서입니다.", Some(Writing::Korean)),
            ("Hello!", None),
            ("Hello, this is 海港诊所 calling about your visit.", None),
            ("", None),
        ] {
            assert_eq!(Writing::of(text), writing, "{text}");
        }
    }
}
