use crate::support::{codes, told};

const APRIL: &str = "campaigns/april.yaml";
const SURVEY: &str = "campaigns/survey.yaml";

/// Another campaign that calls the one callee of `april`.
fn survey(with: &str) -> String {
    format!(
        "kind: Campaign\nname: survey\n{with}agent: checkup\ncallers:\n  - \"+12125550123\"\ncallees:\n  inline:\n    - number: \"0012125550147\"\n"
    )
}

#[test]
fn the_other_row_is_named_however_the_number_is_written() {
    let shown = told(&[(SURVEY, &survey(""))]);
    assert!(!shown.contains("2125550147"), "{shown}");
    insta::assert_snapshot!(shown);
}

#[test]
fn a_campaign_that_may_repeat_may_call_the_same_people() {
    assert_eq!(codes(&[(SURVEY, &survey("repeat: allowed\n"))]), [""; 0]);
    assert_eq!(codes(&[(SURVEY, &survey("")), (APRIL, "repeat: allowed\n")]), [""; 0]);
}

#[test]
fn campaigns_one_after_the_other_may_call_the_same_people() {
    let after = "notBefore: 2031-05-01\n";
    assert_eq!(codes(&[(APRIL, "notAfter: 2031-04-30\n"), (SURVEY, &survey(after))]), [""; 0]);
    assert_eq!(codes(&[(APRIL, "notAfter: 2031-05-01\n"), (SURVEY, &survey(after))]), ["CF053"]);
    assert_eq!(codes(&[(SURVEY, &survey(after))]), ["CF053"]);
}

#[test]
fn who_is_blocked_in_one_of_them_is_called_by_the_other_only() {
    let files = [
        (APRIL, "doNotCall: [no.csv]\n"),
        (SURVEY, &survey("doNotCall: [no.csv]\n")),
        ("campaigns/no.csv", "+12125550147\n"),
    ];
    assert_eq!(codes(&files), ["CF052", "CF052"]);
}

#[test]
fn in_three_campaigns_a_number_is_too_many_twice() {
    let third = survey("").replace("survey", "third");
    assert_eq!(codes(&[(SURVEY, &survey("")), ("campaigns/third.yaml", &third)]), ["CF053", "CF053"]);
}
