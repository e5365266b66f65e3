//! The number itself.

use std::fmt;
use std::hash::{Hash, Hasher};

use rlibphonenumber::PHONE_NUMBER_UTIL;

use super::{Kind, PhoneError, Zones, china, mask, parse, zones};

/// The longest E.164 number: `+` and 15 digits.
pub(super) const MAX_E164: usize = 16;

/// A possible phone number. Two are equal when their E.164 forms are. `Debug` and `Display` are masked.
#[derive(Clone, Copy)]
pub struct PhoneNumber {
    // 19 bytes in all: a campaign keeps many of these, and E.164 must be a `&str` without an allocation.
    text: [u8; MAX_E164],
    len: u8,
    country_code_len: u8,
    kind: Kind,
}

impl PhoneNumber {
    /// Reads `+CC...` or `00CC...`; blanks, `-`, `.` and parentheses may stand anywhere after the prefix. A Chinese
    /// landline may carry its area code's zero, as may numbers of other countries (`+44 (0)7700 900123`).
    ///
    /// # Errors
    /// If it is in no such form, or if no number of its country has this length. A number of a possible length that
    /// nobody assigns is not an error, but [unusual](Self::is_unusual).
    pub fn parse(text: &str) -> Result<Self, PhoneError> {
        parse::parse(text)
    }

    /// `digits` are the country code and the national number, at most 15.
    pub(super) fn from_parts(country_code: &str, national: &str, kind: Kind) -> Option<Self> {
        let len = 1 + country_code.len() + national.len();
        let mut text = [0; MAX_E164];
        text[0] = b'+';
        text.get_mut(1..1 + country_code.len())?.copy_from_slice(country_code.as_bytes());
        text.get_mut(1 + country_code.len()..len)?.copy_from_slice(national.as_bytes());
        Some(Self {
            text,
            len: u8::try_from(len).ok()?,
            country_code_len: u8::try_from(country_code.len()).ok()?,
            kind,
        })
    }

    /// E.164, the identity: `+861012341234`. Not for logs, diffs or messages: see [`masked`](Self::masked).
    pub fn e164(&self) -> &str {
        // ASCII by construction; an empty text can't happen.
        std::str::from_utf8(&self.text[..usize::from(self.len)]).unwrap_or_default()
    }

    /// The digits of E.164 as one integer, which is as good an identity: a country code never begins with 0.
    pub fn id(&self) -> u64 {
        self.digits().bytes().fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'))
    }

    /// What `CreateAICall.Callee` and `Callers` take: `00CC...`, with the area code's zero for a Chinese landline.
    pub fn wire(&self) -> String {
        let zero = self.calling_code() == china::CODE && china::has_area_code(self.kind, self.national());
        format!("00{}{}{}", self.country_code_digits(), if zero { "0" } else { "" }, self.national())
    }

    /// Every form in which the provider may have it on record, the documented one first. That a Chinese landline is kept
    /// as it is dialled, with its area code's zero, is documented nowhere.
    pub fn record_forms(&self) -> Vec<String> {
        let wire = self.wire();
        let plain = format!("00{}", self.digits());
        if wire == plain { vec![wire] } else { vec![wire, plain] }
    }

    /// For people: `+86 130****0007`. At least four digits are hidden; at most seven are shown, the last four of them
    /// at the end; a number of four digits shows none.
    pub fn masked(&self) -> String {
        mask::masked(self.country_code_digits(), self.national())
    }

    /// Possible, but not assigned to anyone by its country's plan. The number ranges for fiction are such.
    pub fn is_unusual(&self) -> bool {
        self.kind == Kind::Unknown
    }

    /// What sort of line it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The country's calling code: 86, 44, 1, ...
    pub fn calling_code(&self) -> u16 {
        self.country_code_digits().bytes().fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0'))
    }

    /// ISO 3166-1 code of the country. `None` for numbers of no country (+800), and for unassigned ones where several
    /// countries share the code.
    pub fn country(&self) -> Option<String> {
        let number = PHONE_NUMBER_UTIL.parse(self.e164(), None).ok()?;
        let region = PHONE_NUMBER_UTIL.get_region_for_number(&number)?;
        (region != rlibphonenumber::Region::World).then(|| region.to_string())
    }

    /// The zones that the phone may be in; empty where that can't be known. A landline gives those of its area; a
    /// mobile, and an unusual number, those of the whole country.
    pub fn zones(&self) -> Zones {
        zones::of(self)
    }

    /// Country code and national number.
    pub(super) fn digits(&self) -> &str {
        &self.e164()[1..]
    }

    pub(super) fn country_code_digits(&self) -> &str {
        &self.digits()[..usize::from(self.country_code_len)]
    }

    fn national(&self) -> &str {
        &self.digits()[usize::from(self.country_code_len)..]
    }
}

impl PartialEq for PhoneNumber {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for PhoneNumber {}

impl Hash for PhoneNumber {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl PartialOrd for PhoneNumber {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for PhoneNumber {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.text.cmp(&other.text)
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PhoneNumber({})", self.masked())
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}
