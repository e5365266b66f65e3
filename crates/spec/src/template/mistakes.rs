//! What people write by mistake, and what to tell them.

use std::ops::Range;

use super::error::TemplateError;
use super::filters::{FILTERS, Filter};
use super::syntax::{OPERATORS, Token, TokenKind};
use super::tags::TagKind;

/// The name in `names` that was probably meant by `name`.
pub(super) fn close<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let lower = name.to_lowercase();
    let scored = names.into_iter().map(|known| (strsim::jaro_winkler(&lower, &known.to_lowercase()), known));
    let best = scored.max_by(|(a, _), (b, _)| a.total_cmp(b));
    best.filter(|(score, _)| *score > 0.8).map(|(_, known)| known)
}

/// `name` is none of `names`.
pub(super) fn unknown(what: &str, name: &str, names: &[&str], range: Range<usize>) -> TemplateError {
    let error = TemplateError::new(range, format!("unknown {what} `{name}`"));
    error.help(match close(name, names.iter().copied()) {
        Some(known) => format!("did you mean `{known}`?"),
        None => format!("there are {}", names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")),
    })
}

pub(super) fn unknown_filter(name: &str, range: Range<usize>) -> TemplateError {
    let help = match name {
        "default" | "d" => {
            "every variable has a value: give it a `default` where the agent declares it, or write `name or \"there\"`"
        }
        "safe" | "escape" | "e" => "nothing is escaped: leave it out",
        "datetime" | "strftime" | "dateformat" | "datetimeformat" | "time" | "format_date" => {
            "for speech write `spoken`, for other forms `date(format=\"%Y-%m-%d\")`"
        }
        "count" | "len" => "did you mean `length`?",
        "first" | "last" => "write `name[0]` or `name[-1]`",
        "truncate" => "write `name[:20]`",
        "strip" => "did you mean `trim`?",
        "string" | "int" | "float" | "tojson" => "values have the type that the agent declares, and need no conversion",
        "format" | "append" | "prepend" | "concat" => "text is put together with `~`",
        "upcase" | "uppercase" => "did you mean `upper`?",
        "downcase" | "lowercase" => "did you mean `lower`?",
        "size" => "did you mean `length`?",
        _ => {
            let names: Vec<_> = FILTERS.iter().map(|filter| filter.name).collect();
            return unknown("filter", name, &names, range);
        }
    };
    TemplateError::new(range, format!("unknown filter `{name}`")).help(help)
}

pub(super) fn unknown_test(name: &str, range: Range<usize>) -> TemplateError {
    let help = match name {
        "defined" | "undefined" | "none" => {
            "every variable has a value or the row is refused: give it `default: \"\"` and test `{% if name %}`"
        }
        "in" => "write `name in [...]`",
        "equalto" | "eq" | "sameas" | "true" | "false" => "write `==`",
        "ne" => "write `!=`",
        _ => return unknown("test", name, &["startingwith", "endingwith"], range),
    };
    TemplateError::new(range, format!("unknown test `{name}`")).help(help)
}

pub(super) fn unknown_statement(name: &str, range: Range<usize>) -> TemplateError {
    const KNOWN: [&str; 9] = ["if", "elif", "else", "endif", "for", "endfor", "set", "endset", "raw"];
    let help = match name {
        "include" | "render" | "import" | "from" | "extends" | "block" | "endblock" => {
            "a template can't read another one: a prompt is one file, so that a review shows all of it"
        }
        "macro" | "endmacro" | "call" | "endcall" => {
            "there are no macros; a value is named with `{% set name = ... %}`"
        }
        "with" | "endwith" => "a value is named with `{% set name = ... %}`",
        "filter" | "endfilter" => "write `{% set text %}...{% endset %}{{ text | upper }}`",
        "autoescape" | "endautoescape" => "nothing is escaped: leave it out",
        "do" => "there is nothing that could be called",
        "assign" | "let" | "var" => "a value is named with `{% set name = ... %}`",
        "capture" => "write `{% set name %}...{% endset %}`",
        "unless" => "write `{% if not name %}...{% endif %}`",
        "case" | "switch" => "write `{% if name == \"x\" %}...{% elif name == \"y\" %}...{% else %}...{% endif %}`",
        "each" | "foreach" => "write `{% for item in list %}...{% endfor %}`",
        "comment" => "write a remark as `{# ... #}`",
        "echo" | "print" => "write `{{ name }}`",
        "elseif" | "elsif" | "elsewhen" => "did you mean `elif`?",
        "end" | "fi" | "done" => "name what ends: `endif`, `endfor` or `endset`",
        "break" | "continue" => "give the loop a condition: `{% for item in list if item != \"x\" %}`",
        "endraw" => "there is no `{% raw %}` before it",
        _ => return unknown("statement", name, &KNOWN, range),
    };
    TemplateError::new(range, format!("unknown statement `{name}`")).help(help)
}

/// Whether a statement that there is not has an end in the languages that it comes from, or may have one.
pub(super) fn begins_block(name: &str) -> bool {
    const SINGLE: [&str; 15] = [
        "include", "render", "import", "from", "extends", "do", "break", "continue", "assign", "let", "var", "echo",
        "print", "end", "endraw",
    ];
    !SINGLE.contains(&name)
}

pub(super) fn function(name: &str, argument: &str, range: Range<usize>) -> TemplateError {
    let error = TemplateError::new(range, format!("unknown function `{name}`"));
    error.help(if Filter::named(name).is_some() {
        format!("it is a filter: `{argument} | {name}`")
    } else {
        match name {
            "now" | "today" | "date_now" | "time" => {
                "a template can't read the clock: the words of a plan would change until it is applied"
            }
            "range" => "loops go over a list: `[1, 2, 3]`",
            "env" | "getenv" | "environ" => "a template can't read the environment: declare a variable",
            _ => "there are no functions; values are changed with filters: `value | upper`",
        }
        .to_owned()
    })
}

pub(super) fn method(of: &str, name: &str, range: Range<usize>) -> TemplateError {
    let error = TemplateError::new(range, "values have no methods");
    let filter = match name {
        "strip" => Some("trim"),
        "strftime" | "format" => Some("date"),
        name => Filter::named(name).map(|filter| filter.doc().name),
    };
    match filter {
        Some(filter) => error.help(format!("it is a filter: `{of} | {filter}`")),
        None if matches!(name, "startswith" | "endswith") => {
            error.help(format!("it is a test: `{of} is {}ingwith \"...\"`", &name[..name.len() - 5]))
        }
        None => error.help("values are changed with filters: `value | upper`"),
    }
}

pub(super) fn field(of: &str, name: &str, range: Range<usize>) -> TemplateError {
    let error = TemplateError::new(range, format!("`{of}` has no field `{name}`: variables hold one value"));
    if name.starts_with('_') { error } else { error.help(format!("declare a variable `{of}_{name}`")) }
}

pub(super) fn unclosed(kind: TagKind, open: Range<usize>) -> TemplateError {
    TemplateError::new(open, format!("`{}` is never closed", kind.open())).help(format!(
        "close it with `{}`; if it is meant as text, write `{{{{ \"{}\" }}}}`",
        kind.close(),
        kind.open()
    ))
}

/// A comment or raw block without an end, which begins where `rest` does.
pub(super) fn unclosed_text(rest: &str, start: usize) -> TemplateError {
    if rest.starts_with("{#") {
        TemplateError::new(start..start + 2, "the comment is never closed").help("close it with `#}`")
    } else {
        let end = rest.find("%}").map_or(rest.len().min(2), |at| at + 2);
        TemplateError::new(start..start + end, "`raw` is never closed").help("close it with `{% endraw %}`")
    }
}

pub(super) fn open_bracket(text: &str, range: Range<usize>) -> TemplateError {
    TemplateError::new(range.clone(), format!("`{}` is never closed", &text[range]))
}

/// A `}` that should have been a tag's end.
pub(super) fn wrong_close(text: &str, kind: TagKind, brace: Range<usize>) -> TemplateError {
    let start = match text[..brace.start].chars().next_back() {
        Some('%') => brace.start - 1,
        _ => brace.start,
    };
    let end = if text[brace.end..].starts_with('}') { brace.end + 1 } else { brace.end };
    let found = &text[start..end];
    TemplateError::new(start..end, format!("`{}` is closed with `{found}`", kind.open()))
        .help(format!("close it with `{}`", kind.close()))
}

/// Something in a tag that is no token.
pub(super) fn unreadable(text: &str, kind: TagKind, open: Range<usize>, start: usize, message: &str) -> TemplateError {
    let Some(c) = text[start..].chars().next() else {
        return unclosed(kind, open);
    };
    let line = text[start..].lines().next().unwrap_or_default();
    if !line.contains(kind.close()) && c != '｝' {
        // What the tag holds is probably not meant to be in it.
        return unclosed(kind, open);
    }
    if matches!(c, '"' | '\'') && message.contains("end of string") {
        // With an apostrophe in the words after an unclosed tag, the tag is the mistake.
        return if text[open.end..start].contains('\n') {
            unclosed(kind, open)
        } else {
            TemplateError::new(start..start + 1, format!("the text after {c} is never closed"))
                .help(format!("close it with {c}"))
        };
    }
    let range = start..start + c.len_utf8();
    let instead = match c {
        '“' | '”' | '„' | '«' | '»' | '＂' | '「' | '」' => Some("\""),
        '‘' | '’' | '＇' => Some("'"),
        '｜' | '¦' => Some("|"),
        '（' => Some("("),
        '）' => Some(")"),
        '，' | '、' => Some(","),
        '＝' => Some("="),
        '：' => Some(":"),
        '．' | '。' => Some("."),
        '［' | '【' => Some("["),
        '］' | '】' => Some("]"),
        '｝' => Some("}"),
        '～' => Some("~"),
        '＋' => Some("+"),
        '－' | '–' | '—' => Some("-"),
        '！' => Some("!"),
        '＜' => Some("<"),
        '＞' => Some(">"),
        _ => None,
    };
    match (instead, c) {
        (Some(ascii), _) => TemplateError::new(range, format!("`{c}` is not a sign of templates"))
            .help(format!("inside of tags write the ASCII sign: `{ascii}`")),
        (None, '$') => TemplateError::new(range, "a name has no `$`").help("write the name alone: `{{ name }}`"),
        (None, '&') => TemplateError::new(range, "unexpected `&`").help("write `and`"),
        (None, '?') if text[range.end..].starts_with('?') => {
            TemplateError::new(range.start..range.end + 1, "unexpected `??`").help("write `or`: `name or \"there\"`")
        }
        (None, '?') => TemplateError::new(range, "unexpected `?`").help("write `\"x\" if test else \"y\"`"),
        (None, ';') => {
            TemplateError::new(range, "unexpected `;`").help("a tag holds one value or statement: leave it out")
        }
        (None, '!') => TemplateError::new(range, "unexpected `!`").help("write `not`, or `!=` to compare"),
        (None, c) if c.is_whitespace() => {
            TemplateError::new(range, format!("unexpected white space U+{:04X}", u32::from(c)))
                .help("inside of tags write ordinary spaces")
        }
        (None, _) if message == "unexpected character" => TemplateError::new(range, format!("unexpected `{c}`")),
        _ => TemplateError::new(range, plain(message)),
    }
}

/// What an expression's tokens show before it is parsed: two words where there should be one, `=` for `==`.
pub(super) fn in_expression(text: &str, kind: TagKind, tokens: &[Token<'_>]) -> Option<TemplateError> {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::Open | TokenKind::BraceOpen => depth += 1,
            TokenKind::Close | TokenKind::BraceClose => depth = depth.saturating_sub(1),
            TokenKind::Sign if depth == 0 && &text[token.range()] == ":" => {
                return Some(colon(text, &tokens[..at], token.range()));
            }
            TokenKind::Sign if is_pipe(text, token) && tokens.get(at + 1).is_some_and(|next| is_pipe(text, next)) => {
                let error = TemplateError::new(token.start..tokens[at + 1].end, "unexpected `||`");
                return Some(error.help("write `or`"));
            }
            TokenKind::Assign if depth == 0 => {
                let error = TemplateError::new(token.range(), "`=` does not compare");
                return Some(error.help(match kind {
                    TagKind::Statement => "write `==`",
                    TagKind::Output => "to compare write `==`; to name a value write `{% set name = ... %}`",
                }));
            }
            _ => {}
        }
        if let Some(next) = tokens.get(at + 1)
            && ends_operand(token.kind)
            && starts_operand(next.kind)
            && !names_a_test(&tokens[..=at])
            // Texts beside each other are one text.
            && !(token.kind == TokenKind::Text && next.kind == TokenKind::Text)
        {
            return Some(two_operands(text, token, next));
        }
    }
    None
}

fn is_pipe(text: &str, token: &Token<'_>) -> bool {
    token.kind == TokenKind::Sign && &text[token.range()] == "|"
}

/// A `:` behind some tokens: before the argument of a filter, or before a format.
fn colon(text: &str, before: &[Token<'_>], range: Range<usize>) -> TemplateError {
    if let [.., pipe, Token { kind: TokenKind::Word(name), start, end }] = before
        && is_pipe(text, pipe)
    {
        if Filter::named(name).is_none() {
            return unknown_filter(name, *start..*end);
        }
        let error = TemplateError::new(range, "unexpected `:`");
        return error.help(format!("what a filter is told stands in brackets: `value | {name}(...)`"));
    }
    TemplateError::new(range, "unexpected `:`")
        .help("values are formatted with filters: `price | round(2)`, `day | date(format=\"%Y-%m-%d\")`")
}

fn ends_operand(kind: TokenKind<'_>) -> bool {
    match kind {
        TokenKind::Word(word) => !OPERATORS.contains(&word),
        TokenKind::Text | TokenKind::Number | TokenKind::Close => true,
        _ => false,
    }
}

fn starts_operand(kind: TokenKind<'_>) -> bool {
    match kind {
        TokenKind::Word(word) => !OPERATORS.contains(&word),
        TokenKind::Text | TokenKind::Number => true,
        _ => false,
    }
}

/// Whether the last token is the name after `is`, which an operand may follow.
fn names_a_test(tokens: &[Token<'_>]) -> bool {
    let word = |back: usize| tokens.len().checked_sub(back).map(|at| tokens[at].kind);
    word(2) == Some(TokenKind::Word("is"))
        || (word(2) == Some(TokenKind::Word("not")) && word(3) == Some(TokenKind::Word("is")))
}

fn two_operands(text: &str, token: &Token<'_>, next: &Token<'_>) -> TemplateError {
    let (first, second) = (&text[token.range()], &text[next.range()]);
    match (token.kind, next.kind) {
        (TokenKind::Number, TokenKind::Word(_)) if token.end == next.start => {
            TemplateError::new(token.start..next.end, format!("`{first}{second}` is not a name"))
                .help("a name starts with a letter or `_`")
        }
        (TokenKind::Word(_), TokenKind::Word(_) | TokenKind::Number) => {
            TemplateError::new(token.start..next.end, format!("unexpected `{second}` after `{first}`"))
                .help(format!("a name has no spaces: `{first}_{second}`?"))
        }
        (TokenKind::Word(prefix), TokenKind::Text) if token.end == next.start => {
            TemplateError::new(token.range(), format!("unexpected `{prefix}` before a text"))
                .help("text has no prefix; it is put together with `~`: `\"Hi \" ~ name`")
        }
        _ => {
            let found = if next.kind == TokenKind::Text { "text".to_owned() } else { format!("`{second}`") };
            TemplateError::new(next.range(), format!("unexpected {found}, expected an operator"))
                .help("text is put together with `~`")
        }
    }
}

/// `for` without its `in`.
pub(super) fn not_in(text: &str, tokens: &[Token<'_>]) -> TemplateError {
    let help = "`{% for item in list %}`";
    match tokens.get(2) {
        Some(token) if &text[token.range()] == "," => {
            TemplateError::new(token.range(), "a loop gives a value to one name").help(help)
        }
        Some(token) => {
            TemplateError::new(token.range(), format!("expected `in`, found `{}`", &text[token.range()])).help(help)
        }
        None => {
            let end = tokens.last().map_or(0, |last| last.end);
            let start = tokens.first().map_or(end, |first| first.start);
            TemplateError::new(start..end, "expected `in` and a list").help(help)
        }
    }
}

pub(super) fn unclosed_block(name: &str, open: Range<usize>) -> TemplateError {
    let error = TemplateError::new(open, format!("`{{% {name} %}}` is never closed"));
    error.help(match name {
        "set" => "close it with `{% endset %}`, or give the value at once: `{% set name = ... %}`".to_owned(),
        name => format!("close it with `{{% end{name} %}}`"),
    })
}

/// `elif` or `else` where none can be.
pub(super) fn stray(word: &str, range: Range<usize>, inside: Option<&str>) -> TemplateError {
    let error = TemplateError::new(range, format!("`{word}` belongs to no `if`"));
    match inside {
        Some("if") => error.help("it stands behind the `else`"),
        Some(block) => error.help(format!("the block around it is `{{% {block} %}}`")),
        None => error,
    }
}

pub(super) fn stray_end(name: &str, range: Range<usize>, inside: Option<&str>) -> TemplateError {
    let error =
        TemplateError::new(range, format!("`end{name}` closes nothing: there is no `{{% {name} %}}` before it"));
    match inside {
        Some(block) => error.help(format!("the block around it is closed with `{{% end{block} %}}`")),
        None => error,
    }
}

/// minijinja's messages, where they need other words.
pub(super) fn plain(message: &str) -> String {
    match message.strip_prefix("unexpected end of input, expected ") {
        Some("expression") => "the expression ends too early: a value is missing".to_owned(),
        Some("identifier") => "the expression ends too early: a name is missing".to_owned(),
        Some(expected) => format!("the expression ends too early: expected {expected}"),
        None => match message {
            "template exceeds maximum recursion limits" => "the expression is nested too deeply".to_owned(),
            "non-keyword arg after keyword arg" => {
                "an argument without a name stands behind one with a name".to_owned()
            }
            message => message.to_owned(),
        },
    }
}
