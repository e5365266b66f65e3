use crate::support::{codes, lint};

const CAMPAIGN: &str = "campaigns/april.yaml";

fn to(number: &str) -> String {
    format!("callees:\n  inline:\n    - number: \"{number}\"\n")
}

#[test]
fn lines_without_a_person_are_told_by_their_kind() {
    for (number, kind) in [
        ("+19005550199", "premium rate"),
        ("+18005550199", "toll free"),
        ("+864001234567", "shared cost"),
        ("+447640123456", "pager"),
        ("+8610086", "service number"),
    ] {
        let (_, found) = lint(&[(CAMPAIGN, &to(number))]);
        assert_eq!(found.len(), 1, "{number}");
        assert!(found[0].message.ends_with(&format!("({kind})")), "{}", found[0].message);
        assert!(!found[0].message.contains(&number[4..]), "{}", found[0].message);
    }
}

#[test]
fn phones_of_people_are_none_of_these() {
    for number in ["+8613000000001", "+442079460101", "+883510000000099"] {
        assert_eq!(codes(&[(CAMPAIGN, &to(number))]), [""; 0], "{number}");
    }
}

#[test]
fn a_caller_is_not_called_whatever_its_kind() {
    let (_, found) = lint(&[(CAMPAIGN, &to("+1 212 555 0123"))]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].message, "a callee is a caller of campaign `april`");
}
