//! Calls read back: what goes on, what is over, and what a later process may still know.

use std::sync::Arc;
use std::time::Duration;

use callform_ccc::session_id_eq;
use callform_emulator::{Course, EmulatorOptions, JournalPlace, Phase, SeededRandom};
use serde_json::{Value, json};

use crate::support::{APP, Bench, CALLEE, OTHER_CALLEE, bench, bench_with, code, session};

const SECOND: Duration = Duration::from_secs(1);

/// Five seconds of ringing, twenty of talk.
fn answering(options: &mut EmulatorOptions) {
    options.courses = Some(Arc::new(|_| Some(Course::answered(5 * SECOND, 20 * SECOND))));
}

fn active(bench: &Bench) -> Value {
    bench.ask("DescribePSTNActiveSessionList", &json!({"SdkAppId": APP, "Offset": 0, "Limit": 25}))
}

fn records(bench: &Bench, changes: Value) -> Value {
    let now = bench.now().as_second();
    let mut body = json!({
        "SdkAppId": APP, "StartTimeStamp": now - 3600, "EndTimeStamp": now, "PageSize": 100, "PageNumber": 0,
    });
    body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    bench.ask("DescribeTelCdr", &body)
}

fn tel_session(bench: &Bench, id: &str) -> Value {
    bench.ask("DescribeTelSession", &json!({"SdkAppId": APP, "SessionId": id}))
}

#[test]
fn a_call_rings_talks_and_becomes_a_record() {
    let bench = bench_with(answering);
    let started = bench.now().as_second();
    let id = session(&bench.call(CALLEE)).to_owned();

    let list = active(&bench);
    assert_eq!(list["Total"], 1);
    let live = &list["Sessions"][0];
    assert!(session_id_eq(live["SessionID"].as_str().unwrap(), &id));
    assert_eq!(live["SessionID"].as_str().unwrap().len(), 36, "the queries write dashes");
    assert_eq!((&live["SessionStatus"], &live["Direction"]), (&json!("ringing"), &json!(1)));
    assert_eq!((&live["Callee"], &live["Caller"]), (&json!(CALLEE), &json!("008601012341234")));
    assert_eq!((&live["StartTimestamp"], &live["RingTimestamp"]), (&json!(started.to_string()), &json!(started)));
    assert_eq!(live["AcceptTimestamp"], "0");
    assert_eq!(records(&bench, json!({}))["TotalCount"], 0);

    bench.clock.advance(5 * SECOND);
    let talking = tel_session(&bench, &id);
    assert_eq!(talking["Session"]["SessionStatus"], "inProgress");
    assert_eq!(talking["Session"]["AcceptTimestamp"], started + 5);

    bench.clock.advance(20 * SECOND);
    assert_eq!(active(&bench)["Total"], 0);
    assert_eq!(tel_session(&bench, &id)["Session"]["SessionStatus"], "finished");
    let list = records(&bench, json!({"Phones": [CALLEE]}));
    assert_eq!(list["TotalCount"], 1);
    let record = &list["TelCdrList"][0];
    assert_eq!(
        [&record["Callee"], &record["EndStatus"], &record["EndStatusString"], &record["Duration"]],
        [&json!(CALLEE), &json!(1), &json!("ok"), &json!(20)]
    );
    assert_eq!(
        [&record["StartTimestamp"], &record["AcceptTimestamp"], &record["EndedTimestamp"]],
        [&json!(started), &json!(started + 5), &json!(started + 25)]
    );
    assert_eq!((&record["Direction"], &record["SeatUser"]), (&json!(1), &Value::Null));
}

#[test]
fn nobody_answers_and_the_record_says_so() {
    let bench = bench_with(|options| {
        options.courses = Some(Arc::new(|_| Some(Course::unanswered(30 * SECOND, 202))));
    });
    bench.call(CALLEE);
    bench.clock.advance(30 * SECOND);
    let record = &records(&bench, json!({}))["TelCdrList"][0];
    assert_eq!((&record["EndStatusString"], &record["AcceptTimestamp"]), (&json!("notAnswer"), &json!(0)));
}

#[test]
fn records_are_found_by_number_session_and_time() {
    let bench = bench_with(answering);
    let first = session(&bench.call(CALLEE)).to_owned();
    bench.clock.advance(10 * SECOND);
    bench.call(OTHER_CALLEE);
    bench.clock.advance(60 * SECOND);
    let now = bench.now().as_second();
    let total = |changes: Value| records(&bench, changes)["TotalCount"].as_i64().unwrap();
    assert_eq!(total(json!({})), 2);
    assert_eq!(total(json!({"Phones": [OTHER_CALLEE]})), 1);
    assert_eq!(total(json!({"Phones": ["008601012341234"]})), 2, "a caller is a phone too");
    assert_eq!(total(json!({"Phones": ["00447700900999"]})), 0);
    assert_eq!(total(json!({"SessionIds": [first]})), 1);
    assert_eq!(total(json!({"StartTimeStamp": now - 60, "EndTimeStamp": now})), 1);
    assert_eq!(total(json!({"StartTimeStamp": now - 70, "EndTimeStamp": now - 61})), 1);
    assert_eq!(total(json!({"SdkAppId": APP + 1})), 0);
}

#[test]
fn lists_come_in_pages_in_the_order_of_placing() {
    let bench = bench_with(answering);
    for index in 0..5 {
        bench.call(&format!("0044770090010{index}"));
    }
    let page = bench.ask("DescribePSTNActiveSessionList", &json!({"SdkAppId": APP, "Offset": 3, "Limit": 25}));
    assert_eq!(page["Total"], 5);
    let callees: Vec<&str> =
        page["Sessions"].as_array().unwrap().iter().map(|session| session["Callee"].as_str().unwrap()).collect();
    assert_eq!(callees, ["00447700900103", "00447700900104"]);
    bench.clock.advance(25 * SECOND);
    let page = records(&bench, json!({"PageSize": 2, "PageNumber": 1}));
    assert_eq!(page["TotalCount"], 5);
    assert_eq!(page["TelCdrList"][0]["Callee"], "00447700900102");
    assert_eq!(page["TelCdrList"].as_array().unwrap().len(), 2);
}

#[test]
fn hanging_up_ends_a_call_once() {
    let bench = bench_with(answering);
    let id = session(&bench.call(CALLEE)).to_owned();
    bench.clock.advance(8 * SECOND);
    let hang_up = |app: i64| {
        let response = bench.ask("HangUpCall", &json!({"SdkAppId": app, "SessionId": id}));
        code(&response).to_owned()
    };
    assert_eq!(hang_up(APP + 1), "FailedOperation.SessionNotExists");
    assert_eq!(hang_up(APP), "");
    assert_eq!(active(&bench)["Total"], 0);
    let record = &records(&bench, json!({}))["TelCdrList"][0];
    assert_eq!(
        [&record["EndStatusString"], &record["Duration"], &record["HungUpSide"]],
        [&json!("callTerminatedByAPI"), &json!(3), &json!("system")]
    );
    assert_eq!(hang_up(APP), "FailedOperation.SessionNotExists");
    let call = bench.emulator.journal().call(&id).unwrap().unwrap();
    assert_eq!(call.progress().phase(bench.now()), Phase::Finished);
}

#[test]
fn a_record_can_appear_late() {
    let bench = bench_with(|options| {
        answering(options);
        options.record_lag = 60 * SECOND;
    });
    bench.call(CALLEE);
    bench.clock.advance(84 * SECOND);
    assert_eq!(records(&bench, json!({}))["TotalCount"], 0);
    bench.clock.advance(SECOND);
    assert_eq!(records(&bench, json!({}))["TotalCount"], 1);
}

#[test]
fn without_a_script_calls_are_answered_and_end_within_three_minutes() {
    let bench = bench();
    for index in 0..10 {
        bench.call(&format!("0044770090010{index}"));
    }
    assert_eq!(active(&bench)["Total"], 10);
    bench.clock.advance(144 * SECOND);
    assert_eq!(active(&bench)["Total"], 0);
    let list = records(&bench, json!({}));
    let answered = list["TelCdrList"].as_array().unwrap().iter().all(|record| record["EndStatus"] == 1);
    assert!(answered && list["TotalCount"] == 10);
}

/// The journal keeps no numbers: a later process shows the masked form until it hears the number itself.
#[test]
fn a_later_process_knows_only_the_numbers_that_it_hears() {
    let directory = tempfile::tempdir().unwrap();
    let open = |seed: u64| {
        bench_with(|options| {
            answering(options);
            options.journal = JournalPlace::File(directory.path().join("emulator.db"));
            options.random = Arc::new(SeededRandom::new(seed));
        })
    };
    let first = open(1);
    let id = session(&first.call(CALLEE)).to_owned();
    assert_eq!(tel_session(&first, &id)["Session"]["Callee"], CALLEE);
    drop(first);

    let second = open(2);
    let stranger = tel_session(&second, &id);
    assert_eq!(stranger["Session"]["Callee"], "");
    assert_eq!(stranger["Session"]["ProtectedCallee"], "+86 123****0000");
    // The filter says the number, so the answer may say it too.
    second.clock.advance(25 * SECOND);
    assert_eq!(records(&second, json!({}))["TelCdrList"][0]["Callee"], "");
    let record = &records(&second, json!({"Phones": [CALLEE]}))["TelCdrList"][0];
    assert_eq!((&record["Callee"], &record["ProtectedCallee"]), (&json!(CALLEE), &json!("")));
    assert_eq!(tel_session(&second, &id)["Session"]["Callee"], CALLEE);
}
