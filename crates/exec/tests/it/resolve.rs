//! Answers that were lost, against the emulator: what its records show decides, and only when it must.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use callform_ccc::query::QueryError;
use callform_ccc::transport::{BoxFuture, HttpRequest, HttpResponse, Transport, TransportError};
use callform_ccc::{Answer, Client, ClientOptions, CreateAiCall, Dialect, Endpoint, LlmType, SessionId};
use callform_emulator::{
    Course, Emulator, EmulatorOptions, Fault, InProcess, JournalPlace, SeededRandom, embedded_credentials,
};
use callform_exec::apply::ApplyResult;
use callform_exec::clock::Clock;
use callform_exec::evidence::Why;
use callform_exec::ledger::State;
use callform_exec::resolve::{self, Outcome, Report};
use callform_spec::phone::PhoneNumber;
use jiff::Timestamp;
use serde_json::Value;

use crate::store::{On, on_both};
use crate::support::{AGENT, CAMPAIGN, Dir, PROJECT, Setting, TestClock, looked_up, number, plan_of};

/// 300 s, queue, ring, call, lag: see [`AGENT`] and the design. The clocks agree.
pub(crate) const WAIT: Duration = Duration::from_secs(300 + 5 + 45 + 600 + 30 * 60);
const SECOND: Duration = Duration::from_secs(1);

/// The emulator's time is the test's.
struct Same(Arc<TestClock>);

impl callform_emulator::Clock for Same {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

/// A provider with a journal, a project with a ledger, and one clock.
pub(crate) struct Bench {
    pub(crate) setting: Setting,
    pub(crate) emulator: Arc<Emulator>,
    pub(crate) tamper: Tamper,
}

/// Changes answers on their way.
type Change = Box<dyn Fn(&str, &mut Value) + Send + Sync>;
/// Lets time pass.
type Delay = Box<dyn Fn() + Send + Sync>;

#[derive(Clone, Default)]
pub(crate) struct Tamper {
    change: Arc<Mutex<Option<Change>>>,
    /// What a question for records waits for on its way.
    way: Arc<Mutex<Option<Delay>>>,
    /// The numbers that the last question named.
    pub(crate) asked: Arc<Mutex<Vec<String>>>,
}

struct Tampering {
    inner: InProcess,
    tamper: Tamper,
}

impl Transport for Tampering {
    fn send(&self, request: HttpRequest, timeout: Duration) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let action = request.header("X-TC-Action").unwrap().to_owned();
            let question: Value = serde_json::from_slice(&request.body).unwrap();
            *self.tamper.asked.lock().unwrap() = serde_json::from_value(question["Phones"].clone()).unwrap_or_default();
            if let Some(way) = self.tamper.way.lock().unwrap().as_ref().filter(|_| action == "DescribeTelCdr") {
                way();
            }
            let mut response = self.inner.send(request, timeout).await?;
            if let Some(change) = &*self.tamper.change.lock().unwrap() {
                let mut body: Value = serde_json::from_slice(&response.body).unwrap();
                change(&action, &mut body["Response"]);
                response.body = body.to_string().into_bytes();
            }
            Ok(response)
        })
    }
}

/// Every phone is answered after 5 s and hung up after another 20 s.
fn options(clock: &Arc<TestClock>, journal: JournalPlace, faults: Vec<(usize, Fault)>) -> EmulatorOptions {
    let mut options = EmulatorOptions::new(journal, Dialect::Intl);
    options.clock = Arc::new(Same(clock.clone()));
    // Two that share a journal must not give out the same sessions.
    static SEED: AtomicU64 = AtomicU64::new(1);
    options.random = Arc::new(SeededRandom::new(SEED.fetch_add(1, Ordering::Relaxed)));
    options.courses = Some(Arc::new(|_| Some(Course::answered(5 * SECOND, 20 * SECOND))));
    options.faults = Some(Arc::new(move |call| {
        let wire = |person| PhoneNumber::parse(&number(person)).unwrap().wire();
        let hit = faults.iter().find(|(person, _)| call.nth == 1 && call.callee == wire(*person));
        hit.map(|(_, fault)| fault.clone())
    }));
    options
}

impl Bench {
    /// So many people; the first request to some of them meets a fault.
    pub(crate) fn new(on: On, people: usize, faults: Vec<(usize, Fault)>) -> Self {
        let setting = Setting::new(Dir::on(on, people));
        let journal = JournalPlace::File(setting.dir.path().join("journal.db"));
        let emulator = Arc::new(Emulator::open(options(&setting.clock, journal, faults)).unwrap());
        Self { setting, emulator, tamper: Tamper::default() }
    }

    pub(crate) fn client(&self) -> Arc<Client> {
        let inner = InProcess(self.emulator.clone());
        let transport = Arc::new(Tampering { inner, tamper: self.tamper.clone() });
        let credentials = embedded_credentials().unwrap();
        Arc::new(Client::new(Endpoint::new(Dialect::Intl), credentials, transport, ClientOptions::default()))
    }

    pub(crate) fn change(&self, change: impl Fn(&str, &mut Value) + Send + Sync + 'static) {
        *self.tamper.change.lock().unwrap() = Some(Box::new(change));
    }

    /// As one `callform apply`, but for looking unknown ones up.
    pub(crate) async fn apply(&self) -> ApplyResult {
        let (loaded, mut ledger) = (self.setting.dir.load(), self.setting.ledger());
        let plan = plan_of(&loaded, &ledger, &self.setting.clock);
        self.setting.carry_out(&loaded, &plan, &mut ledger, self.client()).await.unwrap()
    }

    pub(crate) async fn look(&self) -> Report {
        let (loaded, mut ledger) = (self.setting.dir.load(), self.setting.ledger());
        looked_up(&loaded, &mut ledger, self.client(), &self.setting.clock).await
    }

    /// What became of the only unknown one.
    pub(crate) async fn outcome(&self) -> Outcome {
        let mut report = self.look().await;
        assert_eq!((report.entries.len(), &report.trouble), (1, &None));
        report.entries.remove(0).outcome
    }

    pub(crate) async fn why(&self) -> Why {
        match self.outcome().await {
            Outcome::Open { why, .. } => why,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn pass(&self, time: Duration) {
        self.setting.clock.pass(time);
    }

    pub(crate) fn rang(&self, person: usize) -> usize {
        self.emulator.journal().calls_to(&number(person)).unwrap().len()
    }

    pub(crate) fn state(&self, person: usize) -> State {
        let (loaded, ledger) = (self.setting.dir.load(), self.setting.ledger());
        let key = format!("P-{person}");
        let course = callform_exec::status::why(loaded.project().unwrap(), &ledger, &key).unwrap().remove(0);
        ledger.call(course.call).unwrap().unwrap().state
    }

    /// Another program with the same account phones somebody.
    async fn somebody_else_phones(&self, person: usize) -> SessionId {
        let wire = PhoneNumber::parse(&number(person)).unwrap().wire();
        let mut call = CreateAiCall::new(1_400_000_000, wire, LlmType::Openai, "key", "https://api.openai.com/v1/");
        call.voice_type = Some("WeRose".to_owned());
        let client = self.client();
        let prepared = client.prepare(&call, self.setting.clock.now().as_second()).unwrap();
        match client.send(prepared).await.answer {
            Answer::Placed { session_id, .. } => session_id,
            other => panic!("{other:?}"),
        }
    }
}

async fn an_answer_that_was_lost_after_the_call_was_placed_is_found_while_it_rings_and_in_its_record(on: On) {
    for later in [Duration::ZERO, 10 * SECOND, 60 * SECOND, 2 * WAIT] {
        let bench = Bench::new(on, 2, vec![(1, Fault::DropAfter)]);
        assert_eq!(bench.apply().await.counts.unknown, 1);
        bench.pass(later);
        let Outcome::Placed(session) = bench.outcome().await else { panic!("{later:?}") };
        let placed = bench.emulator.journal().calls_to(&number(1)).unwrap().remove(0);
        assert_eq!(session, SessionId::from(placed.session_id.as_str()));
        assert_eq!(bench.state(1), State::PlacedInferred);
        bench.pass(48 * 3600 * SECOND);
        assert_eq!(bench.apply().await.requests, 0);
        assert_eq!((bench.rang(1), bench.rang(2)), (1, 1));
    }
}

async fn what_was_lost_before_it_was_placed_is_placed_once_after_the_wait_and_with_a_control(on: On) {
    let bench = Bench::new(on, 3, vec![(1, Fault::DropBefore)]);
    let first = bench.apply().await;
    assert_eq!((first.counts.placed, first.counts.unknown), (2, 1));
    // The clock goes on a little while requests are sent, so the end of the wait is taken with some room.
    for wait in [Duration::ZERO, WAIT - 10 * SECOND] {
        bench.pass(wait);
        assert!(matches!(bench.why().await, Why::Waiting(_)), "{wait:?}");
        assert_eq!(bench.apply().await.requests, 0, "until then nobody phones them");
    }
    bench.pass(20 * SECOND);
    assert_eq!(bench.outcome().await, Outcome::NotPlaced);
    assert_eq!(bench.state(1), State::NotPlacedInferred);
    assert_eq!(bench.apply().await.counts.placed, 1);
    assert_eq!((bench.look().await.entries.len(), bench.apply().await.requests), (0, 0));
    assert!((1..=3).all(|person| bench.rang(person) == 1));
}

async fn a_question_that_was_asked_too_early_proves_nothing_however_late_its_answer_is_read(on: On) {
    let bench = Bench::new(on, 3, vec![(1, Fault::DropBefore)]);
    bench.apply().await;
    bench.pass(WAIT - 60 * SECOND);
    let clock = bench.setting.clock.clone();
    *bench.tamper.way.lock().unwrap() = Some(Box::new(move || clock.pass(120 * SECOND)));
    assert!(matches!(bench.why().await, Why::Waiting(_)), "two minutes went by before the provider looked");
    assert_eq!(bench.outcome().await, Outcome::NotPlaced);
}

async fn without_a_later_call_of_ours_that_was_found_nothing_counts_as_absent(on: On) {
    // The last of all: whatever was placed, was placed before.
    let bench = Bench::new(on, 3, vec![(3, Fault::DropBefore)]);
    bench.apply().await;
    bench.pass(2 * WAIT);
    assert_eq!(bench.why().await, Why::NoControl);
    // A later call to somebody else, which has ended, is what was missing.
    bench.setting.dir.write("campaigns/callees.csv", &crate::support::rows(1..=4));
    assert_eq!(bench.apply().await.counts.placed, 1);
    assert_eq!(bench.why().await, Why::NoControl, "it still rings");
    bench.pass(60 * SECOND);
    assert_eq!(bench.outcome().await, Outcome::NotPlaced);
}

/// Empties an answer of `DescribeTelCdr`.
pub(crate) fn empty(response: &mut Value) {
    response["TelCdrList"] = Value::Array(Vec::new());
    response["TotalCount"] = 0.into();
}

async fn a_filter_by_number_that_finds_nothing_any_more_finds_no_control_either(on: On) {
    let bench = Bench::new(on, 2, vec![(1, Fault::DropAfter)]);
    bench.apply().await;
    bench.pass(2 * WAIT);
    let asked = Mutex::new(0);
    bench.change(move |action, response| {
        // By number nothing is found; the one question by session, the second of all, is answered.
        if action == "DescribeTelCdr" {
            let mut asked = asked.lock().unwrap();
            *asked += 1;
            if *asked != 2 {
                empty(response);
            }
        }
    });
    assert_eq!(bench.why().await, Why::NoControl);
    assert_eq!(bench.rang(1), 1);
}

async fn the_documented_limit_a_record_that_comes_later_than_recordlag_makes_a_second_call(on: On) {
    let bench = Bench::new(on, 2, vec![(1, Fault::DropAfter)]);
    bench.apply().await;
    bench.pass(2 * WAIT);
    let wire = PhoneNumber::parse(&number(1)).unwrap().wire();
    bench.change(move |_, response| {
        if response["TelCdrList"][0]["Callee"] == wire.as_str() {
            empty(response);
        }
    });
    assert_eq!(bench.outcome().await, Outcome::NotPlaced);
    bench.apply().await;
    assert_eq!(bench.rang(1), 2, "so the tests do see one who is phoned twice");
}

async fn a_call_of_another_system_beside_ours_leaves_it_unknown_with_both_kept(on: On) {
    let bench = Bench::new(on, 2, vec![(1, Fault::DropAfter)]);
    bench.apply().await;
    bench.pass(60 * SECOND);
    let theirs = bench.somebody_else_phones(1).await;
    bench.pass(60 * SECOND);
    let Outcome::Open { why, sessions } = bench.outcome().await else { panic!() };
    assert_eq!((why, sessions.len(), sessions.contains(&theirs)), (Why::Several, 2, true));
    bench.pass(2 * WAIT);
    assert_eq!(bench.why().await, Why::Several, "time does not tell them apart");
    let ledger = bench.setting.ledger();
    let unknown = ledger.unknown("emulator / 1400000000").unwrap().remove(0);
    let kept = ledger.events(unknown.call).unwrap().into_iter().rfind(|event| event.kind == "examined").unwrap();
    assert_eq!(kept.detail["examined"]["sessions"].as_array().unwrap().len(), 2);
}

async fn the_documented_limit_another_system_s_call_alone_is_taken_for_ours(on: On) {
    let bench = Bench::new(on, 2, vec![(1, Fault::DropBefore)]);
    bench.apply().await;
    bench.pass(60 * SECOND);
    let theirs = bench.somebody_else_phones(1).await;
    // Then a call is lost, and nobody is phoned twice.
    assert_eq!(bench.outcome().await, Outcome::Placed(theirs));
    assert_eq!(bench.rang(1), 1);
}

async fn a_call_of_another_system_outside_the_window_is_not_taken_for_ours(on: On) {
    let bench = Bench::new(on, 2, vec![(1, Fault::DropBefore)]);
    bench.apply().await;
    bench.pass(400 * SECOND);
    bench.somebody_else_phones(1).await;
    bench.pass(2 * WAIT);
    assert_eq!(bench.outcome().await, Outcome::NotPlaced);
}

async fn a_session_that_belongs_to_another_attempt_is_no_candidate(on: On) {
    let bench = Bench::new(on, 0, vec![]);
    bench.setting.dir.write("campaigns/callees.csv", "id,phone,callee_name\nP-1,+447700900001,Person\n");
    bench.setting.dir.write("agents/checkup.yaml", AGENT);
    let often = format!("{CAMPAIGN}repeat: allowed\nlimits:\n  perCallee:\n    calls: 9\n    every: 1h\n");
    bench.setting.dir.write("campaigns/april.yaml", &often);
    assert_eq!(bench.apply().await.counts.placed, 1);
    // Seconds later the same person is due again, under another key, and that answer is lost before it rang.
    bench.pass(60 * SECOND);
    let emulator = {
        let journal = JournalPlace::File(bench.setting.dir.path().join("journal.db"));
        let faults = vec![(1, Fault::DropBefore)];
        Arc::new(Emulator::open(options(&bench.setting.clock, journal, faults)).unwrap())
    };
    let bench = Bench { emulator, ..bench };
    let again = "id,phone,callee_name\nQ-1,+447700900001,Person\n";
    bench.setting.dir.write("campaigns/callees.csv", again);
    assert_eq!(bench.apply().await.counts.unknown, 1);
    bench.setting.dir.write("campaigns/callees.csv", &format!("{again}P-2,+447700900002,Two\n"));
    assert_eq!(bench.apply().await.counts.placed, 1);
    bench.pass(WAIT + 20 * SECOND);
    assert_eq!(bench.outcome().await, Outcome::NotPlaced, "the first call's session is the first call's");
}

async fn where_numbers_are_protected_nothing_counts_as_absent(on: On) {
    let bench = Bench::new(on, 2, vec![(1, Fault::DropBefore)]);
    bench.apply().await;
    bench.pass(2 * WAIT);
    bench.change(|_, response| {
        for record in response["TelCdrList"].as_array_mut().into_iter().flatten() {
            record["ProtectedCallee"] = record["Callee"].take();
        }
    });
    assert_eq!(bench.why().await, Why::NoControl, "the control's number is hidden, too");
    // And a hidden session in the list of the callee.
    bench.somebody_else_phones(1).await;
    bench.pass(60 * SECOND);
    assert_eq!(bench.why().await, Why::Protected);
}

async fn our_own_call_under_number_protection_stays_unknown(on: On) {
    let bench = Bench::new(on, 2, vec![(1, Fault::DropAfter)]);
    bench.apply().await;
    bench.pass(2 * WAIT);
    bench.change(|_, response| {
        for record in response["TelCdrList"].as_array_mut().into_iter().flatten() {
            record["ProtectedCallee"] = record["Callee"].take();
        }
    });
    let Outcome::Open { why, sessions } = bench.outcome().await else { panic!() };
    assert_eq!((why, sessions.len()), (Why::Protected, 1));
}

async fn where_a_row_is_missing_or_counts_change_neither_a_session_nor_none_counts(on: On) {
    for (fault, action) in [
        (Fault::DropBefore, "DescribeTelCdr"),
        (Fault::DropAfter, "DescribeTelCdr"),
        (Fault::DropBefore, "DescribePSTNActiveSessionList"),
        (Fault::DropAfter, "DescribePSTNActiveSessionList"),
    ] {
        let bench = Bench::new(on, 2, vec![(1, fault.clone())]);
        bench.apply().await;
        bench.pass(2 * WAIT);
        bench.change(move |asked, response| {
            if asked == action {
                let count = if action == "DescribeTelCdr" { "TotalCount" } else { "Total" };
                response[count] = (response[count].as_u64().unwrap() + 1).into();
            }
        });
        assert_eq!(bench.why().await, Why::PageMissed, "{action}, {fault:?}");
    }
}

async fn a_call_without_limits_is_never_taken_for_not_placed(on: On) {
    for (limits, unset) in [("limits:\n  ring: 45s\n", "call"), ("limits:\n  call: 10m\n", "ring"), ("", "ring")] {
        let bench = Bench::new(on, 2, vec![(1, Fault::DropBefore)]);
        bench.setting.dir.write("agents/checkup.yaml", &AGENT.replace("limits:\n  ring: 45s\n  call: 10m\n", limits));
        bench.apply().await;
        // What the agent says later does not count.
        bench.setting.dir.write("agents/checkup.yaml", AGENT);
        bench.pass(10 * WAIT);
        assert_eq!(bench.why().await, Why::LimitUnset(unset));
    }
}

async fn records_that_do_not_reach_back_are_not_asked(on: On) {
    let bench = Bench::new(on, 2, vec![(1, Fault::DropBefore)]);
    bench.apply().await;
    bench.pass(Duration::from_secs(181 * 24 * 3600));
    assert_eq!(bench.why().await, Why::TooOld);
}

async fn a_provider_that_does_not_answer_decides_nothing_and_is_not_asked_for_each(on: On) {
    let bench = Bench::new(on, 4, vec![(1, Fault::DropAfter), (2, Fault::DropBefore), (3, Fault::DropBefore)]);
    bench.apply().await;
    bench.pass(2 * WAIT);
    bench.change(|action, response| {
        if action == "DescribeTelCdr" {
            *response = serde_json::json!({ "Error": { "Code": "UnauthorizedOperation", "Message": "no" } });
        }
    });
    let report = bench.look().await;
    assert!(matches!(&report.trouble, Some(QueryError::Refused { code, .. }) if code == "UnauthorizedOperation"));
    assert_eq!(report.count(|outcome| *outcome == Outcome::NotLookedUp), 3);
    assert_eq!(report.open(), 3);
}

async fn too_many_questions_in_a_second_are_asked_again(on: On) {
    let bench = Bench::new(on, 2, vec![(1, Fault::DropAfter)]);
    bench.apply().await;
    let refused = Mutex::new(0);
    bench.change(move |_, response| {
        let mut refused = refused.lock().unwrap();
        if *refused < 2 {
            *refused += 1;
            *response = serde_json::json!({ "Error": { "Code": "RequestLimitExceeded", "Message": "21" } });
        }
    });
    assert!(matches!(bench.outcome().await, Outcome::Placed(_)));
}

#[tokio::test(start_paused = true)]
async fn on_a_real_site_the_waits_are_the_documented_ones_at_least() {
    use callform_exec::evidence::Times;
    let dir = Dir::with_people(1);
    let times = |site: &str| {
        let reconcile = "  reconcile:\n    recordLag: 45m\n    requestLife: 6m\n";
        dir.write("callform.yaml", &format!("{}{reconcile}", PROJECT.replace("site: emulator", site)));
        Times::of(dir.load().project().unwrap())
    };
    let minutes = |n: u64| Duration::from_secs(60 * n);
    assert_eq!(times("site: intl"), Times { request_life: minutes(6), record_lag: minutes(45) });
    dir.write("callform.yaml", &PROJECT.replace("site: emulator", "site: intl"));
    let documented = Times { request_life: minutes(5), record_lag: minutes(30) };
    assert_eq!(Times::of(dir.load().project().unwrap()), documented);
    let short = "  reconcile:\n    recordLag: 0s\n    requestLife: 1s\n";
    dir.write("callform.yaml", &format!("{PROJECT}{short}"));
    let nobody_is_phoned = Times { request_life: SECOND, record_lag: Duration::ZERO };
    assert_eq!(Times::of(dir.load().project().unwrap()), nobody_is_phoned);
}

async fn a_person_denies_a_call_on_a_real_site_only_when_its_request_is_too_old_to_be_taken(on: On) {
    let bench = Bench::new(on, 2, vec![(1, Fault::DropBefore)]);
    bench.apply().await;
    let unknown = bench.setting.ledger().unknown("emulator / 1400000000").unwrap().remove(0);
    let sent = Timestamp::from_second(unknown.timestamp).unwrap();
    let emulator = bench.setting.dir.load();
    assert_eq!(resolve::may_be_denied(emulator.project().unwrap(), &unknown, sent), Ok(()));
    bench.setting.dir.write("callform.yaml", &PROJECT.replace("site: emulator", "site: intl"));
    let real = bench.setting.dir.load();
    let until = sent + 300 * SECOND;
    assert_eq!(resolve::may_be_denied(real.project().unwrap(), &unknown, until), Err(until));
    assert_eq!(resolve::may_be_denied(real.project().unwrap(), &unknown, until + SECOND), Ok(()));
}

on_both!(
    async
    an_answer_that_was_lost_after_the_call_was_placed_is_found_while_it_rings_and_in_its_record,
    what_was_lost_before_it_was_placed_is_placed_once_after_the_wait_and_with_a_control,
    a_question_that_was_asked_too_early_proves_nothing_however_late_its_answer_is_read,
    without_a_later_call_of_ours_that_was_found_nothing_counts_as_absent,
    a_filter_by_number_that_finds_nothing_any_more_finds_no_control_either,
    the_documented_limit_a_record_that_comes_later_than_recordlag_makes_a_second_call,
    a_call_of_another_system_beside_ours_leaves_it_unknown_with_both_kept,
    the_documented_limit_another_system_s_call_alone_is_taken_for_ours,
    a_call_of_another_system_outside_the_window_is_not_taken_for_ours,
    a_session_that_belongs_to_another_attempt_is_no_candidate,
    where_numbers_are_protected_nothing_counts_as_absent,
    our_own_call_under_number_protection_stays_unknown,
    where_a_row_is_missing_or_counts_change_neither_a_session_nor_none_counts,
    a_call_without_limits_is_never_taken_for_not_placed,
    records_that_do_not_reach_back_are_not_asked,
    a_provider_that_does_not_answer_decides_nothing_and_is_not_asked_for_each,
    too_many_questions_in_a_second_are_asked_again,
    a_person_denies_a_call_on_a_real_site_only_when_its_request_is_too_old_to_be_taken,
);
