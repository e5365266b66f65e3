//! Comments of a text, which its tree does not have.

use granit_parser::{Event, Options, Parser};

use super::node::{Node, Yaml};
use crate::source::{SourceId, Sources, Span};

/// A comment of a YAML text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// From its `#` to the end of the line, the line break left out.
    pub span: Span,
    /// Whether nothing but blanks stands before it in its line.
    pub own_line: bool,
}

/// Comments, as the parser sees them: a `#` inside of a text is none. Where the text is not YAML, those before the first
/// mistake.
pub fn comments(sources: &Sources, id: SourceId) -> Vec<Comment> {
    let text = &*sources.get(id).text;
    let offset = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut options = Options::default();
    options.emit_unresolved_aliases = true;
    options.flow_nesting_limit = super::parse::MAX_DEPTH;
    options.block_nesting_limit = super::parse::MAX_DEPTH;
    options.set_emit_comments(true);
    let mut found = Vec::new();
    for event in Parser::new_from_str_with_options(&text[offset..], options) {
        let Ok((event, span)) = event else { break };
        if let Event::Comment(..) = event
            && let Some(range) = span.byte_range()
        {
            let (start, end) = (range.start + offset, range.end + offset);
            let before = text[..start].rsplit('\n').next().unwrap_or_default();
            let own_line = before.trim_start_matches('\u{feff}').trim().is_empty();
            found.push(Comment { span: Span::new(id, start..end), own_line });
        }
    }
    found
}

/// The comment that cuts a text without quotes short, where it may be a part of the text: no blank follows its `#`, as in
/// `Call #12 now`.
pub(crate) fn cut_short(sources: &Sources, node: &Node) -> Option<Span> {
    if !node.plain || !matches!(node.value, Yaml::String(_)) {
        return None;
    }
    let text = &*sources.get(node.span.source).text;
    let behind = text[node.span.end..].lines().next().unwrap_or_default();
    let comment = behind.trim_start_matches([' ', '\t']);
    let start = node.span.end + (behind.len() - comment.len());
    let is_text = comment.strip_prefix('#').is_some_and(|rest| {
        rest.starts_with(|c: char| !c.is_whitespace() && !matches!(c, '#' | '!')) && !rest.starts_with("callform:")
    });
    is_text.then(|| Span::new(node.span.source, start..start + comment.trim_end().len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, bool)> {
        let mut sources = Sources::default();
        let id = sources.add("a.yaml", text);
        comments(&sources, id).into_iter().map(|c| (sources.slice(c.span).to_owned(), c.own_line)).collect()
    }

    #[test]
    fn only_what_yaml_takes_for_a_comment_is_one() {
        let text = "\u{feff}# 一\r\na: x # two\nb: \"# no\"\nc: 'it''s # no'\nd: |\n  # no\n  x\n  # three?\ne: x#no\nf: [1, # four\n  2]\n\
                    ---\n# five\ng: >-  # six\n  text\n";
        let shown = found(text);
        let shown: Vec<_> = shown.iter().map(|(text, own)| (text.as_str(), *own)).collect();
        assert_eq!(shown, [("# 一", true), ("# two", false), ("# four", false), ("# five", true), ("# six", false)]);
    }

    #[test]
    fn a_text_that_is_not_yaml_has_the_comments_before_its_mistake() {
        assert_eq!(found("# one\na: [\nb: }\n# two\n"), [("# one".to_owned(), true)]);
    }

    #[test]
    fn a_comment_that_may_be_text_is_one_without_a_blank_behind_its_mark() {
        for (text, cut) in [
            ("k: Hello #1 caller\nb: 1\n", Some("#1 caller")),
            ("k: Hello  #1\r\n", Some("#1")),
            ("k: one\n  two #3\nb: 1\n", Some("#3")),
            ("k: Hello # 1 caller\n", None),
            ("k: Hello #callform: allow[x] y\n", None),
            ("k: Hello ##### 1\n", None),
            ("k: \"Hello\" #1\n", None),
            ("k: Hello#1 #\n", None),
            ("k: 12 #1\n", None),
        ] {
            let mut sources = Sources::default();
            let id = sources.add("a.yaml", text);
            let (documents, _) = crate::yaml::parse(&sources, id);
            let node = documents[0].root.as_ref().unwrap().get("k").unwrap();
            assert_eq!(cut_short(&sources, node).map(|span| sources.slice(span)), cut, "{text:?}");
        }
    }
}
