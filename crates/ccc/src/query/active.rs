//! `DescribePSTNActiveSessionList`.

use std::fmt;

use serde::Serialize;

use super::page::Row;
use crate::mask::masked_number;
use crate::session::SessionId;

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

/// A session that rings or talks (`PSTNSessionInfo`), as far as callform reads it. `Debug` shows no whole number.
#[derive(Clone, PartialEq, Eq)]
pub struct ActiveSession {
    /// `SessionID`
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
    /// `StartTimestamp`, Unix seconds.
    pub started: Option<i64>,
    /// A person serves it: `StaffEmail` or `StaffNumber` names one.
    pub has_seat: bool,
    /// An agent of the console talks: `AIAgentId`.
    pub has_console_agent: bool,
}

impl ActiveSession {
    pub(super) fn read(row: &Row<'_>) -> Result<Self, String> {
        // The list writes `SessionID`, most other answers `SessionId`.
        let id = match row.text("SessionID")? {
            Some(id) => Some(id),
            None => row.text("SessionId")?,
        };
        Ok(Self {
            session_id: id.map(SessionId::from).ok_or("it has no `SessionID`")?,
            direction: row.integer("Direction")?,
            caller: row.text("Caller")?,
            callee: row.text("Callee")?,
            protected_caller: row.text("ProtectedCaller")?,
            protected_callee: row.text("ProtectedCallee")?,
            started: row.moment("StartTimestamp")?,
            has_seat: row.holds_something("StaffEmail") || row.holds_something("StaffNumber"),
            has_console_agent: row.holds_something("AIAgentId"),
        })
    }
}

impl fmt::Debug for ActiveSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActiveSession")
            .field("session_id", &self.session_id)
            .field("direction", &self.direction)
            .field("caller", &self.caller.as_deref().map(masked_number))
            .field("callee", &self.callee.as_deref().map(masked_number))
            .field("started", &self.started)
            .field("has_seat", &self.has_seat)
            .field("has_console_agent", &self.has_console_agent)
            .finish_non_exhaustive()
    }
}
