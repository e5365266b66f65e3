//! Typed variables: what fits, what doesn't, and what is said about it without saying the value.

use callform_spec::value::{DEFAULT_MAX_LENGTH, Kind, Raw, Rules, Value, ValueError, check};
use proptest::prelude::*;

fn text(text: &str) -> Raw {
    Raw::Text(text.into())
}

fn number(json: &str) -> Raw {
    Raw::Number(serde_json::from_str(json).expect("a JSON number"))
}

fn fits(rules: &Rules, raw: &Raw) -> Value {
    check(rules, raw).unwrap_or_else(|error| panic!("{error}"))
}

fn refused(rules: &Rules, raw: &Raw) -> ValueError {
    check(rules, raw).expect_err("does not fit")
}

/// The canonical form of a cell.
fn canonical(kind: Kind, cell: &str) -> String {
    fits(&Rules::of(kind), &text(cell)).canonical()
}

#[test]
fn text_is_one_line_unless_declared_otherwise() {
    let one = Rules::of(Kind::Text);
    let several = Rules { multiline: true, ..one.clone() };
    assert_eq!(fits(&one, &text(" 张伟 👋🏽 ")).canonical(), "text: 张伟 👋🏽 ");
    assert_eq!(fits(&one, &text("")).canonical(), "text:");
    let error = refused(&one, &text("a\nb"));
    assert_eq!(error.message, "expected text on one line, found a line break at character 2");
    assert!(error.help.is_some_and(|help| help.contains("multiline: true")));
    assert_eq!(fits(&several, &text("a\r\nb\nc")).canonical(), "text:a\nb\nc");
    for lone in ["a\rb", "a\u{2028}b", "a\u{85}b", "a\u{b}b"] {
        assert!(check(&several, &text(lone)).is_err(), "{lone:?}");
        assert!(check(&one, &text(lone)).is_err(), "{lone:?}");
    }
}

#[test]
fn characters_that_nobody_sees_are_refused() {
    let rules = Rules { multiline: true, ..Rules::of(Kind::Text) };
    for (cell, what) in [
        ("a\tb", "a control character, U+0009, at character 2"),
        ("\u{0}", "a control character, U+0000, at character 1"),
        ("a\u{1b}[31m", "a control character, U+001B, at character 2"),
        ("张\u{202e}伟", "a bidirectional override, U+202E, at character 2"),
        ("a\u{2066}", "a bidirectional override, U+2066, at character 2"),
        ("\u{feff}a", "a byte order mark, U+FEFF, at character 1"),
        ("a\u{e0041}", "an invisible tag character, U+E0041, at character 2"),
        ("M\u{fffd}ller", "the mark of text that was decoded wrongly, U+FFFD, at character 2"),
    ] {
        assert_eq!(refused(&rules, &text(cell)).message, format!("text holds {what}"));
    }
    for good in ["👩‍⚕️", "می‌خواهم", "क्‍ष", "שלום\u{200f}"] {
        assert!(check(&rules, &text(good)).is_ok(), "{good}");
    }
}

#[test]
fn length_is_counted_in_characters() {
    let rules = Rules { max_length: Some(2), ..Rules::of(Kind::Text) };
    assert!(check(&rules, &text("张伟")).is_ok());
    assert_eq!(refused(&rules, &text("张伟明")).message, "expected at most 2 characters, found 3");
    let unsaid = Rules::of(Kind::Text);
    assert!(check(&unsaid, &text(&"é".repeat(DEFAULT_MAX_LENGTH))).is_ok());
    assert!(
        refused(&unsaid, &text(&"é".repeat(DEFAULT_MAX_LENGTH + 1)))
            .help
            .is_some_and(|help| help.contains("maxLength"))
    );
}

#[test]
fn text_that_was_not_quoted_is_refused() {
    for raw in [number("7"), Raw::Boolean(true)] {
        for kind in [Kind::Text, Kind::Choice] {
            let error = refused(&Rules::of(kind), &raw);
            assert!(error.message.starts_with("expected text, found a "), "{error}");
            assert!(error.help.is_some_and(|help| help.starts_with("quote it")));
        }
    }
}

#[test]
fn numbers_stay_as_they_were_written() {
    assert_eq!(canonical(Kind::Number, "1.50"), "number:1.50");
    assert_eq!(canonical(Kind::Number, "-12"), "number:-12");
    assert_eq!(fits(&Rules::of(Kind::Number), &number("3")).canonical(), "number:3");
    assert_eq!(fits(&Rules::of(Kind::Number), &number("0.1")).canonical(), "number:0.1");
    assert_eq!(
        fits(&Rules::of(Kind::Number), &number("18446744073709551615")).canonical(),
        "number:18446744073709551615"
    );
    assert_eq!(fits(&Rules::of(Kind::Number), &number("1e21")).canonical(), "number:1000000000000000000000");
    assert_eq!(fits(&Rules::of(Kind::Number), &number("1e-7")).canonical(), "number:0.0000001");
    assert!(check(&Rules::of(Kind::Number), &number("1e300")).is_err());
}

#[test]
fn what_is_no_number_is_told_why() {
    for (cell, help) in [
        ("1,000", "without separators"),
        ("1 000", "without separators"),
        (" 5", "spaces"),
        ("007", "zeros in front"),
        ("1e3", "exponent"),
        ("1234567890123456789012345678901", "30 digits"),
    ] {
        let error = refused(&Rules::of(Kind::Number), &text(cell));
        assert!(error.message.starts_with("expected a number such as 12 or 3.50, found "), "{error}");
        assert!(error.help.as_deref().is_some_and(|said| said.contains(help)), "{cell}: {error:?}");
    }
    assert_eq!(
        refused(&Rules::of(Kind::Number), &text("")).message,
        "expected a number such as 12 or 3.50, found an empty text"
    );
    assert_eq!(
        refused(&Rules::of(Kind::Number), &Raw::Boolean(true)).message,
        "expected a number such as 12 or 3.50, found a boolean"
    );
}

#[test]
fn numbers_have_bounds_that_belong_to_them() {
    let rules = Rules { min: Some(0.1), max: Some(10.0), ..Rules::of(Kind::Number) };
    for inside in ["0.1", "0.10", "10", "10.0"] {
        assert!(check(&rules, &text(inside)).is_ok(), "{inside}");
    }
    assert_eq!(refused(&rules, &text("0.09")).message, "expected a number of at least 0.1");
    assert_eq!(refused(&rules, &number("11")).message, "expected a number of at most 10");
}

#[test]
fn booleans_are_true_and_false_and_nothing_else() {
    let rules = Rules::of(Kind::Boolean);
    assert_eq!(fits(&rules, &text("true")).canonical(), "boolean:true");
    assert_eq!(fits(&rules, &Raw::Boolean(false)).canonical(), "boolean:false");
    for cell in ["True", "TRUE", "yes", "no", "1", "0", "", " true"] {
        assert!(refused(&rules, &text(cell)).message.starts_with("expected `true` or `false`"), "{cell}");
    }
    assert!(check(&rules, &number("1")).is_err());
}

#[test]
fn dates_are_days_of_the_calendar() {
    assert_eq!(canonical(Kind::Date, "2024-02-29"), "date:2024-02-29");
    for cell in [
        "2026-02-29",
        "2026-13-01",
        "2026-00-10",
        "26-04-14",
        "2026-4-14",
        "14/04/2026",
        "20260414",
        "2026-04-14 ",
        "",
        "2026-04-14T10:00",
    ] {
        let error = refused(&Rules::of(Kind::Date), &text(cell));
        assert!(error.message.starts_with("expected a date such as 2026-04-14, found "), "{error}");
        assert!(error.help.is_some());
    }
    assert_eq!(
        refused(&Rules::of(Kind::Date), &text("4/14/2026")).message,
        "expected a date such as 2026-04-14, found 9 characters of text"
    );
    assert_eq!(
        refused(&Rules::of(Kind::Date), &text("2026-02-29")).help.as_deref(),
        Some("there is no such day in the calendar")
    );
}

#[test]
fn times_are_instants_or_on_the_callees_clock() {
    let canonical = |cell| canonical(Kind::DateTime, cell);
    assert_eq!(canonical("2026-04-14T10:00"), "datetime:2026-04-14T10:00:00");
    assert_eq!(canonical("2026-04-14 10:00:30"), "datetime:2026-04-14T10:00:30");
    assert_eq!(canonical("2026-04-14T10:00:00-04:00"), "datetime:2026-04-14T14:00:00Z");
    assert_eq!(canonical("2026-04-14t14:00z"), "datetime:2026-04-14T14:00:00Z");
    assert_eq!(canonical("2026-04-14T10:00:00.5+05:30"), "datetime:2026-04-14T04:30:00.5Z");
    assert_eq!(
        canonical("2026-04-14T10:00:00-04:00[America/New_York]"),
        "datetime:2026-04-14T14:00:00Z[America/New_York]"
    );
    assert_eq!(canonical("2026-04-14 10:00[America/New_York]"), "datetime:2026-04-14T14:00:00Z[America/New_York]");
}

#[test]
fn times_that_are_not_times_are_refused() {
    let rules = Rules::of(Kind::DateTime);
    for cell in [
        "",
        "2026-04-14",
        "2026-04-14T",
        "2026-04-14T24:00",
        "2026-04-14T10:60",
        "2026-04-14T10:00:60",
        "2026-04-14T10",
        "2026-04-14T10:00 am",
        "2026-04-14T10:00-0400",
        "2026-04-14T10:00-4",
        "2026-04-14T10:00+25:00",
        "2026-04-14T10:00-04:00[",
        "2026-04-14T10:00[]",
        "2026-04-14T10:00[Mars/Olympus]",
        "2026-02-30T10:00",
        "10:00 2026-04-14",
        "2026-04-14T10:00:00.",
        "二〇二六年四月十四日",
        "9999-12-31T23:00-05:00",
    ] {
        let error = refused(&rules, &text(cell));
        assert!(error.help.is_some(), "{cell}: {error}");
    }
    let wrong = refused(&rules, &text("2026-04-14T10:00-05:00[America/New_York]"));
    assert_eq!(wrong.message, "the offset is not the one that the zone in brackets has at that time");
}

#[test]
fn a_time_that_the_clocks_skip_or_repeat_needs_its_offset() {
    let rules = Rules::of(Kind::DateTime);
    for cell in ["2026-03-08T02:30[America/New_York]", "2026-11-01T01:30[America/New_York]"] {
        assert!(refused(&rules, &text(cell)).message.contains("exists twice or not at all"), "{cell}");
    }
    let first = canonical(Kind::DateTime, "2026-11-01T01:30-04:00[America/New_York]");
    let second = canonical(Kind::DateTime, "2026-11-01T01:30-05:00[America/New_York]");
    assert_eq!(first, "datetime:2026-11-01T05:30:00Z[America/New_York]");
    assert_eq!(second, "datetime:2026-11-01T06:30:00Z[America/New_York]");
}

#[test]
fn a_choice_is_one_of_its_choices_exactly() {
    let rules = Rules { choices: vec!["Morning".into(), "Evening".into()], ..Rules::of(Kind::Choice) };
    assert_eq!(fits(&rules, &text("Evening")).canonical(), "text:Evening");
    let error = refused(&rules, &text("evening "));
    assert_eq!(error.message, "expected one of `Morning`, `Evening`, found another text");
    assert!(error.help.is_some_and(|help| help.contains("write `Evening`")));
    assert_eq!(refused(&rules, &text("noon")).help, None);
}

#[test]
fn kinds_are_called_what_the_language_calls_them() {
    let names = Kind::ALL.map(Kind::name);
    assert_eq!(names, ["text", "number", "boolean", "date", "datetime", "choice"]);
    for kind in Kind::ALL {
        assert_eq!(serde_json::to_string(&kind).expect("a name"), format!("\"{kind}\""));
    }
}

#[test]
fn neither_errors_nor_debug_forms_hold_the_value() {
    let secret = "Xanthippe 5551234";
    for kind in Kind::ALL {
        let rules = Rules { max_length: Some(3), choices: vec!["a".into()], min: Some(1e9), ..Rules::of(kind) };
        for raw in [text(secret), text("5551234"), number("5551234")] {
            let error = refused(&rules, &raw);
            let shown = format!("{error} {error:?} {raw:?}");
            assert!(!shown.contains("Xanthippe") && !shown.contains("5551234"), "{shown}");
        }
    }
    let value = fits(&Rules::of(Kind::Text), &text(secret));
    assert_eq!(format!("{value:?}"), "Value(text)");
    assert_eq!(format!("{:?}", fits(&Rules::of(Kind::Number), &text("5551234"))), "Value(number)");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_cell_makes_any_kind_panic(cell in "\\PC*|[0-9T:+\\-\\[\\]Za-z/. ]{0,40}|[\\x00-\\x20]*") {
        for kind in Kind::ALL {
            let _ = check(&Rules::of(kind), &text(&cell));
        }
    }

    #[test]
    fn every_time_is_read_back_from_its_own_form(seconds in -60_000_000_000i64..250_000_000_000, minutes in -839i32..=839) {
        let at = jiff::Timestamp::from_second(seconds).expect("in range");
        let offset = jiff::tz::Offset::from_seconds(minutes * 60).expect("in range");
        let written = at.display_with_offset(offset).to_string();
        let year = written.get(..4).is_some_and(|year| year.bytes().all(|b| b.is_ascii_digit()));
        prop_assume!(year);
        prop_assert_eq!(canonical(Kind::DateTime, &written), format!("datetime:{at}"));
    }
}
