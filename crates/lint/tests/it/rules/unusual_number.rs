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

#[test]
fn rows_of_a_file_are_judged_as_those_of_the_document_are() {
    let campaign = "callees:\n  file: callees.csv\n  key: id\n";
    let csv = "id,number\na,+12125550147\nb,008612300000000\n";
    let files = [(CAMPAIGN, campaign), ("campaigns/callees.csv", csv)];
    let (loaded, found) = lint(&files);
    assert_eq!(found.len(), 1);
    let at = loaded.sources.locate(found[0].primary.as_ref().unwrap().span);
    assert_eq!((at.path.as_str(), at.line, at.column), ("campaigns/callees.csv", 3, 3));
    assert!(!told(&files).contains("12300000000"));
    let emulator = ("callform.yaml", "provider:\n  site: emulator\n  sdkAppId: 1400000000\n");
    assert_eq!(codes(&[emulator, files[0], files[1]]), [""; 0]);
}
