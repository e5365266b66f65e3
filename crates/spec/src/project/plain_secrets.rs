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
/// Maps whose members are sent as they are.
const OPEN_MAPS: [&str; 4] = ["extraBody", "extra", "providerVariables", "promptVariables"];
/// Words in a name that make its value a secret.
const NAMES: [&str; 7] = ["apikey", "accesskey", "secret", "password", "authorization", "accesstoken", "authtoken"];

/// Reports and redacts what looks like a secret in a document.
pub(super) fn check(root: &Node, context: &mut Context<'_>) {
    walk(root, &mut Vec::new(), context);
}

/// Reports and redacts what looks like a secret in a prompt's file.
pub(super) fn check_file(text: &str, whole: Span, context: &mut Context<'_>) {
    for found in shapes(text) {
        let span = Span { start: whole.start + found.start, end: whole.start + found.end, ..whole };
        report("the prompt", span, context);
    }
}

fn walk(node: &Node, path: &mut Vec<Segment>, context: &mut Context<'_>) {
    match &node.value {
        Yaml::Mapping(entries) => {
            for entry in entries {
                path.push(Segment::Key(entry.key.text.clone()));
                walk(&entry.value, path, context);
                path.pop();
            }
        }
        Yaml::Sequence(items) => {
            for (i, item) in items.iter().enumerate() {
                path.push(Segment::Index(i));
                walk(item, path, context);
                path.pop();
            }
        }
        Yaml::String(text) => {
            let secret = !text.starts_with("${") && (by_name(path, text) || !shapes(text).is_empty());
            // A reference's own field reports itself.
            if secret {
                report(&format!("`{}`", dotted(path)), node.span, context);
            }
        }
        _ => {}
    }
}

fn report(what: &str, span: Span, context: &mut Context<'_>) {
    context.redact(span);
    context.push(
        Diagnostic::error("E0109", format!("{what} holds a secret in plain text"), span, "looks like a key")
            .help("a key belongs into a field for keys, as `${env:NAME}`: it is sent from there and kept nowhere")
            .help("if this file was ever committed or shared, the secret is known: make a new one"),
    );
}

fn by_name(path: &[Segment], text: &str) -> bool {
    let open = path.iter().any(|s| matches!(s, Segment::Key(key) if OPEN_MAPS.contains(&key.as_str())));
    let Some(Segment::Key(name)) = path.iter().rev().find(|s| matches!(s, Segment::Key(_))) else { return false };
    let name: String = name.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    open && text.len() >= 8 && !text.contains("{{") && NAMES.iter().any(|n| name.contains(n))
}

/// Where a text has the shape of a key.
fn shapes(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
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
