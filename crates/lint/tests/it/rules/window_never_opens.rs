use crate::support::{codes, lint};

const CAMPAIGN: &str = "campaigns/april.yaml";

/// 2031-04-12 is a Saturday.
fn window(days: &str, rest: &str) -> String {
    format!("window:\n  open:\n    - days: {days}\n      from: \"09:00\"\n      to: \"20:00\"\n{rest}")
}

#[test]
fn one_opening_is_enough() {
    for (days, rest, expected) in [
        ("[mon]", "notBefore: 2031-04-12\nnotAfter: 2031-04-13\n", &["CF046"][..]),
        ("[sun]", "notBefore: 2031-04-12\nnotAfter: 2031-04-13\n", &[]),
        ("[sun]", "  except: [2031-04-13]\nnotBefore: 2031-04-12\nnotAfter: 2031-04-13\n", &["CF046"]),
        // With one bound only there is always another week.
        ("[mon]", "notBefore: 2031-04-12\n", &[]),
        ("[mon]", "notAfter: 2031-04-12\n", &[]),
        // Somewhere on earth it is open at any instant of a Saturday.
        ("[sat]", "notBefore: 2031-04-12T03:00:00Z\nnotAfter: 2031-04-12T04:00:00Z\n", &[]),
        (
            "[sat]",
            "  timeZone: Europe/London\nnotBefore: 2031-04-12T03:00:00Z\nnotAfter: 2031-04-12T04:00:00Z\n",
            &["CF046"],
        ),
        ("[wed]", "notBefore: 2031-04-12T03:00:00Z\nnotAfter: 2031-04-12T04:00:00Z\n", &["CF046"]),
    ] {
        assert_eq!(codes(&[(CAMPAIGN, &window(days, rest))]), expected, "{days} {rest}");
    }
}

#[test]
fn exceptions_alone_may_shut_it() {
    let yaml = "window:\n  except: [2031-04-12]\nnotBefore: 2031-04-12\nnotAfter: 2031-04-12\n";
    let (loaded, found) = lint(&[(CAMPAIGN, yaml)]);
    assert_eq!(found.len(), 1);
    assert_eq!(loaded.sources.slice(found[0].primary.as_ref().unwrap().span), "except");
}
