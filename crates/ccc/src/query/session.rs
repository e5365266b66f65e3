//! What live sessions and call records have in common.

use std::fmt;

use super::page::Row;
use crate::mask::masked_number;
use crate::session::SessionId;

/// A session, as far as callform reads it: one that rings or talks (`PSTNSessionInfo`), or the part of a call record
/// that says whose it is. `Debug` shows no whole number.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// `SessionID` or `SessionId`
    pub id: SessionId,
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
    /// `StartTimestamp`, in a record else `Time`; Unix seconds.
    pub started: Option<i64>,
    /// A person serves it: a live session names one in `StaffEmail` or `StaffNumber`, a record in `SeatUser` or
    /// `ServeParticipants`.
    pub has_seat: bool,
    /// An agent of the console talks: `AIAgentId`.
    pub has_console_agent: bool,
}

impl Session {
    /// `ids`, `starts` and `seats` are the members' names: the first of `ids` and `starts` that holds something counts,
    /// and any of `seats`.
    pub(super) fn read(row: &Row<'_>, ids: &[&str], starts: &[&str], seats: &[&str]) -> Result<Self, String> {
        let id = first(ids, |name| row.text(name))?;
        Ok(Self {
            id: id.map(SessionId::from).ok_or_else(|| format!("it has no `{}`", ids[0]))?,
            direction: row.integer("Direction")?,
            caller: row.text("Caller")?,
            callee: row.text("Callee")?,
            protected_caller: row.text("ProtectedCaller")?,
            protected_callee: row.text("ProtectedCallee")?,
            started: first(starts, |name| row.moment(name))?,
            has_seat: seats.iter().any(|name| row.holds_something(name)),
            has_console_agent: row.holds_something("AIAgentId"),
        })
    }
}

/// What the first of these members that holds something holds.
fn first<T>(names: &[&str], read: impl Fn(&str) -> Result<Option<T>, String>) -> Result<Option<T>, String> {
    names.iter().find_map(|name| read(name).transpose()).transpose()
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("id", &self.id)
            .field("direction", &self.direction)
            .field("caller", &self.caller.as_deref().map(masked_number))
            .field("callee", &self.callee.as_deref().map(masked_number))
            .field("started", &self.started)
            .field("has_seat", &self.has_seat)
            .field("has_console_agent", &self.has_console_agent)
            .finish_non_exhaustive()
    }
}
