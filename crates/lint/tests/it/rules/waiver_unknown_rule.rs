use crate::support::{codes, told};

#[test]
fn the_nearest_rule_is_offered() {
    insta::assert_snapshot!(told(&[(
        "agents/checkup.yaml",
        "limits: # callform: allow[limits-unst, no-such-thing] the line hangs up by itself\n  ring: 45s\n  call: 10m\n"
    )]));
}

#[test]
fn a_waiver_without_brackets_names_no_rule() {
    let found = |comment: &str| codes(&[("agents/checkup.yaml", &format!("voice: WeRose # {comment}\n"))]);
    assert_eq!(found("callform: allow CF005 since ..."), ["CF901"]);
    assert_eq!(found("callform: allow[] since ..."), ["CF901"]);
    assert_eq!(found("callform: allow[CF005 since ..."), ["CF901"]);
    assert_eq!(found("callform: allowed voices are ..."), [""; 0]);
    assert_eq!(found("callform: our rose"), [""; 0]);
}

#[test]
fn what_was_meant_to_be_a_waiver_is_told() {
    for comment in [
        "callform: ignore[CF005] the line hangs up",
        "callform: disable CF005",
        "callform:allow CF005",
        "Callform: skip limits-unset, the line hangs up",
        "callform: ignore[limits-unst] the line hangs up",
        "noqa: CF005",
        "of April  # noqa: CF005",
    ] {
        let found = |text: &str| codes(&[("agents/checkup.yaml", text)]);
        assert_eq!(found(&format!("voice: WeRose # {comment}\n")), ["CF901"], "{comment}");
    }
    for prose in ["callform: 1", "callform: see the page of the clinic", "noqa: E501", "noqa"] {
        assert_eq!(codes(&[("agents/checkup.yaml", &format!("voice: WeRose # {prose}\n"))]), [""; 0], "{prose}");
    }
    let prompt = "call_end, transfer_to_human {# callform: disable CF024 #}\n";
    assert_eq!(codes(&[("agents/prompts/checkup.md", prompt)]), ["CF901"]);
}

#[test]
fn how_a_waiver_is_written_is_shown_with_the_rules_that_were_meant() {
    let text = "voice: WeRose  # callform: disable CF005, CF060 since it is loud\n";
    insta::assert_snapshot!(told(&[("agents/checkup.yaml", text)]));
}
