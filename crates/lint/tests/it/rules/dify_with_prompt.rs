use crate::support::{codes, told};

const DIFY: &str = "llm:\n  dify:\n    url: https://api.dify.ai/v1\n    apiKey: ${env:DIFY_API_KEY}\n";

#[test]
fn prompt_and_functions_are_shown_with_the_application_that_has_its_own() {
    insta::assert_snapshot!(told(&[("agents/checkup.yaml", DIFY)]));
}

#[test]
fn names_in_a_prompt_that_nobody_reads_are_not_judged() {
    let found = codes(&[("agents/checkup.yaml", DIFY), ("agents/prompts/checkup.md", "end_call\n")]);
    assert_eq!(found, ["CF010", "CF010"]);
}

#[test]
fn functions_that_are_switched_off_are_nothing_to_remove() {
    let dify = |functions: &str| {
        let agent = format!(
            "kind: Agent\nname: checkup\nvoice: ZhiXi\nlimits:\n  ring: 45s\n  call: 5m\nllm:\n  dify:\n    url: https://api.dify.ai/v1\n    apiKey: ${{env:K}}\nfunctions: {functions}\n"
        );
        codes(&[("agents/checkup.yaml", &agent)])
    };
    assert_eq!(dify("{endCall: false}"), [""; 0]);
    assert_eq!(dify("{endCall: true}"), ["CF010"]);
}
