//! How a call is called on the screen: by its key, unless that is a number.

use callform_spec::phone::{PhoneNumber, mask_text};

use crate::identity::CallId;
use crate::ledger::CallRecord;

/// From a row.
pub(crate) fn of(key: &str, number: &PhoneNumber) -> String {
    if is_the_number(key, number) { number.masked() } else { mask_text(key) }
}

/// From the ledger, which keeps no key that is a number.
pub(crate) fn of_record(call: &CallRecord) -> String {
    of_parts(call.key.as_deref(), call.id)
}

/// From the ledger, by its parts.
pub(crate) fn of_parts(key: Option<&str>, call: CallId) -> String {
    match key {
        Some(key) => mask_text(key),
        None => format!("#{}", &call.to_string()[..8]),
    }
}

/// Whether a key is the number in some notation: rows that are written in a campaign may have no other key.
pub(crate) fn is_the_number(key: &str, number: &PhoneNumber) -> bool {
    const TELLING: usize = 6;
    let digits: String = key.chars().filter_map(|c| c.to_digit(10)).filter_map(|d| char::from_digit(d, 10)).collect();
    let digits = digits.trim_start_matches('0');
    let number = number.e164().trim_start_matches('+');
    digits.len() >= TELLING && (number.ends_with(digits) || digits.ends_with(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_the_number_is_recognised_in_any_notation() {
        let number = PhoneNumber::parse("+447700900123").unwrap();
        for key in ["+447700900123", "00447700900123", "07700 900123", "7700-900-123", "callee 447700900123"] {
            assert!(is_the_number(key, &number), "{key}");
            assert!(!of(key, &number).contains("900123"), "{key}");
        }
        for key in ["P-0123", "123", "900124", "7700900124", "Cindy"] {
            assert!(!is_the_number(key, &number), "{key}");
        }
    }
}
