//! Decimal numbers, exact, and kept as they were written: `1.50` stays `1.50`.

use std::cmp::Ordering;
use std::fmt;

use super::{Raw, Rules, ValueError};

/// Most digits of a [`Decimal`], and most of them after the point. `i128` has 38: the room between the two makes any
/// two decimals comparable (see [`Decimal::cmp`]).
const MAX_DIGITS: usize = 30;

/// One more than the largest `units`.
const UNITS: u128 = 10_u128.pow(30);

/// A number and the way it was written.
#[derive(Clone, PartialEq, Eq)]
pub struct Number {
    written: Box<str>,
    decimal: Decimal,
}

impl Number {
    /// Reads plain decimal notation: `12`, `-3.50`. No exponent, no separators, no leading zeros, at most 30 digits.
    pub fn parse(written: &str) -> Option<Self> {
        Some(Self { decimal: Decimal::parse(written)?, written: written.into() })
    }

    /// The exact amount.
    pub fn decimal(&self) -> Decimal {
        self.decimal
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.written
    }
}

impl From<Decimal> for Number {
    fn from(decimal: Decimal) -> Self {
        Self { written: decimal.to_string().into(), decimal }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Number")
    }
}

/// An exact decimal amount: `units / 10^scale`, without trailing zeros in the fraction.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    units: i128,
    scale: u32,
}

impl Decimal {
    fn parse(written: &str) -> Option<Self> {
        let (negative, digits) = match written.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, written),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (digits, ""),
        };
        let plain = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let padded = whole.len() > 1 && whole.starts_with('0');
        if whole.is_empty() || !plain(whole) || !plain(fraction) || padded || whole.len() + fraction.len() > MAX_DIGITS
        {
            return None;
        }
        let units = format!("{whole}{fraction}").parse::<i128>().ok()?;
        let scale = u32::try_from(fraction.len()).ok()?;
        Self { units: if negative { -units } else { units }, scale }.normal()
    }

    /// Without trailing zeros; `None` where more than the allowed digits are left.
    fn normal(mut self) -> Option<Self> {
        while self.scale > 0 && self.units % 10 == 0 {
            self.units /= 10;
            self.scale -= 1;
        }
        (self.units.unsigned_abs() < UNITS && self.scale as usize <= MAX_DIGITS).then_some(self)
    }

    /// Both amounts in units of the finer scale.
    fn aligned(self, other: Self) -> Option<(i128, i128, u32)> {
        let scale = self.scale.max(other.scale);
        let to = |d: Self| 10_i128.checked_pow(scale - d.scale).and_then(|factor| d.units.checked_mul(factor));
        Some((to(self)?, to(other)?, scale))
    }

    /// `None` where the result needs more digits than there are.
    pub(crate) fn add(self, other: Self) -> Option<Self> {
        let (a, b, scale) = self.aligned(other)?;
        Self { units: a.checked_add(b)?, scale }.normal()
    }

    /// `None` where the result needs more digits than there are.
    pub(crate) fn mul(self, other: Self) -> Option<Self> {
        Self { units: self.units.checked_mul(other.units)?, scale: self.scale + other.scale }.normal()
    }

    /// The amount with the other sign.
    pub(crate) fn negated(self) -> Self {
        Self { units: -self.units, scale: self.scale }
    }

    /// Rounded to `digits` after the point, halves away from zero, and written with exactly that many.
    pub(crate) fn rounded(self, digits: u32) -> Option<Number> {
        let units = if self.scale > digits {
            let factor = 10_i128.checked_pow(self.scale - digits)?;
            let (quotient, remainder) = (self.units / factor, self.units % factor);
            // Not `remainder * 2`: that could overflow.
            let up = remainder.unsigned_abs() >= factor.unsigned_abs().div_ceil(2);
            quotient + if up { self.units.signum() } else { 0 }
        } else {
            self.units.checked_mul(10_i128.checked_pow(digits - self.scale)?)?
        };
        let decimal = Self { units, scale: digits }.normal()?;
        Some(Number { written: place_point(units, digits).into(), decimal })
    }

    /// The amount as a whole number, if it is one.
    pub(crate) fn whole(self) -> Option<i128> {
        (self.scale == 0).then_some(self.units)
    }

    /// Whether it is 0.
    pub(crate) fn is_zero(self) -> bool {
        self.units == 0
    }

    fn to_f64(self) -> f64 {
        // Through text: that rounds once, as the reader of the YAML number did.
        self.to_string().parse().unwrap_or(f64::NAN)
    }
}

impl From<usize> for Decimal {
    fn from(n: usize) -> Self {
        // A usize has at most 64 bits.
        Self { units: n as i128, scale: 0 }
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        match self.aligned(*other) {
            Some((a, b, _)) => a.cmp(&b),
            // At the finer scale the coarser one has more than 38 digits, the finer one at most 30: the coarser one is
            // the larger amount, and its sign decides.
            None if self.scale < other.scale => self.units.cmp(&0),
            None => 0.cmp(&other.units),
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&place_point(self.units, self.scale))
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Decimal")
    }
}

fn place_point(units: i128, scale: u32) -> String {
    let scale = scale as usize;
    let sign = if units < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", units.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    if scale == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// A YAML or JSON number in plain notation where that is exact.
pub(super) fn written(number: &serde_json::Number) -> String {
    let text = number.to_string();
    // The reader has turned `3.0` into a float and may have turned a large one into `1e21`.
    match number.as_f64() {
        Some(float) if text.contains(['e', 'E']) => format!("{float}"),
        _ => text,
    }
}

pub(super) fn check(rules: &Rules, text: &str, raw: &Raw) -> Result<Number, ValueError> {
    let Some(number) = Number::parse(text) else {
        let error = ValueError::expected("a number such as 12 or 3.50", raw);
        return Err(match why_not(text) {
            Some(help) => error.help(help),
            None => error,
        });
    };
    let float = number.decimal.to_f64();
    match (rules.min, rules.max) {
        (Some(min), _) if float < min => Err(ValueError::new(format!("expected a number of at least {min}"))),
        (_, Some(max)) if float > max => Err(ValueError::new(format!("expected a number of at most {max}"))),
        _ => Ok(number),
    }
}

fn why_not(text: &str) -> Option<&'static str> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if text.trim() != text {
        Some("remove the spaces around it")
    } else if digits > MAX_DIGITS {
        Some("a number has at most 30 digits; for a reference number declare the variable as text")
    } else if text.len() > 1 && text.bytes().all(|b| b.is_ascii_digit()) {
        Some("a number has no zeros in front; where they matter (a code, a room) declare the variable as text")
    } else if digits > 0 && text.contains([',', '\'', ' ', '_']) {
        Some("write it without separators, with `.` before the fraction")
    } else if digits > 0 && text.contains(['e', 'E']) {
        Some("write it out, without an exponent")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).expect("a decimal")
    }

    #[test]
    fn a_number_is_exact_and_stays_as_written() {
        for text in ["0", "-0", "12", "3.50", "-3.50", "0.1", "999999999999999999999999999.99"] {
            assert_eq!(Number::parse(text).expect(text).as_str(), text);
        }
        assert!(decimal("0.1").add(decimal("0.2")) == Some(decimal("0.3")));
        assert!(decimal("1.50") == decimal("1.5"));
        assert!(decimal("1.5").mul(decimal("-4")) == Some(decimal("-6")));
    }

    #[test]
    fn other_notations_are_no_numbers() {
        for text in ["", "-", ".5", "5.", "+5", "007", "1e3", "1,000", "1 000", "0x10", "١٢", " 1", "1_0", "--1", "NaN"]
        {
            assert!(Number::parse(text).is_none(), "{text}");
        }
        assert!(Number::parse(&"9".repeat(31)).is_none());
    }

    #[test]
    fn rounding_takes_halves_away_from_zero() {
        let rounded = |text, digits| decimal(text).rounded(digits).expect("fits").to_string();
        assert_eq!(rounded("2.5", 0), "3");
        assert_eq!(rounded("-2.5", 0), "-3");
        assert_eq!(rounded("2.449", 1), "2.4");
        assert_eq!(rounded("-0.04", 1), "0.0");
        assert_eq!(rounded("7", 2), "7.00");
        assert!(decimal("7").rounded(60).is_none());
    }

    #[test]
    fn amounts_of_any_scale_have_an_order() {
        let sorted =
            ["-99999999999999999999999999999", "-0.5", "-0.4", "0", "0.00000000000000000000000000001", "2", "10"];
        for pair in sorted.windows(2) {
            assert!(decimal(pair[0]) < decimal(pair[1]), "{pair:?}");
        }
        assert!(decimal("99999999999999999999999999999") > decimal("0.00000000000000000000000000001"));
        assert!(decimal("-99999999999999999999999999999") < decimal("-0.00000000000000000000000000001"));
    }

    #[test]
    fn results_that_need_too_many_digits_are_none_and_no_panic() {
        let most = decimal(&"9".repeat(30));
        assert!(most.mul(most).is_none());
        assert!(most.add(most).is_none());
        assert!(most.add(decimal("0.00000000000000000000000000001")).is_none());
        let least = decimal("0.00000000000000000000000000001");
        assert!(least.mul(least).is_none());
    }
}
