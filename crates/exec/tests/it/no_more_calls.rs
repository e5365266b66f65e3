//! Stops and suppressions: they hold from the next call on, whoever places it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use callform_exec::apply::{ApplyOptions, Exit, Fate, HeldBack, StopReason};
use callform_exec::ceiling::CalleeRules;
use callform_exec::ledger::{Begun, Held, Ledger, Recorded, Suppressed};
use callform_exec::plan::{Blocked, Kind, Plan};
use callform_spec::phone::PhoneNumber;

use crate::ledger::{Bench, REFUSED, RULES, begin};
use crate::provider::{Act, Provider};
use crate::store::{On, on_both};
use crate::support::{CAMPAIGN, Dir, Setting, number, plan_of, rows};

const WHY: &str = "asked not to be called";

fn person(n: usize) -> PhoneNumber {
    PhoneNumber::parse(&number(n)).unwrap()
}

/// So many people, phoned one after the other.
fn one_by_one(on: On, people: usize) -> Setting {
    let mut setting = Setting::new(Dir::on(on, people));
    let options = ApplyOptions::of(setting.dir.load().project().unwrap());
    setting.options = Some(ApplyOptions { in_flight: 1, ..options });
    setting
}

/// A provider that places every call, and somebody at another terminal who acts when this person is phoned.
fn meanwhile(setting: &Setting, when: usize, act: impl Fn(&mut Ledger) + Send + Sync + 'static) -> Arc<Provider> {
    let other = Mutex::new(setting.ledger());
    let when = person(when).wire();
    Provider::checking([Act::Place], move |callee| {
        if callee == when {
            act(&mut other.lock().unwrap());
        }
    })
}

fn current(setting: &Setting) -> Plan {
    plan_of(&setting.dir.load(), &setting.ledger(), &setting.clock)
}

fn reasons(plan: &Plan, campaign: usize) -> Vec<(String, u64)> {
    plan.campaigns[campaign].blocked.iter().map(|b| (b.reason.to_string(), b.count)).collect()
}

async fn a_number_that_is_suppressed_while_a_run_is_under_way_is_not_phoned_by_it(on: On) {
    let setting = one_by_one(on, 4);
    let provider = meanwhile(&setting, 1, |ledger| {
        ledger.suppress(&[person(2), person(4)], WHY).unwrap();
    });
    let result = setting.run(&provider).await;
    assert_eq!((result.counts.placed, result.counts.held, result.exit()), (2, 2, Exit::Done));
    assert_eq!([1, 2, 3, 4].map(|n| provider.rang(n)), [1, 0, 1, 0]);
    let held = result.rows.iter().find(|row| row.key == "P-2").unwrap();
    match &held.fate {
        Fate::Held(HeldBack::Ledger(Held::Suppressed(found))) => {
            assert_eq!((found.reason.as_str(), found.who.as_str()), (WHY, "test@here"));
        }
        other => panic!("{other:?}"),
    }
    let plan = current(&setting);
    assert_eq!((plan.to_place(), reasons(&plan, 0)), (0, vec![("suppressed".into(), 2)]));
}

async fn a_stop_of_the_environment_ends_a_run_before_its_next_call_and_resuming_goes_on(on: On) {
    let setting = one_by_one(on, 5);
    let provider = meanwhile(&setting, 2, |ledger| {
        assert_eq!(ledger.stop("default", None).unwrap(), None);
    });
    let result = setting.run(&provider).await;
    assert_eq!((result.counts.placed, result.counts.left, result.exit()), (2, 3, Exit::Failed));
    assert!(matches!(result.stopped, Some(StopReason::Stopped(_))), "{:?}", result.stopped);

    let plan = current(&setting);
    let since = "stopped by test@here since 2026-04-01 12:00 UTC";
    assert_eq!((plan.to_place(), reasons(&plan, 0)), (0, vec![(since.into(), 3)]));
    assert_eq!(setting.run(&provider).await.requests, 0);
    let lifted = setting.ledger().resume("default", None).unwrap();
    assert_eq!(lifted.unwrap().to_string(), since);
    assert_eq!(setting.ledger().resume("default", None).unwrap(), None);
    let provider = Provider::new([Act::Place]);
    assert_eq!(setting.run(&provider).await.counts.placed, 3);
    assert_eq!(provider.most_rings(), 1);
}

async fn a_stop_of_a_campaign_leaves_the_others_going(on: On) {
    let setting = one_by_one(on, 3);
    setting.dir.write("campaigns/may.yaml", &CAMPAIGN.replace("april", "may").replace("callees.csv", "may.csv"));
    setting.dir.write("campaigns/may.csv", &rows(11..=12));
    let provider = meanwhile(&setting, 1, |ledger| {
        ledger.stop("default", Some("april")).unwrap();
    });
    let result = setting.run(&provider).await;
    assert_eq!((result.counts.placed, result.counts.held, result.exit()), (3, 2, Exit::Done));
    assert_eq!([1, 2, 3, 11, 12].map(|n| provider.rang(n)), [1, 0, 0, 1, 1]);
}

async fn a_stop_between_the_plan_and_the_first_call_places_nothing(on: On) {
    let setting = one_by_one(on, 3);
    let (loaded, mut ledger) = (setting.dir.load(), setting.ledger());
    let plan = plan_of(&loaded, &ledger, &setting.clock);
    assert_eq!(plan.to_place(), 3);
    setting.ledger().stop("default", None).unwrap();
    let provider = Provider::new([Act::Place]);
    let result = setting.carry_out(&loaded, &plan, &mut ledger, provider.client()).await.unwrap();
    assert_eq!((result.requests, provider.requests(), result.counts.left), (0, 0, 3));
}

async fn a_callee_that_the_provider_refuses_for_good_is_suppressed_for_every_campaign(on: On) {
    let setting = one_by_one(on, 2);
    let code = "FailedOperation.CalleeIsBlackUser";
    // The second refusal may be due to the caller's number: nothing that should outlive its being put right.
    let provider = Provider::new([Act::Error(code), Act::Error("InvalidParameter.InvalidPhoneNumber")]);
    assert_eq!(setting.run(&provider).await.counts.refused, 2);
    let ledger = setting.ledger();
    let mut all = Vec::new();
    ledger.suppressions(|suppression| all.push(suppression)).unwrap();
    assert_eq!(
        all.iter().map(|s| (s.number, s.reason.as_str())).collect::<Vec<_>>(),
        [(ledger.key().number(&person(1)), code)]
    );
    setting.clock.pass(Duration::from_secs(90 * 24 * 3600));
    setting.dir.write("campaigns/july.yaml", &CAMPAIGN.replace("april", "july").replace("key: id", "key: phone"));
    let plan = current(&setting);
    let july = plan.campaigns.iter().position(|campaign| campaign.name == "july").unwrap();
    assert_eq!(plan.campaigns[july].blocked[0].reason, Blocked::Suppressed);
    assert_eq!((plan.count(Kind::ToPlace), plan.count(Kind::ToRetry)), (0, 1), "the other one, once");
}

fn once_a_stop_is_written_no_intent_is(on: On) {
    let mut bench = Bench::new(on);
    let mut other = bench.dir.open(&bench.clock.shared()).unwrap();
    let (began, some) = mpsc::channel();
    let stopped = Arc::new(AtomicBool::new(false));
    let stop_returned = stopped.clone();
    let worker = std::thread::spawn(move || {
        for n in 0.. {
            let late = stop_returned.load(Ordering::SeqCst);
            match bench.begin(&format!("P-{}", n % 900), n % 900) {
                Begun::Attempt(attempt) => {
                    assert!(!late, "begun after the stop had returned");
                    bench.ledger.record(&attempt, &REFUSED).unwrap();
                    // Nobody may listen any more.
                    let _ = began.send(());
                }
                Begun::Held(Held::Stopped(stop)) => return (bench, stop),
                Begun::Held(Held::Paced { wait }) => std::thread::sleep(wait),
                Begun::Held(held) => panic!("{held:?}"),
            }
        }
        unreachable!("there are more attempts than time");
    });
    for _ in 0..5 {
        some.recv().unwrap();
    }
    other.stop("default", None).unwrap();
    stopped.store(true, Ordering::SeqCst);
    let (bench, stop) = worker.join().unwrap();
    assert_eq!(stop.campaign, None);
    let later = "SELECT count(*) FROM events WHERE kind = 'intent'
        AND position > (SELECT position FROM events WHERE kind = 'stopped')";
    assert_eq!(bench.dir.raw().count(later), 0);
}

fn a_stop_is_of_one_environment_and_follows_a_campaign_that_is_renamed(on: On) {
    let mut bench = Bench::new(on);
    bench.ledger.stop("staging", None).unwrap();
    bench.attempt("P-1", 1);
    bench.ledger.stop("default", Some("easter")).unwrap();
    bench.attempt("P-2", 2);
    let renamed = CalleeRules { moved_from: Some("easter@2026"), ..RULES };
    assert!(matches!(begin(&mut bench.ledger, "P-3", 3, renamed), Begun::Held(Held::Stopped(_))));
    bench.ledger.stop("default", Some("april")).unwrap();
    let occurrence = CalleeRules { campaign: "april@2026-05", ..RULES };
    assert!(matches!(begin(&mut bench.ledger, "P-3", 3, occurrence), Begun::Held(Held::Stopped(_))));
    let names: Vec<_> = bench.ledger.stops("default").unwrap().into_iter().map(|stop| stop.campaign).collect();
    assert_eq!(names, [Some("april".into()), Some("easter".into())]);
}

fn a_stop_stays_with_whoever_gave_it_first(on: On) {
    let mut bench = Bench::new(on);
    assert_eq!(bench.ledger.stop("default", None).unwrap(), None);
    let first = bench.ledger.stops("default").unwrap();
    bench.clock.pass(Duration::from_secs(600));
    assert_eq!(bench.ledger.stop("default", None).unwrap().as_ref(), first.first());
    assert_eq!(bench.ledger.stops("default").unwrap(), first);
}

fn a_number_is_suppressed_once_and_keeps_its_first_reason(on: On) {
    let mut bench = Bench::new(on);
    let list: Vec<PhoneNumber> = (0..900).map(person).collect();
    let first = bench.ledger.suppress(&list[..10], WHY).unwrap();
    assert_eq!(first, Suppressed { added: 10, already: 0 });
    // More than one transaction holds.
    assert_eq!(bench.ledger.suppress(&list, "imported").unwrap(), Suppressed { added: 890, already: 10 });
    let of = |n: usize| bench.ledger.suppression(bench.ledger.key().number(&list[n])).unwrap().map(|s| s.reason);
    assert_eq!((of(3).as_deref(), of(11).as_deref()), (Some(WHY), Some("imported")));
    assert!(matches!(bench.begin("P-1", 899), Begun::Held(Held::Suppressed(_))));
    bench.attempt("P-2", 900);
}

fn an_answer_that_comes_too_late_still_suppresses(on: On) {
    let mut bench = Bench::new(on);
    let attempt = bench.attempt("P-1", 1);
    bench
        .ledger
        .record(&attempt, &Recorded::Unknown { reason: "reset", code: None, request_id: None, session: None })
        .unwrap();
    bench.ledger.resolve(attempt.id, callform_exec::ledger::Resolution::NotPlaced, "asked").unwrap();
    let code = "FailedOperation.CalleeIsLimited";
    let late = Recorded::Rejected { code, permanent: true, request_id: None, reason: None };
    bench.ledger.record(&attempt, &late).unwrap();
    assert!(matches!(bench.begin("Q-1", 1), Begun::Held(Held::Suppressed(_))));
}

on_both!(
    once_a_stop_is_written_no_intent_is,
    a_stop_is_of_one_environment_and_follows_a_campaign_that_is_renamed,
    a_stop_stays_with_whoever_gave_it_first,
    a_number_is_suppressed_once_and_keeps_its_first_reason,
    an_answer_that_comes_too_late_still_suppresses,
);
on_both!(
    async
    a_number_that_is_suppressed_while_a_run_is_under_way_is_not_phoned_by_it,
    a_stop_of_the_environment_ends_a_run_before_its_next_call_and_resuming_goes_on,
    a_stop_of_a_campaign_leaves_the_others_going,
    a_stop_between_the_plan_and_the_first_call_places_nothing,
    a_callee_that_the_provider_refuses_for_good_is_suppressed_for_every_campaign,
);
