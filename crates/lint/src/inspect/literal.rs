//! What a template says by itself: its text without tags and comments, and the names that it sets.

use std::ops::Range;

/// Stands where a template writes a value: a character that no text of a document holds.
const VALUE: char = '\u{1}';

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Output,
    Statement,
    Comment,
}

/// The text of a template with [`VALUE`] in the place of every `{{ }}` and blanks in the place of statements and
/// comments, byte by byte: what is found in it stands at the same bytes of the template. Line breaks stay.
pub(crate) fn literal(text: &str) -> String {
    let mut literal = String::with_capacity(text.len());
    let mut from = 0;
    for (kind, range) in tags(text) {
        literal.push_str(&text[from..range.start]);
        let filler = if kind == Kind::Output { VALUE } else { ' ' };
        literal.extend(text[range.clone()].bytes().map(|b| if b == b'\n' { '\n' } else { filler }));
        from = range.end;
    }
    literal.push_str(&text[from..]);
    literal
}

/// A name that a template gives a value to, by `set` or `for`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Assigned<'t> {
    pub(crate) name: &'t str,
    /// The bytes of the name.
    pub(crate) range: Range<usize>,
    /// The bytes of the whole statement.
    pub(crate) statement: Range<usize>,
}

/// Every name that a template gives a value to, in the order of the text.
pub(crate) fn assigned(text: &str) -> Vec<Assigned<'_>> {
    let statements = tags(text).into_iter().filter(|(kind, _)| *kind == Kind::Statement);
    statements.filter_map(|(_, statement)| assignment(text, statement)).collect()
}

fn assignment(text: &str, statement: Range<usize>) -> Option<Assigned<'_>> {
    let after = |at: usize| at + (text[at..].len() - text[at..].trim_start().len());
    let start = statement.start + 2;
    let start = after(start + text[start..].bytes().take_while(|b| matches!(b, b'-' | b'+')).count());
    let rest = &text[start..statement.end];
    let keyword = ["set", "for"]
        .into_iter()
        .find(|k| rest.strip_prefix(k).is_some_and(|r| r.starts_with(char::is_whitespace)))?;
    let start = after(start + keyword.len());
    let length = text[start..].find(|c: char| !c.is_alphanumeric() && c != '_')?;
    let range = start..start + length;
    Some(Assigned { name: &text[range.clone()], range, statement })
}

/// Whether some of a template is raw: there its syntax is text, and a tag would be said as it stands.
pub(crate) fn has_raw(text: &str) -> bool {
    tags(text).iter().any(|(kind, range)| *kind == Kind::Statement && word(&text[range.clone()]) == "raw")
}

/// Tags and comments of a text that is known to be a template.
fn tags(text: &str) -> Vec<(Kind, Range<usize>)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some((start, kind)) = next(text, from) {
        let end = end(text, start + 2, kind);
        found.push((kind, start..end));
        from = end;
        if kind == Kind::Statement && word(&text[start..end]) == "raw" {
            // What follows is text, up to the tag that ends it.
            let closing = text[from..].match_indices("{%").map(|(at, _)| from + at);
            let closing = closing.map(|at| at..self::end(text, at + 2, Kind::Statement));
            let Some(closing) = closing.into_iter().find(|r| word(&text[r.clone()]) == "endraw") else { break };
            from = closing.end;
            found.push((Kind::Statement, closing));
        }
    }
    found
}

fn next(text: &str, from: usize) -> Option<(usize, Kind)> {
    text[from..].match_indices('{').find_map(|(at, _)| {
        let kind = match text.as_bytes().get(from + at + 1)? {
            b'{' => Kind::Output,
            b'%' => Kind::Statement,
            b'#' => Kind::Comment,
            _ => return None,
        };
        Some((from + at, kind))
    })
}

/// Where a tag ends: behind its closing delimiter, which is not inside a text of the tag.
fn end(text: &str, from: usize, kind: Kind) -> usize {
    let close = match kind {
        Kind::Output => "}}",
        Kind::Statement => "%}",
        Kind::Comment => return text[from..].find("#}").map_or(text.len(), |at| from + at + 2),
    };
    let mut quote = None;
    let mut characters = text[from..].char_indices();
    while let Some((at, c)) = characters.next() {
        match quote {
            Some(_) if c == '\\' => {
                characters.next();
            }
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None if text[from + at..].starts_with(close) => return from + at + 2,
            None => {}
        }
    }
    text.len()
}

/// The first word of a statement.
fn word(statement: &str) -> &str {
    let inner = statement.trim_start_matches(['{', '%', '-', '+']).trim_start();
    &inner[..inner.find(|c: char| !c.is_alphanumeric()).unwrap_or(inner.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_statements_and_comments_are_taken_out_byte_by_byte() {
        for (template, text) in [
            ("Hi {{ a }}!", "Hi \u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}!"),
            ("{# 注 #}x{% if a %}y{% endif %}", "         x          y           "),
            ("{{ \"}}\" }}|", "\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}|"),
            ("{% raw %}{{ a }}{% endraw %}.", "         {{ a }}            ."),
            ("{a} {", "{a} {"),
        ] {
            assert_eq!(literal(template), text);
        }
    }

    #[test]
    fn names_that_a_template_sets_are_found() {
        let text = "{%- set a = b %}{% for 名字 in c %}{% endfor %}{% set d %}{% endset %}{{ 'set e' }}{% if set %}{% endif %}";
        let found = assigned(text);
        assert_eq!(found.iter().map(|a| a.name).collect::<Vec<_>>(), ["a", "名字", "d"]);
        assert_eq!(&text[found[1].range.clone()], "名字");
        assert_eq!(&text[found[0].statement.clone()], "{%- set a = b %}");
    }
}
