use crate::support::codes;

const AGENT: &str = "agents/checkup.yaml";

#[test]
fn a_description_of_a_function_is_read_too() {
    let agent =
        "variables:\n  姓名:\n    maxLength: 20\nfunctions:\n  endCall:\n    description: \"{{ 姓名 }}说再见了\"\n";
    let prompt = ("agents/prompts/checkup.md", "call_end\n");
    let rows = ("campaigns/april.yaml", "variables:\n  姓名: 小明\n");
    assert_eq!(codes(&[(AGENT, agent), prompt, rows]), ["CF018"]);
}

#[test]
fn dify_lists_conversations_by_user_and_needs_its_inputs() {
    let found = |user: &str| {
        let agent = format!(
            "variables:\n  phone:\n    default: none\nllm:\n  dify:\n    url: https://api.dify.ai/v1\n    apiKey: ${{env:DIFY_API_KEY}}\n    inputs:\n      phone: \"{{{{ phone }}}}\"\n    user: \"{user}\"\n"
        );
        codes(&[(AGENT, &agent)]).into_iter().filter(|c| *c == "CF018").count()
    };
    assert_eq!(found("{{ phone }}"), 1);
    assert_eq!(found("front-desk"), 0);
}

#[test]
fn the_prompt_and_what_is_said_are_no_logs() {
    let agent =
        "variables:\n  callee_name:\n    maxLength: 20\nwelcome: Hello {{ callee_name }}, from the automated desk.\n";
    let rows = ("campaigns/april.yaml", "variables:\n  callee_name: Robin\n");
    assert_eq!(codes(&[(AGENT, agent), rows]), [""; 0]);
}
