//! minijinja's lexer and expression parser, the only part of it that is used; its AST and spans are marked unstable,
//! so nothing outside this module names them and the version is pinned.

mod lower;

use std::ops::Range;

use minijinja::machinery::{self, Tokenizer};
use minijinja::syntax::SyntaxConfig;

pub(super) use lower::Reader;

/// Words that are no variable names: literals, operators, and the loop's own name.
pub(super) const RESERVED: [&str; 13] =
    ["true", "True", "false", "False", "none", "None", "loop", "self", "and", "or", "not", "if", "else"];

/// Words with a meaning between two operands.
pub(super) const OPERATORS: [&str; 7] = ["and", "or", "not", "in", "is", "if", "else"];

/// Whether `name` can be a variable: a letter of any script or `_`, then letters, digits and `_`, and no word of the
/// template language. (`UAX #31` identifiers, as minijinja reads them.)
pub fn is_name(name: &str) -> bool {
    if RESERVED.contains(&name) || OPERATORS.contains(&name) {
        return false;
    }
    let mut tokens = machinery::tokenize(name, true, SyntaxConfig::default());
    matches!(tokens.next(), Some(Ok((machinery::Token::Ident(word), _))) if word == name)
}

/// A token of a template.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'t> {
    pub(super) kind: TokenKind<'t>,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Token<'_> {
    pub(super) fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind<'t> {
    /// Text outside of tags, with white space already dropped where a `-` says so.
    Data(&'t str),
    OutputOpen,
    OutputClose,
    StatementOpen,
    StatementClose,
    Word(&'t str),
    Text,
    Number,
    Assign,
    Minus,
    /// `(` or `[`
    Open,
    /// `)` or `]`
    Close,
    BraceOpen,
    BraceClose,
    /// Any other sign.
    Sign,
}

/// The tokens of a template from one position on.
pub(super) struct Lexer<'t> {
    tokenizer: Tokenizer<'t>,
    base: usize,
}

impl<'t> Lexer<'t> {
    /// Starts outside of tags, at `from`.
    pub(super) fn new(text: &'t str, from: usize) -> Self {
        let config = SyntaxConfig::builder().keep_trailing_newline(true).build().unwrap_or_default();
        Self { tokenizer: Tokenizer::new(&text[from..], "", false, config), base: from }
    }

    /// The next token; an error, in minijinja's words, ends the tokens.
    pub(super) fn next(&mut self) -> Option<Result<Token<'t>, String>> {
        use machinery::Token as T;
        let (token, span) = match self.tokenizer.next_token() {
            Ok(Some(found)) => found,
            Ok(None) => return None,
            Err(error) => return Some(Err(detail(&error))),
        };
        let kind = match token {
            T::TemplateData(data) => TokenKind::Data(data),
            T::VariableStart => TokenKind::OutputOpen,
            T::VariableEnd => TokenKind::OutputClose,
            T::BlockStart => TokenKind::StatementOpen,
            T::BlockEnd => TokenKind::StatementClose,
            T::Ident(word) => TokenKind::Word(word),
            T::Str(_) | T::String(_) => TokenKind::Text,
            T::Int(_) | T::Int128(_) | T::Float(_) => TokenKind::Number,
            T::Assign => TokenKind::Assign,
            T::Minus => TokenKind::Minus,
            T::ParenOpen | T::BracketOpen => TokenKind::Open,
            T::ParenClose | T::BracketClose => TokenKind::Close,
            T::BraceOpen => TokenKind::BraceOpen,
            T::BraceClose => TokenKind::BraceClose,
            _ => TokenKind::Sign,
        };
        let at = |offset: u32| self.base + offset as usize;
        Some(Ok(Token { kind, start: at(span.start_offset), end: at(span.end_offset) }))
    }
}

/// minijinja's message without its position, which is ours to say.
fn detail(error: &minijinja::Error) -> String {
    error.detail().unwrap_or("syntax error").to_owned()
}
