use jiff::civil::{Date, Weekday, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;

use super::{Bound, ClockTime, Days, Decision, Opening, Window};

const WORKDAYS: [Weekday; 5] =
    [Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday];
const ALL: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

fn zone(name: &str) -> TimeZone {
    jiff::tz::TimeZoneDatabase::bundled().get(name).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse::<jiff::Zoned>().unwrap().timestamp()
}

fn opening(days: &[Weekday], from: &str, to: &str) -> Opening {
    Opening::parse(days, from, to).unwrap()
}

fn window(days: &[Weekday], from: &str, to: &str) -> Window {
    Window::new(vec![opening(days, from, to)], vec![], None, None)
}

fn opens(window: &Window, now: &str, zones: &[&str], expected: &str) {
    let zones: Vec<_> = zones.iter().map(|name| zone(name)).collect();
    assert_eq!(window.decide(at(now), &zones), Decision::OpensAt(at(expected)), "opens");
}

fn closes(window: &Window, now: &str, zones: &[&str], expected: &str) {
    let zones: Vec<_> = zones.iter().map(|name| zone(name)).collect();
    assert_eq!(window.decide(at(now), &zones), Decision::Open { until: at(expected) }, "closes");
}

#[test]
fn office_hours_open_in_the_morning_and_close_in_the_evening() {
    let window = window(&WORKDAYS, "09:00", "20:00");
    opens(&window, "2026-04-01T08:59:59[Europe/Berlin]", &["Europe/Berlin"], "2026-04-01T09:00[Europe/Berlin]");
    closes(&window, "2026-04-01T09:00[Europe/Berlin]", &["Europe/Berlin"], "2026-04-01T20:00[Europe/Berlin]");
    closes(&window, "2026-04-01T19:59:59.9[Europe/Berlin]", &["Europe/Berlin"], "2026-04-01T20:00[Europe/Berlin]");
    opens(&window, "2026-04-01T20:00[Europe/Berlin]", &["Europe/Berlin"], "2026-04-02T09:00[Europe/Berlin]");
    opens(&window, "2026-04-03T20:00[Europe/Berlin]", &["Europe/Berlin"], "2026-04-06T09:00[Europe/Berlin]");
}

#[test]
fn several_zones_are_open_only_together() {
    let window = window(&WORKDAYS, "09:00", "20:00");
    let zones = ["America/New_York", "America/Los_Angeles"];
    opens(&window, "2026-04-01T09:00[America/New_York]", &zones, "2026-04-01T09:00[America/Los_Angeles]");
    closes(&window, "2026-04-01T12:00[America/New_York]", &zones, "2026-04-01T20:00[America/New_York]");
}

#[test]
fn zones_that_are_never_open_together_are_never_open() {
    let window = window(&ALL, "09:00", "12:00");
    let zones = [zone("Europe/London"), zone("Pacific/Honolulu")];
    assert_eq!(window.decide(at("2026-04-01T09:00[Europe/London]"), &zones), Decision::Never);
}

#[test]
fn without_a_zone_a_window_that_needs_one_is_never_open() {
    let now = at("2026-04-01T09:00[UTC]");
    assert_eq!(window(&ALL, "00:00", "24:00").decide(now, &[]), Decision::Never);
    let dated = Window::new(vec![], vec![], Some(Bound::Date(date(2026, 1, 1))), None);
    assert_eq!(dated.decide(now, &[]), Decision::Never);
    let later = at("2026-04-02T09:00[UTC]");
    let until = Window::new(vec![], vec![], None, Some(Bound::Instant(later)));
    assert_eq!(until.decide(now, &[]), Decision::Open { until: later });
}

#[test]
fn no_openings_are_always_open_as_far_as_the_search_goes() {
    let now = at("2026-04-01T09:00[UTC]");
    let far = Decision::Open { until: now + 9600.hours() };
    assert_eq!(Window::default().decide(now, &[]), far);
    assert_eq!(Window::default().decide(now, &[zone("Asia/Shanghai")]), far);
    assert_eq!(window(&ALL, "00:00", "24:00").decide(now, &[zone("Asia/Shanghai")]), far, "every hour of every day");
}

#[test]
fn hours_over_midnight_belong_to_the_day_on_which_they_begin() {
    let window = window(&[Weekday::Friday], "22:00", "02:00");
    opens(&window, "2026-04-03T00:30[Asia/Shanghai]", &["Asia/Shanghai"], "2026-04-03T22:00[Asia/Shanghai]");
    closes(&window, "2026-04-03T22:00[Asia/Shanghai]", &["Asia/Shanghai"], "2026-04-04T02:00[Asia/Shanghai]");
    closes(&window, "2026-04-04T01:00[Asia/Shanghai]", &["Asia/Shanghai"], "2026-04-04T02:00[Asia/Shanghai]");
}

#[test]
fn openings_that_touch_are_one() {
    let window =
        Window::new(vec![opening(&ALL, "20:00", "24:00"), opening(&ALL, "00:00", "03:00")], vec![], None, None);
    closes(&window, "2026-04-03T21:00[Asia/Shanghai]", &["Asia/Shanghai"], "2026-04-04T03:00[Asia/Shanghai]");
}

#[test]
fn an_excepted_day_is_shut_with_the_night_that_begins_on_it() {
    let night = Window::new(vec![opening(&ALL, "22:00", "02:00")], vec![date(2026, 4, 3)], None, None);
    closes(&night, "2026-04-02T23:00[Asia/Shanghai]", &["Asia/Shanghai"], "2026-04-03T00:00[Asia/Shanghai]");
    opens(&night, "2026-04-03T00:00[Asia/Shanghai]", &["Asia/Shanghai"], "2026-04-04T22:00[Asia/Shanghai]");
}

#[test]
fn a_zone_with_the_excepted_day_shuts_all() {
    let window = Window::new(vec![], vec![date(2026, 4, 3)], None, None);
    let zones = ["Asia/Shanghai", "America/New_York"];
    closes(&window, "2026-04-02T12:00[Asia/Shanghai]", &zones, "2026-04-03T00:00[Asia/Shanghai]");
    opens(&window, "2026-04-03T01:00[Asia/Shanghai]", &zones, "2026-04-04T00:00[America/New_York]");
}

#[test]
fn dates_bound_by_the_callee_s_day_and_moments_by_the_moment() {
    let dated = Window::new(
        vec![opening(&ALL, "09:00", "20:00")],
        vec![],
        Some(Bound::Date(date(2026, 4, 1))),
        Some(Bound::Date(date(2026, 4, 3))),
    );
    opens(&dated, "2025-01-01T10:00[Asia/Shanghai]", &["Asia/Shanghai"], "2026-04-01T09:00[Asia/Shanghai]");
    closes(&dated, "2026-04-03T10:00[Asia/Shanghai]", &["Asia/Shanghai"], "2026-04-03T20:00[Asia/Shanghai]");
    assert_eq!(dated.decide(at("2026-04-03T20:00[Asia/Shanghai]"), &[zone("Asia/Shanghai")]), Decision::Never);

    let exact = Window::new(
        vec![opening(&ALL, "09:00", "20:00")],
        vec![],
        Some(Bound::Instant(at("2026-04-01T10:30[Asia/Shanghai]"))),
        Some(Bound::Instant(at("2026-04-01T11:30[Asia/Shanghai]"))),
    );
    opens(&exact, "2026-04-01T09:30[Asia/Shanghai]", &["Asia/Shanghai"], "2026-04-01T10:30[Asia/Shanghai]");
    closes(&exact, "2026-04-01T10:30[Asia/Shanghai]", &["Asia/Shanghai"], "2026-04-01T11:30[Asia/Shanghai]");
    assert_eq!(exact.decide(at("2026-04-01T11:30[Asia/Shanghai]"), &[zone("Asia/Shanghai")]), Decision::Never);
}

#[test]
fn a_campaign_that_begins_in_two_years_opens_then() {
    let window = Window::new(vec![opening(&ALL, "09:00", "20:00")], vec![], Some(Bound::Date(date(2028, 4, 1))), None);
    opens(&window, "2026-04-01T10:00[Asia/Shanghai]", &["Asia/Shanghai"], "2028-04-01T09:00[Asia/Shanghai]");
}

#[test]
fn an_hour_that_the_clocks_leave_out_is_not_open() {
    // Berlin goes from 02:00 to 03:00 on 2026-03-29.
    let inside = window(&ALL, "02:00", "03:00");
    opens(&inside, "2026-03-29T01:30[Europe/Berlin]", &["Europe/Berlin"], "2026-03-30T02:00[Europe/Berlin]");
    let from_within = window(&ALL, "02:30", "05:00");
    opens(&from_within, "2026-03-29T01:30[Europe/Berlin]", &["Europe/Berlin"], "2026-03-29T03:00[Europe/Berlin]");
}

#[test]
fn an_hour_that_comes_twice_is_open_twice() {
    // Berlin goes from 03:00 back to 02:00 on 2026-10-25.
    let window = window(&ALL, "02:15", "02:45");
    closes(
        &window,
        "2026-10-25T02:20+02:00[Europe/Berlin]",
        &["Europe/Berlin"],
        "2026-10-25T02:45+02:00[Europe/Berlin]",
    );
    opens(
        &window,
        "2026-10-25T02:50+02:00[Europe/Berlin]",
        &["Europe/Berlin"],
        "2026-10-25T02:15+01:00[Europe/Berlin]",
    );
    closes(
        &window,
        "2026-10-25T02:20+01:00[Europe/Berlin]",
        &["Europe/Berlin"],
        "2026-10-25T02:45+01:00[Europe/Berlin]",
    );
}

#[test]
fn what_never_opens_is_no_opening() {
    assert_eq!(Opening::parse(&ALL, "09:00", "09:00"), None);
    assert_eq!(Opening::parse(&[], "09:00", "10:00"), None);
    assert_eq!(Opening::parse(&ALL, "24:00", "10:00"), None);
    for text in ["9:00", "24:01", "12:60", "1200", "-1:00", "12:0", ""] {
        assert_eq!(Opening::parse(&ALL, text, "13:00"), None, "{text}");
    }
}

#[test]
fn openings_are_written_as_people_do() {
    assert_eq!(opening(&WORKDAYS, "09:00", "20:00").to_string(), "Mon-Fri 09:00-20:00");
    assert_eq!(opening(&[Weekday::Sunday, Weekday::Saturday], "09:00", "24:00").to_string(), "Sat, Sun 09:00-24:00");
    let days: Days = [Weekday::Monday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday].into_iter().collect();
    assert_eq!(days.to_string(), "Mon, Wed-Fri");
}

/// Whether it is open at a moment: the definition, taken from what each clock shows and from nothing else.
fn is_open(window: &Window, moment: Timestamp, zones: &[TimeZone]) -> bool {
    let day_of = |bound: Option<Bound>| match bound {
        Some(Bound::Date(date)) => Some(date),
        _ => None,
    };
    let instant_of = |bound: Option<Bound>| match bound {
        Some(Bound::Instant(instant)) => Some(instant),
        _ => None,
    };
    let by_clock = |zone: &TimeZone| {
        let shown = zone.to_datetime(moment);
        let (today, yesterday) = (shown.date(), shown.date().yesterday().unwrap());
        let minute = i64::from(shown.hour()) * 60 + i64::from(shown.minute());
        let minutes = |time: ClockTime| {
            let text = time.to_string();
            text[..2].parse::<i64>().unwrap() * 60 + text[3..].parse::<i64>().unwrap()
        };
        let begun_on = |day: Date, minute: i64| {
            !window.except().contains(&day)
                && window.open().iter().any(|opening| {
                    let (from, mut to) = (minutes(opening.from()), minutes(opening.to()));
                    if to < from {
                        to += 24 * 60;
                    }
                    opening.days().contains(day.weekday()) && (from..to).contains(&minute)
                })
        };
        day_of(window.not_before()).is_none_or(|day| today >= day)
            && day_of(window.not_after()).is_none_or(|day| today <= day)
            && !window.except().contains(&today)
            && (window.open().is_empty() || begun_on(today, minute) || begun_on(yesterday, minute + 24 * 60))
    };
    instant_of(window.not_before()).is_none_or(|instant| moment >= instant)
        && instant_of(window.not_after()).is_none_or(|instant| moment < instant)
        && zones.iter().all(by_clock)
}

/// Half an hour of summer time, none, quarters of an hour, Ramadan, a day that was left out, both hemispheres.
const ZONES: [&str; 10] = [
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Pacific/Apia",
    "America/Santiago",
    "Asia/Shanghai",
    "America/St_Johns",
    "Pacific/Chatham",
];

/// Around these, clocks change in one or several of the zones.
const AROUND: [&str; 7] = [
    "2026-03-06T00:00Z",
    "2026-03-27T00:00Z",
    "2026-10-02T00:00Z",
    "2026-10-23T00:00Z",
    "2026-02-13T00:00Z",
    "2011-12-28T00:00Z",
    "2026-04-02T00:00Z",
];

const MINUTES: i64 = 6 * 24 * 60;

prop_compose! {
    fn any_opening()(days in 1u8..128, from in 0u16..1440, to in 0u16..=1440) -> Option<Opening> {
        let days: Vec<Weekday> = (0..7).filter(|day| days & 1 << day != 0).map(|day| ALL[day as usize]).collect();
        let text = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        Opening::parse(&days, &text(from), &text(to))
    }
}

prop_compose! {
    fn any_bound()(date in any::<bool>(), minutes in 0..MINUTES, start in 0..AROUND.len()) -> Bound {
        let moment = AROUND[start].parse::<Timestamp>().unwrap() + minutes.minutes();
        if date { Bound::Date(TimeZone::UTC.to_datetime(moment).date()) } else { Bound::Instant(moment) }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn decisions_agree_with_looking_at_the_clocks_every_minute(
        start in 0..AROUND.len(),
        zones in prop::collection::vec(0..ZONES.len(), 1..4),
        open in prop::collection::vec(any_opening(), 0..3),
        except in prop::collection::vec(0i64..6, 0..2),
        not_before in prop::option::weighted(0.3, any_bound()),
        not_after in prop::option::weighted(0.3, any_bound()),
        step in 31i64..90,
    ) {
        let start = AROUND[start].parse::<Timestamp>().unwrap();
        let zones: Vec<TimeZone> = zones.into_iter().map(|index| zone(ZONES[index])).collect();
        let except = except.into_iter().map(|day| TimeZone::UTC.to_datetime(start + (day * 24).hours()).date()).collect();
        let window = Window::new(open.into_iter().flatten().collect(), except, not_before, not_after);
        let minute = |n: i64| start + n.minutes();
        let open: Vec<bool> = (0..MINUTES).map(|n| is_open(&window, minute(n), &zones)).collect();
        let next = |from: i64, wanted: bool| (from..MINUTES).find(|n| open[*n as usize] == wanted).map(minute);
        let end = minute(MINUTES);
        for now in (0..MINUTES).step_by(step as usize) {
            match window.decide(minute(now), &zones) {
                Decision::Open { until } => {
                    prop_assert!(open[now as usize], "at {}", minute(now));
                    prop_assert_eq!(next(now, false).unwrap_or(until.max(end)), until, "at {}", minute(now));
                }
                Decision::OpensAt(opens) => {
                    prop_assert!(!open[now as usize], "at {}", minute(now));
                    prop_assert_eq!(next(now, true).unwrap_or(opens.max(end)), opens, "at {}", minute(now));
                    prop_assert!(is_open(&window, opens, &zones) && !is_open(&window, opens - 1.second(), &zones));
                }
                Decision::Never => prop_assert_eq!(next(now, true), None, "at {}", minute(now)),
            }
        }
    }
}
