use crate::support::{codes, told};

const CAMPAIGN: &str = "campaigns/april.yaml";

fn campaign(retry: &str, per_callee: &str) -> String {
    format!("retry: {{ {retry} }}\nlimits:\n  perCallee: {{ {per_callee} }}\n")
}

#[test]
fn attempts_that_come_when_the_ceiling_is_free_again_are_left_alone() {
    for (retry, per_callee, expected) in [
        ("maxAttempts: 3, wait: 24h", "calls: 1, every: 24h", &[][..]),
        ("maxAttempts: 3, wait: 12h", "calls: 2, every: 24h", &[]),
        ("maxAttempts: 3, wait: 1h", "calls: 3, every: 24h", &[]),
        ("maxAttempts: 1", "calls: 1, every: 24h", &[]),
        ("maxAttempts: 3, wait: 11h", "calls: 2, every: 24h", &["CF049"]),
        ("maxAttempts: 2", "calls: 1, every: 2h", &["CF049"]),
        ("maxAttempts: 2", "calls: 1, every: 1h", &[]),
    ] {
        assert_eq!(codes(&[(CAMPAIGN, &campaign(retry, per_callee))]), expected, "{retry} / {per_callee}");
    }
    assert_eq!(codes(&[(CAMPAIGN, "retry:\n  maxAttempts: 9\n  wait: 1m\n")]), [""; 0]);
}

#[test]
fn no_more_calls_go_on_than_there_are_lines() {
    let project = |lines: &str| format!("provider:\n  site: intl\n  sdkAppId: 1400000000\n{lines}");
    for (concurrent, lines, expected) in [
        (10, "", &[][..]),
        (11, "", &["CF049"]),
        (11, "  concurrentCalls: 11\n", &[]),
        (5, "  concurrentCalls: 4\n", &["CF049"]),
    ] {
        let limits = format!("limits:\n  concurrent: {concurrent}\n");
        let found = codes(&[(CAMPAIGN, &limits), ("callform.yaml", &project(lines))]);
        assert_eq!(found, expected, "{concurrent} {lines}");
    }
}

#[test]
fn the_blocked_attempt_is_counted() {
    insta::assert_snapshot!(told(&[(CAMPAIGN, &campaign("maxAttempts: 5, wait: 1h", "calls: 2, every: 1d"))]));
}
