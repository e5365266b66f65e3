//! Whether a window ever opens.

use jiff::tz::{TimeZone, offset};
use jiff::{SignedDuration, Timestamp};

use super::{Bound, Decision, Window};

impl Window {
    /// Whether it opens at least once between its bounds, by the clock of a zone; without one, by any clock on earth
    /// that shows full hours. True if it lacks a bound: then what its openings miss this week they meet another one.
    pub fn opens_within_its_bounds(&self, zone: Option<&TimeZone>) -> bool {
        let (Some(begins), Some(_)) = (self.not_before(), self.not_after()) else { return true };
        let begins = match begins {
            Bound::Date(day) => day.to_zoned(TimeZone::UTC).map_or(Timestamp::MIN, |day| day.timestamp()),
            Bound::Instant(instant) => instant,
        };
        // A day begins up to 14 hours earlier in the east.
        let now = begins.saturating_sub(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MIN);
        let opens = |zone: TimeZone| self.decide(now, &[zone]) != Decision::Never;
        match zone {
            Some(zone) => opens(zone.clone()),
            None => (-12..=14).any(|hours| opens(TimeZone::fixed(offset(hours)))),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Weekday, date};

    use super::super::Opening;
    use super::*;

    fn window(days: &[Weekday], bounds: (&str, &str), except: &[i8]) -> Window {
        let opening = Opening::parse(days, "09:00", "20:00").unwrap();
        let bound = |text: &str| match text.contains('T') {
            true => Bound::Instant(text.parse().unwrap()),
            false => Bound::Date(text.parse().unwrap()),
        };
        let except = except.iter().map(|day| date(2031, 4, *day)).collect();
        Window::new(vec![opening], except, Some(bound(bounds.0)), Some(bound(bounds.1)))
    }

    #[test]
    fn days_of_the_week_may_miss_the_dates() {
        // 2031-04-12 is a Saturday.
        let weekend = ("2031-04-12", "2031-04-13");
        assert!(!window(&[Weekday::Monday], weekend, &[]).opens_within_its_bounds(None));
        assert!(window(&[Weekday::Sunday], weekend, &[]).opens_within_its_bounds(None));
        assert!(!window(&[Weekday::Sunday], weekend, &[13]).opens_within_its_bounds(None));
    }

    #[test]
    fn an_instant_is_another_time_of_day_in_every_zone() {
        let hour = ("2031-04-12T01:00:00Z", "2031-04-12T02:00:00Z");
        let saturdays = window(&[Weekday::Saturday], hour, &[]);
        assert!(saturdays.opens_within_its_bounds(None));
        assert!(saturdays.opens_within_its_bounds(Some(&TimeZone::get("Asia/Shanghai").unwrap())));
        assert!(!saturdays.opens_within_its_bounds(Some(&TimeZone::get("Europe/London").unwrap())));
    }

    #[test]
    fn without_a_bound_it_opens_some_day() {
        let opening = Opening::parse(&[Weekday::Monday], "09:00", "20:00").unwrap();
        let after = Bound::Date(date(2031, 4, 12));
        assert!(Window::new(vec![opening], Vec::new(), None, Some(after)).opens_within_its_bounds(None));
    }
}
