//! When a request may leave: one rate for an account, whoever sends.
//!
//! Each intent takes the next slot of its account. A slot is an interval: whoever has it sends within `gap` after its
//! beginning, or not at all. Slots follow each other so closely that those of any `per_second` + 1 requests lie at
//! least a second apart, however late within their slots they leave.

use std::time::Duration;

use super::database::{Database, Db, values};

/// How late a request may be, at least: what a machine that is not overloaded keeps.
pub const LEAST_GAP: Duration = Duration::from_millis(40);
/// And at most: later than that, something is wrong.
pub const MOST_GAP: Duration = Duration::from_secs(2);
/// No slot is given further ahead than this: what is judged when an intent is written must still hold when its request
/// leaves.
const AHEAD: i64 = 1_000_000;
/// A slot further ahead than this was given by a clock that has jumped since.
const HORIZON: i64 = 120_000_000;

/// How fast requests may leave, and how exactly this process can keep to a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Requests in any second, by all workers of the account.
    pub per_second: u32,
    /// How late after its slot's beginning this process's requests may leave.
    pub gap: Duration,
}

/// A slot, by the clock that all workers share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    /// How long from now.
    pub(super) wait: Duration,
    /// How long it lasts.
    pub(super) gap: Duration,
}

/// Takes the next slot of an account, unless it is far ahead: then how long to wait before asking again, and nothing is
/// taken. `now` in microseconds, by the clock that all workers share.
pub(super) fn take(database: &Database, account: &str, rate: Rate, now: i64) -> Db<Result<Slot, Duration>> {
    let known = stored(database, account)?;
    let own = micros(rate.gap.clamp(LEAST_GAP, MOST_GAP));
    let (next, gap) = match known {
        // Every slot before has been over for a second: a slow moment of somebody's slows nobody for ever.
        Some((next, gap)) if now - next < 1_000_000 + gap => (next, gap.max(own)),
        Some((next, _)) => (next, own),
        None => (now, own),
    };
    let slot = if next - now > HORIZON { now } else { next.max(now) };
    if slot - now > AHEAD {
        return Ok(Err(Duration::from_micros((slot - now - AHEAD).unsigned_abs())));
    }
    store(database, account, slot + interval(rate.per_second, gap), gap)?;
    Ok(Ok(Slot {
        wait: Duration::from_micros((slot - now).unsigned_abs()),
        gap: Duration::from_micros(gap.unsigned_abs()),
    }))
}

/// Nobody sends for so long: the provider said that it was too much.
pub(super) fn push_back(database: &Database, account: &str, by: Duration, now: i64) -> Db<()> {
    let known = stored(database, account)?;
    let (next, gap) = known.unwrap_or((now, micros(LEAST_GAP)));
    store(database, account, next.max(now + micros(by)), gap)
}

/// When the next slot begins, and how long slots last.
fn stored(database: &Database, account: &str) -> Db<Option<(i64, i64)>> {
    database
        .first("SELECT next, gap FROM pace WHERE account = ?1", values![account], |row| Ok((row.get(0)?, row.get(1)?)))
}

fn store(database: &Database, account: &str, next: i64, gap: i64) -> Db<()> {
    database.execute(
        "INSERT INTO pace (account, next, gap) VALUES (?1, ?2, ?3)
         ON CONFLICT (account) DO UPDATE SET next = excluded.next, gap = excluded.gap",
        values![account, next, gap],
    )?;
    Ok(())
}

/// From one slot's beginning to the next one's, rounded up.
fn interval(per_second: u32, gap: i64) -> i64 {
    let per_second = i64::from(per_second.max(1));
    (1_000_000 + gap + per_second - 1) / per_second
}

fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ledger::schema;

    /// Takes slots one after the other, each asked for `after[i]` later than the one before left.
    fn leave(per_second: u32, asked: &[(i64, i64)]) -> Vec<i64> {
        let database = Database::scratch().unwrap();
        schema::create(&database).unwrap();
        let rate = Rate { per_second, gap: LEAST_GAP };
        let mut now = 1_000_000_000;
        asked
            .iter()
            .map(|(later, late)| {
                now += later;
                let slot = loop {
                    match take(&database, "a", rate, now).unwrap() {
                        Ok(slot) => break slot,
                        Err(wait) => now += micros(wait),
                    }
                };
                now + micros(slot.wait) + late.min(&micros(slot.gap))
            })
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_second_ever_holds_more_than_was_allowed_however_late_within_their_slots_requests_leave(
            per_second in 1_u32..=20,
            asked in prop::collection::vec((prop_oneof![0_i64..60_000, 0_i64..2_000_000], 0_i64..60_000), 2..80),
        ) {
            let mut left = leave(per_second, &asked);
            left.sort_unstable();
            for (n, at) in left.iter().enumerate() {
                let within = left[n..].iter().take_while(|other| **other < at + 1_000_000).count();
                prop_assert!(within <= per_second as usize, "{within} of {per_second} from {at}");
            }
        }

        #[test]
        fn whoever_always_has_something_to_send_gets_95_percent(per_second in 1_u32..=50) {
            let asked = vec![(0, 0); 10 * per_second as usize + 1];
            let left = leave(per_second, &asked);
            let seconds = (left[left.len() - 1] - left[0]) as f64 / 1e6;
            let rate = (left.len() - 1) as f64 / seconds;
            prop_assert!(rate >= 0.95 * f64::from(per_second), "{rate}");
        }
    }

    #[test]
    fn a_clock_that_was_set_back_keeps_nobody_waiting_for_hours() {
        let database = Database::scratch().unwrap();
        schema::create(&database).unwrap();
        let rate = Rate { per_second: 10, gap: LEAST_GAP };
        take(&database, "a", rate, 9_000_000_000).unwrap().unwrap();
        assert_eq!(take(&database, "a", rate, 1_000_000_000).unwrap().unwrap().wait, Duration::ZERO);
    }

    #[test]
    fn slots_are_long_for_as_long_as_somebody_needs_it_and_then_short_again() {
        let database = Database::scratch().unwrap();
        schema::create(&database).unwrap();
        let rate = |gap| Rate { per_second: 10, gap };
        let slow = Duration::from_secs(1);
        assert_eq!(take(&database, "a", rate(slow), 0).unwrap().unwrap().gap, slow);
        // The next slot would begin after 0.2 s, and may be left within a second of that.
        assert_eq!(take(&database, "a", rate(LEAST_GAP), 2_199_999).unwrap().unwrap().gap, slow);
        assert_eq!(take(&database, "a", rate(LEAST_GAP), 2_399_999 + 2_000_001).unwrap().unwrap().gap, LEAST_GAP);
    }

    #[test]
    fn whoever_is_told_that_it_was_too_much_slows_everybody() {
        let database = Database::scratch().unwrap();
        schema::create(&database).unwrap();
        push_back(&database, "a", Duration::from_secs(3), 0).unwrap();
        let rate = Rate { per_second: 10, gap: LEAST_GAP };
        // Nothing is given that far ahead, however often somebody asks; a second before, it is.
        for _ in 0..3 {
            assert_eq!(take(&database, "a", rate, 0).unwrap(), Err(Duration::from_secs(2)));
        }
        assert_eq!(take(&database, "a", rate, 2_000_000).unwrap().unwrap().wait, Duration::from_secs(1));
        assert_eq!(take(&database, "another account", rate, 0).unwrap().unwrap().wait, Duration::ZERO);
    }
}
