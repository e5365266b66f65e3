use crate::support::{codes, lint};

const CAMPAIGN: &str = "campaigns/april.yaml";

fn window(from: &str, to: &str) -> String {
    format!("window:\n  open:\n    - from: \"{from}\"\n      to: \"{to}\"\n")
}

#[test]
fn the_day_is_long_and_ends() {
    for (from, to, expected) in [
        ("08:00", "21:00", &[][..]),
        ("12:00", "12:01", &[]),
        ("07:59", "20:00", &["CF047"]),
        ("09:00", "21:01", &["CF047"]),
        ("00:00", "24:00", &["CF047"]),
        ("18:00", "02:00", &["CF047"]),
    ] {
        let yaml = window(from, to);
        assert_eq!(codes(&[(CAMPAIGN, &yaml)]), expected, "{from} {to}");
        let emulator = ("callform.yaml", "provider:\n  site: emulator\n  sdkAppId: 1400000000\n");
        assert_eq!(codes(&[(CAMPAIGN, &yaml), emulator]), [""; 0]);
    }
}

#[test]
fn the_place_is_the_time_that_is_too_early_or_too_late() {
    for (from, to, place) in [("06:00", "20:00", "\"06:00\""), ("09:00", "23:00", "\"23:00\"")] {
        let (loaded, found) = lint(&[(CAMPAIGN, &window(from, to))]);
        assert_eq!(loaded.sources.slice(found[0].primary.as_ref().unwrap().span), place);
    }
}
