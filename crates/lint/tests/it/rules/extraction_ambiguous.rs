use crate::support::{codes, told};

const AGENT: &str = "agents/checkup.yaml";

#[test]
fn names_differ_in_more_than_their_shape() {
    let two = |a: &str, b: &str| format!("extract:\n  - name: {a}\n    type: text\n  - name: {b}\n    type: text\n");
    for (a, b, expected) in [
        ("will_attend", "will_attend_2", &[][..]),
        ("note", "notes", &[]),
        ("姓名", "姓", &[]),
        ("note", "Note", &["CF044"]),
        ("will-attend", "will attend", &["CF044"]),
    ] {
        assert_eq!(codes(&[(AGENT, &two(a, b))]), expected, "{a} {b}");
    }
}

#[test]
fn choices_are_several_and_different() {
    let selector = |choices: &str| format!("extract:\n  - name: slot\n    type: selector\n    choices: {choices}\n");
    for (choices, expected) in [
        ("[morning, evening]", &[][..]),
        ("[morning]", &["CF044"]),
        ("[morning, evening, Morning]", &["CF044"]),
        ("[a, a, a]", &["CF044", "CF044"]),
    ] {
        assert_eq!(codes(&[(AGENT, &selector(choices))]), expected, "{choices}");
    }
}

#[test]
fn both_choices_are_shown() {
    insta::assert_snapshot!(told(&[(
        AGENT,
        "extract:\n  - name: slot\n    type: selector\n    choices:\n      - morning\n      - evening\n      - Morning\n"
    )]));
}
