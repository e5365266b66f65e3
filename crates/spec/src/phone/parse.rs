//! From text to number.

use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, ParseError, ValidationError, get_national_significant_number_owned,
};

use super::number::MAX_E164;
use super::{Kind, PhoneError, PhoneNumber, china};

/// More digits than any number has even with prefix and trunk zero; what is longer is not worth parsing.
const MAX_DIGITS: usize = 24;

pub(super) fn parse(text: &str) -> Result<PhoneNumber, PhoneError> {
    let mut international = normalise(text)?;
    // The library takes off a trunk prefix. What it leaves may begin with another one (nonsense such as +43 00...),
    // and then its own E.164 form would be read as a different number: an identity must survive being read again.
    for _ in 0..MAX_DIGITS {
        let number = PHONE_NUMBER_UTIL.parse(&international, None).map_err(|error| match error {
            ParseError::TooShortNsn | ParseError::TooShortAfterIdd => too_short(&international),
            ParseError::TooLongNsn => PhoneError::TooLong { digits: international.len() - 1 },
            ParseError::InvalidCountryCode | ParseError::NotANumber(_) => PhoneError::UnknownCountry,
        })?;
        let country_code = number.country_code.to_string();
        let national = get_national_significant_number_owned(&number);
        if international.len() == 1 + country_code.len() + national.len() && international.ends_with(&national) {
            return check(&number, &country_code, &national);
        }
        international = format!("+{country_code}{national}");
    }
    Err(PhoneError::UnknownCountry)
}

fn check(number: &rlibphonenumber::PhoneNumber, code: &str, national: &str) -> Result<PhoneNumber, PhoneError> {
    let country_code = u16::try_from(number.country_code).unwrap_or_default();
    let digits = u8::try_from(national.len()).unwrap_or(u8::MAX);
    let too_long = PhoneError::TooLong { digits: code.len() + national.len() };
    let service = country_code == china::CODE && china::is_service(national);
    match PHONE_NUMBER_UTIL.is_possible_number_with_reason(number) {
        Ok(NumberLengthType::IsPossible) => {}
        Ok(NumberLengthType::IsPossibleLocalOnly) if service => {}
        Ok(NumberLengthType::IsPossibleLocalOnly) | Err(ValidationError::TooShort) => {
            return Err(PhoneError::TooShort { country_code, digits });
        }
        Err(ValidationError::InvalidLength) => return Err(PhoneError::WrongLength { country_code, digits }),
        Err(ValidationError::TooLong) => return Err(too_long),
        Err(ValidationError::InvalidCountryCode) => return Err(PhoneError::UnknownCountry),
    }
    let kind = match Kind::from(PHONE_NUMBER_UTIL.get_number_type(number)) {
        Kind::Unknown if service => Kind::Service,
        kind => kind,
    };
    PhoneNumber::from_parts(code, national, kind).ok_or(too_long)
}

/// The library stopped before it told the country code from the rest.
fn too_short(international: &str) -> PhoneError {
    let digits = &international[1..];
    for len in 1..=digits.len().min(3) {
        if let Ok(code) = digits[..len].parse::<u16>()
            && PHONE_NUMBER_UTIL.get_region_for_country_code(i32::from(code)).is_some()
        {
            return PhoneError::TooShort {
                country_code: code,
                digits: u8::try_from(digits.len() - len).unwrap_or(u8::MAX),
            };
        }
    }
    PhoneError::UnknownCountry
}

/// `+` and ASCII digits, country code first.
fn normalise(text: &str) -> Result<String, PhoneError> {
    let written = text.trim_matches(is_blank);
    let first = text.chars().take_while(|c| is_blank(*c)).count();
    if is_scientific(written) {
        return Err(PhoneError::Scientific);
    }
    let mut out = String::with_capacity(MAX_E164 + 4);
    out.push('+');
    let mut plus = false;
    let mut rest = written.chars();
    let mut at = first;
    while let Some(character) = rest.next() {
        match character {
            _ if let Some(digit) = digit(character) => out.push(digit),
            '+' | '\u{ff0b}' if at == first => plus = true,
            '+' | '\u{ff0b}' => return Err(PhoneError::Two { at }),
            // `447700900123.0`: a quantity with a decimal place, which must not become a digit more.
            '.' if rest.as_str() == "0" => {
                return Err(if plus { PhoneError::Character { character, at } } else { PhoneError::PrefixEaten });
            }
            _ if is_separator(character) => {}
            _ if out.len() > 1 && is_extension(character, rest.as_str()) => return Err(PhoneError::Extension { at }),
            _ => return Err(PhoneError::Character { character, at }),
        }
        at += 1;
    }
    let digits = out.len() - 1;
    if digits == 0 {
        return Err(if written.is_empty() { PhoneError::Empty } else { PhoneError::NoPrefix });
    }
    if digits > MAX_DIGITS {
        return Err(PhoneError::TooLong { digits });
    }
    if !plus {
        if out.starts_with("+00") {
            out.drain(1..3);
        } else if digits >= 7 && !out.starts_with("+0") && written.bytes().all(|b| b.is_ascii_digit()) {
            return Err(PhoneError::PrefixEaten);
        } else {
            return Err(PhoneError::NoPrefix);
        }
    }
    Ok(out)
}

/// The ASCII digit of an ASCII digit, or of one that an East Asian input method wrote.
pub(super) fn digit(character: char) -> Option<char> {
    match character {
        '0'..='9' => Some(character),
        '\u{ff10}'..='\u{ff19}' => char::from_digit(u32::from(character) - 0xff10, 10),
        _ => None,
    }
}

/// `8.61E+12`, `8,61E+12`, `8E12`.
fn is_scientific(written: &str) -> bool {
    let Some((mantissa, exponent)) = written.split_once(['e', 'E']) else { return false };
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits(exponent) && digits(&mantissa.replacen(['.', ','], "", 1))
}

/// Blanks, and the invisible marks that come along when a number is copied from an address book.
fn is_blank(character: char) -> bool {
    character.is_whitespace()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// What people put between digits. A line break or a tab is not among it: that is two
/// cells, or a broken file. Nor is `/`,
/// which stands between two numbers as often as inside one.
pub(super) fn is_separator(character: char) -> bool {
    match character {
        '\n' | '\r' | '\t' => false,
        '-' | '.' | '(' | ')' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff08}' | '\u{ff09}' | '\u{ff0d}' => true,
        _ => is_blank(character),
    }
}

fn is_extension(character: char, rest: &str) -> bool {
    match character {
        'x' | 'X' | '#' | ',' | ';' | '\u{8f6c}' | '\u{8f49}' => true,
        'e' | 'E' => rest.get(..2).is_some_and(|rest| rest.eq_ignore_ascii_case("xt")),
        '\u{5206}' => rest.starts_with('\u{673a}'),
        _ => false,
    }
}
