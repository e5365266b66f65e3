//! Lines that were bought: one call more than they carry is refused, and nobody's phone rings.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use callform_ccc::error::{Certainty, Class, classify};
use callform_emulator::{Course, EmulatorOptions, Fault, JournalPlace, Reply, Scenario, SeededRandom};
use serde_json::json;

use crate::support::{APP, Bench, CALLEE, Draft, OTHER_CALLEE, bench, bench_with, call_body, code, message, session};

const SECOND: Duration = Duration::from_secs(1);
const BUSY: &str = "FailedOperation.AIConcurrentOverFrequency";

/// So many lines; whoever is called answers after 5 s and talks for 20.
fn lines(lines: u32) -> impl Fn(&mut EmulatorOptions) {
    move |options| {
        options.lines = NonZeroU32::new(lines);
        options.courses = Some(Arc::new(|_| Some(Course::answered(5 * SECOND, 20 * SECOND))));
    }
}

fn person(n: usize) -> String {
    format!("00447700900{n:03}")
}

#[test]
fn one_call_more_than_there_are_lines_is_certainly_not_placed() {
    let bench = bench_with(lines(3));
    for n in 0..3 {
        session(&bench.call(&person(n)));
    }
    let refused = bench.call(&person(3));
    assert_eq!(code(&refused), BUSY);
    assert!(message(&refused).contains('3') && !message(&refused).contains("7700900"), "{refused}");
    assert_eq!(bench.placed(), 3);
    let class = classify(BUSY);
    assert_eq!((class.class, class.certainty, class.stops_run), (Class::LaterSeconds, Certainty::NotDialled, false));
}

#[test]
fn a_line_is_free_again_when_its_call_ends_or_is_hung_up() {
    let bench = bench_with(lines(1));
    let id = session(&bench.call(CALLEE)).to_owned();
    bench.clock.advance(25 * SECOND - Duration::from_millis(1));
    assert_eq!(code(&bench.call(OTHER_CALLEE)), BUSY);
    bench.clock.advance(Duration::from_millis(1));
    let second = session(&bench.call(OTHER_CALLEE)).to_owned();
    assert_ne!(second, id);
    assert_eq!(code(&bench.call(CALLEE)), BUSY);
    bench.ask("HangUpCall", &json!({"SdkAppId": APP, "SessionId": second}));
    session(&bench.call(CALLEE));
    assert_eq!(bench.placed(), 3);
}

#[test]
fn lines_belong_to_an_application() {
    let bench = bench_with(lines(1));
    session(&bench.call(CALLEE));
    let mut body = call_body(CALLEE);
    body["SdkAppId"] = json!(APP + 1);
    session(&bench.ask("CreateAICall", &body));
    assert_eq!(code(&bench.ask("CreateAICall", &body)), BUSY);
}

/// Two processes on one journal are one provider.
#[test]
fn processes_that_share_a_journal_share_its_lines_also_when_they_ask_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let benches: Vec<Bench> = (1..=4)
        .map(|seed| {
            bench_with(|options| {
                lines(5)(options);
                options.journal = JournalPlace::File(directory.path().join("emulator.db"));
                options.random = Arc::new(SeededRandom::new(seed));
            })
        })
        .collect();
    let refused: usize = std::thread::scope(|scope| {
        let askers: Vec<_> = benches
            .iter()
            .enumerate()
            .map(|(n, bench)| {
                scope.spawn(move || (0..5).filter(|m| code(&bench.call(&person(10 * n + m))) == BUSY).count())
            })
            .collect();
        askers.into_iter().map(|asker| asker.join().unwrap()).sum()
    });
    assert_eq!((benches[0].placed(), refused), (5, 15));
}

#[test]
fn a_fault_can_not_place_a_call_for_which_there_is_no_line() {
    let bench = bench_with(|options| {
        lines(1)(options);
        options.faults = Some(Arc::new(|call| (call.callee == OTHER_CALLEE).then_some(Fault::DropAfter)));
    });
    session(&bench.call(CALLEE));
    let mut draft = Draft::post("CreateAICall", &call_body(OTHER_CALLEE));
    draft.timestamp = bench.now().as_second();
    assert!(matches!(bench.emulator.handle(&draft.signed()), Reply::Answer { .. }), "it is refused, not lost");
    assert_eq!(bench.placed(), 1);
}

#[test]
fn a_scenario_says_how_many_lines_there_are_and_leaves_them_as_they_are_where_it_does_not() {
    let placed = |text: &str| {
        let scenario = Scenario::from_json(text).unwrap();
        let bench = bench_with(|options| {
            lines(4)(options);
            *options = options.clone().with_scenario(scenario);
        });
        (0..6).filter(|n| code(&bench.call(&person(*n))).is_empty()).count()
    };
    assert_eq!(placed(r#"{"lines": 2, "courses": [{"talkSeconds": 60}]}"#), 2);
    assert_eq!(placed(r#"{"courses": [{"talkSeconds": 60}]}"#), 4);
    let unlimited = bench();
    assert!((0..20).all(|n| code(&unlimited.call(&person(n))).is_empty()));
}
