//! Records in forms that are documented nowhere: several of one session, and other forms of a number.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use callform_exec::ledger::State;
use callform_exec::outcome::Outcome;
use callform_exec::resolve::{self, ReadBack};
use serde_json::{Value, json};

use crate::resolve::{Bench, WAIT, empty};
use crate::store::{On, on_both};
use crate::support::{CAMPAIGN, ends_read};

const RETRY: &str = "retry: { maxAttempts: 3, wait: 10m, when: [noAnswer] }\n";

/// One person was phoned, and the call is over.
async fn ended(on: On) -> Bench {
    let bench = Bench::new(on, 1, vec![]);
    bench.setting.dir.write("campaigns/april.yaml", &format!("{CAMPAIGN}{RETRY}"));
    assert_eq!(bench.apply().await.counts.placed, 1);
    bench.pass(Duration::from_secs(2 * 3600));
    bench
}

async fn refresh(bench: &Bench) -> ReadBack {
    let (loaded, mut ledger) = (bench.setting.dir.load(), bench.setting.ledger());
    ends_read(&loaded, &mut ledger, bench.client(), &bench.setting.clock).await
}

fn outcome(bench: &Bench) -> Option<Outcome> {
    let (loaded, ledger) = (bench.setting.dir.load(), bench.setting.ledger());
    let course = callform_exec::status::why(loaded.project().unwrap(), &ledger, "P-1").unwrap().remove(0);
    course.row.call.outcome
}

/// The same session, as if nobody had answered.
fn unanswered(row: &Value) -> Value {
    let mut row = row.clone();
    (row["EndStatus"], row["EndStatusString"]) = (202.into(), "notAnswer".into());
    row["AcceptTimestamp"] = 0.into();
    row
}

async fn of_records_that_contradict_each_other_none_lets_anybody_be_phoned_again(on: On) {
    for unanswered_first in [true, false] {
        let bench = ended(on).await;
        bench.change(move |action, response| {
            if action == "DescribeTelCdr" {
                let rows = response["TelCdrList"].as_array_mut().unwrap();
                let other = unanswered(&rows[0]);
                rows.insert(usize::from(!unanswered_first), other);
                response["TotalCount"] = 2.into();
            }
        });
        let read = refresh(&bench).await;
        assert_eq!((read.ended, read.contradicting, read.unsure), (1, 1, 0));
        assert_eq!(outcome(&bench), Some(Outcome::Unmapped));
        let ledger = bench.setting.ledger();
        let call = ledger.talking("emulator / 1400000000").unwrap();
        assert!(call.is_empty() && ledger.check().unwrap().is_whole());
        let told = bench.setting.dir.raw().sql("SELECT detail FROM events WHERE kind = 'examined'");
        assert!(told.contains("noAnswer (202)") && told.contains("answered (1)"), "{told}");
        bench.pass(Duration::from_secs(3 * 24 * 3600));
        assert_eq!((bench.apply().await.requests, bench.rang(1)), (0, 1));
    }
}

async fn several_records_of_one_session_that_agree_are_one_end(on: On) {
    let bench = ended(on).await;
    bench.change(|action, response| {
        if action == "DescribeTelCdr" {
            let rows = response["TelCdrList"].as_array_mut().unwrap();
            let one = unanswered(&rows[0]);
            *rows = vec![one.clone(), one];
            response["TotalCount"] = 2.into();
        }
    });
    let read = refresh(&bench).await;
    assert_eq!((read.ended, read.contradicting, outcome(&bench)), (1, 0, Some(Outcome::NoAnswer)));
    assert_eq!((bench.apply().await.requests, bench.rang(1)), (1, 2), "the campaign asks for another attempt");
}

async fn a_session_with_a_record_that_says_of_no_end_goes_on(on: On) {
    let bench = ended(on).await;
    bench.change(|action, response| {
        if action == "DescribeTelCdr" {
            let rows = response["TelCdrList"].as_array_mut().unwrap();
            let mut other = unanswered(&rows[0]);
            rows[0]["EndedTimestamp"] = 0.into();
            std::mem::swap(&mut rows[0], &mut other);
            rows.push(other);
            response["TotalCount"] = 2.into();
        }
    });
    assert_eq!((refresh(&bench).await.ended, outcome(&bench)), (0, None));
    assert_eq!((bench.apply().await.requests, bench.rang(1)), (0, 1));
}

async fn where_a_record_may_have_been_missed_nobody_is_phoned_again_and_what_was_reached_counts(on: On) {
    for nobody_answered in [true, false] {
        let bench = ended(on).await;
        bench.change(move |action, response| {
            if action == "DescribeTelCdr" {
                let rows = response["TelCdrList"].as_array_mut().unwrap();
                if nobody_answered {
                    rows[0] = unanswered(&rows[0]);
                }
                response["TotalCount"] = 2.into();
            }
        });
        let read = refresh(&bench).await;
        let expected = if nobody_answered { (0, 1, None) } else { (1, 0, Some(Outcome::Answered)) };
        assert_eq!((read.ended, read.unsure, outcome(&bench)), expected);
        assert_eq!((bench.apply().await.requests, bench.rang(1)), (0, 1));
    }
}

async fn a_chinese_landline_is_found_whether_or_not_its_records_have_the_area_code_s_zero(on: On) {
    const DIALLED: &str = "008601012341234";
    const PLAIN: &str = "00861012341234";
    let bench = Bench::new(on, 0, vec![]);
    let rows = "id,phone,callee_name\nP-1,+861012341234,Wang\nP-2,+447700900002,Person\n";
    bench.setting.dir.write("campaigns/callees.csv", rows);
    let asked = bench.tamper.asked.clone();
    let answered = AtomicBool::new(false);
    bench.change(move |action, response| {
        let asked = asked.lock().unwrap();
        if action == "CreateAICall" && !answered.swap(true, Ordering::Relaxed) {
            // The first one's answer can't be read.
            *response = json!({});
        }
        if action != "DescribeTelCdr" || !asked.iter().any(|number| number == DIALLED) {
            return;
        }
        // The provider has it on record without the zero, and knows no other form.
        if asked.iter().any(|number| number == PLAIN) {
            response["TelCdrList"][0]["Callee"] = PLAIN.into();
        } else {
            empty(response);
        }
    });
    assert_eq!(bench.apply().await.counts.unknown, 1);
    bench.pass(2 * WAIT);
    assert!(matches!(bench.outcome().await, resolve::Outcome::Placed(_)));
    assert_eq!(bench.state(1), State::PlacedInferred);
}

on_both!(
    async
    of_records_that_contradict_each_other_none_lets_anybody_be_phoned_again,
    several_records_of_one_session_that_agree_are_one_end,
    a_session_with_a_record_that_says_of_no_end_goes_on,
    where_a_record_may_have_been_missed_nobody_is_phoned_again_and_what_was_reached_counts,
    a_chinese_landline_is_found_whether_or_not_its_records_have_the_area_code_s_zero,
);
