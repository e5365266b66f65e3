//! Random numbers that a seed fixes.

use std::ops::Range;
use std::time::Duration;

use callform_exec::random::{Random, RandomError};

/// SplitMix64: a world throws it thousands of times.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    /// Of a seed, for one purpose: what is drawn for one does not shift what is drawn for another.
    pub(crate) fn new(seed: u64, purpose: &str) -> Self {
        let mut dice = Self(seed.wrapping_mul(0xd6e8_feb8_6659_fd93));
        for byte in purpose.bytes() {
            dice.0 = dice.0.wrapping_add(u64::from(byte));
            dice.0 = dice.next();
        }
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Any of these.
    pub(crate) fn any(&mut self, of: Range<u64>) -> u64 {
        of.start + self.next() % (of.end - of.start).max(1)
    }

    /// True in so many of a thousand cases.
    pub(crate) fn permille(&mut self, cases: u64) -> bool {
        self.any(0..1000) < cases
    }

    /// True in so many of a hundred cases.
    pub(crate) fn percent(&mut self, cases: u64) -> bool {
        self.any(0..100) < cases
    }

    /// One of them.
    pub(crate) fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.any(0..choices.len() as u64) as usize]
    }

    /// So many milliseconds, as a duration.
    pub(crate) fn ms(&mut self, of: Range<u64>) -> Duration {
        Duration::from_millis(self.any(of))
    }

    /// So many seconds and some milliseconds.
    pub(crate) fn seconds(&mut self, of: Range<u64>) -> Duration {
        self.ms(of.start * 1000..of.end * 1000)
    }
}

impl Random for Dice {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), RandomError> {
        for chunk in buffer.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}
