//! JSON, one line each, and the last line.

use callform_lint::findings::{KEPT, abridge};
use callform_lint::render::{Prefix, Report, concise, json, summary};
use callform_spec::diagnostic::{Diagnostic, Fix, Severity};
use callform_spec::source::{Sources, Span};

use crate::support::lint;

fn sample() -> (Sources, Vec<Diagnostic>) {
    let mut sources = Sources::default();
    let yaml = sources.add("agents/回访.yaml", "kind: Agent\n名: x\n");
    let csv = sources.add_lines("campaigns/callees.csv", 70_000, "P-1,+4477****0123");
    let found = vec![
        Diagnostic::error("E0107", "unknown field `名`", Span::new(yaml, 12..15), "not a field")
            .related(Span::new(csv, 0..3), "as in this row")
            .help("did you mean `name`?")
            .fix(Fix {
                title: "write `name`".into(),
                edits: vec![(Span::new(yaml, 12..15), "name".into())],
                safe: true,
            }),
        Diagnostic::new(Severity::Warning, "CF001", "ring +447700900123\nor sk-neverSeenAnywhere"),
    ];
    (sources, found)
}

#[test]
fn json_names_every_place_and_fix() {
    let (sources, diagnostics) = sample();
    let text = json(&Report { diagnostics: &diagnostics, sources: &sources, files: 2, further: 0 });
    assert!(!text.contains("7700900") && !text.contains("neverSeen"), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn a_fix_that_would_write_asterisks_is_left_out() {
    let mut sources = Sources::default();
    let id = sources.add("a.yaml", "x\n");
    let fix = Fix { title: "write it".into(), edits: vec![(Span::new(id, 0..1), "+447700900123".into())], safe: true };
    let diagnostics = [Diagnostic::error("E0009", "unquoted", Span::new(id, 0..1), "").fix(fix)];
    let text = json(&Report { diagnostics: &diagnostics, sources: &sources, files: 1, further: 0 });
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["diagnostics"][0]["fix"], serde_json::Value::Null);
}

#[test]
fn concise_is_one_line_each() {
    let (sources, diagnostics) = sample();
    let text =
        concise(&Report { diagnostics: &diagnostics, sources: &sources, files: 2, further: 0 }, Prefix::default());
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines[0], "agents/回访.yaml:2:1: error[E0107] unknown field `名`");
    assert!(lines[1].starts_with("warning[CF001] ring +44") && lines[1].contains(" or sk-*****"), "{text}");
    assert_eq!(lines.len(), 2);
}

#[test]
fn the_last_line_counts_in_english() {
    let said = |errors: usize, warnings: usize, files: usize| {
        let error = Diagnostic::new(Severity::Error, "E0001", "");
        let warning = Diagnostic::new(Severity::Warning, "CF001", "");
        let diagnostics = [vec![error; errors], vec![warning; warnings]].concat();
        summary(&Report { diagnostics: &diagnostics, sources: &Sources::default(), files, further: 0 })
    };
    assert_eq!(said(2, 1, 3), "2 errors, 1 warning in 3 files. Nothing was sent.");
    assert_eq!(said(1, 2, 1), "1 error, 2 warnings in 1 file. Nothing was sent.");
    assert_eq!(said(1, 0, 2), "1 error in 2 files. Nothing was sent.");
    assert_eq!(said(0, 1, 2), "1 warning in 2 files. Nothing was sent.");
    assert_eq!(said(0, 0, 3), "No errors, no warnings in 3 files.");
}

#[test]
fn of_thousands_of_findings_the_first_are_told_and_the_others_counted() {
    let prompt = "- Then call end_call.\n".repeat(KEPT + 7);
    let (_, mut found) = lint(&[("agents/prompts/checkup.md", &format!("transfer_to_human, call_end\n{prompt}"))]);
    assert_eq!(found.len(), KEPT + 7);
    abridge(&mut found);
    assert_eq!(found.len(), KEPT);
    let told = |finding: &Diagnostic| finding.help.iter().any(|line| line.contains("more of CF001"));
    assert_eq!(found.iter().filter(|finding| told(finding)).count(), 1);
    assert!(found[KEPT - 1].help.contains(&"7 more of CF001 in this file are not shown".to_owned()));
    let before = found.clone();
    abridge(&mut found);
    assert_eq!(found, before);
}
