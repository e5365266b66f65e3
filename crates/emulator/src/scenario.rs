//! What goes wrong on purpose, and how calls run: closures for tests, a small JSON file for the server.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::course::Course;
use crate::number::normalise;

/// A `CreateAICall` that passed every check and is about to be placed.
///
/// It holds the request in clear, phone numbers and secrets included, and therefore has no `Debug`.
pub struct ReceivedCall {
    /// `SdkAppId`.
    pub sdk_app_id: i64,
    /// `Callee`, as sent.
    pub callee: String,
    /// How many times this emulator has received a call to this callee, this one included.
    pub nth: u32,
    /// When it arrived.
    pub received_at: Timestamp,
    /// The whole body; a GET's parameters as the JSON that they stand for.
    pub body: Map<String, Value>,
}

/// Something that a real service or network does now and then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Not placed: this error code is the answer.
    Error(String),
    /// Placed, and yet this error code is the answer, as `InternalError` and `FailedOperation.CallOutFailed` may do.
    ErrorAfter(String),
    /// Not placed: no connection can be made. Only in process; the server, which already has one, drops it.
    Unreachable,
    /// Not placed: the connection ends without an answer.
    DropBefore,
    /// Placed: the connection ends without an answer.
    DropAfter,
    /// Placed: the answer leaves this much later.
    Delay(Duration),
    /// Not placed: a gateway answers with this HTTP status and a page.
    Status(u16),
    /// Placed: the answer is not JSON.
    Garbage,
}

/// Sees every received call with its full body, before faults are chosen. For tests.
pub type RequestHook = Arc<dyn Fn(&ReceivedCall) + Send + Sync>;

/// Chooses what goes wrong with a call; `None` means nothing.
pub type FaultHook = Arc<dyn Fn(&ReceivedCall) -> Option<Fault> + Send + Sync>;

/// Chooses how a call runs; `None` leaves it to the session id.
pub type CourseHook = Arc<dyn Fn(&ReceivedCall) -> Option<Course> + Send + Sync>;

/// Faults and courses from a JSON file.
///
/// ```
/// let scenario = callform_emulator::Scenario::from_json(r#"{
///     "faults": [
///         { "callee": "008613000000007", "nth": 1, "fault": "dropAfter" },
///         { "nth": 2, "fault": { "error": "RequestLimitExceeded" } },
///         { "callee": "+447700900123", "fault": { "delayMs": 1500 } }
///     ],
///     "courses": [ { "callee": "+447700900124", "ringSeconds": 30, "endStatus": 202 } ]
/// }"#);
/// assert!(scenario.is_ok());
/// ```
///
/// A rule without `callee` fits every callee, one without `nth` every call; the first that fits is taken. Faults:
/// `"unreachable"`, `"dropBefore"`, `"dropAfter"`, `"garbage"`, `{"error": CODE}`, `{"errorAfter": CODE}`,
/// `{"delayMs": N}`, `{"status": N}`. A course without `talkSeconds` is not answered; `endStatus` is then 202, else
/// 1, unless given.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
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
        Ok(scenario)
    }

    /// The fault that fits a call.
    #[must_use]
    pub fn fault(&self, call: &ReceivedCall) -> Option<Fault> {
        let rule = self.faults.iter().find(|rule| fits(rule.callee.as_deref(), rule.nth, call))?;
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
        let rule = self.courses.iter().find(|rule| fits(rule.callee.as_deref(), rule.nth, call))?;
        let ring = Duration::from_secs(rule.ring_seconds.into());
        let mut course = match rule.talk_seconds {
            Some(seconds) => Course::answered(ring, Duration::from_secs(seconds.into())),
            None => Course::unanswered(ring, crate::course::status::NOT_ANSWERED),
        };
        course.end_status = rule.end_status.unwrap_or(course.end_status);
        Some(course)
    }
}

fn fits(callee: Option<&str>, nth: Option<u32>, call: &ReceivedCall) -> bool {
    callee.is_none_or(|callee| normalise(callee) == normalise(&call.callee)) && nth.is_none_or(|nth| nth == call.nth)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(callee: &str, nth: u32) -> ReceivedCall {
        ReceivedCall {
            sdk_app_id: 1_400_000_000,
            callee: callee.to_owned(),
            nth,
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

    #[test]
    fn a_course_without_talk_is_not_answered() {
        let scenario =
            Scenario::from_json(r#"{"courses": [{"nth": 1, "ringSeconds": 3, "endStatus": 206}, {"talkSeconds": 4}]}"#)
                .unwrap();
        assert_eq!(scenario.course(&call("x", 1)), Some(Course::unanswered(Duration::from_secs(3), 206)));
        assert_eq!(scenario.course(&call("x", 2)), Some(Course::answered(Duration::ZERO, Duration::from_secs(4))));
    }

    #[test]
    fn mistakes_in_the_file_are_named() {
        let message = |text: &str| Scenario::from_json(text).unwrap_err().to_string();
        assert!(message(r#"{"faults": [{"falt": "dropAfter"}]}"#).contains("unknown field `falt`"));
        assert!(message(r#"{"faults": [{"nth": 1}]}"#).contains("missing field `fault`"));
        assert!(message(r#"{"faults": [{"fault": "explode"}]}"#).contains("unknown variant `explode`"));
        assert!(message(r#"{"faults": [{"nth": 0, "fault": "dropAfter"}]}"#).contains("counted from 1"));
        assert!(message(r#"{"faults": [{"fault": {"status": 42}}]}"#).contains("from 200 to 599"));
        assert!(message("{").contains("line 1 column 1"));
    }
}
