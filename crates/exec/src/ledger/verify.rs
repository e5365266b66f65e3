//! Whether the tables say what the events say.

use rusqlite::Connection;
use rusqlite::types::Value;

use super::event::{About, Event, follow};
use super::{Ledger, LedgerError, schema};

/// The tables that follow from events.
const DERIVED: [&str; 6] = ["calls", "attempts", "agents", "secret_hosts", "suppressions", "stops"];

impl Ledger {
    /// Follows all events again, in memory, and names the tables that come out otherwise: none, unless somebody wrote
    /// past callform.
    ///
    /// # Errors
    /// If the database can't be read.
    pub fn rebuilt_differences(&self) -> Result<Vec<String>, LedgerError> {
        let compare = || -> rusqlite::Result<Vec<String>> {
            let again = Connection::open_in_memory()?;
            schema::create(&again)?;
            let mut statement =
                self.connection.prepare("SELECT at, call, attempt, detail, actor FROM events ORDER BY position")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let detail: String = row.get(3)?;
                let event: Event = serde_json::from_str(&detail).map_err(|error| {
                    rusqlite::Error::FromSqlConversionFailure(3, rusqlite::types::Type::Text, error.into())
                })?;
                let (actor, about): (String, _) = (row.get(4)?, About { call: row.get(1)?, attempt: row.get(2)? });
                follow(&again, row.get(0)?, &actor, about, &event)?;
            }
            let mut different = Vec::new();
            for table in DERIVED {
                if content(&self.connection, table)? != content(&again, table)? {
                    different.push(table.to_owned());
                }
            }
            Ok(different)
        };
        compare().map_err(|error| self.failed(error))
    }
}

fn content(connection: &Connection, table: &str) -> rusqlite::Result<Vec<Vec<Value>>> {
    let mut statement = connection.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2, 3"))?;
    let columns = statement.column_count();
    statement.query_map([], |row| (0..columns).map(|n| row.get(n)).collect())?.collect()
}
