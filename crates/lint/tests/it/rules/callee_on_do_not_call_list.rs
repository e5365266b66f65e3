use crate::support::{codes, told};

const CAMPAIGN: &str = "campaigns/april.yaml";
const OTHER: &str = "kind: Campaign\nname: survey\nagent: checkup\ncallers:\n  - \"+12125550123\"\ncallees:\n  inline:\n    - number: \"+12125550160\"\ndoNotCall: [no.csv]\n";

#[test]
fn the_list_of_another_campaign_is_said_to_be_another_ones() {
    let shown = told(&[("campaigns/survey.yaml", OTHER), ("campaigns/no.csv", "0012125550147 # by letter\n")]);
    assert!(!shown.contains("2125550147"), "{shown}");
    insta::assert_snapshot!(shown);
}

#[test]
fn a_list_that_both_campaigns_name_is_told_of_once() {
    let own = "callees:\n  inline:\n    - number: \"+12125550147\"\ndoNotCall: [no.csv]\n";
    let list = ("campaigns/no.csv", "+12125550147\n");
    assert_eq!(codes(&[(CAMPAIGN, own), ("campaigns/survey.yaml", OTHER), list]), ["CF052"]);
}

#[test]
fn who_is_on_no_list_may_be_called() {
    assert_eq!(codes(&[("campaigns/survey.yaml", OTHER), ("campaigns/no.csv", "+12125550149\n")]), [""; 0]);
}
