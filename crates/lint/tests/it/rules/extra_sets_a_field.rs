use crate::support::{codes, lint};

const AGENT: &str = "agents/checkup.yaml";

fn body(members: &str) -> String {
    format!(
        "llm:\n  openai:\n    model: gpt-4o-mini\n    url: https://api.openai.com/v1/\n    apiKey: ${{env:K}}\n    extraBody:\n{members}"
    )
}

#[test]
fn what_the_platform_sets_is_told_from_what_has_a_field() {
    let (loaded, found) = lint(&[(AGENT, &body("      stream: false\n      top_p: 0.5\n      seed: 7\n"))]);
    let told: Vec<_> =
        found.iter().map(|d| (loaded.sources.slice(d.primary.as_ref().unwrap().span), d.help[0].as_str())).collect();
    assert_eq!(told, [("stream", "remove it"), ("top_p", "write it as `llm.openai.topP`")]);
}

#[test]
fn members_below_and_of_other_spelling_are_others() {
    assert_eq!(codes(&[(AGENT, &body("      metadata:\n        model: a\n      topP: 1\n"))]), [""; 0]);
}

#[test]
fn dify_has_fields_of_its_own() {
    let yaml = "kind: Agent\nname: checkup\nvoice: ZhiXi\nlimits:\n  ring: 45s\n  call: 5m\nllm:\n  dify:\n    url: https://api.dify.ai/v1\n    apiKey: ${env:K}\n    extraBody:\n      user: desk\n      messages: []\n      auto_generate_name: false\n";
    let (_, found) = lint(&[(AGENT, yaml)]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].help, ["write it as `llm.dify.user`"]);
}
