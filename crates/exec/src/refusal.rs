//! When a call that the provider certainly refused may be tried again: by the refusal's code, and the same for a plan,
//! for every attempt, and for whoever asks.
//!
//! How long an interval lasts is documented nowhere (facts about each code: [`callform_ccc::error::CODES`]), so these
//! are assumptions that err on the side of waiting.

use callform_ccc::error::{self, Class};
use jiff::{SignedDuration, Timestamp, ToSpan, tz};

/// The provider counts days by its own clock, which China's is taken for: it has no summer time.
const PROVIDER_HOURS_AHEAD: i8 = 8;
/// What is refused for now and says no better when.
const WHILE: SignedDuration = SignedDuration::from_hours(1);
/// Counts calls of a day.
const PER_DAY: &str = "FailedOperation.CalloutRuleMaxCallCountCalleePerDayAppID";

/// What a refusal means for the next attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// Nothing: a run waits for room by itself, or nothing left this machine.
    AtOnce,
    /// Not before this moment.
    NotBefore(Timestamp),
    /// Not by itself: specs or account must change first. The run that met it does not ask again.
    NotInThisRun,
}

/// Of a refusal with this code, at that moment. Refusals for good are none of this: they forbid the callee.
#[must_use]
pub fn again(code: &str, refused: Timestamp) -> Again {
    // Codes of our own are about this machine, and are no refusals of the provider's.
    if code.starts_with("callform.") {
        return Again::AtOnce;
    }
    match error::classify(code).class {
        Class::Later if code == PER_DAY => Again::NotBefore(next_day(refused)),
        Class::Later => Again::NotBefore(refused.checked_add(WHILE).unwrap_or(Timestamp::MAX)),
        Class::Config | Class::Auth | Class::Quota => Again::NotInThisRun,
        // Ambiguous codes refuse nothing; where such a one was recorded as a refusal, somebody else decided it.
        Class::LaterSeconds | Class::Rate | Class::Callee | Class::Ambiguous => Again::AtOnce,
    }
}

/// When the provider's next day begins.
fn next_day(at: Timestamp) -> Timestamp {
    let there = at.to_zoned(tz::offset(PROVIDER_HOURS_AHEAD).to_time_zone());
    let midnight = there.date().checked_add(1.day()).and_then(|day| day.to_zoned(there.time_zone().clone()));
    midnight.map_or(Timestamp::MAX, |midnight| midnight.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_refusal_for_now_waits_for_an_hour_and_one_for_the_day_for_the_provider_s_next_day() {
        let refused = at("2026-04-01T12:00:00Z");
        for code in ["CalloutRuleNotWorkTime", "CallerOverFrequency", "CalloutRuleMaxCallCountCalleeIntervalTime"] {
            let code = format!("FailedOperation.{code}");
            assert_eq!(again(&code, refused), Again::NotBefore(at("2026-04-01T13:00:00Z")), "{code}");
        }
        assert_eq!(again(PER_DAY, refused), Again::NotBefore(at("2026-04-01T16:00:00Z")));
        assert_eq!(again(PER_DAY, at("2026-04-01T16:00:00Z")), Again::NotBefore(at("2026-04-02T16:00:00Z")));
    }

    #[test]
    fn what_is_wrong_with_specs_or_account_is_not_asked_again_by_the_run_that_met_it() {
        for code in ["InvalidParameterValue", "InvalidParameter.Whatever", "LimitExceeded", "UnauthorizedOperation"] {
            assert_eq!(again(code, Timestamp::UNIX_EPOCH), Again::NotInThisRun, "{code}");
        }
    }

    #[test]
    fn what_a_run_waits_out_by_itself_does_not_wait_twice() {
        for code in ["RequestLimitExceeded", "FailedOperation.AIConcurrentOverFrequency", "callform.NotSent"] {
            assert_eq!(again(code, Timestamp::UNIX_EPOCH), Again::AtOnce, "{code}");
        }
    }

    #[test]
    fn every_documented_code_that_says_later_waits() {
        for info in error::CODES.iter().filter(|info| info.class.class == Class::Later) {
            assert!(matches!(again(info.code, Timestamp::UNIX_EPOCH), Again::NotBefore(_)), "{}", info.code);
        }
    }
}
