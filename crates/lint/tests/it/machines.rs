//! SARIF, GitHub's annotations and JUnit.

use callform_lint::findings::Waived;
use callform_lint::render::{Prefix, Report, github, json, junit, sarif};
use callform_spec::diagnostic::{Diagnostic, Fix, Severity};
use callform_spec::source::{SourceId, Sources, Span};
use serde_json::Value;

struct Sample {
    sources: Sources,
    yaml: SourceId,
    found: Vec<Diagnostic>,
    waived: Vec<Waived>,
}

const YAML: &str = "kind: Agent\n名: x\nlimits:\n  call: 10m\n";

/// Every part that a finding may have, and characters that mean something to each format.
fn sample() -> Sample {
    let mut sources = Sources::default();
    let yaml = sources.add("agents/回访, a:b.yaml", YAML);
    let csv = sources.add_lines("campaigns/callees.csv", 70_000, "P-1,+4477****0123");
    let found = vec![
        Diagnostic::error("E0107", "unknown field `名`", Span::new(yaml, 12..15), "100% <not> a \"field\"")
            .related(Span::new(csv, 0..3), "as in this row")
            .help("did you mean `name`?")
            .fix(Fix {
                title: "write `name`".into(),
                edits: vec![(Span::new(yaml, 12..15), "name".into())],
                safe: true,
            }),
        Diagnostic::warning("CF005", "`limits.ring` is not set", Span::new(yaml, 19..37), ""),
        Diagnostic::new(Severity::Warning, "CF001", "ring +447700900123\nor sk-neverSeenAnywhere\u{1b}[31m"),
    ];
    let finding = Diagnostic::warning("CF008", "no tone", Span::new(yaml, 0..4), "here");
    let waived = vec![Waived { finding, reason: "the clinic says it itself & often".into() }];
    Sample { sources, yaml, found, waived }
}

impl Sample {
    fn report(&self) -> Report<'_> {
        Report { diagnostics: &self.found, sources: &self.sources, files: 2, further: 0 }
    }

    fn sarif(&self) -> String {
        sarif(&self.report(), &self.waived, Prefix("clinic/"), "0.0.0")
    }
}

fn fingerprints(text: &str) -> Vec<String> {
    let log: Value = serde_json::from_str(text).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap().clone();
    results.iter().map(|r| r["partialFingerprints"]["callform/v1"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn each_format_says_how_many_findings_it_does_not_list() {
    let sample = sample();
    let all = sample.report();
    let some = Report { further: 7, ..all };
    let log: Value = serde_json::from_str(&sarif(&some, &[], Prefix(""), "0.0.0")).unwrap();
    let said = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    assert!(said.as_str().unwrap().starts_with("7 more bad rows are not listed here"), "{said}");
    let whole: Value = serde_json::from_str(&json(&some)).unwrap();
    assert_eq!(whole["notListed"], 7);
    assert!(github(&some, Prefix("")).ends_with("where the command ran\n"));
    assert!(junit(&some, &[], Prefix("")).contains("<system-out>7 more bad rows"));
    for text in [sarif(&all, &[], Prefix(""), "0.0.0"), github(&all, Prefix("")), junit(&all, &[], Prefix(""))] {
        assert!(!text.contains("not listed"), "{text}");
    }
}

#[test]
fn nothing_that_must_not_be_shown_is_in_any_of_them() {
    let sample = sample();
    let report = sample.report();
    for text in [sample.sarif(), github(&report, Prefix("")), junit(&report, &sample.waived, Prefix(""))] {
        assert!(!text.contains("7700900") && !text.contains("neverSeen") && !text.contains('\u{1b}'), "{text}");
        assert!(text.contains("ring +44"), "{text}");
    }
}

#[test]
fn sarif_names_rules_places_fixes_and_what_is_waived() {
    let mut log: Value = serde_json::from_str(&sample().sarif()).unwrap();
    // The page of the rule has a snapshot of its own.
    for rule in log["runs"][0]["tool"]["driver"]["rules"].as_array_mut().unwrap() {
        if let Some(help) = rule.get_mut("help") {
            assert!(!help["markdown"].as_str().unwrap().is_empty());
            *help = Value::from("...");
        }
    }
    insta::assert_snapshot!(format!("{log:#}"));
}

#[test]
fn a_place_outside_of_where_the_command_was_started_is_an_address_of_its_own() {
    let sample = sample();
    let text = sarif(&sample.report(), &[], Prefix("/srv/a b/"), "0.0.0");
    assert!(text.contains("\"uri\": \"file:///srv/a%20b/agents/"), "{text}");
}

#[test]
fn a_fingerprint_stays_when_lines_move_and_changes_when_its_line_does() {
    let fingerprint = |text: &str, needle: &str| {
        let mut sources = Sources::default();
        let id = sources.add("a.yaml", text);
        let at = text.find(needle).unwrap();
        let found = [Diagnostic::warning("CF005", "m", Span::new(id, at..at + 1), "")];
        let report = Report { diagnostics: &found, sources: &sources, files: 1, further: 0 };
        fingerprints(&sarif(&report, &[], Prefix(""), "0.0.0")).remove(0)
    };
    let first = fingerprint("a: 1\nlimits: 2\n", "limits");
    assert_eq!(fingerprint("# more\n\na: 1\n  limits: 2\n", "limits"), first);
    assert_ne!(fingerprint("a: 1\nlimits: 3\n", "limits"), first);
    // Two numbers have one fingerprint: it must not give a number away.
    assert_eq!(fingerprint("n: \"+12125550123\"\n", "n"), fingerprint("n: \"+12145550123\"\n", "n"));
}

#[test]
fn equal_findings_in_equal_lines_have_fingerprints_of_their_own() {
    let mut sample = sample();
    let again = sample.found[1].clone();
    sample.found.push(again);
    let all = fingerprints(&sample.sarif());
    assert_eq!(all.iter().collect::<std::collections::BTreeSet<_>>().len(), all.len(), "{all:?}");
}

#[test]
fn a_fix_that_would_write_asterisks_is_not_in_sarif() {
    let mut sample = sample();
    let place = Span::new(sample.yaml, 0..1);
    let fix = Fix { title: "write it".into(), edits: vec![(place, "+447700900123".into())], safe: true };
    sample.found = vec![Diagnostic::error("E0009", "unquoted", place, "").fix(fix)];
    let log: Value = serde_json::from_str(&sample.sarif()).unwrap();
    assert_eq!(log["runs"][0]["results"][0].get("fixes"), None);
}

#[test]
fn github_shows_each_finding_at_its_line() {
    insta::assert_snapshot!(github(&sample().report(), Prefix("clinic/")));
}

#[test]
fn junit_has_a_test_for_each_finding() {
    let sample = sample();
    insta::assert_snapshot!(junit(&sample.report(), &sample.waived, Prefix("clinic/")));
}

#[test]
fn junit_without_findings_has_a_test_that_passed() {
    let sources = Sources::default();
    insta::assert_snapshot!(junit(
        &Report { diagnostics: &[], sources: &sources, files: 1, further: 0 },
        &[],
        Prefix("")
    ));
}
