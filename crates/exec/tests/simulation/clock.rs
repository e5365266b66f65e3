//! Time: the true one, which only the simulation knows, and what a process takes for it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use callform_exec::clock::Clock;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::dice::Dice;
use crate::journal::Journal;

/// A Wednesday, 08:00 in London.
pub(crate) const START: i64 = 1_775_026_800;

const HOUR: u64 = 3600;

/// The true time, as it passes since [`START`]. tokio's clock stands still while the machine sleeps, as
/// `CLOCK_MONOTONIC` does; this one goes on.
pub(crate) struct Time {
    start: Instant,
    slept: Mutex<Duration>,
    moved: Notify,
}

impl Time {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { start: Instant::now(), slept: Mutex::default(), moved: Notify::new() })
    }

    pub(crate) fn now(&self) -> Duration {
        self.start.elapsed() + *self.slept.lock().unwrap()
    }

    /// The machine sleeps: the world goes on, no timer on this machine does.
    pub(crate) fn sleep_through(&self, time: Duration) {
        *self.slept.lock().unwrap() += time;
        self.moved.notify_waiters();
    }

    /// Waits until then.
    pub(crate) async fn until(&self, at: Duration) {
        loop {
            let moved = self.moved.notified();
            let Some(left) = at.checked_sub(self.now()).filter(|left| !left.is_zero()) else { return };
            tokio::select! {
                biased;
                () = moved => {}
                () = tokio::time::sleep(left) => {}
            }
        }
    }
}

/// A moment, as a clock that is right shows it.
pub(crate) fn timestamp(at: Duration) -> Timestamp {
    Timestamp::from_second(START).unwrap() + SignedDuration::try_from(at).unwrap()
}

/// In Unix seconds.
pub(crate) fn unix(at: Duration) -> i64 {
    START + i64::try_from(at.as_secs()).unwrap()
}

/// How much goes wrong with clocks and machines. In cases of 100,000 looks at the clock.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Hazards {
    pub(crate) jumps: u64,
    pub(crate) sleeps: u64,
}

/// The clocks of a machine. It may be put to sleep, and its wall clock be set, whenever somebody looks at it: also in
/// the middle of what awaits nothing.
pub(crate) struct MachineClock {
    time: Arc<Time>,
    journal: Arc<Journal>,
    state: Mutex<State>,
}

struct State {
    /// Ahead of the true time.
    ahead: SignedDuration,
    hazards: Hazards,
    dice: Dice,
}

impl MachineClock {
    pub(crate) fn new(
        time: &Arc<Time>,
        journal: &Arc<Journal>,
        ahead: SignedDuration,
        hazards: Hazards,
        dice: Dice,
    ) -> Arc<Self> {
        let state = Mutex::new(State { ahead, hazards, dice });
        Arc::new(Self { time: time.clone(), journal: journal.clone(), state })
    }

    /// Nothing happens any more, and the wall clock is right.
    pub(crate) fn calm(&self) {
        let mut state = self.state.lock().unwrap();
        state.hazards = Hazards::default();
        state.ahead = SignedDuration::ZERO;
    }

    fn happen(&self) {
        let mut state = self.state.lock().unwrap();
        let Hazards { jumps, sleeps } = state.hazards;
        let drawn = state.dice.any(0..100_000);
        if drawn < sleeps {
            let dice = &mut state.dice;
            let time = match dice.any(0..10) {
                0..=4 => dice.ms(100..29_000),
                5..=7 => dice.seconds(25..400),
                _ => dice.seconds(400..6 * HOUR),
            };
            self.journal.note(self.time.now(), || format!("the machine sleeps for {time:?}"));
            self.time.sleep_through(time);
        } else if drawn < sleeps + jumps {
            let dice = &mut state.dice;
            let by = match dice.any(0..10) {
                0..=3 => dice.ms(0..5_000),
                4..=6 => dice.seconds(5..299),
                7 => dice.seconds(299..HOUR),
                _ => dice.seconds(HOUR..30 * HOUR),
            };
            let by = SignedDuration::try_from(by).unwrap();
            state.ahead = match state.dice.any(0..3) {
                0 => SignedDuration::ZERO,
                1 => by,
                _ => -by,
            };
            self.journal.note(self.time.now(), || format!("the wall clock is now {:?} ahead", state.ahead));
        }
    }
}

impl Clock for MachineClock {
    fn now(&self) -> Timestamp {
        self.happen();
        timestamp(self.time.now()) + self.state.lock().unwrap().ahead
    }

    fn steady(&self) -> Duration {
        self.happen();
        self.time.now()
    }
}
