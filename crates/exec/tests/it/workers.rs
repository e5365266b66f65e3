//! Several workers on one run: what they share, and what becomes of one that is gone.

use std::sync::{Arc, Barrier};
use std::time::Duration;

use callform_ccc::SessionId;
use callform_exec::apply::{Silent, cancellation};
use callform_exec::clock::Clock;
use callform_exec::ledger::{
    Actor, Attempt, Begun, Held, LEAST_GAP, Ledger, LedgerError, Lines, Rate, Recorded, RunInfo, State, Verdict,
};
use jiff::Timestamp;

use crate::ledger::{Limits, REFUSED, RULES, RUN, begin, id, placed, session, try_begin};
use crate::provider::{Act, Provider};
use crate::store::On;
use crate::support::{Dice, Dir, START, Setting, TestClock};

/// A ledger that several processes use.
struct Office {
    dir: Dir,
    clock: Arc<dyn Clock>,
}

impl Office {
    fn new() -> Self {
        Self { dir: Dir::on(On::Postgres, 0), clock: TestClock::new().shared() }
    }

    /// On a machine of its own.
    fn ledger(&self, pid: u32) -> Ledger {
        let actor = Actor { who: "test".into(), host: format!("runner-{pid}"), pid };
        Ledger::open(&self.dir.access(&actor), &self.clock, &mut Dice::new()).unwrap()
    }

    fn worker(&self, pid: u32) -> Ledger {
        let mut ledger = self.ledger(pid);
        ledger.start_run(&RUN).unwrap();
        ledger
    }

    fn workers<const N: usize>(&self) -> [Ledger; N] {
        let mut pid = 0;
        [(); N].map(|()| {
            pid += 1;
            self.worker(pid)
        })
    }

    /// What happened to runs, in order.
    fn course(&self) -> Vec<String> {
        let kinds = "SELECT kind FROM events WHERE kind LIKE 'run-%' OR kind LIKE 'worker-%' ORDER BY position";
        self.dir.raw().sql(kinds).lines().map(str::to_owned).collect()
    }

    /// All leases of now have run out.
    fn age_leases(&self) {
        self.dir.raw().sql("UPDATE leases SET until = 0");
    }
}

fn attempt(ledger: &mut Ledger, key: &str, person: usize) -> Attempt {
    attempt_within(ledger, key, person, Limits::default())
}

/// Asks again when it is told to.
pub(crate) fn attempt_within(ledger: &mut Ledger, key: &str, person: usize, limits: Limits) -> Attempt {
    loop {
        match try_begin(ledger, key, person, RULES, limits).unwrap() {
            Begun::Attempt(attempt) => return attempt,
            Begun::Held(Held::Paced { wait }) => std::thread::sleep(wait),
            Begun::Held(held) => panic!("{held:?}"),
        }
    }
}

fn state(ledger: &Ledger, key: &str) -> State {
    ledger.call(id(ledger, key)).unwrap().unwrap().state
}

fn lost_its_lease<T: std::fmt::Debug>(result: Result<T, LedgerError>) -> bool {
    matches!(result, Err(LedgerError::LeaseLost { .. }))
}

#[test]
fn workers_that_want_the_same_calls_share_a_run_and_the_last_one_ends_it() {
    let office = Office::new();
    let [mut one, mut two] = office.workers();
    assert_eq!((one.peers().unwrap(), two.peers().unwrap()), (1, 1));
    let holders = one.holders().unwrap();
    assert_eq!(holders.iter().map(|holder| holder.pid).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(holders[0].run, holders[1].run);

    let first = attempt(&mut one, "P-1", 1);
    assert_eq!(begin(&mut two, "P-1", 1, RULES), Begun::Held(Held::Elsewhere));
    attempt(&mut two, "P-2", 2);
    one.record(&first, &placed(&session(1))).unwrap();
    assert_eq!(begin(&mut two, "P-1", 1, RULES), Begun::Held(Held::Elsewhere));
    let raw = office.dir.raw();
    assert_eq!(raw.sql("SELECT count(DISTINCT worker), count(DISTINCT run) FROM attempts"), "2|1");

    one.end_run("finished").unwrap();
    assert_eq!(two.peers().unwrap(), 0);
    two.renew().unwrap();
    two.end_run("finished").unwrap();
    assert_eq!(office.course(), ["run-started", "worker-joined", "worker-left", "run-ended"]);
    assert!(two.holders().unwrap().is_empty() && two.check().unwrap().is_whole());
}

#[test]
fn whoever_wants_other_calls_is_refused_and_told_who_holds_the_ledger() {
    let office = Office::new();
    let holding = office.worker(7);
    let run = holding.holders().unwrap().remove(0).run.unwrap();
    let mut other = office.ledger(8);
    for wanted in [
        RunInfo { specs: "1", ..RUN },
        RunInfo { scope: "some", ..RUN },
        RunInfo { environment: "staging", ..RUN },
        RunInfo { account: "emulator / 2", ..RUN },
    ] {
        let refused = other.start_run(&wanted).unwrap_err();
        let text = refused.to_string();
        assert!(refused.is_refusal() && text.contains("test on runner-7, process 7") && text.contains(&run), "{text}");
        assert!(refused.advice().iter().any(|line| line.contains("callform unlock")));
    }
    assert_eq!(office.course(), ["run-started"], "who is refused leaves nothing behind");
    other.start_run(&RUN).unwrap();
}

#[test]
fn a_worker_whose_lease_ran_out_is_swept_and_can_begin_nothing_more() {
    let office = Office::new();
    let mut slept = office.worker(1);
    let (written, sent) = (attempt(&mut slept, "P-1", 1), attempt(&mut slept, "P-2", 2));
    slept.mark_sending(&sent).unwrap();
    office.age_leases();
    // Also before anybody else came.
    assert!(lost_its_lease(try_begin(&mut slept, "P-3", 3, RULES, Limits::default())));
    assert!(lost_its_lease(slept.renew()));

    let mut next = office.worker(2);
    assert_eq!(["P-1", "P-2"].map(|key| state(&next, key)), [State::Unknown; 2]);
    assert!(lost_its_lease(try_begin(&mut slept, "P-3", 3, RULES, Limits::default())));
    assert!(lost_its_lease(slept.mark_sending(&written)));
    assert!(lost_its_lease(slept.renew()));
    // Nothing is sent again, by nobody.
    for (key, person) in [("P-1", 1), ("P-2", 2)] {
        assert!(matches!(begin(&mut next, key, person, RULES), Begun::Held(Held::Unknown { .. })));
    }
    // Its answer comes late, and still decides.
    assert_eq!(slept.record(&sent, &placed(&session(2))).unwrap(), Verdict::Recorded);
    assert_eq!((state(&next, "P-1"), state(&next, "P-2")), (State::Unknown, State::Placed));
    assert_eq!(begin(&mut next, "P-2", 2, RULES), Begun::Held(Held::Placed));

    slept.end_run("its lease is over").unwrap();
    next.renew().unwrap();
    assert_eq!(office.course(), ["run-started", "run-ended", "run-started"], "the next one's run goes on");
    assert!(next.check().unwrap().is_whole());
}

#[test]
fn a_worker_whose_connection_ended_is_swept_at_once_and_the_others_go_on() {
    let office = Office::new();
    let [mut died, mut other] = office.workers();
    let left = attempt(&mut died, "P-1", 1);
    died.mark_sending(&left).unwrap();
    let own = attempt(&mut other, "P-2", 2);
    drop(died);
    office.dir.raw().wait_for_sessions(1);

    let mut next = office.worker(3);
    assert_eq!((state(&next, "P-1"), state(&next, "P-2")), (State::Unknown, State::Intent));
    other.mark_sending(&own).unwrap();
    assert_eq!(next.holders().unwrap().iter().map(|holder| holder.pid).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(office.course(), ["run-started", "worker-joined", "worker-left", "worker-joined"]);
    assert!(matches!(begin(&mut next, "P-1", 1, RULES), Begun::Held(Held::Unknown { .. })));
    let reason = "SELECT reason FROM attempts WHERE state = 'unknown'";
    assert_eq!(office.dir.raw().sql(reason), "the run ended before an answer was recorded");
}

/// Whoever only looks sees what is true: a plan must not show calls as under way that nobody is at.
#[test]
fn whoever_opens_the_ledger_finds_what_a_dead_worker_left_unknown() {
    let office = Office::new();
    let mut died = office.worker(1);
    attempt(&mut died, "P-1", 1);
    assert_eq!(state(&office.ledger(2), "P-1"), State::Intent, "it is alive");
    drop(died);
    office.dir.raw().wait_for_sessions(0);
    assert_eq!(state(&office.ledger(2), "P-1"), State::Unknown);
}

#[test]
fn unlocking_a_run_takes_its_leases_away_and_no_other_run_s() {
    let office = Office::new();
    let [mut one, mut two] = office.workers();
    let begun = attempt(&mut one, "P-1", 1);
    let run = one.holders().unwrap().remove(0).run.unwrap();
    let mut person = office.ledger(3);
    assert_eq!(person.unlock("0-0").unwrap(), 0);
    one.renew().unwrap();

    assert_eq!(person.unlock(&run).unwrap(), 2);
    for fenced in [&mut one, &mut two] {
        assert!(lost_its_lease(try_begin(fenced, "P-2", 2, RULES, Limits::default())));
        assert!(lost_its_lease(fenced.renew()));
    }
    assert!(lost_its_lease(one.mark_sending(&begun)));
    assert_eq!(office.dir.raw().count("SELECT count(*) FROM events WHERE kind = 'intent'"), 1);

    // Another run may begin, with other calls; what was under way is unknown.
    person.start_run(&RunInfo { specs: "1", ..RUN }).unwrap();
    assert_eq!(state(&person, "P-1"), State::Unknown);
    assert_eq!(person.unlock(&run).unwrap(), 0, "it is over");
}

#[test]
fn of_twenty_that_race_for_one_call_or_one_number_exactly_one_begins() {
    const WORKERS: usize = 20;
    let office = Office::new();
    let mut workers: [Ledger; WORKERS] = office.workers();
    for round in 0..6 {
        let barrier = Barrier::new(WORKERS);
        let begun: Vec<Begun> = std::thread::scope(|threads| {
            let racing = workers.iter_mut().enumerate().map(|(n, ledger)| {
                // In even rounds the same call, in odd ones another call to the same number.
                let (barrier, key) = (&barrier, format!("P-{round}-{}", n * (round % 2)));
                threads.spawn(move || {
                    barrier.wait();
                    begin(ledger, &key, round, RULES)
                })
            });
            racing.collect::<Vec<_>>().into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let won = begun.iter().filter(|begun| matches!(begun, Begun::Attempt(_))).count();
        assert_eq!(won, 1, "round {round}: {begun:?}");
    }
    assert!(workers[0].check().unwrap().is_whole());
}

#[test]
fn the_chain_holds_whatever_workers_write_at_the_same_time() {
    const EACH: usize = 12;
    let office = Office::new();
    let workers: [Ledger; 6] = office.workers();
    std::thread::scope(|threads| {
        for (n, mut ledger) in workers.into_iter().enumerate() {
            threads.spawn(move || {
                for i in 0..EACH {
                    let person = n * EACH + i;
                    let attempt = attempt(&mut ledger, &format!("P-{person}"), person);
                    ledger.mark_sending(&attempt).unwrap();
                    let id = SessionId::new(format!("{person:032x}"));
                    match i % 3 {
                        0 => ledger.record(&attempt, &placed(&id)).unwrap(),
                        1 => ledger.record(&attempt, &REFUSED).unwrap(),
                        _ => ledger.record(&attempt, &LOST).unwrap(),
                    };
                }
                ledger.end_run("finished").unwrap();
            });
        }
    });
    let ledger = office.ledger(9);
    let checked = ledger.check().unwrap();
    assert!(checked.is_whole(), "{checked:?}");
    let states = "SELECT state, count(*) FROM attempts GROUP BY state ORDER BY state";
    assert_eq!(office.dir.raw().sql(states), "placed|24\nrejected|24\nunknown|24");
}

const LOST: Recorded<'static> = Recorded::Unknown { reason: "reset", code: None, request_id: None, session: None };

/// This machine's time, where the server's counts, too.
struct RealTime(std::time::Instant);

impl Clock for RealTime {
    fn now(&self) -> Timestamp {
        START.parse::<Timestamp>().unwrap() + self.0.elapsed()
    }

    fn steady(&self) -> Duration {
        self.0.elapsed()
    }
}

#[test]
fn workers_together_never_send_more_in_a_second_than_the_account_may() {
    const PER_SECOND: usize = 20;
    let office = Office { clock: Arc::new(RealTime(std::time::Instant::now())), ..Office::new() };
    let workers: [Ledger; 4] = office.workers();
    let mut slots: Vec<Attempt> = std::thread::scope(|threads| {
        let taking = workers.into_iter().enumerate().map(|(n, mut ledger)| {
            threads.spawn(move || (0..20).map(|i| attempt(&mut ledger, &format!("P-{n}-{i}"), n * 20 + i)).collect())
        });
        taking.collect::<Vec<_>>().into_iter().flat_map(|thread| -> Vec<Attempt> { thread.join().unwrap() }).collect()
    });
    slots.sort_by_key(|slot| slot.leave_at);
    assert_eq!(slots.len(), 80);
    // Two clocks of one machine may drift apart a little.
    let second = Duration::from_millis(998);
    for (first, one_too_many) in slots.iter().zip(&slots[PER_SECOND..]) {
        // The first leaves as late as it may, the other one as early.
        let latest = (first.leave_at + first.leave_within.unwrap()).saturating_sub(first.uncertain);
        let between = one_too_many.leave_at.saturating_sub(latest.max(first.leave_at));
        assert!(between >= second, "{between:?}");
    }
    let took = (slots[79].leave_at - slots[0].leave_at).as_secs_f64();
    assert!(79.0 / took >= 0.94 * PER_SECOND as f64, "{took} s");
}

#[test]
fn whoever_is_told_that_it_was_too_much_slows_all_workers() {
    let clock = Arc::new(RealTime(std::time::Instant::now()));
    let office = Office { clock: clock.clone(), ..Office::new() };
    let [mut one, mut two] = office.workers();
    let wait = Duration::from_secs(3);
    let told = clock.steady();
    one.push_back(RUN.account, wait).unwrap();
    // Nothing is written until that is nearly over: what is judged with an intent must hold when its request leaves.
    let held = begin(&mut two, "P-1", 1, RULES);
    assert!(matches!(held, Begun::Held(Held::Paced { wait }) if wait < Duration::from_secs(2)), "{held:?}");
    assert_eq!(office.dir.raw().count("SELECT count(*) FROM events WHERE kind = 'intent'"), 0);
    let next = attempt(&mut two, "P-1", 1);
    assert!(next.leave_at >= told + wait, "{next:?}");
    assert!(next.leave_at <= clock.steady() + Duration::from_secs(1), "{next:?}");
    // And whoever can't keep to a moment makes everybody's slots longer.
    let coarse = Rate { per_second: 20, gap: LEAST_GAP * 10 };
    let limits = Limits { rate: coarse, ..Limits::default() };
    attempt_within(&mut one, "P-2", 2, limits);
    assert_eq!(attempt(&mut two, "P-3", 3).leave_within, Some(LEAST_GAP * 10));
}

#[test]
fn lines_of_the_account_and_of_the_campaign_are_those_of_all_workers() {
    let office = Office::new();
    let [mut one, mut two] = office.workers();
    let lines = |account, campaign| Limits { lines: Lines { account, campaign }, ..Limits::default() };
    let first = attempt(&mut one, "P-1", 1);
    attempt(&mut one, "P-2", 2);
    for full in [lines(2, None), lines(100, Some(2))] {
        assert_eq!(try_begin(&mut two, "P-3", 3, RULES, full).unwrap(), Begun::Held(Held::NoLine));
    }
    // Another campaign has lines of its own, but not of the account's.
    let other = callform_exec::ceiling::CalleeRules { campaign: "may", ..RULES };
    assert_eq!(try_begin(&mut two, "Q-3", 3, other, lines(2, Some(2))).unwrap(), Begun::Held(Held::NoLine));
    assert!(matches!(try_begin(&mut two, "Q-4", 4, other, lines(3, Some(1))), Ok(Begun::Attempt(_))));
    // Who was refused frees a line for everybody, who was placed does not until it is over.
    let full = lines(3, None);
    one.record(&first, &placed(&session(1))).unwrap();
    assert_eq!(try_begin(&mut two, "P-3", 3, RULES, full).unwrap(), Begun::Held(Held::NoLine));
    two.note_off_the_line(&[first.id]).unwrap();
    assert!(matches!(try_begin(&mut two, "P-3", 3, RULES, full), Ok(Begun::Attempt(_))));
    // A list that was asked too early says nothing about the callee.
    let often = callform_exec::ceiling::CalleeRules { per_callee: Some((9, Duration::from_secs(1))), ..other };
    let again = try_begin(&mut two, "Q-1", 1, often, lines(100, None)).unwrap();
    assert!(
        matches!(again, Begun::Held(Held::Callee(callform_exec::ceiling::CalleeBlock::Talking { .. }))),
        "{again:?}"
    );
}

#[test]
fn what_a_campaign_and_a_run_may_place_is_counted_over_all_workers() {
    let office = Office::new();
    let mut one = office.ledger(1);
    one.start_run(&RunInfo { ceiling: Some(4), ..RUN }).unwrap();
    let mut two = office.ledger(2);
    // Whoever joins brings no ceiling of its own.
    two.start_run(&RunInfo { ceiling: Some(100), ..RUN }).unwrap();
    let per_run = |most| Limits { per_run: Some(most), ..Limits::default() };
    let refused = attempt(&mut one, "P-1", 1);
    attempt(&mut two, "P-2", 2);
    assert_eq!(try_begin(&mut one, "P-3", 3, RULES, per_run(2)).unwrap(), Begun::Held(Held::PerRun));
    assert_eq!(try_begin(&mut two, "P-3", 3, RULES, per_run(2)).unwrap(), Begun::Held(Held::PerRun));
    // Who was certainly not phoned does not count.
    one.record(&refused, &REFUSED).unwrap();
    assert!(matches!(try_begin(&mut two, "P-3", 3, RULES, per_run(2)), Ok(Begun::Attempt(_))));
    attempt(&mut one, "P-4", 4);
    attempt(&mut two, "P-5", 5);
    for worker in [&mut one, &mut two] {
        assert_eq!(begin(worker, "P-6", 6, RULES), Begun::Held(Held::RunCeiling));
    }
}

/// The second one plans while the first one is at work.
#[tokio::test(start_paused = true)]
async fn two_runs_of_the_same_calls_share_them_and_phone_nobody_twice() {
    const PEOPLE: u64 = 40;
    let setting = Setting::new(Dir::on(On::Postgres, PEOPLE as usize));
    let slow = |act| Act::After(Duration::from_millis(300), Box::new(act));
    let provider = Provider::new([slow(Act::PlaceAndLose), slow(Act::Error("RequestLimitExceeded")), slow(Act::Place)]);
    let (mut silent, mut mute) = (Silent, Silent);
    let (one, two) = tokio::join!(
        setting.try_run(&provider, cancellation().1, &mut silent),
        setting.try_run(&provider, cancellation().1, &mut mute)
    );
    let (one, two) = (one.unwrap(), two.unwrap());
    for result in [&one, &two] {
        assert_eq!((&result.stopped, result.counts.left), (&None, 0));
        assert!(result.counts.placed > 0 && result.counts.elsewhere > 0, "{:?}", result.counts);
    }
    assert_eq!(one.counts.placed + one.counts.unknown + one.counts.elsewhere, PEOPLE);
    assert_eq!((one.counts.placed + two.counts.placed, one.counts.unknown + two.counts.unknown), (PEOPLE - 1, 1));
    assert!((1..=PEOPLE as usize).all(|person| provider.rang(person) == 1));
    let ledger = setting.ledger();
    assert!(ledger.check().unwrap().is_whole() && ledger.holders().unwrap().is_empty());
    let raw = setting.dir.raw();
    let course = "SELECT kind FROM events WHERE kind LIKE 'run-%' OR kind LIKE 'worker-%' ORDER BY position";
    assert_eq!(raw.sql(course), "run-started\nworker-joined\nworker-left\nrun-ended");
}
