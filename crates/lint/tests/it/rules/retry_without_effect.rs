use crate::support::{codes, told};

const CAMPAIGN: &str = "campaigns/april.yaml";

#[test]
fn one_attempt_needs_neither_wait_nor_outcomes() {
    for (retry, expected) in [
        ("  maxAttempts: 1\n", &[][..]),
        ("  maxAttempts: 1\n  wait: 2h\n  when:\n    - busy\n", &["CF048", "CF048"]),
        ("  maxAttempts: 2\n  wait: 2h\n  when:\n    - busy\n", &[]),
    ] {
        assert_eq!(codes(&[(CAMPAIGN, &format!("retry:\n{retry}"))]), expected, "{retry}");
    }
}

#[test]
fn the_second_attempt_comes_before_the_end() {
    for (bounds, wait, expected) in [
        ("notBefore: 2031-04-01\nnotAfter: 2031-04-02\n", "47h", &[][..]),
        ("notBefore: 2031-04-01\nnotAfter: 2031-04-02\n", "2d", &["CF048"]),
        ("notBefore: 2031-04-01T09:00:00Z\nnotAfter: 2031-04-01T10:00:00Z\n", "1h", &["CF048"]),
        ("notBefore: 2031-04-01T09:00:00Z\nnotAfter: 2031-04-01T10:00:00Z\n", "59m", &[]),
        // A day and an instant are compared by the callee's own clock: there is a zone where it fits.
        ("notBefore: 2031-04-01\nnotAfter: 2031-04-02T10:00:00Z\n", "40h", &[]),
        ("notBefore: 2031-04-01\nnotAfter: 2031-04-02T10:00:00Z\n", "9d", &["CF048"]),
        ("notAfter: 2031-04-02\n", "9d", &[]),
    ] {
        let yaml = format!("retry:\n  maxAttempts: 2\n  wait: {wait}\n{bounds}");
        assert_eq!(codes(&[(CAMPAIGN, &yaml)]), expected, "{bounds} {wait}");
    }
    let unset = "retry:\n  maxAttempts: 2\nnotBefore: 2031-04-01T09:00:00Z\nnotAfter: 2031-04-01T10:00:00Z\n";
    assert_eq!(codes(&[(CAMPAIGN, unset)]), ["CF048"]);
}

#[test]
fn every_attempt_waits_for_the_window() {
    let one_day = "notBefore: 2031-04-01\nnotAfter: 2031-04-01\n";
    let two_days = "notBefore: 2031-04-01\nnotAfter: 2031-04-02\n";
    let hour = "window:\n  open:\n    - from: \"09:00\"\n      to: \"10:00\"\n";
    let day = "window:\n  timeZone: Asia/Shanghai\n  open:\n    - from: \"09:00\"\n      to: \"18:00\"\n";
    for (bounds, window, attempts, wait, expected) in [
        (one_day, hour, 3, "3h", &["CF048"][..]),
        (one_day, hour, 2, "1h", &["CF048"]),
        (one_day, hour, 2, "59m", &[]),
        (two_days, hour, 2, "3h", &[]),
        (two_days, hour, 3, "3h", &["CF048"]),
        (two_days, "", 4, "12h", &[]),
        (two_days, "", 5, "12h", &["CF048"]),
        (one_day, day, 3, "4h", &[]),
        (one_day, day, 4, "4h", &["CF048"]),
        // Without an end there is always another day.
        ("notBefore: 2031-04-01\n", hour, 9, "3h", &[]),
    ] {
        let yaml = format!("retry:\n  maxAttempts: {attempts}\n  wait: {wait}\n{bounds}{window}");
        assert_eq!(codes(&[(CAMPAIGN, &yaml)]), expected, "{yaml}");
    }
}

#[test]
fn what_fits_is_told_as_a_number() {
    let yaml = "retry:\n  maxAttempts: 5\n  wait: 12h\nnotBefore: 2031-04-01\nnotAfter: 2031-04-02\n";
    insta::assert_snapshot!(told(&[(CAMPAIGN, yaml)]));
}
