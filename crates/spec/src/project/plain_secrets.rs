//! Secrets in plain text where no field of their own makes them one: by their shape, anywhere in a document or a prompt,
//! and by their name in the maps that are sent as they are.

use std::ops::Range;

use super::context::Context;
use crate::diagnostic::Diagnostic;
use crate::keys;
use crate::schema::dotted;
use crate::source::{Sources, Span};
use crate::yaml::{Layout, Node, Segment, Yaml};

/// Maps whose members are sent as they are.
const OPEN_MAPS: [&str; 4] = ["extraBody", "extra", "providerVariables", "promptVariables"];
/// Words in a name that make its value a secret.
const NAMES: [&str; 7] = ["apikey", "accesskey", "secret", "password", "authorization", "accesstoken", "authtoken"];

/// What looks like a secret.
pub(super) struct PlainSecret {
    /// Where it is, in words.
    what: String,
    span: Span,
}

impl PlainSecret {
    /// Reports and redacts it.
    pub(super) fn report(self, context: &mut Context<'_>) {
        let Self { what, span } = self;
        context.redact(span);
        context.push(
            Diagnostic::error("E0109", format!("{what} holds a secret in plain text"), span, "looks like a key")
                .help("a key belongs into a field for keys, as `${env:NAME}`: it is sent from there and kept nowhere")
                .help("if this file was ever committed or shared, the secret is known: make a new one"),
        );
    }
}

/// What looks like a secret in a document.
pub(super) fn find(sources: &Sources, root: &Node) -> Vec<PlainSecret> {
    let mut search = Search { sources, path: Vec::new(), found: Vec::new() };
    search.node(root);
    search.found
}

/// What looks like a secret in a prompt's file.
pub(super) fn find_in_file(text: &str, whole: Span) -> Vec<PlainSecret> {
    let secret = |found: Range<usize>| PlainSecret {
        what: "the prompt".to_owned(),
        span: Span { start: whole.start + found.start, end: whole.start + found.end, ..whole },
    };
    words(text, keys::find(text)).into_iter().map(secret).collect()
}

/// A step of a path; a [`Segment`] owns its key, and nearly all of a document is walked for nothing.
#[derive(Clone, Copy)]
enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

struct Search<'a> {
    sources: &'a Sources,
    path: Vec<Step<'a>>,
    found: Vec<PlainSecret>,
}

impl<'a> Search<'a> {
    fn node(&mut self, node: &'a Node) {
        match &node.value {
            Yaml::Mapping(entries) => {
                for entry in entries {
                    self.path.push(Step::Key(&entry.key.text));
                    self.node(&entry.value);
                    self.path.pop();
                }
            }
            Yaml::Sequence(items) => {
                for (i, item) in items.iter().enumerate() {
                    self.path.push(Step::Index(i));
                    self.node(item);
                    self.path.pop();
                }
            }
            Yaml::String(text) => self.text(node, text),
            _ => {}
        }
    }

    fn text(&mut self, node: &Node, text: &str) {
        let keys = keys::find(text);
        if text.starts_with("${") {
            // A reference's own field says what is wrong with its form. A key may stand where the name of one belongs.
            if keys.into_iter().any(|range| is_mixed(&text[range])) {
                self.report(node.span);
            }
        } else if by_name(&self.path, text) {
            self.report(node.span);
        } else if !keys.is_empty() {
            // A prompt has many lines.
            let layout = Layout::of_scalar(self.sources, node, text);
            words(text, keys).into_iter().for_each(|word| self.report(layout.place(word)));
        }
    }

    fn report(&mut self, span: Span) {
        self.found.push(PlainSecret { what: format!("`{}`", dotted(&segments(&self.path))), span });
    }
}

/// The whole word around a part of it: nobody knows where a key of an unknown form ends.
fn word(text: &str, part: Range<usize>) -> Range<usize> {
    let parts = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>' | '(' | ')' | '{' | '}');
    let start =
        text[..part.start].rfind(parts).map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    let end = text[part.end..].find(parts).map_or(text.len(), |at| part.end + at);
    start..end
}

/// Whether capitals, small letters and digits mix, as they do in keys and not in the names of variables and files.
fn is_mixed(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit()) && text.bytes().any(|b| b.is_ascii_lowercase())
}

fn segments(path: &[Step<'_>]) -> Vec<Segment> {
    let segment = |step: &Step<'_>| match step {
        Step::Key(key) => Segment::Key((*key).to_owned()),
        Step::Index(i) => Segment::Index(*i),
    };
    path.iter().map(segment).collect()
}

fn by_name(path: &[Step<'_>], text: &str) -> bool {
    let keys = || path.iter().filter_map(|step| if let Step::Key(key) = step { Some(*key) } else { None });
    if text.len() < 8 || !keys().any(|key| OPEN_MAPS.contains(&key)) || text.contains("{{") {
        return false;
    }
    let name = keys().next_back().unwrap_or_default();
    let name: String = name.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    NAMES.iter().any(|n| name.contains(n))
}

/// The words around parts of a text, each once.
fn words(text: &str, mut parts: Vec<Range<usize>>) -> Vec<Range<usize>> {
    parts.sort_by_key(|part| part.start);
    let mut words: Vec<Range<usize>> = Vec::new();
    for part in parts {
        if words.last().is_none_or(|word| word.end <= part.start) {
            words.push(word(text, part));
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_taken_with_the_whole_word_that_it_stands_in() {
        let text = "Use (sk-4mplEx4mplEx4mplEx+more/of==) now.";
        let found = keys::find(text).remove(0);
        assert_eq!(&text[word(text, found)], "sk-4mplEx4mplEx4mplEx+more/of==");
        assert_eq!(word("\u{3000}key\u{3000}", 3..6), 3..6);
    }
}
