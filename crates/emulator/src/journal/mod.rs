//! The journal: every call that the emulator placed, durable before the answer left. It is the ground truth of
//! "nobody is phoned twice".
//!
//! The file holds no phone number, no secret and no text of a request. A number is an HMAC-SHA256 under a key that
//! was made with the file and lives in its `meta` table, beside a masked form; of a body it keeps the members'
//! names with a keyed digest of each value. The key is in the same file on purpose: it keeps numbers from being read
//! or found by a search, not from somebody who has the file and tries every number.

mod record;
mod redact;
mod store;

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use callform_ccc::SessionId;
use jiff::Timestamp;
use rusqlite::{Connection, named_params};
use serde_json::{Map, Value};

use crate::course::{Course, Progress, RecordTime};
use crate::digest::{Digest, Key, Subject};
use crate::number::{mask_number, normalise};
use crate::random::Random;

pub use record::PlacedCall;
pub use store::{JournalError, JournalPlace};

/// The calls of an application that go on at a moment.
const ACTIVE: &str = "sdk_app_id = :app AND placed_ms <= :now AND ends_ms > :now";

/// The record of placed calls.
pub struct Journal {
    connection: Mutex<Connection>,
    key: Key,
}

/// What is about to be placed.
pub(crate) struct NewCall<'a> {
    pub(crate) session_id: &'a str,
    pub(crate) request_id: &'a str,
    pub(crate) sdk_app_id: i64,
    pub(crate) callee: &'a str,
    pub(crate) callers: Vec<&'a str>,
    pub(crate) caller: &'a str,
    pub(crate) placed_at: Timestamp,
    pub(crate) course: Course,
    /// How many calls of the application may go on at once, this one included.
    pub(crate) lines: Option<NonZeroU32>,
    pub(crate) body: &'a Map<String, Value>,
}

/// Which ended calls a reader wants.
pub(crate) struct RecordFilter {
    pub(crate) sdk_app_id: i64,
    /// Placed within these instants, both included.
    pub(crate) placed: (Timestamp, Timestamp),
    /// Ended, and recorded by this instant.
    pub(crate) now: Timestamp,
    /// How long after its end a call is recorded that says nothing else.
    pub(crate) usual_lag: Duration,
    /// Callee or caller is one of these; empty means any.
    pub(crate) numbers: Vec<Digest>,
    /// Empty means any.
    pub(crate) sessions: Vec<SessionId>,
    pub(crate) limit: i64,
    pub(crate) offset: i64,
}

impl Journal {
    /// Opens the journal, making it where it doesn't exist.
    ///
    /// # Errors
    /// When the file can't be made or read, belongs to another program or to a later version.
    pub fn open(place: &JournalPlace, random: &dyn Random) -> Result<Self, JournalError> {
        let (connection, key) = store::open(place, random)?;
        Ok(Self { connection: Mutex::new(connection), key })
    }

    /// Every placed call, in the order of placing.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn calls(&self) -> Result<Vec<PlacedCall>, JournalError> {
        self.select("1", &[])
    }

    /// The calls to `callee` (`+CC...` or `00CC...`), in the order of placing.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn calls_to(&self, callee: &str) -> Result<Vec<PlacedCall>, JournalError> {
        self.select("callee_digest = ?1", &[&self.number(callee).to_string()])
    }

    /// The call with this session id, with or without dashes.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn call(&self, session_id: &str) -> Result<Option<PlacedCall>, JournalError> {
        Ok(self.select("session_id = ?1", &[&SessionId::from(session_id).normalized()])?.pop())
    }

    /// How many calls were placed.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn count(&self) -> Result<u64, JournalError> {
        let count: i64 = self.lock().query_row("SELECT count(*) FROM calls", [], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    /// Who was phoned more than once: the calls of each such callee, in the order of placing.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn phoned_again(&self) -> Result<Vec<Vec<PlacedCall>>, JournalError> {
        let repeated = "callee_digest IN (SELECT callee_digest FROM calls GROUP BY callee_digest HAVING count(*) > 1)";
        let mut by_callee: BTreeMap<Digest, Vec<PlacedCall>> = BTreeMap::new();
        for call in self.select(repeated, &[])? {
            by_callee.entry(call.callee_digest).or_default().push(call);
        }
        let mut groups: Vec<_> = by_callee.into_values().collect();
        groups.sort_by_key(|calls| calls.first().map(|call| call.sequence));
        Ok(groups)
    }

    /// Whether the request that placed this session had exactly `body`, whatever the order of its members. False
    /// for a session that isn't in the journal.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn body_matches(&self, session_id: &str, body: &Value) -> Result<bool, JournalError> {
        let digest = self.key.digest_json(Subject::Body, body);
        Ok(self.call(session_id)?.is_some_and(|call| call.body_digest == digest))
    }

    /// The names of the members in which the request that placed this session differs from `body`; `None` for a
    /// session that isn't in the journal.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn body_differences(
        &self,
        session_id: &str,
        body: &Map<String, Value>,
    ) -> Result<Option<Vec<String>>, JournalError> {
        Ok(self.call(session_id)?.map(|call| redact::differences(&call.body, body, &self.key)))
    }

    /// The digest under which this journal keeps `number`.
    #[must_use]
    pub fn number(&self, number: &str) -> Digest {
        self.key.digest(Subject::Number, normalise(number).as_bytes())
    }

    /// How many calls to `callee` were placed.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn count_to(&self, callee: &str) -> Result<u64, JournalError> {
        let count: i64 = self
            .lock()
            .prepare_cached("SELECT count(*) FROM calls WHERE callee_digest = ?1")?
            .query_row([self.number(callee).to_string()], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    /// Writes a call down and returns when it is on disk. False, and nothing written, where all lines are busy.
    pub(crate) fn place(&self, call: &NewCall<'_>) -> Result<bool, JournalError> {
        let callers: Vec<String> = call.callers.iter().map(|caller| mask_number(caller)).collect();
        let body = Value::Object(redact::redact(call.body, &self.key));
        let body_digest = self.key.digest_json(Subject::Body, &Value::Object(call.body.clone()));
        let (record_lag, hidden) = match call.course.record {
            RecordTime::Usual => (None, false),
            RecordTime::After(lag) => (Some(millis(lag)), false),
            RecordTime::Never => (None, true),
        };
        // One statement is one transaction: with synchronous=FULL it is synced when `execute` returns, and no other
        // process takes the last line between the counting and the writing.
        let written = self
            .lock()
            .prepare_cached(&format!(
                "INSERT INTO calls (session_id, request_id, sdk_app_id, callee_digest, callee_masked, callers,
                 caller_digest, caller_masked, placed_ms, ring_ms, talk_ms, end_status, record_lag_ms, hidden, ends_ms,
                 body, body_digest)
             SELECT :session_id, :request_id, :app, :callee_digest, :callee_masked, :callers,
                 :caller_digest, :caller_masked, :now, :ring_ms, :talk_ms, :end_status, :record_lag_ms, :hidden,
                 :ends_ms, :body, :body_digest
             WHERE :lines IS NULL OR (SELECT count(*) FROM calls WHERE {ACTIVE}) < :lines"
            ))?
            .execute(named_params! {
                ":session_id": call.session_id,
                ":request_id": call.request_id,
                ":app": call.sdk_app_id,
                ":callee_digest": self.number(call.callee).to_string(),
                ":callee_masked": mask_number(call.callee),
                ":callers": Value::from(callers).to_string(),
                ":caller_digest": self.number(call.caller).to_string(),
                ":caller_masked": mask_number(call.caller),
                ":now": call.placed_at.as_millisecond(),
                ":ring_ms": millis(call.course.ring),
                ":talk_ms": call.course.talk.map(millis),
                ":end_status": call.course.end_status,
                ":record_lag_ms": record_lag,
                ":hidden": hidden,
                ":lines": call.lines.map(NonZeroU32::get),
                ":ends_ms": Progress::of(call.course, call.placed_at).ended.as_millisecond(),
                ":body": body.to_string(),
                ":body_digest": body_digest.to_string(),
            })?;
        Ok(written == 1)
    }

    /// Ends a call that is still going on at `at`. False where it isn't, or doesn't exist in this application.
    pub(crate) fn hang_up(&self, sdk_app_id: i64, session_id: &str, at: Timestamp) -> Result<bool, JournalError> {
        let changed = self.lock().execute(
            "UPDATE calls SET hung_up_ms = ?1, ends_ms = ?1 WHERE session_id = ?2 AND sdk_app_id = ?3 AND ends_ms > ?1",
            (at.as_millisecond(), SessionId::from(session_id).normalized(), sdk_app_id),
        )?;
        Ok(changed == 1)
    }

    /// The calls of an application that go on at `now`: how many, and one page of them.
    pub(crate) fn active(
        &self,
        sdk_app_id: i64,
        now: Timestamp,
        (limit, offset): (i64, i64),
    ) -> Result<(i64, Vec<PlacedCall>), JournalError> {
        let parameters = named_params! { ":app": sdk_app_id, ":now": now.as_millisecond() };
        self.page(ACTIVE, parameters, limit, offset)
    }

    /// The records of ended calls: how many fit the filter, and one page of them.
    pub(crate) fn ended(&self, filter: &RecordFilter) -> Result<(i64, Vec<PlacedCall>), JournalError> {
        let condition = "sdk_app_id = :app AND placed_ms BETWEEN :from AND :to
            AND NOT hidden AND ends_ms + coalesce(record_lag_ms, :lag) <= :now
            AND (:numbers = '[]' OR callee_digest IN (SELECT value FROM json_each(:numbers))
                OR caller_digest IN (SELECT value FROM json_each(:numbers)))
            AND (:sessions = '[]' OR session_id IN (SELECT value FROM json_each(:sessions)))";
        let numbers = Value::from(filter.numbers.iter().map(Digest::to_string).collect::<Vec<_>>()).to_string();
        let sessions = Value::from(filter.sessions.iter().map(SessionId::normalized).collect::<Vec<_>>()).to_string();
        let parameters = named_params! {
            ":app": filter.sdk_app_id,
            ":from": filter.placed.0.as_millisecond(),
            ":to": filter.placed.1.as_millisecond(),
            ":now": filter.now.as_millisecond(),
            ":lag": millis(filter.usual_lag),
            ":numbers": numbers,
            ":sessions": sessions,
        };
        self.page(condition, parameters, filter.limit, filter.offset)
    }

    fn page(
        &self,
        condition: &str,
        parameters: &[(&str, &dyn rusqlite::ToSql)],
        limit: i64,
        offset: i64,
    ) -> Result<(i64, Vec<PlacedCall>), JournalError> {
        let connection = self.lock();
        let total = connection
            .prepare_cached(&format!("SELECT count(*) FROM calls WHERE {condition}"))?
            .query_row(parameters, |row| row.get(0))?;
        let columns = record::COLUMNS;
        let mut statement = connection.prepare(&format!(
            "SELECT {columns} FROM calls WHERE {condition} ORDER BY sequence LIMIT {limit} OFFSET {offset}"
        ))?;
        let calls = statement.query_map(parameters, record::read)?.collect::<Result<_, _>>()?;
        Ok((total, calls))
    }

    fn select(&self, condition: &str, parameters: &[&dyn rusqlite::ToSql]) -> Result<Vec<PlacedCall>, JournalError> {
        let connection = self.lock();
        let columns = record::COLUMNS;
        let mut statement =
            connection.prepare_cached(&format!("SELECT {columns} FROM calls WHERE {condition} ORDER BY sequence"))?;
        let calls = statement.query_map(parameters, record::read)?.collect::<Result<_, _>>()?;
        Ok(calls)
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panic elsewhere leaves no half-made row: each write is one statement.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
