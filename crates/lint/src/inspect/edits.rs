//! Edits that mend a finding.

use callform_spec::source::{Sources, Span};

/// Edits that replace every `from` in the text of a span; none if it is not there as it is.
pub(crate) fn replaced(sources: &Sources, span: Span, from: &str, to: &str) -> Vec<(Span, String)> {
    let found = sources.slice(span).match_indices(from);
    found
        .map(|(at, _)| span.start + at)
        .map(|start| (Span::new(span.source, start..start + from.len()), to.to_owned()))
        .collect()
}

/// The whole line of an item of a block list, with its line break. `None` if anything else stands there, a comment for
/// example, or if it is the last line and ends nowhere.
pub(crate) fn line_of_item(sources: &Sources, item: Span) -> Option<Span> {
    let text = &*sources.get(item.source).text;
    let start = text[..item.start].rfind('\n').map_or(0, |n| n + 1);
    let end = item.end + text[item.end..].find('\n')? + 1;
    let before = text[start..item.start].trim();
    (before == "-" && text[item.end..end].trim().is_empty()).then(|| Span::new(item.source, start..end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_item_alone_on_its_line_has_a_line_to_remove() {
        let text = "a:\n  - en\n  - zh # main\nb: [en, zh]\nc:\n  - en";
        let mut sources = Sources::default();
        let id = sources.add("a.yaml", text);
        let line = |at: usize| line_of_item(&sources, Span::new(id, at..at + 2)).map(Span::range);
        assert_eq!(line(7), Some(3..10));
        assert_eq!(line(14), None);
        assert_eq!(line(text.find("[en").unwrap() + 1), None);
        assert_eq!(line(text.rfind("en").unwrap()), None);
    }
}
