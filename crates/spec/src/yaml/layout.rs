//! Where the characters of a scalar's text stand in its file: indentation, folding and escapes lie between.

use std::ops::Range;

use super::node::Node;
use crate::source::{Sources, Span};

/// How a text lies in its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    whole: Span,
    /// Runs of bytes that stand in the file as they are: start in the text, start in the file, length. Sorted.
    runs: Vec<(usize, usize, usize)>,
}

impl Layout {
    /// A file whose text is the text.
    pub fn of_file(whole: Span) -> Self {
        Self { whole, runs: vec![(0, whole.start, whole.end - whole.start)] }
    }

    /// A scalar of a document, whose text after YAML's processing is `text`.
    pub fn of_scalar(sources: &Sources, node: &Node, text: &str) -> Self {
        let source = sources.slice(node.span);
        let mut layout = Self { whole: node.span, runs: Vec::new() };
        let start = match source.as_bytes().first() {
            // A block's content begins on the line after its header.
            Some(b'|' | b'>') => source.find('\n').map_or(source.len(), |n| n + 1),
            Some(b'"' | b'\'') => 1,
            _ => 0,
        };
        let double_quoted = source.starts_with('"');
        let block = source.starts_with(['|', '>']);
        let indent = if block { block_indent(&source[start..]) } else { 0 };
        let mut at = start;
        let mut line_start = true;
        for (offset, wanted) in text.char_indices() {
            if block && line_start {
                let spaces = source[at..].bytes().take(indent).take_while(|b| *b == b' ').count();
                at += spaces;
            }
            line_start = false;
            loop {
                let Some(found) = source[at..].chars().next() else { return layout };
                if found == wanted {
                    layout.push(offset, node.span.start + at, wanted.len_utf8());
                    at += found.len_utf8();
                    // `''` is one quote.
                    if wanted == '\'' && source.starts_with('\'') && source[at..].starts_with('\'') {
                        at += 1;
                    }
                    break;
                }
                if found == '\r' {
                    at += 1;
                } else if double_quoted && found == '\\' {
                    let escape = escape_length(&source[at..]);
                    let line_break = source[at + 1..].starts_with(['\n', '\r']);
                    if !line_break {
                        layout.push(offset, node.span.start + at, wanted.len_utf8().min(escape));
                        at += escape;
                        break;
                    }
                    at += 2;
                } else if found.is_whitespace() && wanted.is_whitespace() {
                    // Folding: a line break with its indentation stands for one space, or for fewer line breaks.
                    layout.push(offset, node.span.start + at, 1);
                    let skip = source[at..].len() - source[at..].trim_start().len();
                    at += if wanted == '\n' { found.len_utf8() } else { skip };
                    break;
                } else if found.is_whitespace() {
                    at += found.len_utf8();
                } else {
                    // Not understood: the rest is placed at the whole value.
                    return layout;
                }
            }
            line_start |= wanted == '\n';
        }
        layout
    }

    fn push(&mut self, text: usize, file: usize, length: usize) {
        if let Some((t, f, l)) = self.runs.last_mut()
            && *t + *l == text
            && *f + *l == file
        {
            *l += length;
            return;
        }
        self.runs.push((text, file, length));
    }

    fn at(&self, offset: usize) -> Option<usize> {
        let after = self.runs.partition_point(|(t, _, _)| *t <= offset);
        let (text, file, length) = *self.runs.get(after.checked_sub(1)?)?;
        (offset < text + length).then_some(file + (offset - text))
    }

    /// Where a range of the text stands; the whole value where that can't be told.
    pub fn place(&self, range: Range<usize>) -> Span {
        if range.is_empty() {
            let at = self.at(range.start).or_else(|| self.at(range.start.checked_sub(1)?).map(|n| n + 1));
            return at.map_or(self.whole, |n| Span { start: n, end: n, ..self.whole });
        }
        match (self.at(range.start), self.at(range.end - 1)) {
            (Some(start), Some(last)) if last >= start => Span { start, end: last + 1, ..self.whole },
            _ => self.whole,
        }
    }
}

/// Indentation of a block scalar's content: that of its first line that is not blank.
fn block_indent(content: &str) -> usize {
    content.lines().find(|l| !l.trim().is_empty()).map_or(0, |l| l.bytes().take_while(|b| *b == b' ').count())
}

fn escape_length(text: &str) -> usize {
    match text.as_bytes().get(1) {
        Some(b'x') => 4,
        Some(b'u') => 6,
        Some(b'U') => 10,
        _ => 2,
    }
    .min(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::parse;

    /// Where `needle` of the value's text stands, as the file's characters there.
    fn placed(yaml: &str, needle: &str) -> String {
        let mut sources = Sources::default();
        let id = sources.add("a.yaml", yaml);
        let (documents, diagnostics) = parse(&sources, id);
        assert_eq!(diagnostics, []);
        let node = documents[0].root.as_ref().unwrap().get("k").unwrap();
        let text = node.as_str().unwrap();
        let start = text.find(needle).unwrap_or_else(|| panic!("{text:?}"));
        let span = Layout::of_scalar(&sources, node, text).place(start..start + needle.len());
        sources.slice(span).to_owned()
    }

    #[test]
    fn a_name_inside_any_style_of_scalar_is_found_where_it_stands() {
        for yaml in [
            "k: Hi {{ name }}\n",
            "k: 'it''s {{ name }}'\n",
            "k: \"a \\\"b\\\" \\u00e9 {{ name }}\"\n",
            "k: \"one \\\n    two {{ name }}\"\n",
            "k: |\n  one\n    two\n\n  {{ name }} x\n",
            "k: |-\n      深 one\n      {{ name }} x\n",
            "k: >\n  one\n  two\n\n  three {{ name }}\n",
            "k: one\n   two {{ name }}\n",
            "k: |\r\n  one\r\n  {{ name }}\r\n",
        ] {
            assert_eq!(placed(yaml, "name"), "name", "{yaml:?}");
        }
    }
}
