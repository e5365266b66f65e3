//! Masking: in messages a number is a number, but not whose.

use std::ops::Range;

use rlibphonenumber::PHONE_NUMBER_UTIL;

use super::parse::{digit as ascii_digit, is_separator};

/// At least so many digits of a national number are hidden.
const HIDDEN: usize = 4;
/// At most so many are shown, the last [`TAIL`] of them at the end.
const SHOWN: usize = 7;
const TAIL: usize = 4;
/// Fewer digits than these are no phone number.
const MIN_DIGITS: usize = 7;
/// More separators in a row than `) - ` are a gap between two things.
const MAX_SEPARATORS: usize = 3;

/// How many of `digits` are shown at the front and at the end.
fn shown(digits: usize) -> (usize, usize) {
    let shown = digits.saturating_sub(HIDDEN).min(SHOWN);
    let tail = shown.min(TAIL);
    (shown - tail, tail)
}

/// `+86 130****0007`; see [`super::PhoneNumber::masked`].
pub(super) fn masked(country_code: &str, national: &str) -> String {
    let (head, tail) = shown(national.len());
    let hidden = national.len() - head - tail;
    format!("+{country_code} {}{}{}", &national[..head], "*".repeat(hidden), &national[national.len() - tail..])
}

/// Hides whatever looks like a phone number in any text, character by character, so that columns hold: seven or more
/// digits, with or without `+` or `00` before them, however they are separated. As in [`super::PhoneNumber::masked`],
/// the country code and a few digits stay. ISO dates stay; long amounts and identifiers go: in doubt it is a number.
pub fn mask_text(text: &str) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let mut at = 0;
    while at < characters.len() {
        let inside_word = at > 0 && is_digit(characters[at - 1]);
        if !inside_word && let Some(end) = date(&characters, at) {
            at = end;
        } else if is_digit(characters[at]) || is_plus(characters[at]) {
            let run = run(&characters, at);
            at = run.end;
            mask_run(&mut characters[run]);
        } else {
            at += 1;
        }
    }
    characters.into_iter().collect()
}

/// Hides a cell that was meant as a phone number and may not look like one: whatever stands between its digits.
pub(crate) fn mask_cell(text: &str) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    mask_run(&mut characters);
    characters.into_iter().collect()
}

/// A digit of any script. Chinese ones are letters to Unicode, and people write numbers with them.
fn is_digit(character: char) -> bool {
    character.is_numeric()
        || matches!(
            character,
            '零' | '一'
                | '二'
                | '三'
                | '四'
                | '五'
                | '六'
                | '七'
                | '八'
                | '九'
                | '幺'
                | '两'
                | '兩'
                | '壹'
                | '贰'
                | '貳'
                | '叁'
                | '參'
                | '肆'
                | '伍'
                | '陆'
                | '陸'
                | '柒'
                | '捌'
                | '玖'
        )
}

fn is_plus(character: char) -> bool {
    matches!(character, '+' | '\u{ff0b}')
}

/// Wider than what may stand in a number: it is about what people write, not about what is accepted.
fn may_separate(character: char) -> bool {
    is_separator(character)
        || matches!(
            character,
            '/' | '\\' | '#' | '_' | '~' | '\'' | '|' | '*' | '\u{b7}' | '\u{2022}' | '\u{2027}' | '\u{30fb}'
                // Of digits in a box.
                | '\u{fe0f}' | '\u{20e3}'
        )
}

/// The digits from `start` on, with the separators between them.
fn run(characters: &[char], start: usize) -> Range<usize> {
    let mut end = start + 1;
    let mut separators = 0;
    for (at, character) in characters.iter().enumerate().skip(start + 1) {
        if is_digit(*character) {
            end = at + 1;
            separators = 0;
        } else if separators < MAX_SEPARATORS && may_separate(*character) {
            separators += 1;
        } else {
            break;
        }
    }
    start..end
}

fn mask_run(run: &mut [char]) {
    if run.iter().filter(|c| is_digit(**c)).count() >= MIN_DIGITS {
        hide(run);
    }
}

/// Leaves prefix, country code, head and tail.
fn hide(characters: &mut [char]) {
    let digits: Vec<usize> = (0..characters.len()).filter(|at| is_digit(characters[*at])).collect();
    let prefix = country_code(characters, &digits);
    let (head, tail) = shown(digits.len() - prefix);
    for at in &digits[prefix + head..digits.len() - tail] {
        characters[*at] = '*';
    }
}

/// How many of the first digits are `00` and a country code.
fn country_code(characters: &[char], digits: &[usize]) -> usize {
    let digit = |n: usize| digits.get(n).and_then(|at| ascii_digit(characters[*at])).and_then(|c| c.to_digit(10));
    let zeros = match characters.iter().find(|c| is_digit(**c) || is_plus(**c)) {
        Some(first) if is_plus(*first) => 0,
        _ if digit(0) == Some(0) && digit(1) == Some(0) => 2,
        _ => return 0,
    };
    let mut code = 0;
    for len in 1..=3 {
        let Some(next) = digit(zeros + len - 1) else { break };
        code = code * 10 + next;
        if i32::try_from(code).is_ok_and(|code| PHONE_NUMBER_UTIL.get_region_for_country_code(code).is_some()) {
            return zeros + len;
        }
    }
    zeros
}

/// Where `2026-04-03`, `2026-04-03T09:00` or `2026-04-03 09:00:00.5+02:00` ends that starts at `start`.
fn date(characters: &[char], start: usize) -> Option<usize> {
    let number = |range: Range<usize>| {
        characters
            .get(range)?
            .iter()
            .try_fold(0, |sum, c| c.is_ascii_digit().then(|| sum * 10 + c.to_digit(10).unwrap_or(0)))
    };
    let is = |at: usize, expected: &[char]| characters.get(at).is_some_and(|c| expected.contains(c));
    let valid = (1900..2200).contains(&number(start..start + 4)?)
        && is(start + 4, &['-'])
        && (1..=12).contains(&number(start + 5..start + 7)?)
        && is(start + 7, &['-'])
        && (1..=31).contains(&number(start + 8..start + 10)?);
    let mut end = start + 10;
    if valid && is(end, &['T', ' ']) && is(end + 3, &[':']) && number(end + 1..end + 3).is_some_and(|hour| hour < 25) {
        end += 4;
        while characters.get(end).is_some_and(|c| c.is_ascii_digit() || *c == ':') && end < start + 19 {
            end += 1;
        }
        if is(end, &['.']) {
            end += 1;
            while characters.get(end).is_some_and(char::is_ascii_digit) && end < start + 30 {
                end += 1;
            }
        }
        if is(end, &['+', '-']) && number(end + 1..end + 3).is_some_and(|hour| hour < 15) && is(end + 3, &[':']) {
            end += 6;
        }
    }
    let goes_on = characters.get(end..).is_some_and(|rest| {
        rest.iter().take(MAX_SEPARATORS + 1).find(|c| !may_separate(**c)).is_some_and(|c| is_digit(*c))
    });
    (valid && !goes_on).then_some(end)
}
