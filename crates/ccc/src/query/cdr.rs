//! `DescribeTelCdr`.

use std::fmt;

use serde::Serialize;

use super::page::Row;
use super::session::Session;
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TelCdr {
    /// Which session, and whose.
    pub session: Session,
    /// `AcceptTimestamp`, Unix seconds; none if nobody answered.
    pub accepted: Option<i64>,
    /// `EndedTimestamp`, Unix seconds.
    pub ended: Option<i64>,
    /// `EndStatus`: see [`EndStatus`](super::EndStatus).
    pub end_status: Option<i64>,
    /// `EndStatusString`
    pub end_status_text: Option<String>,
}

impl TelCdr {
    pub(super) fn read(row: &Row<'_>) -> Result<Self, String> {
        let seats = ["SeatUser", "ServeParticipants"];
        Ok(Self {
            session: Session::read(row, &["SessionId"], &["StartTimestamp", "Time"], &seats)?,
            accepted: row.moment("AcceptTimestamp")?,
            ended: row.moment("EndedTimestamp")?,
            end_status: row.integer("EndStatus")?,
            end_status_text: row.text("EndStatusString")?,
        })
    }
}
