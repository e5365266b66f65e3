//! The request limit: so many requests in any second, wherever the second starts.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use jiff::Timestamp;

const WINDOW: Duration = Duration::from_secs(1);

/// A sliding one-second window per key (key pair and action).
///
/// The API documents 20 a second and does not say for whom; the SDKs' errors speak of the account, so a key pair
/// counts for itself. Refused requests do not lengthen the wait.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    limit: usize,
    admitted: HashMap<(String, &'static str), VecDeque<Timestamp>>,
}

impl RateLimiter {
    pub(crate) fn new(requests_per_second: u32) -> Self {
        Self { limit: usize::try_from(requests_per_second).unwrap_or(usize::MAX), admitted: HashMap::new() }
    }

    /// Admits a request, or says how many the window would then hold.
    pub(crate) fn admit(&mut self, secret_id: &str, action: &'static str, now: Timestamp) -> Result<(), usize> {
        let window = self.admitted.entry((secret_id.to_owned(), action)).or_default();
        // An instant later than now means that the clock was set back: it says nothing about the last second.
        window.retain(|at| *at <= now && now.duration_since(*at).unsigned_abs() < WINDOW);
        if window.len() >= self.limit {
            return Err(window.len() + 1);
        }
        window.push_back(now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(1_767_225_600_000 + millis).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn any_second_holds_at_most_the_limit() {
        let mut limiter = RateLimiter::new(2);
        assert_eq!(limiter.admit("id", "A", at(0)), Ok(()));
        assert_eq!(limiter.admit("id", "A", at(600)), Ok(()));
        assert_eq!(limiter.admit("id", "A", at(999)), Err(3));
        assert_eq!(limiter.admit("id", "A", at(1000)), Ok(()));
        assert_eq!(limiter.admit("id", "A", at(1001)), Err(3));
        assert_eq!(limiter.admit("id", "A", at(1600)), Ok(()));
    }

    #[test]
    fn key_pairs_and_actions_have_their_own_seconds() {
        let mut limiter = RateLimiter::new(1);
        assert_eq!(limiter.admit("one", "A", at(0)), Ok(()));
        assert_eq!(limiter.admit("two", "A", at(0)), Ok(()));
        assert_eq!(limiter.admit("one", "B", at(0)), Ok(()));
        assert_eq!(limiter.admit("one", "A", at(0)), Err(2));
    }

    #[test]
    fn a_clock_that_was_set_back_blocks_nobody() {
        let mut limiter = RateLimiter::new(1);
        assert_eq!(limiter.admit("id", "A", at(60_000)), Ok(()));
        assert_eq!(limiter.admit("id", "A", at(0)), Ok(()));
    }
}
