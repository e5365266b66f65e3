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
