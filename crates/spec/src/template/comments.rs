//! Comments of a template, which nobody is told.

use std::ops::Range;

use super::tags::{Piece, split};

/// Where `{# ... #}` stands in a text, delimiters included. Inside of a tag or of `raw` it is no comment.
pub fn comments(text: &str) -> Vec<Range<usize>> {
    if !text.contains("{#") {
        return Vec::new();
    }
    // A piece is a part of the text itself.
    let place = |part: &str| {
        let start = part.as_ptr() as usize - text.as_ptr() as usize;
        start..start + part.len()
    };
    let pieces: Vec<_> = split(text, &mut Vec::new())
        .into_iter()
        .map(|piece| match piece {
            Piece::Data(data) => place(data),
            Piece::Tag(tag) => tag.range,
        })
        .collect();
    let mut found: Vec<Range<usize>> = Vec::new();
    for (start, _) in text.match_indices("{#") {
        let inside = |range: &Range<usize>| range.contains(&start);
        if pieces.iter().any(inside) || found.last().is_some_and(inside) {
            continue;
        }
        if let Some(length) = text[start..].find("#}") {
            found.push(start..start + length + 2);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_nobody_is_told_is_a_comment() {
        let text = "a {# one #} {{ \"{# no #}\" }} {% raw %}{# no #}{% endraw %}\n{#- 二\n{# -#} b {# open";
        let found: Vec<_> = comments(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, ["{# one #}", "{#- 二\n{# -#}"]);
    }
}
