//! What `docs/emulator.md` shows is what the emulator takes.

use std::time::Duration;

use callform_emulator::{Course, ReceivedCall, RecordTime, Scenario};
use jiff::Timestamp;
use serde_json::Map;

const PAGE: &str = include_str!("../../../../docs/emulator.md");

fn ring(callee: &str, nth_ring: u32) -> ReceivedCall {
    let (callee, received_at) = (callee.to_owned(), Timestamp::UNIX_EPOCH);
    ReceivedCall { sdk_app_id: 1_400_000_000, callee, nth: 1, nth_ring, received_at, body: Map::new() }
}

#[test]
fn the_example_is_a_scenario_and_does_what_the_page_says() {
    let mut examples = PAGE.split("```json\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let scenario = Scenario::from_json(examples.next().unwrap()).unwrap();
    assert_eq!(examples.next(), None, "every example is tried");
    let seconds = Duration::from_secs;
    let course = |callee, nth| scenario.course(&ring(callee, nth));
    assert_eq!(course("00447700900103", 1), Some(Course::unanswered(seconds(30), 202)));
    assert_eq!(course("00447700900103", 2), Some(Course::answered(seconds(4), seconds(60)).ending(228)));
    let hidden = Course::answered(Duration::ZERO, seconds(10)).recorded(RecordTime::Never);
    assert_eq!(course("00447700900106", 1), Some(hidden));
    assert_eq!(course("00447700900107", 1), None);
}

#[test]
fn every_fault_of_the_page_s_table_can_be_written() {
    let rows = PAGE.lines().skip_while(|line| !line.starts_with("| fault |")).skip(2);
    let mut faults = 0;
    for row in rows.take_while(|line| line.starts_with('|')) {
        let fault = row.split('`').nth(1).unwrap().replace(": N}", ": 200}").replace("CODE", "\"InternalError\"");
        let scenario = Scenario::from_json(&format!(r#"{{"faults": [{{"fault": {fault}}}]}}"#)).unwrap();
        assert!(scenario.fault(&ring("00447700900103", 1)).is_some(), "{fault}");
        faults += 1;
    }
    assert_eq!(faults, 8);
}
