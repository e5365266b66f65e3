use crate::support::{codes, lint};

const CAMPAIGN: &str = "campaigns/april.yaml";

/// One callee whose number tells no zone, and a window.
fn with(row: &str, window: &str) -> String {
    format!("callees:\n  inline:\n    - number: \"+883510000000099\"\n{row}{window}")
}

#[test]
fn a_window_of_days_wants_a_zone_too() {
    for window in ["notAfter: 2031-04-30\n", "notBefore: 2031-04-30\n", "window:\n  except: [2031-04-03]\n"] {
        assert_eq!(codes(&[(CAMPAIGN, &with("", window))]), ["CF056"], "{window}");
    }
}

#[test]
fn without_a_window_nobody_needs_to_know() {
    assert_eq!(codes(&[(CAMPAIGN, &with("", ""))]), [""; 0]);
    assert_eq!(codes(&[(CAMPAIGN, &with("", "notAfter: 2031-04-30T10:00:00Z\n"))]), [""; 0]);
}

#[test]
fn a_zone_in_the_row_is_enough_and_an_empty_one_is_pointed_at() {
    let window = "window:\n  timeZone:\n    column: tz\n  except: [2031-04-03]\n";
    assert_eq!(codes(&[(CAMPAIGN, &with("      tz: Europe/London\n", window))]), [""; 0]);
    let (loaded, found) = lint(&[(CAMPAIGN, &with("      tz: \"\"\n", window))]);
    assert_eq!(found.len(), 1);
    assert_eq!(loaded.sources.slice(found[0].primary.as_ref().unwrap().span), "\"\"");
    assert!(found[0].help[0].contains("`tz`"), "{:?}", found[0].help);
}
