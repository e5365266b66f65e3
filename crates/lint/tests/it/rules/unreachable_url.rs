use crate::support::{codes, lint};

const AGENT: &str = "agents/checkup.yaml";

fn agent(url: &str) -> String {
    format!("llm:\n  openai:\n    model: m\n    url: {url}\n    apiKey: ${{env:K}}\n")
}

#[test]
fn models_and_voices_are_looked_at() {
    let tts = "tts:\n  custom:\n    apiKey: ${env:K}\n    url: https://10.0.0.7/say\n";
    let whole = format!(
        "kind: Agent\nname: checkup\nprompt: Be kind.\nlimits:\n  ring: 45s\n  call: 5m\n{}{tts}",
        agent("https://192.168.0.9:8443/v1")
    );
    let (loaded, found) = lint(&[(AGENT, &whole)]);
    let found: Vec<_> = found.iter().map(|d| loaded.sources.slice(d.primary.as_ref().unwrap().span)).collect();
    assert_eq!(found, ["https://192.168.0.9:8443/v1", "https://10.0.0.7/say"]);
}

#[test]
fn on_this_machine_everything_can_be_reached() {
    let agent = agent("http://localhost:8000/v1");
    assert_eq!(codes(&[(AGENT, &agent)]), ["CF012"]);
    let emulator = ("callform.yaml", "provider:\n  site: emulator\n  sdkAppId: 1400000000\n");
    assert_eq!(codes(&[(AGENT, &agent), emulator]), [""; 0]);
}
