//! Exit codes: a part of the interface, as scripts rely on them.

/// How the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// Done.
    Done = 0,
    /// Findings, or a failure.
    Failed = 1,
    /// Only from `plan --detailed-exitcode`: there is something to do.
    SomethingToDo = 2,
    /// `apply` finished or stopped with calls left unknown.
    Unknown = 3,
    /// Refused: not approved; a stale, foreign or unsigned plan; lock held; ceiling hit.
    Refused = 4,
    /// Wrong usage.
    Usage = 64,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
