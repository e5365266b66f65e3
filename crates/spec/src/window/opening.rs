//! One opening: days and hours.

use std::fmt;

use jiff::civil::Weekday;

use super::clock_time::ClockTime;
use super::days::Days;

/// Hours on some days of the week. Hours over midnight belong to the day on which they begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Opening {
    days: Days,
    from: ClockTime,
    to: ClockTime,
}

impl Opening {
    /// `None` if it never opens: no day, or an end equal to the beginning. An end before the beginning is on the
    /// following day.
    pub fn new(days: Days, from: ClockTime, to: ClockTime) -> Option<Self> {
        (!days.is_empty() && from != to && from != ClockTime::END).then_some(Self { days, from, to })
    }

    /// From the texts of a document, `HH:MM`; `None` also if one of them is no time.
    pub fn parse(days: &[Weekday], from: &str, to: &str) -> Option<Self> {
        Self::new(days.iter().copied().collect(), from.parse().ok()?, to.parse().ok()?)
    }

    /// The days on which it begins.
    pub fn days(self) -> Days {
        self.days
    }

    /// The first minute.
    pub fn from(self) -> ClockTime {
        self.from
    }

    /// The minute after the last one.
    pub fn to(self) -> ClockTime {
        self.to
    }

    /// Whether it ends on the day after the one on which it begins.
    pub fn is_overnight(self) -> bool {
        self.to < self.from
    }
}

impl fmt::Display for Opening {
    /// `Mon-Fri 09:00-20:00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}-{}", self.days, self.from, self.to)
    }
}
