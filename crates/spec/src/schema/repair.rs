//! Fixes of what the schema refuses, where there is one right answer.

use crate::diagnostic::Fix;
use crate::source::Span;

/// Misspellings that everybody makes: the provider's own documentation does.
const COMMON: [(&str, &str); 1] = [("minixmax", "minimax")];

/// Another name in the place of a wrong one. Safe where the two differ in capitals, `_` or `-` only: `remind_after`.
pub(crate) fn rename(at: Span, wrong: &str, right: &str) -> Fix {
    let letters = |name: &str| name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let (meant, written): (String, String) = (letters(right), letters(wrong));
    let safe = meant == written || COMMON.contains(&(wrong, right));
    Fix { title: format!("write `{right}`"), edits: vec![(at, right.to_owned())], safe }
}

/// Quotes around a value that YAML reads as a number or as true or false.
pub(crate) fn quote(at: Span) -> Fix {
    let insert = |at: usize, span: Span| (Span { start: at, end: at, ..span }, "\"".to_owned());
    Fix { title: "put it in quotes".into(), edits: vec![insert(at.start, at), insert(at.end, at)], safe: true }
}

/// Another duration in the place of a wrong one.
pub(super) fn duration(at: Span, right: String, safe: bool) -> Fix {
    Fix { title: format!("write `{right}`"), edits: vec![(at, right)], safe }
}

/// `10 sec`, `0.7s`: a number and its unit as the language writes them, where that is exact.
pub(super) fn unit(text: &str) -> Option<String> {
    let text = text.trim();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').len();
    let (number, unit) = text.split_at(digits);
    let unit = match unit.trim().to_lowercase().as_str() {
        "ms" | "msec" | "msecs" | "millis" | "millisecond" | "milliseconds" => "ms",
        "s" | "sec" | "secs" | "second" | "seconds" => "s",
        // A capital M may be anything.
        "min" | "mins" | "minute" | "minutes" => "m",
        "m" if unit.trim() == "m" => "m",
        "h" | "hr" | "hrs" | "hour" | "hours" => "h",
        "d" | "day" | "days" => "d",
        _ => return None,
    };
    if number.contains('.') {
        super::unit::exact(number, unit)
    } else {
        (!number.is_empty()).then(|| format!("{number}{unit}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    fn at() -> Span {
        Span::new(Sources::default().add("a.yaml", "x"), 0..1)
    }

    #[test]
    fn a_unit_is_written_as_the_language_has_it_and_never_guessed() {
        let right = unit;
        for (text, wanted) in [
            ("10 s", "10s"),
            ("500 ms", "500ms"),
            ("2 minutes", "2m"),
            ("45S", "45s"),
            ("1 hr", "1h"),
            ("3 days", "3d"),
            ("1.5 s", "1500ms"),
        ] {
            assert_eq!(right(text).as_deref(), Some(wanted), "{text}");
        }
        for text in ["10", "10M", "s", "10 x", "-10 s", "1.5.5 s", "", "1h 30"] {
            assert_eq!(right(text), None, "{text}");
        }
    }

    #[test]
    fn a_name_that_differs_in_its_writing_only_is_safe_to_mend() {
        let safe = |wrong, right| rename(at(), wrong, right).safe;
        assert!(safe("remind_after", "remindAfter") && safe("Auto", "auto") && safe("minixmax", "minimax"));
        assert!(!safe("remindAftr", "remindAfter") && !safe("minmax", "minimax"));
    }
}
