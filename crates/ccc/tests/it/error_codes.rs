//! Every documented code, judged as it was read from the documentation.

use callform_ccc::error::{CODES, Certainty, Class, ErrorClass, classify, classify_answer, from_gateway, lookup};

use Class::{Ambiguous, Auth, Callee, Config, Later, LaterSeconds, Quota, Rate};

/// Code, class, whether it stops the run. All but `Ambiguous` are refusals before dialling.
const EXPECTED: &[(&str, Class, bool)] = &[
    // The list on CreateAICall's page.
    ("FailedOperation.CallOutFailed", Ambiguous, false),
    ("FailedOperation.CalleeIsBlackUser", Callee, false),
    ("FailedOperation.CallerOverFrequency", Later, false),
    ("FailedOperation.CalloutRuleBlindArea", Config, false),
    ("FailedOperation.CalloutRuleMaxCallCountCalleeIntervalTime", Later, false),
    ("FailedOperation.CalloutRuleMaxCallCountCalleePerDayAppID", Later, false),
    ("FailedOperation.CalloutRuleNotWorkTime", Later, false),
    ("FailedOperation.NoCallOutNumber", Config, true),
    ("FailedOperation.PermissionDenied", Auth, true),
    ("InternalError", Ambiguous, false),
    ("InvalidParameterValue", Config, false),
    ("InvalidParameterValue.InstanceNotExist", Config, true),
    ("LimitExceeded.BasePackageExpired", Quota, true),
    // The product's list.
    ("FailedOperation", Ambiguous, false),
    ("FailedOperation.AIConcurrentNoPackage", Quota, true),
    ("FailedOperation.AIConcurrentOverFrequency", LaterSeconds, false),
    ("FailedOperation.AILicenseHasExpired", Quota, true),
    ("FailedOperation.AcquireQuota", LaterSeconds, false),
    ("LimitExceeded.OutOfQuotaMaxCount", LaterSeconds, false),
    ("LimitExceeded.InsufficientLicense", Quota, true),
    ("LimitExceeded", Quota, true),
    ("LimitExceeded.OutOfCountLimit", Quota, true),
    ("FailedOperation.CalleeIsLimited", Callee, false),
    ("FailedOperation.SeatStatusBusy", Later, false),
    ("FailedOperation.SessionNotExists", Ambiguous, false),
    ("FailedOperation.SessionNotInControlState", Ambiguous, false),
    ("FailedOperation.ControlAIConversation", Ambiguous, false),
    ("InvalidParameter", Config, false),
    ("InvalidParameter.IllegalPhoneNumber", Config, false),
    ("InvalidParameter.InvalidPhoneNumber", Config, false),
    ("InvalidParameter.DuplicatePhoneNumber", Config, false),
    ("InvalidParameter.InstanceNotExist", Config, true),
    ("InvalidParameterValue.PhoneNumInvalid", Config, false),
    ("InvalidParameterValue.PhoneNumIsBoundOtherAccount", Config, false),
    ("InvalidParameterValue.ExperienceAccount", Config, true),
    ("InvalidParameterValue.SkillGroupError", Config, false),
    ("InvalidParameterValue.AccountNotExist", Config, false),
    ("InvalidParameterValue.FileNotExist", Config, false),
    ("InvalidParameterValue.ApplyIDNotExist", Config, false),
    ("InvalidParameterValue.CompanyExist", Config, false),
    ("InvalidParameterValue.RecordNotExist", Later, false),
    ("InternalError.DBError", Ambiguous, false),
    ("MissingParameter", Config, true),
    ("UnknownParameter", Config, true),
    ("UnsupportedOperation", Config, true),
    ("OperationDenied.NotInWhiteList", Config, true),
    ("OperationDenied.UinDisabled", Quota, true),
    ("ResourceNotFound", Config, true),
    ("ResourceUnavailable", Ambiguous, false),
    // The gateway's list.
    ("AuthFailure.SignatureFailure", Auth, true),
    ("AuthFailure.SignatureExpire", Auth, true),
    ("AuthFailure.SecretIdNotFound", Auth, true),
    ("AuthFailure.InvalidSecretId", Auth, true),
    ("AuthFailure.TokenFailure", Auth, true),
    ("AuthFailure.InvalidAuthorization", Auth, true),
    ("AuthFailure.MFAFailure", Auth, true),
    ("AuthFailure.UnauthorizedOperation", Auth, true),
    ("UnauthorizedOperation", Auth, true),
    ("RequestLimitExceeded", Rate, false),
    ("RequestLimitExceeded.UinLimitExceeded", Rate, false),
    ("RequestLimitExceeded.IPLimitExceeded", Rate, false),
    ("RequestLimitExceeded.GlobalRegionUinLimitExceeded", Rate, false),
    ("RequestSizeLimitExceeded", Config, false),
    ("ResponseSizeLimitExceeded", Ambiguous, false),
    ("ServiceUnavailable", Ambiguous, false),
    ("ResourceInsufficient", Ambiguous, false),
    ("ResourceInUse", Ambiguous, false),
    ("InvalidRequest", Config, true),
    ("InvalidAction", Config, true),
    ("NoSuchProduct", Config, true),
    ("NoSuchVersion", Config, true),
    ("ActionOffline", Config, true),
    ("UnsupportedProtocol", Config, true),
    ("UnsupportedRegion", Config, true),
    ("IpInBlacklist", Auth, true),
    ("IpNotInWhitelist", Auth, true),
    ("DryRunOperation", Ambiguous, false),
];

fn expected(class: Class, stops_run: bool) -> ErrorClass {
    let certainty = match class {
        Ambiguous => Certainty::Ambiguous,
        _ => Certainty::NotDialled,
    };
    ErrorClass { class, certainty, stops_run }
}

#[test]
fn every_documented_code_has_its_class_its_certainty_and_its_reach() {
    for (code, class, stops_run) in EXPECTED {
        assert_eq!(classify(code), expected(*class, *stops_run), "{code}");
    }
}

#[test]
fn the_table_holds_exactly_the_documented_codes_each_once_with_meaning_and_advice() {
    let mut table: Vec<&str> = CODES.iter().map(|info| info.code).collect();
    let mut documented: Vec<&str> = EXPECTED.iter().map(|(code, ..)| *code).collect();
    table.sort_unstable();
    documented.sort_unstable();
    assert_eq!(table, documented);
    for info in CODES {
        assert!(info.meaning.ends_with('.') && info.advice.ends_with('.'), "{}", info.code);
        assert_eq!(lookup(info.code).unwrap().class, info.class);
    }
}

#[test]
fn a_bad_number_is_the_callee_s_only_where_the_words_say_so_and_is_certain_either_way() {
    for code in ["InvalidParameter.IllegalPhoneNumber", "InvalidParameter.InvalidPhoneNumber"] {
        for (words, class) in [
            ("", Config),
            ("The phone number is illegal.", Config),
            ("Parameter `Callers.0` is not valid.", Config),
            ("Caller or callee is not valid.", Config),
            ("Parameter `Callee` is not valid.", Callee),
            ("invalid callee number", Callee),
        ] {
            assert_eq!(classify_answer(code, words), expected(class, false), "{words}");
        }
    }
    // Whatever the words say, other codes stay what they are.
    let blind = classify_answer("FailedOperation.CalloutRuleBlindArea", "The callee is in a blind area.");
    assert_eq!(blind, expected(Config, false));
    assert_eq!(classify_answer("InternalError", "callee"), expected(Ambiguous, false));
}

#[test]
fn an_unknown_code_is_judged_by_its_family_and_otherwise_by_doubt() {
    for (code, class, stops_run) in [
        ("AuthFailure.SomethingNew", Auth, true),
        ("UnauthorizedOperation.SomethingNew", Auth, true),
        ("RequestLimitExceeded.SomethingNew", Rate, false),
        ("InvalidParameterValue.SomethingNew", Config, false),
        ("MissingParameter.SomethingNew", Config, true),
        ("LimitExceeded.SomethingNew", Quota, true),
        ("OperationDenied.SomethingNew", Config, true),
        ("FailedOperation.SomethingNew", Ambiguous, false),
        ("InternalError.SomethingNew", Ambiguous, false),
        ("ResourceUnavailable.SomethingNew", Ambiguous, false),
        ("SomethingNew", Ambiguous, false),
        ("InvalidParameterValues", Ambiguous, false),
        ("authfailure.signaturefailure", Ambiguous, false),
        ("", Ambiguous, false),
    ] {
        assert_eq!(classify(code), expected(class, stops_run), "{code}");
    }
}

#[test]
fn the_gateway_is_not_confused_with_the_product_behind_it() {
    for code in ["AuthFailure.SignatureFailure", "RequestLimitExceeded", "AuthFailure.SomethingNew"] {
        assert!(from_gateway(code), "{code}");
    }
    for code in ["InvalidParameterValue", "FailedOperation.NoCallOutNumber", "SomethingNew"] {
        assert!(!from_gateway(code), "{code}");
    }
}
