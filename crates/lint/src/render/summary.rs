//! The last line: the one that a tired person needs.

use super::Report;

/// `2 errors, 1 warning in 3 files. Nothing was sent.`, without a line break.
pub fn summary(report: &Report<'_>) -> String {
    let files = count(report.files, "file");
    match (report.errors(), report.warnings()) {
        (0, 0) => format!("No errors, no warnings in {files}."),
        (errors, 0) => format!("{} in {files}. Nothing was sent.", count(errors, "error")),
        (0, warnings) => format!("{} in {files}. Nothing was sent.", count(warnings, "warning")),
        (errors, warnings) => {
            format!("{}, {} in {files}. Nothing was sent.", count(errors, "error"), count(warnings, "warning"))
        }
    }
}

fn count(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}
