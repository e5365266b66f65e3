//! What the ledger knows of many rows at once: a plan of a million rows must not ask a server a million times.

use std::collections::HashMap;

use super::database::{Database, Db, Row, ToValue, Value};
use super::read::{CALL, PAST, read_call, read_past};
use super::suppression::{SUPPRESSION, Suppression, read_suppression};
use super::{CallRecord, Ledger, LedgerError, Past};
use crate::identity::{CallId, NumberId};

/// So many are asked for in one statement, always: it is prepared once.
pub(crate) const AT_ONCE: usize = 256;

/// What is known of some calls and numbers.
#[derive(Debug, Default)]
pub(crate) struct Glimpse {
    calls: HashMap<CallId, CallRecord>,
    pasts: HashMap<NumberId, Vec<Past>>,
    suppressed: HashMap<NumberId, Suppression>,
}

impl Glimpse {
    /// A call, if the ledger has it.
    pub(crate) fn call(&self, id: CallId) -> Option<&CallRecord> {
        self.calls.get(&id)
    }

    /// All attempts to reach a number, oldest first.
    pub(crate) fn history(&self, number: NumberId) -> &[Past] {
        self.pasts.get(&number).map_or(&[], Vec::as_slice)
    }

    /// Why a number is not phoned, if it is on the list.
    pub(crate) fn suppression(&self, number: NumberId) -> Option<&Suppression> {
        self.suppressed.get(&number)
    }
}

impl Ledger {
    /// Everything that a plan must know of these calls and numbers.
    pub(crate) fn glimpse(
        &self,
        account: &str,
        calls: &[CallId],
        numbers: &[NumberId],
    ) -> Result<Glimpse, LedgerError> {
        let mut glimpse = Glimpse::default();
        let mut look = || -> Db<()> {
            let database = &self.database;
            some_of(database, &format!("{CALL} WHERE c.id IN "), calls, ("", &[]), |row| {
                let call = read_call(&row)?;
                glimpse.calls.insert(call.id, call);
                Ok(())
            })?;
            let of_account = format!(" AND account = ?{} ORDER BY id", AT_ONCE + 1);
            let account = [account.to_value()];
            some_of(database, &format!("{PAST} WHERE number IN "), numbers, (&of_account, &account), |row| {
                glimpse.pasts.entry(row.get(5)?).or_default().push(read_past(&row)?);
                Ok(())
            })?;
            some_of(database, &format!("{SUPPRESSION} WHERE number IN "), numbers, ("", &[]), |row| {
                glimpse.suppressed.insert(row.get(0)?, read_suppression(&row)?);
                Ok(())
            })
        };
        look().map_err(|error| self.failed(error))?;
        Ok(glimpse)
    }
}

/// Asks for some at a time; the last ones are filled up by asking for one of them again.
fn some_of<T: ToValue>(
    database: &Database,
    head: &str,
    wanted: &[T],
    (tail, more): (&str, &[Value]),
    mut each: impl FnMut(Row) -> Db<()>,
) -> Db<()> {
    let places: Vec<String> = (1..=AT_ONCE).map(|n| format!("?{n}")).collect();
    let sql = format!("{head}({}){tail}", places.join(", "));
    for some in wanted.chunks(AT_ONCE) {
        let filled = some.iter().chain(std::iter::repeat_n(&some[0], AT_ONCE - some.len()));
        let values: Vec<Value> = filled.map(ToValue::to_value).chain(more.iter().cloned()).collect();
        database.each(&sql, &values, &mut each)?;
    }
    Ok(())
}
