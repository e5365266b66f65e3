//! Events: what was recorded, and what follows from it.
//!
//! Everything that the ledger says of a call follows from its events, in their order; [`follow`](super::follow) writes
//! it, within the transaction that appends the event. So a ledger can be checked, and rebuilt, from its events alone;
//! only what must be forgotten is apart: the numbers in clear, and the keys.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Position;
use super::database::{Database, Db, DbError, values};
use super::follow::follow;
use super::footprint::RequestLimits;
use super::state::State;
use crate::identity::{self, AgentDigest, CallId, Fingerprint, NumberId};

/// What happened. Holds no number, no value of a row and no secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Event {
    /// The ledger was made.
    Created { project: String },
    /// A run began.
    RunStarted { run: String, environment: String, account: String, specs: String },
    /// A run ended.
    RunEnded { run: String, reason: String },
    /// One more process works on a run.
    WorkerJoined { run: String },
    /// One of several processes left it.
    WorkerLeft { run: String, worker: i64, reason: String },
    /// An agent's document, as it is when its calls begin to go out.
    Agent { environment: String, account: String, name: String, document: Value },
    /// A secret is about to travel to a host for the first time.
    SecretHost { secret: String, host: String },
    /// An attempt is about to be made.
    Intent(Box<Intent>),
    /// Its request is on its way.
    Sending,
    /// The provider answered with a session. Where it was taken for not placed before, `busy_until` (Unix milliseconds)
    /// is until when its conversation may go on after all.
    Placed {
        session: String,
        request_id: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        busy_until: Option<i64>,
    },
    /// Nobody was phoned.
    Rejected { code: String, permanent: bool, request_id: Option<String>, reason: Option<String> },
    /// Nobody can say.
    Unknown { reason: String, code: Option<String>, request_id: Option<String>, session: Option<String> },
    /// An answer came for an attempt that was decided already; kept as evidence.
    Evidence { state: String, session: Option<String>, code: Option<String>, request_id: Option<String> },
    /// The provider's records were looked at, and leave it open.
    Examined { finding: String, sessions: Vec<String> },
    /// An unknown was decided: by the provider's records (`inferred`) or by a person.
    Resolved { placed: bool, inferred: bool, session: Option<String>, reason: String },
    /// No longer among the sessions that go on: its line is free. The callee may still be talking, since a list can be
    /// asked too early, by a clock that is ahead.
    OffTheLine,
    /// The same, as ledgers of version 4 have it: there it freed the callee, too.
    Over,
    /// How its session ended, by the provider's final record.
    Outcome { outcome: String, status: Option<i64>, started: Option<i64>, accepted: Option<i64>, ended: i64 },
    /// A number is never phoned again.
    Suppressed { number: NumberId, reason: String },
    /// No new calls of a campaign, or of an environment.
    Stopped { environment: String, campaign: Option<String> },
    /// That stop is lifted.
    Resumed { environment: String, campaign: Option<String> },
    /// What people called calls, and numbers in clear, were wiped: of one number, or of all calls that ended before a
    /// moment (Unix milliseconds).
    Forgotten { number: Option<NumberId>, before: Option<i64>, keys: u64, numbers: u64 },
    /// A copy took the place of the ledger that was lost, with sessions that it did not know. What happened after
    /// `since` (Unix milliseconds) was read from the provider's records, or not, for a reason.
    Adopted { place: String, sessions: u64, source: Option<String>, since: i64, without_records: Option<String> },
    /// The ledger was made because another one was lost, with all calls of the project unknown.
    Rebuilt { place: String, calls: u64, sessions: u64, replaces: Option<String> },
}

/// An attempt that is about to be made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Intent {
    pub(super) run: String,
    pub(super) environment: String,
    pub(super) account: String,
    pub(super) campaign: String,
    pub(super) number: NumberId,
    pub(super) fingerprint: Fingerprint,
    pub(super) agent: AgentDigest,
    /// Unix seconds.
    pub(super) timestamp: i64,
    /// Unix milliseconds.
    pub(super) busy_until: i64,
    /// Since version 2: the numbers that the callee may see.
    #[serde(default)]
    pub(super) callers: Vec<NumberId>,
    /// Since version 2. Without it no limit counts as set.
    #[serde(default)]
    pub(super) limits: RequestLimits,
    /// Since version 4: the epoch of the worker.
    #[serde(default)]
    pub(super) worker: i64,
}

impl Event {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Created { .. } => "created",
            Self::RunStarted { .. } => "run-started",
            Self::RunEnded { .. } => "run-ended",
            Self::WorkerJoined { .. } => "worker-joined",
            Self::WorkerLeft { .. } => "worker-left",
            Self::Agent { .. } => "agent",
            Self::SecretHost { .. } => "secret-host",
            Self::Intent(_) => "intent",
            Self::Sending => "sending",
            Self::Placed { .. } => "placed",
            Self::Rejected { .. } => "rejected",
            Self::Unknown { .. } => "unknown",
            Self::Evidence { .. } => "evidence",
            Self::Examined { .. } => "examined",
            Self::Resolved { .. } => "resolved",
            Self::OffTheLine => "off_the_line",
            Self::Over => "over",
            Self::Outcome { .. } => "outcome",
            Self::Suppressed { .. } => "suppressed",
            Self::Stopped { .. } => "stopped",
            Self::Resumed { .. } => "resumed",
            Self::Forgotten { .. } => "forgotten",
            Self::Adopted { .. } => "adopted",
            Self::Rebuilt { .. } => "rebuilt",
        }
    }

    /// The state that it brings an attempt into.
    pub(super) fn state(&self) -> Option<State> {
        Some(match self {
            Self::Intent(_) => State::Intent,
            Self::Sending => State::Sending,
            Self::Placed { .. } => State::Placed,
            Self::Rejected { .. } => State::Rejected,
            Self::Unknown { .. } => State::Unknown,
            Self::Resolved { placed: true, inferred: true, .. } => State::PlacedInferred,
            Self::Resolved { placed: false, inferred: true, .. } => State::NotPlacedInferred,
            Self::Resolved { placed: true, inferred: false, .. } => State::ResolvedPlaced,
            Self::Resolved { placed: false, inferred: false, .. } => State::ResolvedNotPlaced,
            _ => return None,
        })
    }
}

/// What an event is about.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct About {
    pub(super) call: Option<CallId>,
    pub(super) attempt: Option<i64>,
}

impl About {
    pub(super) fn attempt(call: CallId, attempt: i64) -> Self {
        Self { call: Some(call), attempt: Some(attempt) }
    }
}

/// Appends an event and follows it. Within a transaction: the position is the one after the last.
pub(super) fn append(database: &Database, at: Timestamp, actor: &str, about: About, event: &Event) -> Db<Position> {
    let detail = serde_json::to_string(event).map_err(|error| DbError::Content(error.to_string()))?;
    let previous = last(database)?;
    let ms = at.as_millisecond();
    let chain = link(previous.as_ref(), ms, actor, about, &detail);
    let number = previous.map_or(0, |previous| previous.number) + 1;
    database.execute(
        "INSERT INTO events (position, at, actor, call, attempt, kind, detail, chain)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        values![number, ms, actor, about.call, about.attempt, event.kind(), detail, chain],
    )?;
    follow(database, ms, actor, about, event)?;
    Ok(Position { number, chain })
}

/// The digest over an event and everything before it.
pub(super) fn link(
    previous: Option<&Position>,
    at: i64,
    actor: &str,
    about: About,
    detail: &str,
) -> [u8; identity::DIGEST_BYTES] {
    identity::chain(
        previous.map_or(&[], |position| position.chain.as_slice()),
        &[
            &at.to_be_bytes(),
            actor.as_bytes(),
            about.call.as_ref().map_or(&[], |call| call.as_bytes().as_slice()),
            &about.attempt.unwrap_or(-1).to_be_bytes(),
            detail.as_bytes(),
        ],
    )
}

/// The last event's place.
pub(super) fn last(database: &Database) -> Db<Option<Position>> {
    database.first("SELECT position, chain FROM events ORDER BY position DESC LIMIT 1", &[], |row| {
        Ok(Position { number: row.get(0)?, chain: row.get(1)? })
    })
}
