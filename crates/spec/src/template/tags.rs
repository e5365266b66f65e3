//! Cuts a template into text and tags. A tag that is not closed, or closed wrongly, costs one error, and reading goes
//! on behind it, so that the rest of the template is checked too.

use std::ops::Range;

use super::error::TemplateError;
use super::foreign;
use super::mistakes;
use super::syntax::{Lexer, Token, TokenKind};

/// Most tokens of one tag: far more than a person writes, and few enough for the parser's recursion.
const MAX_TOKENS: usize = 1000;

/// Deepest nesting of brackets in one tag; the parser recurses with it.
const MAX_BRACKETS: usize = 32;

/// A piece of a template.
#[derive(Debug)]
pub(super) enum Piece<'t> {
    Data(&'t str),
    Tag(Tag<'t>),
}

/// `{{ ... }}` or `{% ... %}`, closed, with its brackets in balance.
#[derive(Debug)]
pub(super) struct Tag<'t> {
    pub(super) kind: TagKind,
    /// With its delimiters.
    pub(super) range: Range<usize>,
    /// Between the delimiters.
    pub(super) tokens: Vec<Token<'t>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TagKind {
    Output,
    Statement,
}

impl TagKind {
    pub(super) fn open(self) -> &'static str {
        match self {
            Self::Output => "{{",
            Self::Statement => "{%",
        }
    }

    pub(super) fn close(self) -> &'static str {
        match self {
            Self::Output => "}}",
            Self::Statement => "%}",
        }
    }
}

/// The pieces of `text`, as far as they could be told apart.
pub(super) fn split<'t>(text: &'t str, errors: &mut Vec<TemplateError>) -> Vec<Piece<'t>> {
    let mut splitter = Splitter { text, errors, pieces: Vec::new(), foreign: false };
    let mut from = Some(0);
    while let Some(start) = from {
        from = splitter.run(start);
    }
    splitter.pieces
}

struct Splitter<'t, 'e> {
    text: &'t str,
    errors: &'e mut Vec<TemplateError>,
    pieces: Vec<Piece<'t>>,
    /// Whether a block of another template language was begun.
    foreign: bool,
}

/// A tag of which the end has not been seen.
struct Open<'t> {
    kind: TagKind,
    token: Token<'t>,
    tokens: Vec<Token<'t>>,
    brackets: Vec<Token<'t>>,
}

impl<'t> Splitter<'t, '_> {
    /// Reads from `start` to the end or to the first mistake; where to go on after it.
    fn run(&mut self, start: usize) -> Option<usize> {
        let mut lexer = Lexer::new(self.text, start);
        let mut open: Option<Open<'t>> = None;
        let mut end = start;
        loop {
            let token = match lexer.next() {
                Some(Ok(token)) => token,
                Some(Err(message)) => return self.unreadable(open, end, &message),
                None => return open.and_then(|open| self.unclosed(&open, self.text.len())),
            };
            end = token.end;
            let Some(tag) = &mut open else {
                match token.kind {
                    TokenKind::Data(data) => self.pieces.push(Piece::Data(data)),
                    TokenKind::OutputOpen => {
                        if let Some(tag) = foreign::tag(self.text, &token.range(), self.foreign) {
                            self.foreign |= tag.begins;
                            self.errors.extend(tag.error);
                            return Some(tag.end);
                        }
                        open = Some(Open::new(TagKind::Output, token));
                    }
                    TokenKind::StatementOpen => open = Some(Open::new(TagKind::Statement, token)),
                    _ => {}
                }
                continue;
            };
            match token.kind {
                TokenKind::OutputClose | TokenKind::StatementClose => {
                    let Some(Open { kind, token: first, tokens, .. }) = open.take() else { continue };
                    let range = first.start..token.end;
                    if tokens.len() > MAX_TOKENS {
                        let message =
                            format!("the tag has {} words and signs, at most {MAX_TOKENS} are read", tokens.len());
                        self.errors.push(TemplateError::new(first.range(), message));
                    } else {
                        self.pieces.push(Piece::Tag(Tag { kind, range, tokens }));
                    }
                    continue;
                }
                TokenKind::BraceOpen if self.text[token.end..].starts_with(['{', '%', '#']) => {
                    // A new tag begins: the one before it was never closed.
                    self.unclosed(tag, token.start);
                    return Some(token.start);
                }
                TokenKind::BraceClose => match tag.brackets.last() {
                    Some(bracket) if bracket.kind == TokenKind::BraceOpen => drop(tag.brackets.pop()),
                    bracket => {
                        let Some(bracket) = bracket else {
                            let error = mistakes::wrong_close(self.text, tag.kind, token.range());
                            let end = error.range.end;
                            self.errors.push(error);
                            return Some(end);
                        };
                        self.errors.push(mistakes::open_bracket(self.text, bracket.range()));
                        return Some(self.behind(tag.kind, token.start).unwrap_or(token.end));
                    }
                },
                TokenKind::Open | TokenKind::BraceOpen => {
                    tag.brackets.push(token);
                    if tag.brackets.len() > MAX_BRACKETS {
                        self.errors.push(TemplateError::new(token.range(), "brackets are nested too deeply"));
                        return Some(self.behind(tag.kind, token.end).unwrap_or(self.text.len()));
                    }
                }
                TokenKind::Close if tag.brackets.pop().is_none() => {
                    let sign = &self.text[token.range()];
                    self.errors.push(TemplateError::new(token.range(), format!("`{sign}` closes nothing")));
                    return Some(self.behind(tag.kind, token.end).unwrap_or(self.text.len()));
                }
                _ => {}
            }
            tag.tokens.push(token);
        }
    }

    /// Reports a tag without an end; `before` is where the text goes on.
    fn unclosed(&mut self, open: &Open<'t>, before: usize) -> Option<usize> {
        let error = match open.brackets.iter().find(|bracket| bracket.kind == TokenKind::Open) {
            Some(bracket) if self.text[bracket.start..before].contains(open.kind.close()) => {
                mistakes::open_bracket(self.text, bracket.range())
            }
            _ => mistakes::unclosed(open.kind, open.token.range()),
        };
        self.errors.push(error);
        None
    }

    /// Reports what the lexer could not read behind `end`.
    fn unreadable(&mut self, open: Option<Open<'t>>, end: usize, message: &str) -> Option<usize> {
        let rest = &self.text[end..];
        let Some(open) = open else {
            // Outside of tags only a comment or a raw block without an end is unreadable.
            let start = end + rest.find("{#").into_iter().chain(rest.find("{%")).min().unwrap_or(0);
            self.errors.push(mistakes::unclosed_text(&self.text[start..], start));
            return None;
        };
        let start = end + (rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_whitespace()).len());
        self.errors.push(mistakes::unreadable(self.text, open.kind, open.token.range(), start, message));
        self.behind(open.kind, start)
    }

    /// Behind the end of such a tag, or of the line, whichever is next; `None` in the last line without one.
    fn behind(&self, kind: TagKind, from: usize) -> Option<usize> {
        let rest = &self.text[from..];
        let line = rest.find('\n');
        let close = rest[..line.unwrap_or(rest.len())].find(kind.close());
        close.map(|at| at + kind.close().len()).or(line.map(|at| at + 1)).map(|at| from + at)
    }
}

impl<'t> Open<'t> {
    fn new(kind: TagKind, token: Token<'t>) -> Self {
        Self { kind, token, tokens: Vec::new(), brackets: Vec::new() }
    }
}
