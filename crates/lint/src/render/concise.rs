//! One line for each finding: what `grep` and the quickfix list of an editor understand.

use std::fmt::Write as _;

use super::{Prefix, Report, hide, one_line, severity_name};

/// `path:line:col: error[E0107] message`, one line each; without the place where there is none.
pub fn concise(report: &Report<'_>, prefix: Prefix<'_>) -> String {
    let mut out = String::new();
    for diagnostic in report.diagnostics {
        if let Some(primary) = &diagnostic.primary {
            let at = report.sources.locate(primary.span);
            // Writing to a String can't fail.
            let _ = write!(out, "{}:{}:{}: ", one_line(&prefix.path(&at.path)), at.line, at.column);
        }
        let _ = writeln!(
            out,
            "{}[{}] {}",
            severity_name(diagnostic.severity),
            diagnostic.code,
            one_line(&hide(&diagnostic.message))
        );
    }
    out
}
