//! Whether a ledger is whole: whether its chain holds, and whether the tables say what the events say.

use super::database::{Database, Db, DbError, Value};
use super::event::{About, Event, link};
use super::follow::follow;
use super::{Ledger, LedgerError, Position, schema};
use crate::identity::{self, DIGEST_BYTES};

/// The tables that follow from events.
const DERIVED: [&str; 6] = ["calls", "attempts", "agents", "secret_hosts", "suppressions", "stops"];

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Integrity {
    /// Events that were followed again.
    pub events: u64,
    /// The first event whose digest is not that of its content and of everything before it.
    pub broken_at: Option<i64>,
    /// Tables that say something else than the events.
    pub different: Vec<String>,
}

impl Integrity {
    /// Whether nothing is wrong.
    pub fn is_whole(&self) -> bool {
        self.fault().is_none()
    }

    /// What is wrong, in words.
    fn fault(&self) -> Option<String> {
        match self.broken_at {
            Some(at) => Some(format!("its events are not those that were written, from position {at} on")),
            None if self.different.is_empty() => None,
            None => Some(format!("it does not say the same as its own events ({})", self.different.join(", "))),
        }
    }
}

impl Ledger {
    /// Refuses a ledger that was written past callform, or by a damaged disk, where opening it does not look: whoever
    /// is phoned by it might have been phoned before, or asked not to be. Takes as long as the ledger is large.
    ///
    /// # Errors
    /// [`LedgerError::Damaged`], or the database can't be read.
    pub fn verify(&self) -> Result<(), LedgerError> {
        // Indexes decide what is found.
        let damage = database_damage(&self.database, 1).map_err(|error| self.failed(error))?;
        let fault = match damage.into_iter().next() {
            None => self.check()?.fault(),
            found => found,
        };
        fault.map_or(Ok(()), |detail| Err(LedgerError::Damaged { place: self.place.clone(), detail }))
    }

    /// Reads all events, computes their chain, and follows them again. Whatever comes out otherwise was
    /// written past callform, or by a damaged disk. A run may go on meanwhile.
    ///
    /// # Errors
    /// If the database can't be read.
    pub fn check(&self) -> Result<Integrity, LedgerError> {
        check(&self.database).map_err(|error| self.failed(error))
    }
}

/// What the database finds when it looks at its own pages and indexes, in so many lines at most. PostgreSQL has no such
/// look for everybody.
pub(super) fn database_damage(database: &Database, most: u32) -> Db<Vec<String>> {
    let Database::Sqlite(_) = database else { return Ok(Vec::new()) };
    let lines = database.all(&format!("PRAGMA integrity_check({most})"), &[], |row| row.get::<String>(0))?;
    Ok(if lines == ["ok"] { Vec::new() } else { lines })
}

/// See [`Ledger::check`].
pub(super) fn check(database: &Database) -> Db<Integrity> {
    database.snapshot(check_still)
}

/// Within a transaction.
pub(super) fn check_still(database: &Database) -> Db<Integrity> {
    let again = Database::scratch()?;
    schema::create(&again)?;
    schema::drop_indexes_for_readers(&again)?;
    let mut found = Integrity::default();
    let mut last: Option<Position> = None;
    again.batch("BEGIN")?;
    database.each(
        "SELECT at, call, attempt, detail, actor, position, chain FROM events ORDER BY position",
        &[],
        |row| {
            let (at, detail, actor): (i64, String, String) = (row.get(0)?, row.get(3)?, row.get(4)?);
            let about = About { call: row.get(1)?, attempt: row.get(2)? };
            let (number, chain) = (row.get(5)?, row.get(6)?);
            let follows = last.map_or(1, |last| last.number + 1) == number;
            if found.broken_at.is_none() && !(follows && link(last.as_ref(), at, &actor, about, &detail) == chain) {
                found.broken_at = Some(number);
            }
            last = Some(Position { number, chain });
            found.events += 1;
            let event: Event =
                serde_json::from_str(&detail).map_err(|_| DbError::Content(format!("event {number} can't be read")))?;
            follow(&again, at, &actor, about, &event)
        },
    )?;
    again.batch("COMMIT")?;
    for table in DERIVED {
        if content(database, table)? != content(&again, table)? {
            found.different.push(table.to_owned());
        }
    }
    Ok(found)
}

/// A digest of all rows: a table may be larger than the memory.
fn content(database: &Database, table: &str) -> Db<(u64, [u8; DIGEST_BYTES])> {
    let (mut rows, mut digest) = (0, [0; DIGEST_BYTES]);
    database.each(&format!("SELECT * FROM {table} ORDER BY 1, 2, 3"), &[], |row| {
        let values: Vec<Vec<u8>> = row.into_values().into_iter().map(bytes).collect();
        let parts: Vec<&[u8]> = values.iter().map(Vec::as_slice).collect();
        digest = identity::chain(&digest, &parts);
        rows += 1;
        Ok(())
    })?;
    Ok((rows, digest))
}

/// A value so that no two look the same.
fn bytes(value: Value) -> Vec<u8> {
    let (kind, bytes) = match value {
        Value::Null => (0, Vec::new()),
        Value::Integer(number) => (1, number.to_be_bytes().to_vec()),
        Value::Text(text) => (2, text.into_bytes()),
        Value::Bytes(bytes) => (3, bytes),
    };
    [vec![kind], bytes].concat()
}
