//! `EndStatus` and `EndStatusString`: how the provider says that a session ended.

/// One documented end of a session.
///
/// The vendor's own page (<https://www.tencentcloud.com/document/product/1229/71847>) is about calls with people at both
/// ends and warns that calls of AI agents do not know all of these; the AI's own are on
/// <https://cloud.tencent.com/document/product/679/123938>. Others exist: what is not here is not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndStatus {
    /// `EndStatus`
    pub code: i64,
    /// `EndStatusString`
    pub text: &'static str,
    /// What it means, in a few words.
    pub meaning: &'static str,
}

/// All documented ones, in the order of their codes.
pub const END_STATUSES: &[EndStatus] = &[
    ended(1, "ok", "a normal call"),
    ended(17, "seatGiveUp", "the person at the seat did not answer, and the call was handed on"),
    ended(100, "blackList", "the caller is on the application's block list"),
    ended(102, "ivrGiveUp", "the caller gave up in the menu"),
    ended(103, "waitingGiveUp", "the caller gave up in the queue"),
    ended(104, "ringingGiveUp", "the caller gave up while a seat rang"),
    ended(105, "noSeatOnline", "no seat was online"),
    ended(106, "notWorkTime", "outside working hours"),
    ended(107, "ivrEnd", "ended in the menu"),
    ended(108, "restrictedCallee", "the platform does not dial this number: a risk, often after complaints"),
    ended(109, "tooManyRequest", "more calls than the carrier takes"),
    ended(110, "restrictedArea", "the platform does not dial this area"),
    ended(111, "restrictedTime", "outside the hours in which the carrier dials"),
    ended(202, "notAnswer", "nobody answered"),
    ended(203, "userReject", "the callee declined"),
    ended(204, "powerOff", "the phone is off"),
    ended(205, "numberNotExist", "the number does not exist"),
    ended(206, "busy", "the line is busy"),
    ended(207, "outOfCredit", "the callee's service is suspended for arrears"),
    ended(208, "operatorError", "the carrier's line failed"),
    ended(209, "callerCancel", "cancelled by the caller's side before it rang"),
    ended(210, "notInService", "out of coverage"),
    ended(211, "clientError", "the seat's program failed"),
    ended(212, "carrierBlocked", "blocked by the carrier"),
    ended(213, "callReminder", "an announcement that the callee will be told of the call"),
    ended(215, "numberInvalid", "the number is not valid"),
    ended(216, "callRestricted", "an announcement that calls are restricted"),
    ended(217, "calleeRestricted", "the callee is on a block list"),
    ended(218, "areaRestricted", "the callee's area is restricted"),
    ended(219, "promptCallForwarding", "an announcement that the call is forwarded"),
    ended(220, "callerCancelWhileRing", "cancelled by the caller's side while it rang"),
    ended(221, "callerCancelWithoutRing", "it did not ring; the number is abnormal"),
    ended(222, "voiceMailReached", "a voicemail answered"),
    ended(225, "asrError", "speech recognition failed"),
    ended(226, "llmasrError", "the model's service failed"),
    ended(227, "ttsError", "speech synthesis failed"),
    ended(228, "functionCallHangup", "the model hung up"),
    ended(229, "maxCallDurationReached", "the longest call was reached"),
    ended(230, "userInactivity", "the callee said nothing for too long"),
    ended(231, "callTerminatedByAPI", "ended through the API"),
    ended(232, "userHangupDuringAiCall", "the person hung up while the AI talked"),
    ended(233, "aiAgentEndCall", "the AI ended the call"),
    ended(501, "callConflict", "two calls over the internet met"),
    ended(502, "clientTimeout", "the program of a call over the internet did not answer"),
    ended(503, "voipClientError", "the program of a call over the internet failed"),
];

const fn ended(code: i64, text: &'static str, meaning: &'static str) -> EndStatus {
    EndStatus { code, text, meaning }
}

impl EndStatus {
    /// By `EndStatus`.
    #[must_use]
    pub fn of_code(code: i64) -> Option<&'static Self> {
        END_STATUSES.binary_search_by_key(&code, |status| status.code).ok().map(|at| &END_STATUSES[at])
    }

    /// By `EndStatusString`; the international site's other word for 100 counts, too, and case does not.
    #[must_use]
    pub fn of_text(text: &str) -> Option<&'static Self> {
        let text = if text.eq_ignore_ascii_case("blocklist") { "blackList" } else { text };
        END_STATUSES.iter().find(|status| status.text.eq_ignore_ascii_case(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_is_found_by_its_code_and_by_its_text() {
        for status in END_STATUSES {
            assert_eq!(EndStatus::of_code(status.code), Some(status));
            assert_eq!(EndStatus::of_text(status.text), Some(status));
        }
        assert_eq!(EndStatus::of_text("blocklist").map(|status| status.code), Some(100));
    }

    #[test]
    fn what_is_documented_nowhere_is_not_guessed() {
        for code in [-1, 0, 2, 201, 214, 223, 224, 234, 504] {
            assert_eq!(EndStatus::of_code(code), None, "{code}");
        }
        for text in ["", "okay", "unknown", "error"] {
            assert_eq!(EndStatus::of_text(text), None, "{text}");
        }
    }
}
