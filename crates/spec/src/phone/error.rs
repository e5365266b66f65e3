//! Why a text is not a phone number.

/// Why a text is not a phone number. Holds lengths and single characters, never the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PhoneError {
    /// Nothing there, or only blanks.
    #[error("the phone number is empty")]
    Empty,
    /// Digits only: a spreadsheet took `+86...` or `0086...` for a quantity and dropped what stood in front.
    #[error("the phone number has lost its `+` or `00`")]
    PrefixEaten,
    /// `8.61E+12`: a spreadsheet wrote the number as a quantity, and its last digits are gone.
    #[error("the phone number is in scientific notation")]
    Scientific,
    /// A national number (`0755 ...`, `(020) ...`): which country is not said.
    #[error("the phone number does not begin with `+` or `00` and a country code")]
    NoPrefix,
    /// Something that is neither a digit nor a usual separator.
    #[error("`{}` does not belong in a phone number", character.escape_debug())]
    Character {
        /// What it is.
        character: char,
        /// How many characters stand before it in the text.
        at: usize,
    },
    /// `ext. 12`, `x12`, `;ext=12`, `,12`: the API dials numbers, not extensions.
    #[error("the phone number has an extension")]
    Extension {
        /// How many characters stand before it in the text.
        at: usize,
    },
    /// A second `+`: two numbers in one place.
    #[error("there are two phone numbers in one place")]
    Two {
        /// How many characters stand before the second in the text.
        at: usize,
    },
    /// No country has this code.
    #[error("no country has the code that the phone number begins with")]
    UnknownCountry,
    /// Too few digits for the country.
    #[error("the phone number is too short: {digits} digits after +{country_code}")]
    TooShort {
        /// The country's calling code.
        country_code: u16,
        /// Digits after it.
        digits: u8,
    },
    /// Too many digits for the country, or more than the 15 that E.164 allows.
    #[error("the phone number is too long: {digits} digits")]
    TooLong {
        /// Digits in all, country code included.
        digits: usize,
    },
    /// A length between the shortest and the longest of the country that no number has.
    #[error("no phone number of +{country_code} has {digits} digits after it")]
    WrongLength {
        /// The country's calling code.
        country_code: u16,
        /// Digits after it.
        digits: u8,
    },
}

impl PhoneError {
    /// What to do about it, as one line.
    pub fn help(self) -> &'static str {
        match self {
            Self::Empty => "write `+` and the country code before the number, as in \"+44 7700 ...\"",
            Self::PrefixEaten => {
                "a spreadsheet did this: format the column as text, then write the numbers again with `+` or `00` in front"
            }
            Self::Scientific => {
                "a spreadsheet did this, and digits are lost: format the column as text and fill it again from its source"
            }
            Self::NoPrefix => "write `+` and the country code: \"+86 755 ...\", not \"0755 ...\"",
            Self::Character { .. } => "only digits, blanks, `-`, `.`, `(` and `)` may follow the country code",
            Self::Extension { .. } => "an extension can't be dialled; leave it out, or name a direct number",
            Self::Two { .. } => "one row calls one number: keep one of them, or write two rows",
            Self::UnknownCountry => {
                "after `+` or `00` comes a country code: 1, 44, 86, ...; `011` is not a prefix here"
            }
            Self::TooShort { .. } | Self::TooLong { .. } | Self::WrongLength { .. } => {
                "compare it with its source; such a number can't be reached"
            }
        }
    }

    /// How many characters of the text stand before the place that is wrong; `None` where it is the whole text.
    pub fn at(self) -> Option<usize> {
        match self {
            Self::Character { at, .. } | Self::Extension { at } | Self::Two { at } => Some(at),
            _ => None,
        }
    }
}
