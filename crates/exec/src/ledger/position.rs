//! Lineages and positions: which ledger, and how far in it.

use std::fmt;

use crate::identity::{CallId, DIGEST_BYTES};
use crate::random::{Random, RandomError};

/// Which ledger this is, from its making on: 32 hexadecimal digits. Copies have it in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Lineage(String);

impl Lineage {
    pub(super) fn generate(random: &mut dyn Random) -> Result<Self, RandomError> {
        let mut bytes = [0; DIGEST_BYTES];
        random.fill(&mut bytes)?;
        Ok(Self(CallId::from_bytes(bytes).to_string()))
    }

    /// From its 32 digits.
    pub fn parse(text: &str) -> Option<Self> {
        CallId::from_hex(text).map(|_| Self(text.to_owned()))
    }

    /// All its digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For the screen: `4f1c…`.
    pub fn short(&self) -> String {
        format!("{}…", &self.0[..4])
    }
}

impl fmt::Display for Lineage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A place in a ledger: an event's number, and a digest over everything up to it. Two ledgers that agree in a
/// position agree in all events before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Position {
    pub(super) number: i64,
    pub(super) chain: [u8; DIGEST_BYTES],
}

impl Position {
    /// The event's number, from 1 on.
    pub const fn number(&self) -> i64 {
        self.number
    }

    /// From `NUMBER.DIGEST`.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, chain) = text.split_once('.')?;
        Some(Self { number: number.parse().ok()?, chain: *CallId::from_hex(chain)?.as_bytes() })
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.number, CallId::from_bytes(self.chain))
    }
}
