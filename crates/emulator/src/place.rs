//! `CreateAICall`: the checks beyond a member's type, and the placing.

use callform_ccc::error::lookup;
use callform_ccc::parameters::{create_ai_call, validate};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::course::Course;
use crate::emulator::{Emulator, Reply};
use crate::envelope::{self, ApiError};
use crate::hooks::{Fault, ReceivedCall};
use crate::journal::NewCall;
use crate::number::is_wire_form;

/// The number that a callee sees where the request names none: an example from the API's own documentation.
pub(crate) const OWN_NUMBER: &str = "008601012341234";

impl Emulator {
    pub(crate) fn create_ai_call(&self, body: Map<String, Value>, request_id: &str, now: Timestamp) -> Reply {
        match self.check_call(body, now) {
            Ok(call) => self.place_with_faults(&call, request_id, now),
            Err(error) => Reply::at_once(envelope::answer(Err(error), request_id, now)),
        }
    }

    fn check_call(&self, body: Map<String, Value>, now: Timestamp) -> Result<ReceivedCall, ApiError> {
        let body = Value::Object(body);
        validate(self.options.dialect, &body).map_err(|fault| ApiError::new(fault.code.as_str(), fault.message))?;
        let Value::Object(body) = body else {
            return Err(ApiError::new("InvalidParameter", "the body is not a JSON object"));
        };
        let sdk_app_id = integer(&body["SdkAppId"]);
        if self.options.sdk_app_ids.as_ref().is_some_and(|known| !known.contains(&sdk_app_id)) {
            return Err(ApiError::new("InvalidParameterValue.InstanceNotExist", "there is no application `SdkAppId`"));
        }
        let callee = body["Callee"].as_str().unwrap_or_default().to_owned();
        check_numbers(&callee, &body)?;
        self.check_voice(&body)?;
        check_extraction(&body)?;
        let (nth, nth_ring) = self.count_calls_to(&callee)?;
        Ok(ReceivedCall { sdk_app_id, callee, nth, nth_ring, received_at: now, body })
    }

    fn check_voice(&self, body: &Map<String, Value>) -> Result<(), ApiError> {
        let Some(voice) = body.get("VoiceType").and_then(Value::as_str).filter(|voice| !voice.is_empty()) else {
            return Ok(());
        };
        let built_in = create_ai_call(self.options.dialect)
            .find(|parameter| parameter.name == "VoiceType")
            .map_or(&[][..], |parameter| parameter.known);
        if built_in.contains(&voice) {
            return Ok(());
        }
        Err(value_error("VoiceType", format!("is not one of {}", built_in.join(", "))))
    }

    fn place_with_faults(&self, call: &ReceivedCall, request_id: &str, now: Timestamp) -> Reply {
        if let Some(hook) = &self.options.on_request {
            hook(call);
        }
        let fault = self.options.faults.as_ref().and_then(|choose| choose(call));
        match &fault {
            Some(Fault::Error(code)) => {
                let error = injected(code);
                return Reply::at_once(envelope::answer(Err(error), request_id, now));
            }
            Some(Fault::Unreachable) => return Reply::Unreachable,
            Some(Fault::DropBefore) => return Reply::Dropped,
            Some(Fault::Status(status)) => {
                let body = format!("<html><body>{status}, from the emulator's scenario</body></html>");
                return Reply::at_once(envelope::page(*status, "text/html", body, now));
            }
            Some(Fault::ErrorAfter(_) | Fault::DropAfter | Fault::Delay(_) | Fault::Garbage) | None => {}
        }
        // From here on the call is placed: it is on disk before anything is answered.
        let answer = match self.place(call, request_id, now) {
            Ok(session_id) => Ok(json!({ "SessionId": session_id })),
            Err(error) => return Reply::at_once(envelope::answer(Err(error), request_id, now)),
        };
        match fault {
            Some(Fault::DropAfter) => Reply::Dropped,
            Some(Fault::ErrorAfter(code)) => Reply::at_once(envelope::answer(Err(injected(&code)), request_id, now)),
            Some(Fault::Garbage) => {
                Reply::at_once(envelope::page(200, "application/json", "{\"Response\":{\"Sess".to_owned(), now))
            }
            Some(Fault::Delay(delay)) => {
                Reply::Answer { response: envelope::answer(answer, request_id, now), after: delay }
            }
            _ => Reply::at_once(envelope::answer(answer, request_id, now)),
        }
    }

    /// Writes the call down. Where that fails, or all lines are busy, no call was placed.
    fn place(&self, call: &ReceivedCall, request_id: &str, now: Timestamp) -> Result<String, ApiError> {
        let mut random = [0_u8; 16];
        self.options.random.fill(&mut random).map_err(|error| ApiError::new("InternalError", error.to_string()))?;
        let session = Uuid::from_bytes(random);
        let session_id = session.simple().to_string();
        let callers: Vec<&str> = call
            .body
            .get("Callers")
            .and_then(Value::as_array)
            .map(|callers| callers.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        let caller = callers.first().copied().unwrap_or(OWN_NUMBER);
        let course = self
            .options
            .courses
            .as_ref()
            .and_then(|choose| choose(call))
            .unwrap_or_else(|| Course::of_session(&random, &call.body));
        for number in [call.callee.as_str(), caller] {
            self.hear(number);
        }
        let lines = self.options.lines;
        let placed = self.journal().place(&NewCall {
            session_id: &session_id,
            request_id,
            sdk_app_id: call.sdk_app_id,
            callee: &call.callee,
            caller,
            callers,
            placed_at: now,
            course,
            lines,
            body: &call.body,
        })?;
        match lines {
            Some(lines) if !placed => Err(ApiError::new(
                "FailedOperation.AIConcurrentOverFrequency",
                format!("`{lines}` calls go on, and that is how many lines there are"),
            )),
            _ => Ok(session_id),
        }
    }
}

fn check_numbers(callee: &str, body: &Map<String, Value>) -> Result<(), ApiError> {
    let form = "is not a number in the form 00, country code, number";
    if !is_wire_form(callee) {
        return Err(value_error("Callee", form));
    }
    let callers = body.get("Callers").and_then(Value::as_array).into_iter().flatten();
    for (index, caller) in callers.enumerate() {
        if !caller.as_str().is_some_and(is_wire_form) {
            return Err(value_error(&format!("Callers.{index}"), form));
        }
    }
    Ok(())
}

/// A selection needs its choices, and results are told apart by their names
/// (`AICallExtractConfigElement`).
fn check_extraction(body: &Map<String, Value>) -> Result<(), ApiError> {
    let elements = body.get("ExtractConfig").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    for (index, element) in elements.iter().enumerate() {
        let no_choices = element["Choices"].as_array().is_none_or(Vec::is_empty);
        if element["InfoType"] == "Selector" && no_choices {
            return Err(value_error(
                &format!("ExtractConfig.{index}.Choices"),
                "is empty, but a Selector needs choices",
            ));
        }
        if elements[..index].iter().any(|earlier| earlier["InfoName"] == element["InfoName"]) {
            return Err(value_error(&format!("ExtractConfig.{index}.InfoName"), "is the name of an earlier element"));
        }
    }
    Ok(())
}

fn value_error(path: &str, what: impl AsRef<str>) -> ApiError {
    ApiError::new("InvalidParameterValue", format!("the parameter `{path}` {}", what.as_ref()))
}

fn injected(code: &str) -> ApiError {
    let meaning = lookup(code).map_or("an undocumented code", |info| info.meaning);
    ApiError::new(code.to_owned(), format!("{meaning} (from the emulator's scenario)"))
}

/// `SdkAppId` comes as a number or as its decimal text; validation has seen to it that it is one of them.
fn integer(value: &Value) -> i64 {
    value.as_i64().or_else(|| value.as_str().and_then(|text| text.parse().ok())).unwrap_or_default()
}
