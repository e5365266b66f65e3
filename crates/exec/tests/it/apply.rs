//! Placing calls, against a provider that loses answers, refuses and hangs.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use callform_exec::apply::{
    ApplyError, ApplyOptions, Event, Exit, Fate, HeldBack, Observer, Silent, StopReason, cancellation,
};
use callform_exec::clock::Clock as _;
use callform_exec::plan::Kind;

use crate::provider::{Act, Provider};
use crate::store::{On, Raw, on_both};
use crate::support::{AGENT, CAMPAIGN, Dir, PROJECT, Setting, TestClock, number, plan_of, rows};

pub(crate) fn people(on: On, n: usize) -> Setting {
    Setting::new(Dir::on(on, n))
}

async fn everybody_is_phoned_once_and_a_second_run_phones_nobody(on: On) {
    let setting = people(on, 30);
    let provider = Provider::new([Act::Place]);
    let result = setting.run(&provider).await;
    assert_eq!((result.counts.placed, result.exit()), (30, Exit::Done));
    let again = setting.run(&provider).await;
    assert_eq!((again.counts.placed, again.exit()), (0, Exit::Done));
    assert!((1..=30).all(|n| provider.rang(n) == 1));
}

async fn the_intent_is_on_the_disk_before_the_request_leaves(on: On) {
    let setting = people(on, 12);
    let raw = setting.dir.raw();
    let provider = Provider::checking([Act::Place], move |callee| {
        let number: String = callee.replacen("00", "+", 1);
        let states = format!(
            "SELECT a.state FROM attempts a JOIN open_numbers o ON o.attempt = a.id WHERE o.number = '{number}'"
        );
        assert_eq!(raw.sql(&states), "sending");
    });
    let result = setting.run(&provider).await;
    // A check that fails ends its task, and the call is unknown.
    assert_eq!((result.counts.placed, result.counts.unknown), (12, 0));
}

async fn a_lost_answer_is_unknown_and_never_sent_again(on: On) {
    let setting = people(on, 3);
    let provider = Provider::new([Act::Place, Act::PlaceAndLose, Act::Place]);
    let result = setting.run(&provider).await;
    assert_eq!((result.counts.placed, result.counts.unknown, result.exit()), (2, 1, Exit::Unknown));
    for _ in 0..3 {
        setting.clock.pass(Duration::from_secs(48 * 3600));
        let again = setting.run(&provider).await;
        assert_eq!(again.requests, 0);
    }
    assert_eq!(provider.most_rings(), 1);
    let (loaded, ledger) = (setting.dir.load(), setting.ledger());
    assert_eq!(plan_of(&loaded, &ledger, &setting.clock).count(Kind::Unknown), 1);
}

async fn ambiguous_codes_are_unknown_and_certain_refusals_are_not(on: On) {
    let setting = people(on, 4);
    let provider = Provider::new([
        Act::Error("InternalError"),
        Act::Error("FailedOperation.CallOutFailed"),
        Act::Error("FailedOperation.CalleeIsBlackUser"),
        Act::Error("FailedOperation.CalloutRuleNotWorkTime"),
    ]);
    let result = setting.run(&provider).await;
    assert_eq!((result.counts.unknown, result.counts.refused), (2, 2));
    let (loaded, ledger) = (setting.dir.load(), setting.ledger());
    let plan = plan_of(&loaded, &ledger, &setting.clock);
    let counts = [Kind::Unknown, Kind::RefusedForGood, Kind::Deferred].map(|kind| plan.count(kind));
    assert_eq!(counts, [2, 1, 1]);
}

async fn what_was_not_sent_or_found_no_line_is_tried_again_as_an_attempt_of_its_own(on: On) {
    let setting = people(on, 3);
    let provider = Provider::new([
        Act::NotSent,
        Act::Error("RequestLimitExceeded"),
        Act::Error("FailedOperation.AIConcurrentOverFrequency"),
        Act::Place,
    ]);
    let result = setting.run(&provider).await;
    assert_eq!((result.counts.placed, result.requests, result.exit()), (3, 6, Exit::Done));
    assert_eq!(provider.most_rings(), 1);
    assert_eq!(setting.dir.raw().count("SELECT count(*) FROM attempts"), 6);
}

/// The account's next slot is put off in the ledger: other workers wait, too.
#[tokio::test]
async fn requests_that_were_too_many_put_off_the_next_one_of_every_worker() {
    struct Look {
        ledger: Raw,
        clock: Arc<TestClock>,
        put_off: Vec<(Duration, i64)>,
    }
    impl Observer for Look {
        fn event(&mut self, event: &Event<'_>) {
            if let Event::Waiting { wait, .. } = event {
                let next: i64 = self.ledger.sql("SELECT next FROM pace").parse().unwrap();
                self.put_off.push((*wait, next - self.clock.now().as_microsecond()));
            }
        }
    }
    let setting = people(On::Sqlite, 1);
    let provider = Provider::new([Act::Error("RequestLimitExceeded"), Act::Place]);
    let mut look = Look { ledger: setting.dir.raw(), clock: setting.clock.clone(), put_off: Vec::new() };
    let result = setting.try_run(&provider, cancellation().1, &mut look).await.unwrap();
    assert_eq!((result.counts.placed, look.put_off.len()), (1, 1));
    let (wait, put_off) = look.put_off[0];
    // It was written a moment before.
    assert!(put_off > wait.as_micros() as i64 * 9 / 10, "{put_off} of {wait:?}");
}

async fn lines_that_stay_busy_end_the_run_when_its_patience_does(on: On) {
    let setting = people(on, 2);
    let provider = Provider::new([Act::Error("FailedOperation.AIConcurrentOverFrequency")]);
    let result = setting.run(&provider).await;
    assert!(matches!(result.stopped, Some(StopReason::Busy { .. })), "{:?}", result.stopped);
    assert_eq!(result.exit(), Exit::Failed);
    assert!(provider.requests() < 60, "waits grow");
}

async fn a_refusal_that_everybody_would_meet_stops_the_run_at_once(on: On) {
    for code in
        ["AuthFailure.SecretIdNotFound", "LimitExceeded.BasePackageExpired", "InvalidParameterValue.InstanceNotExist"]
    {
        let mut setting = people(on, 200);
        setting.options =
            Some(ApplyOptions { in_flight: 1, ..ApplyOptions::of(setting.dir.load().project().unwrap()) });
        let provider = Provider::new([Act::Error(code)]);
        let result = setting.run(&provider).await;
        assert!(matches!(&result.stopped, Some(StopReason::Refused { code: stopped, .. }) if stopped == code));
        assert_eq!((provider.requests(), result.counts.left, result.exit()), (1, 199, Exit::Failed));
    }
}

async fn the_same_fault_in_every_request_stops_the_run_after_a_few(on: On) {
    let setting = people(on, 200);
    let provider = Provider::new([Act::Error("InvalidParameterValue")]);
    let result = setting.run(&provider).await;
    assert!(result.stopped.is_some());
    assert!(provider.requests() <= 15, "{}", provider.requests());
}

async fn a_wrong_caller_refuses_nobody_for_good(on: On) {
    for code in ["InvalidParameter.IllegalPhoneNumber", "FailedOperation.CalloutRuleBlindArea"] {
        let mut setting = people(on, 40);
        setting.options =
            Some(ApplyOptions { in_flight: 1, ..ApplyOptions::of(setting.dir.load().project().unwrap()) });
        let result = setting.run(&Provider::new([Act::Error(code)])).await;
        assert!(matches!(&result.stopped, Some(StopReason::Refused { code: told, .. }) if told == code));
        assert_eq!((result.requests, result.exit()), (5, Exit::Failed), "the same fault, again and again");
        // Then somebody puts the caller right.
        let mended = setting.run(&Provider::new([Act::Place])).await;
        assert_eq!((mended.counts.placed, mended.exit()), (40, Exit::Done));
    }
}

async fn the_breaker_stops_a_run_that_loses_its_answers(on: On) {
    let mut setting = people(on, 200);
    setting.options = Some(ApplyOptions { in_flight: 1, ..ApplyOptions::of(setting.dir.load().project().unwrap()) });
    let provider = Provider::new([Act::PlaceAndLose]);
    let result = setting.run(&provider).await;
    assert!(matches!(result.stopped, Some(StopReason::Breaker(_))));
    assert_eq!((provider.requests(), result.counts.unknown, result.exit()), (5, 5, Exit::Unknown));
}

async fn a_provider_that_can_not_be_reached_stops_the_run_and_nobody_is_unknown(on: On) {
    let setting = people(on, 50);
    let result = setting.run(&Provider::new([Act::NotSent])).await;
    assert!(matches!(result.stopped, Some(StopReason::Unreachable { .. })));
    assert_eq!((result.counts.unknown, result.exit()), (0, Exit::Failed));
    let after = setting.run(&Provider::new([Act::Place])).await;
    assert_eq!(after.counts.placed, 50);
}

#[tokio::test(start_paused = true)]
async fn requests_leave_no_faster_than_promised_and_not_much_slower() {
    let setting = people(On::Sqlite, 200);
    let provider = Provider::new([Act::After(Duration::from_millis(80), Box::new(Act::Place))]);
    setting.run(&provider).await;
    let left: Vec<_> = provider.requests.lock().unwrap().iter().map(|(at, _)| *at).collect();
    for (n, at) in left.iter().enumerate() {
        let within = left[n..].iter().take_while(|later| **later - *at <= Duration::from_secs(1)).count();
        assert!(within <= 18, "{within} in a second");
    }
    let took = (left[199] - left[0]).as_secs_f64();
    assert!(199.0 / took >= 0.95 * 18.0, "{took} s");
}

async fn no_more_requests_are_under_way_than_lines_or_than_the_campaign_may_have(on: On) {
    for (lines, own, most) in [(4, None, 4), (4, Some(2), 2), (4, Some(50), 4)] {
        let setting = people(on, 30);
        setting.dir.write("callform.yaml", &format!("{PROJECT}  concurrentCalls: {lines}\n"));
        if let Some(own) = own {
            setting.dir.write("campaigns/april.yaml", &format!("{CAMPAIGN}limits:\n  concurrent: {own}\n"));
        }
        let (now, peak) = (Arc::new(Mutex::new((0, 0))), Arc::new(Mutex::new(0)));
        struct Watch(Arc<Mutex<(i32, i32)>>, Arc<Mutex<i32>>);
        impl Observer for Watch {
            fn event(&mut self, event: &Event<'_>) {
                let mut now = self.0.lock().unwrap();
                match event {
                    Event::Sending { .. } => now.0 += 1,
                    Event::Settled(_) => now.0 -= 1,
                    _ => {}
                }
                let mut peak = self.1.lock().unwrap();
                *peak = (*peak).max(now.0);
            }
        }
        let provider = Provider::new([Act::After(Duration::from_secs(2), Box::new(Act::Place))]);
        let mut watch = Watch(now, peak.clone());
        let result = setting.try_run(&provider, cancellation().1, &mut watch).await.unwrap();
        assert_eq!((result.counts.placed, *peak.lock().unwrap()), (30, most));
    }
}

async fn a_session_that_comes_twice_makes_the_second_call_unknown(on: On) {
    let setting = people(on, 2);
    let provider = Provider::new([Act::Session("0123456789abcdef0123456789abcdef")]);
    let result = setting.run(&provider).await;
    assert_eq!((result.counts.placed, result.counts.unknown), (1, 1));
}

async fn a_missing_secret_is_found_before_the_first_call(on: On) {
    let setting = people(on, 2);
    setting.dir.write("agents/checkup.yaml", &AGENT.replace("OPENAI_API_KEY", "NOT_SET"));
    let provider = Provider::new([Act::Place]);
    let error = setting.try_run(&provider, cancellation().1, &mut Silent).await.unwrap_err();
    assert!(matches!(error, ApplyError::Request(_)));
    assert_eq!(error.to_string(), "${env:NOT_SET} can't be read: it is not set");
    assert_eq!(provider.requests(), 0);
}

#[tokio::test(start_paused = true)]
async fn per_run_and_windows_are_judged_again_before_each_send() {
    let setting = people(On::Sqlite, 40);
    setting.dir.write(
        "campaigns/april.yaml",
        &format!(
            "{CAMPAIGN}window:\n  timeZone: Europe/London\n  open:\n    - from: \"09:00\"\n      to: \"13:01\"\nlimits:\n  concurrent: 1\n"
        ),
    );
    // 13:00 in London: a minute is left, and every call takes 5 s.
    let provider = Provider::new([Act::After(Duration::from_secs(5), Box::new(Act::Place))]);
    let result = setting.run(&provider).await;
    assert_eq!((result.counts.placed, result.counts.deferred), (12, 28));
    assert!(result.rows.iter().any(|row| matches!(row.fate, Fate::Deferred { .. })));
}

async fn a_row_that_changes_after_the_plan_was_made_is_not_called(on: On) {
    let setting = people(on, 3);
    let loaded = setting.dir.load();
    let mut ledger = setting.ledger();
    let plan = plan_of(&loaded, &ledger, &setting.clock);
    setting.dir.write("campaigns/callees.csv", &rows(1..=3).replace("Person 2", "Someone else"));
    let provider = Provider::new([Act::Place]);
    let result = setting.carry_out(&loaded, &plan, &mut ledger, provider.client()).await.unwrap();
    assert_eq!(result.counts.placed, 2);
    assert!(result.rows.iter().any(|row| row.fate == Fate::Held(HeldBack::Changed)));
    assert_eq!(provider.rang(2), 0);
}

async fn a_try_rings_each_time_but_never_while_the_last_one_is_unknown(on: On) {
    use callform_exec::apply::{Tools, try_call, try_row};
    use callform_spec::phone::PhoneNumber;
    use callform_spec::template::Context;
    use callform_spec::value::Value;

    let setting = people(on, 0);
    let loaded = setting.dir.load();
    let project = loaded.project().unwrap();
    let mut ledger = setting.ledger();
    let provider = Provider::new([Act::Place, Act::PlaceAndLose, Act::Place]);
    let mut fates = Vec::new();
    for _ in 0..3 {
        setting.clock.pass(Duration::from_secs(1));
        let values = [("callee_name".to_owned(), Value::Text("Ann".into()))].into();
        let context = Context { values, zone: None, locale: "en".into() };
        let row = try_row(PhoneNumber::parse(&number(1)).unwrap(), context, setting.clock.shared().now());
        let tools = Tools {
            ledger: &mut ledger,
            client: provider.client(),
            secrets: &crate::support::MadeUp,
            clock: setting.clock.shared(),
            random: &mut crate::support::Dice::new(),
            cancel: cancellation().1,
            observer: &mut Silent,
            options: ApplyOptions::of(project),
        };
        fates.extend(try_call(project, &project.agents[0], row, tools).await.unwrap().rows);
    }
    assert_eq!(provider.rang(1), 2);
    assert!(matches!(fates[0].fate, Fate::Placed { .. }));
    assert!(matches!(fates[1].fate, Fate::Unknown { .. }));
    assert!(matches!(fates[2].fate, Fate::Held(HeldBack::Ledger(_))));
}

on_both!(
    async
    everybody_is_phoned_once_and_a_second_run_phones_nobody,
    the_intent_is_on_the_disk_before_the_request_leaves,
    a_lost_answer_is_unknown_and_never_sent_again,
    ambiguous_codes_are_unknown_and_certain_refusals_are_not,
    what_was_not_sent_or_found_no_line_is_tried_again_as_an_attempt_of_its_own,
    lines_that_stay_busy_end_the_run_when_its_patience_does,
    a_refusal_that_everybody_would_meet_stops_the_run_at_once,
    the_same_fault_in_every_request_stops_the_run_after_a_few,
    a_wrong_caller_refuses_nobody_for_good,
    the_breaker_stops_a_run_that_loses_its_answers,
    a_provider_that_can_not_be_reached_stops_the_run_and_nobody_is_unknown,
    no_more_requests_are_under_way_than_lines_or_than_the_campaign_may_have,
    a_session_that_comes_twice_makes_the_second_call_unknown,
    a_missing_secret_is_found_before_the_first_call,
    a_row_that_changes_after_the_plan_was_made_is_not_called,
    a_try_rings_each_time_but_never_while_the_last_one_is_unknown,
);
