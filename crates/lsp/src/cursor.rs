//! What a cursor in a template stands on, told from the text around it: templates are incomplete while they are typed,
//! so nothing here needs them to be whole.

use std::ops::Range;

/// How far before the cursor a tag may begin. Tags are short; an opener further up was never closed.
const FARTHEST: usize = 4096;

/// Where a cursor is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spot {
    /// Between tags, where words are said as they stand.
    Prose,
    /// In a comment, or inside quotes.
    Quiet,
    /// In a tag.
    Tag(Tag),
}

/// What may stand at a place in a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tag {
    /// A value: a variable.
    Value,
    /// A filter: after `|`.
    Filter,
    /// The first word of `{% ... %}`.
    Statement,
    /// A value or a keyword, within the brackets of this filter.
    Argument(String),
}

/// What may stand at `at`, a character boundary of `text`, given what stands before it.
pub fn spot(text: &str, at: usize) -> Spot {
    let before = &text[floor(text, at.saturating_sub(FARTHEST))..at];
    if before.rfind("{#").is_some_and(|comment| !before[comment..].contains("#}")) {
        return Spot::Quiet;
    }
    let opener = ["{{", "{%"].into_iter().filter_map(|open| Some((before.rfind(open)?, open))).max();
    match opener {
        Some((start, open)) => scan(&before[start + open.len()..], open == "{%"),
        None => Spot::Prose,
    }
}

/// Goes over a tag from its opener to the cursor.
fn scan(inside: &str, statement: bool) -> Spot {
    let close = if statement { "%}" } else { "}}" };
    let mut quote = None;
    // The word that ended last, what stood before it, and the filters whose brackets are open.
    let mut word = "";
    let mut piped = false;
    let mut words = 0;
    let mut brackets: Vec<Option<&str>> = Vec::new();
    let mut rest = inside;
    while let Some(c) = rest.chars().next() {
        if let Some(open) = quote {
            let escaped = c == '\\' && rest.len() > 1;
            if c == open {
                quote = None;
            }
            rest = if escaped { skip(skip(rest)) } else { skip(rest) };
            continue;
        }
        if rest.starts_with(close) {
            return Spot::Prose;
        }
        if goes_on(c) {
            let end = rest.find(|c| !goes_on(c)).unwrap_or(rest.len());
            (word, rest) = rest.split_at(end);
            // The word at the cursor is what is being typed.
            if rest.is_empty() {
                break;
            }
            words += 1;
            continue;
        }
        match c {
            '"' | '\'' => quote = Some(c),
            '|' => piped = true,
            '(' | '[' | '{' => brackets.push((c == '(' && piped).then_some(word)),
            ')' | ']' | '}' => {
                brackets.pop();
            }
            _ => {}
        }
        // The pipe holds for the word behind it, and for the bracket behind that.
        piped = c == '|' || (piped && c.is_whitespace() && word.is_empty());
        if !c.is_whitespace() {
            word = "";
        }
        rest = skip(rest);
    }
    if quote.is_some() {
        return Spot::Quiet;
    }
    let first = statement && words == 0 && inside.trim_start_matches(['-', '+']).trim_start().chars().all(goes_on);
    Spot::Tag(match brackets.last() {
        _ if first => Tag::Statement,
        _ if piped => Tag::Filter,
        Some(Some(filter)) => Tag::Argument((*filter).to_owned()),
        _ => Tag::Value,
    })
}

/// The word around a place, of what names are made of; empty if there is none.
pub fn word(text: &str, at: usize) -> Range<usize> {
    let start = text[..at].char_indices().rev().take_while(|(_, c)| goes_on(*c)).last().map_or(at, |(n, _)| n);
    let end = text[at..].find(|c| !goes_on(c)).map_or(text.len(), |n| at + n);
    start..end
}

/// The word around a place in prose, as functions are called: Chinese has no blanks between words, so only ASCII goes
/// on with one.
pub fn ascii_word(text: &str, at: usize) -> Range<usize> {
    let goes_on = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let start = text[..at].rfind(|c| !goes_on(c)).map_or(0, |n| n + text[n..].chars().next().map_or(1, char::len_utf8));
    let end = text[at..].find(|c| !goes_on(c)).map_or(text.len(), |n| at + n);
    start..end
}

fn goes_on(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn skip(text: &str) -> &str {
    let mut rest = text.chars();
    rest.next();
    rest.as_str()
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the bar is.
    fn at(text: &str) -> Spot {
        let bar = text.find('¦').unwrap();
        spot(&text.replace('¦', ""), bar)
    }

    #[test]
    fn values_filters_and_statements_are_told_apart() {
        for (text, tag) in [
            ("Hi {{ ¦", Tag::Value),
            ("Hi {{na¦ }}", Tag::Value),
            ("{{ a }} and {{ 姓¦ }}", Tag::Value),
            ("{{ a |¦", Tag::Filter),
            ("{{ a | sp¦oken }}", Tag::Filter),
            ("{{ a | upper ~ ¦ }}", Tag::Value),
            ("{{ a | upper ¦ }}", Tag::Value),
            ("{{ a | upper | ¦", Tag::Filter),
            ("{{ a | spoken(¦", Tag::Argument("spoken".into())),
            ("{{ a | spoken(zone=\"x\", lo¦", Tag::Argument("spoken".into())),
            ("{{ a | replace(\")\", ¦", Tag::Argument("replace".into())),
            ("{{ a | spoken() ~ ¦", Tag::Value),
            ("{{ (a¦", Tag::Value),
            ("{% ¦", Tag::Statement),
            ("{%- i¦", Tag::Statement),
            ("{% if ¦", Tag::Value),
            ("{% if a %}x{% el¦", Tag::Statement),
            ("{% for x in ¦", Tag::Value),
            ("{{ a['¦b'] }}", Tag::Value),
        ] {
            let expected = if text.contains("['") { Spot::Quiet } else { Spot::Tag(tag) };
            assert_eq!(at(text), expected, "{text}");
        }
    }

    #[test]
    fn outside_of_tags_is_prose() {
        for text in ["¦", "Hi ¦", "{{ a }}¦", "{% if a %}¦", "{# x #} ¦", "{{ \"}}\" }} ¦", "{{ a }}\n{ ¦"] {
            assert_eq!(at(text), Spot::Prose, "{text}");
        }
        for text in ["{# {{ no #¦", "{{ \"¦", "{{ a ~ 'x ¦"] {
            assert_eq!(at(text), Spot::Quiet, "{text}");
        }
    }

    #[test]
    fn a_word_is_found_from_anywhere_in_it() {
        let text = "{{ 姓名_1 }} 再调用call_end结束";
        let name = text.find('姓').unwrap();
        assert_eq!(&text[word(text, name + 3)], "姓名_1");
        assert_eq!(word(text, 0), 0..0);
        let call = text.find("end").unwrap();
        assert_eq!(&text[ascii_word(text, call)], "call_end");
        assert_eq!(&text[ascii_word(text, text.find("结").unwrap())], "call_end");
        assert_eq!(&text[ascii_word(text, text.find("再").unwrap())], "");
    }
}
