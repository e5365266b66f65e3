//! Events: what was recorded, and what follows from it.
//!
//! Everything that the ledger says of a call follows from its events, in their order; [`follow`] is the only place
//! that writes the tables that say it, within the transaction that appends the event. So a ledger can be checked,
//! and rebuilt, from its events alone; only the numbers in clear are apart, because they must be forgotten.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Position;
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
    /// An agent's document, as it is when its calls begin to go out.
    Agent { environment: String, account: String, name: String, document: Value },
    /// A secret is about to travel to a host for the first time.
    SecretHost { secret: String, host: String },
    /// An attempt is about to be made.
    Intent(Box<Intent>),
    /// Its request is on its way.
    Sending,
    /// The provider answered with a session.
    Placed { session: String, request_id: Option<String> },
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
    /// A number is never phoned again.
    Suppressed { number: NumberId, reason: String },
    /// No new calls of a campaign, or of an environment.
    Stopped { environment: String, campaign: Option<String> },
    /// That stop is lifted.
    Resumed { environment: String, campaign: Option<String> },
}

/// An attempt that is about to be made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Intent {
    pub(super) run: String,
    pub(super) environment: String,
    pub(super) account: String,
    pub(super) campaign: String,
    pub(super) key: Option<String>,
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
}

impl Event {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Created { .. } => "created",
            Self::RunStarted { .. } => "run-started",
            Self::RunEnded { .. } => "run-ended",
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
            Self::Suppressed { .. } => "suppressed",
            Self::Stopped { .. } => "stopped",
            Self::Resumed { .. } => "resumed",
        }
    }

    /// The state that it brings an attempt into.
    fn state(&self) -> Option<State> {
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

/// Appends an event and follows it.
pub(super) fn append(
    connection: &Connection,
    at: Timestamp,
    actor: &str,
    about: About,
    event: &Event,
) -> rusqlite::Result<Position> {
    let detail =
        serde_json::to_string(event).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    let previous = last(connection)?;
    let ms = at.as_millisecond();
    let chain = identity::chain(
        previous.as_ref().map_or(&[], |position| position.chain.as_slice()),
        &[
            &ms.to_be_bytes(),
            actor.as_bytes(),
            about.call.as_ref().map_or(&[], |call| call.as_bytes().as_slice()),
            &about.attempt.unwrap_or(-1).to_be_bytes(),
            detail.as_bytes(),
        ],
    );
    connection
        .prepare_cached(
            "INSERT INTO events (at, actor, call, attempt, kind, detail, chain) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![ms, actor, about.call, about.attempt, event.kind(), detail, chain])?;
    let number = connection.last_insert_rowid();
    follow(connection, ms, actor, about, event)?;
    Ok(Position { number, chain })
}

/// The last event's place.
pub(super) fn last(connection: &Connection) -> rusqlite::Result<Option<Position>> {
    connection
        .prepare_cached("SELECT position, chain FROM events ORDER BY position DESC LIMIT 1")?
        .query_row([], |row| Ok(Position { number: row.get(0)?, chain: row.get(1)? }))
        .optional()
}

/// Writes what follows from an event.
pub(super) fn follow(
    connection: &Connection,
    at: i64,
    actor: &str,
    about: About,
    event: &Event,
) -> rusqlite::Result<()> {
    match event {
        Event::Agent { environment, account, name, document } => {
            connection
                .prepare_cached(
                    "INSERT INTO agents (account, environment, name, document, applied) VALUES (?1, ?2, ?3, ?4, ?5)
                     ON CONFLICT DO UPDATE SET document = excluded.document, applied = excluded.applied",
                )?
                .execute(params![account, environment, name, document.to_string(), at])?;
        }
        Event::SecretHost { secret, host } => {
            connection
                .prepare_cached("INSERT OR IGNORE INTO secret_hosts (secret, host, since) VALUES (?1, ?2, ?3)")?
                .execute(params![secret, host, at])?;
        }
        Event::Intent(intent) => follow_intent(connection, at, about, intent)?,
        Event::Suppressed { number, reason } => {
            connection
                .prepare_cached(
                    "INSERT OR IGNORE INTO suppressions (number, since, who, reason) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute(params![number, at, actor, reason])?;
        }
        Event::Stopped { environment, campaign } => {
            connection
                .prepare_cached(
                    "INSERT OR IGNORE INTO stops (environment, campaign, since, who) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute(params![environment, campaign.as_deref().unwrap_or_default(), at, actor])?;
        }
        Event::Resumed { environment, campaign } => {
            connection
                .prepare_cached("DELETE FROM stops WHERE environment = ?1 AND campaign = ?2")?
                .execute(params![environment, campaign.as_deref().unwrap_or_default()])?;
        }
        _ => {}
    }
    let Some((state, attempt, call)) = event.state().zip(about.attempt).zip(about.call).map(|((s, a), c)| (s, a, c))
    else {
        return Ok(());
    };
    let empty = Details::default();
    let Details { session, request_id, code, reason, permanent } = match event {
        Event::Placed { session, request_id } => {
            Details { session: Some(session), request_id: request_id.as_ref(), ..empty }
        }
        Event::Rejected { code, permanent, request_id, reason } => Details {
            code: Some(code),
            permanent: *permanent,
            request_id: request_id.as_ref(),
            reason: reason.as_ref(),
            ..empty
        },
        // A session that an unknown names is evidence, not a claim: it stays in the event.
        Event::Unknown { reason, code, request_id, session: _ } => {
            Details { reason: Some(reason), code: code.as_ref(), request_id: request_id.as_ref(), ..empty }
        }
        Event::Resolved { session, reason, .. } => Details { session: session.as_ref(), reason: Some(reason), ..empty },
        _ => empty,
    };
    connection
        .prepare_cached(
            "UPDATE attempts SET state = ?2, since = ?3, session = coalesce(?4, session),
                request_id = coalesce(?5, request_id), code = ?6, reason = ?7 WHERE id = ?1",
        )?
        .execute(params![attempt, state, at, session, request_id, code, reason])?;
    connection
        .prepare_cached(
            "UPDATE calls SET state = ?2, since = ?3, code = ?4, permanent = ?5, attempts =
                (SELECT count(*) FROM attempts WHERE call = ?1
                    AND state NOT IN ('rejected', 'not_placed_inferred', 'resolved_not_placed')) WHERE id = ?1",
        )?
        .execute(params![call, state, at, code, permanent])?;
    Ok(())
}

#[derive(Default)]
struct Details<'a> {
    session: Option<&'a String>,
    request_id: Option<&'a String>,
    code: Option<&'a String>,
    reason: Option<&'a String>,
    permanent: bool,
}

fn follow_intent(connection: &Connection, at: i64, about: About, intent: &Intent) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO calls (id, environment, account, campaign, key, number, fingerprint, agent, state, since,
                permanent, attempts) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, 0)
             ON CONFLICT DO UPDATE SET campaign = excluded.campaign, key = excluded.key, number = excluded.number,
                fingerprint = excluded.fingerprint, agent = excluded.agent",
        )?
        .execute(params![
            about.call,
            intent.environment,
            intent.account,
            intent.campaign,
            intent.key,
            intent.number,
            intent.fingerprint,
            intent.agent,
            State::Intent,
            at,
        ])?;
    connection
        .prepare_cached(
            "INSERT INTO attempts (id, call, account, campaign, number, run, state, since, timestamp, busy_until)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            about.attempt,
            about.call,
            intent.account,
            intent.campaign,
            intent.number,
            intent.run,
            State::Intent,
            at,
            intent.timestamp,
            intent.busy_until,
        ])?;
    Ok(())
}
