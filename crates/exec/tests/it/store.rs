//! Tests that hold on both databases: each is written once, and [`on_both!`] makes two of it.

use std::time::Duration;

use callform_ccc::Secret;
use callform_exec::ledger::Address;

use crate::postgres;

/// Which database keeps a test's ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum On {
    Sqlite,
    Postgres,
}

/// Makes two tests, `sqlite` and `postgres`, of each function that is given an [`On`]. `async`: in virtual time.
macro_rules! on_both {
    (async $($name:ident),* $(,)?) => {
        $(
            mod $name {
                #[tokio::test(start_paused = true)]
                async fn sqlite() {
                    super::$name($crate::store::On::Sqlite).await;
                }

                #[tokio::test(start_paused = true)]
                async fn postgres() {
                    super::$name($crate::store::On::Postgres).await;
                }
            }
        )*
    };
    ($($name:ident),* $(,)?) => {
        $(
            mod $name {
                #[test]
                fn sqlite() {
                    super::$name($crate::store::On::Sqlite);
                }

                #[test]
                fn postgres() {
                    super::$name($crate::store::On::Postgres);
                }
            }
        )*
    };
}
pub(crate) use on_both;

/// Where a ledger's tables are, past callform.
#[derive(Clone)]
pub(crate) struct Raw(Address);

impl Raw {
    pub(crate) fn new(address: Address) -> Self {
        Self(address)
    }

    /// Carries SQL out; the rows as lines, their columns separated by `|`.
    pub(crate) fn sql(&self, sql: &str) -> String {
        self.try_sql(sql).unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// The same, where the database may refuse it: gives what it says.
    pub(crate) fn try_sql(&self, sql: &str) -> Result<String, String> {
        match &self.0 {
            Address::File(path) => sqlite(path, sql).map_err(|error| error.to_string()),
            Address::Postgres(url) => postgres::try_query(&in_the_schema(url), sql),
        }
    }

    pub(crate) fn count(&self, sql: &str) -> u64 {
        self.sql(sql).parse().unwrap()
    }

    /// Waits until so many sessions with the ledger are left: a server notices a little later that one is over.
    pub(crate) fn wait_for_sessions(&self, left: u64) {
        const SESSIONS: &str = "SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = 'callform'";
        if let Address::File(_) = self.0 {
            return;
        }
        for _ in 0..500 {
            if self.count(SESSIONS) <= left {
                return;
            }
            // Another process's end, which nothing tells of.
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("more than {left} sessions are left: {}", self.sql(SESSIONS));
    }
}

fn in_the_schema(url: &Secret) -> String {
    format!("{}?options=-csearch_path%3Dcallform,pg_catalog", url.expose())
}

fn sqlite(path: &std::path::Path, sql: &str) -> rusqlite::Result<String> {
    use rusqlite::types::ValueRef;
    let raw = rusqlite::Connection::open(path)?;
    raw.busy_timeout(Duration::from_secs(10))?;
    if !sql.trim_start().starts_with("SELECT") {
        return raw.execute_batch(sql).map(|()| String::new());
    }
    let mut statement = raw.prepare(sql)?;
    let columns = statement.column_count();
    let column = |row: &rusqlite::Row<'_>, n| match row.get_ref_unwrap(n) {
        ValueRef::Null => String::new(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        other => format!("{other:?}"),
    };
    let line = |row: &rusqlite::Row<'_>| Ok((0..columns).map(|n| column(row, n)).collect::<Vec<_>>().join("|"));
    let lines: Vec<String> = statement.query_map([], line)?.collect::<Result<_, _>>()?;
    Ok(lines.join("\n"))
}
