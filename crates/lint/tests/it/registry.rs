//! The registry itself: nothing was forgotten, and every example shows what it says.

use std::collections::BTreeSet;

use callform_lint::docs::{explain, reference};
use callform_lint::errors;
use callform_lint::rules::{ALL, find};
use callform_spec::diagnostic::Severity;

use crate::support::{codes, told};

#[test]
fn a_project_without_faults_gives_no_findings() {
    assert_eq!(codes(&[]), [""; 0]);
}

#[test]
fn codes_are_unique_and_in_order() {
    let codes: Vec<_> = ALL.iter().map(|r| r.code).collect();
    assert!(codes.windows(2).all(|pair| pair[0] < pair[1]), "{codes:?}");
    for code in codes {
        assert!(code.len() == 5 && code.starts_with("CF") && code[2..].bytes().all(|b| b.is_ascii_digit()), "{code}");
    }
}

#[test]
fn names_are_unique_and_in_kebab_case() {
    let names: BTreeSet<_> = ALL.iter().map(|r| r.name).collect();
    assert_eq!(names.len(), ALL.len());
    for name in names {
        assert!(name.split('-').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase())), "{name}");
    }
}

#[test]
fn every_bad_example_is_found_by_its_rule_and_by_no_other() {
    for rule in ALL {
        let found: BTreeSet<_> = codes(rule.bad).into_iter().collect();
        assert_eq!(found, BTreeSet::from([rule.code]), "{}", told(rule.bad));
    }
}

#[test]
fn every_good_example_is_good() {
    for rule in ALL {
        assert_eq!(codes(rule.good), [""; 0], "{}\n{}", rule.code, told(rule.good));
    }
}

#[test]
fn every_example_is_shown_like_this() {
    for rule in ALL {
        insta::assert_snapshot!(format!("{}_bad", rule.code), told(rule.bad));
        insta::assert_snapshot!(format!("{}_good", rule.code), told(rule.good));
    }
}

#[test]
fn every_page_has_the_same_sections() {
    for rule in ALL {
        let page = explain(rule.code).unwrap();
        let sections: Vec<_> = page.lines().filter(|l| l.starts_with('#')).collect();
        let level = if rule.level == Severity::Error { "error" } else { "warning" };
        let title = format!("# {} {} ({level})", rule.code, rule.name);
        assert_eq!(sections, [&title, "## What it does", "## Why it is bad", "## Example", "## Use instead"]);
        assert!(rule.summary().starts_with("Finds "), "{}", rule.summary());
    }
}

#[test]
fn a_page_reads_like_this() {
    insta::assert_snapshot!(explain("CF005").unwrap());
}

#[test]
fn a_rule_is_found_by_code_in_any_case_and_by_name() {
    assert_eq!(find("cf005").unwrap().name, "limits-unset");
    assert_eq!(find("limits-unset").unwrap().code, "CF005");
    assert!(find("CF999").is_none());
    assert_eq!(explain("E9999"), None);
}

/// What a page of the repository holds.
fn file(path: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    std::fs::read_to_string(path).unwrap_or_default()
}

#[test]
fn the_reference_in_the_repository_is_made_of_these_rules() {
    let told =
        "docs/rules.md is not that of these rules; write it:  cargo run -q -p callform -- rule --write docs/rules.md";
    assert!(file("docs/rules.md") == reference(), "{told}");
}

/// Codes of errors in the sources of the language, tests left out.
fn codes_of_errors(directory: &std::path::Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            codes_of_errors(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") && !path.to_string_lossy().contains("tests") {
            let text = std::fs::read_to_string(&path).unwrap();
            let quoted = text.split('"').filter(|t| t.len() == 5 && t.starts_with("E0"));
            found.extend(quoted.filter(|t| t[1..].bytes().all(|b| b.is_ascii_digit())).map(str::to_owned));
        }
    }
}

#[test]
fn every_error_of_the_language_has_a_sentence() {
    let mut used = BTreeSet::new();
    codes_of_errors(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/src"), &mut used);
    let told: BTreeSet<_> = errors::ALL.iter().map(|(code, _)| (*code).to_owned()).collect();
    assert_eq!(told, used, "crates/lint/src/errors.rs tells every code of crates/spec/src");
    insta::assert_snapshot!(explain("e0107").unwrap());
}

#[test]
fn every_rule_has_a_file_and_every_file_has_its_tests() {
    let names = |directory: &str| -> BTreeSet<String> {
        let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
        let files = std::fs::read_dir(directory).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap());
        files.filter_map(|f| f.strip_suffix(".rs").map(str::to_owned)).filter(|f| f != "mod").collect()
    };
    let rules: BTreeSet<_> = ALL.iter().map(|r| r.name.replace('-', "_")).collect();
    let mut sources = names("src/rules");
    sources.retain(|f| f != "registry" && f != "rule");
    assert_eq!(sources, rules);
    assert_eq!(names("tests/it/rules"), rules);
}
