//! Calling windows: when a callee may be phoned, by the clocks of every zone that the callee may be in.
//!
//! Everything is decided by what those clocks show. Where a clock is put forward, an opening inside the hour that is
//! left out does not happen; where it is put back, an hour that comes twice is open twice. So no opening ever needs a
//! rule for the days on which clocks change, and nobody is phoned while the clock on the wall says that it is closed.

mod clock_time;
mod days;
mod decide;
mod ever;
mod opening;

use jiff::Timestamp;
use jiff::civil::Date;

pub use clock_time::ClockTime;
pub use days::Days;
pub use decide::Decision;
pub use opening::Opening;

/// An end of the time in which a campaign runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// A whole day by the callee's clock: from its beginning (`notBefore`) or to its end (`notAfter`).
    Date(Date),
    /// A moment; as `notAfter` itself no longer inside.
    Instant(Timestamp),
}

/// When calls may be placed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Window {
    open: Vec<Opening>,
    except: Vec<Date>,
    not_before: Option<Bound>,
    not_after: Option<Bound>,
}

impl Window {
    /// No openings: always open, but for the days excepted and outside the bounds.
    pub fn new(open: Vec<Opening>, mut except: Vec<Date>, not_before: Option<Bound>, not_after: Option<Bound>) -> Self {
        except.sort_unstable();
        except.dedup();
        Self { open, except, not_before, not_after }
    }

    /// The openings.
    pub fn open(&self) -> &[Opening] {
        &self.open
    }

    /// The days on which it stays shut, sorted.
    pub fn except(&self) -> &[Date] {
        &self.except
    }

    /// Where it begins.
    pub fn not_before(&self) -> Option<Bound> {
        self.not_before
    }

    /// Where it ends.
    pub fn not_after(&self) -> Option<Bound> {
        self.not_after
    }

    /// Whether it takes a time zone to decide. If not, a callee whose zone is not known may be phoned.
    pub fn needs_zone(&self) -> bool {
        !self.open.is_empty()
            || !self.except.is_empty()
            || matches!(self.not_before, Some(Bound::Date(_)))
            || matches!(self.not_after, Some(Bound::Date(_)))
    }
}

#[cfg(test)]
mod tests;
