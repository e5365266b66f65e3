//! How bad a finding is, and which are told: what the project says, and what a person asks for.

use callform_lint::findings::judge;
use callform_lint::rules;
use callform_lint::selection::{Selection, UnknownRule};
use callform_spec::diagnostic::Severity;

use crate::support::{lint, project_with};

/// A project with a finding of CF005 and one of CF008, and these levels.
fn with_levels(levels: &str) -> Vec<(&'static str, String)> {
    let agent = "limits:\n  call: 10m\ncomplianceAudio: false\n";
    let mut changes = vec![("agents/checkup.yaml", agent.to_owned())];
    if !levels.is_empty() {
        changes.push(("callform.yaml", format!("lint:\n  levels:\n{levels}")));
    }
    changes
}

fn told(levels: &str) -> Vec<(&'static str, Severity)> {
    let changes = with_levels(levels);
    let changes: Vec<_> = changes.iter().map(|(path, text)| (*path, text.as_str())).collect();
    lint(&changes).1.iter().map(|d| (d.code.0, d.severity)).collect()
}

fn selected(levels: &str, select: &[&str], ignore: &[&str]) -> Vec<&'static str> {
    let owned = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
    let selection = Selection::new(&owned(select), &owned(ignore)).unwrap();
    let changes = with_levels(levels);
    let changes: Vec<_> = changes.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let loaded = project_with(&changes);
    let found = rules::check(&loaded);
    judge(&loaded, found, &selection).told.iter().map(|d| d.code.0).collect()
}

#[test]
fn a_rule_that_the_project_does_not_name_keeps_its_level() {
    assert_eq!(told(""), [("CF005", Severity::Warning), ("CF008", Severity::Warning)]);
}

#[test]
fn a_project_makes_a_lint_an_error_and_switches_another_off() {
    assert_eq!(told("    limits-unset: error\n    CF008: off\n"), [("CF005", Severity::Error)]);
}

#[test]
fn a_misspelt_level_takes_nothing_else_away() {
    let found = told("    limits-unst: error\n    cf008: off\n");
    assert_eq!(found, [("CF904", Severity::Error), ("CF005", Severity::Warning)]);
}

#[test]
fn rules_are_selected_and_ignored_by_code_by_name_and_by_the_beginning_of_a_code() {
    assert_eq!(selected("", &["CF005"], &[]), ["CF005"]);
    assert_eq!(selected("", &["compliance-audio-off"], &[]), ["CF008"]);
    assert_eq!(selected("", &["cf"], &[]), ["CF005", "CF008"]);
    assert_eq!(selected("", &["CF00"], &["CF008"]), ["CF005"]);
    assert_eq!(selected("", &[], &["CF0"]), [""; 0]);
}

#[test]
fn who_names_a_rule_sees_it_although_the_project_switched_it_off() {
    let off = "    limits-unset: off\n";
    assert_eq!(selected(off, &["limits-unset"], &[]), ["CF005"]);
    assert_eq!(selected(off, &["CF"], &[]), ["CF008"]);
}

#[test]
fn a_wrong_level_is_told_whatever_was_selected() {
    assert_eq!(selected("    limits-unst: off\n", &["CF008"], &["CF904"]), ["CF904", "CF008"]);
}

#[test]
fn a_name_that_is_no_rule_is_refused_with_the_nearest() {
    let refused = |name: &str| Selection::new(&[], &[name.to_owned()]).unwrap_err();
    let unknown = |name: &str, nearest, is_error| UnknownRule { name: name.into(), nearest, is_error };
    assert_eq!(refused("limits-unst"), unknown("limits-unst", Some("limits-unset"), false));
    assert_eq!(refused("CF7"), unknown("CF7", None, false));
    assert!(refused("E0107").is_error && refused("e01").is_error && refused("E").is_error);
    assert!(!refused("Elsewhere").is_error);
    assert!(Selection::new(&[String::new()], &[]).is_err());
}
