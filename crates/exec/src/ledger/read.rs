//! Reading the ledger: for plans, and for people.

use callform_spec::phone::PhoneNumber;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::state::{CallRecord, Past, State};
use super::{Ledger, LedgerError};
use crate::identity::{CallId, NumberId};
use crate::label;

/// A call, as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallRow {
    /// What is known of it.
    pub call: CallRecord,
    /// The number, masked; only while the call is open.
    pub number: Option<String>,
    /// The session, where it was placed. Lower case, without dashes.
    pub session: Option<String>,
    /// Why it is as it is, where somebody said.
    pub reason: Option<String>,
}

impl CallRow {
    /// What to call it on the screen: its key; else the masked number; else the beginning of its identity.
    pub fn label(&self) -> String {
        match (&self.call.key, &self.number) {
            (None, Some(number)) => number.clone(),
            _ => label::of_record(&self.call),
        }
    }
}

/// How many calls of a campaign are in which state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignCounts {
    /// The campaign, with `@occurrence`.
    pub campaign: String,
    /// State and number of calls; only states that occur, in the order of [`State::ALL`].
    pub states: Vec<(State, u64)>,
}

/// One event of a call, for people.
#[derive(Debug, Clone, PartialEq)]
pub struct EventRecord {
    /// Its position.
    pub position: i64,
    /// When.
    pub at: Timestamp,
    /// Who, where.
    pub actor: String,
    /// The attempt that it is about.
    pub attempt: Option<i64>,
    /// `intent`, `sending`, `placed`, `rejected`, `unknown`, `evidence`, `examined`, `resolved`,
    /// `suppressed`.
    pub kind: String,
    /// The rest, as JSON. No number, no value of a row, no secret.
    pub detail: serde_json::Value,
}

const CALL: &str = "id, state, since, campaign, key, number, fingerprint, code, permanent, attempts";

fn read_call(row: &Row<'_>) -> rusqlite::Result<CallRecord> {
    Ok(CallRecord {
        id: row.get(0)?,
        state: row.get(1)?,
        since: timestamp(row.get(2)?)?,
        campaign: row.get(3)?,
        key: row.get(4)?,
        number: row.get(5)?,
        fingerprint: row.get(6)?,
        code: row.get(7)?,
        permanent: row.get(8)?,
        attempts: row.get(9)?,
    })
}

/// Calls with the last attempt of each.
fn select_rows() -> String {
    let columns: Vec<String> = CALL.split(", ").map(|column| format!("c.{column}")).collect();
    format!(
        "SELECT {}, o.number, a.session, a.reason FROM calls c
         LEFT JOIN attempts a ON a.id = (SELECT max(id) FROM attempts WHERE call = c.id)
         LEFT JOIN open_numbers o ON o.attempt = a.id",
        columns.join(", ")
    )
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<CallRow> {
    let number: Option<String> = row.get(10)?;
    Ok(CallRow {
        call: read_call(row)?,
        number: number
            .map(|number| PhoneNumber::parse(&number).map_or_else(|_| "****".to_owned(), |number| number.masked())),
        session: row.get(11)?,
        reason: row.get(12)?,
    })
}

pub(super) fn timestamp(ms: i64) -> rusqlite::Result<Timestamp> {
    Timestamp::from_millisecond(ms).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

pub(super) fn call_record(connection: &Connection, id: CallId) -> rusqlite::Result<Option<CallRecord>> {
    connection.prepare_cached(&format!("SELECT {CALL} FROM calls WHERE id = ?1"))?.query_row([id], read_call).optional()
}

pub(super) fn history(connection: &Connection, number: NumberId, account: &str) -> rusqlite::Result<Vec<Past>> {
    connection
        .prepare_cached(
            "SELECT call, campaign, state, timestamp, busy_until FROM attempts WHERE number = ?1 AND account = ?2
             ORDER BY id",
        )?
        .query_map(params![number, account], |row| {
            Ok(Past {
                call: row.get(0)?,
                campaign: row.get(1)?,
                state: row.get(2)?,
                at: timestamp(row.get::<_, i64>(3)?.saturating_mul(1000))?,
                busy_until: timestamp(row.get(4)?)?,
            })
        })?
        .collect()
}

impl Ledger {
    /// What is known of a call.
    ///
    /// # Errors
    /// If the database can't be read; so everywhere here.
    pub fn call(&self, id: CallId) -> Result<Option<CallRecord>, LedgerError> {
        call_record(&self.connection, id).map_err(|error| self.failed(error))
    }

    /// All attempts to reach a number through an account, oldest first.
    pub fn history(&self, number: NumberId, account: &str) -> Result<Vec<Past>, LedgerError> {
        history(&self.connection, number, account).map_err(|error| self.failed(error))
    }

    /// Attempts that were begun and have no answer yet.
    pub(super) fn under_way(&self) -> Result<Vec<(i64, CallId, State)>, LedgerError> {
        self.connection
            .prepare_cached("SELECT id, call, state FROM attempts WHERE state IN ('intent', 'sending') ORDER BY id")
            .and_then(|mut statement| {
                statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect()
            })
            .map_err(|error| self.failed(error))
    }

    /// Counts by campaign and state, for an account and environment.
    pub fn counts(&self, account: &str, environment: &str) -> Result<Vec<CampaignCounts>, LedgerError> {
        let counted: Vec<(String, State, u64)> = self
            .connection
            .prepare_cached(
                "SELECT campaign, state, count(*) FROM calls WHERE account = ?1 AND environment = ?2
                 GROUP BY campaign, state ORDER BY campaign",
            )
            .and_then(|mut statement| {
                statement
                    .query_map((account, environment), |row| {
                        Ok((row.get(0)?, row.get(1)?, row.get::<_, i64>(2)?.unsigned_abs()))
                    })?
                    .collect()
            })
            .map_err(|error| self.failed(error))?;
        let mut campaigns: Vec<CampaignCounts> = Vec::new();
        for (campaign, state, count) in counted {
            match campaigns.last_mut().filter(|last| last.campaign == campaign) {
                Some(last) => last.states.push((state, count)),
                None => campaigns.push(CampaignCounts { campaign, states: vec![(state, count)] }),
            }
        }
        for campaign in &mut campaigns {
            campaign.states.sort();
        }
        Ok(campaigns)
    }

    /// Hands the calls of a campaign, or of all, to `each`, in the order of their identities; at most `limit`.
    pub fn calls(
        &self,
        account: &str,
        environment: &str,
        campaign: Option<&str>,
        states: &[State],
        limit: u64,
        mut each: impl FnMut(CallRow),
    ) -> Result<(), LedgerError> {
        let sql = format!(
            "{} WHERE c.account = ?1 AND c.environment = ?2 AND (?3 IS NULL OR c.campaign = ?3)
                AND (?4 = '' OR instr(?4, ',' || c.state || ',') > 0)
             ORDER BY c.campaign, c.key, c.id LIMIT ?5",
            select_rows()
        );
        let wanted: String = states.iter().map(|state| format!(",{state},")).collect();
        let mut read = || -> rusqlite::Result<()> {
            let mut statement = self.connection.prepare_cached(&sql)?;
            let mut rows = statement.query(params![
                account,
                environment,
                campaign,
                wanted,
                i64::try_from(limit).unwrap_or(i64::MAX)
            ])?;
            while let Some(row) = rows.next()? {
                each(read_row(row)?);
            }
            Ok(())
        };
        read().map_err(|error| self.failed(error))
    }

    /// One call, as it is listed.
    pub fn row(&self, id: CallId) -> Result<Option<CallRow>, LedgerError> {
        self.connection
            .prepare_cached(&format!("{} WHERE c.id = ?1", select_rows()))
            .and_then(|mut statement| statement.query_row([id], read_row).optional())
            .map_err(|error| self.failed(error))
    }

    /// The calls that are called so on the screen: by their key, or, where that is not kept, by the beginning of their
    /// identity after a `#`. Of all campaigns and occurrences, tries included.
    pub fn called(&self, account: &str, environment: &str, name: &str) -> Result<Vec<CallId>, LedgerError> {
        let beginning = name.strip_prefix('#').filter(|hex| hex.len() >= 8);
        self.connection
            .prepare_cached(
                "SELECT id FROM calls WHERE account = ?1 AND environment = ?2
                    AND (key = ?3 OR (key IS NULL AND instr(lower(hex(id)), ?4) = 1)) ORDER BY campaign, id",
            )
            .and_then(|mut statement| {
                statement
                    .query_map((account, environment, name, beginning.map(str::to_lowercase)), |row| row.get(0))?
                    .collect()
            })
            .map_err(|error| self.failed(error))
    }

    /// How many calls of a campaign the ledger has, and up to `limit` of those among them that `seen` doesn't know.
    pub(crate) fn not_among(
        &self,
        account: &str,
        environment: &str,
        campaigns: &[&str],
        limit: usize,
        seen: impl Fn(&CallId) -> bool,
    ) -> Result<(u64, Vec<CallRecord>), LedgerError> {
        let read = || -> rusqlite::Result<(u64, Vec<CallRecord>)> {
            let (mut count, mut sample) = (0, Vec::new());
            for campaign in campaigns {
                let mut statement = self.connection.prepare_cached(&format!(
                    "SELECT {CALL} FROM calls WHERE account = ?1 AND environment = ?2 AND campaign = ?3"
                ))?;
                let mut rows = statement.query((account, environment, campaign))?;
                while let Some(row) = rows.next()? {
                    if !seen(&row.get(0)?) {
                        count += 1;
                        if sample.len() < limit {
                            sample.push(read_call(row)?);
                        }
                    }
                }
            }
            Ok((count, sample))
        };
        read().map_err(|error| self.failed(error))
    }

    /// Calls of an account that nobody knows the end of.
    pub fn unknown_count(&self, account: &str) -> Result<u64, LedgerError> {
        self.connection
            .prepare_cached("SELECT count(*) FROM calls WHERE account = ?1 AND state = ?2")
            .and_then(|mut statement| statement.query_row(params![account, State::Unknown], |row| row.get::<_, i64>(0)))
            .map(i64::unsigned_abs)
            .map_err(|error| self.failed(error))
    }

    /// Everything that happened to a call, oldest first.
    pub fn events(&self, call: CallId) -> Result<Vec<EventRecord>, LedgerError> {
        self.connection
            .prepare_cached(
                "SELECT position, at, actor, attempt, kind, detail FROM events WHERE call = ?1 ORDER BY position",
            )
            .and_then(|mut statement| {
                statement
                    .query_map([call], |row| {
                        let detail: String = row.get(5)?;
                        Ok(EventRecord {
                            position: row.get(0)?,
                            at: timestamp(row.get(1)?)?,
                            actor: row.get(2)?,
                            attempt: row.get(3)?,
                            kind: row.get(4)?,
                            detail: serde_json::from_str(&detail).unwrap_or_default(),
                        })
                    })?
                    .collect()
            })
            .map_err(|error| self.failed(error))
    }
}
