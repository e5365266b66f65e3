use crate::support::{codes, told};

#[test]
fn an_error_can_not_be_waived() {
    let agent = "voice: WeRose # callform: allow[E0107] we need it\n";
    insta::assert_snapshot!(told(&[("agents/checkup.yaml", agent)]));
}

#[test]
fn nor_can_the_rule_that_can_not_be_switched_off() {
    assert_eq!(codes(&[("agents/checkup.yaml", "voice: WeRose # callform: allow[CF904] why\n")]), ["CF903"]);
}
