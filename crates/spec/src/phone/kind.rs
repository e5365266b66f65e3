//! What sort of line a number belongs to.

use rlibphonenumber::PhoneNumberType;

/// What sort of line a number belongs to, by the numbering plan of its country.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// A landline of an area.
    FixedLine,
    /// A mobile phone.
    Mobile,
    /// A landline or a mobile phone: the plan does not tell them apart (North America).
    FixedLineOrMobile,
    /// Free for the caller.
    TollFree,
    /// Dearer than a call.
    PremiumRate,
    /// The caller pays a part; the Chinese 400 numbers.
    SharedCost,
    /// Internet telephony.
    Voip,
    /// Follows a person from line to line.
    Personal,
    /// A pager.
    Pager,
    /// One number for many offices of a company.
    UniversalAccess,
    /// The way into a voice mailbox.
    Voicemail,
    /// A Chinese service number without an area code: `10086`, `95588`.
    Service,
    /// The length is possible, but the plan assigns no such number.
    Unknown,
}

impl Kind {
    /// The name for people, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::FixedLine => "fixed line",
            Self::Mobile => "mobile",
            Self::FixedLineOrMobile => "fixed line or mobile",
            Self::TollFree => "toll free",
            Self::PremiumRate => "premium rate",
            Self::SharedCost => "shared cost",
            Self::Voip => "internet telephony",
            Self::Personal => "personal number",
            Self::Pager => "pager",
            Self::UniversalAccess => "universal access",
            Self::Voicemail => "voicemail",
            Self::Service => "service number",
            Self::Unknown => "unassigned",
        }
    }
}

impl From<PhoneNumberType> for Kind {
    fn from(kind: PhoneNumberType) -> Self {
        match kind {
            PhoneNumberType::FixedLine => Self::FixedLine,
            PhoneNumberType::Mobile => Self::Mobile,
            PhoneNumberType::FixedLineOrMobile => Self::FixedLineOrMobile,
            PhoneNumberType::TollFree => Self::TollFree,
            PhoneNumberType::PremiumRate => Self::PremiumRate,
            PhoneNumberType::SharedCost => Self::SharedCost,
            PhoneNumberType::VoIP => Self::Voip,
            PhoneNumberType::PersonalNumber => Self::Personal,
            PhoneNumberType::Pager => Self::Pager,
            PhoneNumberType::UAN => Self::UniversalAccess,
            PhoneNumberType::VoiceMail => Self::Voicemail,
            PhoneNumberType::Unknown => Self::Unknown,
        }
    }
}
