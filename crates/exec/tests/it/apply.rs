//! Placing calls, against a provider that loses answers, refuses and hangs.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use callform_exec::apply::{
    ApplyError, ApplyOptions, Event, Exit, Fate, HeldBack, Observer, Silent, StopReason, cancellation,
};
use callform_exec::clock::Clock;
use callform_exec::ledger::LedgerError;
use callform_exec::plan::Kind;

use crate::support::{AGENT, Act, CAMPAIGN, Dir, PROJECT, Provider, Setting, number, plan_of, rows};

fn people(n: usize) -> Setting {
    Setting::new(Dir::with_people(n))
}

#[tokio::test(start_paused = true)]
async fn everybody_is_phoned_once_and_a_second_run_phones_nobody() {
    let setting = people(30);
    let provider = Provider::new([Act::Place]);
    let result = setting.run(&provider).await;
    assert_eq!((result.counts.placed, result.exit()), (30, Exit::Done));
    let again = setting.run(&provider).await;
    assert_eq!((again.counts.placed, again.exit()), (0, Exit::Done));
    assert!((1..=30).all(|n| provider.rang(n) == 1));
}

#[tokio::test(start_paused = true)]
async fn the_intent_is_on_the_disk_before_the_request_leaves() {
    let setting = people(12);
    let path = setting.dir.ledger_path();
    let provider = Provider::checking([Act::Place], move |callee| {
        let other = rusqlite::Connection::open(&path).unwrap();
        let number: String = callee.replacen("00", "+", 1);
        let state: String = other
            .query_row(
                "SELECT a.state FROM attempts a JOIN open_numbers o ON o.attempt = a.id WHERE o.number = ?1",
                [number],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(state, "sending");
    });
    let result = setting.run(&provider).await;
    // A check that fails ends its task, and the call is unknown.
    assert_eq!((result.counts.placed, result.counts.unknown), (12, 0));
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_unknown_and_never_sent_again() {
    let setting = people(3);
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

#[tokio::test(start_paused = true)]
async fn ambiguous_codes_are_unknown_and_certain_refusals_are_not() {
    let setting = people(4);
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
    let counts = [Kind::Unknown, Kind::RefusedForGood, Kind::ToRetry].map(|kind| plan.count(kind));
    assert_eq!(counts, [2, 1, 1]);
}

#[tokio::test(start_paused = true)]
async fn what_was_not_sent_or_found_no_line_is_tried_again_as_an_attempt_of_its_own() {
    let setting = people(3);
    let provider = Provider::new([
        Act::NotSent,
        Act::Error("RequestLimitExceeded"),
        Act::Error("FailedOperation.AIConcurrentOverFrequency"),
        Act::Place,
    ]);
    let result = setting.run(&provider).await;
    assert_eq!((result.counts.placed, result.requests, result.exit()), (3, 6, Exit::Done));
    assert_eq!(provider.most_rings(), 1);
    let raw = rusqlite::Connection::open(setting.dir.ledger_path()).unwrap();
    let attempts: i64 = raw.query_row("SELECT count(*) FROM attempts", [], |row| row.get(0)).unwrap();
    assert_eq!(attempts, 6);
}

#[tokio::test(start_paused = true)]
async fn lines_that_stay_busy_end_the_run_when_its_patience_does() {
    let setting = people(2);
    let provider = Provider::new([Act::Error("FailedOperation.AIConcurrentOverFrequency")]);
    let result = setting.run(&provider).await;
    assert!(matches!(result.stopped, Some(StopReason::Busy { .. })), "{:?}", result.stopped);
    assert_eq!(result.exit(), Exit::Failed);
    assert!(provider.requests() < 60, "waits grow");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_everybody_would_meet_stops_the_run_at_once() {
    for code in
        ["AuthFailure.SecretIdNotFound", "LimitExceeded.BasePackageExpired", "InvalidParameterValue.InstanceNotExist"]
    {
        let mut setting = people(200);
        setting.options =
            Some(ApplyOptions { in_flight: 1, ..ApplyOptions::of(setting.dir.load().project().unwrap()) });
        let provider = Provider::new([Act::Error(code)]);
        let result = setting.run(&provider).await;
        assert!(matches!(&result.stopped, Some(StopReason::Refused { code: stopped, .. }) if stopped == code));
        assert_eq!((provider.requests(), result.counts.left, result.exit()), (1, 199, Exit::Failed));
    }
}

#[tokio::test(start_paused = true)]
async fn the_same_fault_in_every_request_stops_the_run_after_a_few() {
    let setting = people(200);
    let provider = Provider::new([Act::Error("InvalidParameterValue")]);
    let result = setting.run(&provider).await;
    assert!(result.stopped.is_some());
    assert!(provider.requests() <= 15, "{}", provider.requests());
}

#[tokio::test(start_paused = true)]
async fn the_breaker_stops_a_run_that_loses_its_answers() {
    let mut setting = people(200);
    setting.options = Some(ApplyOptions { in_flight: 1, ..ApplyOptions::of(setting.dir.load().project().unwrap()) });
    let provider = Provider::new([Act::PlaceAndLose]);
    let result = setting.run(&provider).await;
    assert!(matches!(result.stopped, Some(StopReason::Breaker(_))));
    assert_eq!((provider.requests(), result.counts.unknown, result.exit()), (5, 5, Exit::Unknown));
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_can_not_be_reached_stops_the_run_and_nobody_is_unknown() {
    let setting = people(50);
    let result = setting.run(&Provider::new([Act::NotSent])).await;
    assert!(matches!(result.stopped, Some(StopReason::Unreachable { .. })));
    assert_eq!((result.counts.unknown, result.exit()), (0, Exit::Failed));
    let after = setting.run(&Provider::new([Act::Place])).await;
    assert_eq!(after.counts.placed, 50);
}

#[tokio::test(start_paused = true)]
async fn requests_leave_no_faster_than_promised_and_not_much_slower() {
    let setting = people(200);
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

#[tokio::test(start_paused = true)]
async fn no_more_requests_are_under_way_than_lines_or_than_the_campaign_may_have() {
    for (lines, own, most) in [(4, None, 4), (4, Some(2), 2), (4, Some(50), 4)] {
        let setting = people(30);
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

#[tokio::test(start_paused = true)]
async fn after_the_first_signal_nothing_new_is_sent_and_answers_within_the_grace_are_recorded() {
    let setting = people(100);
    let provider = Provider::new([Act::After(Duration::from_secs(3), Box::new(Act::Place))]);
    let (handle, cancel) = cancellation();
    let mut observer = Silent;
    let (result, ()) = tokio::join!(setting.try_run(&provider, cancel, &mut observer), async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        handle.signal();
    });
    let result = result.unwrap();
    assert_eq!(result.stopped, Some(StopReason::Interrupted));
    assert_eq!((result.counts.unknown, result.counts.placed as usize), (0, provider.requests()));
    assert!(result.counts.placed >= 5 && result.counts.left > 0);
}

#[tokio::test(start_paused = true)]
async fn what_does_not_answer_within_the_grace_is_unknown() {
    let setting = people(3);
    let provider = Provider::new([Act::PlaceAndHang]);
    let (handle, cancel) = cancellation();
    let started = tokio::time::Instant::now();
    let mut observer = Silent;
    let (result, ()) = tokio::join!(setting.try_run(&provider, cancel, &mut observer), async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        handle.signal();
    });
    assert_eq!(result.unwrap().counts.unknown, 3);
    assert_eq!(started.elapsed().as_secs(), 7);
}

#[tokio::test(start_paused = true)]
async fn the_second_signal_ends_it_at_once_and_what_was_under_way_is_unknown() {
    let setting = people(3);
    let provider = Provider::new([Act::PlaceAndHang]);
    let (handle, cancel) = cancellation();
    let started = tokio::time::Instant::now();
    let mut observer = Silent;
    let (result, ()) = tokio::join!(setting.try_run(&provider, cancel, &mut observer), async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        handle.signal();
        tokio::time::sleep(Duration::from_secs(1)).await;
        handle.signal();
    });
    let result = result.unwrap();
    assert_eq!((result.counts.unknown, result.exit()), (3, Exit::Unknown));
    assert_eq!(started.elapsed().as_secs(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_grew_old_before_it_could_leave_does_not_leave() {
    /// The machine sleeps after the intent was written.
    struct Sleep(Arc<crate::support::TestClock>, bool, Duration);
    impl Observer for Sleep {
        fn event(&mut self, event: &Event<'_>) {
            if matches!(event, Event::Sending { .. }) && !self.1 {
                self.0.pass(self.2);
                self.1 = true;
            }
        }
    }
    for (seconds, expected) in [
        // Known not to have left, so it is tried again, with a new intent and a new signature.
        (40, (1, 2, 1)),
        // Its lease ran out meanwhile: others may be at work.
        (400, (0, 1, 0)),
    ] {
        let setting = people(1);
        let provider = Provider::new([Act::Place]);
        let mut sleep = Sleep(setting.clock.clone(), false, Duration::from_secs(seconds));
        let result = setting.try_run(&provider, cancellation().1, &mut sleep).await.unwrap();
        assert_eq!((result.counts.placed, result.requests, provider.requests()), expected, "{seconds} s");
        let lost = matches!(result.stopped, Some(StopReason::Ledger(LedgerError::LeaseLost { .. })));
        assert_eq!(lost, seconds == 400);
        // Whatever happened, the next run phones whoever was not.
        setting.run(&provider).await;
        assert_eq!(provider.rang(1), 1);
    }
}

/// Signed when the intent was written, whenever it leaves: after that second and 300 more the provider refuses it.
#[tokio::test(start_paused = true)]
async fn a_request_that_leaves_late_carries_its_intents_timestamp() {
    let setting = people(1);
    // Another worker was told that it was too much.
    setting.ledger().push_back("emulator / 1400000000", Duration::from_secs(20)).unwrap();
    let provider = Provider::new([Act::Place]);
    let intended = setting.clock.now().as_second();
    let result = setting.run(&provider).await;
    assert_eq!((result.counts.placed, setting.clock.now().as_second() - intended), (1, 20));
    assert_eq!(*provider.signed_at.lock().unwrap(), [intended]);
}

/// One more in its second would be one too many: it takes another turn, and the next ones last longer.
#[tokio::test(start_paused = true)]
async fn a_request_that_missed_its_turn_does_not_leave_in_another_one_s() {
    let setting = people(3);
    struct Doze(Arc<crate::support::TestClock>, u32);
    impl Observer for Doze {
        fn event(&mut self, event: &Event<'_>) {
            if matches!(event, Event::Sending { .. }) && self.1 > 0 {
                self.1 -= 1;
                self.0.pass(Duration::from_millis(300));
            }
        }
    }
    let provider = Provider::new([Act::Place]);
    let mut doze = Doze(setting.clock.clone(), 2);
    let result = setting.try_run(&provider, cancellation().1, &mut doze).await.unwrap();
    // Two were begun before anybody knew how late this machine is.
    assert_eq!((result.counts.placed, result.requests, provider.requests()), (3, 5, 3));
}

#[tokio::test(start_paused = true)]
async fn a_wall_clock_that_jumps_stops_new_calls() {
    for back in [true, false] {
        let setting = people(5);
        struct Jump(Arc<crate::support::TestClock>, u32, bool);
        impl Observer for Jump {
            fn event(&mut self, event: &Event<'_>) {
                if matches!(event, Event::Settled(_)) {
                    self.1 += 1;
                    if self.1 == 2 {
                        match self.2 {
                            true => self.0.set_back(Duration::from_secs(20)),
                            false => self.0.set_ahead(Duration::from_secs(20)),
                        }
                    }
                }
            }
        }
        let provider = Provider::new([Act::Place]);
        let mut jump = Jump(setting.clock.clone(), 0, back);
        let result = setting.try_run(&provider, cancellation().1, &mut jump).await.unwrap();
        assert!(matches!(result.stopped, Some(StopReason::ClockJumped { .. })), "{:?}", result.stopped);
        assert!(provider.requests() < 5);
        setting.run(&provider).await;
        assert_eq!((provider.requests(), provider.most_rings()), (5, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn a_wall_clock_that_is_set_back_phones_nobody_again() {
    let setting = people(5);
    let provider = Provider::new([Act::Place]);
    setting.run(&provider).await;
    setting.clock.set_back(Duration::from_secs(10 * 24 * 3600));
    setting.dir.write("campaigns/april.yaml", &format!("{CAMPAIGN}repeat: allowed\n"));
    setting.dir.write("campaigns/callees.csv", &rows(1..=5).replace("P-", "Q-"));
    assert_eq!(setting.run(&provider).await.requests, 0);
}

#[tokio::test(start_paused = true)]
async fn answers_that_can_not_be_written_down_are_shown_and_nothing_new_is_sent() {
    let setting = people(50);
    let path = setting.dir.ledger_path();
    // As when the disk is full: from the third request on, nothing can be written any more.
    let provider = Provider::checking([Act::After(Duration::from_millis(200), Box::new(Act::Place))], {
        let requests = Mutex::new(0);
        move |_| {
            let mut requests = requests.lock().unwrap();
            *requests += 1;
            if *requests == 3 {
                let raw = rusqlite::Connection::open(&path).unwrap();
                let sql = "CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'disk full'); END";
                raw.execute_batch(sql).unwrap();
            }
        }
    });
    let result = setting.run(&provider).await;
    assert!(matches!(result.stopped, Some(StopReason::Ledger(_))));
    assert_eq!(result.exit(), Exit::Unknown);
    assert!(provider.requests() < 6);
    let placed = provider.placed.lock().unwrap().len();
    let recorded = result.rows.iter().filter(|row| matches!(row.fate, Fate::Placed { .. })).count();
    assert_eq!(recorded, placed, "no session is lost");
    assert!(!result.unrecorded.is_empty());
    assert!(result.unrecorded.iter().all(|lost| !lost.number.contains(&number(1)[6..])));
}

#[tokio::test(start_paused = true)]
async fn a_ledger_that_is_deleted_under_way_stops_the_run_and_the_sessions_are_shown() {
    let setting = people(50);
    let path = setting.dir.ledger_path();
    let provider = Provider::checking([Act::After(Duration::from_millis(200), Box::new(Act::Place))], move |_| {
        let _ = std::fs::remove_file(&path);
    });
    let result = setting.run(&provider).await;
    assert!(matches!(result.stopped, Some(StopReason::Ledger(_))), "{:?}", result.stopped);
    let placed = provider.placed.lock().unwrap().len();
    assert_eq!((result.unrecorded.len(), result.exit()), (placed, Exit::Unknown));
    assert!(placed >= 1 && provider.requests() == placed);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_comes_twice_makes_the_second_call_unknown() {
    let setting = people(2);
    let provider = Provider::new([Act::Session("0123456789abcdef0123456789abcdef")]);
    let result = setting.run(&provider).await;
    assert_eq!((result.counts.placed, result.counts.unknown), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_missing_secret_is_found_before_the_first_call() {
    let setting = people(2);
    setting.dir.write("agents/checkup.yaml", &AGENT.replace("OPENAI_API_KEY", "NOT_SET"));
    let provider = Provider::new([Act::Place]);
    let error = setting.try_run(&provider, cancellation().1, &mut Silent).await.unwrap_err();
    assert!(matches!(error, ApplyError::Request(_)));
    assert_eq!(error.to_string(), "${env:NOT_SET} can't be read: it is not set");
    assert_eq!(provider.requests(), 0);
}

#[tokio::test(start_paused = true)]
async fn per_run_and_windows_are_judged_again_before_each_send() {
    let setting = people(40);
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

#[tokio::test(start_paused = true)]
async fn a_row_that_changes_after_the_plan_was_made_is_not_called() {
    let setting = people(3);
    let loaded = setting.dir.load();
    let mut ledger = setting.ledger();
    let plan = plan_of(&loaded, &ledger, &setting.clock);
    setting.dir.write("campaigns/callees.csv", &rows(1..=3).replace("Person 2", "Someone else"));
    let provider = Provider::new([Act::Place]);
    let project = loaded.project().unwrap();
    let tools = callform_exec::apply::Tools {
        ledger: &mut ledger,
        client: provider.client(),
        secrets: &crate::support::MadeUp,
        clock: setting.clock.shared(),
        random: &mut crate::support::Dice::new(),
        cancel: cancellation().1,
        observer: &mut Silent,
        options: ApplyOptions::of(project),
    };
    let result = callform_exec::apply::apply(project, &plan, None, tools).await.unwrap();
    assert_eq!(result.counts.placed, 2);
    assert!(result.rows.iter().any(|row| row.fate == Fate::Held(HeldBack::Changed)));
    assert_eq!(provider.rang(2), 0);
}

#[tokio::test(start_paused = true)]
async fn a_try_rings_each_time_but_never_while_the_last_one_is_unknown() {
    use callform_exec::apply::{Tools, try_call, try_row};
    use callform_spec::phone::PhoneNumber;
    use callform_spec::template::Context;
    use callform_spec::value::Value;

    let setting = people(0);
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
