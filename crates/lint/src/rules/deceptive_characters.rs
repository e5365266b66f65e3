use std::ops::Range;

use callform_spec::diagnostic::{Diagnostic, Fix, Severity};
use callform_spec::project::Placed;

use super::{Check, rule};
use crate::inspect::{AgentView, called};

rule! {
    /// ## What it does
    ///
    /// Finds characters in prompts, messages and descriptions that nobody sees or that show others in a false order:
    /// bidirectional controls, zero-width characters, soft hyphens, tag characters and control characters. It also
    /// finds words that mix Latin letters with Cyrillic ones of the same look.
    ///
    /// ## Why it is bad
    ///
    /// What the reviewer reads is not what the model gets. They come along when text is pasted from a web page or a
    /// chat, they split words for the model and stop a name of a function from being one, and they are the known way
    /// to smuggle an instruction past a review.
    ///
    /// Joiners inside emoji and inside words of scripts that need them are left alone, and so is whatever YAML writes
    /// as an escape (`\u200B`), which a reviewer sees.
    code: "CF028",
    name: "deceptive-characters",
    level: Severity::Warning,
    bad: &[("agents/prompts/checkup.md", "\
- When you are done\u{200b}, call call_end.
- Asks for a \u{202e}nosrep\u{202c}: call transfer_to_human.
")],
    good: &[("agents/prompts/checkup.md", "\
- When you are done, call call_end.
- Asks for a person: call transfer_to_human.
")],
    check: Check::Agent(check),
}

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    for placed in view.agent.templates.all() {
        for (range, name) in invisible(placed.text()) {
            found.extend(finding(view, placed, range, name));
        }
        for (range, letter) in mixed(placed.text()) {
            let message = format!("a word in {} mixes Latin and Cyrillic letters", called(placed));
            let label = format!("has the Cyrillic `{letter}` (U+{:04X})", u32::from(letter));
            found.push(
                RULE.finding(message, placed.place(range), label)
                    .help("type the word again: to the model, and to a search, it is another one"),
            );
        }
    }
}

fn finding(view: &AgentView<'_>, placed: &Placed, range: Range<usize>, name: &str) -> Option<Diagnostic> {
    let first = placed.text()[range.clone()].chars().next()?;
    let span = placed.place(range.clone());
    if !view.sources.slice(span).contains(first) {
        return None;
    }
    let count = placed.text()[range.clone()].chars().count();
    let further = if count > 1 { format!(", and {} more", count - 1) } else { String::new() };
    let message = format!("{} holds an invisible character", called(placed));
    // What parts words or lines can't just go: they would become one.
    let parts = placed.text()[range.clone()].chars().any(char::is_whitespace);
    let help = if parts {
        "write a line break or a blank in its place"
    } else {
        "remove it; if it is meant, write it as an escape in quoted YAML, where a reviewer sees it"
    };
    let finding = RULE.finding(message, span, format!("U+{:04X}, {name}{further}", u32::from(first))).help(help);
    Some(match view.edit(placed, range, "").filter(|_| !parts) {
        Some(edit) => finding.fix(Fix { title: "remove it".into(), edits: vec![edit], safe: true }),
        None => finding,
    })
}

/// Runs of characters that are not seen, with the name of the first one.
fn invisible(text: &str) -> Vec<(Range<usize>, &'static str)> {
    let mut found: Vec<(Range<usize>, &'static str)> = Vec::new();
    let mut before = None;
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let after = characters.peek().map(|(_, c)| *c);
        if let Some(name) = name_of(c).filter(|_| !is_needed(c, before, after)) {
            let end = at + c.len_utf8();
            match found.last_mut() {
                Some((last, _)) if last.end == at => last.end = end,
                _ => found.push((at..end, name)),
            }
        }
        before = Some(c);
    }
    found
}

fn name_of(c: char) -> Option<&'static str> {
    Some(match c {
        '\t' | '\n' => return None,
        '\u{202a}' => "left-to-right embedding",
        '\u{202b}' => "right-to-left embedding",
        '\u{202c}' => "pop directional formatting",
        '\u{202d}' => "left-to-right override",
        '\u{202e}' => "right-to-left override",
        '\u{2066}' => "left-to-right isolate",
        '\u{2067}' => "right-to-left isolate",
        '\u{2068}' => "first strong isolate",
        '\u{2069}' => "pop directional isolate",
        '\u{200b}' => "zero width space",
        '\u{200c}' => "zero width non-joiner",
        '\u{200d}' => "zero width joiner",
        '\u{2060}' => "word joiner",
        '\u{2061}'..='\u{2064}' => "invisible operator",
        '\u{feff}' => "byte order mark",
        '\u{00ad}' => "soft hyphen",
        '\u{180e}' => "Mongolian vowel separator",
        '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' => "Hangul filler",
        '\u{e0000}'..='\u{e007f}' => "tag character",
        '\r' => "carriage return",
        c if c.is_control() => "control character",
        _ => return None,
    })
}

/// Whether a script or an emoji can't do without it.
fn is_needed(c: char, before: Option<char>, after: Option<char>) -> bool {
    let not_ascii = |c: Option<char>| c.is_some_and(|c| !c.is_ascii() && !c.is_whitespace());
    match c {
        // Arabic, Persian, Hindi and most emoji of people and flags; Chinese and Latin letters have no use for them.
        '\u{200c}' | '\u{200d}' => {
            not_ascii(before) && not_ascii(after) && !before.is_some_and(is_chinese) && !after.is_some_and(is_chinese)
        }
        // Flags of England, Scotland and Wales: a black flag and tags.
        '\u{e0020}'..='\u{e007f}' => {
            before.is_some_and(|b| b == '\u{1f3f4}' || matches!(b, '\u{e0020}'..='\u{e007f}'))
                && (c == '\u{e007f}' || after.is_some_and(|a| matches!(a, '\u{e0020}'..='\u{e007f}')))
        }
        _ => false,
    }
}

fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}')
}

/// Words of Latin letters in which Cyrillic ones of the same look stand, with the first of those.
fn mixed(text: &str) -> Vec<(Range<usize>, char)> {
    let mut found = Vec::new();
    let mut start = 0;
    for (end, c) in text.char_indices().chain([(text.len(), ' ')]) {
        if c.is_alphabetic() {
            continue;
        }
        let word = &text[start..end];
        let mut cyrillic = word.chars().filter(|c| matches!(c, '\u{400}'..='\u{52f}')).peekable();
        if let Some(first) = cyrillic.peek().copied()
            && word.contains(|c: char| c.is_ascii_alphabetic())
            && cyrillic.all(|c| LOOKALIKES.contains(c))
        {
            found.push((start..end, first));
        }
        start = end + c.len_utf8();
    }
    found
}

/// Cyrillic letters that look like Latin ones.
const LOOKALIKES: &str = "аеорсухіјѕԁһьАВЕКМНОРСТХІЈЅ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_script_or_an_emoji_needs_stays() {
        for text in ["👩\u{200d}⚕️", "می\u{200c}خواهم", "क्\u{200d}ष", "\u{1f3f4}\u{e0067}\u{e0062}\u{e007f}", "a\tb\n"]
        {
            assert_eq!(invisible(text), [], "{text:?}");
        }
        for text in
            ["call\u{200d}_end", "你\u{200c}好", "hi\u{e0041}\u{e0042}", "\u{1f3f4}\u{e0067}", "a\u{7}", "co\u{ad}op"]
        {
            assert_eq!(invisible(text).len(), 1, "{text:?}");
        }
    }

    #[test]
    fn words_of_two_alphabets_are_found_and_russian_ones_are_not() {
        assert_eq!(mixed("p\u{430}y now").len(), 1);
        for text in ["Привет", "USB-кабель", "SMSка", "β-blocker", "pay"] {
            assert_eq!(mixed(text), [], "{text}");
        }
    }
}
