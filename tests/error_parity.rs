//! `callform_ccc::error` against the error codes that the provider's SDKs list for the product: a new code, which may
//! mean that somebody was phoned or was not, is to be judged by a person before callform meets it.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod installed;

use std::collections::BTreeSet;
use std::fs;

use callform_ccc::error::{CODES, Origin, lookup};

/// Codes that speak of other actions' subjects. Should one answer a call all the same, its family decides.
const OTHER_SUBJECTS: &[(&str, &[&str])] = &[
    (
        "SIP trunks and SIP accounts",
        &[
            "InvalidParameter.DuplicateAddress",
            "InvalidParameter.DuplicateSipAccount",
            "InvalidParameter.IllegalAddress",
            "InvalidParameter.InvalidAddress",
            "InvalidParameter.InvalidIP",
            "InvalidParameter.InvalidPort",
            "InvalidParameter.SipAccountPasswordFormat",
            "InvalidParameter.SipAccountUserFormat",
            "InvalidParameter.SipTrunkInUsed",
            "InvalidParameter.SipTrunkNotFound",
        ],
    ),
    (
        "staff and skill groups",
        &[
            "FailedOperation.DuplicatedAccount",
            "InvalidParameterValue.RingAllGroupMemberOverflow",
            "InvalidParameterValue.SkillGroupExist",
        ],
    ),
    (
        "applications and uploads",
        &[
            "FailedOperation.CurStateNotAllowModify",
            "FailedOperation.UploadFileOverflow",
            "InvalidParameterValue.ErrorApplyStatus",
            "InvalidParameterValue.WaitingApprovalOverflow",
        ],
    ),
];

/// Codes from the list that all products share; a product may answer them.
const SHARED_BY_ALL_PRODUCTS: &[&str] = &["ResourceInUse", "ResourceInsufficient"];

/// The codes of both sites' `errorcodes.py`, whose lines are `NAME = 'Code'`.
fn listed() -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for site in ["china", "intl"] {
        let libraries = fs::read_dir(installed::installed(site).join("lib")).unwrap();
        let python = libraries
            .map(|entry| entry.unwrap().path())
            .find(|path| path.file_name().unwrap().to_string_lossy().starts_with("python3"))
            .unwrap();
        let text = fs::read_to_string(python.join("site-packages/tencentcloud/ccc/v20200210/errorcodes.py")).unwrap();
        let found: Vec<String> =
            text.lines().filter_map(|line| Some(line.split_once(" = '")?.1.strip_suffix('\'')?.to_owned())).collect();
        assert!(found.len() > 60, "{site}: {} codes", found.len());
        codes.extend(found);
    }
    codes
}

#[test]
fn every_code_that_the_sdks_list_is_judged_or_belongs_to_another_subject() {
    let others: BTreeSet<&str> = OTHER_SUBJECTS.iter().flat_map(|(_, codes)| codes.iter().copied()).collect();
    let listed = listed();
    let unjudged: BTreeSet<&str> = listed.iter().map(String::as_str).filter(|code| lookup(code).is_none()).collect();
    assert_eq!(unjudged, others);
}

#[test]
fn every_code_that_we_call_the_products_is_in_an_sdk_or_shared_by_all_products() {
    let listed = listed();
    let unlisted: BTreeSet<&str> = CODES
        .iter()
        .filter(|info| info.origin == Origin::Service && !listed.contains(info.code))
        .map(|info| info.code)
        .collect();
    assert_eq!(unlisted.into_iter().collect::<Vec<_>>(), SHARED_BY_ALL_PRODUCTS);
}
