use crate::support::{codes, lint};

const AGENT: &str = "agents/checkup.yaml";
const PROMPT: &str = "agents/prompts/checkup.md";

#[test]
fn a_run_is_one_finding_and_its_fix_removes_it() {
    let (loaded, found) = lint(&[(PROMPT, "Then call_end\u{200b}\u{2060}, transfer_to_human\n")]);
    assert_eq!(found.len(), 1);
    let label = found[0].primary.as_ref().unwrap();
    assert_eq!(label.text, "U+200B, zero width space, and 1 more");
    let fix = found[0].fix.as_ref().unwrap();
    assert_eq!((loaded.sources.slice(fix.edits[0].0), fix.edits[0].1.as_str()), ("\u{200b}\u{2060}", ""));
}

#[test]
fn an_escape_is_seen_by_a_reviewer() {
    assert_eq!(codes(&[(AGENT, "welcome: \"Hello\\u200B there\"\n")]), [""; 0]);
    assert_eq!(codes(&[(AGENT, "welcome: \"Hello\u{200b} there\"\n")]), ["CF028"]);
}

#[test]
fn a_word_of_two_alphabets_is_found() {
    let (loaded, found) = lint(&[(PROMPT, "Then call_end, transfer_to_human. P\u{430}y now, Привет.\n")]);
    assert_eq!(found.len(), 1);
    assert_eq!(loaded.sources.slice(found[0].primary.as_ref().unwrap().span), "P\u{430}y");
    assert_eq!(found[0].primary.as_ref().unwrap().text, "has the Cyrillic `\u{430}` (U+0430)");
}

#[test]
fn what_parts_words_or_lines_does_not_just_go() {
    for parting in ['\r', '\u{b}', '\u{c}', '\u{85}'] {
        let (_, found) = lint(&[(PROMPT, &format!("First call_end{parting}then transfer_to_human\n"))]);
        assert!(found.iter().any(|d| d.code.0 == "CF028") && found.iter().all(|d| d.fix.is_none()), "{parting:?}");
    }
}
