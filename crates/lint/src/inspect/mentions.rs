//! Names in the text of a prompt.

use std::ops::Range;

use callform_spec::project::Placed;

/// Where a template's text speaks of a name, as a word of its own. A variable of that name is not meant, nor is a
/// comment, which nobody is told.
pub(crate) fn mentions(placed: &Placed, name: &str) -> Vec<Range<usize>> {
    let text = placed.text();
    let is_variable = |range: &Range<usize>| placed.template.uses().iter().any(|u| u.range == *range);
    let mut found = words(text, name);
    found.retain(|range| !is_variable(range) && !in_comment(text, range.start));
    found
}

fn words(text: &str, name: &str) -> Vec<Range<usize>> {
    // Chinese has no blanks between words: only what an identifier is made of goes on with one.
    let goes_on = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(name)
        .map(|(start, found)| start..start + found.len())
        .filter(|r| !text[..r.start].ends_with(goes_on) && !text[r.end..].starts_with(goes_on))
        .collect()
}

fn in_comment(text: &str, at: usize) -> bool {
    text[..at].rfind("{#").is_some_and(|start| !text[start..at].contains("#}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_word_of_its_own() {
        assert_eq!(words("end_call, end_calls; send_call. `end_call`", "end_call"), [0..8, 33..41]);
        assert_eq!(words("再调用end_call结束end_call", "end_call"), [9..17, 23..31]);
    }

    #[test]
    fn a_comment_ends() {
        let text = "{# end_call #} end_call";
        assert!(in_comment(text, 3));
        assert!(!in_comment(text, 15));
    }
}
