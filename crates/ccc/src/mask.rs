//! Keeping numbers and secrets out of what is printed.

use std::cmp::Reverse;

use serde_json::Value;

use crate::secret::Secret;

/// Shorter secrets would blacken ordinary words.
const SHORTEST_SECRET: usize = 6;

/// So many equal digits at the end make two numbers the same one, however their beginnings are written.
const TELLING_DIGITS: usize = 7;

/// Longer texts from outside are cut.
const LONGEST_TEXT: usize = 1000;

/// A number with its middle hidden: `0086****0000`. Short ones are hidden whole.
pub(crate) fn masked_number(number: &str) -> String {
    let digits: Vec<char> = number.chars().collect();
    if digits.len() < 11 {
        return "****".to_owned();
    }
    let (head, tail) = (&digits[..4], &digits[digits.len() - 4..]);
    head.iter().chain(&['*'; 4]).chain(tail).collect()
}

/// What a text from outside must not repeat.
#[derive(Debug, Default)]
pub(crate) struct Sensitive {
    secrets: Vec<Secret>,
    numbers: Vec<Secret>,
}

impl Sensitive {
    pub(crate) fn add_secret(&mut self, text: &str) {
        if text.len() >= SHORTEST_SECRET {
            self.secrets.push(Secret::new(text));
        }
    }

    /// A JSON text, and each string in it.
    pub(crate) fn add_json(&mut self, text: &str) {
        self.add_secret(text);
        if let Ok(value) = serde_json::from_str(text) {
            self.add_value(&value);
        }
    }

    fn add_value(&mut self, value: &Value) {
        match value {
            Value::String(text) => self.add_secret(text),
            Value::Array(items) => items.iter().for_each(|item| self.add_value(item)),
            Value::Object(members) => members.values().for_each(|member| self.add_value(member)),
            _ => {}
        }
    }

    /// A number in any notation; only its last digits are compared.
    pub(crate) fn add_number(&mut self, number: &str) {
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        if digits.len() >= TELLING_DIGITS {
            self.numbers.push(Secret::new(&digits[digits.len() - TELLING_DIGITS..]));
        }
    }

    /// The text without them, and not longer than a screen.
    pub(crate) fn scrub(&self, text: &str) -> String {
        let mut clean = text.to_owned();
        // Longer ones first: a part of one may be another.
        let mut secrets: Vec<&str> = self.secrets.iter().map(Secret::expose).collect();
        secrets.sort_by_key(|secret| Reverse(secret.len()));
        for secret in secrets {
            clean = clean.replace(secret, "***");
        }
        self.mask_numbers(&clean).chars().take(LONGEST_TEXT).collect()
    }

    fn mask_numbers(&self, text: &str) -> String {
        let mut clean = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(|letter: char| letter.is_ascii_digit()) {
            let (before, from_digit) = rest.split_at(start);
            let end = from_digit.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(from_digit.len());
            let (digits, after) = from_digit.split_at(end);
            clean.push_str(before);
            if self.numbers.iter().any(|number| digits.ends_with(number.expose())) {
                clean.push_str(&masked_number(digits));
            } else {
                clean.push_str(digits);
            }
            rest = after;
        }
        clean.push_str(rest);
        clean
    }
}

#[cfg(test)]
mod tests {
    use super::{Sensitive, masked_number};

    #[test]
    fn the_middle_of_a_number_is_hidden_and_short_numbers_are_hidden_whole() {
        assert_eq!(masked_number("008612300000000"), "0086****0000");
        assert_eq!(masked_number("12345"), "****");
    }

    #[test]
    fn a_text_from_outside_loses_numbers_in_any_notation_and_secrets_at_any_depth() {
        let mut sensitive = Sensitive::default();
        sensitive.add_number("00447700900123");
        sensitive.add_json(r#"{"TTSType":"azure","Nested":[{"Key":"made-up-key"}]}"#);
        assert_eq!(
            sensitive.scrub("+447700900123 and 07700900123 of 1400000000: made-up-key is wrong"),
            "+4477****0123 and 0770****0123 of 1400000000: *** is wrong"
        );
    }
}
