use crate::support::{codes, lint};

const AGENT: &str = "agents/checkup.yaml";
const PROMPT: &str = "agents/prompts/checkup.md";

fn transfers(items: &[(&str, &str)]) -> String {
    let item = |(name, description): &(&str, &str)| {
        format!("    - name: {name}\n      description: {description}\n      skillGroupId: 1\n")
    };
    format!("functions:\n  transferToHuman:\n{}", items.iter().map(item).collect::<String>())
}

#[test]
fn two_functions_of_one_name_are_told_once() {
    let agent = transfers(&[("nurse", "The callee is in pain"), ("nurse", "The callee has questions")]);
    let (loaded, found) = lint(&[(AGENT, &agent), (PROMPT, "nurse\n")]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].message, "two functions are called `nurse`");
    assert_eq!(loaded.sources.locate(found[0].primary.as_ref().unwrap().span).line, 19);
}

#[test]
fn an_item_called_like_the_platforms_own_function_is_found() {
    let agent = "functions:\n  endCall: true\n  transferToHuman:\n    - name: Call-End\n      description: The callee asks for a person\n      skillGroupId: 1\n";
    let found = codes(&[(AGENT, agent), (PROMPT, "call_end, Call-End\n")]);
    assert!(found.contains(&"CF013"), "{found:?}");
}

#[test]
fn descriptions_that_differ_in_a_word_are_two() {
    let agent = transfers(&[("nurse", "找护士的时候"), ("doctor", "找医生的时候")]);
    assert_eq!(codes(&[(AGENT, &agent), (PROMPT, "nurse, doctor\n")]), [""; 0]);
}

#[test]
fn what_is_switched_off_is_offered_to_no_model() {
    let agent = "functions:\n  endCall: true\n  transferToHuman:\n    enabled: false\n    items:\n      - name: a\n        description: The callee asks for it\n        skillGroupId: 1\n      - name: b\n        description: The callee asks for it\n        skillGroupId: 1\n";
    assert_eq!(codes(&[(AGENT, agent), (PROMPT, "call_end\n")]), [""; 0]);
}
