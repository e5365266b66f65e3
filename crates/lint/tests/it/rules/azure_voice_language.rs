use crate::support::{agent_with, codes, lint};

const AGENT: &str = "agents/checkup.yaml";

fn azure(voice: &str, language: &str) -> String {
    agent_with(&format!(
        "tts:\n  azure:\n    subscriptionKey: ${{env:K}}\n    region: westeurope\n    voiceName: {voice}\n    language: {language}\nlanguages:\n  - zh\n  - en\n"
    ))
}

#[test]
fn the_name_begins_with_the_language() {
    for (voice, language, expected) in [
        ("zh-CN-XiaoxiaoNeural", "zh-CN", &[][..]),
        ("zh-CN-XiaoxiaoNeural", "zh-cn", &[]),
        ("zh-CN-XiaoxiaoNeural", "zh", &[]),
        ("zh-CN-liaoning-XiaobeiNeural", "zh-CN-liaoning", &[]),
        ("zh-CN-liaoning-XiaobeiNeural", "zh-CN", &[]),
        // A voice of one's own, and one that speaks many languages.
        ("ClinicNeural", "zh-CN", &[]),
        ("clinic-front-desk", "zh-CN", &[]),
        ("en-US-AvaMultilingualNeural", "zh-CN", &[]),
        ("en-US-JennyNeural", "en-GB", &["CF036"]),
        ("zh-TW-HsiaoChenNeural", "zh-CN", &["CF036"]),
    ] {
        assert_eq!(codes(&[(AGENT, &azure(voice, language))]), expected, "{voice} {language}");
    }
}

#[test]
fn which_half_is_wrong_is_for_a_person_to_say() {
    let (loaded, found) = lint(&[(AGENT, &azure("en-US-JennyNeural", "en-GB"))]);
    let fix = found[0].fix.as_ref().unwrap();
    assert!(!fix.safe);
    assert_eq!(loaded.sources.slice(fix.edits[0].0), "en-GB");
    assert_eq!(fix.edits[0].1, "en-US");
}
