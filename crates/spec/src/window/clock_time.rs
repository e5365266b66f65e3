//! A time that a clock shows, up to and including 24:00.

use std::fmt;
use std::str::FromStr;

/// Minutes after midnight, from `00:00` to `24:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClockTime(u16);

/// A text is not `HH:MM`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a time of the form `HH:MM` between 00:00 and 24:00")]
pub struct NotClockTime;

impl ClockTime {
    /// The beginning of a day.
    pub const MIDNIGHT: Self = Self(0);
    /// The end of a day.
    pub const END: Self = Self(24 * 60);

    /// Seconds after midnight.
    pub(super) fn seconds(self) -> i64 {
        i64::from(self.0) * 60
    }
}

impl FromStr for ClockTime {
    type Err = NotClockTime;

    fn from_str(text: &str) -> Result<Self, NotClockTime> {
        let number = |part: &str| {
            let two_digits = part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
            two_digits.then(|| part.parse::<u16>().ok()).flatten().ok_or(NotClockTime)
        };
        let (hour, minute) = text.split_once(':').ok_or(NotClockTime)?;
        let (hour, minute) = (number(hour)?, number(minute)?);
        if minute < 60 && (hour < 24 || (hour, minute) == (24, 0)) {
            Ok(Self(hour * 60 + minute))
        } else {
            Err(NotClockTime)
        }
    }
}

impl fmt::Display for ClockTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}
