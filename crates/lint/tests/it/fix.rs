//! Mending: what changes, what stays, and what is left out.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use callform_lint::findings::judge;
use callform_lint::fix::{self, Fixed, Left, Why, diff};
use callform_lint::rules;
use callform_lint::selection::Selection;
use callform_spec::diagnostic::{Code, Diagnostic, Fix};
use callform_spec::project::{Drafts, Environment, LoadOptions, Loaded, load};
use callform_spec::source::Span;
use proptest::prelude::*;

use crate::support::files_with;

struct NoEnvironment;

impl Environment for NoEnvironment {
    fn get(&self, _: &str) -> Option<String> {
        None
    }
}

/// A project on the disk, and findings of a test's own beside those of the rules.
struct OnDisk<'a> {
    directory: tempfile::TempDir,
    more: &'a dyn Fn(&Loaded) -> Vec<Diagnostic>,
}

impl<'a> OnDisk<'a> {
    fn new(files: &BTreeMap<String, String>) -> Self {
        let directory = tempfile::tempdir().unwrap();
        for (path, text) in files {
            write(directory.path(), path, text);
        }
        Self { directory, more: &|_| Vec::new() }
    }

    fn finding(files: &BTreeMap<String, String>, more: &'a dyn Fn(&Loaded) -> Vec<Diagnostic>) -> Self {
        Self { more, ..Self::new(files) }
    }

    fn write_all(&self, fixed: &Fixed) {
        for file in &fixed.files {
            std::fs::write(&file.path, &file.after).unwrap();
        }
    }
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

impl fix::Project for OnDisk<'_> {
    fn load(&self, drafts: &Drafts) -> Loaded {
        let options = LoadOptions::new(self.directory.path(), None, &NoEnvironment);
        load(&LoadOptions { drafts, ..options })
    }

    fn find(&self, loaded: &Loaded, _: &Drafts) -> Vec<Diagnostic> {
        let found = rules::check(loaded);
        let told = judge(loaded, found, &Selection::default()).told;
        loaded.diagnostics.iter().cloned().chain(told).chain((self.more)(loaded)).collect()
    }

    fn read(&self, path: &str) -> io::Result<(PathBuf, String)> {
        let path = self.directory.path().join(path).canonicalize()?;
        let text = std::fs::read_to_string(&path)?;
        Ok((path, text))
    }
}

/// The texts of the files that change, by path.
fn mended(changes: &[(&str, &str)], with_unsafe: bool) -> BTreeMap<String, String> {
    let fixed = fix::fix(&OnDisk::new(&files_with(changes)), with_unsafe);
    assert!(fixed.settled && fixed.left.is_empty(), "{fixed:?}");
    fixed.files.into_iter().map(|file| (file.shown, file.after)).collect()
}

fn the_only(files: BTreeMap<String, String>) -> String {
    assert_eq!(files.len(), 1, "{files:?}");
    files.into_values().next().unwrap()
}

const AGENT: &str = "agents/checkup.yaml";
const PROMPT: &str = "agents/prompts/checkup.md";

#[test]
fn a_project_without_findings_stays_as_it_is() {
    assert_eq!(mended(&[], true), BTreeMap::new());
}

#[test]
fn only_the_wrong_bytes_change() {
    let before = "silence:   # how long\n  remind_after:    10 sec   # the unit is ours\n\n  message: \"Hm?\"\n";
    let after = the_only(mended(&[(AGENT, before)], false));
    assert!(
        after.ends_with("silence:   # how long\n  remindAfter:    10s   # the unit is ours\n\n  message: \"Hm?\"\n"),
        "{after}"
    );
}

#[test]
fn what_a_person_should_look_at_is_mended_only_if_asked_for() {
    let wrong = [(AGENT, "silence:\n  remindAftr: 10s\n")];
    assert_eq!(mended(&wrong, false), BTreeMap::new());
    assert!(the_only(mended(&wrong, true)).ends_with("silence:\n  remindAfter: 10s\n"));
}

#[test]
fn a_number_is_quoted_and_an_alias_is_not() {
    let rows = "callees:\n  inline:\n    - number: +12125550147 # home\n      key: &a 17\n    - number: \"+12125550148\"\n      key: *a\n";
    let fixed = fix::fix(&OnDisk::new(&files_with(&[("campaigns/april.yaml", rows)])), true);
    let after = &fixed.files[0].after;
    assert!(after.contains("    - number: \"+12125550147\" # home\n"), "{after}");
    assert!(after.contains("key: *a\n"), "{after}");
}

#[test]
fn what_a_fix_uncovers_is_mended_too() {
    // The template is no YAML; then its function has a wrong name.
    let before = "welcome: {{ clinic }} calls\nvariables:\n  clinic:\n    default: us\nprompt: |\n  Ask for a person: transfer_to_human.\n  Then end_call.\n";
    let after = the_only(mended(&[(AGENT, before)], false));
    assert!(after.contains("welcome: \"{{ clinic }} calls\"\n"), "{after}");
    assert!(after.contains("  Then call_end.\n"), "{after}");
}

#[test]
fn where_the_end_of_a_template_can_not_be_told_a_person_decides() {
    for value in [
        "{{ clinic }}, you are #1",
        "{{ clinic }} calls\n  about the parcel",
        "{message: {{ clinic }} calls, delay: 1s}",
    ] {
        let text = format!("welcome: {value}\nvariables:\n  clinic:\n    default: us\n");
        let fixed = fix::fix(&OnDisk::new(&files_with(&[(AGENT, &text)])), false);
        assert!(fixed.files.is_empty(), "{value}: {fixed:?}");
    }
}

#[test]
fn line_breaks_and_byte_order_marks_stay() {
    let prompt = "\u{feff}- Done: end_call.\r\n- Person: transfer_to_human.\r\n{# callform: allow[CF008] why #}\r\n- Bye: end_call.\r\n";
    let after = the_only(mended(&[(PROMPT, prompt)], false));
    assert_eq!(after, "\u{feff}- Done: call_end.\r\n- Person: transfer_to_human.\r\n- Bye: call_end.\r\n");
    let mut files = files_with(&[(AGENT, "silence:\n  remind_after: 10 s\n")]);
    let text = format!("\u{feff}{}", files[AGENT].replace('\n', "\r\n"));
    files.insert(AGENT.into(), text.clone());
    let fixed = fix::fix(&OnDisk::new(&files), false);
    assert_eq!(fixed.files[0].after, text.replace("remind_after: 10 s", "remindAfter: 10s"));
}

#[test]
fn a_prompt_of_two_agents_is_mended_once() {
    let mut files = files_with(&[(PROMPT, "- Done: end_call, end_call. Person: transfer_to_human.\n")]);
    let second = files[AGENT].replace("name: checkup\n", "name: second\n");
    files.insert("agents/second.yaml".into(), second);
    let fixed = fix::fix(&OnDisk::new(&files), false);
    assert_eq!(fixed.files.len(), 1);
    assert_eq!(fixed.files[0].after, "- Done: call_end, call_end. Person: transfer_to_human.\n");
    assert!(fixed.settled && fixed.left.is_empty());
}

/// A finding at the first `needle` of a file that a test wants mended in this way.
fn wanted(loaded: &Loaded, path: &str, needle: &str, edits: &[(usize, usize, &str)]) -> Option<Diagnostic> {
    let (id, source) = loaded.sources.iter().find(|(_, s)| s.path == path)?;
    let at = source.text.find(needle)?;
    let edits = edits.iter().map(|(start, end, text)| (Span::new(id, at + start..at + end), (*text).to_owned()));
    let fix = Fix { title: format!("mend {needle}"), edits: edits.collect(), safe: true };
    Some(Diagnostic::warning("CF001", "m", Span::new(id, at..at + 1), "").fix(fix))
}

#[test]
fn of_two_fixes_that_touch_the_same_bytes_one_is_applied_and_then_the_other_if_it_still_fits() {
    let more = |loaded: &Loaded| {
        let one = wanted(loaded, PROMPT, "abcdef", &[(0, 4, "X")]);
        let two = wanted(loaded, PROMPT, "abcdef", &[(2, 6, "Y")]);
        let three = wanted(loaded, PROMPT, "Xef", &[(1, 3, "Z")]);
        [one, two, three].into_iter().flatten().collect()
    };
    let files = files_with(&[(PROMPT, "abcdef. Done: call_end. Person: transfer_to_human.\n")]);
    let fixed = fix::fix(&OnDisk::finding(&files, &more), false);
    assert_eq!(fixed.files[0].after, "XZ. Done: call_end. Person: transfer_to_human.\n");
    assert_eq!(fixed.applied, 2);
}

#[test]
fn a_fix_that_would_add_errors_is_left_out_and_the_others_are_not() {
    let more = |loaded: &Loaded| {
        let bad = wanted(loaded, AGENT, "voice:", &[(0, 6, "vice:")]);
        let good = wanted(loaded, AGENT, "ring: 45s", &[(6, 9, "44s")]);
        let apart = wanted(loaded, PROMPT, "When you are done", &[(0, 17, "At the end")]);
        [bad, good, apart].into_iter().flatten().collect()
    };
    let fixed = fix::fix(&OnDisk::finding(&files_with(&[]), &more), false);
    let left = Left { code: Code("CF001"), title: "mend voice:".into(), file: AGENT.into(), why: Why::MoreErrors };
    assert_eq!(fixed.left, [left]);
    assert!(fixed.settled);
    assert_eq!(fixed.files.len(), 2);
    assert!(fixed.files[0].after.contains("voice: WeRose") && fixed.files[0].after.contains("ring: 44s"));
}

#[test]
fn fixes_that_undo_each_other_come_to_an_end() {
    let more = |loaded: &Loaded| {
        let there = wanted(loaded, AGENT, "ring: 45s", &[(6, 9, "44s")]);
        let back = wanted(loaded, AGENT, "ring: 44s", &[(6, 9, "45s")]);
        there.or(back).into_iter().collect()
    };
    let fixed = fix::fix(&OnDisk::finding(&files_with(&[]), &more), false);
    assert!(!fixed.settled);
}

#[test]
fn a_file_that_is_not_as_it_was_read_is_left_alone() {
    let more = |loaded: &Loaded| {
        let id = loaded.sources.clone().add(PROMPT, "something else entirely");
        let mut finding = wanted(loaded, PROMPT, "When", &[(0, 4, "If")]).unwrap();
        // A place beyond the end of the text.
        finding.fix.as_mut().unwrap().edits[0].0 =
            Span::new(finding.primary.as_ref().unwrap().span.source, 9_000..9_001);
        let _ = id;
        vec![finding]
    };
    let fixed = fix::fix(&OnDisk::finding(&files_with(&[]), &more), false);
    assert_eq!(fixed.left[0].why, Why::OtherText);
    assert!(fixed.files.is_empty() && fixed.settled);
}

#[test]
fn the_diff_shows_what_changes_with_its_surroundings() {
    let before = "welcome: \"Hello.\"\nsilence:   # how long\n  remind_after:    10 sec   # ours\n  message: \"Hm?\"\n";
    let fixed = fix::fix(
        &OnDisk::new(&files_with(&[(AGENT, before), (PROMPT, "Person: transfer_to_human. Bye: end_call.")])),
        false,
    );
    insta::assert_snapshot!(fixed.files.iter().map(diff).collect::<String>());
}

#[test]
fn the_diff_names_a_change_of_lines_that_must_not_be_shown() {
    let rows = "callees:\n  inline:\n    - number: +12125550147\ndescription: \"reach me at +447700900123\"\n";
    let fixed = fix::fix(&OnDisk::new(&files_with(&[("campaigns/april.yaml", rows)])), false);
    let text: String = fixed.files.iter().map(diff).collect();
    assert!(!text.contains("5550147") && !text.contains("7700900"), "{text}");
    insta::assert_snapshot!(text);
}

/// Pieces of an agent, each with comments and blanks that must stay; those with a fault first.
const PIECES: [&str; 8] = [
    "silence:   # pause\n  remind_after:  10 sec  # ours\n  hangUpAfter: 60s\n\n",
    "welcome: {{ who }} calls   # greeting\nvariables:\n  who: # us\n    default: us\n",
    "limits:\n  call: 10 minutes # long\n  ring: 45S\n",
    "complianceAudio: false   # callform: allow[CF008, CF005] it says so itself\n",
    "# callform: allow[CF006] nothing to see\nlanguages:\n  - en\n",
    "functions:\n  end_call: true\n  transferToHuman:\n    - name: transfer_to_human\n      description: Then end_call\n      skillGroupId: 1234\n",
    "description: 12 # a number\n",
    "prompt: |\n  transfer_to_human, call_end\n\n  {# callform: allow[CF001] gone #}\n    end_call # no comment\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn mended_once_is_mended_for_good_and_lines_without_a_fault_are_the_same(
        pieces in proptest::sample::subsequence(PIECES.to_vec(), 0..=PIECES.len()).prop_shuffle(),
        crlf: bool,
    ) {
        let mut files = files_with(&[(AGENT, &pieces.concat())]);
        if crlf {
            let text = files[AGENT].replace('\n', "\r\n");
            files.insert(AGENT.into(), text);
        }
        let disk = OnDisk::new(&files);
        let fixed = fix::fix(&disk, true);
        prop_assert!(fixed.settled);
        disk.write_all(&fixed);
        let again = fix::fix(&disk, true);
        prop_assert_eq!(again.applied, 0);
        prop_assert_eq!(again.files.len(), 0);
        let faults = ["remind_after", "{{ who }}", "minutes", "45S", "allow[", "end_call", ": 12"];
        for file in &fixed.files {
            let kept: Vec<_> = file.before.split_inclusive('\n').filter(|l| !faults.iter().any(|f| l.contains(f))).collect();
            let mut after = file.after.split_inclusive('\n');
            for line in kept {
                prop_assert!(after.any(|l| l == line), "{line:?} is gone from {}", file.after);
            }
            prop_assert_eq!(file.before.matches("# ").count() - file.before.matches("callform:").count(),
                file.after.matches("# ").count() - file.after.matches("callform:").count());
        }
    }
}
