//! Paths and texts as the formats for other programs want them.

use callform_spec::diagnostic::Diagnostic;
use callform_spec::source::{Sources, Span};

use super::{hide, one_line};

/// Where the project lies for whoever reads the output: `clinic/` before every path if the command was started beside
/// it, nothing if inside. Ends with `/` unless it is empty.
#[derive(Clone, Copy, Debug, Default)]
pub struct Prefix<'a>(pub &'a str);

impl Prefix<'_> {
    /// A path of the project, from there.
    pub(super) fn path(self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

/// A finding's message and what to do, one line each; nothing that must not be shown.
pub(super) fn lines(finding: &Diagnostic) -> Vec<String> {
    let mut lines = vec![clean(&finding.message)];
    let label = finding.primary.as_ref().map(|l| clean(&l.text)).filter(|l| !l.is_empty());
    if let Some(label) = label {
        lines[0] = format!("{}: {label}", lines[0]);
    }
    lines.extend(finding.help.iter().map(|line| format!("help: {}", clean(line))));
    lines
}

/// One line, with nothing in it that must not be shown or that steers a terminal.
pub(super) fn clean(text: &str) -> String {
    one_line(&hide(text))
}

/// A relative URI of a path.
pub(super) fn uri(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// The line in which a place begins, without the blanks around it, and as it may be shown.
pub(crate) fn shown_line(sources: &Sources, span: Span) -> String {
    let source = sources.get(span.source);
    let mut at = span.start.min(source.text.len());
    while !source.text.is_char_boundary(at) {
        at -= 1;
    }
    let start = source.text[..at].rfind('\n').map_or(0, |n| n + 1);
    let end = source.text[at..].find('\n').map_or(source.text.len(), |n| at + n);
    let shown = source.text[start..end].char_indices().map(|(n, c)| {
        let redacted = source.redacted().iter().any(|r| r.contains(&(start + n)));
        if redacted { '*' } else { c }
    });
    hide(shown.collect::<String>().trim())
}
