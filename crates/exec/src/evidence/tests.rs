use callform_spec::phone::PhoneNumber;

use super::*;
use crate::identity::CallId;
use crate::ledger::{AttemptId, RequestLimits};

const KEY: LedgerKey = LedgerKey::from_bytes([7; 32]);
const SENT: i64 = 1_775_044_800;
const RING: u64 = 45;
const CALL: u64 = 600;
const TIMES: Times = Times { request_life: Duration::from_secs(300), record_lag: Duration::from_secs(1800) };
/// SENT + 300 s + 2 s of skew + queue, ring and call + lag.
const COUNTS_FROM: i64 = SENT + 300 + 2 + 5 + 45 + 600 + 1800;
const CALLEE: &str = "+861012341234";
const CALLER: &str = "+441134960000";

fn number(text: &str) -> NumberId {
    KEY.number(&PhoneNumber::parse(text).unwrap())
}

fn attempt() -> Traced {
    Traced {
        attempt: AttemptId::for_tests(10),
        call: CallId::from_bytes([1; 16]),
        environment: "default".into(),
        campaign: "april".into(),
        label: "P-1".into(),
        callee: number(CALLEE),
        number: PhoneNumber::parse(CALLEE).ok(),
        callers: vec![number(CALLER)],
        limits: RequestLimits { queue: None, ring: Some(RING), call: Some(CALL) },
        timestamp: SENT,
        since: Timestamp::from_second(SENT).unwrap(),
        code: None,
        session: None,
    }
}

fn ours() -> Sighting {
    Sighting {
        session: SessionId::from("6bb56a09-2787-40bc-80c5-dc6dab783eff"),
        direction: Some(1),
        callee: Party::Number(number(CALLEE)),
        caller: Party::Number(number(CALLER)),
        started: Some(SENT + 2),
        ended: true,
        seat: false,
        console_agent: false,
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn control() -> SessionId {
    SessionId::from("c0")
}

/// A look in which nothing stands in the way of an absence.
fn look<'a>(sightings: &'a [Sighting], control: &'a SessionId) -> View<'a> {
    View {
        sightings,
        protected: false,
        complete: true,
        now: at(COUNTS_FROM + 1),
        skew: Some(Duration::from_secs(2)),
        control: Some(control),
    }
}

fn judged(sightings: &[Sighting]) -> Finding {
    judge(&attempt(), &TIMES, &look(sightings, &control()))
}

fn absent_but(change: impl FnOnce(&mut View<'_>, &mut Traced)) -> Finding {
    let (mut traced, control) = (attempt(), control());
    let mut view = look(&[], &control);
    change(&mut view, &mut traced);
    judge(&traced, &TIMES, &view)
}

fn open(why: Why) -> Finding {
    Finding::Open { why, sessions: Vec::new() }
}

#[test]
fn a_session_that_fits_in_everything_was_placed() {
    assert_eq!(judged(&[ours()]), Finding::Placed(ours().session));
}

#[test]
fn whatever_does_not_fit_is_another_session() {
    type Change = fn(&mut Sighting);
    let wrong: [(&str, Change); 5] = [
        ("it came in", |seen| seen.direction = Some(0)),
        ("another callee", |seen| seen.callee = Party::Number(number("+861012341235"))),
        ("another caller", |seen| seen.caller = Party::Number(number("+441134960001"))),
        ("too early", |seen| seen.started = Some(SENT - 361)),
        ("too late", |seen| seen.started = Some(SENT + 361)),
    ];
    for (what, change) in wrong {
        let mut seen = ours();
        change(&mut seen);
        assert_eq!(fit(&attempt(), &seen), Fit::Other, "{what}");
        assert_eq!(judged(&[seen]), Finding::Absent, "{what}");
    }
}

#[test]
fn the_timestamp_counts_300_seconds_and_the_margin_to_both_sides() {
    for started in [SENT - 360, SENT, SENT + 360] {
        let seen = Sighting { started: Some(started), ..ours() };
        assert_eq!(fit(&attempt(), &seen), Fit::Ours, "{}", started - SENT);
    }
}

#[test]
fn where_no_caller_was_declared_any_caller_fits() {
    let traced = Traced { callers: Vec::new(), ..attempt() };
    for caller in [Party::Number(number("+441134960001")), Party::Protected, Party::Unreadable] {
        assert_eq!(fit(&traced, &Sighting { caller, ..ours() }), Fit::Ours);
    }
}

#[test]
fn a_person_or_a_console_agent_makes_no_candidate_and_no_absence_either() {
    for handed_over in [Sighting { seat: true, ..ours() }, Sighting { console_agent: true, ..ours() }] {
        let sessions = vec![handed_over.session.clone()];
        assert_eq!(judged(std::slice::from_ref(&handed_over)), Finding::Open { why: Why::HandedOver, sessions });
        let also = Sighting { session: SessionId::from("a1"), ..ours() };
        assert_eq!(judged(&[handed_over, also]), Finding::Placed(SessionId::from("a1")));
    }
}

#[test]
fn two_sessions_that_fit_leave_it_unknown_and_both_are_kept() {
    let other = Sighting { session: SessionId::from("a1"), started: Some(SENT - 100), ..ours() };
    let sessions = vec![ours().session, other.session.clone()];
    assert_eq!(judged(&[other, ours()]), Finding::Open { why: Why::Several, sessions });
}

#[test]
fn a_session_that_goes_on_and_its_record_are_one_with_and_without_dashes() {
    let live = Sighting { session: SessionId::from("6BB56A09278740BC80C5DC6DAB783EFF"), ended: false, ..ours() };
    assert_eq!(judged(&[live, ours()]), Finding::Placed(ours().session));
}

#[test]
fn what_can_not_be_known_about_a_session_leaves_it_unknown() {
    let hidden: [fn(&mut Sighting); 5] = [
        |seen| seen.direction = None,
        |seen| seen.started = None,
        |seen| seen.callee = Party::Protected,
        |seen| seen.callee = Party::Unreadable,
        |seen| seen.caller = Party::Protected,
    ];
    for hide in hidden {
        let mut seen = ours();
        hide(&mut seen);
        seen.session = SessionId::from("d1");
        let sessions = vec![seen.session.clone()];
        assert_eq!(judged(std::slice::from_ref(&seen)), Finding::Open { why: Why::Doubtful, sessions }, "{seen:?}");
        // Nor is another one then the only one.
        let both = judged(&[seen, ours()]);
        assert!(matches!(both, Finding::Open { why: Why::Several, sessions } if sessions.len() == 2));
    }
}

#[test]
fn a_candidate_counts_only_if_every_page_was_seen() {
    let (sightings, control) = ([ours()], control());
    let view = View { complete: false, ..look(&sightings, &control) };
    let sessions = vec![ours().session];
    assert_eq!(judge(&attempt(), &TIMES, &view), Finding::Open { why: Why::PageMissed, sessions });
}

#[test]
fn no_session_at_all_counts_when_nothing_stands_in_the_way() {
    assert_eq!(judged(&[]), Finding::Absent);
}

#[test]
fn absence_does_not_count_before_every_wait_is_over() {
    let waiting = open(Why::Waiting(at(COUNTS_FROM)));
    assert_eq!(absent_but(|view, _| view.now = at(COUNTS_FROM)), waiting);
    assert_eq!(absent_but(|view, _| view.now = at(SENT)), waiting);
    // Each of them moves the moment.
    let moved = |seconds: i64| open(Why::Waiting(at(COUNTS_FROM + seconds)));
    assert_eq!(absent_but(|view, _| view.skew = Some(Duration::from_secs(9))), moved(7));
    assert_eq!(absent_but(|_, traced| traced.timestamp += 7), moved(7));
    assert_eq!(absent_but(|_, traced| traced.limits.ring = Some(RING + 7)), moved(7));
    assert_eq!(absent_but(|_, traced| traced.limits.call = Some(CALL + 7)), moved(7));
    assert_eq!(absent_but(|_, traced| traced.limits.queue = Some(12)), moved(7));
    let control = control();
    for times in [
        Times { request_life: TIMES.request_life + Duration::from_secs(7), ..TIMES },
        Times { record_lag: TIMES.record_lag + Duration::from_secs(7), ..TIMES },
    ] {
        assert_eq!(judge(&attempt(), &times, &look(&[], &control)), moved(7));
    }
}

#[test]
fn absence_never_counts_where_a_limit_is_unset() {
    assert_eq!(absent_but(|_, traced| traced.limits.ring = None), open(Why::LimitUnset("ring")));
    assert_eq!(absent_but(|_, traced| traced.limits.call = None), open(Why::LimitUnset("call")));
}

#[test]
fn absence_never_counts_where_numbers_are_protected_or_a_page_was_missed() {
    assert_eq!(absent_but(|view, _| view.protected = true), open(Why::Protected));
    assert_eq!(absent_but(|view, _| view.complete = false), open(Why::PageMissed));
}

#[test]
fn absence_never_counts_without_the_server_s_clock_or_without_a_control() {
    assert_eq!(absent_but(|view, _| view.skew = None), open(Why::ClockUnknown));
    assert_eq!(absent_but(|view, _| view.control = None), open(Why::NoControl));
}

#[test]
fn a_control_is_a_later_session_of_ours_that_ended_and_fits_its_own_attempt() {
    let later =
        Traced { attempt: AttemptId::for_tests(11), timestamp: SENT + 1, session: Some(ours().session), ..attempt() };
    assert!(is_control(&attempt(), &later, &ours()));
    let earlier = Traced { attempt: AttemptId::for_tests(9), ..later.clone() };
    assert!(!is_control(&attempt(), &earlier, &ours()), "written before");
    let before = Traced { timestamp: SENT - 1, ..later.clone() };
    assert!(!is_control(&attempt(), &before, &ours()), "sent before, by a clock that went back");
    let another = Traced { session: Some(SessionId::from("a1")), ..later.clone() };
    assert!(!is_control(&attempt(), &another, &ours()), "another session");
    assert!(!is_control(&attempt(), &later, &Sighting { ended: false, ..ours() }), "it goes on");
    for hidden in [
        Sighting { callee: Party::Protected, ..ours() },
        Sighting { caller: Party::Unreadable, ..ours() },
        Sighting { seat: true, ..ours() },
        Sighting { started: None, ..ours() },
    ] {
        assert!(!is_control(&attempt(), &later, &hidden), "{hidden:?}");
    }
}

#[test]
fn numbers_are_compared_as_numbers_and_a_hidden_one_is_not_none() {
    let callee = number(CALLEE);
    // The API's form has the area code's zero.
    for text in ["008601012341234", "00861012341234", "+86 10 1234 1234"] {
        assert_eq!(party(Some(text), None, &KEY), Party::Number(callee), "{text}");
    }
    assert_eq!(party(Some("1012341234"), None, &KEY), Party::Unreadable);
    assert_eq!(party(None, Some("+86 10****1234"), &KEY), Party::Protected);
    assert_eq!(party(None, None, &KEY), Party::Unreadable);
}

#[test]
fn waits_that_are_too_short_for_a_real_site_are_not_kept_to() {
    let short = Times { request_life: Duration::ZERO, record_lag: Duration::from_secs(1799) };
    assert_eq!(short.at_least_documented(), TIMES);
    let long = Times { request_life: Duration::from_secs(301), record_lag: Duration::from_secs(1801) };
    assert_eq!(long.at_least_documented(), long);
}
