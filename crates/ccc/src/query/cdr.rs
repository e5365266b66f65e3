//! `DescribeTelCdr`.

use std::fmt;

use serde::Serialize;

use super::page::Row;
use crate::mask::masked_number;
use crate::session::SessionId;

/// Which call records. `Debug` shows no whole number.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TelCdrs {
    /// `SdkAppId`
    pub sdk_app_id: i64,
    /// `StartTimeStamp`, Unix seconds; at most [`MAX_AGE`](Self::MAX_AGE) back.
    #[serde(rename = "StartTimeStamp")]
    pub from: i64,
    /// `EndTimeStamp`, Unix seconds; less than [`MAX_SPAN`](Self::MAX_SPAN) after `from`.
    #[serde(rename = "EndTimeStamp")]
    pub to: i64,
    /// `Phones`: of calls with one of these numbers, in the form `00`, country code, number; of all, if empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<String>,
    /// `SessionIds`: of these sessions; of all, if empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub session_ids: Vec<SessionId>,
    /// `PageNumber`, from 0.
    pub page_number: u64,
    /// `PageSize`: at most so many, up to [`MAX_PAGE_SIZE`](Self::MAX_PAGE_SIZE).
    pub page_size: u64,
}

impl TelCdrs {
    /// The documented ceiling of `PageSize`.
    pub const MAX_PAGE_SIZE: u64 = 100;
    /// How far back `from` may lie, in seconds: 180 days.
    pub const MAX_AGE: i64 = 180 * 24 * 60 * 60;
    /// How far `to` must stay from `from`, in seconds: 90 days.
    pub const MAX_SPAN: i64 = 90 * 24 * 60 * 60;
}

impl fmt::Debug for TelCdrs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TelCdrs")
            .field("sdk_app_id", &self.sdk_app_id)
            .field("from", &self.from)
            .field("to", &self.to)
            .field("phones", &self.phones.iter().map(|phone| masked_number(phone)).collect::<Vec<_>>())
            .field("session_ids", &self.session_ids)
            .field("page_number", &self.page_number)
            .field("page_size", &self.page_size)
            .finish()
    }
}

/// The record of an ended call (`TelCdrInfo`), as far as callform reads it. `Debug` shows no whole number.
#[derive(Clone, PartialEq, Eq)]
pub struct TelCdr {
    /// `SessionId`
    pub session_id: SessionId,
    /// `Direction`: 0 in, 1 out.
    pub direction: Option<i64>,
    /// `Caller`
    pub caller: Option<String>,
    /// `Callee`
    pub callee: Option<String>,
    /// `ProtectedCaller`: stands for the number where number protection is on.
    pub protected_caller: Option<String>,
    /// `ProtectedCallee`
    pub protected_callee: Option<String>,
    /// `StartTimestamp`, else `Time`; Unix seconds.
    pub started: Option<i64>,
    /// `AcceptTimestamp`, Unix seconds; none if nobody answered.
    pub accepted: Option<i64>,
    /// `EndedTimestamp`, Unix seconds.
    pub ended: Option<i64>,
    /// `EndStatus`: facts/calls.md.
    pub end_status: Option<i64>,
    /// `EndStatusString`
    pub end_status_text: Option<String>,
    /// A person served it: `SeatUser` or `ServeParticipants` names one.
    pub has_seat: bool,
    /// An agent of the console talked: `AIAgentId`.
    pub has_console_agent: bool,
}

impl TelCdr {
    pub(super) fn read(row: &Row<'_>) -> Result<Self, String> {
        let started = match row.moment("StartTimestamp")? {
            Some(started) => Some(started),
            None => row.moment("Time")?,
        };
        Ok(Self {
            session_id: row.text("SessionId")?.map(SessionId::from).ok_or("it has no `SessionId`")?,
            direction: row.integer("Direction")?,
            caller: row.text("Caller")?,
            callee: row.text("Callee")?,
            protected_caller: row.text("ProtectedCaller")?,
            protected_callee: row.text("ProtectedCallee")?,
            started,
            accepted: row.moment("AcceptTimestamp")?,
            ended: row.moment("EndedTimestamp")?,
            end_status: row.integer("EndStatus")?,
            end_status_text: row.text("EndStatusString")?,
            has_seat: row.holds_something("SeatUser") || row.holds_something("ServeParticipants"),
            has_console_agent: row.holds_something("AIAgentId"),
        })
    }
}

impl fmt::Debug for TelCdr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TelCdr")
            .field("session_id", &self.session_id)
            .field("direction", &self.direction)
            .field("caller", &self.caller.as_deref().map(masked_number))
            .field("callee", &self.callee.as_deref().map(masked_number))
            .field("started", &self.started)
            .field("ended", &self.ended)
            .field("end_status", &self.end_status)
            .field("has_seat", &self.has_seat)
            .field("has_console_agent", &self.has_console_agent)
            .finish_non_exhaustive()
    }
}
