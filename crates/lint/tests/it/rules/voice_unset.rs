use crate::support::{agent_with, codes, told};

const AGENT: &str = "agents/checkup.yaml";
const LANGUAGES: &str = "languages:\n  - en\n";

#[test]
fn a_built_in_voice_and_one_of_ones_own_are_both_a_voice() {
    for voice in [
        "voice: WeRose\n",
        "tts:\n  custom:\n    url: https://voice.example.com/say\n    apiKey: ${env:K}\n",
        "tts:\n  volcengine:\n    appId: ${env:A}\n    token: ${env:T}\n    voiceType: zh_example_bigtts\n",
    ] {
        assert!(!codes(&[(AGENT, &agent_with(&format!("{LANGUAGES}{voice}")))]).contains(&"CF060"), "{voice}");
    }
}

#[test]
fn an_application_of_dify_needs_a_voice_too() {
    let agent = "kind: Agent\nname: checkup\nlimits:\n  ring: 45s\n  call: 5m\nlanguages:\n  - en\n\
                 llm:\n  dify:\n    url: https://api.dify.ai/v1\n    apiKey: ${env:K}\n";
    assert_eq!(codes(&[(AGENT, agent)]), ["CF060"]);
}

#[test]
fn the_place_is_the_name_of_the_agent() {
    insta::assert_snapshot!(told(&[(AGENT, &agent_with(LANGUAGES))]));
}
