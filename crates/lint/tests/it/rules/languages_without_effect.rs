use crate::support::{codes, lint, mended};

const AGENT: &str = "agents/checkup.yaml";

#[test]
fn dialects_ignore_others_only_as_the_main_language() {
    for (languages, expected) in [
        ("  - zh-dialect\n", &[][..]),
        ("  - zh\n  - zh-dialect\n", &[]),
        ("  - zh\n  - zh-TW\n  - en\n", &[]),
        ("  - zh-dialect\n  - zh\n  - en\n", &["CF041"]),
        ("  - zh\n  - en\n  - en\n", &["CF041"]),
    ] {
        assert_eq!(codes(&[(AGENT, &format!("voice: ZhiXi\nlanguages:\n{languages}"))]), expected, "{languages}");
    }
}

#[test]
fn the_second_of_two_is_removed_with_its_line() {
    let yaml = "languages:\n  - zh\n  # for visitors\n  - en\n  - zh\nvad:\n  level: 2\n";
    let text = mended(&[(AGENT, yaml)], AGENT);
    assert!(text.contains("languages:\n  - zh\n  # for visitors\n  - en\nvad:\n"), "{text}");
    assert_eq!(codes(&[(AGENT, &text)]), [""; 0]);
}

#[test]
fn what_shares_its_line_is_left_to_a_person() {
    for languages in ["languages: [en, zh, en]\n", "languages:\n  - en\n  - en # again\n"] {
        let (_, found) = lint(&[(AGENT, languages)]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].fix, None);
    }
}
