//! What an attempt's request says that the provider's records can be held against.

use serde::{Deserialize, Serialize};

/// The limits that a request names, in seconds. Without them nobody can say when a call must have ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestLimits {
    /// `AcquireTimeoutSecond`
    pub queue: Option<u64>,
    /// `MaxRingTimeoutSecond`
    pub ring: Option<u64>,
    /// `MaxCallDurationMs`, rounded up.
    pub call: Option<u64>,
}
