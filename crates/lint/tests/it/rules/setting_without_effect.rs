use crate::support::{codes, told};

const AGENT: &str = "agents/checkup.yaml";

#[test]
fn every_setting_is_judged_with_its_switch() {
    for (yaml, expected) in [
        ("interruption:\n  after: 500ms\n", &[][..]),
        ("interruption:\n  mode: never\n", &[]),
        ("interruption:\n  mode: never\n  after: 0s\n", &["CF043"]),
        ("voicemail:\n  detect: false\n", &[]),
        ("voicemail:\n  detect: true\n", &[]),
        ("voicemail:\n  detect: false\n  action: hangUp\n", &["CF043"]),
        ("silence:\n  maxReminders: 0\n  hangUpAfter: 20s\n", &[]),
        ("silence:\n  maxReminders: 0\n  message: Hello?\n  remindAfter: 10s\n", &["CF043", "CF043"]),
        ("fillerWords:\n  after: 400ms\nvoice: ZhiXi\nlanguages:\n  - zh\n", &[]),
        ("fillerWords:\n  neutral:\n    - 嗯\nlanguages:\n  - en\n  - zh-TW\n", &[]),
        ("fillerWords:\n  neutral:\n    - well\nvoice: WeRose\nlanguages:\n  - en\n", &["CF043"]),
        ("ambientSound:\n  scene: coffeeShops\n", &[]),
        ("ambientSound:\n  scene: coffeeShops\n  volume: 0.1\n", &[]),
        ("ambientSound:\n  scene: coffeeShops\n  volume: 0.0\n", &["CF043"]),
    ] {
        assert_eq!(codes(&[(AGENT, yaml)]), expected, "{yaml}");
    }
}

#[test]
fn reminders_fit_in_before_silence_ends_the_call() {
    for (silence, expected) in [
        ("  remindAfter: 10s\n  maxReminders: 2\n  hangUpAfter: 21s\n", &[][..]),
        ("  remindAfter: 10s\n  maxReminders: 2\n  hangUpAfter: 20s\n", &["CF043"]),
        ("  maxReminders: 3\n  hangUpAfter: 30s\n", &["CF043"]),
        ("  maxReminders: 1\n  hangUpAfter: 11s\n", &[]),
        // Without a number of them they go on until the end.
        ("  remindAfter: 10s\n  hangUpAfter: 60s\n", &[]),
        // Where not even the first one comes, another rule says so, and it alone.
        ("  remindAfter: 20s\n  maxReminders: 3\n  hangUpAfter: 20s\n", &["CF009"]),
        ("  maxReminders: 4294967295\n  remindAfter: 59m\n  hangUpAfter: 1h\n", &["CF043", "CF043"]),
    ] {
        assert_eq!(codes(&[(AGENT, &format!("silence:\n{silence}"))]), expected, "{silence}");
    }
}

#[test]
fn the_end_of_the_call_ends_silence_too() {
    let yaml = |call: &str| format!("silence:\n  hangUpAfter: 60s\nlimits:\n  ring: 45s\n  call: {call}\n");
    assert_eq!(codes(&[(AGENT, &yaml("61s"))]), [""; 0]);
    assert_eq!(codes(&[(AGENT, &yaml("60s"))]), ["CF043"]);
}

#[test]
fn the_switch_is_shown() {
    insta::assert_snapshot!(told(&[(
        AGENT,
        "silence:\n  remindAfter: 10s\n  maxReminders: 9\n  hangUpAfter: 60s\nvoicemail:\n  action: hangUp\n"
    )]));
}
