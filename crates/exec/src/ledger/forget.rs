//! Forgetting people: what they are called, and their numbers in clear. What keeps them from being phoned again by
//! accident stays: their numbers as keyed digests, from which nobody reads a number.

use jiff::Timestamp;

use super::database::{Database, Db, values};
use super::event::{About, Event, append};
use super::{Ledger, LedgerError};
use crate::identity::NumberId;

/// Who is forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// Whoever has this number, in all campaigns, environments and accounts.
    Number(NumberId),
    /// Everybody, as far as their calls ended before this.
    Before(Timestamp),
}

/// What was wiped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Keys.
    pub keys: u64,
    /// Numbers in clear.
    pub numbers: u64,
    /// Open attempts that keep key and number, until somebody knows what became of them.
    pub kept: u64,
    /// A file's journal is overwritten, too. While another process reads, that is put off to the next command.
    pub journal: bool,
}

/// An open attempt keeps its number, and while it has one the call keeps its key.
const KEEPS: &str =
    "EXISTS (SELECT 1 FROM open_numbers o JOIN attempts a ON a.id = o.attempt WHERE a.call = names.call)";

impl Whom {
    /// The conditions on `calls` and on `attempts`, with one parameter.
    fn conditions(self) -> (&'static str, &'static str) {
        match self {
            Self::Number(_) => ("number = ?1", "number = ?1"),
            Self::Before(_) => ("coalesce(ended, since) < ?1", "since < ?1"),
        }
    }
}

impl Ledger {
    /// Wipes keys and numbers. Numbers of open attempts, which the provider's records are searched for, only with
    /// `also_open`: what became of those attempts only a person can tell then.
    ///
    /// Where there is nothing to wipe, nothing is written.
    ///
    /// # Errors
    /// [`LedgerError::Locked`] while a run holds the ledger, and whatever the database says.
    pub fn forget(&mut self, whom: Whom, also_open: bool) -> Result<Forgotten, LedgerError> {
        self.check_place()?;
        let _lock = self.keep_runs_away()?;
        let (now, actor) = (self.now(), self.actor.clone());
        let mut forgotten = self.within(|tx| {
            let forgotten = match whom {
                Whom::Number(number) => wipe(tx, whom, values![number], also_open)?,
                Whom::Before(moment) => wipe(tx, whom, values![moment.as_millisecond()], also_open)?,
            };
            if forgotten.keys + forgotten.numbers > 0 {
                let (number, before) = match whom {
                    Whom::Number(number) => (Some(number), None),
                    Whom::Before(moment) => (None, Some(moment.as_millisecond())),
                };
                let event = Event::Forgotten { number, before, keys: forgotten.keys, numbers: forgotten.numbers };
                append(tx, now, &actor, About::default(), &event)?;
            }
            Ok(forgotten)
        })?;
        forgotten.journal = self.journal_is_wiped()?;
        Ok(forgotten)
    }

    /// Overwrites a file's journal, and says whether nobody stood in the way.
    fn journal_is_wiped(&self) -> Result<bool, LedgerError> {
        match &self.database {
            Database::Sqlite(connection) => connection
                .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| Ok(row.get::<_, i64>(0)? == 0))
                .map_err(|error| self.failed(error.into())),
            Database::Postgres(_) => Ok(true),
        }
    }
}

fn wipe(tx: &Database, whom: Whom, value: &[super::database::Value], also_open: bool) -> Db<Forgotten> {
    let (calls, attempts) = whom.conditions();
    let open = format!("attempt IN (SELECT id FROM attempts WHERE {attempts})");
    let numbers = if also_open { tx.execute(&format!("DELETE FROM open_numbers WHERE {open}"), value)? } else { 0 };
    let keys = tx.execute(
        &format!("DELETE FROM names WHERE call IN (SELECT id FROM calls WHERE {calls}) AND NOT {KEEPS}"),
        value,
    )?;
    let kept = tx.value(&format!("SELECT count(*) FROM open_numbers WHERE {open}"), value)?;
    Ok(Forgotten { keys, numbers, kept, journal: false })
}
