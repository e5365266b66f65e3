//! Waiting for something that can be seen, with a deadline.

use std::time::{Duration, Instant};

/// Longer than anything here takes, even on a busy machine: whoever waits so long waits for something that won't come.
pub(crate) const LIMIT: Duration = Duration::from_secs(60);

/// Between two looks. It decides how soon a test goes on, never whether it passes.
const PAUSE: Duration = Duration::from_millis(5);

/// Looks again and again until there is something to see.
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + LIMIT;
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(Instant::now() < deadline, "waited {LIMIT:?} in vain: {what}");
        std::thread::sleep(PAUSE);
    }
}
