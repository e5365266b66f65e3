//! Random numbers that a seed fixes.

use std::ops::Range;

use callform_emulator::{Random as _, SeededRandom};

pub(crate) struct Dice(SeededRandom);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(SeededRandom::new(seed))
    }

    /// Any of these.
    pub(crate) fn any(&mut self, of: Range<u64>) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes).unwrap();
        of.start + u64::from_le_bytes(bytes) % (of.end - of.start)
    }

    /// True in so many of a hundred cases.
    pub(crate) fn percent(&mut self, percent: u64) -> bool {
        self.any(0..100) < percent
    }
}
