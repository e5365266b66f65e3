//! Secrets in plain text where no field of their own makes them one: by their shape, anywhere in a document or a prompt,
//! and by their name in the maps that are sent as they are.

use std::ops::Range;

use super::load::Context;
use crate::diagnostic::Diagnostic;
use crate::schema::dotted;
use crate::source::Span;
use crate::yaml::{Node, Segment, Yaml};

/// Beginnings of keys and how long what follows must be: OpenAI and its like, Dify, Tencent Cloud, JSON Web Tokens.
const SHAPES: [(&str, usize); 4] = [("sk-", 16), ("app-", 20), ("AKID", 13), ("eyJ", 20)];
/// No key of these shapes is shorter.
const SHORTEST: usize = 16;
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
pub(super) fn find(root: &Node) -> Vec<PlainSecret> {
    let mut found = Vec::new();
    walk(root, &mut Vec::new(), &mut found);
    found
}

/// What looks like a secret in a prompt's file.
pub(super) fn find_in_file(text: &str, whole: Span) -> Vec<PlainSecret> {
    let secret = |found: Range<usize>| PlainSecret {
        what: "the prompt".to_owned(),
        span: Span { start: whole.start + found.start, end: whole.start + found.end, ..whole },
    };
    shapes(text).into_iter().map(secret).collect()
}

/// A step of a path; a [`Segment`] owns its key, and nearly all of a document is walked for nothing.
#[derive(Clone, Copy)]
enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

fn walk<'a>(node: &'a Node, path: &mut Vec<Step<'a>>, found: &mut Vec<PlainSecret>) {
    match &node.value {
        Yaml::Mapping(entries) => {
            for entry in entries {
                path.push(Step::Key(&entry.key.text));
                walk(&entry.value, path, found);
                path.pop();
            }
        }
        Yaml::Sequence(items) => {
            for (i, item) in items.iter().enumerate() {
                path.push(Step::Index(i));
                walk(item, path, found);
                path.pop();
            }
        }
        Yaml::String(text) => {
            let secret = !text.starts_with("${") && (by_name(path, text) || !shapes(text).is_empty());
            // A reference's own field reports itself.
            if secret {
                found.push(PlainSecret { what: format!("`{}`", dotted(&segments(path))), span: node.span });
            }
        }
        _ => {}
    }
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

/// Where a text has the shape of a key.
fn shapes(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if text.len() < SHORTEST {
        return found;
    }
    for (prefix, least) in SHAPES {
        for (at, _) in text.match_indices(prefix) {
            let joined = text[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
            let rest = &text[at + prefix.len()..];
            let length = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')).count();
            // Words joined by dashes have no digits among their letters.
            let key = rest[..length].bytes().any(|b| b.is_ascii_digit())
                || rest[..length].bytes().any(|b| b.is_ascii_uppercase());
            if !joined && length >= least && key {
                found.push(at..at + prefix.len() + length);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_shape_is_shorter_than_the_shortest() {
        assert!(SHAPES.iter().all(|(prefix, least)| prefix.len() + least >= SHORTEST));
    }

    #[test]
    fn keys_are_known_by_their_shape_and_words_are_not_keys() {
        for text in ["sk-proj-4mplEx4mplEx4mpl", "use AKIDexampleExample1", "Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6"] {
            assert_eq!(shapes(text).len(), 1, "{text}");
        }
        for text in [
            "sk-proj-xxxxx",
            "ask-me-anything-you-want-now",
            "risk-assessment-and-more-of-it",
            "app-to-app-calls-are-fine-too",
        ] {
            assert!(shapes(text).is_empty(), "{text}");
        }
    }
}
