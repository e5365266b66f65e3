//! The durations that become parameters of the API: in which unit it counts each, and from where to where.

/// A duration of an agent's document.
#[derive(Debug)]
pub struct ApiDuration {
    /// Where it stands.
    pub path: &'static [&'static str],
    /// The shortest, in milliseconds.
    pub least: u64,
    /// The longest, in milliseconds.
    pub most: u64,
    /// The API takes whole seconds; otherwise milliseconds.
    pub seconds: bool,
}

impl ApiDuration {
    /// Whether so many milliseconds are within the bounds, and can be told in the API's unit.
    pub fn takes(&self, ms: u64) -> bool {
        (self.least..=self.most).contains(&ms) && (!self.seconds || ms.is_multiple_of(1000))
    }
}

const HOUR: u64 = 3_600_000;

const fn ms(path: &'static [&'static str], least: u64, most: u64) -> ApiDuration {
    ApiDuration { path, least, most, seconds: false }
}

const fn s(path: &'static [&'static str], least: u64, most: u64) -> ApiDuration {
    ApiDuration { path, least, most, seconds: true }
}

/// All of them.
pub const API_DURATIONS: [ApiDuration; 9] = [
    ms(&["silence", "remindAfter"], 10_000, HOUR),
    ms(&["silence", "hangUpAfter"], 1, HOUR),
    ms(&["vad", "silence"], 240, 2000),
    ms(&["interruption", "after"], 0, 60_000),
    ms(&["fillerWords", "after"], 0, 60_000),
    ms(&["limits", "call"], 1000, 24 * HOUR),
    s(&["limits", "ring"], 1000, HOUR),
    s(&["limits", "queue"], 0, 5000),
    s(&["welcome", "delay"], 0, 60_000),
];
