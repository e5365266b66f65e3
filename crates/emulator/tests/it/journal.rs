//! The ground truth: what it keeps, what it survives.

use std::path::Path;
use std::sync::Arc;

use callform_ccc::Dialect;
use callform_emulator::{
    Emulator, EmulatorOptions, Fault, JournalError, JournalPlace, OpenError, OsRandom, RecordTime,
};
use serde_json::{Map, Value, json};

use crate::support::{APP, Bench, CALLEE, OTHER_CALLEE, bench, bench_with, call_body, session};

fn on_disk(directory: &Path) -> Bench {
    bench_with(|options| {
        options.journal = JournalPlace::File(directory.join(".callform/emulator.db"));
        // Two emulators on one file must not draw the same session ids.
        options.random = Arc::new(OsRandom);
    })
}

fn members(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap()
}

#[test]
fn a_placed_call_survives_reopening() {
    let directory = tempfile::tempdir().unwrap();
    let first = on_disk(directory.path());
    let id = session(&first.call(CALLEE)).to_owned();
    let before = first.emulator.journal().calls().unwrap();
    drop(first);

    let second = on_disk(directory.path());
    let journal = second.emulator.journal();
    assert_eq!(journal.calls().unwrap(), before);
    assert_eq!(journal.calls_to(CALLEE).unwrap(), before);
    assert!(journal.body_matches(&id, &call_body(CALLEE)).unwrap());
}

#[test]
fn a_call_is_written_down_even_where_the_answer_is_lost() {
    let directory = tempfile::tempdir().unwrap();
    let first = bench_with(|options| {
        options.journal = JournalPlace::File(directory.path().join("emulator.db"));
        options.faults = Some(Arc::new(|_| Some(Fault::DropAfter)));
    });
    let request = crate::support::Draft::post("CreateAICall", &call_body(CALLEE)).signed();
    assert!(matches!(first.emulator.handle(&request), callform_emulator::Reply::Dropped));
    // Read by another connection while the first is still open: the call is in the file, not in a cache.
    let options = EmulatorOptions::new(JournalPlace::File(directory.path().join("emulator.db")), Dialect::Intl);
    assert_eq!(Emulator::open(options).unwrap().journal().calls_to(CALLEE).unwrap().len(), 1);
}

#[test]
fn two_processes_can_share_one_journal() {
    let directory = tempfile::tempdir().unwrap();
    let (one, other) = (on_disk(directory.path()), on_disk(directory.path()));
    one.call(CALLEE);
    other.call(CALLEE);
    one.call(OTHER_CALLEE);
    assert_eq!(other.emulator.journal().calls_to("+8612300000000").unwrap().len(), 2);
    assert_eq!(one.placed(), 3);
}

#[test]
fn processes_that_start_at_the_same_time_make_one_journal() {
    for _ in 0..10 {
        let directory = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| session(&on_disk(directory.path()).call(CALLEE)).to_owned());
            }
        });
        assert_eq!(on_disk(directory.path()).emulator.journal().calls_to(CALLEE).unwrap().len(), 4);
    }
}

#[test]
fn whoever_was_phoned_twice_is_found() {
    let bench = bench();
    for callee in [CALLEE, OTHER_CALLEE, CALLEE] {
        bench.call(callee);
    }
    let again = bench.emulator.journal().phoned_again().unwrap();
    assert_eq!(again.len(), 1);
    assert_eq!(again[0].iter().map(|call| call.sequence).collect::<Vec<_>>(), [1, 3]);
    assert_eq!(again[0][0].callee_masked, "+86 123****0000");
}

#[test]
fn a_body_is_compared_without_being_kept() {
    let bench = bench();
    let id = session(&bench.call(CALLEE)).to_owned();
    let journal = bench.emulator.journal();
    let mut other = call_body(CALLEE);
    assert!(journal.body_matches(&id, &other).unwrap());
    assert_eq!(journal.body_differences(&id, &members(other.clone())).unwrap(), Some(vec![]));
    other["SystemPrompt"] = json!("You are Dr. Lee.");
    other["Temperature"] = json!(0.5);
    assert!(!journal.body_matches(&id, &other).unwrap());
    assert_eq!(
        journal.body_differences(&id, &members(other)).unwrap(),
        Some(vec!["SystemPrompt".to_owned(), "Temperature".to_owned()])
    );
    assert_eq!(journal.body_differences("0123", &Map::new()).unwrap(), None);
    assert!(!journal.body_matches("0123", &json!({})).unwrap());
}

#[test]
fn what_is_kept_of_a_body_is_names_numbers_and_checked_words() {
    let bench = bench();
    bench.call(CALLEE);
    let placed = bench.emulator.journal().calls().unwrap().remove(0);
    let names: Vec<&str> = placed.body.keys().map(String::as_str).collect();
    assert_eq!(names, call_body(CALLEE).as_object().unwrap().keys().collect::<Vec<_>>());
    assert_eq!(placed.body["SdkAppId"], APP);
    assert_eq!(placed.body["LLMType"], "openai");
    assert_eq!(placed.body["VoiceType"], "ZhiXi");
    assert_eq!(placed.body["EndFunctionEnable"], true);
    for name in ["Callee", "Callers", "APIKey", "APIUrl", "SystemPrompt", "Model"] {
        assert!(placed.body[name].as_str().unwrap().starts_with("hmac:"), "{name}");
    }
    assert_eq!(placed.callers_masked, ["+86 010****1234"]);
}

#[test]
fn a_session_is_found_with_and_without_dashes() {
    let bench = bench();
    let id = session(&bench.call(CALLEE)).to_owned();
    let dashed = format!("{}-{}-{}-{}-{}", &id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]);
    let journal = bench.emulator.journal();
    assert_eq!(journal.call(&dashed.to_uppercase()).unwrap(), journal.call(&id).unwrap());
    assert!(journal.call(&id).unwrap().is_some());
}

#[test]
fn the_full_body_reaches_the_hook_and_nothing_else() {
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    let sink = Arc::clone(&seen);
    let bench = bench_with(|options| {
        options.on_request =
            Some(Arc::new(move |call| sink.lock().unwrap().push((call.nth, Value::Object(call.body.clone())))));
    });
    bench.call(CALLEE);
    bench.call(CALLEE);
    bench.ask("CreateAICall", &json!({}));
    assert_eq!(*seen.lock().unwrap(), [(1, call_body(CALLEE)), (2, call_body(CALLEE))]);
}

#[cfg(unix)]
#[test]
fn the_files_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(".callform/emulator.db");
    std::fs::create_dir(directory.path().join(".callform")).unwrap();
    // An empty file that was there before, readable by all.
    std::fs::write(&path, "").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let bench = on_disk(directory.path());
    bench.call(CALLEE);
    let mut files = 0;
    for entry in std::fs::read_dir(directory.path().join(".callform")).unwrap() {
        let entry = entry.unwrap();
        files += 1;
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", entry.file_name());
    }
    assert_eq!(files, 3, "the file, its -wal and its -shm");
}

fn opening(path: &Path) -> JournalError {
    let options = EmulatorOptions::new(JournalPlace::File(path.to_owned()), Dialect::Intl);
    match Emulator::open(options) {
        Err(OpenError::Journal(error)) => error,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("{} was opened", path.display()),
    }
}

#[test]
fn a_file_that_is_no_journal_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let text = directory.path().join("text");
    std::fs::write(&text, "not a database, but long enough to be read as the header of one........").unwrap();
    assert!(matches!(opening(&text), JournalError::Sqlite(_)));
    assert!(std::fs::read_to_string(&text).unwrap().starts_with("not a database"));

    let foreign = directory.path().join("foreign.db");
    rusqlite::Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE meta (x)").unwrap();
    assert!(matches!(opening(&foreign), JournalError::Foreign));

    assert!(matches!(opening(directory.path()), JournalError::File { .. }));
}

#[test]
fn a_later_layout_and_a_lost_key_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(".callform/emulator.db");
    on_disk(directory.path()).call(CALLEE);
    let change = |sql: &str| rusqlite::Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    change("PRAGMA user_version = 3");
    assert!(matches!(opening(&path), JournalError::Newer { found: 3, known: 2 }));
    change("PRAGMA user_version = 2; DELETE FROM meta");
    assert!(matches!(opening(&path), JournalError::Damaged(_)));
}

/// Layout 1 had no word on when a call's record appears.
#[test]
fn a_journal_of_the_first_layout_goes_on_with_its_calls() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(".callform/emulator.db");
    on_disk(directory.path()).call(CALLEE);
    let change = |sql: &str| rusqlite::Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    change(
        "ALTER TABLE calls DROP COLUMN record_lag_ms; ALTER TABLE calls DROP COLUMN hidden; PRAGMA user_version = 1",
    );
    let bench = on_disk(directory.path());
    let calls = bench.emulator.journal().calls_to(CALLEE).unwrap();
    assert_eq!((calls.len(), calls[0].course.record), (1, RecordTime::Usual));
    // Again: what was changed once is not changed twice.
    drop(bench);
    assert_eq!(on_disk(directory.path()).placed(), 1);
}
