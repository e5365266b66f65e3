//! Phone numbers as the API writes them (`00`, country code, number), and how they are shown.

/// Whether `text` is `00`, a country code and a number: the only form in the API's own examples
/// (<https://www.tencentcloud.com/document/product/1229/66755>).
///
/// The bounds take in service numbers (`008610086`) and Chinese landlines, which keep the area code's zero.
pub(crate) fn is_wire_form(text: &str) -> bool {
    text.strip_prefix("00").is_some_and(|rest| {
        (5..=17).contains(&rest.len()) && !rest.starts_with('0') && rest.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// The number in the form in which it is compared: `+CC...` and `00CC...` are the same number.
pub(crate) fn normalise(text: &str) -> String {
    let trimmed = text.trim();
    match trimmed.strip_prefix('+') {
        Some(rest) => format!("00{rest}"),
        None => trimmed.to_owned(),
    }
}

/// `+86 130****0007`: the country code, at most three leading and four final digits, at least four hidden.
///
/// # Examples
/// ```
/// assert_eq!(callform_emulator::mask_number("00447700900123"), "+44 770****123");
/// assert_eq!(callform_emulator::mask_number("not a number"), "****");
/// ```
#[must_use]
pub fn mask_number(text: &str) -> String {
    let number = normalise(text);
    let Some(digits) = number.strip_prefix("00") else { return "****".to_owned() };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return "****".to_owned();
    }
    let (country, national) = digits.split_at(country_code_length(digits).min(digits.len()));
    let shown = national.len().saturating_sub(4).min(7);
    let tail = shown.div_ceil(2);
    let head = shown - tail;
    format!("+{country} {}****{}", &national[..head], &national[national.len() - tail..])
}

/// How many of the leading digits are the country code: ITU-T E.164 has one-digit zones (1, 7), a fixed set of
/// two-digit codes, and three digits for all others.
fn country_code_length(digits: &str) -> usize {
    const TWO_DIGITS: [&str; 43] = [
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48", "49",
        "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81", "82", "84",
        "86", "90", "91", "92", "93", "94", "95",
    ];
    match digits.as_bytes() {
        [b'1' | b'7', ..] => 1,
        _ if digits.starts_with("98") || TWO_DIGITS.iter().any(|code| digits.starts_with(code)) => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_api_writes_numbers_with_two_zeros_and_a_country_code() {
        for number in ["008612300000000", "008601012341234", "0086075533614747", "008610086", "00447700900123"] {
            assert!(is_wire_form(number), "{number}");
        }
        for text in ["+8612300000000", "12300000000", "0012", "000861230000", "00 86 123", "0086123x0000", ""] {
            assert!(!is_wire_form(text), "{text}");
        }
    }

    #[test]
    fn a_mask_hides_at_least_four_digits() {
        assert_eq!(mask_number("008613000000007"), "+86 130****0007");
        assert_eq!(mask_number("+12025550123"), "+1 202****123");
        assert_eq!(mask_number("0035312345"), "+353 ****5");
        assert_eq!(mask_number("001"), "+1 ****");
        assert_eq!(mask_number("00"), "****");
    }
}
