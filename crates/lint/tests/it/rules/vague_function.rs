use crate::support::{codes, lint};

const AGENT: &str = "agents/checkup.yaml";

fn described(description: &str) -> String {
    format!(
        "functions:\n  endCall: true\n  transferToHuman:\n    - name: transfer_to_human\n      description: {description}\n      skillGroupId: 1\n"
    )
}

#[test]
fn what_is_wrong_with_a_description_is_said() {
    for (description, message) in [
        ("\"{# later #}\"", "the description of `transfer_to_human` is empty"),
        ("Transfer To Human.", "the description of `transfer_to_human` repeats its name"),
        ("Human agent", "the description of `transfer_to_human` is too short to choose by"),
        ("转人工", "the description of `transfer_to_human` is too short to choose by"),
    ] {
        let (_, found) = lint(&[(AGENT, &described(description))]);
        assert_eq!(found.len(), 1, "{description}");
        assert_eq!((found[0].code.0, found[0].message.as_str()), ("CF014", message));
    }
}

#[test]
fn a_description_that_says_when_is_good_in_any_script() {
    for description in ["Asks for it", "对方要求人工", "担当者に替わる", "ผู้รับสายขอพูดกับคน", "Möchte mehr wissen"]
    {
        assert_eq!(codes(&[(AGENT, &described(description))]), [""; 0], "{description}");
    }
}

#[test]
fn a_description_with_a_variable_is_not_judged() {
    let agent = described("\"{{ reason }}\"") + "variables:\n  reason:\n    default: The callee asks for a person\n";
    assert_eq!(codes(&[(AGENT, &agent)]), [""; 0]);
}

#[test]
fn the_description_of_call_end_is_judged_too() {
    let agent = "functions:\n  endCall:\n    description: End call\n";
    assert_eq!(codes(&[(AGENT, agent), ("agents/prompts/checkup.md", "call_end\n")]), ["CF014"]);
}
