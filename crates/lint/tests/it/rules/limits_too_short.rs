use crate::support::codes;

const AGENT: &str = "agents/checkup.yaml";

#[test]
fn both_limits_are_judged_unless_nobody_is_phoned() {
    for (ring, call, expected) in [
        ("15s", "30s", &[][..]),
        ("14s", "30s", &["CF045"]),
        ("15s", "29s", &["CF045"]),
        ("1s", "1s", &["CF045", "CF045"]),
    ] {
        let yaml = format!("limits:\n  ring: {ring}\n  call: {call}\n");
        assert_eq!(codes(&[(AGENT, &yaml)]), expected, "{ring} {call}");
        let emulator = ("callform.yaml", "provider:\n  site: emulator\n  sdkAppId: 1400000000\n");
        assert_eq!(codes(&[(AGENT, &yaml), emulator]), [""; 0]);
    }
}
