//! Numbers that are never phoned again, by any campaign, key or environment of this ledger.
//!
//! They are kept as keyed digests only: the list can tell whether a number is on it, and nobody can read numbers off it.

use callform_spec::phone::PhoneNumber;
use jiff::Timestamp;

use super::database::{Database, Db, Row, moment, values};
use super::event::{About, Event, append};
use super::{Ledger, LedgerError, person};
use crate::identity::NumberId;

/// So many numbers a transaction: a long list must not keep a running worker from writing down an answer.
const AT_ONCE: usize = 500;

/// Refusals that are about the person, whoever calls. The other permanent ones may be due to the caller's number or
/// to a rule of the account, which can be put right; a suppression can't.
const ABOUT_THE_PERSON: [&str; 2] = ["FailedOperation.CalleeIsBlackUser", "FailedOperation.CalleeIsLimited"];

/// A number that is not phoned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// Its digest.
    pub number: NumberId,
    /// Since when.
    pub since: Timestamp,
    /// Who added it, and on which machine.
    pub who: String,
    /// Why: a person's words, or the code of the provider's refusal.
    pub reason: String,
}

/// How a list was taken on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Suppressed {
    /// Numbers that are new to the list.
    pub added: u64,
    /// Numbers that were on it; they keep their first reason.
    pub already: u64,
}

impl Ledger {
    /// Adds numbers to the suppression list; a running worker obeys before its next call. If it fails in the middle,
    /// those before stay on it, and adding all of them again does no harm.
    ///
    /// # Errors
    /// If it could not be written, or was written into a file that was moved away.
    pub fn suppress(&mut self, numbers: &[PhoneNumber], reason: &str) -> Result<Suppressed, LedgerError> {
        self.check_place()?;
        let (clock, actor) = (self.clock.clone(), self.actor.clone());
        let mut all = Suppressed::default();
        for some in numbers.chunks(AT_ONCE) {
            let digests: Vec<NumberId> = some.iter().map(|number| self.key.number(number)).collect();
            let added = self.within(|tx| {
                let mut added = 0;
                for number in &digests {
                    added += u64::from(suppress(tx, clock.now(), &actor, About::default(), *number, reason)?);
                }
                Ok(added)
            })?;
            all.added += added;
            all.already += some.len() as u64 - added;
        }
        self.check_place()?;
        Ok(all)
    }

    /// Why a number is not phoned, if it is on the list.
    ///
    /// # Errors
    /// If the database can't be read; so everywhere here.
    pub fn suppression(&self, number: NumberId) -> Result<Option<Suppression>, LedgerError> {
        suppression(&self.database, number).map_err(|error| self.failed(error))
    }

    /// Hands the whole list to `each`, oldest first.
    pub fn suppressions(&self, mut each: impl FnMut(Suppression)) -> Result<(), LedgerError> {
        self.database
            .each(&format!("{SUPPRESSION} ORDER BY since, number"), &[], |row| {
                each(read_suppression(&row)?);
                Ok(())
            })
            .map_err(|error| self.failed(error))
    }
}

pub(super) const SUPPRESSION: &str = "SELECT number, since, who, reason FROM suppressions";

/// Within the transaction that is about to write an intent, too.
pub(super) fn suppression(database: &Database, number: NumberId) -> Db<Option<Suppression>> {
    database.first(&format!("{SUPPRESSION} WHERE number = ?1"), values![number], read_suppression)
}

pub(super) fn read_suppression(row: &Row) -> Db<Suppression> {
    let who: String = row.get(2)?;
    Ok(Suppression {
        number: row.get(0)?,
        since: moment(row.get(1)?)?,
        who: person(&who).to_owned(),
        reason: row.get(3)?,
    })
}

/// Adds a number, unless it is on the list.
fn suppress(tx: &Database, now: Timestamp, actor: &str, about: About, number: NumberId, reason: &str) -> Db<bool> {
    if suppression(tx, number)?.is_some() {
        return Ok(false);
    }
    append(tx, now, actor, about, &Event::Suppressed { number, reason: reason.to_owned() }).map(|_| true)
}

/// Adds the callee of an attempt that the provider refused because of the callee.
pub(super) fn suppress_refused(tx: &Database, now: Timestamp, actor: &str, about: About, code: &str) -> Db<()> {
    if !ABOUT_THE_PERSON.contains(&code) {
        return Ok(());
    }
    suppress_callee(tx, now, actor, about, code)
}

/// Adds the callee of an attempt.
pub(super) fn suppress_callee(tx: &Database, now: Timestamp, actor: &str, about: About, reason: &str) -> Db<()> {
    let number: NumberId = tx.value("SELECT number FROM attempts WHERE id = ?1", values![about.attempt])?;
    suppress(tx, now, actor, about, number, reason).map(|_| ())
}
