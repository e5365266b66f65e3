//! Randomness, brought in from outside.

/// Where randomness comes from.
pub trait Random: Send {
    /// Fills the buffer with bytes that nobody can guess.
    ///
    /// # Errors
    /// If the machine has none to give.
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), RandomError>;
}

/// The machine has no randomness to give.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this machine gives no random bytes: {0}")]
pub struct RandomError(pub String);

/// The operating system's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), RandomError> {
        getrandom::fill(buffer).map_err(|error| RandomError(error.to_string()))
    }
}

/// A number from 0 up to, not including, 1; for spreading waits.
pub(crate) fn fraction(random: &mut dyn Random) -> f64 {
    let mut bytes = [0; 4];
    // Jitter is a courtesy: without randomness everyone waits the same time.
    if random.fill(&mut bytes).is_err() {
        return 0.5;
    }
    f64::from(u32::from_le_bytes(bytes)) / (f64::from(u32::MAX) + 1.0)
}
