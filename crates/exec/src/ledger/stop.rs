//! No new calls: of a campaign, or of a whole environment, until somebody says otherwise.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::event::{About, Event, append};
use super::read::timestamp;
use super::{Ledger, LedgerError, person};

/// A standing order to place no calls.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Stop {
    /// Of this campaign, in all its occurrences; `None`: of the environment.
    pub campaign: Option<String>,
    /// Who gave it, and on which machine.
    pub who: String,
    /// Since when.
    pub since: Timestamp,
}

impl Stop {
    /// Since when, for people: `2026-04-01 12:00 UTC`.
    pub fn since_when(&self) -> String {
        self.since.strftime("%Y-%m-%d %H:%M UTC").to_string()
    }
}

impl std::fmt::Display for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "stopped by {} since {}", self.who, self.since_when())
    }
}

impl Ledger {
    /// Stops a campaign, by its name without `@occurrence`, or an environment. A running worker obeys before its next
    /// call. Gives the stop that was there before, which stays as it is.
    ///
    /// # Errors
    /// If it could not be written, or was written into a file that was moved away.
    pub fn stop(&mut self, environment: &str, campaign: Option<&str>) -> Result<Option<Stop>, LedgerError> {
        self.check_place()?;
        let (now, actor) = (self.now(), self.actor.clone());
        let event = Event::Stopped { environment: environment.to_owned(), campaign: campaign.map(str::to_owned) };
        let before = self.within(|tx| {
            let before = one(tx, environment, campaign)?;
            if before.is_none() {
                append(tx, now, &actor, About::default(), &event)?;
            }
            Ok(before)
        })?;
        self.check_place()?;
        Ok(before)
    }

    /// Lifts the stop of a campaign or of an environment; the other stops stay. Gives the one that was lifted.
    ///
    /// # Errors
    /// If it could not be written, or was written into a file that was moved away.
    pub fn resume(&mut self, environment: &str, campaign: Option<&str>) -> Result<Option<Stop>, LedgerError> {
        self.check_place()?;
        let (now, actor) = (self.now(), self.actor.clone());
        let event = Event::Resumed { environment: environment.to_owned(), campaign: campaign.map(str::to_owned) };
        let lifted = self.within(|tx| {
            let found = one(tx, environment, campaign)?;
            if found.is_some() {
                append(tx, now, &actor, About::default(), &event)?;
            }
            Ok(found)
        })?;
        self.check_place()?;
        Ok(lifted)
    }

    /// All stops of an environment: its own first, then those of campaigns by name.
    ///
    /// # Errors
    /// If the database can't be read; so everywhere here.
    pub fn stops(&self, environment: &str) -> Result<Vec<Stop>, LedgerError> {
        self.connection
            .prepare_cached("SELECT campaign, who, since FROM stops WHERE environment = ?1 ORDER BY campaign")
            .and_then(|mut statement| statement.query_map([environment], read_stop)?.collect())
            .map_err(|error| self.failed(error))
    }

    /// What stops a campaign, given with `@occurrence`, under its name or its former one.
    pub fn stop_of(
        &self,
        environment: &str,
        campaign: &str,
        moved_from: Option<&str>,
    ) -> Result<Option<Stop>, LedgerError> {
        stop_of(&self.connection, environment, campaign, moved_from).map_err(|error| self.failed(error))
    }
}

/// Within the transaction that is about to write an intent, too. An environment's stop comes before a campaign's.
pub(super) fn stop_of(
    connection: &Connection,
    environment: &str,
    campaign: &str,
    moved_from: Option<&str>,
) -> rusqlite::Result<Option<Stop>> {
    // A name holds no `@`. The one of a try begins with it, and tries are stopped with their environment.
    let name = |campaign: &str| campaign.split('@').next().unwrap_or_default().to_owned();
    connection
        .prepare_cached(
            "SELECT campaign, who, since FROM stops WHERE environment = ?1 AND campaign IN ('', ?2, ?3)
             ORDER BY campaign LIMIT 1",
        )?
        .query_row(params![environment, name(campaign), name(moved_from.unwrap_or_default())], read_stop)
        .optional()
}

fn one(connection: &Connection, environment: &str, campaign: Option<&str>) -> rusqlite::Result<Option<Stop>> {
    connection
        .prepare_cached("SELECT campaign, who, since FROM stops WHERE environment = ?1 AND campaign = ?2")?
        .query_row((environment, campaign.unwrap_or_default()), read_stop)
        .optional()
}

fn read_stop(row: &Row<'_>) -> rusqlite::Result<Stop> {
    let (campaign, who): (String, String) = (row.get(0)?, row.get(1)?);
    Ok(Stop {
        campaign: (!campaign.is_empty()).then_some(campaign),
        who: person(&who).to_owned(),
        since: timestamp(row.get(2)?)?,
    })
}
