//! How a session ended, in words that people and campaigns use.
//!
//! Pure: records of the provider in, an [`Outcome`] out. In doubt the answer is the one after which nobody is phoned
//! by itself: [`Outcome::Unmapped`].

mod record;
mod retry;

pub use record::FinalRecord;
pub use retry::{Retry, RetryRules};

use std::fmt;

use callform_ccc::query::EndStatus;
use callform_spec::model::RetryOutcome;

/// How a session ended. The numbers are the provider's `EndStatus`
/// (<https://www.tencentcloud.com/document/product/1229/71847>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Somebody talked, whoever hung up in the end (1, 228 to 230, 232, 233, and 231 after somebody answered).
    Answered,
    /// It rang and nobody answered (202).
    NoAnswer,
    /// The line was busy (206).
    Busy,
    /// The callee declined (203).
    Rejected,
    /// The phone was off (204).
    PowerOff,
    /// Out of coverage (210).
    NotInService,
    /// A machine answered (222).
    Voicemail,
    /// The carrier's line failed or was blocked (208, 212).
    CarrierFault,
    /// The number does not exist (205).
    NumberNotExist,
    /// The number is not valid (215).
    NumberInvalid,
    /// It did not ring, and the number is said to be abnormal (221).
    NumberAbnormal,
    /// The platform does not dial this person, often after complaints (108).
    RestrictedCallee,
    /// The callee is on a block list (217).
    BlockedCallee,
    /// The callee's service is suspended for arrears (207).
    OutOfCredit,
    /// An announcement was heard instead of a person: a reminder, a restriction, a forwarding (213, 216, 219).
    Announcement,
    /// The area is not dialled (110, 218).
    RestrictedArea,
    /// The carrier does not dial at this hour (111).
    RestrictedTime,
    /// More calls than the carrier takes (109).
    TooManyCalls,
    /// Taken back before anybody answered (209, 220, and 231 before somebody answered).
    Cancelled,
    /// Recognition, model or synthesis failed after somebody picked up (225, 226, 227).
    AiFault,
    /// Documented, and nothing that an outbound call of an AI ends with: seats, menus, inbound and internet calls
    /// (17, 100, 102 to 107, 211, 501 to 503).
    Other,
    /// A status that is documented nowhere, none at all, or a record that contradicts itself.
    Unmapped,
}

use Outcome::{
    AiFault, Announcement, Answered, BlockedCallee, Busy, Cancelled, CarrierFault, NoAnswer, NotInService,
    NumberAbnormal, NumberInvalid, NumberNotExist, Other, OutOfCredit, PowerOff, Rejected, RestrictedArea,
    RestrictedCallee, RestrictedTime, TooManyCalls, Unmapped, Voicemail,
};

impl Outcome {
    /// All, in the order in which people like to read them.
    pub const ALL: [Self; 22] = [
        Answered,
        NoAnswer,
        Busy,
        Rejected,
        PowerOff,
        NotInService,
        Voicemail,
        CarrierFault,
        NumberNotExist,
        NumberInvalid,
        NumberAbnormal,
        RestrictedCallee,
        BlockedCallee,
        OutOfCredit,
        Announcement,
        RestrictedArea,
        RestrictedTime,
        TooManyCalls,
        Cancelled,
        AiFault,
        Other,
        Unmapped,
    ];

    /// What a record says: `EndStatus`, `EndStatusString` and `AcceptTimestamp`.
    ///
    /// The code decides. The text decides where there is no code (0 is none), and makes the record a contradiction where
    /// it is a documented one that means another outcome. So does a moment of answering where the outcome is that nobody
    /// answered: a person who may have talked is not phoned again on such a word.
    #[must_use]
    pub fn of(end_status: Option<i64>, end_status_text: Option<&str>, accepted: Option<i64>) -> Self {
        let talked = accepted.is_some();
        let by_text = end_status_text.and_then(EndStatus::of_text).map(|status| of_code(status.code, talked));
        let outcome = match end_status.filter(|code| *code != 0) {
            None => by_text.unwrap_or(Unmapped),
            Some(code) => {
                let by_code = of_code(code, talked);
                if by_text.is_some_and(|by_text| by_text != by_code) { Unmapped } else { by_code }
            }
        };
        if talked && !outcome.may_follow_an_answer() { Unmapped } else { outcome }
    }

    /// The name, which never changes: in the ledger, in exports, and where the spec has it in `retry.when`, the spec's.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Answered => "answered",
            NoAnswer => "noAnswer",
            Busy => "busy",
            Rejected => "rejected",
            PowerOff => "powerOff",
            NotInService => "notInService",
            Voicemail => "voicemail",
            CarrierFault => "carrierFault",
            NumberNotExist => "numberNotExist",
            NumberInvalid => "numberInvalid",
            NumberAbnormal => "numberAbnormal",
            RestrictedCallee => "restrictedCallee",
            BlockedCallee => "blockedCallee",
            OutOfCredit => "outOfCredit",
            Announcement => "announcement",
            RestrictedArea => "restrictedArea",
            RestrictedTime => "restrictedTime",
            TooManyCalls => "tooManyCalls",
            Cancelled => "cancelled",
            AiFault => "aiFault",
            Other => "other",
            Unmapped => "unmapped",
        }
    }

    /// By its [`name`](Self::name).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }

    /// Somebody talked.
    #[must_use]
    pub const fn is_answered(self) -> bool {
        matches!(self, Answered)
    }

    /// As `retry.when` names it; `None` where a campaign can't ask for another attempt.
    #[must_use]
    pub const fn retry_class(self) -> Option<RetryOutcome> {
        match self {
            NoAnswer => Some(RetryOutcome::NoAnswer),
            Busy => Some(RetryOutcome::Busy),
            Rejected => Some(RetryOutcome::Rejected),
            PowerOff => Some(RetryOutcome::PowerOff),
            NotInService => Some(RetryOutcome::NotInService),
            Voicemail => Some(RetryOutcome::Voicemail),
            CarrierFault => Some(RetryOutcome::CarrierFault),
            _ => None,
        }
    }

    /// The number is not to be phoned again by any campaign, so it is to be suppressed.
    ///
    /// These speak of the number itself, whatever the caller, the hour and the words: it does not exist (205) or is no
    /// valid number (215), the callee is on a block list (217), the platform takes the person for one who complains (108).
    /// The others pass or can be put right: arrears are paid (207), an area depends on caller and account (110, 218), an
    /// abnormal number may be a line's fault (221). `userReject` (203) is a person's no for now; whether it is tried
    /// again is the campaign's to say.
    #[must_use]
    pub const fn is_permanent(self) -> bool {
        matches!(self, NumberNotExist | NumberInvalid | BlockedCallee | RestrictedCallee)
    }

    /// A person should look: why nobody was reached is not known, or is not the callee's doing. The provider's answer
    /// was not understood, our model or voice failed, the platform did not dial, somebody took the call back.
    #[must_use]
    pub const fn needs_person(self) -> bool {
        matches!(self, AiFault | Other | Unmapped | Cancelled | RestrictedArea | RestrictedTime | TooManyCalls)
    }

    /// Whether a record with this outcome may have a moment of answering.
    const fn may_follow_an_answer(self) -> bool {
        matches!(self, Answered | Voicemail | AiFault | Other | Unmapped)
    }
}

const fn of_code(code: i64, talked: bool) -> Outcome {
    match code {
        1 | 228 | 229 | 230 | 232 | 233 => Answered,
        231 if talked => Answered,
        202 => NoAnswer,
        203 => Rejected,
        204 => PowerOff,
        205 => NumberNotExist,
        206 => Busy,
        207 => OutOfCredit,
        208 | 212 => CarrierFault,
        209 | 220 | 231 => Cancelled,
        210 => NotInService,
        213 | 216 | 219 => Announcement,
        215 => NumberInvalid,
        217 => BlockedCallee,
        110 | 218 => RestrictedArea,
        221 => NumberAbnormal,
        222 => Voicemail,
        225..=227 => AiFault,
        108 => RestrictedCallee,
        109 => TooManyCalls,
        111 => RestrictedTime,
        17 | 100 | 102..=107 | 211 | 501..=503 => Other,
        _ => Unmapped,
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
#[path = "outcome/tests.rs"]
mod tests;
