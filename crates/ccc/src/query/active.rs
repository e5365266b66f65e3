//! `DescribePSTNActiveSessionList`.

use serde::Serialize;

use super::page::Row;
use super::session::Session;

/// Which of the sessions that go on. There is no filter by number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ActiveSessions {
    /// `SdkAppId`
    pub sdk_app_id: i64,
    /// `Offset`: how many to pass over.
    pub offset: u64,
    /// `Limit`: at most so many, up to [`MAX_LIMIT`](Self::MAX_LIMIT).
    pub limit: u64,
}

impl ActiveSessions {
    /// The documented ceiling of `Limit`.
    pub const MAX_LIMIT: u64 = 25;
}

/// A session that rings or talks. The list writes `SessionID`, most other answers `SessionId`.
pub(super) fn read(row: &Row<'_>) -> Result<Session, String> {
    Session::read(row, &["SessionID", "SessionId"], &["StartTimestamp"], &["StaffEmail", "StaffNumber"])
}
