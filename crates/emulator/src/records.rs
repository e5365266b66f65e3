//! Reading calls back, and hanging one up: simple answers computed from the journal and the clock.
//!
//! The journal holds no numbers. A record shows a number where this process has heard it, in a call or in a filter
//! (`Phones`); else `Caller` or `Callee` is empty and `ProtectedCaller` or `ProtectedCallee` holds the masked form,
//! which is how CCC answers under number protection.

use callform_ccc::SessionId;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::course::{status, status_name};
use crate::digest::Digest;
use crate::emulator::Emulator;
use crate::envelope::ApiError;
use crate::journal::{PlacedCall, RecordFilter};
use crate::parameters::Reader;

const DAY: i64 = 24 * 60 * 60;

impl Emulator {
    /// `DescribePSTNActiveSessionList`: calls that ring or talk.
    pub(crate) fn active_sessions(&self, members: Map<String, Value>, now: Timestamp) -> Result<Value, ApiError> {
        let parameters = Reader::new(members, &["SdkAppId", "Offset", "Limit"])?;
        let sdk_app_id = parameters.integer("SdkAppId")?;
        let offset = parameters.integer_within("Offset", 0, i64::MAX)?;
        let limit = parameters.integer_within("Limit", 1, 25)?;
        let (total, calls) = self.journal().active(sdk_app_id, now, (limit, offset))?;
        let sessions: Vec<Value> = calls
            .iter()
            .map(|call| {
                let mut session = self.session(call, now);
                // Strings here and numbers in DescribeTelSession: the documentation has it so.
                for name in ["StartTimestamp", "AcceptTimestamp"] {
                    session[name] = Value::from(session[name].to_string());
                }
                session
            })
            .collect();
        Ok(json!({ "Total": total, "Sessions": sessions }))
    }

    /// `DescribeTelSession`: one call, going on or ended.
    pub(crate) fn tel_session(&self, members: Map<String, Value>, now: Timestamp) -> Result<Value, ApiError> {
        let parameters = Reader::new(members, &["SdkAppId", "SessionId"])?;
        let sdk_app_id = parameters.integer("SdkAppId")?;
        let call = self.journal().call(parameters.text("SessionId")?)?;
        match call.filter(|call| call.sdk_app_id == sdk_app_id) {
            Some(call) => Ok(json!({ "Session": self.session(&call, now) })),
            None => Err(no_session()),
        }
    }

    /// `HangUpCall`: ends a call that goes on.
    pub(crate) fn hang_up_call(&self, members: Map<String, Value>, now: Timestamp) -> Result<Value, ApiError> {
        let parameters = Reader::new(members, &["SdkAppId", "SessionId"])?;
        let sdk_app_id = parameters.integer("SdkAppId")?;
        if self.journal().hang_up(sdk_app_id, parameters.text("SessionId")?, now)? {
            Ok(json!({}))
        } else {
            Err(no_session())
        }
    }

    /// `DescribeTelCdr`: the records of ended calls, oldest first.
    pub(crate) fn tel_cdr(&self, members: Map<String, Value>, now: Timestamp) -> Result<Value, ApiError> {
        let parameters = Reader::new(
            members,
            &[
                "StartTimeStamp",
                "EndTimeStamp",
                "InstanceId",
                "Limit",
                "Offset",
                "SdkAppId",
                "PageSize",
                "PageNumber",
                "Phones",
                "SessionIds",
            ],
        )?;
        let from = parameters.integer("StartTimeStamp")?;
        let to = parameters.integer("EndTimeStamp")?;
        if to < from {
            return Err(period("ends before it starts"));
        }
        if to.saturating_sub(from) >= 90 * DAY {
            return Err(period("must be shorter than 90 days"));
        }
        if from < now.as_second() - 180 * DAY {
            return Err(period("starts more than 180 days ago"));
        }
        let page_size = parameters.integer_within("PageSize", 1, 100)?;
        let page = parameters.integer_within("PageNumber", 0, i64::MAX)?;
        let phones = parameters.texts("Phones")?;
        // An answer to this question may name the numbers that the question named.
        let numbers: Vec<Digest> = phones.iter().map(|phone| self.hear(phone)).collect();
        let (total, calls) = self.journal().ended(&RecordFilter {
            sdk_app_id: parameters.integer("SdkAppId")?,
            placed: (second(from), second(to) + SignedDuration::from_millis(999)),
            now,
            usual_lag: self.options.record_lag,
            numbers,
            sessions: parameters.texts("SessionIds")?.into_iter().map(SessionId::from).collect(),
            limit: page_size,
            offset: page.saturating_mul(page_size),
        })?;
        let records: Vec<Value> = calls.iter().map(|call| self.cdr(call)).collect();
        Ok(json!({ "TotalCount": total, "TelCdrList": records }))
    }

    /// A `PSTNSession`.
    fn session(&self, call: &PlacedCall, now: Timestamp) -> Value {
        let progress = call.progress();
        let (caller, protected_caller) = self.shown(call.caller_digest, &call.caller_masked);
        let (callee, protected_callee) = self.shown(call.callee_digest, &call.callee_masked);
        let accepted = progress.accepted.filter(|accepted| *accepted <= now);
        json!({
            "SessionID": dashed(&call.session_id),
            "RoomID": call.sequence.to_string(),
            "Caller": caller,
            "Callee": callee,
            "StartTimestamp": progress.started.as_second(),
            "RingTimestamp": progress.started.as_second(),
            "AcceptTimestamp": accepted.map_or(0, Timestamp::as_second),
            "StaffEmail": "",
            "StaffNumber": "",
            "SessionStatus": progress.phase(now).name(),
            "Direction": 1,
            "OutBoundCaller": caller,
            "OutBoundCallee": callee,
            "ProtectedCaller": protected_caller,
            "ProtectedCallee": protected_callee,
        })
    }

    /// A `TelCdrInfo`.
    fn cdr(&self, call: &PlacedCall) -> Value {
        let progress = call.progress();
        let (caller, protected_caller) = self.shown(call.caller_digest, &call.caller_masked);
        let (callee, protected_callee) = self.shown(call.callee_digest, &call.callee_masked);
        json!({
            "Caller": caller,
            "Callee": callee,
            "ProtectedCaller": protected_caller,
            "ProtectedCallee": protected_callee,
            "Time": progress.started.as_second(),
            "Direction": 1,
            "CallType": 1,
            "Duration": progress.talked_seconds(),
            "RecordURL": "",
            "RecordId": "",
            "SeatUser": null,
            "EndStatus": progress.end_status,
            "EndStatusString": status_name(progress.end_status),
            "SkillGroup": "",
            "SkillGroupId": 0,
            "CallerLocation": "",
            "IVRDuration": 0,
            "StartTimestamp": progress.started.as_second(),
            "RingTimestamp": progress.started.as_second(),
            "AcceptTimestamp": progress.accepted.map_or(0, Timestamp::as_second),
            "EndedTimestamp": progress.ended.as_second(),
            "QueuedTimestamp": 0,
            "IVRKeyPressed": null,
            "PostIVRKeyPressed": null,
            "IVRKeyPressedEx": null,
            "HungUpSide": hung_up_side(progress.end_status),
            "ServeParticipants": null,
            "QueuedSkillGroupId": 0,
            "SessionId": dashed(&call.session_id),
            "Uui": "",
            "AsrUrl": "",
            "AsrStatus": "NotExists",
        })
    }

    /// A number and its stand-in: one of the two is empty.
    fn shown(&self, digest: Digest, masked: &str) -> (String, String) {
        match self.recall(digest) {
            Some(number) => (number, String::new()),
            None => (String::new(), masked.to_owned()),
        }
    }
}

/// Whether an ended call can be told from one that goes on is the caller's business: both give this code.
fn no_session() -> ApiError {
    ApiError::new("FailedOperation.SessionNotExists", "no call with this `SessionId` goes on in this application")
}

fn period(what: &str) -> ApiError {
    ApiError::new("InvalidParameterValue", format!("the period from `StartTimeStamp` to `EndTimeStamp` {what}"))
}

fn hung_up_side(end_status: u16) -> &'static str {
    match end_status {
        status::CALLER_CANCELLED_WHILE_RINGING | 225..=231 => "system",
        _ => "user",
    }
}

/// The queries show a UUID with dashes where `CreateAICall` gave 32 digits.
fn dashed(session_id: &str) -> String {
    Uuid::parse_str(session_id).map_or_else(|_| session_id.to_owned(), |id| id.hyphenated().to_string())
}

fn second(unix: i64) -> Timestamp {
    Timestamp::from_second(unix).unwrap_or(if unix < 0 { Timestamp::MIN } else { Timestamp::MAX })
}
