use crate::support::{codes, told};

const AGENT: &str = "agents/checkup.yaml";
const PROMPT: &str = "agents/prompts/checkup.md";

#[test]
fn what_is_switched_off_is_shown_with_its_switch() {
    insta::assert_snapshot!(told(&[(
        AGENT,
        "\
functions:
  endCall: false
  transferToHuman:
    enabled: false
    items:
      - name: transfer_to_human
        description: The callee asks for a person
        skillGroupId: 1234
"
    )]));
}

#[test]
fn what_was_never_declared_is_found_once() {
    let found =
        codes(&[(AGENT, "functions:\n  endCall: true\n"), (PROMPT, "transfer_to_human transfer_to_human call_end\n")]);
    assert_eq!(found, ["CF002"]);
}

#[test]
fn an_agent_without_functions_may_not_be_asked_to_hang_up() {
    assert_eq!(codes(&[(AGENT, "functions: {}\n"), (PROMPT, "Then call_end.\n")]), ["CF002"]);
}
