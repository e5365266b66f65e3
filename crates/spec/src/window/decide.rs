//! Whether it is open now, until when, and if not, from when on.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Bound, ClockTime, Window};

const DAY: i64 = 24 * 60 * 60;

/// How far a search goes: a year and a month. What does not open in that time is a mistake, and is to be seen.
const HORIZON: i64 = 400 * DAY;

/// 1970-01-01 was a Thursday: three days after a Monday.
const EPOCH_WEEKDAY: i64 = 3;

/// What a window says of a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Calls may be placed now.
    Open {
        /// The moment at which it closes; no later than 400 days from now, even if it stays open.
        until: Timestamp,
    },
    /// It opens at this moment, which is later than now.
    OpensAt(Timestamp),
    /// It does not open in the next 400 days (counted from `notBefore` where that is later), or not at all without a
    /// zone.
    Never,
}

impl Window {
    /// `zones` are all those that the callee may be in: it is open when it is open in every one of them. With none, a
    /// window that [needs one](Self::needs_zone) is never open: in doubt nobody is phoned.
    pub fn decide(&self, now: Timestamp, zones: &[TimeZone]) -> Decision {
        if zones.is_empty() && self.needs_zone() {
            return Decision::Never;
        }
        // Openings begin and end on full seconds, so nothing changes inside one.
        let start = floor_second(now);
        let mut search = Search { window: self, clocks: zones.iter().map(Clock::new).collect() };
        let mut at = start;
        let mut limit = start + HORIZON;
        // Straight to two days before the beginning, which are enough for any zone; the rest goes step by step.
        if let Some(earliest) = self.not_before.map(|bound| bound.second() - 2 * DAY)
            && earliest > start
        {
            at = earliest;
            limit = earliest + HORIZON;
        }
        let (mut open, mut until) = search.stretch(at);
        if open && at == start {
            while open && until < limit {
                (open, until) = search.extend(until);
            }
            return Decision::Open { until: timestamp(until.min(limit)) };
        }
        while !open {
            if until >= limit {
                return Decision::Never;
            }
            at = until;
            (open, until) = search.stretch(at);
        }
        Decision::OpensAt(timestamp(at))
    }

    /// Whether the second of a day is inside, by a clock alone, and the second from which on that may be otherwise.
    fn by_clock(&self, day: i64, second: i64) -> (bool, i64) {
        let before = matches!(self.not_before, Some(Bound::Date(date)) if day < epoch_day(date));
        let after = matches!(self.not_after, Some(Bound::Date(date)) if day > epoch_day(date));
        if before || after || self.is_excepted(day) {
            return (false, DAY);
        }
        if self.open.is_empty() {
            return (true, DAY);
        }
        let (mut open, mut until) = (false, DAY);
        let mut piece = |from: i64, to: i64| {
            open |= (from..to).contains(&second);
            for edge in [from, to] {
                if edge > second {
                    until = until.min(edge);
                }
            }
        };
        for opening in &self.open {
            let (from, to) = (opening.from().seconds(), opening.to().seconds());
            if opening.days().has(weekday(day)) {
                piece(from, if opening.is_overnight() { ClockTime::END.seconds() } else { to });
            }
            // Hours over midnight of a day on which it stays shut do not happen on the next day either.
            if opening.is_overnight() && opening.days().has(weekday(day - 1)) && !self.is_excepted(day - 1) {
                piece(0, to);
            }
        }
        (open, until)
    }

    fn is_excepted(&self, day: i64) -> bool {
        self.except.binary_search_by_key(&day, |date| epoch_day(*date)).is_ok()
    }
}

impl Bound {
    /// Of a day its beginning in UTC, which is within a day of its beginning anywhere.
    fn second(self) -> i64 {
        match self {
            Self::Date(date) => epoch_day(date) * DAY,
            Self::Instant(instant) => ceil_second(instant),
        }
    }
}

/// Walks along the time in stretches in which nothing changes. Times are seconds since 1970.
struct Search<'w> {
    window: &'w Window,
    clocks: Vec<Clock<'w>>,
}

impl Search<'_> {
    /// Whether it is open at a moment, and a later one up to which that holds.
    fn stretch(&mut self, at: i64) -> (bool, i64) {
        let (mut open, mut open_until, mut closed_until) = (true, i64::MAX, i64::MIN);
        let mut part = |is_open: bool, until: i64| {
            if is_open {
                open_until = open_until.min(until);
            } else {
                open = false;
                closed_until = closed_until.max(until);
            }
        };
        if let Some(Bound::Instant(instant)) = self.window.not_before {
            let opens = ceil_second(instant);
            part(at >= opens, if at >= opens { i64::MAX } else { opens });
        }
        if let Some(Bound::Instant(instant)) = self.window.not_after {
            let closes = floor_second(instant);
            part(at < closes, if at < closes { closes } else { i64::MAX });
        }
        for clock in &mut self.clocks {
            let shown = clock.shown(at);
            let (open, until) = self.window.by_clock(shown.div_euclid(DAY), shown.rem_euclid(DAY));
            part(open, (at + until - shown.rem_euclid(DAY)).min(clock.holds_until));
        }
        (open, if open { open_until } else { closed_until })
    }

    /// As [`stretch`](Self::stretch), but what is closed reaches no further than its beginning.
    fn extend(&mut self, at: i64) -> (bool, i64) {
        let (open, until) = self.stretch(at);
        (open, if open { until } else { at })
    }
}

/// A zone, and the offset that it has for a while.
struct Clock<'z> {
    zone: &'z TimeZone,
    offset: i64,
    holds_from: i64,
    holds_until: i64,
}

impl<'z> Clock<'z> {
    fn new(zone: &'z TimeZone) -> Self {
        // Holds for no time: the first question looks it up.
        Self { zone, offset: 0, holds_from: 0, holds_until: 0 }
    }

    /// Seconds since 1970-01-01 00:00 as the clock on the wall counts them.
    fn shown(&mut self, at: i64) -> i64 {
        if !(self.holds_from..self.holds_until).contains(&at) {
            let moment = timestamp(at);
            self.offset = i64::from(self.zone.to_offset(moment).seconds());
            self.holds_from = at;
            self.holds_until =
                self.zone.following(moment).next().map_or(i64::MAX, |change| change.timestamp().as_second());
        }
        at + self.offset
    }
}

/// Days since 1970-01-01.
fn epoch_day(date: Date) -> i64 {
    const EPOCH: Date = jiff::civil::date(1970, 1, 1);
    EPOCH.duration_until(date).as_hours() / 24
}

/// Days after Monday.
fn weekday(day: i64) -> i8 {
    i8::try_from((day + EPOCH_WEEKDAY).rem_euclid(7)).unwrap_or_default()
}

fn floor_second(moment: Timestamp) -> i64 {
    i64::try_from(moment.as_nanosecond().div_euclid(1_000_000_000)).unwrap_or_default()
}

fn ceil_second(moment: Timestamp) -> i64 {
    let floor = floor_second(moment);
    if moment.subsec_nanosecond() == 0 { floor } else { floor + 1 }
}

/// The nearest that the calendar has.
fn timestamp(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap_or(if second < 0 { Timestamp::MIN } else { Timestamp::MAX })
}
