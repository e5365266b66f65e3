//! What is spoken and what is recognised, by the first part of a language's code: dialects and scripts are one language.

use callform_spec::model::{Agent, Language, Voice};

/// What `languages` stands for where it is not sent.
const UNSET: &[Language] = &[Language::Zh];

/// The code of a language without its variety.
fn family(language: Language) -> &'static str {
    match language {
        Language::Zh | Language::ZhTw | Language::ZhDialect => "zh",
        Language::En => "en",
        Language::Vi => "vi",
        Language::Ja => "ja",
        Language::Ko => "ko",
        Language::Id => "id",
        Language::Th => "th",
        Language::Pt => "pt",
        Language::Tr => "tr",
        Language::Ar => "ar",
        Language::Es => "es",
        Language::Hi => "hi",
        Language::Fr => "fr",
        Language::Ms => "ms",
        Language::Fil => "fil",
        Language::De => "de",
        Language::It => "it",
        Language::Ru => "ru",
    }
}

/// What the agent recognises.
pub(crate) fn recognised(agent: &Agent) -> impl Iterator<Item = &'static str> {
    agent.languages.as_deref().unwrap_or(UNSET).iter().map(|l| family(*l))
}

/// Whether the platform recognises a language at all.
pub(crate) fn is_recognisable(family: &str) -> bool {
    const ALL: [&str; 18] =
        ["zh", "en", "vi", "ja", "ko", "id", "th", "pt", "tr", "ar", "es", "hi", "fr", "ms", "fil", "de", "it", "ru"];
    ALL.contains(&family)
}

/// What a built-in voice speaks.
pub(crate) fn spoken_by(voice: Voice) -> &'static str {
    match voice {
        Voice::ZhiMei | Voice::ZhiXi | Voice::ZhiQi | Voice::ZhiTian | Voice::AiXiaoJing => "zh",
        Voice::WeRose | Voice::Monika => "en",
        Voice::Nanami => "ja",
        Voice::SunHi => "ko",
        Voice::Gadis => "id",
        Voice::Yasmin => "ms",
        Voice::Kani => "ta",
        Voice::Achara => "th",
        Voice::HoaiMy => "vi",
    }
}

/// The family of a locale such as `zh-CN`; Chinese has codes of its own for some of its varieties.
pub(crate) fn family_of_locale(locale: &str) -> String {
    let first = locale.split('-').next().unwrap_or_default().to_lowercase();
    if first == "yue" || first == "wuu" { "zh".to_owned() } else { first }
}

/// As people call it; the code itself for languages that nobody recognises.
pub(crate) fn name_of(family: &str) -> String {
    match family {
        "zh" => "Chinese",
        "en" => "English",
        "vi" => "Vietnamese",
        "ja" => "Japanese",
        "ko" => "Korean",
        "id" => "Indonesian",
        "th" => "Thai",
        "ta" => "Tamil",
        "ms" => "Malay",
        "fr" => "French",
        "de" => "German",
        "es" => "Spanish",
        other => return format!("`{other}`"),
    }
    .to_owned()
}
