//! JSON: one object, for programs.

use callform_spec::diagnostic::{Diagnostic, Fix, Label, Severity};
use callform_spec::source::{Location, Sources, Span};
use serde::Serialize;

use super::{Report, hide};

/// One object, indented, with a line break at the end:
///
/// ```json
/// { "diagnostics": [ { "code": "E0107", "severity": "error", "message": "...", "label": "...",
///                      "file": "agents/checkup.yaml", "line": 31, "column": 3, "endLine": 31, "endColumn": 14,
///                      "related": [ { "label": "...", "file": "...", "line": 1, ... } ],
///                      "help": [ "..." ],
///                      "fix": { "title": "...", "safe": true, "edits": [ { "file": "...", ..., "text": "..." } ] } } ],
///   "errors": 1, "warnings": 0, "notListed": 0 }
/// ```
///
/// `notListed` of the errors are bad rows beyond the first hundred of a campaign, which stand on stderr, a line each.
/// `warnings` are those of the list; where a rule has more in a file, the help of its last finding there says how many.
///
/// Lines and columns count from 1, columns in characters; the end is one past the last character. A finding without a
/// place has `null` for `file`, `line`, ... A fix whose text had to be masked is left out: whoever applied it would
/// write the asterisks into the file.
pub fn json(report: &Report<'_>) -> String {
    let whole = Whole {
        diagnostics: report.diagnostics.iter().map(|d| Finding::new(d, report.sources)).collect(),
        errors: report.errors(),
        warnings: report.warnings(),
        not_listed: report.further,
    };
    // Plain structs with string keys: serialising them can't fail.
    let mut out = serde_json::to_string_pretty(&whole).unwrap_or_default();
    out.push('\n');
    out
}

#[derive(Serialize)]
struct Whole {
    diagnostics: Vec<Finding>,
    errors: usize,
    warnings: usize,
    #[serde(rename = "notListed")]
    not_listed: usize,
}

#[derive(Serialize)]
struct Finding {
    code: &'static str,
    severity: Severity,
    message: String,
    label: Option<String>,
    #[serde(flatten)]
    at: Place,
    related: Vec<Related>,
    help: Vec<String>,
    fix: Option<Change>,
}

#[derive(Serialize)]
struct Related {
    label: String,
    #[serde(flatten)]
    at: Place,
}

#[derive(Serialize)]
struct Change {
    title: String,
    safe: bool,
    edits: Vec<Edit>,
}

#[derive(Serialize)]
struct Edit {
    #[serde(flatten)]
    at: Place,
    text: String,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    file: Option<String>,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
}

impl Place {
    fn new(sources: &Sources, span: Span) -> Self {
        let Location { path, line, column, end_line, end_column } = sources.locate(span);
        Self {
            file: Some(path),
            line: Some(line),
            column: Some(column),
            end_line: Some(end_line),
            end_column: Some(end_column),
        }
    }
}

impl Finding {
    fn new(diagnostic: &Diagnostic, sources: &Sources) -> Self {
        Self {
            code: diagnostic.code.0,
            severity: diagnostic.severity,
            message: hide(&diagnostic.message),
            label: diagnostic.primary.as_ref().map(|l| hide(&l.text)),
            at: diagnostic.primary.as_ref().map(|l| Place::new(sources, l.span)).unwrap_or_default(),
            related: diagnostic.related.iter().map(|l| Related::new(l, sources)).collect(),
            help: diagnostic.help.iter().map(|line| hide(line)).collect(),
            fix: diagnostic.fix.as_ref().and_then(|fix| Change::new(fix, sources)),
        }
    }
}

impl Related {
    fn new(label: &Label, sources: &Sources) -> Self {
        Self { label: hide(&label.text), at: Place::new(sources, label.span) }
    }
}

impl Change {
    fn new(fix: &Fix, sources: &Sources) -> Option<Self> {
        let edits = fix.edits.iter().map(|(span, text)| {
            let hidden = hide(text);
            (hidden == *text).then(|| Edit { at: Place::new(sources, *span), text: hidden })
        });
        Some(Self { title: hide(&fix.title), safe: fix.safe, edits: edits.collect::<Option<_>>()? })
    }
}
