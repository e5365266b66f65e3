//! Why a text is not YAML: what its writer did, where it was done, where that is certain. The scanner tells what it met,
//! often lines later.

use granit_parser::ErrorKind;

use super::lines::{indent, is_entry, key_before, line_at, line_start, rest_of_document};
use crate::diagnostic::Diagnostic;
use crate::source::{SourceId, Span};

/// What was not understood, and what had been read until then.
pub(super) struct Trouble<'a> {
    pub(super) kind: &'a ErrorKind,
    pub(super) id: SourceId,
    pub(super) text: &'a str,
    /// Where the scanner stopped.
    pub(super) at: usize,
    /// Where the last value or key that was read begins and ends.
    pub(super) last: (usize, usize),
    /// Where the outermost `[` or `{` stands that was open.
    pub(super) bracket: Option<usize>,
}

impl Trouble<'_> {
    fn error(&self, message: impl Into<String>, start: usize, end: usize, label: impl Into<String>) -> Diagnostic {
        Diagnostic::error("E0001", message, self.span(start, end), label)
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.id, start..end)
    }

    /// One character.
    fn one(&self, at: usize) -> (usize, usize) {
        (at, at + self.text[at..].chars().next().map_or(0, char::len_utf8))
    }

    /// A quote that is never closed: it takes what follows for text, and what is told of that text is of no use.
    pub(super) fn quote(&self) -> Option<Diagnostic> {
        let open = match self.kind {
            ErrorKind::UnclosedQuotedScalar | ErrorKind::DocumentIndicatorInQuotedScalar => self.at,
            ErrorKind::InvalidQuotedScalarIndent => self.first_quote()?,
            _ => return None,
        };
        let (start, end) = self.one(open);
        let quote = self.text.get(start..end).filter(|quote| ["\"", "'"].contains(quote))?;
        let goes_on = matches!(self.kind, ErrorKind::InvalidQuotedScalarIndent);
        if goes_on && !is_entry(line_at(self.text, self.at)) && rest_of_document(self.text, self.at).contains(quote) {
            let (at, line_end) = (self.at, self.at + self.text[self.at..].lines().next().map_or(0, str::len));
            return Some(
                self.error(
                    "a quoted text goes on in a line that is not indented",
                    at,
                    line_end,
                    "outside of the text?",
                )
                .related(self.span(start, end), "the text begins here")
                .help("indent the line more than the key of the text, or close the quote before it"),
            );
        }
        let block = key_before(self.text, open).map_or("|".to_owned(), |key| format!("{key}: |"));
        Some(
            self.error(format!("a `{quote}` is never closed"), start, end, "the quote that opens here")
                .help(format!("close it, or write the text as a block: `{block}`")),
        )
    }

    /// The first quote behind what was read, comments left out.
    fn first_quote(&self) -> Option<usize> {
        let unread = self.text.get(self.last.1..self.at)?;
        let mut offset = self.last.1;
        for line in unread.split_inclusive('\n') {
            let starts = |at: usize| line[..at].ends_with([' ', '\t', ':', '-', ',', '[', '{']) || at == 0;
            let found = line.char_indices().find(|(at, c)| matches!(c, '"' | '\'' | '#') && starts(*at));
            match found {
                Some((at, '"' | '\'')) => return Some(offset + at),
                _ => offset += line.len(),
            }
        }
        None
    }

    /// Any other cause that is certain.
    pub(super) fn other(&self) -> Option<Diagnostic> {
        self.bracket().or_else(|| match self.kind {
            ErrorKind::SimpleKeyExpected => self.no_colon(),
            ErrorKind::MappingValueNotAllowed => self.colon_in_text(),
            ErrorKind::ExpectedBlockMappingKey => self.indentation(),
            ErrorKind::InvalidTrailingSingleQuotedScalar => {
                Some(self.behind_quote(
                    "write `''` for a quote inside of the text, or put the whole text into double quotes",
                ))
            }
            ErrorKind::InvalidTrailingDoubleQuotedScalar => {
                Some(self.behind_quote("put the whole value into quotes, and write `\\\"` for a quote inside of it"))
            }
            ErrorKind::UnexpectedCharacter { character: character @ ('@' | '`' | '%') } => {
                let (start, end) = self.one(self.at);
                Some(
                    self.error(
                        format!("a text that begins with `{character}` needs quotes"),
                        start,
                        end,
                        "not in YAML",
                    )
                    .help("put the text into quotes"),
                )
            }
            ErrorKind::BlockSequenceEntryNotAllowed if self.text[self.at..].starts_with('-') => {
                let (start, end) = self.one(self.at);
                key_before(self.text, self.at)?;
                Some(
                    self.error("a list does not begin in the line of its key", start, end, "an item, or a text?")
                        .help("write each item on a line of its own below the key, or put a text into quotes"),
                )
            }
            _ => None,
        })
    }

    /// `[` or `{` without its end: a line that is no part of it comes before any end of it.
    fn bracket(&self) -> Option<Diagnostic> {
        let outermost = match self.kind {
            ErrorKind::UnclosedFlowCollection { .. } => self.bracket.unwrap_or(self.at),
            _ => self.bracket?,
        };
        if self.text[outermost..].starts_with("{{") {
            return None;
        }
        let open = super::lines::never_closed(self.text, outermost)?;
        let (start, end) = self.one(open);
        let bracket = &self.text[start..end];
        let closing = if bracket == "[" { "]" } else { "}" };
        Some(
            self.error(format!("a `{bracket}` is never closed"), start, end, "the bracket that opens here")
                .help(format!("close it with `{closing}`; if it belongs to a text, put the text into quotes")),
        )
    }

    /// `name a`
    fn no_colon(&self) -> Option<Diagnostic> {
        let line = self.text[self.at..].lines().next().unwrap_or_default();
        let line = line.split(" #").next().unwrap_or_default().trim_end();
        let begins = line.chars().next().is_some_and(|c| c.is_alphanumeric() || c == '_');
        if !begins || line.contains(": ") || line.ends_with(':') {
            return None;
        }
        let wrong = self.error("a line of a map without `:`", self.at, self.at + line.len(), "a key, or a text?");
        Some(self.other_colon(line).unwrap_or_else(|| {
            wrong
                .help("write `key: value`")
                .help("if it goes on with the text above, indent it more than the key of that text")
        }))
    }

    /// `name：a`, and `name:a`.
    fn other_colon(&self, line: &str) -> Option<Diagnostic> {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let (at, colon) = line.char_indices().find(|(_, c)| !word(*c)).filter(|(_, c)| matches!(c, ':' | '：'))?;
        let (start, end) = self.one(self.at + at);
        let key = &line[..at];
        Some(match colon {
            '：' => self
                .error("a key is followed by `:`, and this is `：`", start, end, "another character")
                .help(format!("write `{key}: `, with a blank")),
            _ => self
                .error("a `:` behind a key is followed by a blank", start, end, "no blank behind it")
                .help(format!("write `{key}: `, with a blank")),
        })
    }

    /// `a: b: c`, and a key that is indented as a part of the text above it.
    fn colon_in_text(&self) -> Option<Diagnostic> {
        let start = line_start(self.text, self.at);
        let before = &self.text[start..self.at];
        if before.contains(": ") {
            let (colon, end) = self.one(self.at);
            let of = key_before(self.text, self.last.0).map_or(String::new(), |key| format!(": `{key}: |`"));
            return Some(
                self.error("a text with `: ` in it needs quotes", colon, end, "makes a key of what stands before it")
                    .help(format!("quote the text, or write it as a block{of}")),
            );
        }
        let text = self.last.0;
        if text >= start || !is_entry(line_at(self.text, self.at)) {
            return None;
        }
        let first = self.text[text..].lines().next().unwrap_or_default();
        if let Some(colon) = (Trouble { at: text, ..*self }).other_colon(first) {
            return Some(colon);
        }
        let key = start + indent(before);
        let wrong = self
            .error("this line is indented as a part of the text above it", key, self.at, "meant as a key?")
            .related(self.span(text, text + first.trim_end().len()), "the text begins here");
        Some(match key_before(self.text, text) {
            Some(of) => wrong
                .help(format!("indent it like `{of}`"))
                .help(format!("if it belongs to the text, write that as a block: `{of}: |`")),
            None => wrong.help("indent it less, or write the text as a block, with `|`"),
        })
    }

    /// A line whose indentation is that of none of the lines that it may stand below.
    fn indentation(&self) -> Option<Diagnostic> {
        let start = line_start(self.text, self.at);
        let line = line_at(self.text, self.at);
        let depth = indent(line);
        if depth == 0 || start + depth != self.at {
            return None;
        }
        let earlier = self.text[..start].lines().rev().take_while(|line| !line.starts_with("---"));
        let mut deeper = false;
        for above in earlier.filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#')) {
            match indent(above) {
                of if of > depth => deeper = true,
                of if of == depth => return None,
                _ => break,
            }
        }
        deeper.then(|| {
            self.error(
                "the indentation of this line is that of no line above",
                start,
                self.at,
                format!("{depth} blanks"),
            )
            .help("lines that belong together are indented by the same number of blanks")
        })
    }

    /// What follows the end of a quoted text.
    fn behind_quote(&self, help: &str) -> Diagnostic {
        let rest = self.text[self.at..].lines().next().unwrap_or_default().trim_end();
        self.error(
            "a quoted text ends before the value does",
            self.at,
            self.at + rest.len(),
            "behind the end of the text",
        )
        .help(help)
    }
}
