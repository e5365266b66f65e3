//! Calls read back: what goes on, what is over, and what a later process may still know.

use std::sync::Arc;
use std::time::Duration;

use callform_ccc::session_id_eq;
use callform_emulator::{Course, EmulatorOptions, JournalPlace, Phase, RecordTime, Scenario, SeededRandom};
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

/// As `--faults` reads it.
fn scripted(scenario: &Value, change: impl FnOnce(&mut EmulatorOptions)) -> Bench {
    let scenario = Scenario::from_json(&scenario.to_string()).unwrap();
    bench_with(|options| {
        change(options);
        *options = options.clone().with_scenario(scenario);
    })
}

#[test]
fn a_course_can_have_its_record_appear_at_a_time_of_its_own_or_never() {
    let bench = bench_with(|options| {
        options.record_lag = 60 * SECOND;
        options.courses = Some(Arc::new(|call| {
            let course = Course::answered(5 * SECOND, 20 * SECOND);
            Some(match call.nth {
                1 => course.recorded(RecordTime::After(Duration::ZERO)),
                2 => course,
                3 => course.recorded(RecordTime::After(3600 * SECOND)),
                _ => course.recorded(RecordTime::Never),
            })
        }));
    });
    let ids: Vec<String> = (0..4).map(|_| session(&bench.call(CALLEE)).to_owned()).collect();
    // How many seconds pass, and how many records there are then.
    for (advance, expected) in [(24, 0), (1, 1), (59, 1), (1, 2), (3539, 2), (1, 3), (80_000, 3)] {
        bench.clock.advance(advance * SECOND);
        let list = records(&bench, json!({"StartTimeStamp": bench.now().as_second() - 100_000}));
        assert_eq!(list["TotalCount"], expected, "after {advance} more seconds");
        for (record, id) in list["TelCdrList"].as_array().unwrap().iter().zip(&ids) {
            assert!(session_id_eq(record["SessionId"].as_str().unwrap(), id));
        }
    }
    let hidden = bench.emulator.journal().call(&ids[3]).unwrap().unwrap();
    assert_eq!((hidden.course.record, bench.placed()), (RecordTime::Never, 4), "the phone rang all the same");
}

#[test]
fn the_same_callee_does_not_answer_at_first_and_then_does() {
    let bench = scripted(
        &json!({ "courses": [
            { "callee": format!("+{}", &CALLEE[2..]), "nth": 1, "ringSeconds": 30, "endStatus": 202 },
            { "callee": format!("+{}", &CALLEE[2..]), "nth": 2, "ringSeconds": 4, "talkSeconds": 60, "endStatus": 228 },
        ] }),
        |_| {},
    );
    let first = session(&bench.call(CALLEE)).to_owned();
    bench.clock.advance(29 * SECOND);
    assert_eq!(active(&bench)["Sessions"][0]["SessionStatus"], "ringing");
    bench.clock.advance(SECOND);
    assert_eq!(active(&bench)["Total"], 0);
    let second = session(&bench.call(CALLEE)).to_owned();
    bench.clock.advance(4 * SECOND);
    assert_eq!(active(&bench)["Sessions"][0]["SessionStatus"], "inProgress");
    bench.clock.advance(60 * SECOND);

    let dashed = |id: &str| [&id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]].join("-");
    for form in [str::to_owned as fn(&str) -> String, dashed, |id: &str| id.to_uppercase()] {
        for (id, status, text, duration) in [(&first, 202, "notAnswer", 0), (&second, 228, "functionCallHangup", 60)] {
            let list = records(&bench, json!({"SessionIds": [form(id)]}));
            let record = &list["TelCdrList"][0];
            assert_eq!(list["TotalCount"], 1);
            assert_eq!(
                [&record["EndStatus"], &record["EndStatusString"], &record["Duration"]],
                [&json!(status), &json!(text), &json!(duration)]
            );
        }
    }
    let both = records(&bench, json!({"SessionIds": [dashed(&first), first, second]}));
    assert_eq!(both["TotalCount"], 2, "a session that is named in both forms has one record");
}

/// `callform apply` with `site: emulator` is a new process each time; so is a server that was started again.
#[test]
fn how_often_a_phone_rang_counts_over_processes_and_refusals_do_not() {
    let directory = tempfile::tempdir().unwrap();
    let scenario = json!({
        "faults": [{ "nth": 1, "fault": { "error": "RequestLimitExceeded" } }],
        "courses": [{ "nth": 1, "endStatus": 206 }, { "nth": 2, "talkSeconds": 7 }],
    });
    let open = |seed: u64| {
        scripted(&scenario, |options| {
            options.journal = JournalPlace::File(directory.path().join("emulator.db"));
            options.random = Arc::new(SeededRandom::new(seed));
        })
    };
    for (seed, status, talk) in [(1, 206, None), (2, 1, Some(7 * SECOND))] {
        let bench = open(seed);
        assert_eq!(code(&bench.call(CALLEE)), "RequestLimitExceeded");
        let id = session(&bench.call(CALLEE)).to_owned();
        let course = bench.emulator.journal().call(&id).unwrap().unwrap().course;
        assert_eq!((course.end_status, course.talk), (status, talk));
    }
}

#[test]
fn a_scenario_s_lag_is_for_all_records_and_a_course_may_have_another() {
    let bench = scripted(
        &json!({
            "recordLagSeconds": 60,
            "courses": [
                { "callee": CALLEE, "talkSeconds": 0, "recordLagSeconds": 10 },
                { "callee": "00447700900999", "talkSeconds": 0, "recorded": false },
                { "talkSeconds": 0 },
            ],
        }),
        |_| {},
    );
    for callee in [OTHER_CALLEE, "00447700900999", CALLEE] {
        bench.call(callee);
    }
    let callees = || -> Vec<String> {
        let list = records(&bench, json!({}));
        let callee = |record: &Value| record["Callee"].as_str().unwrap().to_owned();
        list["TelCdrList"].as_array().unwrap().iter().map(callee).collect()
    };
    assert_eq!(callees(), Vec::<String>::new());
    bench.clock.advance(10 * SECOND);
    assert_eq!(callees(), [CALLEE]);
    bench.clock.advance(50 * SECOND);
    assert_eq!(callees(), [OTHER_CALLEE, CALLEE]);
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
