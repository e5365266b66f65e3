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

#[test]
fn a_name_that_is_no_function_is_found_where_it_is_called() {
    for (prompt, expected) in [
        ("Asks for a nurse: call `transfer_to_nurse`.", &["CF002"][..]),
        ("Then call `send_sms`; later, call `send_sms` again.", &["CF002"]),
        ("Then use the book_appointment function.", &["CF002"]),
        ("然后调用send_sms。", &["CF002"]),
        ("If they want one, call send_sms.", &["CF002"]),
        ("Asks for somebody: call transfer_to_human_agent.", &["CF002"]),
        ("Then use bookVisit, and run lookup() for the slots.", &["CF002", "CF002"]),
        ("Never call `send_sms`.", &[]),
        ("Read `visit_date` out, and call the clinic.", &[]),
        ("Then call `call_end`.", &[]),
        // That name is another rule's.
        ("Then call `end_call`.", &["CF001"]),
    ] {
        let prompt = format!("{prompt} call_end, transfer_to_human\n");
        assert_eq!(codes(&[(PROMPT, &prompt)]), expected, "{prompt}");
    }
}

#[test]
fn tools_of_ones_own_are_another_rules() {
    let llm = "llm:\n  openai:\n    model: gpt-4o-mini\n    url: https://api.openai.com/v1/\n    apiKey: ${env:K}\n    extraBody:\n      tools:\n        - type: function\n";
    assert_eq!(codes(&[(AGENT, llm), (PROMPT, "call `send_sms`, call_end, transfer_to_human\n")]), ["CF034"]);
}

#[test]
fn what_can_be_called_is_told() {
    insta::assert_snapshot!(told(&[(PROMPT, "Call `transfer_to_nurse`. call_end, transfer_to_human\n")]));
}

#[test]
fn names_of_data_and_of_files_are_no_functions() {
    let agent = "\
variables:
  visit_date: {}
extract:
  - name: will_attend
    type: boolean
    description: Whether the callee comes
providerVariables:
  order_no: a
";
    for prompt in [
        "Use visit_date for the day.",
        "Ask, then use will_attend for the answer.",
        "使用order_no查询。",
        "Use opening_hours.md for the hours.",
        "Call the follow-up team, and use the case_number from the letter.",
    ] {
        let prompt = format!("{prompt} call_end, transfer_to_human {{{{ visit_date }}}}\n");
        assert!(!codes(&[(AGENT, agent), (PROMPT, &prompt)]).contains(&"CF002"), "{prompt}");
    }
}
