use crate::support::{codes, lint, told};

const CAMPAIGN: &str = "campaigns/april.yaml";

#[test]
fn callers_and_callees_are_judged_and_masked() {
    let shown = told(&[(
        CAMPAIGN,
        "callers:\n  - \"+12125550123\"\n  - \"008612300000000\"\ncallees:\n  number: phone\n  inline:\n    - phone: \"+861230000000\"\n",
    )]);
    assert!(!shown.contains("12300000000"), "{shown}");
    insta::assert_snapshot!(shown);
}

#[test]
fn the_finding_itself_holds_no_number() {
    let (_, found) = lint(&[(CAMPAIGN, "callers:\n  - \"008612300000000\"\n")]);
    assert_eq!(found.len(), 1);
    assert!(!format!("{found:?}").contains("12300000000"));
}

#[test]
fn the_emulator_may_be_given_numbers_that_nobody_has() {
    let project = "provider:\n  site: emulator\n  sdkAppId: 1400000000\n";
    assert_eq!(codes(&[("callform.yaml", project), (CAMPAIGN, "callers:\n  - \"008612300000000\"\n")]), [""; 0]);
}
