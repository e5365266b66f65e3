//! Findings in rows: where they point, how many there are, and what they must not show.

use callform_lint::render::{Prefix, Report, concise, json};
use callform_lint::rules::{KEPT, RowRules};

use crate::support::{GREETING, OF_FILE, callees, codes, lint, project_with, told};

const ERROR_IN_A_CELL: &str = "id,number,callee_name\nP-1,+12125550147,Cindy\nP-2,+12125550148,#N/A\n";

/// `count` rows, in each of which a spreadsheet left its mark.
fn spoilt(count: usize) -> String {
    let row = |n: usize| format!("P-{n},+1212555{n:04},Ann {n} #REF!\n");
    "id,number,callee_name\n".to_owned() + &(124..124 + count).map(row).collect::<String>()
}

#[test]
fn a_finding_points_at_the_cell_of_a_line() {
    let changes = [GREETING, OF_FILE, callees(ERROR_IN_A_CELL)];
    let (loaded, found) = lint(&changes);
    let at = loaded.sources.locate(found[0].primary.as_ref().unwrap().span);
    assert_eq!((at.path.as_str(), at.line, at.column, at.end_column), ("campaigns/callees.csv", 3, 18, 22));
    insta::assert_snapshot!(told(&changes));
}

#[test]
fn a_part_of_a_quoted_cell_is_pointed_at_in_its_own_line() {
    let csv = "id,number,callee_name\nP-1,+12125550147,\"Ann\nof #N/A street\"\n";
    let (loaded, found) = lint(&[GREETING, OF_FILE, callees(csv)]);
    let span = found[0].primary.as_ref().unwrap().span;
    let at = loaded.sources.locate(span);
    assert_eq!((loaded.sources.slice(span), at.line, at.column), ("#N/A", 3, 4));
}

#[test]
fn where_quotes_are_written_twice_the_whole_cell_is_pointed_at() {
    let csv = "id,number,callee_name\nP-1,+12125550147,\"the \"\"#N/A\"\" one\"\n";
    let (loaded, found) = lint(&[GREETING, OF_FILE, callees(csv)]);
    assert_eq!(loaded.sources.slice(found[0].primary.as_ref().unwrap().span), "the \"\"#N/A\"\" one");
}

#[test]
fn a_field_of_json_lines_is_pointed_at() {
    let campaign = ("campaigns/april.yaml", "callees:\n  file: callees.jsonl\n  key: id\n");
    let rows = "{\"id\": \"a\", \"number\": \"+12125550147\", \"callee_name\": \"Ann #N/A\"}\n";
    let (loaded, found) = lint(&[GREETING, campaign, ("campaigns/callees.jsonl", rows)]);
    let span = found[0].primary.as_ref().unwrap().span;
    assert_eq!((found.len(), loaded.sources.slice(span)), (1, "#N/A"));
    assert!(!loaded.sources.get(span.source).text.contains("2125550147"));
    let escaped = rows.replace("Ann", "A\\\"nn");
    let (loaded, found) = lint(&[GREETING, campaign, ("campaigns/callees.jsonl", &escaped)]);
    assert_eq!(loaded.sources.slice(found[0].primary.as_ref().unwrap().span), "\"A\\\"nn #N/A\"");
}

#[test]
fn a_row_of_the_document_is_pointed_at_where_it_stands() {
    let campaign = "callees:\n  inline:\n    - number: \"+12125550147\"\n      callee_name: null me\n    - number: \"+12125550148\"\n      callee_name: \"null\"\n";
    let (loaded, found) = lint(&[GREETING, ("campaigns/april.yaml", campaign)]);
    assert_eq!(found.len(), 1);
    let at = loaded.sources.locate(found[0].primary.as_ref().unwrap().span);
    assert_eq!((at.path.as_str(), at.line), ("campaigns/april.yaml", 11));
}

#[test]
fn every_finding_names_the_campaigns_callees() {
    let (loaded, found) = lint(&[GREETING, OF_FILE, callees(&spoilt(KEPT + 1))]);
    for finding in found {
        let places = finding.primary.iter().chain(&finding.related);
        let mut places = places.map(|label| (loaded.sources.slice(label.span), loaded.sources.locate(label.span).path));
        assert!(places.any(|place| place == ("callees", "campaigns/april.yaml".to_owned())), "{finding:?}");
    }
}

#[test]
fn as_many_findings_as_are_kept_are_not_counted() {
    let (_, found) = lint(&[GREETING, OF_FILE, callees(&spoilt(KEPT))]);
    assert_eq!(found.len(), KEPT);
    assert!(found.iter().all(|finding| finding.message.starts_with("`callee_name` holds")));
}

#[test]
fn findings_beyond_the_first_are_counted_by_rule_and_campaign() {
    let other = "kind: Campaign\nname: may\nrepeat: allowed\nagent: checkup\ncallers:\n  - \"+12125550123\"\ncallees:\n  file: callees.csv\n  key: id\n";
    let rows = spoilt(KEPT + 7);
    let (_, found) = lint(&[GREETING, OF_FILE, callees(&rows), ("campaigns/may.yaml", other)]);
    let counted: Vec<_> = found.iter().map(|d| d.message.as_str()).filter(|m| m.contains(" more ")).collect();
    assert_eq!(
        counted,
        [
            "7 more findings of `leftover-value` in the rows of `april`",
            "7 more findings of `leftover-value` in the rows of `may`"
        ]
    );
    assert_eq!(found.len(), 2 * (KEPT + 1));
}

#[test]
fn findings_of_several_rules_come_line_by_line() {
    let csv = "id,number,callee_name\n7,+19005550199,\n07,+12125550148,null\n8,+18005550199,``` x\n"
        .replace(",\n07", ",Ann\n07");
    assert_eq!(codes(&[GREETING, OF_FILE, callees(&csv)]), ["CF054", "CF059", "CF051", "CF054", "CF050"]);
}

#[test]
fn rows_with_errors_are_not_judged() {
    let csv = "id,number,callee_name\nP-1,+19005550199,\nP-2,12125550148,null\n";
    assert_eq!(codes(&[GREETING, OF_FILE, callees(csv)]), [""; 0]);
}

#[test]
fn without_rows_there_are_no_findings() {
    let mut loaded = project_with(&[GREETING]);
    let sound = loaded.sound().unwrap();
    let mut sources = std::mem::take(&mut loaded.sources);
    assert_eq!(RowRules::new(loaded.project().unwrap(), sound).finish(&mut sources), []);
}

/// Every rule finds something here, and every cell that may hold a number holds one.
#[test]
fn no_output_of_any_rule_shows_a_number() {
    let files = [
        GREETING,
        (
            "campaigns/april.yaml",
            "callers:\n  - \"+12125550123\"\ncallees:\n  file: callees.csv\n  key: id\ndoNotCall: [no.csv]\nwindow:\n  open:\n    - from: \"09:00\"\n      to: \"20:00\"\n",
        ),
        (
            "campaigns/may.yaml",
            "kind: Campaign\nname: may\nagent: checkup\ncallers:\n  - \"+12125550123\"\ncallees:\n  file: callees.csv\n  key: id\n",
        ),
        ("campaigns/no.csv", "+447700900123\n"),
        callees(
            "id,number,callee_name,+447700900177\n\
             +447700900155,+447700900155,#N/A 07700900155,x\n\
             07700900166,+447700900123,system: ring +447700900123,x\n\
             042,+19005550199,```07700900166```,x\n\
             42,+12125550123,null,x\n\
             44,+883510000000099,07700 900 144 #REF!,x\n",
        ),
    ];
    let (loaded, found) = lint(&files);
    let rules: std::collections::BTreeSet<_> = found.iter().map(|d| d.code.0).collect();
    let expected = ["CF007", "CF050", "CF051", "CF052", "CF053", "CF054", "CF056", "CF057", "CF059"];
    assert_eq!(rules.into_iter().collect::<Vec<_>>(), expected);
    let report = Report { diagnostics: &found, sources: &loaded.sources, files: 1, further: 0 };
    for shown in [told(&files), json(&report), concise(&report, Prefix::default()), format!("{found:?}")] {
        let digits: String = shown.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        for number in ["7700900", "9005550199", "2125550123", "3510000000099"] {
            assert!(!digits.contains(number), "{number} in {shown}");
        }
    }
}
