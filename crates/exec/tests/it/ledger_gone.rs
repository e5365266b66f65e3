//! Runs whose ledger can't be written any more: nothing new is sent from that moment on, and no answer is lost.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use callform_exec::apply::{ApplyResult, Event, Exit, Fate, Observer, StopReason, cancellation};
use callform_exec::ledger::LedgerError;
use callform_exec::plan::Kind;

use crate::apply::people;
use crate::postgres::{Server, query};
use crate::provider::{Act, Provider};
use crate::store::{On, on_both};
use crate::support::{Dir, Setting, number, plan_of};

const PEOPLE: usize = 40;

/// Places every call, a while after its request came; when the third one comes, something happens.
fn at_the_third(happens: impl Fn() + Send + Sync + 'static) -> Arc<Provider> {
    let requests = Mutex::new(0);
    Provider::checking([Act::After(Duration::from_millis(200), Box::new(Act::Place))], move |_| {
        let mut requests = requests.lock().unwrap();
        *requests += 1;
        if *requests == 3 {
            happens();
        }
    })
}

/// Nothing new was sent, and every session is in the result, where a person sees it.
fn nothing_is_lost(result: &ApplyResult, provider: &Provider) {
    assert!(matches!(result.stopped, Some(StopReason::Ledger(_))), "{:?}", result.stopped);
    assert!(provider.requests() <= 6, "{}", provider.requests());
    let placed = provider.placed.lock().unwrap().len();
    let shown = result.rows.iter().filter(|row| matches!(row.fate, Fate::Placed { .. })).count();
    assert_eq!((shown, result.counts.placed as usize), (placed, placed));
    assert!(placed >= 3 && result.counts.left > 0);
    assert!(result.unrecorded.iter().all(|lost| !lost.number.contains(&number(1)[6..])));
}

/// Afterwards somebody makes it good: nobody is phoned twice, and nobody is forgotten.
async fn goes_on_well(setting: &Setting, before: &Provider) {
    setting.dir.raw().wait_for_sessions(0);
    let provider = Provider::new([Act::Place]);
    let result = setting.run(&provider).await;
    assert_eq!(result.stopped, None);
    assert!((1..=PEOPLE).all(|person| before.rang(person) + provider.rang(person) <= 1));
    let (loaded, ledger) = (setting.dir.load(), setting.ledger());
    let plan = plan_of(&loaded, &ledger, &setting.clock);
    assert_eq!(plan.count(Kind::Placed) + plan.count(Kind::Unknown), PEOPLE as u64);
    assert!(ledger.check().unwrap().is_whole());
}

const REFUSES: [(On, &str, &str); 2] = [
    (
        On::Sqlite,
        "CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'no room'); END",
        "DROP TRIGGER full",
    ),
    (
        On::Postgres,
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = 'disk_full'; END $$;
         CREATE TRIGGER full_disk BEFORE INSERT ON events EXECUTE FUNCTION full_disk()",
        "DROP FUNCTION full_disk CASCADE",
    ),
];

async fn answers_that_can_not_be_written_down_are_shown_and_nothing_new_is_sent(on: On) {
    let setting = people(on, PEOPLE);
    let (_, refuse, allow) = REFUSES.into_iter().find(|(of, ..)| *of == on).unwrap();
    drop(setting.ledger());
    let raw = setting.dir.raw();
    let provider = at_the_third(move || drop(raw.sql(refuse)));
    let result = setting.run(&provider).await;
    nothing_is_lost(&result, &provider);
    assert!(!result.unrecorded.is_empty());
    assert_eq!(result.exit(), Exit::Unknown);
    setting.dir.raw().sql(allow);
    goes_on_well(&setting, &provider).await;
}

/// Makes room again as soon as the run says that it stops.
struct MakesRoom<F: Fn()>(F);

impl<F: Fn() + Send> Observer for MakesRoom<F> {
    fn event(&mut self, event: &Event<'_>) {
        if matches!(event, Event::Stopping(_)) {
            (self.0)();
        }
    }
}

async fn what_can_be_written_again_before_the_run_is_over_is_written(on: On) {
    let setting = people(on, PEOPLE);
    let (_, refuse, allow) = REFUSES.into_iter().find(|(of, ..)| *of == on).unwrap();
    drop(setting.ledger());
    let (raw, again) = (setting.dir.raw(), setting.dir.raw());
    let provider = at_the_third(move || drop(raw.sql(refuse)));
    let mut room = MakesRoom(move || drop(again.sql(allow)));
    let result = setting.try_run(&provider, cancellation().1, &mut room).await.unwrap();
    nothing_is_lost(&result, &provider);
    assert_eq!((result.unrecorded.len(), result.counts.unknown), (0, 0));
    let placed = result.counts.placed;
    let (loaded, ledger) = (setting.dir.load(), setting.ledger());
    assert_eq!(plan_of(&loaded, &ledger, &setting.clock).count(Kind::Placed), placed);
    drop(ledger);
    goes_on_well(&setting, &provider).await;
}

/// Between the intent and the request: nobody was phoned, and that must not become an unknown.
#[tokio::test(start_paused = true)]
async fn what_was_begun_and_not_sent_is_written_down_when_that_can_be_done_again() {
    let setting = people(On::Sqlite, PEOPLE);
    drop(setting.ledger());
    let (raw, again) = (setting.dir.raw(), setting.dir.raw());
    raw.sql(&REFUSES[0].1.replace("ON events", "ON events WHEN NEW.kind IN ('sending', 'rejected')"));
    let mut room = MakesRoom(move || drop(again.sql(REFUSES[0].2)));
    let provider = Provider::new([Act::Place]);
    let result = setting.try_run(&provider, cancellation().1, &mut room).await.unwrap();
    assert!(matches!(result.stopped, Some(StopReason::Ledger(_))), "{:?}", result.stopped);
    assert_eq!((provider.requests(), result.counts.not_sent, result.counts.unknown), (0, 1, 0));
    assert_eq!((result.unrecorded.len(), result.exit()), (0, Exit::Failed));
    assert_eq!(setting.run(&provider).await.counts.placed, PEOPLE as u64);
}

type Change = fn(PathBuf);

/// The file, and what belongs to it.
fn with_journal(path: &std::path::Path) -> [PathBuf; 3] {
    ["", "-wal", "-shm"].map(|suffix| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        name.into()
    })
}

#[tokio::test(start_paused = true)]
async fn a_ledger_file_that_is_gone_or_another_one_stops_the_run_and_the_sessions_are_shown() {
    let deleted: Change = |path| std::fs::remove_file(path).unwrap();
    let moved: Change = |path| std::fs::rename(&path, path.with_extension("moved")).unwrap();
    let replaced: Change = |path| {
        let copy = path.with_extension("copy");
        std::fs::copy(&path, &copy).unwrap();
        std::fs::rename(copy, path).unwrap();
    };
    let all_deleted: Change = |path| {
        for file in with_journal(&path) {
            let _ = std::fs::remove_file(file);
        }
    };
    let folder_moved: Change = |path| {
        let folder = path.parent().unwrap();
        std::fs::rename(folder, folder.with_file_name("elsewhere")).unwrap();
    };
    for change in [deleted, moved, replaced, all_deleted, folder_moved] {
        let setting = people(On::Sqlite, PEOPLE);
        let path = setting.dir.ledger_path();
        let provider = at_the_third(move || change(path.clone()));
        let result = setting.run(&provider).await;
        let replaced = matches!(result.stopped, Some(StopReason::Ledger(LedgerError::Replaced { .. })));
        assert!(replaced, "{:?}", result.stopped);
        nothing_is_lost(&result, &provider);
        // Whatever was written since went into a file that nobody will find.
        assert!(result.unrecorded.len() >= 3, "{}", result.unrecorded.len());
        assert_eq!(result.exit(), Exit::Unknown);
    }
}

/// A run on a server of its own, which is killed when the third request comes, and started again by `back`.
fn on_a_server(server: &Server) -> Setting {
    Setting::new(Dir::at(server.url(), PEOPLE))
}

#[tokio::test(start_paused = true)]
async fn a_server_that_dies_and_comes_back_during_a_run_gets_every_answer() {
    let server = Arc::new(Server::start());
    let setting = on_a_server(&server);
    let dying = server.clone();
    let provider = at_the_third(move || dying.kill());
    let rising = server.clone();
    let mut back = MakesRoom(move || rising.start_again());
    let result = setting.try_run(&provider, cancellation().1, &mut back).await.unwrap();
    let unreachable = matches!(result.stopped, Some(StopReason::Ledger(LedgerError::Unreachable { .. })));
    assert!(unreachable, "{:?}", result.stopped);
    nothing_is_lost(&result, &provider);
    assert_eq!((result.unrecorded.len(), result.counts.unknown), (0, 0));
    let (loaded, ledger) = (setting.dir.load(), setting.ledger());
    assert_eq!(plan_of(&loaded, &ledger, &setting.clock).count(Kind::Placed), result.counts.placed);
    drop(ledger);
    goes_on_well(&setting, &provider).await;
}

#[tokio::test(start_paused = true)]
async fn a_server_that_stays_away_leaves_the_answers_to_people() {
    let server = Arc::new(Server::start());
    let setting = on_a_server(&server);
    let dying = server.clone();
    let provider = at_the_third(move || dying.kill());
    let begun = tokio::time::Instant::now();
    let result = setting.run(&provider).await;
    nothing_is_lost(&result, &provider);
    assert!(begun.elapsed() >= Duration::from_secs(60), "it was waited for");
    assert!(!result.unrecorded.is_empty());
    assert_eq!(result.exit(), Exit::Unknown);
    let shown = format!("{result:?}");
    let password = server.url().split_once("tester:").unwrap().1.split_once('@').unwrap().0;
    assert!(!shown.contains(password) && shown.contains("127.0.0.1"));
    server.start_again();
    goes_on_well(&setting, &provider).await;
}

/// As a server that became the standby of another one.
#[tokio::test(start_paused = true)]
async fn a_server_that_turns_read_only_during_a_run_stops_it() {
    let server = Arc::new(Server::start());
    let setting = on_a_server(&server);
    let turning = server.clone();
    let turn = |server: &Server, read_only: &str| {
        let session = format!("{}?options=-cdefault_transaction_read_only%3Doff", server.url());
        query(&session, &format!("ALTER SYSTEM SET default_transaction_read_only = {read_only}"));
        query(&session, "SELECT pg_reload_conf()");
        // The server tells its sessions when it has read its settings, and then begins new ones with them.
        while query(server.url(), "SHOW default_transaction_read_only") != read_only {}
    };
    let provider = at_the_third(move || turn(&turning, "on"));
    let result = setting.run(&provider).await;
    let read_only_error = matches!(result.stopped, Some(StopReason::Ledger(LedgerError::ReadOnly { .. })));
    assert!(read_only_error, "{:?}", result.stopped);
    nothing_is_lost(&result, &provider);
    turn(&server, "off");
    goes_on_well(&setting, &provider).await;
}

on_both!(
    async
    answers_that_can_not_be_written_down_are_shown_and_nothing_new_is_sent,
    what_can_be_written_again_before_the_run_is_over_is_written,
);
