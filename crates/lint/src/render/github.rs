//! Workflow commands of GitHub Actions: each finding becomes an annotation in the pull request.

use super::place::{clean, lines};
use super::{Prefix, Report, severity_name};

/// `::error file=agents/checkup.yaml,line=31,col=3,endLine=31,endColumn=13,title=E0107::message`, one line each. Columns
/// are left out where a place goes over several lines: GitHub would take them for those of the first one.
pub fn github(report: &Report<'_>, prefix: Prefix<'_>) -> String {
    let mut out = String::new();
    for finding in report.diagnostics {
        let mut properties = Vec::new();
        if let Some(primary) = &finding.primary {
            let at = report.sources.locate(primary.span);
            properties.push(format!("file={}", property(&prefix.path(&at.path))));
            properties.push(format!("line={}", at.line));
            if at.line == at.end_line {
                // GitHub's end is the last column itself.
                let last = at.end_column.saturating_sub(1).max(at.column);
                properties.push(format!("col={},endLine={},endColumn={last}", at.column, at.end_line));
            } else {
                properties.push(format!("endLine={}", at.end_line));
            }
        }
        properties.push(format!("title={}", property(finding.code.0)));
        let mut text = lines(finding);
        for related in &finding.related {
            let at = report.sources.locate(related.span);
            text.push(format!("{}:{}: {}", clean(&prefix.path(&at.path)), at.line, clean(&related.text)));
        }
        let text = data(&text.join("\n"));
        out.push_str(&format!("::{} {}::{text}\n", severity_name(finding.severity), properties.join(",")));
    }
    if let Some(more) = report.not_listed() {
        out.push_str(&format!("::error title=callform::{more}\n"));
    }
    out
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
