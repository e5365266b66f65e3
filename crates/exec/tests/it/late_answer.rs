//! Answers that come after their attempts were given up or decided.

use std::time::Duration;

use callform_exec::ceiling::CalleeBlock;
use callform_exec::clock::Clock;
use callform_exec::ledger::{Begun, Held, Recorded, Resolution, Resolved, State, Verdict};
use callform_exec::outcome::{FinalRecord, Outcome};
use serde_json::json;

use crate::ledger::{Bench, LOST, REFUSED, RUN, placed, session};
use crate::store::{On, on_both};

fn an_answer_that_comes_after_the_attempt_was_given_up_still_decides_it(on: On) {
    let mut bench = Bench::new(on);
    let attempt = bench.attempt("P-1", 1);
    bench.ledger.record(&attempt, &LOST).unwrap();
    assert_eq!(bench.ledger.record(&attempt, &placed(&session(1))).unwrap(), Verdict::Recorded);
    assert_eq!(bench.state("P-1"), State::Placed);
}

fn an_answer_that_proves_nothing_new_to_a_decided_attempt_is_kept_and_changes_nothing(on: On) {
    let no = (Resolution::NotPlaced, State::ResolvedNotPlaced);
    let yes = (Resolution::Placed(None), State::ResolvedPlaced);
    let other = session(9);
    for ((resolution, state), late) in [(no, REFUSED), (no, LOST), (no, placed(&other)), (yes, placed(&session(7)))] {
        let mut bench = Bench::new(on);
        let (attempt, another) = (bench.attempt("P-1", 1), bench.attempt("P-9", 9));
        bench.ledger.record(&another, &placed(&other)).unwrap();
        bench.ledger.record(&attempt, &LOST).unwrap();
        assert_eq!(bench.ledger.resolve(attempt.id, resolution, "asked the callee").unwrap(), Resolved::Done);
        assert_eq!(bench.ledger.record(&attempt, &late).unwrap(), Verdict::DecidedBefore(state));
        assert_eq!(bench.state("P-1"), state);
        let last = bench.ledger.events(attempt.call).unwrap().pop().unwrap();
        let Recorded::Placed { session, .. } = late else { continue };
        let kept = (last.kind.as_str(), &last.detail["evidence"]["session"]);
        assert_eq!(kept, ("evidence", &json!(session.normalized())));
    }
}

fn a_session_that_the_provider_answers_counts_more_than_the_word_that_nobody_was_phoned(on: On) {
    for resolution in [Resolution::NotPlaced, Resolution::Absent] {
        let mut bench = Bench::new(on);
        let attempt = bench.attempt("P-1", 1);
        bench.ledger.record(&attempt, &LOST).unwrap();
        bench.ledger.resolve(attempt.id, resolution, "asked the callee").unwrap();
        assert_eq!(bench.ledger.talking(RUN.account).unwrap(), vec![]);
        assert_eq!(bench.ledger.record(&attempt, &placed(&session(7))).unwrap(), Verdict::Recorded);
        // Once more, as after a connection that was lost.
        assert_eq!(bench.ledger.record(&attempt, &placed(&session(7))).unwrap(), Verdict::Recorded);
        // State, line and counts are those of a call that was placed: nobody phones that person again.
        assert_eq!(bench.begin("P-1", 1), Begun::Held(Held::Placed));
        let another_key = bench.begin("Q-1", 1);
        assert!(matches!(another_key, Begun::Held(Held::Callee(CalleeBlock::Ceiling { .. }))), "{another_key:?}");
        let talking = bench.ledger.talking(RUN.account).unwrap();
        assert_eq!(talking.iter().map(|one| one.session.clone()).collect::<Vec<_>>(), [Some(session(7))]);
        let call = bench.ledger.call(attempt.call).unwrap().unwrap();
        assert_eq!((call.state, call.attempts), (State::Placed, 1));
        assert_eq!(bench.ledger.row(attempt.call).unwrap().unwrap().session, Some(session(7).normalized()));
        // Both are told, with who said so.
        let history = bench.ledger.events(attempt.call).unwrap();
        let told: Vec<_> = history.iter().map(|event| event.kind.as_str()).collect();
        assert_eq!(told, ["intent", "unknown", "resolved", "placed"]);
        assert!(history.iter().all(|event| event.actor == "test@here 1"));
        // Its conversation may go on for as long as any other one's: 600 s, and the 300 s that a request may take.
        bench.clock.pass(Duration::from_secs(898));
        assert_eq!(bench.ledger.talking(RUN.account).unwrap().len(), 1);
        bench.clock.pass(Duration::from_secs(3));
        assert_eq!(bench.ledger.talking(RUN.account).unwrap(), vec![]);
        assert!(bench.ledger.check().unwrap().is_whole());
    }
}

fn a_session_that_is_answered_late_forbids_what_later_attempts_in_vain_would_permit(on: On) {
    let mut bench = Bench::new(on);
    let first = bench.attempt("P-1", 1);
    bench.ledger.record(&first, &LOST).unwrap();
    bench.ledger.resolve(first.id, Resolution::NotPlaced, "asked").unwrap();
    let second = bench.attempt("P-1", 1);
    bench.ledger.record(&second, &REFUSED).unwrap();
    assert_eq!(bench.ledger.record(&first, &placed(&session(7))).unwrap(), Verdict::Recorded);
    assert_eq!(bench.begin("P-1", 1), Begun::Held(Held::Placed));
    assert_eq!(bench.ledger.row(first.call).unwrap().unwrap().session, Some(session(7).normalized()));
    // How it ended is how the call ended.
    let waiting = bench.ledger.without_outcome(RUN.account, None, 9).unwrap();
    assert_eq!(waiting.iter().map(|one| one.attempt).collect::<Vec<_>>(), [first.id]);
    let ended = bench.clock.now().as_second();
    let record = FinalRecord {
        session: session(7),
        outcome: Outcome::Answered,
        end_status: Some(1),
        started: None,
        accepted: Some(ended),
        ended,
        talk: 0,
        contradiction: None,
    };
    assert_eq!(bench.ledger.record_outcomes(&[(first.id, record)]).unwrap(), 1);
    assert_eq!(bench.ledger.call(first.call).unwrap().unwrap().outcome, Some(Outcome::Answered));
    assert!(bench.ledger.check().unwrap().is_whole());
}

fn a_session_that_is_answered_after_the_call_was_attempted_again_is_kept_and_told_loudly(on: On) {
    let mut bench = Bench::new(on);
    let first = bench.attempt("P-1", 1);
    bench.ledger.record(&first, &LOST).unwrap();
    bench.ledger.resolve(first.id, Resolution::Absent, "records").unwrap();
    let second = bench.attempt("P-1", 1);
    let late = bench.ledger.record(&first, &placed(&session(7))).unwrap();
    assert_eq!(late, Verdict::AttemptedAgain(State::NotPlacedInferred));
    assert_eq!(bench.state("P-1"), State::Intent, "the newer attempt says how it stands");
    let last = bench.ledger.events(first.call).unwrap().pop().unwrap();
    assert_eq!((last.kind.as_str(), &last.detail["evidence"]["session"]), ("evidence", &json!("07".repeat(16))));
    bench.ledger.record(&second, &placed(&session(8))).unwrap();
    assert!(bench.ledger.check().unwrap().is_whole());
}

on_both!(
    an_answer_that_comes_after_the_attempt_was_given_up_still_decides_it,
    an_answer_that_proves_nothing_new_to_a_decided_attempt_is_kept_and_changes_nothing,
    a_session_that_the_provider_answers_counts_more_than_the_word_that_nobody_was_phoned,
    a_session_that_is_answered_late_forbids_what_later_attempts_in_vain_would_permit,
    a_session_that_is_answered_after_the_call_was_attempted_again_is_kept_and_told_loudly,
);
