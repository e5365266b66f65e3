//! What a rule must know of an agent to judge it: the fields of its document that may not have an error, so that no
//! mistake is told a second time, as a finding.

/// Fields that hold texts.
const TEXTS: [&str; 7] = ["functions", "llm", "prompt", "promptVariables", "providerVariables", "silence", "welcome"];

/// The fields that a rule over agents looks at beside the one of which it tells; `None` where it must know them all.
pub(crate) fn of(code: &str) -> Option<&'static [&'static str]> {
    const UNUSED: [&str; 8] = {
        let [a, b, c, d, e, f, g] = TEXTS;
        [a, b, c, d, e, f, g, "variables"]
    };
    Some(match code {
        // What is wrong by itself, wherever it stands.
        "CF004" | "CF008" | "CF019" | "CF020" | "CF026" | "CF028" => &[],
        "CF001" | "CF013" | "CF014" => &["functions", "llm"],
        "CF002" => &["extract", "functions", "llm", "promptVariables", "providerVariables", "variables"],
        "CF003" => &["functions", "llm", "prompt"],
        "CF005" | "CF045" => &["limits"],
        "CF006" => &UNUSED,
        "CF009" => &["silence"],
        "CF010" => &["llm", "prompt"],
        "CF011" | "CF024" | "CF029" | "CF031" | "CF034" => &["llm"],
        "CF012" | "CF030" | "CF032" | "CF033" => &["llm", "tts"],
        "CF017" | "CF018" => &["variables"],
        "CF021" => &["llm", "variables"],
        "CF022" => &["languages", "llm", "prompt", "variables", "welcome"],
        "CF023" | "CF027" => &["languages", "llm", "variables"],
        "CF035" => &["languages", "llm", "prompt", "tts", "voice", "welcome"],
        "CF036" | "CF037" | "CF038" | "CF039" | "CF040" => &["tts"],
        "CF041" => &["languages"],
        "CF042" => &["welcome"],
        "CF043" => &["ambientSound", "fillerWords", "interruption", "languages", "limits", "silence", "voicemail"],
        "CF044" => &["extract"],
        "CF060" => &["tts", "voice"],
        _ => return None,
    })
}
