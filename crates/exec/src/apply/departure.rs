//! A request's way out: it waits for its slot, and leaves within it or not at all.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use callform_ccc::{Answer, Client, PreparedCall, Reply};
use jiff::Timestamp;
use tokio::time::Instant;

use crate::clock::Clock;
use crate::ledger::Attempt;
use crate::pace::Pace;

/// What keeps a request from leaving at the wrong moment.
pub(super) struct Departure {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) pace: SharedPace,
    pub(super) attempt: Attempt,
    /// When window and lists were judged, right before the intent was written: by the steady clock, and by the other.
    pub(super) begun: Duration,
    pub(super) judged: Timestamp,
    /// How old an intent may be when its request leaves.
    pub(super) fence: Duration,
}

/// The pace of what this process sends, for all its requests.
#[derive(Clone)]
pub(super) struct SharedPace(Arc<Mutex<Pace>>);

impl SharedPace {
    pub(super) fn new(per_second: u32) -> Self {
        Self(Arc::new(Mutex::new(Pace::new(per_second))))
    }

    /// Takes this moment; if it is too early, says when to ask again.
    fn turn(&self) -> Option<Instant> {
        let mut pace = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if pace.take() { None } else { Some(pace.ready_at().unwrap_or_else(Instant::now)) }
    }
}

/// What came of it.
pub(super) enum Departed {
    /// It left, or could not; this is the answer.
    Sent(Reply),
    /// It missed its slot by so much, and did not leave.
    TooLate(Duration),
}

impl Departure {
    pub(super) async fn send(self, client: Arc<Client>, prepared: PreparedCall) -> Departed {
        loop {
            let early = self.attempt.leave_at.saturating_sub(self.clock.steady());
            if early.is_zero() {
                break;
            }
            tokio::time::sleep(early).await;
        }
        // Where this process sends alone, what it sent before may have left late.
        while self.attempt.leave_within.is_none()
            && let Some(at) = self.pace.turn()
        {
            tokio::time::sleep_until(at).await;
        }
        // Right before the first byte: this machine may have slept since.
        if let Err(reason) = self.fence() {
            return Departed::Sent(Reply { answer: Answer::NotSent { reason }, server_date: None });
        }
        // Never before its slot, and by the earliest moment that it may have begun, never after it.
        let late = self.clock.steady().saturating_sub(self.attempt.leave_at) + self.attempt.uncertain;
        if self.attempt.leave_within.is_some_and(|most| late > most) {
            return Departed::TooLate(late);
        }
        Departed::Sent(client.send(prepared).await)
    }

    fn fence(&self) -> Result<(), String> {
        let limit = self.fence.as_secs();
        let now = self.clock.now().as_second();
        let by_wall = now.abs_diff(self.attempt.timestamp).max(now.abs_diff(self.judged.as_second()));
        let by_steady = self.clock.steady().saturating_sub(self.begun);
        if by_wall > limit || by_steady > self.fence {
            let late = by_wall.max(by_steady.as_secs());
            return Err(format!("the request was {late} s old before it could leave"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::CallId;
    use crate::ledger::AttemptId;

    const SENT: i64 = 1_775_000_000;

    /// So many seconds after the intent: by the wall clock, and by the steady one.
    struct After(i64, u64);

    impl Clock for After {
        fn now(&self) -> Timestamp {
            Timestamp::from_second(SENT + self.0).unwrap()
        }
        fn steady(&self) -> Duration {
            Duration::from_secs(1000 + self.1)
        }
    }

    fn leaves(wall: i64, steady: u64) -> bool {
        leaves_judged(0, wall, steady)
    }

    /// The ledger was busy: windows were judged so many seconds before the intent was written.
    fn leaves_judged(before: i64, wall: i64, steady: u64) -> bool {
        let attempt = Attempt {
            id: AttemptId::for_tests(1),
            call: CallId::from_bytes([0; 16]),
            timestamp: SENT,
            leave_at: Duration::from_secs(1000),
            leave_within: None,
            uncertain: Duration::ZERO,
        };
        let departure = Departure {
            clock: Arc::new(After(wall, steady)),
            pace: SharedPace::new(1),
            attempt,
            begun: Duration::from_secs(1000).saturating_sub(Duration::from_secs(before.unsigned_abs())),
            judged: Timestamp::from_second(SENT - before).unwrap(),
            fence: Duration::from_secs(30),
        };
        departure.fence().is_ok()
    }

    #[test]
    fn a_request_that_grew_old_by_either_clock_does_not_leave() {
        assert!(leaves(0, 0) && leaves(30, 30));
        assert!(!leaves(31, 0), "its slot may not be over where only the wall clock went on");
        assert!(!leaves(-31, 0), "nor where that was set back: the provider would take it for longer");
        assert!(!leaves(0, 31), "nor where that was set back while the machine slept");
        assert!(leaves_judged(20, 10, 10));
        assert!(!leaves_judged(20, 11, 0) && !leaves_judged(20, 0, 11), "what was judged counts, and not the intent");
    }
}
