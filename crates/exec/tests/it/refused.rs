//! Calls that the provider certainly refused: nobody was phoned, and nobody asks again before it makes sense.

use std::sync::Arc;
use std::time::Duration;

use callform_exec::apply::{ApplyResult, Fate, HeldBack};
use callform_exec::clock::Clock;
use callform_exec::ledger::{Begun, Held, Ledger, Recorded};
use callform_exec::plan::{Blocked, Kind};
use callform_exec::refusal::Again;
use callform_exec::status;
use jiff::{SignedDuration, Timestamp};

use crate::apply::people;
use crate::ledger::{Bench, RULES, begin};
use crate::provider::{Act, Provider};
use crate::store::{On, on_both};
use crate::support::{START, Setting, plan_of};

const LATER: [&str; 3] = [
    "FailedOperation.CalloutRuleNotWorkTime",
    "FailedOperation.CallerOverFrequency",
    "FailedOperation.CalloutRuleMaxCallCountCalleeIntervalTime",
];
const PER_DAY: &str = "FailedOperation.CalloutRuleMaxCallCountCalleePerDayAppID";

fn minutes(n: u64) -> Duration {
    Duration::from_secs(n * 60)
}

fn refused(code: &str) -> Recorded<'_> {
    Recorded::Rejected { code, permanent: false, request_id: None, reason: None }
}

async fn a_refusal_for_now_is_not_asked_again_within_the_hour_and_the_plan_says_until_when_and_why(on: On) {
    let setting = people(on, 3);
    let provider = Provider::new(LATER.map(Act::Error).into_iter().chain([Act::Place]));
    assert_eq!(setting.run(&provider).await.counts.refused, 3);
    // As cron would, every ten minutes.
    for _ in 0..5 {
        setting.clock.pass(minutes(10));
        assert_eq!(setting.run(&provider).await.requests, 0);
    }
    let (loaded, ledger) = (setting.dir.load(), setting.ledger());
    let plan = plan_of(&loaded, &ledger, &setting.clock);
    assert_eq!((plan.count(Kind::Deferred), plan.to_place()), (3, 0));
    let campaign = &plan.campaigns[0];
    let start: Timestamp = START.parse().unwrap();
    let opens = campaign.opening.as_ref().unwrap().first;
    let after = opens.duration_since(start);
    assert!(after >= SignedDuration::from_hours(1) && after < SignedDuration::from_mins(61), "{opens}");
    assert_eq!(campaign.deferred_codes.keys().map(String::as_str).collect::<Vec<_>>(), {
        let mut codes = LATER.to_vec();
        codes.sort_unstable();
        codes
    });
    let row = &status::find(loaded.project().unwrap(), &ledger, "P-1").unwrap()[0];
    assert_eq!(row.call.not_before(), Some(opens));
    drop(ledger);
    setting.clock.pass(minutes(11));
    assert_eq!(setting.run(&provider).await.counts.placed, 3);
}

async fn a_refusal_for_the_day_waits_for_the_provider_s_next_day(on: On) {
    let setting = people(on, 1);
    let provider = Provider::new([Act::Error(PER_DAY), Act::Place]);
    setting.run(&provider).await;
    // It is 12:00 in London's winter and 20:00 in China.
    setting.clock.pass(minutes(3 * 60 + 58));
    assert_eq!(setting.run(&provider).await.requests, 0);
    setting.clock.pass(minutes(3));
    assert_eq!(setting.run(&provider).await.counts.placed, 1);
}

/// One pass of several that are one run.
async fn pass(setting: &Setting, ledger: &mut Ledger, provider: &Arc<Provider>) -> ApplyResult {
    let loaded = setting.dir.load();
    let plan = plan_of(&loaded, ledger, &setting.clock);
    setting.carry_out(&loaded, &plan, ledger, provider.client()).await.unwrap()
}

async fn what_is_wrong_with_specs_or_account_is_not_asked_again_by_the_same_run(on: On) {
    let setting = people(on, 2);
    let provider = Provider::new([Act::Error("InvalidParameterValue"), Act::Place]);
    let mut ledger = setting.ledger();
    let first = pass(&setting, &mut ledger, &provider).await;
    assert_eq!((first.counts.refused, first.counts.placed), (1, 1));
    ledger.continue_run(&first.run);
    for _ in 0..3 {
        setting.clock.pass(minutes(48 * 60));
        let loaded = setting.dir.load();
        let plan = plan_of(&loaded, &ledger, &setting.clock);
        assert_eq!((plan.to_place(), plan.count(Kind::Deferred), plan.count(Kind::HeldBack)), (0, 0, 1));
        let reason = &plan.campaigns[0].blocked[0].reason;
        assert_eq!(*reason, Blocked::RefusedInRun { code: "InvalidParameterValue".into() });
        assert_eq!(pass(&setting, &mut ledger, &provider).await.requests, 0);
    }
    // Somebody may have put it right, and begins another run.
    drop(ledger);
    let another = setting.run(&provider).await;
    assert_eq!((another.requests, another.counts.placed), (1, 1));
}

/// Whatever a plan of another worker says: the transaction that writes the intent judges.
fn another_attempt_at_what_was_refused_is_not_begun(on: On) {
    let mut bench = Bench::new(on);
    let attempt = bench.attempt("P-1", 1);
    bench.ledger.record(&attempt, &refused(LATER[0])).unwrap();
    let Begun::Held(Held::RetryLater { at }) = begin(&mut bench.ledger, "P-1", 1, RULES) else { panic!() };
    assert!(at.duration_since(bench.clock.now()).as_mins() >= 59, "{at}");
    bench.later(minutes(61));
    let attempt = bench.attempt("P-1", 1);
    bench.ledger.record(&attempt, &refused("InvalidParameterValue")).unwrap();
    let code = "InvalidParameterValue".to_owned();
    assert_eq!(begin(&mut bench.ledger, "P-1", 1, RULES), Begun::Held(Held::RefusedInRun { code }));
    let known = bench.ledger.call(attempt.call).unwrap().unwrap();
    assert_eq!(known.again(), Again::NotInThisRun);
    bench.later(minutes(1));
    bench.attempt("P-1", 1);
}

async fn a_run_says_why_it_does_not_ask_again(on: On) {
    let setting = people(on, 1);
    let loaded = setting.dir.load();
    let mut ledger = setting.ledger();
    let planned = plan_of(&loaded, &ledger, &setting.clock);
    let provider = Provider::new([Act::Error("InvalidParameterValue"), Act::Place]);
    let first = pass(&setting, &mut ledger, &provider).await;
    // A plan that was made before.
    ledger.continue_run(&first.run);
    let result = setting.carry_out(&loaded, &planned, &mut ledger, provider.client()).await.unwrap();
    let Fate::Held(HeldBack::Ledger(Held::RefusedInRun { .. })) = &result.rows[0].fate else {
        panic!("{:?}", result.rows)
    };
    assert_eq!(provider.requests(), 1);
}

on_both!(
    async
    a_refusal_for_now_is_not_asked_again_within_the_hour_and_the_plan_says_until_when_and_why,
    a_refusal_for_the_day_waits_for_the_provider_s_next_day,
    what_is_wrong_with_specs_or_account_is_not_asked_again_by_the_same_run,
    a_run_says_why_it_does_not_ask_again,
);

on_both!(another_attempt_at_what_was_refused_is_not_begun);
