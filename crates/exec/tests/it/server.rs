//! A ledger on a PostgreSQL server: what it is known by, what it survives, and what people are told.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use callform_ccc::Secret;
use callform_exec::clock::Clock;
use callform_exec::ledger::{Access, Address, Begun, Held, Ledger, LedgerError, Lineage, State, Verdict};

use crate::ledger::{Limits, REFUSED, RULES, RUN, begin, id, placed, session, try_begin};
use crate::postgres::{Database, Server, copy, query};
use crate::store::Raw;
use crate::support::{Dice, TestClock, actor};
use crate::workers::attempt_within;

/// A database, and who looks for a ledger in it.
struct Bench {
    url: String,
    clock: Arc<dyn Clock>,
}

impl Bench {
    fn of(url: &str) -> Self {
        Self { url: url.to_owned(), clock: TestClock::new().shared() }
    }

    fn open_with(&self, change: impl Fn(&mut Access<'_>)) -> Result<Ledger, LedgerError> {
        self.open(None, change)
    }

    fn open(&self, expected: Option<&Lineage>, change: impl Fn(&mut Access<'_>)) -> Result<Ledger, LedgerError> {
        let (address, actor) = (Address::Postgres(Secret::new(self.url.as_str())), actor());
        let mut access = Access {
            address: &address,
            project: "clinic-outreach",
            environment: "default",
            emulator: false,
            expected,
            kin: Vec::new(),
            root: None,
            actor: &actor,
        };
        change(&mut access);
        Ledger::open(&access, &self.clock, &mut Dice::new())
    }

    /// As on the emulator, where one is made.
    fn made(&self) -> Ledger {
        self.open_with(|access| access.emulator = true).unwrap()
    }

    fn expecting(&self, lineage: &Lineage) -> Result<Ledger, LedgerError> {
        self.open(Some(lineage), |_| {})
    }

    fn raw(&self) -> Raw {
        Raw::new(Address::Postgres(Secret::new(self.url.as_str())))
    }

    /// Host, port and database.
    fn place(&self) -> String {
        format!("postgres://{}", self.url.split_once('@').unwrap().1)
    }

    /// Ends the sessions of all ledgers.
    fn cut(&self) {
        self.raw().sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE application_name = 'callform' AND datname = current_database()",
        );
    }
}

/// The same server, another database.
fn beside(url: &str, database: &str) -> String {
    format!("{}/{database}", url.rsplit_once('/').unwrap().0)
}

#[test]
fn a_database_without_a_ledger_is_a_missing_one() {
    let database = Database::fresh();
    let bench = Bench::of(database.url());
    query(database.url(), "CREATE TABLE somebody_else_s (x int)");
    let missing = bench.open_with(|_| {}).unwrap_err();
    assert!(matches!(missing, LedgerError::Missing { expected: None, .. }), "{missing}");
    assert_eq!(missing.to_string(), format!("there is no ledger at {}", bench.place()));
    drop(bench.made());
    assert_eq!(query(database.url(), "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), "1");
}

#[test]
fn a_copied_database_and_a_restored_dump_are_no_ledgers() {
    let (database, restored) = (Database::fresh(), Database::fresh());
    let bench = Bench::of(database.url());
    let lineage = bench.made().lineage().clone();
    bench.raw().wait_for_sessions(0);

    let name = format!("copy_of_{}", database.url().rsplit_once('/').unwrap().1);
    let server = beside(database.url(), "postgres");
    query(&server, &format!("CREATE DATABASE {name} TEMPLATE {}", database.url().rsplit_once('/').unwrap().1));
    let copied = Bench::of(&beside(database.url(), &name)).expecting(&lineage);
    query(&server, &format!("DROP DATABASE {name} WITH (FORCE)"));
    let error = copied.unwrap_err();
    assert!(matches!(error, LedgerError::Copied { .. }) && error.is_refusal(), "{error}");

    copy(database.url(), restored.url());
    let error = Bench::of(restored.url()).expecting(&lineage).unwrap_err();
    assert!(matches!(error, LedgerError::Copied { .. }), "{error}");
    assert!(error.advice().iter().any(|line| line.contains("callform ledger adopt")), "{:?}", error.advice());
    // Also where it was.
    query(database.url(), "DROP SCHEMA callform CASCADE");
    copy(restored.url(), database.url());
    assert!(matches!(bench.expecting(&lineage), Err(LedgerError::Copied { .. })));
}

#[test]
fn nobody_who_is_told_of_a_server_is_told_its_password() {
    const WRONG: &str = "made-up-password";
    let database = Database::fresh();
    let (user, rest) = database.url().split_once("://").unwrap().1.split_once('@').unwrap();
    let (name, right) = user.split_once(':').unwrap();
    let (host, data) = rest.split_once('/').unwrap();
    let nobody_listens = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (url, said) in [
        (format!("postgres://{name}:{WRONG}@{rest}"), "password authentication failed"),
        (format!("postgres://{name}:{right}@{host}/{data}_gone"), "does not exist"),
        (format!("postgres://{name}:{right}@{nobody_listens}/{data}"), "refused"),
    ] {
        let bench = Bench::of(&url);
        let error = bench.open_with(|_| {}).unwrap_err();
        assert!(matches!(error, LedgerError::Unreachable { .. }), "{error}");
        let shown = format!("{error} {error:?} {:?}", error.advice());
        assert!(shown.contains(&bench.place()) && shown.contains(said), "{shown}");
        assert!(!shown.contains(WRONG) && !shown.contains(right), "{said}");
        assert!(!error.advice().is_empty());
    }
    let ledger = Bench::of(database.url()).made();
    assert!(!format!("{ledger:?} {} {:?}", ledger.place(), ledger.place()).contains(right));
}

#[test]
fn an_ordinary_role_that_owns_nothing_else_can_keep_a_ledger() {
    let database = Database::fresh();
    let (role, data) = ("caller", database.url().rsplit_once('/').unwrap().1);
    // Several runs of the tests may share a server.
    query(
        database.url(),
        &format!(
            "DO $$ BEGIN CREATE ROLE {role} LOGIN PASSWORD 'of-its-own'; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
             REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC; GRANT CREATE ON DATABASE {data} TO {role}"
        ),
    );
    let bench = Bench::of(&format!("postgres://{role}:of-its-own@{}", database.url().split_once('@').unwrap().1));
    let lineage = bench.made().lineage().clone();
    let mut ledger = bench.expecting(&lineage).unwrap();
    ledger.start_run(&RUN).unwrap();
    assert!(matches!(begin(&mut ledger, "P-1", 1, RULES), Begun::Attempt(_)));
    ledger.reconnect().unwrap();
}

#[test]
fn on_a_server_that_only_reads_nothing_begins() {
    let database = Database::fresh();
    let bench = Bench::of(database.url());
    let alter = |change: &str| {
        let name = database.url().rsplit_once('/').unwrap().1;
        query(&beside(database.url(), "postgres"), &format!("ALTER DATABASE {name} {change}"));
    };
    alter("SET default_transaction_read_only = on");
    let error = bench.open_with(|access| access.emulator = true).unwrap_err();
    assert!(matches!(error, LedgerError::ReadOnly { .. }), "{error}");
    alter("RESET ALL");
    drop(bench.made());
    alter("SET default_transaction_read_only = on");
    let error = bench.made().start_run(&RUN).unwrap_err();
    assert!(matches!(error, LedgerError::ReadOnly { .. }) && !error.advice().is_empty(), "{error}");
}

#[test]
fn events_can_not_be_truncated_either() {
    let database = Database::fresh();
    let bench = Bench::of(database.url());
    let _ledger = bench.made();
    for sql in ["TRUNCATE events", "TRUNCATE events CASCADE", "DELETE FROM events WHERE false"] {
        let error = bench.raw().try_sql(sql).unwrap_err();
        assert!(error.contains("append-only"), "{sql}: {error}");
    }
}

/// The server's own sessions begin with `synchronous_commit = off` and keep what they commit in memory for seconds.
#[test]
fn what_the_ledger_wrote_is_there_after_the_server_was_killed() {
    let server = Server::start();
    let bench = Bench::of(server.url());
    let mut ledger = bench.made();
    ledger.start_run(&RUN).unwrap();
    let Begun::Attempt(attempt) = begin(&mut ledger, "P-1", 1, RULES) else { panic!() };
    bench.raw().sql("CREATE TABLE public.careless AS SELECT 1");
    server.kill();
    assert!(matches!(ledger.mark_sending(&attempt), Err(LedgerError::Unreachable { .. })));
    assert!(matches!(ledger.reconnect(), Err(LedgerError::Unreachable { .. })));
    server.start_again();
    assert_eq!(query(server.url(), "SELECT to_regclass('public.careless') IS NULL"), "t", "others lost theirs");
    ledger.reconnect().unwrap();
    assert_eq!(ledger.call(attempt.call).unwrap().unwrap().state, State::Intent);
    assert_eq!(ledger.record(&attempt, &REFUSED).unwrap(), Verdict::Recorded);
    assert!(ledger.check().unwrap().is_whole());
}

#[test]
fn another_ledger_in_the_place_of_the_lost_one_is_not_taken_for_it_when_the_server_is_back() {
    let database = Database::fresh();
    let bench = Bench::of(database.url());
    let mut ledger = bench.made();
    bench.cut();
    query(database.url(), "DROP SCHEMA callform CASCADE");
    let _other = bench.made();
    assert!(matches!(ledger.reconnect(), Err(LedgerError::Replaced { .. })));
}

/// Whoever waits for the ledger's lock may be given up by the server; the next try must begin anew.
#[test]
fn a_wait_for_another_writer_that_took_too_long_spoils_nothing() {
    let database = Database::fresh();
    let bench = Bench::of(database.url());
    let mut ledger = bench.made();
    ledger.start_run(&RUN).unwrap();
    let stop = AtomicBool::new(false);
    std::thread::scope(|threads| {
        // Another writer, and somebody who gives up on whoever waits for it.
        threads.spawn(|| {
            bench.raw().sql(
                "BEGIN; SELECT pg_advisory_xact_lock(1128352838, 0); CREATE TABLE public.writing AS SELECT 1; SELECT pg_sleep(1); COMMIT",
            )
        });
        // In this database: other tests have ledgers on the same server.
        let holds = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 1128352838 AND granted
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        while bench.raw().count(holds) == 0 {}
        let gives_up = threads.spawn(|| {
            while !stop.load(Ordering::SeqCst) {
                bench.raw().sql(
                    "SELECT pg_cancel_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
                        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
                );
            }
        });
        let waited = try_begin(&mut ledger, "P-1", 1, RULES, Limits::default());
        stop.store(true, Ordering::SeqCst);
        gives_up.join().unwrap();
        assert!(matches!(waited, Err(LedgerError::Busy { .. })), "{waited:?}");
    });
    assert!(matches!(begin(&mut ledger, "P-1", 1, RULES), Begun::Attempt(_)));
}

/// The connection is cut at any moment, so also between a commit and its confirmation.
#[test]
fn an_answer_is_written_once_however_often_the_connection_is_cut_while_it_is_written() {
    const PEOPLE: usize = 30;
    let database = Database::fresh();
    let bench = Bench::of(database.url());
    let mut ledger = bench.made();
    ledger.start_run(&RUN).unwrap();
    let attempts: Vec<_> =
        (0..PEOPLE).map(|n| attempt_within(&mut ledger, &format!("P-{n}"), n, Limits::default())).collect();
    let (done, mut lost) = (AtomicBool::new(false), 0);
    std::thread::scope(|threads| {
        threads.spawn(|| {
            while !done.load(Ordering::SeqCst) {
                bench.raw().sql(
                    "DO $$ BEGIN FOR i IN 1..30 LOOP
                        PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
                            WHERE application_name = 'callform' AND datname = current_database();
                        PERFORM pg_stat_clear_snapshot();
                        PERFORM pg_sleep(0.02 * random());
                     END LOOP; END $$",
                );
            }
        });
        // Not before the first cut: a quick machine would be done by then.
        while ledger.position().is_ok() {}
        lost += 1;
        while ledger.reconnect().is_err() {}
        for (n, attempt) in attempts.iter().enumerate() {
            let session = session(u8::try_from(n).unwrap());
            loop {
                match ledger.record(attempt, &placed(&session)) {
                    Ok(verdict) => {
                        assert_eq!(verdict, Verdict::Recorded);
                        break;
                    }
                    Err(LedgerError::Unreachable { .. }) => {
                        lost += 1;
                        while ledger.reconnect().is_err() {}
                    }
                    Err(error) => panic!("{error}"),
                }
            }
        }
        done.store(true, Ordering::SeqCst);
    });
    while ledger.reconnect().is_err() {}
    let placed = "SELECT count(*), count(DISTINCT attempt) FROM events WHERE kind = 'placed'";
    assert_eq!(bench.raw().sql(placed), format!("{PEOPLE}|{PEOPLE}"));
    assert_eq!(bench.raw().count("SELECT count(*) FROM events WHERE kind = 'evidence'"), 0);
    assert!(lost > 0 && ledger.check().unwrap().is_whole());
    assert_eq!(begin(&mut ledger, "P-1", 1, RULES), Begun::Held(Held::Placed));
    assert_eq!(ledger.call(id(&ledger, "P-0")).unwrap().unwrap().state, State::Placed);
}
