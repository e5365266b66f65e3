//! Opening a ledger: whatever is not exactly the one that was used last is refused, with advice.

use std::sync::Arc;
use std::time::Duration;

use callform_exec::clock::Clock;
use callform_exec::ledger::{
    Access, Address, InitError, Kin, LOCK_FILE, Ledger, LedgerError, LockFile, OtherName, RunInfo,
};
use callform_exec::random::SystemRandom;

use crate::store::{On, on_both};
use crate::support::{Dice, Dir, TestClock, actor};

struct Bench {
    dir: Dir,
    clock: Arc<dyn Clock>,
}

impl Bench {
    /// With the ledger of a real site, introduced to `default`.
    fn new(on: On) -> Self {
        let bench = Self { dir: Dir::on(on, 0), clock: TestClock::new().shared() };
        bench.init().unwrap();
        bench
    }

    fn init(&self) -> Result<Ledger, InitError> {
        let actor = actor();
        let access = Access { emulator: false, ..self.dir.access(&actor) };
        let mut lock = LockFile::read(self.dir.path()).unwrap();
        Ledger::init(&access, &mut lock, &self.clock, &mut Dice::new())
    }

    fn open_with(&self, change: impl Fn(&mut Access<'_>)) -> Result<Ledger, LedgerError> {
        let lock = LockFile::read(self.dir.path()).unwrap();
        let actor = actor();
        let mut access = Access { emulator: false, expected: lock.lineage("default"), ..self.dir.access(&actor) };
        change(&mut access);
        Ledger::open(&access, &self.clock, &mut Dice::new())
    }

    fn open(&self) -> Result<Ledger, LedgerError> {
        self.open_with(|_| {})
    }

    fn refusal(&self) -> LedgerError {
        let error = self.open().unwrap_err();
        assert!(error.is_refusal(), "{error}");
        assert!(!error.advice().is_empty(), "{error}");
        error
    }

    fn remove(&self) {
        if let Address::Postgres(_) = self.dir.address() {
            self.dir.raw().sql("DROP SCHEMA IF EXISTS callform CASCADE");
            return;
        }
        for suffix in ["", "-wal", "-shm"] {
            let mut path = self.dir.ledger_path().into_os_string();
            path.push(suffix);
            let _ = std::fs::remove_file(path);
        }
    }

    fn run_once(&self) {
        let mut ledger = self.open().unwrap();
        ledger
            .start_run(&RunInfo { environment: "default", account: "a", specs: "0", scope: "all", ceiling: None })
            .unwrap();
        ledger.end_run("finished").unwrap();
    }
}

fn the_right_one_opens_again_and_again(on: On) {
    let bench = Bench::new(on);
    let lineage = bench.open().unwrap().lineage().clone();
    bench.run_once();
    assert_eq!(bench.open().unwrap().lineage(), &lineage);
    assert_eq!(bench.init().unwrap().lineage(), &lineage, "init again changes nothing");
}

fn a_missing_one_is_made_on_the_emulator_only(on: On) {
    let bench = Bench::new(on);
    bench.remove();
    assert!(matches!(bench.refusal(), LedgerError::Missing { expected: Some(_), .. }));
    let real = bench.open_with(|access| access.expected = None);
    assert!(matches!(real, Err(LedgerError::Missing { expected: None, .. })));
    bench.open_with(|access| (access.expected, access.emulator) = (None, true)).unwrap();
}

fn a_missing_one_that_the_lock_file_names_is_not_made_anew_by_init(on: On) {
    let bench = Bench::new(on);
    bench.remove();
    assert!(matches!(bench.init(), Err(InitError::Ledger(LedgerError::Registered { .. }))));
    assert!(matches!(bench.refusal(), LedgerError::Missing { .. }));
}

#[test]
fn an_empty_one_is_refused_even_on_the_emulator() {
    let bench = Bench::new(On::Sqlite);
    bench.remove();
    bench.dir.write(".callform/ledger.db", "");
    assert!(matches!(bench.refusal(), LedgerError::Empty { .. }));
    let emulator = bench.open_with(|access| (access.expected, access.emulator) = (None, true));
    assert!(matches!(emulator, Err(LedgerError::Empty { .. })));
}

fn several_that_make_it_at_once_make_one(on: On) {
    let bench = Bench::new(on);
    let rounds = if on == On::Postgres { 4 } else { 20 };
    for round in 0..rounds {
        bench.remove();
        let lineages: Vec<String> = std::thread::scope(|threads| {
            let open = || {
                let actor = actor();
                let access = Access { expected: None, ..bench.dir.access(&actor) };
                Ledger::open(&access, &bench.clock, &mut SystemRandom).unwrap().lineage().to_string()
            };
            let opening: Vec<_> = (0..4).map(|_| threads.spawn(open)).collect();
            opening.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(lineages.iter().all(|lineage| *lineage == lineages[0]), "round {round}: {lineages:?}");
    }
    // What a file is made as, until it is whole.
    let left: Vec<_> = std::fs::read_dir(bench.dir.path().join(".callform")).into_iter().flatten().collect();
    assert!(left.iter().flatten().all(|file| !file.file_name().to_string_lossy().contains("new")), "{left:?}");
}

/// The advice for an empty file is `ledger init`, so that must help.
#[test]
fn a_file_in_which_nothing_was_ever_kept_is_made_a_ledger_by_init_alone() {
    for with_header in [false, true] {
        let bench = Bench::new(On::Sqlite);
        let leave = || {
            bench.remove();
            bench.dir.write(".callform/ledger.db", "");
            let raw = rusqlite::Connection::open(bench.dir.ledger_path()).unwrap();
            if with_header {
                raw.pragma_update(None, "journal_mode", "wal").unwrap();
            }
        };
        leave();
        assert!(matches!(bench.refusal(), LedgerError::Empty { .. }));
        assert!(bench.init().is_err(), "`callform.lock` names another one, with everybody who was phoned");
        std::fs::remove_file(bench.dir.path().join(LOCK_FILE)).unwrap();
        let lineage = bench.init().unwrap().lineage().clone();
        assert_eq!(bench.open().unwrap().lineage(), &lineage);
    }
}

#[test]
fn a_file_that_is_no_database_and_one_of_another_program_are_left_as_they_are() {
    let bench = Bench::new(On::Sqlite);
    bench.remove();
    bench.dir.write(".callform/ledger.db", &"not a database ".repeat(100));
    assert!(matches!(bench.refusal(), LedgerError::NotALedger { .. }));
    bench.remove();
    let foreign = rusqlite::Connection::open(bench.dir.ledger_path()).unwrap();
    foreign.execute_batch("CREATE TABLE bookmarks (url TEXT)").unwrap();
    drop(foreign);
    let before = std::fs::read(bench.dir.ledger_path()).unwrap();
    assert!(matches!(bench.refusal(), LedgerError::Foreign { .. }));
    assert_eq!(std::fs::read(bench.dir.ledger_path()).unwrap(), before);
}

/// Two CI environments, one account, and each its own value of CALLFORM_LEDGER.
fn a_second_ledger_for_another_environment_of_the_same_account_is_neither_made_nor_opened(on: On) {
    let (bench, second) = (Bench::new(on), Dir::on(on, 0));
    let lineage = LockFile::read(bench.dir.path()).unwrap().lineage("default").unwrap().clone();
    let kin = vec![Kin { environment: "default".to_owned(), lineage: lineage.clone() }];
    let actor = actor();
    let night = |dir: &Dir| Access {
        environment: "night",
        emulator: false,
        kin: kin.clone(),
        ..Access { address: Box::leak(Box::new(dir.address())), ..bench.dir.access(&actor) }
    };
    let init = |dir: &Dir| {
        let mut lock = LockFile::read(bench.dir.path()).unwrap();
        Ledger::init(&night(dir), &mut lock, &bench.clock, &mut Dice::new())
    };
    let Err(InitError::Ledger(error)) = init(&second) else { panic!("it was made") };
    assert!(matches!(&error, LedgerError::TwoLedgers { other, .. } if other == "default"), "{error}");
    assert!(error.is_refusal() && error.advice().iter().any(|line| line.contains("CALLFORM_LEDGER")));
    assert!(matches!(Ledger::inspect(&night(&second), &*bench.clock), Err(LedgerError::Missing { .. })));
    // One that was made before anybody looked.
    let made = Ledger::open(
        &Access { emulator: true, expected: None, kin: Vec::new(), ..night(&second) },
        &bench.clock,
        &mut Dice::new(),
    );
    let own = made.unwrap().lineage().clone();
    assert!(matches!(init(&second), Err(InitError::Ledger(LedgerError::TwoLedgers { .. }))));
    let opened = Ledger::open(&Access { expected: Some(&own), ..night(&second) }, &bench.clock, &mut Dice::new());
    assert!(matches!(opened, Err(LedgerError::TwoLedgers { .. })), "{opened:?}");
    // The one that both share.
    assert_eq!(init(&bench.dir).unwrap().lineage(), &lineage);
}

fn another_project_s_is_refused(on: On) {
    let bench = Bench::new(on);
    let error = bench.open_with(|access| access.project = "another").unwrap_err();
    assert!(matches!(error, LedgerError::OtherProject { found, .. } if found == "clinic-outreach"));
}

fn a_newer_one_is_refused(on: On) {
    let bench = Bench::new(on);
    bench.dir.raw().sql(match on {
        On::Sqlite => "PRAGMA user_version = 99",
        On::Postgres => "UPDATE version SET version = 99",
    });
    assert!(matches!(bench.refusal(), LedgerError::Newer { found: 99, .. }));
}

#[test]
fn a_damaged_one_is_refused() {
    let bench = Bench::new(On::Sqlite);
    let path = bench.dir.ledger_path();
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..].fill(0xa5);
    let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    std::io::Write::write_all(&mut &file, &bytes).unwrap();
    assert!(matches!(bench.refusal(), LedgerError::Damaged { .. }));
}

fn one_of_another_lineage_and_one_that_the_lock_file_does_not_name_are_refused(on: On) {
    let bench = Bench::new(on);
    bench.remove();
    let made = bench.open_with(|access| (access.expected, access.emulator) = (None, true)).unwrap();
    drop(made);
    assert!(matches!(bench.refusal(), LedgerError::WrongLineage { .. }));
    let unnamed = bench.open_with(|access| access.expected = None);
    assert!(matches!(unnamed, Err(LedgerError::Unregistered { .. })));
}

#[test]
fn a_copy_is_refused() {
    let bench = Bench::new(On::Sqlite);
    let path = bench.dir.ledger_path();
    let copy = bench.dir.path().join("copy.db");
    std::fs::copy(&path, &copy).unwrap();
    std::fs::rename(&copy, &path).unwrap();
    assert!(matches!(bench.refusal(), LedgerError::Copied { .. }));
}

#[test]
fn one_with_two_names_is_refused_before_and_during_a_run() {
    let bench = Bench::new(On::Sqlite);
    let (path, other) = (bench.dir.ledger_path(), bench.dir.path().join("other.db"));
    let run = RunInfo { environment: "default", account: "emulator / 1", specs: "0", scope: "all", ceiling: None };
    let mut ledger = bench.open().unwrap();
    ledger.start_run(&run).unwrap();
    std::fs::hard_link(&path, &other).unwrap();
    let links = |error: LedgerError| assert!(matches!(error, LedgerError::OtherName { how: OtherName::Links(2), .. }));
    links(begin(&mut ledger).unwrap_err());
    links(bench.refusal());
}

/// Whatever changed it: a disk, or a hand.
#[test]
fn one_that_says_something_else_than_its_events_is_no_ledger_to_phone_people_by() {
    let bench = Bench::new(On::Sqlite);
    bench.run_once();
    assert!(bench.open().unwrap().verify().is_ok());
    bench.dir.raw().sql("INSERT INTO stops (environment, campaign, since, who) VALUES ('default', '', 0, 'nobody')");
    let error = bench.open().unwrap().verify().unwrap_err();
    assert!(matches!(&error, LedgerError::Damaged { detail, .. } if detail.contains("stops")), "{error}");
}

#[test]
fn an_older_state_that_was_written_over_it_is_refused() {
    let bench = Bench::new(On::Sqlite);
    bench.run_once();
    let path = bench.dir.ledger_path();
    let backup = std::fs::read(&path).unwrap();
    bench.run_once();
    // Over the same file, as `cp backup ledger.db` does it: its inode stays.
    std::fs::write(&path, backup).unwrap();
    assert!(matches!(bench.refusal(), LedgerError::Restored { .. }));
}

/// The whole state of a file's ledger at a moment, and back to it in place: inode and birth stay.
fn set_back(bench: &Bench, change: impl FnOnce(&mut Ledger)) {
    let path = bench.dir.ledger_path();
    let before = std::fs::read(&path).unwrap();
    let mut ledger = bench.open().unwrap();
    change(&mut ledger);
    drop(ledger);
    std::fs::write(&path, before).unwrap();
}

#[test]
fn a_state_from_before_a_prohibition_or_a_decision_is_refused_though_no_run_came_after() {
    let number = callform_spec::phone::PhoneNumber::parse("+447700900001").unwrap();
    type Change<'a> = &'a dyn Fn(&mut Ledger);
    let changes: [(&str, Change<'_>); 3] = [
        ("suppress", &|ledger| {
            assert_eq!(ledger.suppress(std::slice::from_ref(&number), "asked for it").unwrap().added, 1)
        }),
        ("stop", &|ledger| drop(ledger.stop("default", None).unwrap())),
        ("resume", &|ledger| drop(ledger.resume("default", Some("april")).unwrap())),
    ];
    for (name, change) in changes {
        let bench = Bench::new(On::Sqlite);
        bench.run_once();
        bench.open().unwrap().stop("default", Some("april")).unwrap();
        bench.open().unwrap().wipe_journal().unwrap();
        set_back(&bench, |ledger| change(ledger));
        assert!(matches!(bench.refusal(), LedgerError::Restored { .. }), "{name}");
    }
}

/// As a snapshot of the server's volume is brought back: identifier, timeline, database and tables are the same.
#[test]
fn a_server_that_was_set_back_is_refused_where_it_was_seen_further_on() {
    let bench = Bench::new(On::Postgres);
    bench.run_once();
    let raw = bench.dir.raw();
    let reached: u64 = raw.count("SELECT max(position) FROM events");
    bench.open().unwrap().stop("default", None).unwrap();
    raw.sql(&format!(
        "ALTER TABLE events DISABLE TRIGGER ALL; DELETE FROM events WHERE position > {reached}; DELETE FROM stops;
         ALTER TABLE events ENABLE TRIGGER ALL"
    ));
    assert!(matches!(bench.refusal(), LedgerError::Restored { .. }));
    let elsewhere = bench.open_with(|access| access.root = None);
    assert!(elsewhere.is_ok(), "a machine that saw nothing of it can't tell: {elsewhere:?}");
}

#[test]
fn a_lost_journal_is_noticed() {
    let bench = Bench::new(On::Sqlite);
    bench.run_once();
    let mut ledger = bench.open().unwrap();
    ledger
        .start_run(&RunInfo { environment: "default", account: "a", specs: "0", scope: "all", ceiling: None })
        .unwrap();
    // What the run wrote is in the journal still; a machine dies and somebody tidies up.
    let kept = std::fs::read(bench.dir.ledger_path()).unwrap();
    drop(ledger);
    std::fs::write(bench.dir.ledger_path(), kept).unwrap();
    assert!(matches!(bench.refusal(), LedgerError::Restored { .. }));
}

#[test]
#[cfg(unix)]
fn its_files_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let bench = Bench::new(On::Sqlite);
    let mut ledger = bench.open().unwrap();
    ledger
        .start_run(&RunInfo { environment: "default", account: "a", specs: "0", scope: "all", ceiling: None })
        .unwrap();
    for entry in std::fs::read_dir(bench.dir.path().join(".callform")).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{:?} {mode:o}", entry.file_name());
    }
}

#[test]
fn a_ledger_that_is_moved_away_during_a_run_takes_no_attempt() {
    let bench = Bench::new(On::Sqlite);
    let mut ledger = bench.open().unwrap();
    ledger
        .start_run(&RunInfo { environment: "default", account: "a", specs: "0", scope: "all", ceiling: None })
        .unwrap();
    std::fs::rename(bench.dir.ledger_path(), bench.dir.path().join("elsewhere.db")).unwrap();
    assert!(matches!(begin(&mut ledger), Err(LedgerError::Replaced { .. })));
}

#[test]
fn a_state_from_before_a_single_attempt_is_refused_though_its_process_was_killed() {
    let bench = Bench::new(On::Sqlite);
    let mut ledger = bench.open().unwrap();
    ledger
        .start_run(&RunInfo { environment: "default", account: "a", specs: "0", scope: "all", ceiling: None })
        .unwrap();
    ledger.wipe_journal().unwrap();
    let before = std::fs::read(bench.dir.ledger_path()).unwrap();
    begin(&mut ledger).unwrap();
    // A process that is killed writes nothing more, and what it has open is closed.
    drop(ledger);
    std::fs::write(bench.dir.ledger_path(), before).unwrap();
    assert!(matches!(bench.refusal(), LedgerError::Restored { .. }));
}

fn begin(ledger: &mut Ledger) -> Result<callform_exec::ledger::Begun, LedgerError> {
    let number = callform_spec::phone::PhoneNumber::parse("+447700900001").unwrap();
    let agent = callform_exec::identity::AgentDigest::of(&serde_json::json!({}));
    let wish = callform_exec::ledger::Wish {
        call: callform_exec::identity::CallId::from_bytes([1; 16]),
        moved_from: None,
        environment: "default",
        account: "a",
        key: "P-1",
        number: &number,
        fingerprint: ledger.key().fingerprint(agent, "", &number),
        agent,
        retry: &callform_exec::outcome::RetryRules::of(None),
        rules: callform_exec::ceiling::CalleeRules { campaign: "c", moved_from: None, per_callee: None, repeat: false },
        busy_for: Duration::from_secs(60),
        callers: &[],
        limits: callform_exec::ledger::RequestLimits::default(),
        lines: callform_exec::ledger::Lines { account: 100, campaign: None },
        rate: callform_exec::ledger::Rate { per_second: 20, gap: callform_exec::ledger::LEAST_GAP },
        per_run: None,
    };
    ledger.begin_attempt(&wish)
}

on_both!(
    the_right_one_opens_again_and_again,
    a_missing_one_is_made_on_the_emulator_only,
    a_missing_one_that_the_lock_file_names_is_not_made_anew_by_init,
    several_that_make_it_at_once_make_one,
    a_second_ledger_for_another_environment_of_the_same_account_is_neither_made_nor_opened,
    another_project_s_is_refused,
    a_newer_one_is_refused,
    one_of_another_lineage_and_one_that_the_lock_file_does_not_name_are_refused,
);
