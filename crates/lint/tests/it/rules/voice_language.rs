use crate::support::{agent_with, codes, lint, told};

const AGENT: &str = "agents/checkup.yaml";

fn judged(lines: &str) -> Vec<&'static str> {
    judged_whole(&agent_with(lines))
}

fn judged_whole(agent: &str) -> Vec<&'static str> {
    codes(&[(AGENT, agent)])
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
        ("languages:\n  - en\n", &["CF060"]),
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

#[test]
fn a_language_that_nobody_recognises_is_not_to_be_named() {
    let (_, found) = lint(&[(AGENT, &agent_with("voice: Kani\n"))]);
    assert_eq!(
        found.iter().flat_map(|d| &d.help).collect::<Vec<_>>(),
        ["Tamil can't be recognised at all: take a voice of a language that callees may answer in"]
    );
}

#[test]
fn a_voice_reads_what_is_written_in_its_language() {
    let english = ("Good day, this is the AI assistant of the clinic.", "Ask when they come, and be kind.");
    let chinese = ("您好，我是诊所的智能助手。", "请询问对方什么时候来，保持礼貌。");
    for (voice, languages, (welcome, prompt), expected) in [
        ("ZhiXi", "zh", english, &["CF035"][..]),
        ("ZhiXi", "en\n  - zh", english, &["CF035"]),
        ("WeRose", "en", chinese, &["CF035"]),
        ("Nanami", "ja", chinese, &["CF035"]),
        ("ZhiXi", "zh", chinese, &[]),
        ("WeRose", "en", english, &[]),
        // A prompt may be written in another language than calls are held in.
        ("ZhiXi", "zh", (chinese.0, english.1), &[]),
        ("ZhiXi", "zh", (english.0, chinese.1), &[]),
        ("ZhiXi", "zh", ("Hello!", english.1), &[]),
    ] {
        let agent = agent_with(&format!("voice: {voice}\nlanguages:\n  - {languages}\nwelcome: {welcome}\n"));
        let agent = agent.replace("Be kind.", prompt);
        assert_eq!(judged_whole(&agent), expected, "{agent}");
    }
}

#[test]
fn the_text_that_a_voice_can_not_read_is_shown() {
    let agent = agent_with("voice: ZhiXi\nwelcome: Good day, this is the AI assistant of the clinic.\n");
    insta::assert_snapshot!(told(&[(AGENT, &agent.replace("Be kind.", "Ask when they come."))]));
}
