//! Lines of a text that is not YAML, as people read them.

/// Where the line begins that holds a place.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |n| n + 1)
}

/// The line that holds a place, without its end.
pub(super) fn line_at(text: &str, at: usize) -> &str {
    text[line_start(text, at)..].lines().next().unwrap_or_default()
}

/// What stands from a place on to the end of its document.
pub(super) fn rest_of_document(text: &str, at: usize) -> &str {
    let rest = &text[at..];
    let end = if rest.starts_with("---") { Some(0) } else { rest.find("\n---") };
    &rest[..end.unwrap_or(rest.len())]
}

/// How many blanks a line begins with.
pub(super) fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Whether a line looks like `key: value` or `- item`.
pub(super) fn is_entry(line: &str) -> bool {
    let line = line.trim();
    line == "-" || line.starts_with("- ") || key_of(line).is_some()
}

/// The key of a line `key: value` or `key:`.
fn key_of(line: &str) -> Option<&str> {
    let (key, rest) = line.trim_start_matches([' ', '-']).split_once(':')?;
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    (is_key && (rest.is_empty() || rest.starts_with([' ', '\r']))).then_some(key)
}

/// The key whose value begins at a place in the same line.
pub(super) fn key_before(text: &str, at: usize) -> Option<&str> {
    let before = &text[line_start(text, at)..at];
    key_of(before).filter(|key| before.trim_end().ends_with(':') && before.contains(key))
}

/// The innermost bracket that is still open where a line comes that is no part of the outermost one, or the document
/// ends; `None` if the outermost one is closed before that.
pub(super) fn never_closed(text: &str, outermost: usize) -> Option<usize> {
    let least = indent(line_at(text, outermost));
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut offset = outermost;
    let mut quote = None;
    for line in text[outermost..].split_inclusive('\n') {
        let content = line.trim_end();
        let ends = content.starts_with("---") || content.starts_with("...");
        if offset > outermost && quote.is_none() && (ends || indent(line) <= least && is_entry(content)) {
            break;
        }
        let mut characters = content.char_indices().peekable();
        let mut before = ' ';
        while let Some((at, c)) = characters.next() {
            match (quote, c) {
                (Some('"'), '\\') => {
                    characters.next();
                }
                (Some(end), c) if c == end => quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') if matches!(before, ' ' | '\t' | '[' | '{' | ',' | ':') => quote = Some(c),
                (None, '#') if matches!(before, ' ' | '\t') => break,
                (None, '[') => open.push((offset + at, ']')),
                (None, '{') => open.push((offset + at, '}')),
                (None, ']' | '}') => {
                    // Another one than is open: which of the two is wrong can't be told.
                    open.pop().filter(|(_, closing)| *closing == c)?;
                    if open.is_empty() {
                        return None;
                    }
                }
                _ => {}
            }
            before = c;
        }
        offset += line.len();
    }
    if quote.is_some() { None } else { open.pop().map(|(at, _)| at) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bracket_without_its_end_is_found_and_one_that_has_it_is_not() {
        for (text, found) in [
            ("v: [\nl:\n", Some(3)),
            ("v: [1, {a: 2\nl: x\n", Some(7)),
            ("v: [1, {a: 2}\nl: x\n", Some(3)),
            ("v: [\"]\", ']' # ]\n  , x\n", Some(3)),
            ("v: [\n1\n]\n", None),
            ("v: [it's, 2]\nl: [\n", None),
            ("v: [1, 2}\nl: x\n", None),
            ("v: [1,\n---\nl: ]\n", Some(3)),
        ] {
            assert_eq!(never_closed(text, 3), found, "{text:?}");
        }
    }
}
