//! What stands in the ledger, read past callform: opening it the proper way would already settle what a killed run
//! left under way.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use callform_exec::ledger::State;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use crate::postgres;

/// Where a ledger lies.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    File(PathBuf),
    /// The database's URL.
    Server(String),
}

/// An attempt, in the order of their beginning.
#[derive(Debug)]
pub(crate) struct Attempt {
    /// Of its call.
    pub(crate) key: String,
    pub(crate) state: State,
    pub(crate) session: Option<String>,
    /// The kinds of its events, in their order.
    pub(crate) events: Vec<String>,
    /// The ledger has the session from the provider's own answer, whatever else decided the attempt before.
    pub(crate) answered: bool,
}

impl Place {
    /// Rows of texts; nothing that is asked for here contains a `|`.
    fn rows(&self, sql: &str) -> Vec<Vec<String>> {
        match self {
            Self::File(path) => rows_of_file(path, sql),
            Self::Server(url) => postgres::query(url, &format!("SET search_path = callform; {sql}"))
                .lines()
                .map(|line| line.split('|').map(str::to_owned).collect())
                .collect(),
        }
    }

    fn count(&self, sql: &str) -> u64 {
        self.rows(sql)[0][0].parse().unwrap()
    }

    /// How many attempts were ever begun.
    pub(crate) fn begun(&self) -> u64 {
        self.count("SELECT count(*) FROM attempts")
    }

    /// How many have an intent and no answer.
    pub(crate) fn in_flight(&self) -> u64 {
        self.count("SELECT count(*) FROM attempts WHERE state IN ('intent', 'sending')")
    }

    /// How many a process has begun, as long as its lease is there.
    pub(crate) fn begun_by(&self, process: u32) -> u64 {
        self.count(&format!(
            "SELECT count(*) FROM attempts WHERE worker IN (SELECT epoch FROM leases WHERE pid = {process})"
        ))
    }

    /// How many a process has begun that has an intent and no answer, as long as its lease is there.
    pub(crate) fn in_flight_of(&self, process: u32) -> u64 {
        self.count(&format!(
            "SELECT count(*) FROM attempts WHERE state IN ('intent', 'sending')
                AND worker IN (SELECT epoch FROM leases WHERE pid = {process})"
        ))
    }

    /// How many sessions each process has written down, by its number.
    pub(crate) fn placed_by(&self) -> BTreeMap<u32, u64> {
        self.rows("SELECT actor, count(*) FROM events WHERE kind = 'placed' GROUP BY actor")
            .into_iter()
            // user@host and the process's number
            .map(|row| (row[0].rsplit(' ').next().unwrap().parse().unwrap(), row[1].parse().unwrap()))
            .collect()
    }

    /// How many requests the provider refused because they were too many.
    pub(crate) fn too_many(&self) -> u64 {
        self.count("SELECT count(*) FROM events WHERE kind = 'rejected' AND detail LIKE '%RequestLimitExceeded%'")
    }

    /// Why workers left, from the first on.
    pub(crate) fn ends(&self) -> Vec<String> {
        let sql = "SELECT detail FROM events WHERE kind IN ('worker-left', 'run-ended') ORDER BY position";
        self.rows(sql).into_iter().map(|mut row| row.remove(0)).collect()
    }

    /// All of them.
    pub(crate) fn attempts(&self) -> Vec<Attempt> {
        let mut events: BTreeMap<String, Vec<(String, bool)>> = BTreeMap::new();
        let sql =
            "SELECT attempt, kind, CASE WHEN kind = 'placed' OR (kind = 'evidence' AND detail LIKE '%\"placed\"%')
                THEN 'answer' ELSE '' END FROM events WHERE attempt IS NOT NULL ORDER BY position";
        for row in self.rows(sql) {
            let [attempt, kind, answer] = row.try_into().unwrap();
            events.entry(attempt).or_default().push((kind, answer == "answer"));
        }
        let sql =
            "SELECT a.id, n.key, a.state, a.session FROM attempts a JOIN names n ON n.call = a.call ORDER BY a.id";
        self.rows(sql)
            .into_iter()
            .map(|row| {
                let [id, key, state, session] = row.try_into().unwrap();
                let events = events.remove(&id).unwrap_or_default();
                Attempt {
                    key,
                    state: State::from_name(&state).unwrap_or_else(|| panic!("there is no state `{state}`")),
                    session: Some(session).filter(|session| !session.is_empty()),
                    answered: events.iter().any(|(_, answer)| *answer),
                    events: events.into_iter().map(|(kind, _)| kind).collect(),
                }
            })
            .collect()
    }
}

fn rows_of_file(path: &Path, sql: &str) -> Vec<Vec<String>> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    connection.busy_timeout(Duration::from_secs(10)).unwrap();
    let mut statement = connection.prepare(sql).unwrap();
    let columns = statement.column_count();
    let rows = statement.query_map([], |row| (0..columns).map(|n| row.get_ref(n).map(text)).collect()).unwrap();
    rows.map(Result::unwrap).collect()
}

fn text(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Text(text) => String::from_utf8(text.to_vec()).unwrap(),
        other => panic!("nothing here asks for {:?}", other.data_type()),
    }
}
