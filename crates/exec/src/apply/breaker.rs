//! The breaker: when too many answers are lost, something is wrong that more calls would only make worse.

use std::collections::VecDeque;

/// How many of the last answers are looked at.
const WINDOW: usize = 50;

/// Counts lost answers.
#[derive(Debug)]
pub(super) struct Breaker {
    consecutive: u32,
    most: usize,
    in_a_row: u32,
    last: VecDeque<bool>,
}

impl Breaker {
    /// Trips at so many in a row, or over so many percent of the last 50.
    pub(super) fn new(consecutive: u32, percent: u32) -> Self {
        Self { consecutive, most: WINDOW * percent as usize / 100, in_a_row: 0, last: VecDeque::with_capacity(WINDOW) }
    }

    /// Counts an answer; why the run must stop, if it must.
    pub(super) fn count(&mut self, lost: bool) -> Option<String> {
        self.in_a_row = if lost { self.in_a_row + 1 } else { 0 };
        if self.last.len() == WINDOW {
            self.last.pop_front();
        }
        self.last.push_back(lost);
        let lost = self.last.iter().filter(|lost| **lost).count();
        if self.in_a_row >= self.consecutive {
            Some(format!("{} answers in a row were lost", self.in_a_row))
        } else if lost > self.most {
            Some(format!("{lost} of the last {} answers were lost", self.last.len()))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_trips_at_five_in_a_row() {
        let mut breaker = Breaker::new(5, 20);
        assert!((0..4).all(|_| breaker.count(true).is_none()));
        assert_eq!(breaker.count(false), None);
        assert!((0..4).all(|_| breaker.count(true).is_none()));
        assert!(breaker.count(true).is_some());
    }

    #[test]
    fn it_trips_over_a_fifth_of_the_last_fifty_and_forgets_older_ones() {
        let mut breaker = Breaker::new(5, 20);
        for n in 0..500 {
            assert_eq!(breaker.count(n % 5 == 0), None, "{n}");
        }
        let mut breaker = Breaker::new(5, 20);
        let tripped = (0..500).position(|n| breaker.count(n % 4 == 0).is_some());
        assert_eq!(tripped, Some(40), "the eleventh lost answer");
    }
}
