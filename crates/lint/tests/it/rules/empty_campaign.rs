use crate::support::{OF_FILE, callees, codes, lint};

const CAMPAIGN: &str = "campaigns/april.yaml";

#[test]
fn a_list_in_the_document_may_be_empty_too() {
    let (loaded, found) = lint(&[(CAMPAIGN, "callees:\n  inline: []\n")]);
    assert_eq!(found.len(), 1);
    assert_eq!(loaded.sources.slice(found[0].primary.as_ref().unwrap().span), "callees");
    assert_eq!(found[0].related, []);
}

#[test]
fn blank_lines_are_no_callees_and_bad_rows_are() {
    assert_eq!(codes(&[OF_FILE, callees("id,number\n\n\n")]), ["CF055"]);
    assert_eq!(codes(&[OF_FILE, callees("id,number\nP-1,nobody\n")]), [""; 0]);
}
