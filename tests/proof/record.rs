//! What stands in the ledger, read past callform: opening it the proper way would already settle what a killed run
//! left under way.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use callform_exec::ledger::State;
use rusqlite::{Connection, OpenFlags};

/// An attempt, in the order of their beginning.
#[derive(Debug)]
pub(crate) struct Attempt {
    /// Of its call.
    pub(crate) key: String,
    pub(crate) state: State,
    pub(crate) session: Option<String>,
    /// The kinds of its events, in their order.
    pub(crate) events: Vec<String>,
}

fn open(ledger: &Path) -> Connection {
    let connection = Connection::open_with_flags(ledger, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    connection.busy_timeout(Duration::from_secs(10)).unwrap();
    connection
}

/// How many attempts were ever begun.
pub(crate) fn begun(ledger: &Path) -> u64 {
    open(ledger).query_row("SELECT count(*) FROM attempts", [], |row| row.get::<_, i64>(0)).unwrap().unsigned_abs()
}

/// How many have an intent and no answer.
pub(crate) fn in_flight(ledger: &Path) -> u64 {
    let count = "SELECT count(*) FROM attempts WHERE state IN ('intent', 'sending')";
    open(ledger).query_row(count, [], |row| row.get::<_, i64>(0)).unwrap().unsigned_abs()
}

/// All of them.
pub(crate) fn attempts(ledger: &Path) -> Vec<Attempt> {
    let connection = open(ledger);
    let mut events: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    let mut statement =
        connection.prepare("SELECT attempt, kind FROM events WHERE attempt IS NOT NULL ORDER BY position").unwrap();
    for event in statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap() {
        let (attempt, kind) = event.unwrap();
        events.entry(attempt).or_default().push(kind);
    }
    let mut statement = connection
        .prepare("SELECT a.id, n.key, a.state, a.session FROM attempts a JOIN names n ON n.call = a.call ORDER BY a.id")
        .unwrap();
    let attempts = statement
        .query_map([], |row| {
            let state: String = row.get(2)?;
            Ok(Attempt {
                key: row.get(1)?,
                state: State::from_name(&state).unwrap_or_else(|| panic!("there is no state `{state}`")),
                session: row.get(3)?,
                events: events.remove(&row.get(0)?).unwrap_or_default(),
            })
        })
        .unwrap();
    attempts.map(Result::unwrap).collect()
}
