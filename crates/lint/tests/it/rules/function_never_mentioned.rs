use crate::support::{codes, told};

const PROMPT: &str = "agents/prompts/checkup.md";

#[test]
fn the_place_is_that_of_the_function() {
    insta::assert_snapshot!(told(&[(PROMPT, "Be kind.\n")]));
}

#[test]
fn a_wrong_name_is_a_mention_with_a_fault_of_its_own() {
    assert_eq!(codes(&[(PROMPT, "end_call, transfer_call\n")]), ["CF001", "CF001"]);
}

#[test]
fn half_a_word_is_no_mention() {
    assert_eq!(codes(&[(PROMPT, "call_ends transfer_to_human\n")]), ["CF003"]);
}
