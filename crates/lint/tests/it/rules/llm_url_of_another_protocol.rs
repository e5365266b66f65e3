use crate::support::{codes, told};

const AGENT: &str = "agents/checkup.yaml";

fn llm(protocol: &str, url: &str) -> String {
    let model = if protocol == "dify" { "" } else { "    model: m\n" };
    format!("llm:\n  {protocol}:\n{model}    url: {url}\n    apiKey: ${{env:K}}\n")
}

#[test]
fn every_protocol_has_its_vendors() {
    for (protocol, url, expected) in [
        ("openai", "https://api.openai.com/v1/", &[][..]),
        ("openai", "https://api.deepseek.com/v1", &[]),
        ("openai", "https://api.hunyuan.cloud.tencent.com/v1", &[]),
        // Minimax has an endpoint that speaks OpenAI's protocol.
        ("openai", "https://api.minimax.io/v1", &[]),
        // And so has Azure.
        ("openai", "https://desk.openai.azure.com/openai/v1/", &[]),
        ("openai", "https://desk.openai.azure.com?api-version=2024-10-21", &["CF031"]),
        ("openai", "https://api.dify.ai/v1", &["CF031"]),
        ("azure", "https://api.openai.com/v1?api-version=2024-10-21", &["CF031"]),
        // A version would not mend it.
        ("azure", "https://api.openai.com/v1/", &["CF031"]),
        ("minimax", "https://api.deepseek.com/v1", &["CF031"]),
        ("minimax", "https://api.minimaxi.com/v1", &[]),
        // A gateway of one's own may speak anything.
        ("minimax", "https://gateway.example.com/v1", &[]),
        ("azure", "https://gateway.example.com?api-version=2024-10-21", &[]),
        ("openai", "https://api.openai.com.example.com/v1", &[]),
    ] {
        assert_eq!(codes(&[(AGENT, &llm(protocol, url))]), expected, "{protocol} {url}");
    }
}

#[test]
fn dify_has_a_host_of_its_own() {
    let dify = |url: &str| {
        let llm = llm("dify", url);
        format!("kind: Agent\nname: checkup\nvoice: ZhiXi\nlimits:\n  ring: 45s\n  call: 5m\n{llm}")
    };
    assert_eq!(codes(&[(AGENT, &dify("https://api.dify.ai/v1"))]), [""; 0]);
    assert_eq!(codes(&[(AGENT, &dify("https://dify.example.com/v1"))]), [""; 0]);
    assert_eq!(codes(&[(AGENT, &dify("https://api.openai.com/v1"))]), ["CF031"]);
}

#[test]
fn the_protocol_is_shown_beside_the_address() {
    insta::assert_snapshot!(told(&[(AGENT, &llm("openai", "https://desk.openai.azure.com?api-version=2024-10-21"))]));
}
