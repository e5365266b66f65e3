use crate::support::{codes, lint};

const PROMPT: &str = "agents/prompts/checkup.md";

#[test]
fn both_questions_are_shown() {
    let (loaded, found) =
        lint(&[(PROMPT, "- call_end, transfer_to_human\n- 请问您周五能来吗？需要我们派车接您吗？\n")]);
    assert_eq!(found.len(), 1);
    let slices = [found[0].related[0].span, found[0].primary.as_ref().unwrap().span].map(|s| loaded.sources.slice(s));
    assert_eq!(slices[1], "需要我们派车接您吗？");
    assert!(slices[0].ends_with("请问您周五能来吗？"), "{}", slices[0]);
}

#[test]
fn a_value_may_be_a_question_and_a_comment_asks_nobody() {
    let prompt = "- call_end, transfer_to_human\n- Will you come on Friday? {# Is this right? Is that wrong? #}\n";
    assert_eq!(codes(&[(PROMPT, prompt)]), [""; 0]);
}

#[test]
fn running_text_is_no_step() {
    let prompt = "call_end, transfer_to_human\n\nWill you come on Friday? Do you need a taxi?\n";
    assert_eq!(codes(&[(PROMPT, prompt)]), [""; 0]);
}
