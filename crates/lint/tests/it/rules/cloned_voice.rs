use crate::support::{agent_with, codes, lint};

const AGENT: &str = "agents/checkup.yaml";

fn tencent(lines: &str) -> String {
    agent_with(&format!(
        "tts:\n  tencent:\n    appId: \"1\"\n    secretId: ${{env:I}}\n    secretKey: ${{env:K}}\n{lines}"
    ))
}

#[test]
fn both_halves_belong_together() {
    for (lines, expected) in [
        ("    voiceType: 101001\n", &[][..]),
        ("    voiceType: 200000000\n    fastVoiceType: WCHN-example\n", &[]),
        // An empty id is sent as nothing.
        ("    voiceType: 101001\n    fastVoiceType: \"\"\n", &[]),
        ("    voiceType: 200000000\n", &["CF039"]),
        ("    voiceType: 200000000\n    fastVoiceType: \"\"\n", &["CF039"]),
    ] {
        assert_eq!(codes(&[(AGENT, &tencent(lines))]), expected, "{lines}");
    }
}

#[test]
fn the_place_is_the_voice() {
    let (loaded, found) = lint(&[(AGENT, &tencent("    fastVoiceType: WCHN-example\n    voiceType: 101001\n"))]);
    assert_eq!(loaded.sources.slice(found[0].primary.as_ref().unwrap().span), "101001");
}
