//! A process that dies at any moment: whatever it was doing, nobody is phoned twice.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use callform_exec::apply::{Silent, cancellation};
use callform_exec::plan::Kind;

use crate::provider::{Act, Provider};
use crate::store::{On, on_both};
use crate::support::{Dir, PROJECT, Setting, plan_of};

const PEOPLE: usize = 4;

/// Runs, but dies after so many steps. Whether it came to its end.
async fn dies_after(setting: &Setting, provider: &Arc<Provider>, steps: usize, step: Duration) -> bool {
    let (_, cancel) = cancellation();
    let mut observer = Silent;
    let mut run = pin!(setting.try_run(provider, cancel, &mut observer));
    for _ in 0..steps {
        if let Poll::Ready(result) = run.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            result.unwrap();
            return true;
        }
        // Lets requests and timers go on for a while.
        tokio::time::sleep(step).await;
    }
    false
}

/// What the provider does, and how finely it is cut.
fn courses() -> Vec<(u64, Vec<Act>)> {
    let slow = |act| Act::After(Duration::from_millis(70), Box::new(act));
    vec![
        (20, vec![Act::Place]),
        (20, vec![slow(Act::Place)]),
        (30, vec![slow(Act::PlaceAndLose), slow(Act::Place)]),
        (150, vec![Act::NotSent, slow(Act::Place)]),
        (150, vec![slow(Act::Error("RequestLimitExceeded")), Act::Place]),
        (50, vec![Act::Session("00000000000000000000000000000001")]),
    ]
}

async fn dying_at_any_step_and_starting_again_never_phones_anybody_twice(on: On) {
    for (step, course) in courses() {
        let step = Duration::from_millis(step);
        let mut finished = false;
        let setting = Setting::new(Dir::on(on, PEOPLE));
        // A server takes longer for each step, and every one of them is tried on a file.
        let every = if on == On::Postgres { 4 } else { 1 };
        for steps in (0..).step_by(every) {
            // One ledger for all of them: in another account everybody is new.
            setting.dir.write("callform.yaml", &PROJECT.replace("1400000000", &format!("{}", 1_400_000_000 + steps)));
            let provider = Provider::new(course.clone());
            finished |= dies_after(&setting, &provider, steps, step).await;
            setting.dir.raw().wait_for_sessions(0);
            setting.run(&provider).await;
            assert!(provider.most_rings() <= 1, "died after {steps} steps of {course:?}");
            // Nobody is forgotten either: whoever was not phoned is known to be refused or unknown.
            let (loaded, ledger) = (setting.dir.load(), setting.ledger());
            let plan = plan_of(&loaded, &ledger, &setting.clock);
            let settled = plan.count(Kind::Placed) + plan.count(Kind::Unknown);
            assert_eq!(settled, PEOPLE as u64, "died after {steps} steps of {course:?}");
            if finished {
                break;
            }
        }
    }
}

async fn what_a_dead_run_left_under_way_is_unknown_as_soon_as_somebody_looks(on: On) {
    let setting = Setting::new(Dir::on(on, PEOPLE));
    let provider = Provider::new([Act::PlaceAndHang]);
    dies_after(&setting, &provider, 20, Duration::from_millis(20)).await;
    setting.dir.raw().wait_for_sessions(0);
    assert_eq!(provider.requests(), PEOPLE);
    let (loaded, ledger) = (setting.dir.load(), setting.ledger());
    assert_eq!(plan_of(&loaded, &ledger, &setting.clock).count(Kind::Unknown), PEOPLE as u64);
    drop(ledger);
    let again = Provider::new([Act::Place]);
    setting.run(&again).await;
    assert_eq!(again.requests(), 0);
}

async fn while_a_run_lives_its_calls_are_under_way_for_others_and_not_unknown(on: On) {
    let setting = Setting::new(Dir::on(on, PEOPLE));
    let provider = Provider::new([Act::After(Duration::from_secs(20), Box::new(Act::Place))]);
    let (_, cancel) = cancellation();
    let mut observer = Silent;
    let (result, count) = tokio::join!(setting.try_run(&provider, cancel, &mut observer), async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        let (loaded, ledger) = (setting.dir.load(), setting.ledger());
        plan_of(&loaded, &ledger, &setting.clock).count(Kind::InFlight)
    });
    assert_eq!((count, result.unwrap().counts.placed), (PEOPLE as u64, PEOPLE as u64));
}

on_both!(
    async
    dying_at_any_step_and_starting_again_never_phones_anybody_twice,
    what_a_dead_run_left_under_way_is_unknown_as_soon_as_somebody_looks,
    while_a_run_lives_its_calls_are_under_way_for_others_and_not_unknown,
);
