//! Runs that are interrupted: by a signal, by the clock, or by a ledger that can't be written any more.

use std::sync::Arc;
use std::time::Duration;

use callform_exec::apply::{Event, Exit, Observer, Silent, StopReason, cancellation};
use callform_exec::clock::Clock;
use callform_exec::ledger::LedgerError;

use crate::apply::people;
use crate::provider::{Act, Provider};
use crate::store::{On, on_both};
use crate::support::{CAMPAIGN, TestClock, rows};

async fn after_the_first_signal_nothing_new_is_sent_and_answers_within_the_grace_are_recorded(on: On) {
    let setting = people(on, 100);
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

async fn what_does_not_answer_within_the_grace_is_unknown(on: On) {
    let setting = people(on, 3);
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

async fn the_second_signal_ends_it_at_once_and_what_was_under_way_is_unknown(on: On) {
    let setting = people(on, 3);
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
    struct Sleep(Arc<TestClock>, bool, Duration);
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
        let setting = people(On::Sqlite, 1);
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
    let setting = people(On::Sqlite, 1);
    // Another worker was told that it was too much.
    setting.ledger().push_back("emulator / 1400000000", Duration::from_secs(20)).unwrap();
    let provider = Provider::new([Act::Place]);
    let intended = setting.clock.now().as_second();
    let result = setting.run(&provider).await;
    assert_eq!((result.counts.placed, setting.clock.now().as_second() - intended), (1, 20));
    // Nothing is written until a second before.
    assert_eq!(*provider.signed_at.lock().unwrap(), [intended + 19]);
}

/// One more in its second would be one too many: it takes another turn, and the next ones last longer.
async fn a_request_that_missed_its_turn_does_not_leave_in_another_one_s(on: On) {
    let setting = people(on, 3);
    struct Doze(Arc<TestClock>, u32);
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
    let missed = match on {
        // Whoever sends alone lets the next ones wait instead.
        On::Sqlite => 0,
        // Two were begun before anybody knew how late this machine is.
        On::Postgres => 2,
    };
    assert_eq!((result.counts.placed, result.requests, provider.requests()), (3, 3 + missed, 3));
}

async fn a_wall_clock_that_jumps_stops_new_calls(on: On) {
    for back in [true, false] {
        let setting = people(on, 5);
        struct Jump(Arc<TestClock>, u32, bool);
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

async fn a_wall_clock_that_is_set_back_phones_nobody_again(on: On) {
    let setting = people(on, 5);
    let provider = Provider::new([Act::Place]);
    setting.run(&provider).await;
    setting.clock.set_back(Duration::from_secs(10 * 24 * 3600));
    setting.dir.write("campaigns/april.yaml", &format!("{CAMPAIGN}repeat: allowed\n"));
    setting.dir.write("campaigns/callees.csv", &rows(1..=5).replace("P-", "Q-"));
    assert_eq!(setting.run(&provider).await.requests, 0);
}

on_both!(
    async
    after_the_first_signal_nothing_new_is_sent_and_answers_within_the_grace_are_recorded,
    what_does_not_answer_within_the_grace_is_unknown,
    the_second_signal_ends_it_at_once_and_what_was_under_way_is_unknown,
    a_request_that_missed_its_turn_does_not_leave_in_another_one_s,
    a_wall_clock_that_jumps_stops_new_calls,
    a_wall_clock_that_is_set_back_phones_nobody_again,
);
