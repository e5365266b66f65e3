use std::collections::BTreeSet;
use std::time::Duration;

use callform_ccc::SessionId;
use callform_ccc::query::{END_STATUSES, Session, TelCdr};
use callform_spec::model::{Duration as SpecDuration, Retry as Spec};
use jiff::Timestamp;

use super::*;

const ENDED: i64 = 1_775_044_800;
const HOUR: i64 = 3600;

/// Every documented code, as a record has it when nobody answered and when somebody did.
const TABLE: &[(i64, Outcome, Outcome)] = &[
    (1, Answered, Answered),
    (17, Other, Other),
    (100, Other, Other),
    (102, Other, Other),
    (103, Other, Other),
    (104, Other, Other),
    (105, Other, Other),
    (106, Other, Other),
    (107, Other, Other),
    (108, RestrictedCallee, Unmapped),
    (109, TooManyCalls, Unmapped),
    (110, RestrictedArea, Unmapped),
    (111, RestrictedTime, Unmapped),
    (202, NoAnswer, Unmapped),
    (203, Rejected, Unmapped),
    (204, PowerOff, Unmapped),
    (205, NumberNotExist, Unmapped),
    (206, Busy, Unmapped),
    (207, OutOfCredit, Unmapped),
    (208, CarrierFault, Unmapped),
    (209, Cancelled, Unmapped),
    (210, NotInService, Unmapped),
    (211, Other, Other),
    (212, CarrierFault, Unmapped),
    (213, Announcement, Unmapped),
    (215, NumberInvalid, Unmapped),
    (216, Announcement, Unmapped),
    (217, BlockedCallee, Unmapped),
    (218, RestrictedArea, Unmapped),
    (219, Announcement, Unmapped),
    (220, Cancelled, Unmapped),
    (221, NumberAbnormal, Unmapped),
    (222, Voicemail, Voicemail),
    (225, AiFault, AiFault),
    (226, AiFault, AiFault),
    (227, AiFault, AiFault),
    (228, Answered, Answered),
    (229, Answered, Answered),
    (230, Answered, Answered),
    (231, Cancelled, Answered),
    (232, Answered, Answered),
    (233, Answered, Answered),
    (501, Other, Other),
    (502, Other, Other),
    (503, Other, Other),
];

#[test]
fn every_documented_status_has_an_outcome_by_code_by_text_and_by_both() {
    let documented: Vec<i64> = END_STATUSES.iter().map(|status| status.code).collect();
    assert_eq!(TABLE.iter().map(|row| row.0).collect::<Vec<_>>(), documented);
    for (status, (code, unanswered, answered)) in END_STATUSES.iter().zip(TABLE) {
        for (accepted, expected) in [(None, unanswered), (Some(ENDED), answered)] {
            for (code, text) in [
                (Some(*code), None),
                (Some(*code), Some(status.text)),
                (None, Some(status.text)),
                (Some(0), Some(status.text)),
            ] {
                assert_eq!(Outcome::of(code, text, accepted), *expected, "{code:?} {text:?} {accepted:?}");
            }
        }
    }
}

#[test]
fn what_is_documented_nowhere_is_unmapped_whatever_its_text_says() {
    for code in [-1, 2, 201, 214, 223, 224, 234, 999] {
        assert_eq!(Outcome::of(Some(code), None, None), Unmapped, "{code}");
        assert_eq!(Outcome::of(Some(code), Some("notAnswer"), None), Unmapped, "{code}");
    }
    assert_eq!(Outcome::of(None, None, None), Unmapped);
    assert_eq!(Outcome::of(Some(0), Some("unconnected"), None), Unmapped);
}

#[test]
fn a_text_that_nobody_knows_does_not_matter_and_one_that_contradicts_the_code_does() {
    assert_eq!(Outcome::of(Some(202), Some("somethingNew"), None), NoAnswer);
    assert_eq!(Outcome::of(Some(208), Some("carrierBlocked"), None), CarrierFault, "both mean the same outcome");
    assert_eq!(Outcome::of(Some(202), Some("ok"), None), Unmapped);
    assert_eq!(Outcome::of(Some(1), Some("busy"), None), Unmapped);
}

#[test]
fn names_are_stable_and_lead_back() {
    let names: Vec<&str> = Outcome::ALL.iter().map(|outcome| outcome.name()).collect();
    insta::assert_snapshot!(names.join(" "), @"answered noAnswer busy rejected powerOff notInService voicemail carrierFault numberNotExist numberInvalid numberAbnormal restrictedCallee blockedCallee outOfCredit announcement restrictedArea restrictedTime tooManyCalls cancelled aiFault other unmapped");
    for outcome in Outcome::ALL {
        assert_eq!(Outcome::from_name(outcome.name()), Some(outcome));
        assert_eq!(outcome.to_string(), outcome.name());
    }
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
    assert_eq!(Outcome::from_name("NoAnswer"), None);
}

/// A campaign reads the same words in `retry.when` as in a list of results.
#[test]
fn outcomes_that_a_spec_can_name_have_the_names_of_the_spec() {
    let mut named = 0;
    for outcome in Outcome::ALL {
        let in_spec: Option<RetryOutcome> = serde_json::from_value(outcome.name().into()).ok();
        assert_eq!(in_spec, outcome.retry_class(), "{outcome}");
        named += usize::from(in_spec.is_some());
    }
    assert_eq!(named, 7);
}

#[test]
fn only_what_speaks_of_the_number_itself_is_permanent() {
    let permanent: Vec<Outcome> = Outcome::ALL.into_iter().filter(|outcome| outcome.is_permanent()).collect();
    assert_eq!(permanent, [NumberNotExist, NumberInvalid, RestrictedCallee, BlockedCallee]);
    // Nobody whose number is suppressed is tried again, and nobody is whose case a person is to look at.
    for outcome in Outcome::ALL {
        let kinds = [outcome.is_answered(), outcome.is_permanent(), outcome.needs_person()];
        let kinds = kinds.into_iter().chain([outcome.retry_class().is_some()]).filter(|is| *is).count();
        assert!(kinds <= 1, "{outcome}");
    }
}

fn rules(max_attempts: u32, when: &[RetryOutcome]) -> RetryRules {
    RetryRules { max_attempts, wait: Duration::from_secs(7200), when: when.to_vec() }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

#[test]
fn without_retry_there_is_one_attempt_and_what_is_left_out_has_its_documented_value() {
    let one = RetryRules::of(None);
    assert_eq!(one.max_attempts, 1);
    assert_eq!(one.judge(NoAnswer, ENDED, 1, at(ENDED + 24 * HOUR)), Retry::UsedUp);
    let short = RetryRules::of(Some(&Spec { max_attempts: Some(3), wait: None, when: None }));
    let default = [RetryOutcome::NoAnswer, RetryOutcome::Busy];
    assert_eq!((short.max_attempts, short.wait, &short.when[..]), (3, Duration::from_secs(3600), &default[..]));
    let long =
        Spec { max_attempts: Some(2), wait: SpecDuration::parse("90m"), when: Some(vec![RetryOutcome::Voicemail]) };
    let long = RetryRules::of(Some(&long));
    assert_eq!((long.wait, &long.when[..]), (Duration::from_secs(5400), &[RetryOutcome::Voicemail][..]));
}

#[test]
fn another_attempt_is_due_when_the_wait_since_the_end_is_over() {
    let rules = rules(3, &[RetryOutcome::NoAnswer]);
    let judge = |now| rules.judge(NoAnswer, ENDED, 2, at(now));
    let due = ENDED + 2 * HOUR;
    assert_eq!(judge(ENDED), Retry::At(at(due)));
    assert_eq!(judge(due - 1), Retry::At(at(due)));
    assert_eq!(judge(due), Retry::Due);
    assert_eq!(judge(ENDED - 100 * HOUR), Retry::At(at(due)), "a clock that is behind only waits");
}

#[test]
fn attempts_are_used_up_at_their_number_and_beyond() {
    let rules = rules(3, &[RetryOutcome::NoAnswer]);
    let judge = |attempts| rules.judge(NoAnswer, ENDED, attempts, at(ENDED + 3 * HOUR));
    assert_eq!([judge(1), judge(2), judge(3), judge(4)], [Retry::Due, Retry::Due, Retry::UsedUp, Retry::UsedUp]);
}

#[test]
fn only_the_named_outcomes_are_tried_again_and_some_are_for_a_person() {
    let every: Vec<RetryOutcome> = Outcome::ALL.into_iter().filter_map(Outcome::retry_class).collect();
    for (when, tried) in [(&every[..], 7), (&[RetryOutcome::Busy][..], 1), (&[][..], 0)] {
        let rules = rules(9, when);
        let judged = Outcome::ALL.map(|outcome| (outcome, rules.judge(outcome, ENDED, 1, at(ENDED + 3 * HOUR))));
        assert_eq!(judged.iter().filter(|(_, retry)| *retry == Retry::Due).count(), tried);
        for (outcome, retry) in judged {
            let expected = match outcome {
                AiFault | Other | Unmapped | Cancelled | RestrictedArea | RestrictedTime | TooManyCalls => {
                    Retry::NeedsPerson
                }
                _ if outcome.retry_class().is_some_and(|class| when.contains(&class)) => Retry::Due,
                _ => Retry::Done,
            };
            assert_eq!(retry, expected, "{outcome}");
        }
    }
}

#[test]
fn an_end_that_no_clock_can_show_makes_nothing_due() {
    let rules = rules(3, &[RetryOutcome::NoAnswer]);
    for ended in [i64::MAX, i64::MIN, Timestamp::MAX.as_second()] {
        assert_eq!(rules.judge(NoAnswer, ended, 1, at(ENDED)), Retry::NeedsPerson, "{ended}");
    }
}

fn record() -> TelCdr {
    TelCdr {
        session: Session {
            id: SessionId::from("6bb56a09-2787-40bc-80c5-dc6dab783eff"),
            direction: Some(1),
            caller: None,
            callee: Some("008612300000000".into()),
            protected_caller: None,
            protected_callee: None,
            started: Some(ENDED - 30),
            has_seat: false,
            has_console_agent: false,
        },
        accepted: Some(ENDED - 20),
        ended: Some(ENDED),
        end_status: Some(228),
        end_status_text: Some("functionCallHangup".into()),
    }
}

#[test]
fn a_record_without_an_end_is_not_final() {
    assert_eq!(FinalRecord::of(&TelCdr { ended: None, ..record() }), None);
}

#[test]
fn a_final_record_holds_the_moments_and_the_talk() {
    let talked = FinalRecord::of(&record()).unwrap();
    assert_eq!((talked.outcome, talked.talk, talked.ended), (Answered, 20, ENDED));
    assert_eq!((talked.started, talked.accepted, talked.end_status), (Some(ENDED - 30), Some(ENDED - 20), Some(228)));
    let nobody = TelCdr { accepted: None, end_status: Some(202), end_status_text: None, ..record() };
    let nobody = FinalRecord::of(&nobody).unwrap();
    assert_eq!((nobody.outcome, nobody.talk), (NoAnswer, 0));
    let backwards = FinalRecord::of(&TelCdr { accepted: Some(ENDED + 5), ..record() }).unwrap();
    assert_eq!((backwards.outcome, backwards.talk), (Answered, 0));
    let silent = TelCdr { end_status: None, end_status_text: None, ..record() };
    assert_eq!(FinalRecord::of(&silent).unwrap().outcome, Unmapped);
}

#[test]
fn a_session_with_several_records_has_an_end_once_all_say_so_and_none_that_asks_for_more_where_they_disagree() {
    let talked = record();
    let rang =
        TelCdr { accepted: None, end_status: Some(202), end_status_text: None, ended: Some(ENDED - 60), ..record() };
    for records in [[&rang, &talked], [&talked, &rang]] {
        let end = FinalRecord::of_all(&records).unwrap();
        assert_eq!((end.outcome, end.end_status, end.ended), (Unmapped, None, ENDED));
    }
    let again = TelCdr { ended: Some(ENDED), ..rang.clone() };
    let end = FinalRecord::of_all(&[&again, &rang]).unwrap();
    assert_eq!((end.outcome, end.ended), (NoAnswer, ENDED));
    assert_eq!(FinalRecord::of_all(&[&rang, &TelCdr { ended: None, ..record() }]), None);
    assert_eq!(FinalRecord::of_all(&[]), None);
}
