//! The two spellings of a session.

use std::collections::HashSet;

use callform_ccc::{SessionId, session_id_eq};

const PLAIN: &str = "6bb56a09278740bc80c5dc6dab783eff";
const DASHED: &str = "6BB56A09-2787-40bc-80c5-dc6dab783eff";

#[test]
fn dashes_and_case_do_not_count() {
    assert!(session_id_eq(PLAIN, DASHED));
    assert!(!session_id_eq(PLAIN, "6bb56a09278740bc80c5dc6dab783efe"));
    assert!(!session_id_eq(PLAIN, ""));
    assert!(!session_id_eq(PLAIN, &PLAIN[..31]));
}

#[test]
fn the_two_spellings_are_one_key_and_each_keeps_its_text() {
    let both: HashSet<SessionId> = [SessionId::from(PLAIN), SessionId::from(DASHED)].into();
    assert_eq!(both.len(), 1);
    assert_eq!(SessionId::from(DASHED).as_str(), DASHED);
    assert_eq!(SessionId::from(DASHED).normalized(), PLAIN);
    assert_eq!(SessionId::from(PLAIN).cmp(&SessionId::from(DASHED)), std::cmp::Ordering::Equal);
}
