//! Things that go wrong on purpose, seen through the in-process transport.

use std::sync::Arc;
use std::time::Duration;

use callform_ccc::error::CODES;
use callform_ccc::transport::{HttpResponse, Transport as _, TransportError};
use callform_emulator::{Fault, InProcess, Scenario};

use crate::support::{Bench, CALLEE, Draft, OTHER_CALLEE, bench, bench_with, call_body, code, response_of, session};

fn failing(fault: Fault) -> Bench {
    bench_with(|options| options.faults = Some(Arc::new(move |_| Some(fault.clone()))))
}

async fn sent(bench: &Bench, timeout: Duration) -> Result<HttpResponse, TransportError> {
    let request = Draft::post("CreateAICall", &call_body(CALLEE)).signed();
    InProcess(Arc::clone(&bench.emulator)).send(request, timeout).await
}

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn without_a_fault_the_transport_carries_the_answer() {
    let bench = bench();
    let answer = sent(&bench, SECOND).await.unwrap();
    session(&response_of(&answer));
    assert_eq!(answer.header("Date"), Some("Thu, 01 Jan 2026 00:00:00 GMT"));
}

#[tokio::test]
async fn every_documented_code_can_be_answered() {
    for info in CODES {
        let bench = failing(Fault::Error(info.code.to_owned()));
        let response = response_of(&sent(&bench, SECOND).await.unwrap());
        assert_eq!(code(&response), info.code);
        assert_eq!(bench.placed(), 0, "{} is answered before the call is placed", info.code);
    }
}

#[tokio::test]
async fn an_error_can_come_although_the_call_was_placed() {
    let bench = failing(Fault::ErrorAfter("FailedOperation.CallOutFailed".into()));
    let response = response_of(&sent(&bench, SECOND).await.unwrap());
    assert_eq!(code(&response), "FailedOperation.CallOutFailed");
    assert_eq!(bench.placed(), 1);
}

#[tokio::test]
async fn a_lost_answer_says_nothing_about_the_call() {
    for (fault, placed) in [(Fault::DropBefore, 0), (Fault::DropAfter, 1)] {
        let bench = failing(fault);
        assert!(matches!(sent(&bench, SECOND).await, Err(TransportError::MaybeSent { .. })));
        assert_eq!(bench.placed(), placed);
    }
}

#[tokio::test]
async fn an_emulator_that_cannot_be_reached_was_sent_nothing() {
    let bench = failing(Fault::Unreachable);
    assert!(matches!(sent(&bench, SECOND).await, Err(TransportError::NotSent { .. })));
    assert_eq!(bench.placed(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_slow_answer_comes_late_or_too_late_and_the_call_is_placed_either_way() {
    let start = tokio::time::Instant::now();
    let bench = failing(Fault::Delay(3 * SECOND));
    session(&response_of(&sent(&bench, 4 * SECOND).await.unwrap()));
    assert_eq!(start.elapsed(), 3 * SECOND);
    assert!(matches!(sent(&bench, 2 * SECOND).await, Err(TransportError::MaybeSent { .. })));
    assert_eq!(start.elapsed(), 5 * SECOND);
    assert_eq!(bench.placed(), 2);
}

#[tokio::test]
async fn a_gateway_and_garbage_answer_without_an_envelope() {
    let bench = failing(Fault::Status(503));
    assert_eq!(sent(&bench, SECOND).await.unwrap().status, 503);
    assert_eq!(bench.placed(), 0);
    let bench = failing(Fault::Garbage);
    let answer = sent(&bench, SECOND).await.unwrap();
    assert!(serde_json::from_slice::<serde_json::Value>(&answer.body).is_err());
    assert_eq!(bench.placed(), 1);
}

#[test]
fn a_scenario_counts_the_calls_to_each_callee() {
    let scenario = Scenario::from_json(
        r#"{"faults": [{"callee": "+8612300000000", "nth": 2, "fault": {"error": "InternalError"}}]}"#,
    )
    .unwrap();
    let bench = bench_with(|options| *options = options.clone().with_scenario(scenario));
    assert_eq!(code(&bench.call(CALLEE)), "");
    assert_eq!(code(&bench.call(OTHER_CALLEE)), "");
    assert_eq!(code(&bench.call(CALLEE)), "InternalError");
    assert_eq!(code(&bench.call(CALLEE)), "");
}
