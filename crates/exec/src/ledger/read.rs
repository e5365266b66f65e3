//! Reading the ledger: for plans, and for people.

use callform_spec::phone::PhoneNumber;
use jiff::Timestamp;

use super::database::{Database, Db, Row, moment, values};
use super::state::{CallRecord, Past, State};
use super::{Ledger, LedgerError};
use crate::identity::{CallId, NumberId};
use crate::label;
use crate::outcome::Outcome;

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
    /// How the sessions of placed calls ended, as far as it was read back.
    pub outcomes: Vec<(Outcome, u64)>,
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
    /// `intent`, `sending`, `placed`, `rejected`, `unknown`, `evidence`, `examined`, `resolved`, `over`, `outcome`,
    /// `suppressed`.
    pub kind: String,
    /// The rest, as JSON. No number, no value of a row, no secret.
    pub detail: serde_json::Value,
}

pub(super) const CALL: &str =
    "SELECT c.id, c.state, c.since, c.campaign, n.key, c.number, c.fingerprint, c.code, c.permanent,
        c.attempts, c.outcome, c.ended, CASE WHEN c.state = 'rejected' THEN
            (SELECT run FROM attempts WHERE call = c.id ORDER BY id DESC LIMIT 1) END
     FROM calls c LEFT JOIN names n ON n.call = c.id";

pub(super) fn read_call(row: &Row) -> Db<CallRecord> {
    Ok(CallRecord {
        id: row.get(0)?,
        state: row.get(1)?,
        since: moment(row.get(2)?)?,
        campaign: row.get(3)?,
        key: row.get(4)?,
        number: row.get(5)?,
        fingerprint: row.get(6)?,
        code: row.get(7)?,
        permanent: row.get(8)?,
        attempts: row.get(9)?,
        outcome: row.get::<Option<String>>(10)?.and_then(|name| Outcome::from_name(&name)),
        ended: row.get::<Option<i64>>(11)?.map(moment).transpose()?,
        run: row.get(12)?,
    })
}

/// Calls with the last attempt of each; with the one that was placed, where later ones were in vain and it shows only
/// afterwards that it was.
const ROWS: &str = "SELECT c.id, c.state, c.since, c.campaign, n.key, c.number, c.fingerprint, c.code, c.permanent,
        c.attempts, c.outcome, c.ended, CASE WHEN c.state = 'rejected' THEN a.run END, o.number, a.session, a.reason
     FROM calls c
     LEFT JOIN names n ON n.call = c.id
     LEFT JOIN attempts a ON a.id = (SELECT max(id) FROM attempts WHERE call = c.id AND state = c.state)
     LEFT JOIN open_numbers o ON o.attempt = a.id";

fn read_row(row: &Row) -> Db<CallRow> {
    let number: Option<String> = row.get(13)?;
    Ok(CallRow {
        call: read_call(row)?,
        number: number
            .map(|number| PhoneNumber::parse(&number).map_or_else(|_| "****".to_owned(), |number| number.masked())),
        session: row.get(14)?,
        reason: row.get(15)?,
    })
}

pub(super) fn call_record(database: &Database, id: CallId) -> Db<Option<CallRecord>> {
    database.first(&format!("{CALL} WHERE c.id = ?1"), values![id], read_call)
}

pub(super) const PAST: &str = "SELECT call, campaign, state, timestamp, busy_until, number, line_until FROM attempts";

pub(super) fn read_past(row: &Row) -> Db<Past> {
    Ok(Past {
        call: row.get(0)?,
        campaign: row.get(1)?,
        state: row.get(2)?,
        at: moment(row.get::<i64>(3)?.saturating_mul(1000))?,
        busy_until: moment(row.get(4)?)?,
        line_until: moment(row.get(6)?)?,
    })
}

pub(super) fn history(database: &Database, number: NumberId, account: &str) -> Db<Vec<Past>> {
    database.all(&format!("{PAST} WHERE number = ?1 AND account = ?2 ORDER BY id"), values![number, account], read_past)
}

impl Ledger {
    /// What is known of a call.
    ///
    /// # Errors
    /// If the database can't be read; so everywhere here.
    pub fn call(&self, id: CallId) -> Result<Option<CallRecord>, LedgerError> {
        call_record(&self.database, id).map_err(|error| self.failed(error))
    }

    /// All attempts to reach a number through an account, oldest first.
    pub fn history(&self, number: NumberId, account: &str) -> Result<Vec<Past>, LedgerError> {
        history(&self.database, number, account).map_err(|error| self.failed(error))
    }

    /// Counts by campaign and state, for an account and environment.
    pub fn counts(&self, account: &str, environment: &str) -> Result<Vec<CampaignCounts>, LedgerError> {
        let counted: Vec<(String, State, u64)> = self
            .database
            .all(
                "SELECT campaign, state, count(*) FROM calls WHERE account = ?1 AND environment = ?2
                 GROUP BY campaign, state ORDER BY campaign",
                values![account, environment],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
            .map_err(|error| self.failed(error))?;
        let mut campaigns: Vec<CampaignCounts> = Vec::new();
        for (campaign, state, count) in counted {
            match campaigns.last_mut().filter(|last| last.campaign == campaign) {
                Some(last) => last.states.push((state, count)),
                None => campaigns.push(CampaignCounts { campaign, states: vec![(state, count)], outcomes: vec![] }),
            }
        }
        for campaign in &mut campaigns {
            campaign.states.sort();
            campaign.outcomes = self
                .database
                .all(
                    "SELECT outcome, count(*) FROM calls
                     WHERE account = ?1 AND environment = ?2 AND campaign = ?3 AND outcome IS NOT NULL
                     GROUP BY outcome ORDER BY outcome",
                    values![account, environment, campaign.campaign],
                    |row| Ok((Outcome::from_name(&row.get::<String>(0)?).unwrap_or(Outcome::Unmapped), row.get(1)?)),
                )
                .map_err(|error| self.failed(error))?;
        }
        Ok(campaigns)
    }

    /// Hands the calls of a campaign, or of all, to `each`, in the order of campaigns and keys; at most `limit`.
    pub fn calls(
        &self,
        account: &str,
        environment: &str,
        campaign: Option<&str>,
        states: &[State],
        limit: u64,
        mut each: impl FnMut(CallRow),
    ) -> Result<(), LedgerError> {
        let wanted: String = states.iter().map(|state| format!(",{state},")).collect();
        let sql = format!(
            "{ROWS} WHERE c.account = ?1 AND c.environment = ?2 AND (?3 = '' OR c.campaign = ?3)
                AND (?4 = '' OR ?4 LIKE '%,' || c.state || ',%')
             ORDER BY c.campaign, n.key, c.id LIMIT ?5"
        );
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.database
            .each(&sql, values![account, environment, campaign.unwrap_or_default(), wanted, limit], |row| {
                each(read_row(&row)?);
                Ok(())
            })
            .map_err(|error| self.failed(error))
    }

    /// One call, as it is listed.
    pub fn row(&self, id: CallId) -> Result<Option<CallRow>, LedgerError> {
        self.database
            .first(&format!("{ROWS} WHERE c.id = ?1"), values![id], read_row)
            .map_err(|error| self.failed(error))
    }

    /// The calls that are called so on the screen: by their key, or, where that is not kept, by the beginning of their
    /// identity after a `#`. Of all campaigns and occurrences, tries included.
    pub fn called(&self, account: &str, environment: &str, name: &str) -> Result<Vec<CallId>, LedgerError> {
        let mut found = self
            .database
            .all(
                "SELECT c.id FROM names n JOIN calls c ON c.id = n.call
                 WHERE n.key = ?3 AND c.account = ?1 AND c.environment = ?2 ORDER BY c.campaign, c.id",
                values![account, environment, name],
                |row| row.get(0),
            )
            .map_err(|error| self.failed(error))?;
        if let Some((first, last)) = name.strip_prefix('#').and_then(CallId::beginning_with) {
            let nameless: Vec<CallId> = self
                .database
                .all(
                    "SELECT c.id FROM calls c WHERE c.account = ?1 AND c.environment = ?2 AND c.id >= ?3 AND c.id <= ?4
                        AND NOT EXISTS (SELECT 1 FROM names n WHERE n.call = c.id) ORDER BY c.campaign, c.id",
                    values![account, environment, first, last],
                    |row| row.get(0),
                )
                .map_err(|error| self.failed(error))?;
            found.extend(nameless);
        }
        Ok(found)
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
        let (mut count, mut sample) = (0, Vec::new());
        let sql = format!("{CALL} WHERE c.account = ?1 AND c.environment = ?2 AND c.campaign = ?3");
        for campaign in campaigns {
            self.database
                .each(&sql, values![account, environment, campaign], |row| {
                    if !seen(&row.get(0)?) {
                        count += 1;
                        if sample.len() < limit {
                            sample.push(read_call(&row)?);
                        }
                    }
                    Ok(())
                })
                .map_err(|error| self.failed(error))?;
        }
        Ok((count, sample))
    }

    /// Calls of an account that nobody knows the end of.
    pub fn unknown_count(&self, account: &str) -> Result<u64, LedgerError> {
        self.database
            .value("SELECT count(*) FROM calls WHERE account = ?1 AND state = ?2", values![account, State::Unknown])
            .map_err(|error| self.failed(error))
    }

    /// Everything that happened to a call, oldest first.
    pub fn events(&self, call: CallId) -> Result<Vec<EventRecord>, LedgerError> {
        self.database
            .all(
                "SELECT position, at, actor, attempt, kind, detail FROM events WHERE call = ?1 ORDER BY position",
                values![call],
                read_event,
            )
            .map_err(|error| self.failed(error))
    }
}

pub(super) fn read_event(row: &Row) -> Db<EventRecord> {
    Ok(EventRecord {
        position: row.get(0)?,
        at: moment(row.get(1)?)?,
        actor: row.get(2)?,
        attempt: row.get(3)?,
        kind: row.get(4)?,
        detail: serde_json::from_str(&row.get::<String>(5)?).unwrap_or_default(),
    })
}
