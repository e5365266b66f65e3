//! Lines: how many conversations of an account go on, as far as the ledger can tell.
//!
//! An attempt takes up a line from its intent on, until it was certainly refused, its session was seen to be over, or
//! the agent's limits say that it must be.

use callform_ccc::SessionId;
use jiff::Timestamp;

use super::attempt::AttemptId;
use super::database::{Database, Db, values};
use super::event::{About, Event, append};
use super::{Ledger, LedgerError, moment};
use crate::identity::{CallId, NumberId};
use crate::outcome::FinalRecord;

/// How many conversations may go on at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lines {
    /// Of the account, by all workers, campaigns and environments.
    pub account: u32,
    /// Of the campaign; `None`: as many as the account has.
    pub campaign: Option<u32>,
}

/// A conversation that may go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Talking {
    /// Its attempt.
    pub attempt: AttemptId,
    /// Its session; none where nobody knows whether there is one.
    pub session: Option<SessionId>,
    /// With whom.
    pub callee: NumberId,
    /// Since when.
    pub since: Timestamp,
}

/// A session whose end nobody has read back yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithoutOutcome {
    /// Its attempt.
    pub attempt: AttemptId,
    /// Its session.
    pub session: SessionId,
    /// The request's `X-TC-Timestamp`.
    pub timestamp: i64,
}

/// Whether another conversation of a campaign may begin.
pub(super) fn is_free(tx: &Database, account: &str, campaign: &str, lines: Lines, now: Timestamp) -> Db<bool> {
    const TAKEN: &str = "SELECT
            (SELECT count(*) FROM attempts WHERE state IN ('intent', 'sending') AND account = ?1
                AND (?3 = '' OR campaign = ?3))
          + (SELECT count(*) FROM attempts WHERE account = ?1 AND line_until > ?2
                AND state NOT IN ('intent', 'sending') AND (?3 = '' OR campaign = ?3))";
    let taken = |campaign: &str| tx.value::<u64>(TAKEN, values![account, now.as_millisecond(), campaign]);
    Ok(taken("")? < u64::from(lines.account)
        && match lines.campaign {
            Some(own) => taken(campaign)? < u64::from(own),
            None => true,
        })
}

impl Ledger {
    /// The calls of an account that may be going on, oldest first: placed ones, and those that nobody knows the end of.
    ///
    /// # Errors
    /// If the database can't be read; so everywhere here.
    pub fn talking(&self, account: &str) -> Result<Vec<Talking>, LedgerError> {
        self.database
            .all(
                "SELECT id, session, since, number FROM attempts WHERE account = ?1 AND line_until > ?2
                    AND state IN ('placed', 'placed_inferred', 'resolved_placed', 'unknown') ORDER BY id",
                values![account, self.now().as_millisecond()],
                |row| {
                    Ok(Talking {
                        attempt: AttemptId(row.get(0)?),
                        session: row.get::<Option<String>>(1)?.map(SessionId::from),
                        since: moment(row.get(2)?)?,
                        callee: row.get(3)?,
                    })
                },
            )
            .map_err(|error| self.failed(error))
    }

    /// Sessions whose end was not read back, oldest first: up to `most`, of attempts after `after`.
    pub fn without_outcome(
        &self,
        account: &str,
        after: Option<AttemptId>,
        most: u32,
    ) -> Result<Vec<WithoutOutcome>, LedgerError> {
        self.database
            .all(
                "SELECT id, session, timestamp FROM attempts WHERE account = ?1 AND id > ?2
                    AND session IS NOT NULL AND outcome IS NULL ORDER BY id LIMIT ?3",
                values![account, after.map_or(0, |after| after.0), most],
                |row| {
                    Ok(WithoutOutcome {
                        attempt: AttemptId(row.get(0)?),
                        session: SessionId::from(row.get::<String>(1)?),
                        timestamp: row.get(2)?,
                    })
                },
            )
            .map_err(|error| self.failed(error))
    }

    /// How many sessions of an environment's campaigns (with `@occurrence`) have no end that was read back, among those
    /// that began after a moment.
    pub fn awaiting_outcome(
        &self,
        account: &str,
        environment: &str,
        campaign: &str,
        since: Timestamp,
    ) -> Result<u64, LedgerError> {
        self.database
            .value(
                "SELECT count(*) FROM attempts a JOIN calls c ON c.id = a.call
                 WHERE a.account = ?1 AND a.session IS NOT NULL AND a.outcome IS NULL AND a.timestamp > ?4
                    AND c.environment = ?2 AND a.campaign = ?3",
                values![account, environment, campaign, since.as_second()],
            )
            .map_err(|error| self.failed(error))
    }

    /// Writes that sessions are no longer among those that go on: their lines are free. Whoever talked there is not
    /// phoned again before the record says that it is over, or the agent's limits do.
    ///
    /// # Errors
    /// If it could not be written.
    pub fn note_off_the_line(&mut self, attempts: &[AttemptId]) -> Result<(), LedgerError> {
        let (now, actor) = (self.now(), self.actor.clone());
        self.within(|tx| {
            for attempt in attempts {
                let busy = tx.first(
                    "SELECT call FROM attempts WHERE id = ?1 AND line_until > ?2",
                    values![attempt.0, now.as_millisecond()],
                    |row| row.get::<CallId>(0),
                )?;
                if let Some(call) = busy {
                    append(tx, now, &actor, About::attempt(call, attempt.0), &Event::OffTheLine)?;
                }
            }
            Ok(())
        })
    }

    /// Writes how sessions ended, by their final records; once for each. A number that does not exist, or that the
    /// carrier will never connect, is suppressed. How many were new.
    ///
    /// # Errors
    /// If it could not be written, or was written into a file that was moved away.
    pub fn record_outcomes(&mut self, records: &[(AttemptId, FinalRecord)]) -> Result<u64, LedgerError> {
        let (now, actor) = (self.now(), self.actor.clone());
        let written = self.within(|tx| {
            let mut written = 0;
            for (attempt, record) in records {
                let open = tx.first(
                    "SELECT call FROM attempts WHERE id = ?1 AND outcome IS NULL AND session = ?2",
                    values![attempt.0, record.session.normalized()],
                    |row| row.get::<CallId>(0),
                )?;
                let Some(call) = open else { continue };
                let about = About::attempt(call, attempt.0);
                if let Some(says) = &record.contradiction {
                    let finding = format!("its records contradict each other: {says}");
                    let sessions = vec![record.session.normalized()];
                    append(tx, now, &actor, about, &Event::Examined { finding, sessions })?;
                }
                let event = Event::Outcome {
                    outcome: record.outcome.name().to_owned(),
                    status: record.end_status,
                    started: record.started,
                    accepted: record.accepted,
                    ended: record.ended.saturating_mul(1000),
                };
                append(tx, now, &actor, about, &event)?;
                if record.outcome.is_permanent() {
                    super::suppression::suppress_callee(tx, now, &actor, about, record.outcome.name())?;
                }
                written += 1;
            }
            Ok(written)
        })?;
        self.check_place()?;
        Ok(written)
    }
}
