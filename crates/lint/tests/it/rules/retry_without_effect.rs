use crate::support::codes;

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
        // A day and an instant are compared by the callee's own clock.
        ("notBefore: 2031-04-01\nnotAfter: 2031-04-02T10:00:00Z\n", "9d", &[]),
        ("notAfter: 2031-04-02\n", "9d", &[]),
    ] {
        let yaml = format!("retry:\n  maxAttempts: 2\n  wait: {wait}\n{bounds}");
        assert_eq!(codes(&[(CAMPAIGN, &yaml)]), expected, "{bounds} {wait}");
    }
    let unset = "retry:\n  maxAttempts: 2\nnotBefore: 2031-04-01T09:00:00Z\nnotAfter: 2031-04-01T10:00:00Z\n";
    assert_eq!(codes(&[(CAMPAIGN, unset)]), ["CF048"]);
}
