use crate::support::{agent_with, codes};

const AGENT: &str = "agents/checkup.yaml";

#[test]
fn both_ends_are_inside_and_both_settings_are_judged() {
    for (lines, expected) in [
        ("    speed: 0.2\n    volume: 0.1\n", &[][..]),
        ("    speed: 3\n    volume: 3.0\n", &[]),
        ("    speed: 0.1\n", &["CF040"]),
        ("    speed: 100\n    volume: 0\n", &["CF040", "CF040"]),
    ] {
        let yaml = agent_with(&format!(
            "tts:\n  volcengine:\n    appId: \"1\"\n    token: ${{env:K}}\n    voiceType: BV001_streaming\n{lines}"
        ));
        assert_eq!(codes(&[(AGENT, &yaml)]), expected, "{lines}");
    }
}
