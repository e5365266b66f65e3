//! Days of the week.

use std::fmt;

use jiff::civil::Weekday;

/// A set of days of the week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Days(u8);

const NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

impl Days {
    /// All seven.
    pub const ALL: Self = Self(0x7f);

    /// Whether the day is in it.
    pub fn contains(self, day: Weekday) -> bool {
        self.has(day.to_monday_zero_offset())
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// By the offset from Monday.
    pub(super) fn has(self, day: i8) -> bool {
        self.0 & 1 << day != 0
    }
}

impl FromIterator<Weekday> for Days {
    fn from_iter<I: IntoIterator<Item = Weekday>>(days: I) -> Self {
        Self(days.into_iter().fold(0, |set, day| set | 1 << day.to_monday_zero_offset()))
    }
}

impl fmt::Display for Days {
    /// `Mon-Fri`, `Sat, Sun`, `Mon, Wed-Fri`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut day = 0;
        let mut first = true;
        while day < 7 {
            let start = day;
            while day < 7 && self.has(day) {
                day += 1;
            }
            if day == start {
                day += 1;
                continue;
            }
            f.write_str(if first { "" } else { ", " })?;
            first = false;
            let (from, to) = (NAMES[usize::from(start.unsigned_abs())], NAMES[usize::from((day - 1).unsigned_abs())]);
            match day - start {
                1 => f.write_str(from)?,
                2 => write!(f, "{from}, {to}")?,
                _ => write!(f, "{from}-{to}")?,
            }
        }
        Ok(())
    }
}
