//! What goes wrong on purpose, and how calls run, from a small JSON file for the server.

use std::num::NonZeroU32;
use std::time::Duration;

use serde::Deserialize;

use crate::course::{Course, RecordTime};
use crate::hooks::{Fault, ReceivedCall};
use crate::number::normalise;

/// What goes wrong and how calls run, from a JSON file.
///
/// ```
/// let scenario = callform_emulator::Scenario::from_json(r#"{
///     "lines": 5,
///     "recordLagSeconds": 20,
///     "faults": [
///         { "callee": "008613000000007", "nth": 1, "fault": "dropAfter" },
///         { "nth": 2, "fault": { "error": "RequestLimitExceeded" } },
///         { "callee": "+447700900123", "fault": { "delayMs": 1500 } }
///     ],
///     "courses": [
///         { "callee": "+447700900124", "nth": 1, "ringSeconds": 30, "endStatus": 202 },
///         { "callee": "+447700900124", "nth": 2, "ringSeconds": 4, "talkSeconds": 60, "endStatus": 228 },
///         { "callee": "+447700900125", "talkSeconds": 10, "recordLagSeconds": 3600 },
///         { "callee": "+447700900126", "talkSeconds": 10, "recorded": false }
///     ]
/// }"#);
/// assert!(scenario.is_ok());
/// ```
///
/// A rule without `callee` fits every callee, one without `nth` every call; the first that fits is taken. `nth` of a
/// fault counts the calls that this process received, placed or not; `nth` of a course counts how often the phone rang,
/// whichever process placed the call.
///
/// Faults: `"unreachable"`, `"dropBefore"`, `"dropAfter"`, `"garbage"`, `{"error": CODE}`, `{"errorAfter": CODE}`,
/// `{"delayMs": N}`, `{"status": N}`.
///
/// A course without `talkSeconds` is not answered; `endStatus` is then 202, else 1, unless given. Its record appears
/// `recordLagSeconds` after its end, its own or those of all, and never with `"recorded": false`.
///
/// `lines` is how many calls of an application may go on at once: see [`EmulatorOptions::lines`].
///
/// [`EmulatorOptions::lines`]: crate::EmulatorOptions::lines
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Scenario {
    lines: Option<NonZeroU32>,
    record_lag_seconds: Option<u32>,
    #[serde(default)]
    faults: Vec<FaultRule>,
    #[serde(default)]
    courses: Vec<CourseRule>,
}

/// A scenario file that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// Not JSON, or not a scenario; says line and column.
    #[error("the emulator's scenario can't be read: {0}")]
    Json(#[from] serde_json::Error),
    /// Calls are counted from 1, so a rule for call 0 would never fit.
    #[error("the emulator's scenario has a rule with `nth: 0`; calls to a callee are counted from 1")]
    NthZero,
    /// Not a number that HTTP has as a status of its final answer.
    #[error("the emulator's scenario has the HTTP status {0}; write one from 200 to 599")]
    Status(u16),
    /// A record that never comes can't come late.
    #[error(
        "the emulator's scenario has a course with both `recordLagSeconds` and `recorded: false`; drop one of them"
    )]
    LagWithoutRecord,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct FaultRule {
    callee: Option<String>,
    nth: Option<u32>,
    fault: FaultText,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
enum FaultText {
    Unreachable,
    DropBefore,
    DropAfter,
    Garbage,
    Error(String),
    ErrorAfter(String),
    DelayMs(u64),
    Status(u16),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CourseRule {
    callee: Option<String>,
    nth: Option<u32>,
    #[serde(default)]
    ring_seconds: u32,
    talk_seconds: Option<u32>,
    end_status: Option<u16>,
    record_lag_seconds: Option<u32>,
    #[serde(default = "recorded")]
    recorded: bool,
}

fn recorded() -> bool {
    true
}

impl Scenario {
    /// Reads a scenario.
    ///
    /// # Errors
    /// When the text isn't one.
    pub fn from_json(text: &str) -> Result<Self, ScenarioError> {
        let scenario: Self = serde_json::from_str(text)?;
        let nths = scenario.faults.iter().map(|rule| rule.nth).chain(scenario.courses.iter().map(|rule| rule.nth));
        if nths.flatten().any(|nth| nth == 0) {
            return Err(ScenarioError::NthZero);
        }
        for rule in &scenario.faults {
            if let FaultText::Status(status) = rule.fault
                && !(200..=599).contains(&status)
            {
                return Err(ScenarioError::Status(status));
            }
        }
        if scenario.courses.iter().any(|rule| !rule.recorded && rule.record_lag_seconds.is_some()) {
            return Err(ScenarioError::LagWithoutRecord);
        }
        Ok(scenario)
    }

    /// How many calls may go on at once, where it says so.
    pub(crate) fn lines(&self) -> Option<NonZeroU32> {
        self.lines
    }

    /// How long after a call's end its record appears, where it says so.
    pub(crate) fn record_lag(&self) -> Option<Duration> {
        self.record_lag_seconds.map(seconds)
    }

    /// The fault that fits a call.
    #[must_use]
    pub fn fault(&self, call: &ReceivedCall) -> Option<Fault> {
        let rule = self.faults.iter().find(|rule| fits(rule.callee.as_deref(), rule.nth, &call.callee, call.nth))?;
        Some(match &rule.fault {
            FaultText::Unreachable => Fault::Unreachable,
            FaultText::DropBefore => Fault::DropBefore,
            FaultText::DropAfter => Fault::DropAfter,
            FaultText::Garbage => Fault::Garbage,
            FaultText::Error(code) => Fault::Error(code.clone()),
            FaultText::ErrorAfter(code) => Fault::ErrorAfter(code.clone()),
            FaultText::DelayMs(millis) => Fault::Delay(Duration::from_millis(*millis)),
            FaultText::Status(status) => Fault::Status(*status),
        })
    }

    /// The course that fits a call.
    #[must_use]
    pub fn course(&self, call: &ReceivedCall) -> Option<Course> {
        let rule =
            self.courses.iter().find(|rule| fits(rule.callee.as_deref(), rule.nth, &call.callee, call.nth_ring))?;
        let ring = seconds(rule.ring_seconds);
        let course = match rule.talk_seconds {
            Some(talk) => Course::answered(ring, seconds(talk)),
            None => Course::unanswered(ring, crate::course::status::NOT_ANSWERED),
        };
        let record = match rule.record_lag_seconds {
            _ if !rule.recorded => RecordTime::Never,
            Some(lag) => RecordTime::After(seconds(lag)),
            None => RecordTime::Usual,
        };
        Some(course.ending(rule.end_status.unwrap_or(course.end_status)).recorded(record))
    }
}

/// Whether a rule for `callee` and `nth` is about this call, the `this`-th to its callee.
fn fits(callee: Option<&str>, nth: Option<u32>, number: &str, this: u32) -> bool {
    callee.is_none_or(|callee| normalise(callee) == normalise(number)) && nth.is_none_or(|nth| nth == this)
}

fn seconds(seconds: u32) -> Duration {
    Duration::from_secs(seconds.into())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::Map;

    use super::*;

    fn call(callee: &str, nth: u32) -> ReceivedCall {
        ReceivedCall {
            sdk_app_id: 1_400_000_000,
            callee: callee.to_owned(),
            nth,
            nth_ring: 1,
            received_at: Timestamp::UNIX_EPOCH,
            body: Map::new(),
        }
    }

    #[test]
    fn the_first_rule_that_fits_is_taken() {
        let scenario = Scenario::from_json(
            r#"{"faults": [
                {"callee": "+447700900123", "nth": 2, "fault": {"error": "InternalError"}},
                {"callee": "00447700900123", "fault": {"delayMs": 1500}},
                {"nth": 3, "fault": {"status": 503}}
            ]}"#,
        )
        .unwrap();
        assert_eq!(scenario.fault(&call("00447700900123", 1)), Some(Fault::Delay(Duration::from_millis(1500))));
        assert_eq!(scenario.fault(&call("00447700900123", 2)), Some(Fault::Error("InternalError".into())));
        assert_eq!(scenario.fault(&call("00447700900124", 3)), Some(Fault::Status(503)));
        assert_eq!(scenario.fault(&call("00447700900124", 1)), None);
    }

    fn ring(callee: &str, nth_ring: u32) -> ReceivedCall {
        ReceivedCall { nth_ring, ..call(callee, 7) }
    }

    #[test]
    fn a_course_without_talk_is_not_answered() {
        let scenario =
            Scenario::from_json(r#"{"courses": [{"nth": 1, "ringSeconds": 3, "endStatus": 206}, {"talkSeconds": 4}]}"#)
                .unwrap();
        assert_eq!(scenario.course(&ring("x", 1)), Some(Course::unanswered(seconds(3), 206)));
        assert_eq!(scenario.course(&ring("x", 2)), Some(Course::answered(Duration::ZERO, seconds(4))));
    }

    #[test]
    fn a_course_says_how_the_nth_ring_goes_and_when_its_record_appears() {
        let scenario = Scenario::from_json(
            r#"{"recordLagSeconds": 20, "lines": 3, "courses": [
                {"callee": "+447700900123", "nth": 1, "ringSeconds": 30},
                {"callee": "+447700900123", "nth": 2, "talkSeconds": 9, "endStatus": 228, "recordLagSeconds": 60},
                {"callee": "+447700900123", "talkSeconds": 9, "recorded": false}
            ]}"#,
        )
        .unwrap();
        let talk = Course::answered(Duration::ZERO, seconds(9));
        let course = |nth| scenario.course(&ring("00447700900123", nth)).unwrap();
        assert_eq!(course(1), Course::unanswered(seconds(30), 202));
        assert_eq!(course(2), talk.ending(228).recorded(RecordTime::After(seconds(60))));
        assert_eq!(course(3), talk.recorded(RecordTime::Never));
        assert_eq!(scenario.course(&ring("00447700900124", 1)), None);
        assert_eq!((scenario.lines(), scenario.record_lag()), (NonZeroU32::new(3), Some(seconds(20))));
    }

    #[test]
    fn mistakes_in_the_file_are_named() {
        let message = |text: &str| Scenario::from_json(text).unwrap_err().to_string();
        assert!(message(r#"{"faults": [{"falt": "dropAfter"}]}"#).contains("unknown field `falt`"));
        assert!(message(r#"{"faults": [{"nth": 1}]}"#).contains("missing field `fault`"));
        assert!(message(r#"{"faults": [{"fault": "explode"}]}"#).contains("unknown variant `explode`"));
        assert!(message(r#"{"faults": [{"nth": 0, "fault": "dropAfter"}]}"#).contains("counted from 1"));
        assert!(message(r#"{"faults": [{"fault": {"status": 42}}]}"#).contains("from 200 to 599"));
        assert!(message(r#"{"lines": 0}"#).contains("expected a nonzero u32 at line 1 column 11"));
        let both = r#"{"courses": [{"recordLagSeconds": 1, "recorded": false}]}"#;
        assert!(message(both).contains("both `recordLagSeconds` and `recorded: false`"));
        assert!(message("{").contains("line 1 column 1"));
    }
}
