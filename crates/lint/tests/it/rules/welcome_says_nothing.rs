use crate::support::codes;

const AGENT: &str = "agents/checkup.yaml";

#[test]
fn an_agent_that_lets_the_callee_speak_first_is_left_alone() {
    for (welcome, expected) in [
        ("welcome: \"\"\n", &[][..]),
        ("welcome: Hello.\n", &[]),
        ("welcome:\n  message: \"\"\n", &[]),
        ("welcome: {}\n", &[]),
        ("welcome:\n  delay: 0s\n", &[]),
        ("welcome:\n  mode: generated\n  delay: 1s\n  interruptible: false\n", &[]),
        ("welcome:\n  message: Hello.\n  interruptible: false\n", &[]),
        ("welcome:\n  delay: 1s\n", &["CF042"]),
        ("welcome:\n  message: \" \"\n  interruptible: true\n", &["CF042"]),
    ] {
        assert_eq!(codes(&[(AGENT, welcome)]), expected, "{welcome}");
    }
}
