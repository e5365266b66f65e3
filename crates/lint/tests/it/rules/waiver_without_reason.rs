use crate::support::{codes, told};

#[test]
fn what_it_was_written_against_is_told_all_the_same() {
    insta::assert_snapshot!(told(&[("agents/checkup.yaml", "limits: # callform: allow[limits-unset]\n  call: 10m\n")]));
}

#[test]
fn signs_are_no_reason() {
    let found = |reason: &str| {
        codes(&[("agents/checkup.yaml", &format!("limits: # callform: allow[CF005]{reason}\n  call: 10m\n"))])
    };
    assert_eq!(found(" - ..."), ["CF005", "CF900"]);
    assert_eq!(found(": 因为"), [""; 0]);
}
