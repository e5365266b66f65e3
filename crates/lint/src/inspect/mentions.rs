//! Names in the text of a prompt.

use std::ops::Range;

use callform_spec::project::Placed;

use super::literal;

/// Where a template's text speaks of a name, as a word of its own. What stands in a tag is not meant (a variable of that
/// name, a text that is compared with), nor is a comment, which nobody is told.
pub(crate) fn mentions(placed: &Placed, name: &str) -> Vec<Range<usize>> {
    words(&literal(placed.text()), name)
}

fn words(text: &str, name: &str) -> Vec<Range<usize>> {
    // Chinese has no blanks between words: only what an identifier is made of goes on with one.
    let goes_on = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(name)
        .map(|(start, found)| start..start + found.len())
        .filter(|r| !text[..r.start].ends_with(goes_on) && !text[r.end..].starts_with(goes_on))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_word_of_its_own() {
        assert_eq!(words("end_call, end_calls; send_call. `end_call`", "end_call"), [0..8, 33..41]);
        assert_eq!(words("再调用end_call结束end_call", "end_call"), [9..17, 23..31]);
    }
}
