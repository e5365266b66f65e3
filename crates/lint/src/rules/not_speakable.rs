use std::ops::Range;
use std::sync::LazyLock;

use callform_spec::diagnostic::{Diagnostic, Fix, Severity};
use callform_spec::project::Placed;
use regex::Regex;

use super::{Check, rule};
use crate::inspect::{AgentView, called, literal};

rule! {
    /// ## What it does
    ///
    /// Finds what can't be spoken in the welcome message and the reminder: Markdown (`**bold**`, headings, lists, code,
    /// links, tables), HTML, web and e-mail addresses, and emoji.
    ///
    /// ## Why it is bad
    ///
    /// These two texts go to the voice as they are. It reads stars and slashes out, or swallows the word between them,
    /// and no callee can write an address down that is spelt at the speed of speech.
    ///
    /// The prompt is for the model and may have any form.
    code: "CF026",
    name: "not-speakable",
    level: Severity::Warning,
    bad: &[("agents/checkup.yaml", "\
welcome: \"**Hello!** Your appointment can be moved on https://clinic.example.com/move.\"
")],
    good: &[("agents/checkup.yaml", "\
welcome: Hello! Your appointment can be moved on our website.
")],
    check: Check::Agent(check),
}

/// What is looked for, what it is called, and what to do about it.
const SHAPES: [(&str, &str, &str); 8] = [
    (r"\*\*[^*\n]+\*\*|\b__[^_\n]+__\b", "Markdown", "remove the markup: a voice has no bold type"),
    (r"```|`[^`\n]+`", "Markdown", "remove the backticks"),
    (r"(?m)^[ \t]*#{1,6}[ \t]+\S", "Markdown", "remove the heading's mark"),
    (r"(?m)^[ \t]*[*-][ \t]+\S", "Markdown", "write a sentence in the place of the list"),
    (r"(?m)^[ \t]*\|.*\|[ \t]*$", "Markdown", "write a sentence in the place of the table"),
    (r"!?\[[^\]\n]*\]\([^)\n]*\)", "Markdown", "write the words in the place of the link"),
    (r"</?(?i:b|i|u|p|br|em|strong|span|div|a|h[1-6]|ul|ol|li)(?:\s[^<>]*)?/?>", "HTML", "remove the markup"),
    (
        r"(?i)(?-u:\b)(?:https?://|www\.)[^\s<>\x{3000}-\x{9fff}]+|(?-u:\b)[a-z0-9._+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+",
        "an address",
        "say where it is found, as in: on our website; or send it by message",
    ),
];

static PATTERNS: LazyLock<Vec<Regex>> = LazyLock::new(|| SHAPES.iter().filter_map(|s| Regex::new(s.0).ok()).collect());

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    for placed in view.spoken() {
        for (range, what, help) in unspeakable(&literal(placed.text())) {
            let message = format!("{} is spoken, and holds {what}", called(placed));
            let finding = RULE.finding(message, placed.place(range.clone()), "can't be spoken").help(help);
            found.push(match bold(view, placed, range) {
                Some(fix) => finding.fix(fix),
                None => finding,
            });
        }
    }
}

/// The bold words without their stars.
fn bold(view: &AgentView<'_>, placed: &Placed, range: Range<usize>) -> Option<Fix> {
    let words = placed.text()[range.clone()].strip_prefix("**")?.strip_suffix("**")?;
    let edit = view.edit(placed, range, words)?;
    Some(Fix { title: "remove the stars".into(), edits: vec![edit], safe: true })
}

fn unspeakable(text: &str) -> Vec<(Range<usize>, &'static str, &'static str)> {
    let mut found: Vec<(Range<usize>, &str, &str)> = Vec::new();
    for (pattern, (_, what, help)) in PATTERNS.iter().zip(SHAPES) {
        for shape in pattern.find_iter(text) {
            // The address of a link is a part of the link.
            if !found.iter().any(|(r, ..)| r.start < shape.end() && shape.start() < r.end) {
                found.push((shape.range(), what, help));
            }
        }
    }
    let mut emoji: Vec<Range<usize>> = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| is_emoji(*c)) {
        let end = at + c.len_utf8();
        match emoji.last_mut() {
            Some(last) if last.end == at => last.end = end,
            _ => emoji.push(at..end),
        }
    }
    found.extend(emoji.into_iter().map(|range| (range, "emoji", "remove it, or say it in words")));
    found.sort_by_key(|(range, ..)| range.start);
    found
}

fn is_emoji(c: char) -> bool {
    matches!(c, '\u{1f300}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{1f1e6}'..='\u{1f1ff}' | '\u{fe0f}' | '\u{200d}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_is_a_pattern() {
        assert_eq!(PATTERNS.len(), SHAPES.len());
    }

    #[test]
    fn markup_addresses_and_emoji_are_found_once() {
        for text in [
            "**Hello**",
            "# Hello",
            "- one",
            "see [this](https://a.example)",
            "www.example.com",
            "详见https://a.example。",
            "mail to desk@clinic.example",
            "Hi 👋🏽",
            "Hi<br/>",
            "say `yes`",
        ] {
            assert_eq!(unspeakable(text).len(), 1, "{text}");
        }
    }

    #[test]
    fn speech_is_not() {
        for text in [
            "Hello - how are you?",
            "We're at 5 * 3 Street, number #7.",
            "It costs 3 < 5 dollars & more",
            "[pause] 您好！“是吗？”",
            "It is 20 °C – fine…",
            "a_b c__d",
        ] {
            assert_eq!(unspeakable(text), [], "{text}");
        }
    }
}
