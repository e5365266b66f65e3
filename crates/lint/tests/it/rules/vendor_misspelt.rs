use crate::support::{agent_with, codes, lint, mended};

const AGENT: &str = "agents/checkup.yaml";

fn llm(protocol: &str, model: &str, url: &str) -> String {
    format!("llm:\n  {protocol}:\n    model: {model}\n    url: {url}\n    apiKey: ${{env:K}}\n")
}

#[test]
fn the_fix_mends_the_letters_and_leaves_the_rest() {
    let yaml = llm("minimax", "minixmax-m1", "\"https://api.minixmax.chat/v1\" # main");
    assert_eq!(codes(&[(AGENT, &yaml)]), ["CF030", "CF030"]);
    let text = mended(&[(AGENT, &yaml)], AGENT);
    assert!(text.contains("    model: minimax-m1\n    url: \"https://api.minimax.chat/v1\" # main\n"), "{text}");
    assert_eq!(codes(&[(AGENT, &text)]), [""; 0]);
}

#[test]
fn a_host_of_ones_own_is_for_a_person_to_mend() {
    let (_, found) = lint(&[(AGENT, &llm("openai", "m", "https://minixmax.example.com/v1"))]);
    assert_eq!(found.len(), 1);
    assert!(!found[0].fix.as_ref().unwrap().safe);
}

#[test]
fn a_voice_is_looked_at_too() {
    let yaml = agent_with(
        "tts:\n  minimax:\n    model: speech-01-turbo\n    url: https://api.minixmax.chat/v1/t2a_v2\n    apiKey: ${env:K}\n    voiceType: female-tianmei\n",
    );
    assert_eq!(codes(&[(AGENT, &yaml)]), ["CF030"]);
}
