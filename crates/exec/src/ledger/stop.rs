//! No new calls: of a campaign, or of a whole environment, until somebody says otherwise.

use jiff::Timestamp;

use super::database::{Database, Db, Row, moment, values};
use super::event::{About, Event, append};
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
        self.database
            .all(
                "SELECT campaign, who, since FROM stops WHERE environment = ?1 ORDER BY campaign",
                values![environment],
                read_stop,
            )
            .map_err(|error| self.failed(error))
    }

    /// What stops a campaign, given with `@occurrence`, under its name or its former one.
    pub fn stop_of(
        &self,
        environment: &str,
        campaign: &str,
        moved_from: Option<&str>,
    ) -> Result<Option<Stop>, LedgerError> {
        stop_of(&self.database, environment, campaign, moved_from).map_err(|error| self.failed(error))
    }
}

/// Within the transaction that is about to write an intent, too. An environment's stop comes before a campaign's.
pub(super) fn stop_of(
    database: &Database,
    environment: &str,
    campaign: &str,
    moved_from: Option<&str>,
) -> Db<Option<Stop>> {
    // A name holds no `@`. The one of a try begins with it, and tries are stopped with their environment.
    let name = |campaign: &str| campaign.split('@').next().unwrap_or_default().to_owned();
    database.first(
        "SELECT campaign, who, since FROM stops WHERE environment = ?1 AND campaign IN ('', ?2, ?3)
         ORDER BY campaign LIMIT 1",
        values![environment, name(campaign), name(moved_from.unwrap_or_default())],
        read_stop,
    )
}

fn one(database: &Database, environment: &str, campaign: Option<&str>) -> Db<Option<Stop>> {
    database.first(
        "SELECT campaign, who, since FROM stops WHERE environment = ?1 AND campaign = ?2",
        values![environment, campaign.unwrap_or_default()],
        read_stop,
    )
}

fn read_stop(row: &Row) -> Db<Stop> {
    let (campaign, who): (String, String) = (row.get(0)?, row.get(1)?);
    Ok(Stop {
        campaign: (!campaign.is_empty()).then_some(campaign),
        who: person(&who).to_owned(),
        since: moment(row.get(2)?)?,
    })
}
