//! Diagnostics as text. One file per format; each is a function of a [`Report`].
//!
//! Every format passes everything that it shows through [`hide`]: no phone number and no secret gets out, whatever a
//! message or a line of a file holds.

mod concise;
mod excerpt;
mod github;
mod hide;
mod human;
mod json;
mod junit;
mod place;
mod sarif;
mod summary;
mod wrap;

use callform_spec::diagnostic::{Diagnostic, Severity};
use callform_spec::source::Sources;

pub use concise::concise;
pub use github::github;
pub use hide::hide;
pub use human::{Colour, human};
pub use json::json;
pub use junit::junit;
pub use place::Prefix;
pub(crate) use place::shown_line;
pub use sarif::sarif;
pub use summary::summary;

/// What is to be shown.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// The findings, in the order in which they are shown.
    pub diagnostics: &'a [Diagnostic],
    /// The texts that they point into.
    pub sources: &'a Sources,
    /// How many files were read.
    pub files: usize,
    /// Errors that were told elsewhere and count in the last line: bad rows beyond the first hundred.
    pub further: usize,
}

impl Report<'_> {
    /// How many errors there are, those told elsewhere included.
    pub fn errors(&self) -> usize {
        self.count(Severity::Error) + self.further
    }

    /// How many warnings there are.
    pub fn warnings(&self) -> usize {
        self.count(Severity::Warning)
    }

    /// Says that not everything is listed, if so.
    pub(crate) fn not_listed(&self) -> Option<String> {
        let plural = if self.further == 1 { "row is" } else { "rows are" };
        (self.further > 0).then(|| {
            format!("{} more bad {plural} not listed here, but told in a line each where the command ran", self.further)
        })
    }

    fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|d| d.severity == severity).count()
    }
}

/// As it stands before a code.
pub(crate) fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// Text of one line in which nothing steers a terminal.
pub(crate) fn one_line(text: &str) -> String {
    annotate_snippets::normalize_untrusted_str(&without_c1(text)).replace('\n', " ")
}

/// Without the control characters U+0080 to U+009F, which `annotate-snippets` lets through: one of them begins an
/// escape sequence on some terminals. Character by character.
fn without_c1(text: &str) -> String {
    text.chars().map(|c| if ('\u{80}'..='\u{9f}').contains(&c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}
