//! Days and moments.

use std::fmt;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};

use super::{Raw, ValueError};

pub(super) const A_DATE: &str = "a date such as 2026-04-14";
pub(super) const A_DATETIME: &str =
    "a date and time such as 2026-04-14T10:00:00-04:00, or 2026-04-14T10:00 on the callee's own clock";

/// A day and a time.
#[derive(Clone, PartialEq, Eq)]
pub enum Moment {
    /// The same instant everywhere on earth.
    Instant {
        /// When.
        at: Timestamp,
        /// The offset from UTC that it was written with.
        offset: Offset,
        /// The zone that it was written with, as in `2026-04-14T10:00:00-04:00[America/New_York]`.
        zone: Option<TimeZone>,
    },
    /// What a clock on the callee's wall shows.
    Local(DateTime),
}

impl Moment {
    /// UTC and the zone that it names, or the local time.
    pub(super) fn canonical(&self) -> String {
        match self {
            Self::Instant { at, zone, .. } => match zone.as_ref().and_then(TimeZone::iana_name) {
                Some(zone) => format!("{at}[{zone}]"),
                None => at.to_string(),
            },
            Self::Local(local) => local.to_string(),
        }
    }
}

impl fmt::Display for Moment {
    /// ISO 8601 as RFC 3339 has it: an instant with the offset that it was written with, a local time without one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Instant { at, offset, .. } => write!(f, "{}", at.display_with_offset(*offset)),
            Self::Local(local) => write!(f, "{local}"),
        }
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Instant { .. } => "Instant",
            Self::Local(_) => "Local",
        })
    }
}

pub(super) fn date(text: &str, raw: &Raw) -> Result<Date, ValueError> {
    parse_date(text).ok_or_else(|| {
        let error = ValueError::expected(A_DATE, raw);
        if has_shape(text, "9999-99-99") {
            error.help("there is no such day in the calendar")
        } else if text.get(..10).is_some_and(|day| has_shape(day, "9999-99-99")) {
            error.help("a date has no time; declare the variable as `datetime` if the time matters")
        } else {
            error.help("four digits of the year, two of the month, two of the day")
        }
    })
}

pub(super) fn check(text: &str, raw: &Raw) -> Result<Moment, ValueError> {
    let expected = |help: &str| ValueError::expected(A_DATETIME, raw).help(help);
    let Some((day, rest)) = text.split_at_checked(10).filter(|(day, _)| has_shape(day, "9999-99-99")) else {
        return Err(expected(
            "four digits of the year, two of the month, two of the day, then `T` or a space and the time",
        ));
    };
    let day = parse_date(day).ok_or_else(|| expected("there is no such day in the calendar"))?;
    // Spreadsheets write a space, RFC 3339 allows small letters.
    let Some(rest) = rest.strip_prefix(['T', 't', ' ']) else {
        return Err(expected("the time is missing: `T` or a space after the date, then hours and minutes"));
    };
    let (rest, zone) = match rest.strip_suffix(']').and_then(|rest| rest.split_once('[')) {
        Some((rest, name)) => (rest, Some(name)),
        None => (rest, None),
    };
    let clock = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
    let (time, offset) = rest.split_at(clock);
    let time =
        parse_time(time).ok_or_else(|| expected("the time is written 10:00 or 10:00:00, from 00:00 to 23:59"))?;
    let local = day.to_datetime(time);
    let offset = match offset {
        "" => None,
        given => Some(
            parse_offset(given).ok_or_else(|| expected("the offset from UTC is written `Z`, `+08:00` or `-04:00`"))?,
        ),
    };
    let zone = match zone {
        Some(name) => Some(TimeZone::get(name).map_err(|_| {
            ValueError::new("the brackets name no time zone that is known")
                .help("use an IANA name such as America/New_York")
        })?),
        None => None,
    };
    match (offset, zone) {
        (None, None) => Ok(Moment::Local(local)),
        (Some(offset), zone) => {
            let at = offset.to_timestamp(local).map_err(|_| expected("it is outside the years 0 to 9999"))?;
            if zone.as_ref().is_some_and(|zone| zone.to_offset(at) != offset) {
                return Err(ValueError::new("the offset is not the one that the zone in brackets has at that time")
                    .help("leave one of them out"));
            }
            Ok(Moment::Instant { at, offset, zone })
        }
        (None, Some(zone)) => {
            let zoned: Zoned = zone.to_ambiguous_zoned(local).unambiguous().map_err(|_| {
                ValueError::new("that time exists twice or not at all in the zone: the clocks change on that day")
                    .help("add the offset from UTC, for example -04:00, before the zone")
            })?;
            Ok(Moment::Instant { at: zoned.timestamp(), offset: zoned.offset(), zone: Some(zone) })
        }
    }
}

/// Whether `text` has digits where `shape` has `9`, and is equal elsewhere.
fn has_shape(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(t, s)| if s == b'9' { t.is_ascii_digit() } else { t == s })
}

fn part<T: std::str::FromStr>(text: &str, at: usize, length: usize) -> Option<T> {
    text.get(at..at + length)?.parse().ok()
}

fn parse_date(text: &str) -> Option<Date> {
    if !has_shape(text, "9999-99-99") {
        return None;
    }
    Date::new(part(text, 0, 4)?, part(text, 5, 2)?, part(text, 8, 2)?).ok()
}

fn parse_time(text: &str) -> Option<Time> {
    let (clock, fraction) = text.split_once('.').map_or((text, None), |(clock, fraction)| (clock, Some(fraction)));
    let seconds = match clock {
        _ if has_shape(clock, "99:99:99") => part(clock, 6, 2)?,
        _ if has_shape(clock, "99:99") && fraction.is_none() => 0,
        _ => return None,
    };
    let nanoseconds = match fraction {
        None => 0,
        Some(digits) if (1..=9).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) => {
            format!("{digits:0<9}").parse().ok()?
        }
        Some(_) => return None,
    };
    Time::new(part(clock, 0, 2)?, part(clock, 3, 2)?, seconds, nanoseconds).ok()
}

fn parse_offset(text: &str) -> Option<Offset> {
    if matches!(text, "Z" | "z") {
        return Some(Offset::UTC);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let clock = text.get(1..)?;
    if !has_shape(clock, "99:99") {
        return None;
    }
    let (hours, minutes) = (part::<i32>(clock, 0, 2)?, part::<i32>(clock, 3, 2)?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}
