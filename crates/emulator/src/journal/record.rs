//! One placed call, as the journal keeps it.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::Row;
use serde_json::{Map, Value};

use crate::course::{Course, Progress, RecordTime};
use crate::digest::Digest;

/// A call that the emulator placed: in the real world, a telephone rang.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PlacedCall {
    /// Its place in the journal, from 1.
    pub sequence: i64,
    /// `SessionId`: 32 hex digits, no dashes.
    pub session_id: String,
    /// The `RequestId` of the request that placed it: a UUID with dashes.
    pub request_id: String,
    /// `SdkAppId`.
    pub sdk_app_id: i64,
    /// The number that rang, as a keyed digest.
    pub callee_digest: Digest,
    /// The number that rang, as `+86 130****0007`.
    pub callee_masked: String,
    /// `Callers`, masked; empty where the request left the choice to the platform.
    pub callers_masked: Vec<String>,
    /// The number that it saw, as a keyed digest.
    pub caller_digest: Digest,
    /// The number that it saw, masked.
    pub caller_masked: String,
    /// When.
    pub placed_at: Timestamp,
    /// How the call runs, unless somebody hangs it up.
    pub course: Course,
    /// When `HangUpCall` ended it.
    pub hung_up_at: Option<Timestamp>,
    /// The request's members in their order: checked enumerations, numbers and booleans in clear, every other value
    /// as `hmac:` and a keyed digest.
    pub body: Map<String, Value>,
    /// The keyed digest of the whole body.
    pub body_digest: Digest,
}

impl PlacedCall {
    /// The moments of the call, a hang-up included.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let planned = Progress::of(self.course, self.placed_at);
        self.hung_up_at.map_or(planned, |at| planned.hung_up(at))
    }
}

pub(super) const COLUMNS: &str = "sequence, session_id, request_id, sdk_app_id, callee_digest, callee_masked, callers, \
     caller_digest, caller_masked, placed_ms, ring_ms, talk_ms, end_status, record_lag_ms, hidden, hung_up_ms, body, \
     body_digest";

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<PlacedCall> {
    let talk: Option<i64> = row.get("talk_ms")?;
    let hung_up: Option<i64> = row.get("hung_up_ms")?;
    let record = match (row.get("hidden")?, row.get("record_lag_ms")?) {
        (true, _) => RecordTime::Never,
        (false, Some(lag)) => RecordTime::After(duration(lag)?),
        (false, None) => RecordTime::Usual,
    };
    Ok(PlacedCall {
        sequence: row.get("sequence")?,
        session_id: row.get("session_id")?,
        request_id: row.get("request_id")?,
        sdk_app_id: row.get("sdk_app_id")?,
        callee_digest: digest(row, "callee_digest")?,
        callee_masked: row.get("callee_masked")?,
        callers_masked: json(row, "callers")?,
        caller_digest: digest(row, "caller_digest")?,
        caller_masked: row.get("caller_masked")?,
        placed_at: timestamp(row.get("placed_ms")?)?,
        course: Course {
            ring: duration(row.get("ring_ms")?)?,
            talk: talk.map(duration).transpose()?,
            end_status: row.get("end_status")?,
            record,
        },
        hung_up_at: hung_up.map(timestamp).transpose()?,
        body: json(row, "body")?,
        body_digest: digest(row, "body_digest")?,
    })
}

fn digest(row: &Row<'_>, column: &str) -> rusqlite::Result<Digest> {
    Digest::from_hex(&row.get::<_, String>(column)?).ok_or_else(|| damaged("a digest is not 64 hex digits".into()))
}

fn json<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    serde_json::from_str(&row.get::<_, String>(column)?).map_err(|error| damaged(error.into()))
}

fn duration(millis: i64) -> rusqlite::Result<Duration> {
    u64::try_from(millis).map(Duration::from_millis).map_err(|error| damaged(error.into()))
}

fn timestamp(millis: i64) -> rusqlite::Result<Timestamp> {
    Timestamp::from_millisecond(millis).map_err(|error| damaged(error.into()))
}

fn damaged(source: Box<dyn std::error::Error + Send + Sync>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, source)
}
