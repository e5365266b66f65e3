//! The mistakes that YAML invites, each with a message of its own.

use super::cause::Trouble;
use super::lines;
use super::node::{Node, Yaml};
use crate::diagnostic::{Diagnostic, Fix};
use crate::source::{SourceId, Span};

/// Key of the entry by which a map that was meant as something else is known.
pub(super) const MARK: &str = "\0mistake";

/// The text of a key, or what is wrong with it (`None`: said already).
pub(super) fn key_text(key: &Node, text: &str) -> Result<String, Option<Box<Diagnostic>>> {
    match &key.value {
        Yaml::String(text) => Ok(text.clone()),
        Yaml::Number(_) | Yaml::Bool(_) | Yaml::Null => {
            Ok(text.get(key.span.range()).unwrap_or_default().trim().to_owned())
        }
        Yaml::Mapping(_) if text[..key.span.start].ends_with('{') => {
            Err(Some(Box::new(unquoted_template(key.span.source, text, key.span.start - 1))))
        }
        Yaml::Invalid => Err(None),
        Yaml::Sequence(_) | Yaml::Mapping(_) => Err(Some(Box::new(
            Diagnostic::error("E0001", "a key is text", key.span, "this is a collection")
                .help("quote it if `{` or `[` belongs to the text"),
        ))),
    }
}

/// `message: {{ name }}`: a map to YAML. `at` is where the first brace stands.
fn unquoted_template(id: SourceId, text: &str, at: usize) -> Diagnostic {
    let line_end = text[at..].find('\n').map_or(text.len(), |n| at + n);
    // Up to a comment, or to the end of the line.
    let value = text[at..line_end].split(" #").next().unwrap_or_default().trim_end();
    let span = Span::new(id, at..at + value.len());
    let quoted = format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""));
    // Where a value ends can't be told before a comment, which may be a part of it, inside of a map or a list in
    // brackets, and where it goes on in the next line.
    let line_start = lines::line_start(text, at);
    let indent = |line: &str| line.len() - line.trim_start().len();
    let next = text[line_end..].lines().nth(1).filter(|line| !line.trim().is_empty());
    let goes_on = next.is_some_and(|next| indent(next) > indent(&text[line_start..at]));
    let safe =
        value.len() == text[at..line_end].trim_end().len() && !text[line_start..at].contains(['{', '[']) && !goes_on;
    Diagnostic::error("E0006", "a template that starts a value needs quotes", span, "YAML reads `{{` as a map")
        .help(format!("write {quoted}"))
        .fix(Fix { title: "quote the template".into(), edits: vec![(span, quoted)], safe })
}

/// What the scanner could not read, with its likely cause.
pub(super) fn scan_error(trouble: &Trouble<'_>) -> Diagnostic {
    let Trouble { id, text, at, .. } = *trouble;
    if let Some(quote) = trouble.quote() {
        return quote;
    }
    let line_start = lines::line_start(text, at);
    let line_end = text[at..].find('\n').map_or(text.len(), |n| at + n);
    // The scanner often notices on the line after the mistake.
    let before_start = lines::line_start(text, line_start.saturating_sub(1));
    // A tab it meets at the end of the line before.
    let after_start = (line_end + 1).min(text.len());
    let after_end = text[after_start..].find('\n').map_or(text.len(), |n| after_start + n);
    let lines = [(line_start, line_end), (before_start, line_start), (after_start, after_end)];
    for (start, line) in lines.map(|(start, end)| (start, &text[start..end])) {
        if let Some(found) = line.find(": {{").map(|n| n + 2).or_else(|| line.find("- {{").map(|n| n + 2)) {
            return unquoted_template(id, text, start + found);
        }
        let reference = ["${env:", "${file:"].into_iter().find_map(|r| line.find(r));
        if let Some(found) = reference
            && line[..found].contains(['{', '['])
            && !line[..found].ends_with(['"', '\''])
        {
            let length = line[found..].find('}').map_or(line.len() - found, |n| n + 1);
            let span = Span::new(id, start + found..start + found + length);
            let quoted = format!("\"{}\"", &line[found..found + length]);
            return Diagnostic::error(
                "E0007",
                "a reference inside `{}` or `[]` needs quotes",
                span,
                "its braces end the value for YAML",
            )
            .help(format!("write {quoted}, or put the map on lines of its own"))
            .fix(Fix { title: "quote the reference".into(), edits: vec![(span, quoted)], safe: true });
        }
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        if let Some(tab) = line[..indent].find('\t') {
            let span = Span::new(id, start + tab..start + tab + 1);
            return Diagnostic::error("E0001", "YAML is indented with spaces", span, "a tab")
                .help("replace it by spaces");
        }
    }
    trouble.other().unwrap_or_else(|| {
        let end = text[at..].char_indices().nth(1).map_or(text.len(), |(n, _)| at + n);
        let span = Span::new(id, at..end.min(line_end).max(at));
        Diagnostic::error("E0001", format!("this is not YAML: {}", trouble.kind), span, "here")
    })
}
