//! Attempts: what may be begun, and what becomes of answers.

use std::sync::Arc;
use std::time::Duration;

use callform_ccc::SessionId;
use callform_exec::ceiling::{CalleeBlock, CalleeRules};
use callform_exec::clock::Clock;
use callform_exec::identity::{AgentDigest, CallId, CallIdentity};
use callform_exec::ledger::{
    Attempt, Begun, Held, LEAST_GAP, Ledger, LedgerError, Lines, Rate, Recorded, RequestLimits, Resolution, Resolved,
    RunInfo, State, Verdict, Wish,
};
use callform_exec::outcome::RetryRules;
use callform_spec::phone::PhoneNumber;
use serde_json::json;

use crate::store::{On, on_both};
use crate::support::{Dir, TestClock, number};

pub(crate) const RUN: RunInfo<'static> =
    RunInfo { environment: "default", account: "emulator / 1", specs: "0", scope: "all", ceiling: None };

pub(crate) struct Bench {
    pub(crate) dir: Dir,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) ledger: Ledger,
}

impl Bench {
    pub(crate) fn new(on: On) -> Self {
        let (dir, clock) = (Dir::on(on, 0), TestClock::new());
        let mut ledger = dir.open(&clock.shared()).unwrap();
        ledger.start_run(&RUN).unwrap();
        Self { dir, clock, ledger }
    }

    pub(crate) fn begin(&mut self, key: &str, person: usize) -> Begun {
        begin(&mut self.ledger, key, person, RULES)
    }

    pub(crate) fn attempt(&mut self, key: &str, person: usize) -> Attempt {
        match self.begin(key, person) {
            Begun::Attempt(attempt) => attempt,
            Begun::Held(held) => panic!("{held:?}"),
        }
    }

    /// Much time passes, and another run begins.
    pub(crate) fn later(&mut self, time: Duration) {
        self.ledger.end_run("finished").unwrap();
        self.clock.pass(time);
        self.ledger.start_run(&RUN).unwrap();
    }

    pub(crate) fn state(&self, key: &str) -> State {
        self.ledger.call(id(&self.ledger, key)).unwrap().unwrap().state
    }
}

const LIMITS: RequestLimits = RequestLimits { queue: None, ring: Some(45), call: Some(600) };

pub(crate) const RULES: CalleeRules<'static> =
    CalleeRules { campaign: "april", moved_from: None, per_callee: None, repeat: false };

pub(crate) fn id(ledger: &Ledger, key: &str) -> CallId {
    ledger.key().call(&CallIdentity {
        project: "clinic-outreach",
        environment: "default",
        account: "emulator / 1",
        campaign: "april",
        key,
    })
}

/// What a call may be held back by for a while.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) lines: Lines,
    pub(crate) rate: Rate,
    pub(crate) per_run: Option<u64>,
}

impl Default for Limits {
    fn default() -> Self {
        let lines = Lines { account: 100, campaign: None };
        Self { lines, rate: Rate { per_second: 20, gap: LEAST_GAP }, per_run: None }
    }
}

pub(crate) fn begin(ledger: &mut Ledger, key: &str, person: usize, rules: CalleeRules<'_>) -> Begun {
    try_begin(ledger, key, person, rules, Limits::default()).unwrap()
}

pub(crate) fn try_begin(
    ledger: &mut Ledger,
    key: &str,
    person: usize,
    rules: CalleeRules<'_>,
    limits: Limits,
) -> Result<Begun, LedgerError> {
    let number = PhoneNumber::parse(&number(person)).unwrap();
    let agent = AgentDigest::of(&json!({}));
    let caller = PhoneNumber::parse("+441134960000").unwrap();
    let wish = Wish {
        call: id(ledger, key),
        moved_from: None,
        environment: "default",
        account: "emulator / 1",
        key,
        number: &number,
        fingerprint: ledger.key().fingerprint(agent, "", &number),
        agent,
        retry: &RetryRules::of(None),
        rules,
        busy_for: Duration::from_secs(600),
        callers: &[caller],
        limits: LIMITS,
        lines: limits.lines,
        rate: limits.rate,
        per_run: limits.per_run,
    };
    ledger.begin_attempt(&wish)
}

pub(crate) fn session(n: u8) -> SessionId {
    SessionId::new(format!("{n:02x}").repeat(16))
}

pub(crate) fn placed(session: &SessionId) -> Recorded<'_> {
    Recorded::Placed { session, request_id: Some("r") }
}

pub(crate) const REFUSED: Recorded<'static> =
    Recorded::Rejected { code: "RequestLimitExceeded", permanent: false, request_id: None, reason: None };
pub(crate) const LOST: Recorded<'static> =
    Recorded::Unknown { reason: "reset", code: None, request_id: None, session: None };

fn a_call_goes_from_intent_over_sending_to_placed(on: On) {
    let mut bench = Bench::new(on);
    let attempt = bench.attempt("P-1", 1);
    assert_eq!(bench.state("P-1"), State::Intent);
    assert_eq!(attempt.timestamp, bench.clock.now().as_second());
    bench.ledger.mark_sending(&attempt).unwrap();
    assert_eq!(bench.state("P-1"), State::Sending);
    assert_eq!(bench.ledger.record(&attempt, &placed(&session(1))).unwrap(), Verdict::Recorded);
    assert_eq!(bench.state("P-1"), State::Placed);
    let kinds: Vec<String> = bench.ledger.events(attempt.call).unwrap().into_iter().map(|event| event.kind).collect();
    assert_eq!(kinds, ["intent", "sending", "placed"]);
}

fn a_call_is_never_begun_twice_while_it_is_under_way_placed_or_unknown(on: On) {
    let mut bench = Bench::new(on);
    let one = bench.attempt("P-1", 1);
    assert_eq!(bench.begin("P-1", 1), Begun::Held(Held::InFlight));
    bench.ledger.mark_sending(&one).unwrap();
    assert_eq!(bench.begin("P-1", 1), Begun::Held(Held::InFlight));
    bench.ledger.record(&one, &LOST).unwrap();
    assert!(matches!(bench.begin("P-1", 1), Begun::Held(Held::Unknown { .. })));
    let two = bench.attempt("P-2", 2);
    bench.ledger.record(&two, &placed(&session(2))).unwrap();
    bench.later(Duration::from_secs(400 * 24 * 3600));
    assert_eq!(bench.begin("P-2", 2), Begun::Held(Held::Placed));
    assert!(matches!(bench.begin("P-1", 1), Begun::Held(Held::Unknown { .. })));
}

fn a_refused_call_may_be_begun_again_but_not_one_that_was_refused_for_good(on: On) {
    let mut bench = Bench::new(on);
    let attempt = bench.attempt("P-1", 1);
    bench.ledger.record(&attempt, &REFUSED).unwrap();
    let again = bench.attempt("P-1", 1);
    assert_ne!(again.id, attempt.id);
    let code = "FailedOperation.CalleeIsBlackUser";
    let for_good = Recorded::Rejected { code, permanent: true, request_id: None, reason: None };
    bench.ledger.record(&again, &for_good).unwrap();
    assert_eq!(bench.begin("P-1", 1), Begun::Held(Held::RefusedForGood { code: code.into() }));
}

fn one_number_is_not_on_two_lines_whatever_the_key_and_the_campaign(on: On) {
    let mut bench = Bench::new(on);
    let attempt = bench.attempt("P-1", 1);
    assert!(matches!(bench.begin("Q-1", 1), Begun::Held(Held::Callee(CalleeBlock::Open { .. }))));
    bench.ledger.record(&attempt, &placed(&session(1))).unwrap();
    assert!(matches!(bench.begin("Q-1", 1), Begun::Held(Held::Callee(CalleeBlock::Ceiling { .. }))));
    // However often one person may be phoned, never while they may be talking.
    let often = CalleeRules { per_callee: Some((5, Duration::from_secs(3600))), ..RULES };
    let talking = begin(&mut bench.ledger, "Q-1", 1, often);
    assert!(matches!(talking, Begun::Held(Held::Callee(CalleeBlock::Talking { .. }))));
    bench.later(Duration::from_secs(24 * 3600));
    bench.attempt("Q-1", 1);
}

/// The provider may take it as late as 300 s after its timestamp, and only then does somebody begin to talk.
fn a_lost_request_takes_up_its_line_for_as_long_as_it_may_be_on_its_way(on: On) {
    let mut bench = Bench::new(on);
    let one_line = || Limits { lines: Lines { account: 1, campaign: None }, ..Limits::default() };
    let attempt = bench.attempt("P-1", 1);
    bench.ledger.mark_sending(&attempt).unwrap();
    bench.ledger.record(&attempt, &LOST).unwrap();
    // The queue, the ringing and the call are over for whoever was taken at once.
    bench.later(Duration::from_secs(610));
    let held = try_begin(&mut bench.ledger, "P-2", 2, RULES, one_line()).unwrap();
    assert_eq!(held, Begun::Held(Held::NoLine));
    bench.later(Duration::from_secs(300));
    assert!(matches!(try_begin(&mut bench.ledger, "P-2", 2, RULES, one_line()).unwrap(), Begun::Attempt(_)));
}

fn a_session_that_belongs_to_another_attempt_makes_an_unknown_and_stays_as_evidence(on: On) {
    let mut bench = Bench::new(on);
    let (one, two) = (bench.attempt("P-1", 1), bench.attempt("P-2", 2));
    bench.ledger.record(&one, &placed(&SessionId::new("AB".repeat(16)))).unwrap();
    // The same one, in the notation of the queries.
    let dashed = SessionId::new("abababab-abab-abab-abab-abababababab");
    assert_eq!(bench.ledger.record(&two, &placed(&dashed)).unwrap(), Verdict::SessionTaken);
    assert_eq!(bench.state("P-1"), State::Placed);
    assert_eq!(bench.state("P-2"), State::Unknown);
    let last = bench.ledger.events(two.call).unwrap().pop().unwrap();
    assert_eq!(last.detail["unknown"]["session"], "ab".repeat(16));
}

fn a_session_of_another_attempt_that_comes_for_a_call_that_was_given_up_is_kept_as_evidence(on: On) {
    let mut bench = Bench::new(on);
    let (one, two) = (bench.attempt("P-1", 1), bench.attempt("P-2", 2));
    bench.ledger.record(&one, &placed(&session(1))).unwrap();
    // As whoever took the run over leaves it.
    bench.ledger.record(&two, &LOST).unwrap();
    assert_eq!(bench.ledger.record(&two, &placed(&session(1))).unwrap(), Verdict::SessionTaken);
    assert_eq!((bench.state("P-1"), bench.state("P-2")), (State::Placed, State::Unknown));
    let last = bench.ledger.events(two.call).unwrap().pop().unwrap();
    assert_eq!(last.detail["evidence"]["session"], session(1).normalized());
}

fn an_unknown_is_decided_once_and_no_session_belongs_to_two(on: On) {
    let mut bench = Bench::new(on);
    let (one, two) = (bench.attempt("P-1", 1), bench.attempt("P-2", 2));
    bench.ledger.record(&one, &LOST).unwrap();
    let under_way = bench.ledger.resolve(two.id, Resolution::NotPlaced, "under way").unwrap();
    assert_eq!(under_way, Resolved::NotUnknown);
    bench.ledger.record(&two, &placed(&session(2))).unwrap();
    let taken = bench.ledger.resolve(one.id, Resolution::Placed(Some(&session(2))), "taken").unwrap();
    assert_eq!(taken, Resolved::SessionTaken);
    let inferred = bench.ledger.resolve(one.id, Resolution::Inferred(&session(1)), "records").unwrap();
    assert_eq!((inferred, bench.state("P-1")), (Resolved::Done, State::PlacedInferred));
    let again = bench.ledger.resolve(one.id, Resolution::NotPlaced, "again").unwrap();
    assert_eq!((again, bench.state("P-1")), (Resolved::NotUnknown, State::PlacedInferred));
}

fn what_the_records_decide_and_what_a_person_decides_are_different_states(on: On) {
    for (resolution, state) in [
        (Resolution::Inferred(&session(1)), State::PlacedInferred),
        (Resolution::Absent, State::NotPlacedInferred),
        (Resolution::Placed(None), State::ResolvedPlaced),
        (Resolution::NotPlaced, State::ResolvedNotPlaced),
    ] {
        let mut bench = Bench::new(on);
        let attempt = bench.attempt("P-1", 1);
        bench.ledger.record(&attempt, &LOST).unwrap();
        assert_eq!(bench.ledger.resolve(attempt.id, resolution, "because").unwrap(), Resolved::Done);
        assert_eq!(bench.state("P-1"), state);
        let attempts = bench.ledger.call(attempt.call).unwrap().unwrap().attempts;
        assert_eq!(attempts, u32::from(state.may_have_rung()), "{state}");
        let last = bench.ledger.events(attempt.call).unwrap().pop().unwrap();
        assert_eq!((last.detail["resolved"]["reason"].as_str(), last.actor.as_str()), (Some("because"), "test@here 1"));
        assert!(bench.ledger.unknown_of(attempt.call).unwrap().is_none());
    }
}

fn a_decision_about_an_attempt_is_none_about_the_next_one(on: On) {
    let mut bench = Bench::new(on);
    let first = bench.attempt("P-1", 1);
    bench.ledger.record(&first, &LOST).unwrap();
    bench.ledger.resolve(first.id, Resolution::NotPlaced, "asked").unwrap();
    let second = bench.attempt("P-1", 1);
    bench.ledger.record(&second, &LOST).unwrap();
    let stale = bench.ledger.resolve(first.id, Resolution::Absent, "looked it up before").unwrap();
    assert_eq!((stale, bench.state("P-1")), (Resolved::NotUnknown, State::Unknown));
}

fn what_the_records_show_is_kept_once_until_they_show_something_else(on: On) {
    let mut bench = Bench::new(on);
    let attempt = bench.attempt("P-1", 1);
    assert!(!bench.ledger.keep_evidence(attempt.id, "none", &[]).unwrap(), "it is not unknown");
    bench.ledger.record(&attempt, &LOST).unwrap();
    let two = [session(1), session(2)];
    let kept = [(&[][..], true), (&[], false), (&two, true), (&two, false), (&[], true)]
        .map(|(sessions, _)| bench.ledger.keep_evidence(attempt.id, "found", sessions).unwrap());
    assert_eq!(kept, [true, false, true, false, true]);
    let events = bench.ledger.events(attempt.call).unwrap();
    assert_eq!(events.iter().filter(|event| event.kind == "examined").count(), 3);
    assert_eq!(bench.state("P-1"), State::Unknown);
}

fn an_unknown_attempt_comes_with_everything_that_records_are_held_against(on: On) {
    let mut bench = Bench::new(on);
    let attempt = bench.attempt("P-1", 1);
    bench.ledger.record(&attempt, &LOST).unwrap();
    let unknown = bench.ledger.unknown("emulator / 1").unwrap();
    assert_eq!(unknown, vec![bench.ledger.unknown_of(attempt.call).unwrap().unwrap()]);
    let traced = &unknown[0];
    assert_eq!((traced.attempt, traced.timestamp, traced.label.as_str()), (attempt.id, attempt.timestamp, "P-1"));
    assert_eq!(traced.number.unwrap().e164(), number(1));
    assert_eq!((traced.callers.len(), traced.limits), (1, LIMITS));
    assert_eq!(bench.ledger.unknown("intl / 1").unwrap(), vec![]);
}

#[test]
fn a_ledger_of_version_1_is_taken_on_and_its_attempts_name_no_limits() {
    let mut bench = Bench::new(On::Sqlite);
    let attempt = bench.attempt("P-1", 1);
    bench.ledger.record(&attempt, &LOST).unwrap();
    bench.ledger.end_run("finished").unwrap();
    let Bench { dir, clock, ledger } = bench;
    drop(ledger);
    let raw = rusqlite::Connection::open(dir.ledger_path()).unwrap();
    // As version 1 wrote it; the chain is over what was written, so it is not looked at here.
    raw.execute_batch(
        "PRAGMA user_version = 1; DROP TABLE suppressions; DROP TABLE stops; DROP TRIGGER events_are_not_changed;
         DROP INDEX attempts_by_run; DROP INDEX attempts_on_a_line; DROP INDEX attempts_without_outcome;
         ALTER TABLE attempts DROP COLUMN worker; ALTER TABLE attempts DROP COLUMN outcome;
         ALTER TABLE attempts DROP COLUMN ended; ALTER TABLE attempts DROP COLUMN line_until;
         ALTER TABLE calls DROP COLUMN outcome;
         ALTER TABLE calls DROP COLUMN ended; ALTER TABLE calls ADD COLUMN key TEXT;
         UPDATE calls SET key = (SELECT key FROM names WHERE call = id);
         DROP TABLE names; DROP TABLE leases; DROP TABLE pace;
         UPDATE events SET detail = json_remove(detail, '$.intent.callers', '$.intent.limits',
            '$.intent.worker') WHERE kind = 'intent';
         CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events
            BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;",
    )
    .unwrap();
    let ledger = dir.open(&clock.shared()).unwrap();
    assert_eq!(raw.pragma_query_value(None, "user_version", |row| row.get::<_, i32>(0)).unwrap(), 5);
    let traced = ledger.unknown_of(attempt.call).unwrap().unwrap();
    assert_eq!((traced.callers.len(), traced.limits), (0, RequestLimits::default()));
    assert_eq!(ledger.stops("default").unwrap(), vec![]);
    assert_eq!(ledger.row(attempt.call).unwrap().unwrap().label(), "P-1");
    assert_eq!(ledger.check().unwrap().different, Vec::<String>::new());
}

fn a_request_that_was_marked_once_is_not_marked_again(on: On) {
    let mut bench = Bench::new(on);
    let attempt = bench.attempt("P-1", 1);
    bench.ledger.mark_sending(&attempt).unwrap();
    assert!(bench.ledger.mark_sending(&attempt).is_err());
}

fn two_runs_at_once_are_refused_and_the_holder_is_named(on: On) {
    let bench = Bench::new(on);
    let mut other = bench.dir.open(&bench.clock.shared()).unwrap();
    let of_other_specs = RunInfo { specs: "1", ..RUN };
    match other.start_run(&of_other_specs) {
        Err(LedgerError::Locked { holder: Some(holder) }) => {
            assert_eq!((holder.host.as_str(), holder.pid), ("here", 1));
        }
        other => panic!("{other:?}"),
    }
    drop(bench.ledger);
    bench.dir.raw().wait_for_sessions(1);
    other.start_run(&of_other_specs).unwrap();
}

fn what_the_tables_say_follows_from_the_events_alone(on: On) {
    let mut bench = Bench::new(on);
    let attempts: Vec<Attempt> = (1..=6).map(|n| bench.attempt(&format!("P-{n}"), n)).collect();
    bench.ledger.mark_sending(&attempts[0]).unwrap();
    bench.ledger.record(&attempts[0], &placed(&session(1))).unwrap();
    bench.ledger.record(&attempts[1], &REFUSED).unwrap();
    bench.ledger.record(&attempts[2], &LOST).unwrap();
    bench.ledger.keep_evidence(attempts[2].id, "several sessions fit", &[session(8), session(9)]).unwrap();
    bench.ledger.resolve(attempts[2].id, Resolution::Placed(None), "heard it").unwrap();
    for (attempt, resolution) in [(&attempts[4], Resolution::Absent), (&attempts[5], Resolution::Inferred(&session(6)))]
    {
        bench.ledger.record(attempt, &LOST).unwrap();
        bench.ledger.resolve(attempt.id, resolution, "records").unwrap();
    }
    let again = bench.attempt("P-2", 2);
    let code = "FailedOperation.CalleeIsBlackUser";
    bench.ledger.record(&again, &Recorded::Rejected { code, permanent: true, request_id: None, reason: None }).unwrap();
    let suppressed = [7, 8, 7].map(|n| PhoneNumber::parse(&number(n)).unwrap());
    bench.ledger.suppress(&suppressed, "asked not to be called").unwrap();
    bench.ledger.stop("default", None).unwrap();
    bench.ledger.stop("default", Some("april")).unwrap();
    bench.ledger.stop("default", Some("may")).unwrap();
    bench.ledger.resume("default", Some("april")).unwrap();
    bench.ledger.remember_agent("emulator / 1", "default", "checkup", &json!({"prompt": "Hi"})).unwrap();
    bench.ledger.remember_secret_host("OPENAI_API_KEY", "api.openai.com").unwrap();
    assert!(bench.ledger.check().unwrap().is_whole());
    bench.dir.raw().sql("DELETE FROM suppressions WHERE reason = 'asked not to be called'; DELETE FROM stops;");
    assert_eq!(bench.ledger.check().unwrap().different, ["suppressions", "stops"]);
}

fn events_can_be_neither_changed_nor_deleted(on: On) {
    let bench = Bench::new(on);
    let raw = bench.dir.raw();
    for sql in ["DELETE FROM events", "UPDATE events SET actor = 'somebody else'"] {
        let error = raw.try_sql(sql).unwrap_err();
        assert!(error.contains("append-only"), "{error}");
    }
}

on_both!(
    a_call_goes_from_intent_over_sending_to_placed,
    a_call_is_never_begun_twice_while_it_is_under_way_placed_or_unknown,
    a_refused_call_may_be_begun_again_but_not_one_that_was_refused_for_good,
    one_number_is_not_on_two_lines_whatever_the_key_and_the_campaign,
    a_lost_request_takes_up_its_line_for_as_long_as_it_may_be_on_its_way,
    a_session_that_belongs_to_another_attempt_makes_an_unknown_and_stays_as_evidence,
    a_session_of_another_attempt_that_comes_for_a_call_that_was_given_up_is_kept_as_evidence,
    an_unknown_is_decided_once_and_no_session_belongs_to_two,
    what_the_records_decide_and_what_a_person_decides_are_different_states,
    a_decision_about_an_attempt_is_none_about_the_next_one,
    what_the_records_show_is_kept_once_until_they_show_something_else,
    an_unknown_attempt_comes_with_everything_that_records_are_held_against,
    a_request_that_was_marked_once_is_not_marked_again,
    two_runs_at_once_are_refused_and_the_holder_is_named,
    what_the_tables_say_follows_from_the_events_alone,
    events_can_be_neither_changed_nor_deleted,
);
