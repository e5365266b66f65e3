use crate::support::{codes, told};

const AGENT: &str = "agents/checkup.yaml";

#[test]
fn both_times_are_shown() {
    insta::assert_snapshot!(told(&[(AGENT, "silence:\n  hangUpAfter: 20s\n  message: Hello?\n  remindAfter: 20s\n")]));
}

#[test]
fn the_platforms_defaults_count() {
    for (silence, expected) in [
        ("hangUpAfter: 8s", &["CF009"][..]),
        ("hangUpAfter: 11s", &[]),
        ("remindAfter: 60s", &["CF009"]),
        ("remindAfter: 59s", &[]),
        ("message: Hello?", &[]),
        ("{ hangUpAfter: 8s, maxReminders: 0 }", &[]),
    ] {
        let yaml =
            if silence.starts_with('{') { format!("silence: {silence}\n") } else { format!("silence:\n  {silence}\n") };
        assert_eq!(codes(&[(AGENT, &yaml)]), expected, "{silence}");
    }
}
