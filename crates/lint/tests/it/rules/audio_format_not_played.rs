use crate::support::{agent_with, codes};

const AGENT: &str = "agents/checkup.yaml";

#[test]
fn wav_which_is_meant_where_nothing_is_said_and_pcm_are_played() {
    for (line, expected) in [
        ("", &[][..]),
        ("    audioFormat: wav\n", &[]),
        ("    audioFormat: pcm\n    sampleRate: 8000\n", &[]),
        ("    audioFormat: ogg_opus\n", &["CF038"]),
    ] {
        let yaml = agent_with(&format!(
            "tts:\n  custom:\n    apiKey: ${{env:K}}\n    url: https://voice.example.com/stream-audio\n{line}"
        ));
        assert_eq!(codes(&[(AGENT, &yaml)]), expected, "{line}");
    }
}
