//! What came of a run.

use jiff::Timestamp;

use crate::ledger::{Held, LedgerError, Stop};

/// What came of one call in a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It was placed.
    Placed {
        /// The session, as the provider wrote it.
        session: String,
    },
    /// The provider refused it before dialling.
    Refused {
        /// The API's code.
        code: String,
        /// The provider's words, without secrets and numbers of this call.
        message: String,
        /// It is about this callee and will not change.
        permanent: bool,
    },
    /// Nobody can say whether the phone rang.
    Unknown {
        /// Why not.
        reason: String,
    },
    /// It was certainly not sent, and is left for the next run.
    NotSent {
        /// Why not.
        reason: String,
    },
    /// Its window opens later, or it may be tried again later.
    Deferred {
        /// When.
        opens: Timestamp,
    },
    /// It may not be placed, although the plan has it.
    Held(HeldBack),
    /// Another worker of this run placed it, or is placing it.
    Elsewhere,
}

/// Why a planned call is not placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeldBack {
    /// The ledger forbids it.
    Ledger(Held),
    /// Its number is on a do-not-call list by now.
    DoNotCall,
    /// Nobody knows the callee's time zone.
    ZoneUnknown,
    /// Its window does not open any more.
    NeverOpens,
    /// Its row changed since the plan was made.
    Changed,
}

/// A call in the result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultRow {
    /// The campaign, with `@occurrence`.
    pub campaign: String,
    /// The call, as it is called on the screen.
    pub key: String,
    /// The callee, masked.
    pub number: String,
    /// Line of the file, or position in the document.
    pub line: u64,
    /// What came of it.
    pub fate: Fate,
}

/// How many calls came to what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Placed.
    pub placed: u64,
    /// Refused by the provider.
    pub refused: u64,
    /// Nobody can say.
    pub unknown: u64,
    /// Certainly not sent.
    pub not_sent: u64,
    /// Their windows open later.
    pub deferred: u64,
    /// Held back.
    pub held: u64,
    /// Left to other workers of the same run.
    pub elsewhere: u64,
    /// Not reached, because the run stopped or their rows are gone.
    pub left: u64,
}

/// Why a run stopped before its end.
#[derive(Debug)]
pub enum StopReason {
    /// A signal.
    Interrupted,
    /// Somebody stopped the environment.
    Stopped(Stop),
    /// The machine's wall clock jumped.
    ClockJumped {
        /// By how much.
        by: std::time::Duration,
        /// Forwards.
        ahead: bool,
    },
    /// Too many answers were lost.
    Breaker(String),
    /// The provider refuses in a way that every further call would meet.
    Refused {
        /// The API's code.
        code: String,
        /// The provider's words.
        message: String,
    },
    /// Lines stayed busy, or requests stayed too many, for longer than the run's patience.
    Busy {
        /// The API's code.
        code: String,
    },
    /// Nothing can be sent.
    Unreachable {
        /// Why not.
        reason: String,
    },
    /// A request can't be built or signed.
    Request(String),
    /// A do-not-call list can't be read any more.
    List(String),
    /// The ledger can't be written.
    Ledger(LedgerError),
}

impl PartialEq for StopReason {
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}

impl StopReason {
    /// As it is written down. The provider's words are not: they may repeat what was sent.
    pub(super) fn for_the_record(&self) -> String {
        match self {
            Self::Refused { code, .. } => format!("the provider refuses: {code}"),
            Self::Unreachable { .. } => "nothing can be sent".to_owned(),
            other => other.to_string(),
        }
    }
}

impl std::fmt::Display for StopReason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Interrupted => f.write_str("interrupted"),
            Self::Stopped(stop) => write!(f, "`callform stop` by {} since {}", stop.who, stop.since_when()),
            Self::ClockJumped { by, ahead } => {
                let direction = if *ahead { "forwards" } else { "backwards" };
                write!(f, "this machine's clock jumped {direction} by {} s", by.as_secs())
            }
            Self::Breaker(why) => f.write_str(why),
            Self::Refused { code, message } => write!(f, "the provider refuses: {code}: {message}"),
            Self::Busy { code } => write!(f, "the provider stayed busy: {code}"),
            Self::Unreachable { reason } => write!(f, "nothing can be sent: {reason}"),
            Self::List(why) => f.write_str(why),
            Self::Request(why) => write!(f, "a request can't be made: {why}"),
            Self::Ledger(error) => error.fmt(f),
        }
    }
}

/// An answer that could not be written into the ledger. It must not get lost: show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unrecorded {
    /// The campaign, with `@occurrence`.
    pub campaign: String,
    /// The call, as it is called on the screen.
    pub key: String,
    /// The callee, masked.
    pub number: String,
    /// What the provider answered.
    pub fate: Fate,
}

/// How a run ended, for its exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: everything that could be placed was.
    Done,
    /// 1: it stopped before its end, or the provider refused calls for what is wrong with the specs or the account.
    Failed,
    /// 3: calls are left unknown.
    Unknown,
}

/// What came of a run.
#[derive(Debug)]
pub struct ApplyResult {
    /// How many calls came to what.
    pub counts: Counts,
    /// What came of each, in the order of settling; up to [`ApplyOptions::rows`](super::ApplyOptions::rows).
    pub rows: Vec<ResultRow>,
    /// Calls that `rows` has no room for.
    pub rows_omitted: u64,
    /// Answers that could not be written down.
    pub unrecorded: Vec<Unrecorded>,
    /// Why it stopped before its end, if it did.
    pub stopped: Option<StopReason>,
    /// Requests that were sent, retries included.
    pub requests: u64,
    /// A refusal that is about specs or account, not about a callee or the time of day.
    pub misconfigured: Option<String>,
    /// The run's name in the ledger.
    pub run: String,
    /// How far the server's clock is ahead of ours, in seconds, by its last answer.
    pub server_ahead: Option<i64>,
}

impl ApplyResult {
    /// Of a run that had nothing to place.
    pub fn nothing() -> Self {
        Self {
            counts: Counts::default(),
            rows: Vec::new(),
            rows_omitted: 0,
            unrecorded: Vec::new(),
            stopped: None,
            requests: 0,
            misconfigured: None,
            run: String::new(),
            server_ahead: None,
        }
    }

    /// For the exit code.
    pub fn exit(&self) -> Exit {
        if self.counts.unknown > 0 || !self.unrecorded.is_empty() {
            Exit::Unknown
        } else if self.stopped.is_some() || self.misconfigured.is_some() {
            Exit::Failed
        } else {
            Exit::Done
        }
    }
}
