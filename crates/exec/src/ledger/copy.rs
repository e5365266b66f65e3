//! Copying a ledger's tables from one database to another.

use super::database::{Database, Db, Value};

/// Everything that belongs to a ledger, in an order in which each row finds what it refers to. Not `leases` and `pace`:
/// who places calls from here does not place calls from there.
const TABLES: [&str; 10] =
    ["meta", "events", "calls", "attempts", "open_numbers", "names", "agents", "secret_hosts", "suppressions", "stops"];

/// Rows that travel together.
const AT_ONCE: usize = 100;

/// Copies all rows. Both have the newest tables, and `to` has them empty. Within a transaction of each.
pub(super) fn copy_tables(from: &Database, to: &Database) -> Db<()> {
    for table in TABLES {
        let mut waiting: Vec<Vec<Value>> = Vec::with_capacity(AT_ONCE);
        from.each(&format!("SELECT * FROM {table}"), &[], |row| {
            waiting.push(row.into_values());
            if waiting.len() == AT_ONCE { insert(to, table, &mut waiting) } else { Ok(()) }
        })?;
        insert(to, table, &mut waiting)?;
    }
    Ok(())
}

fn insert(to: &Database, table: &str, rows: &mut Vec<Vec<Value>>) -> Db<()> {
    let Some(columns) = rows.first().map(Vec::len) else { return Ok(()) };
    let places = |row: usize| (1..=columns).map(|n| format!("?{}", row * columns + n)).collect::<Vec<_>>().join(", ");
    let rows_of_places: Vec<String> = (0..rows.len()).map(|row| format!("({})", places(row))).collect();
    let values: Vec<Value> = rows.drain(..).flatten().collect();
    to.execute(&format!("INSERT INTO {table} VALUES {}", rows_of_places.join(", ")), &values).map(|_| ())
}
