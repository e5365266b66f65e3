//! Everything that can be wrong with a project, as one type.

use crate::source::Span;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The API or the design refuses it: nothing is sent.
    Error,
    /// It will hurt.
    Warning,
}

/// A stable code: `E....` for errors of the language, `CF...` for lints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(transparent)]
pub struct Code(pub &'static str);

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

/// A place and what is said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What; may be empty.
    pub text: String,
}

/// A change of text that mends the finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the change does, as an imperative.
    pub title: String,
    /// The bytes to replace, and the text to put there; no two overlap.
    pub edits: Vec<(Span, String)>,
    /// Whether it may be applied without a person looking at it.
    pub safe: bool,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code.
    pub code: Code,
    /// Error or warning.
    pub severity: Severity,
    /// One line, no final stop, `backticks` around names. Never holds a secret or an unmasked number.
    pub message: String,
    /// The place that it is about. `None` only where there is no text (a missing file that no document names).
    pub primary: Option<Label>,
    /// Places that explain it.
    pub related: Vec<Label>,
    /// What to do next, one line each.
    pub help: Vec<String>,
    /// A way to mend it.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// An error at `span`; `label` is written under the excerpt.
    pub fn error(code: &'static str, message: impl Into<String>, span: Span, label: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message).at(span, label)
    }

    /// A warning at `span`.
    pub fn warning(code: &'static str, message: impl Into<String>, span: Span, label: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message).at(span, label)
    }

    /// So many more mistakes than are told; the first of them stands at `span`.
    pub(crate) fn further(count: usize, span: Span) -> Self {
        let plural = if count == 1 { "mistake" } else { "mistakes" };
        Self::error("E0119", format!("{count} more {plural} in this file"), span, "the next one")
            .help("mend those that are told, and run it again")
    }

    /// A finding without a place.
    pub fn new(severity: Severity, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code: Code(code),
            severity,
            message: message.into(),
            primary: None,
            related: Vec::new(),
            help: Vec::new(),
            fix: None,
        }
    }

    /// Sets the place.
    pub fn at(mut self, span: Span, label: impl Into<String>) -> Self {
        self.primary = Some(Label { span, text: label.into() });
        self
    }

    /// Adds a place that explains it.
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related.push(Label { span, text: label.into() });
        self
    }

    /// Adds a line of advice.
    pub fn help(mut self, line: impl Into<String>) -> Self {
        self.help.push(line.into());
        self
    }

    /// Sets the fix.
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// Whether it stops everything.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
