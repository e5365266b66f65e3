//! The pace of one process: so many requests in a second, and never more in any. Calls have a pace that all workers
//! share beside it, which is the ledger's.
//!
//! A generic cell rate algorithm: every request has a slot, slots lie evenly, and one that comes late may make up for
//! half a slot, so that small delays don't add up. On top of it stands what the provider counts: of any requests, the
//! N-th after it leaves a second later at the earliest, whatever happened in between.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// The provider's second, and a bit: timers wake up to a millisecond late, and its clock is not ours.
const SECOND: Duration = Duration::from_millis(1001);

/// Gives out the moments at which requests may leave.
#[derive(Debug)]
pub struct Pace {
    per_second: usize,
    slot: Duration,
    next: Option<Instant>,
    not_before: Option<Instant>,
    /// When the last `per_second` requests left, oldest first.
    left: VecDeque<Instant>,
}

impl Pace {
    /// So many requests in a second; at least 1.
    pub fn new(per_second: u32) -> Self {
        let per_second = per_second.max(1);
        Self {
            per_second: per_second as usize,
            slot: SECOND / per_second,
            next: None,
            not_before: None,
            left: VecDeque::with_capacity(per_second as usize),
        }
    }

    /// When the next request may leave; in the past, or none, if now.
    pub fn ready_at(&self) -> Option<Instant> {
        let window = (self.left.len() >= self.per_second).then(|| self.left.front().map(|first| *first + SECOND));
        [self.next, self.not_before, window.flatten()].into_iter().flatten().max()
    }

    /// Waits until a request may leave. Takes nothing: what is waited for may be given up.
    pub async fn ready(&self) {
        if let Some(at) = self.ready_at() {
            tokio::time::sleep_until(at).await;
        }
    }

    /// Takes the moment: a request leaves now. `false`, and nothing taken, if it is too early.
    #[must_use]
    pub fn take(&mut self) -> bool {
        let now = Instant::now();
        if self.ready_at().is_some_and(|at| at > now) {
            return false;
        }
        if self.left.len() >= self.per_second {
            self.left.pop_front();
        }
        self.left.push_back(now);
        // Late by less than half a slot: the slots stay where they are. Later: they move.
        let slot = self.next.unwrap_or(now).max(now.checked_sub(self.slot / 2).unwrap_or(now));
        self.next = Some(slot + self.slot);
        true
    }

    /// Nothing leaves for so long: the provider said that it was too much.
    pub fn push_back(&mut self, by: Duration) {
        let until = Instant::now() + by;
        self.not_before = Some(self.not_before.map_or(until, |at| at.max(until)));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Sends `count` requests, each made ready `work[i]` after it might have left.
    fn departures(per_second: u32, count: usize, work: &[u64]) -> Vec<Duration> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let start = Instant::now();
            let mut pace = Pace::new(per_second);
            let mut left = Vec::new();
            let mut work = work.iter().cycle();
            while left.len() < count {
                pace.ready().await;
                let busy = work.next().copied().unwrap_or_default();
                if busy > 0 {
                    tokio::time::sleep(Duration::from_millis(busy)).await;
                }
                if pace.take() {
                    left.push(start.elapsed());
                }
            }
            left
        })
    }

    fn most_in_a_second(departures: &[Duration]) -> usize {
        (0..departures.len())
            .map(|first| {
                let end = departures[first] + Duration::from_secs(1);
                departures[first..].iter().take_while(|at| **at <= end).count()
            })
            .max()
            .unwrap_or_default()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn no_second_ever_holds_more_than_was_allowed(
            per_second in 1_u32..=20,
            work in prop::collection::vec(prop_oneof![9 => 0_u64..8, 1 => 0_u64..2500], 1..40),
        ) {
            prop_assert!(most_in_a_second(&departures(per_second, 120, &work)) <= per_second as usize);
        }

        #[test]
        fn small_delays_do_not_add_up(
            per_second in 1_u32..=20,
            work in prop::collection::vec(0_u64..10, 1..40),
        ) {
            let count = 40 * per_second as usize;
            let took = departures(per_second, count + 1, &work)[count];
            let rate = count as f64 / took.as_secs_f64();
            prop_assert!(rate >= 0.95 * f64::from(per_second), "{rate}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_for_too_many_requests_pushes_everything_back() {
        let mut pace = Pace::new(18);
        assert!(pace.take());
        pace.push_back(Duration::from_secs(3));
        let before = Instant::now();
        pace.ready().await;
        assert!(before.elapsed() >= Duration::from_secs(3));
        assert!(pace.take());
    }

    #[tokio::test(start_paused = true)]
    async fn an_idle_hour_is_not_made_up_for_by_a_burst() {
        let mut pace = Pace::new(10);
        assert!(pace.take());
        tokio::time::sleep(Duration::from_secs(3600)).await;
        assert!(pace.take());
        assert!(!pace.take());
    }
}
