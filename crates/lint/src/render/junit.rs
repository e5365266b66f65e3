//! JUnit's XML, which CI systems show as a list of tests: each finding is a test that failed.

use std::fmt::Write as _;

use callform_spec::diagnostic::Diagnostic;

use super::place::{clean, lines};
use super::{Prefix, Report, severity_name};
use crate::findings::Waived;

/// One suite: a test for each finding, skipped where it is waived; a single one that passed where there is none.
pub fn junit(report: &Report<'_>, waived: &[Waived], prefix: Prefix<'_>) -> String {
    let failures = report.diagnostics.len();
    let tests = (failures + waived.len()).max(1);
    let counts = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{}\"", waived.len());
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"callform\" {counts}>\n  \
         <testsuite name=\"callform\" {counts}>\n"
    );
    for finding in report.diagnostics {
        let _ = writeln!(out, "    <testcase {}>", case(finding, report, prefix));
        let mut text = lines(finding);
        let message = escape(&clean(&finding.message));
        let kind = severity_name(finding.severity);
        if let Some(primary) = &finding.primary {
            let at = report.sources.locate(primary.span);
            text.insert(0, format!("{}:{}:{}", clean(&prefix.path(&at.path)), at.line, at.column));
        }
        let text = escape(&text.join("\n"));
        let _ = writeln!(out, "      <failure type=\"{kind}\" message=\"{message}\">{text}</failure>\n    </testcase>");
    }
    for one in waived {
        let _ = writeln!(out, "    <testcase {}>", case(&one.finding, report, prefix));
        let _ = writeln!(out, "      <skipped message=\"{}\"/>\n    </testcase>", escape(&clean(&one.reason)));
    }
    if failures + waived.len() == 0 {
        out.push_str("    <testcase classname=\"callform\" name=\"no findings\"/>\n");
    }
    if let Some(more) = report.not_listed() {
        let _ = writeln!(out, "    <system-out>{}</system-out>", escape(&more));
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

fn case(finding: &Diagnostic, report: &Report<'_>, prefix: Prefix<'_>) -> String {
    let place = finding.primary.as_ref().map(|l| report.sources.locate(l.span));
    let (class, at) = place.map_or_else(
        || ("callform".to_owned(), String::new()),
        |at| (clean(&prefix.path(&at.path)), format!(" {}:{}", at.line, at.column)),
    );
    format!("classname=\"{}\" name=\"{}{at}\"", escape(&class), finding.code)
}

/// For text and attributes alike. What XML can't hold in any way becomes a replacement character.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push('\n'),
            '\u{fffe}' | '\u{ffff}' => out.push(char::REPLACEMENT_CHARACTER),
            c if c.is_control() => out.push(char::REPLACEMENT_CHARACTER),
            c => out.push(c),
        }
    }
    out
}
