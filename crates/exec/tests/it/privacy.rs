//! What must not be found in the ledger's files, nor in anything that is shown.

use std::time::Duration;

use callform_exec::ledger::{Address, Resolution};
use callform_exec::plan::Kind;

use crate::postgres::query;
use crate::provider::{Act, Provider};
use crate::store::{On, on_both};
use crate::support::{CAMPAIGN, Dir, SECRET, Setting, number, plan_of};

/// All bytes of the ledger's files, or all that its tables hold.
fn bytes(setting: &Setting) -> Vec<u8> {
    if let Address::Postgres(url) = setting.dir.address() {
        return query(url.expose(), "SELECT schema_to_xml('callform', true, true, '')").into_bytes();
    }
    let directory = setting.dir.path().join(".callform");
    let files = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    files.flat_map(|path| std::fs::read(path).unwrap()).collect()
}

/// Another process that looks at the ledger: while it does, a file's journal is not taken away with the last connection.
fn onlooker(setting: &Setting) -> Option<rusqlite::Connection> {
    drop(setting.ledger());
    if let Address::Postgres(_) = setting.dir.address() {
        return None;
    }
    let other = rusqlite::Connection::open(setting.dir.ledger_path()).unwrap();
    other.query_row("SELECT count(*) FROM events", [], |_| Ok(())).unwrap();
    Some(other)
}

fn contains(haystack: &[u8], needle: &str) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle.as_bytes())
}

async fn numbers_of_ended_calls_values_and_secrets_are_in_no_file_of_the_ledger(on: On) {
    let setting = Setting::new(Dir::on(on, 40));
    let _onlooker = onlooker(&setting);
    let acts = [
        Act::Error("FailedOperation.CalleeIsBlackUser"),
        Act::Error("FailedOperation.CalloutRuleNotWorkTime"),
        Act::NotSent,
        Act::Place,
    ];
    let result = setting.run(&Provider::new(acts)).await;
    assert_eq!((result.counts.placed, result.counts.refused), (38, 2));
    let bytes = bytes(&setting);
    assert!(contains(&bytes, "P-7"), "keys are kept: the canary would be seen");
    for canary in ["7700900", "Person ", SECRET, "made-up-key", "about 00"] {
        assert!(!contains(&bytes, canary), "{canary}");
    }
}

async fn the_number_of_an_unknown_call_is_kept_until_it_is_decided(on: On) {
    let setting = Setting::new(Dir::on(on, 2));
    let _onlooker = onlooker(&setting);
    setting.run(&Provider::new([Act::PlaceAndLose, Act::Error("InternalError")])).await;
    assert!(contains(&bytes(&setting), &number(1)));
    let (loaded, mut ledger) = (setting.dir.load(), setting.ledger());
    for key in ["P-1", "P-2"] {
        let course = callform_exec::status::why(loaded.project().unwrap(), &ledger, key).unwrap().remove(0);
        let unknown = ledger.unknown_of(course.call).unwrap().unwrap();
        ledger.resolve(unknown.attempt, Resolution::NotPlaced, "asked").unwrap();
    }
    drop(ledger);
    assert!(!contains(&bytes(&setting), "7700900"));
}

async fn rows_whose_key_is_the_number_leave_no_key_behind(on: On) {
    let setting = Setting::new(Dir::on(on, 0));
    let inline = "  inline:\n    - { number: \"+447700900001\", callee_name: Ann }\n";
    let campaign = CAMPAIGN.split("  file:").next().unwrap();
    setting.dir.write("campaigns/april.yaml", &format!("{campaign}{inline}"));
    let result = setting.run(&Provider::new([Act::Place])).await;
    assert_eq!(result.counts.placed, 1);
    assert!(!contains(&bytes(&setting), "7700900"));
    assert!(!format!("{result:?}").contains("7700900001"));
    let (loaded, ledger) = (setting.dir.load(), setting.ledger());
    assert_eq!(plan_of(&loaded, &ledger, &setting.clock).count(Kind::Placed), 1);
}

async fn nothing_that_is_shown_holds_a_whole_number_or_a_value(on: On) {
    let setting = Setting::new(Dir::on(on, 6));
    let acts = [
        Act::Error("FailedOperation.CalleeIsBlackUser"),
        Act::PlaceAndLose,
        Act::Error("InternalError"),
        Act::After(Duration::from_millis(5), Box::new(Act::Place)),
    ];
    let result = setting.run(&Provider::new(acts)).await;
    let (loaded, ledger) = (setting.dir.load(), setting.ledger());
    let plan = plan_of(&loaded, &ledger, &setting.clock);
    let mut shown = format!("{result:?} {plan:?} {ledger:?} {:?}", ledger.key());
    callform_exec::status::calls(loaded.project().unwrap(), &ledger, None, &[], 100, |call| {
        shown.push_str(&format!("{call:?} {}", call.label()));
    })
    .unwrap();
    for n in 1..=6 {
        let digits = &number(n)[1..];
        assert!(!shown.contains(digits) && !shown.contains(&format!("00{digits}")), "{n}");
        assert!(!shown.contains(&format!("Person {n}")));
    }
    assert!(shown.contains("P-2") && !shown.contains(SECRET));
}

fn a_suppressed_number_is_in_no_file_of_the_ledger_at_any_time(on: On) {
    let setting = Setting::new(Dir::on(on, 0));
    let _onlooker = onlooker(&setting);
    let mut ledger = setting.ledger();
    let numbers: Vec<_> = (1..=9).map(|n| callform_spec::phone::PhoneNumber::parse(&number(n)).unwrap()).collect();
    ledger.suppress(&numbers, "asked not to be called").unwrap();
    // Before the journal is overwritten, and after.
    for _ in 0..2 {
        let bytes = bytes(&setting);
        assert!(contains(&bytes, "asked not to be called"), "reasons are kept: the canary would be seen");
        assert!(!contains(&bytes, "7700900"));
        ledger.wipe_journal().unwrap();
    }
}

on_both!(a_suppressed_number_is_in_no_file_of_the_ledger_at_any_time,);

on_both!(
    async
    numbers_of_ended_calls_values_and_secrets_are_in_no_file_of_the_ledger,
    the_number_of_an_unknown_call_is_kept_until_it_is_decided,
    rows_whose_key_is_the_number_leave_no_key_behind,
    nothing_that_is_shown_holds_a_whole_number_or_a_value,
);
