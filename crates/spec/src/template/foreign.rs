//! Tags of other template languages: Mustache, Handlebars, Liquid, Go. What they mean there says what to write here, and
//! the whole tag is one mistake.

use std::ops::Range;

use super::error::TemplateError;
use super::syntax::{OPERATORS, is_name};
use super::tree::LoopField;

/// A tag that this language does not have.
pub(super) struct Foreign {
    /// Where the text goes on.
    pub(super) end: usize,
    /// What is told of it; nothing of the end of a block whose beginning was told of.
    pub(super) error: Option<TemplateError>,
    /// Whether it begins a block, so that its `else` and its end are no mistakes of their own.
    pub(super) begins: bool,
}

/// The tag behind `{{`, if it is one of another language; `begun`, whether a block of such a language was begun before.
pub(super) fn tag(text: &str, open: &Range<usize>, begun: bool) -> Option<Foreign> {
    let rest = &text[open.end..];
    let line = rest.lines().next()?;
    let close = if line.starts_with('{') { "}}}" } else { "}}" };
    let end = line.find(close)?;
    let whole = open.start..open.end + end + close.len();
    let Meant { help, begins, ends } = meant(&line[..end])?;
    let error = (!(begun && ends)).then(|| {
        let message = format!("`{}` is a tag of another language", short(&text[whole.clone()]));
        TemplateError::new(whole.clone(), message).help(help)
    });
    Some(Foreign { end: whole.end, error, begins })
}

struct Meant {
    help: String,
    begins: bool,
    ends: bool,
}

impl Meant {
    fn value(help: impl Into<String>) -> Option<Self> {
        Some(Self { help: help.into(), begins: false, ends: false })
    }

    fn block(help: impl Into<String>) -> Option<Self> {
        Some(Self { help: help.into(), begins: true, ends: false })
    }

    fn end(help: impl Into<String>) -> Option<Self> {
        Some(Self { help: help.into(), begins: false, ends: true })
    }
}

/// What is meant by the inside of a tag; `None` if it may be one of this language.
fn meant(inside: &str) -> Option<Meant> {
    // A remark begins at once; behind a blank `!` is a `not`.
    if let Some(remark) = inside.strip_prefix('!')
        && remark.starts_with([' ', '-'])
    {
        return Meant::value("write a remark as `{# ... #}`");
    }
    let inside = inside.trim();
    let sigil = inside.chars().next()?;
    let behind = inside[sigil.len_utf8()..].trim();
    match sigil {
        '#' => {
            let (word, argument) = behind.split_once(char::is_whitespace).unwrap_or((behind, ""));
            block(word, argument).or_else(|| {
                let name = name(word, "name");
                let list = format!("{{% for item in {name} %}}...{{% endfor %}}");
                Meant::block(format!("write `{{% if {name} %}}...{{% endif %}}`, or for the items of a list `{list}`"))
            })
        }
        '^' if behind.is_empty() => Meant::end("write `{% else %}`"),
        '^' => Meant::block(format!("write `{{% if not {} %}}...{{% endif %}}`", name(behind, "name"))),
        '/' => Meant::end("a block is closed with `{% endif %}` or `{% endfor %}`"),
        '>' => {
            Meant::value("a template can't read another one: a prompt is one file, so that a review shows all of it")
        }
        '&' | '{' if is_name(path(behind)) => {
            Meant::value(format!("nothing is escaped: write `{{{{ {} }}}}`", path(behind)))
        }
        '@' => Meant::value(match behind {
            "index" => "inside of a loop write `{{ loop.index0 }}`".to_owned(),
            field if LoopField::NAMES.iter().any(|(known, _)| *known == field) => {
                format!("inside of a loop write `{{{{ loop.{field} }}}}`")
            }
            name => format!("a name has no `@`: write `{{{{ {} }}}}`", self::name(name, "name")),
        }),
        '.' if path(inside).is_empty() => Meant::value("inside of a loop write the name that `for` gives to the item"),
        '.' => Meant::value(format!("write the name alone: `{{{{ {} }}}}`", name(inside, "name"))),
        _ => statement(inside),
    }
}

/// A statement in the place of a value: `{{ if vip }}`, `{{ else }}`, `{{ range .Items }}`.
fn statement(inside: &str) -> Option<Meant> {
    let (word, argument) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
    if word == "else" {
        let test = argument.trim().strip_prefix("if").map(|test| name(test, "name"));
        return Meant::end(test.map_or("write `{% else %}`".to_owned(), |test| format!("write `{{% elif {test} %}}`")));
    }
    // Names of values are such words too, but no operand follows them.
    let argument = argument.trim();
    let operand = argument.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
    let is_operand = argument.starts_with(['.', '$']) || (is_name(operand) && !OPERATORS.contains(&operand));
    if is_operand { block(word, argument) } else { None }
}

/// The block that a word begins elsewhere.
fn block(word: &str, argument: &str) -> Option<Meant> {
    let argument = argument.trim();
    match word {
        "if" => Meant::block(format!("write `{{% if {} %}}...{{% endif %}}`", name(argument, "name"))),
        "unless" => Meant::block(format!("write `{{% if not {} %}}...{{% endif %}}`", name(argument, "name"))),
        "each" | "foreach" | "range" | "for" => {
            let list = argument.split_once(" in ").map_or(argument, |(_, list)| list);
            Meant::block(format!("write `{{% for item in {} %}}...{{% endfor %}}`", name(list, "list")))
        }
        "with" | "let" => Meant::block("a value is named with `{% set name = ... %}`"),
        _ => None,
    }
}

/// The name in `written`, without what other languages put before names; `otherwise` if it is more than a name.
fn name<'w>(written: &'w str, otherwise: &'w str) -> &'w str {
    let path = path(written);
    if is_name(path) { path } else { otherwise }
}

fn path(written: &str) -> &str {
    let written = written.trim().trim_start_matches(['.', '$', '@', '/']);
    written.strip_prefix("this.").unwrap_or(written).trim()
}

/// A tag as a message shows it.
fn short(tag: &str) -> String {
    const MOST: usize = 40;
    match tag.char_indices().nth(MOST) {
        Some((cut, _)) => format!("{}...", &tag[..cut]),
        None => tag.to_owned(),
    }
}
