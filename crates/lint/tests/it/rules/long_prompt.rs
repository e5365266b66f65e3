use crate::support::{codes, lint};

const PROMPT: &str = "agents/prompts/checkup.md";

fn prompt(text: &str, times: usize) -> String {
    format!("call_end, transfer_to_human\n{}\n", text.repeat(times))
}

#[test]
fn latin_letters_and_chinese_characters_weigh_differently() {
    assert_eq!(codes(&[(PROMPT, &prompt("speak softly ", 900))]), [""; 0]);
    assert_eq!(codes(&[(PROMPT, &prompt("speak softly ", 950))]), ["CF023"]);
    assert_eq!(codes(&[(PROMPT, &prompt("请慢慢说。", 590))]), [""; 0]);
    assert_eq!(codes(&[(PROMPT, &prompt("请慢慢说。", 610))]), ["CF023"]);
}

#[test]
fn comments_are_not_sent_and_do_not_count() {
    let text = format!("{{# {} #}}call_end, transfer_to_human\n", "note ".repeat(5000));
    assert_eq!(codes(&[(PROMPT, &text)]), [""; 0]);
}

#[test]
fn the_place_is_the_first_line() {
    let (loaded, found) = lint(&[(PROMPT, &prompt("speak softly ", 950))]);
    assert_eq!(loaded.sources.slice(found[0].primary.as_ref().unwrap().span), "call_end, transfer_to_human");
    assert_eq!(found[0].message, "the prompt comes to about 3,100 tokens");
}
