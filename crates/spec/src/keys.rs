//! The shapes of keys: what is surely a secret wherever it stands, whatever the field is called.

use std::ops::Range;

/// A kind of key.
struct Shape {
    prefix: &'static str,
    /// How many characters follow, at least.
    least: usize,
    /// What may follow, beside letters, digits, `-` and `_`.
    more: &'static [u8],
}

const fn shape(prefix: &'static str, least: usize) -> Shape {
    Shape { prefix, least, more: b"" }
}

/// OpenAI and its like, Dify, Tencent Cloud, JSON Web Tokens (three parts, joined by dots), Groq, GitHub, Stripe.
const SHAPES: [Shape; 7] = [
    shape("sk-", 16),
    shape("app-", 20),
    shape("AKID", 13),
    Shape { prefix: "eyJ", least: 20, more: b"." },
    shape("gsk_", 20),
    shape("ghp_", 20),
    shape("sk_live_", 16),
];
/// No key of these shapes is shorter.
const SHORTEST: usize = 16;

/// Where a text has something of the shape of a key: each place in bytes, from the key's beginning to the end of what
/// may belong to it. Words that are joined by dashes are no key; digits or capitals are what tells them apart.
pub fn find(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if text.len() < SHORTEST {
        return found;
    }
    for Shape { prefix, least, more } in &SHAPES {
        for (at, _) in text.match_indices(prefix) {
            // In the middle of a word: not looked at again for each of its parts.
            if text[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '_')) {
                continue;
            }
            let rest = &text.as_bytes()[at + prefix.len()..];
            let belongs = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_') || more.contains(b);
            let length = rest.iter().take_while(|b| belongs(b)).count();
            let key = rest[..length].iter().any(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
            if length >= *least && key {
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
        assert!(SHAPES.iter().all(|shape| shape.prefix.len() + shape.least >= SHORTEST));
    }

    #[test]
    fn keys_are_known_by_their_shape_and_words_are_not_keys() {
        for text in [
            "sk-proj-4mplEx4mplEx4mpl",
            "gsk_4mplEx4mplEx4mplEx4mpl",
            "use AKIDexampleExample1",
            "Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6",
            "eyJhbGciOiJub25lIn0.eyJleGFtcGxlIjoxfQ.",
        ] {
            assert_eq!(find(text).len(), 1, "{text}");
        }
        for text in [
            "sk-proj-xxxxx",
            "ask-me-anything-you-want-now",
            "risk-assessment-and-more-of-it",
            "app-to-app-calls-are-fine-too",
            "app-1.internal.example.com",
            "sk_live_shows_of_the_week",
        ] {
            assert!(find(text).is_empty(), "{text}");
        }
    }
}
