use crate::support::{agent_with, codes, told};

const AGENT: &str = "agents/checkup.yaml";

fn judged(lines: &str) -> Vec<&'static str> {
    codes(&[(AGENT, &agent_with(lines))])
}

#[test]
fn the_voices_language_is_one_of_those_that_are_recognised() {
    for (lines, expected) in [
        ("voice: ZhiMei\n", &[][..]),
        ("voice: ZhiMei\nlanguages:\n  - zh-TW\n", &[]),
        ("voice: ZhiMei\nlanguages:\n  - zh-dialect\n", &[]),
        ("voice: WeRose\nlanguages:\n  - en\n", &[]),
        ("voice: WeRose\nlanguages:\n  - zh\n  - en\n", &[]),
        ("voice: Nanami\nlanguages:\n  - ja\n", &[]),
        ("voice: WeRose\n", &["CF035"]),
        ("voice: WeRose\nlanguages:\n  - fr\n  - de\n", &["CF035"]),
        // Tamil is spoken, and not recognised at all.
        ("voice: Kani\nlanguages:\n  - en\n", &["CF035"]),
        ("languages:\n  - en\n", &[]),
    ] {
        assert_eq!(judged(lines), expected, "{lines}");
    }
}

#[test]
fn vendors_that_tell_their_language_are_judged() {
    let azure = |voice: &str, language: &str, recognised: &str| {
        format!(
            "tts:\n  azure:\n    subscriptionKey: ${{env:K}}\n    region: westeurope\n    voiceName: {voice}\n    language: {language}\nlanguages:\n  - {recognised}\n"
        )
    };
    assert_eq!(judged(&azure("en-GB-SoniaNeural", "en-GB", "en")), [""; 0]);
    assert_eq!(judged(&azure("zh-HK-HiuMaanNeural", "zh-HK", "zh-dialect")), [""; 0]);
    assert_eq!(judged(&azure("yue-CN-XiaoMinNeural", "yue-CN", "zh")), [""; 0]);
    assert_eq!(judged(&azure("en-US-JennyMultilingualNeural", "en-US", "de")), [""; 0]);
    assert_eq!(judged(&azure("de-DE-KatjaNeural", "de-DE", "en")), ["CF035"]);
    let tencent = |line: &str, recognised: &str| {
        format!(
            "tts:\n  tencent:\n    appId: \"1\"\n    secretId: ${{env:I}}\n    secretKey: ${{env:K}}\n    voiceType: 101001\n{line}languages:\n  - {recognised}\n"
        )
    };
    assert_eq!(judged(&tencent("", "zh")), [""; 0]);
    assert_eq!(judged(&tencent("    primaryLanguage: 2\n", "en")), [""; 0]);
    assert_eq!(judged(&tencent("    primaryLanguage: 3\n", "ja")), [""; 0]);
    assert_eq!(judged(&tencent("", "en")), ["CF035"]);
}

#[test]
fn languages_that_are_left_out_are_spoken_of() {
    insta::assert_snapshot!(told(&[(AGENT, &agent_with("voice: WeRose\n"))]));
}
