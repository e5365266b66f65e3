//! Text and choices: bounded, on one line unless declared otherwise, and without characters that nobody sees.

use super::{DEFAULT_MAX_LENGTH, Rules, ValueError};

pub(super) fn check(rules: &Rules, text: &str) -> Result<String, ValueError> {
    // What a spreadsheet writes into a cell with several lines depends on the system it ran on.
    let text = if text.contains('\r') { text.replace("\r\n", "\n") } else { text.to_owned() };
    let mut length = 0;
    for (at, c) in text.chars().enumerate() {
        length += 1;
        let place = at + 1;
        if is_line_break(c) && c != '\r' {
            if !rules.multiline {
                return Err(ValueError::new(format!(
                    "expected text on one line, found a line break at character {place}"
                ))
                .help("declare the variable with `multiline: true` if several lines are meant"));
            }
            if c != '\n' {
                return Err(refused(c, place, "an unusual line break"));
            }
        } else if let Some(what) = unseen(c) {
            return Err(refused(c, place, what));
        }
    }
    let most = rules.max_length.unwrap_or(DEFAULT_MAX_LENGTH);
    if length > most {
        let error = ValueError::new(format!("expected at most {most} characters, found {length}"));
        return Err(error.help(match rules.max_length {
            Some(_) => "shorten it, or raise the variable's `maxLength`".to_owned(),
            None => format!("shorten it, or give the variable a `maxLength`; without one it is {DEFAULT_MAX_LENGTH}"),
        }));
    }
    Ok(text)
}

pub(super) fn choose(choices: &[String], text: &str) -> Result<String, ValueError> {
    if let Some(choice) = choices.iter().find(|choice| *choice == text) {
        return Ok(choice.clone());
    }
    let list = choices.iter().map(|choice| format!("`{choice}`")).collect::<Vec<_>>().join(", ");
    let error = ValueError::new(format!("expected one of {list}, found another text"));
    let close = choices.iter().find(|choice| choice.to_lowercase() == text.trim().to_lowercase());
    Err(match close {
        Some(choice) => error.help(format!("choices are compared exactly, case and spaces included: write `{choice}`")),
        None => error,
    })
}

fn is_line_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Characters that change what a reviewer sees, or that a model reads and a reviewer doesn't. The marks that
/// right-to-left and Indic scripts need (U+200C to U+200F) stay.
fn unseen(c: char) -> Option<&'static str> {
    match c {
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Some("a bidirectional override"),
        '\u{e0000}'..='\u{e007f}' => Some("an invisible tag character"),
        '\u{feff}' => Some("a byte order mark"),
        '\u{fffd}' => Some("the mark of text that was decoded wrongly"),
        c if c.is_control() => Some("a control character"),
        _ => None,
    }
}

fn refused(c: char, place: usize, what: &str) -> ValueError {
    let error = ValueError::new(format!("text holds {what}, U+{:04X}, at character {place}", u32::from(c)));
    error.help(if c == '\u{fffd}' {
        "save the file as UTF-8"
    } else {
        "remove it: it is not visible, and it can't be spoken"
    })
}
