//! A ledger's PostgreSQL server: whether it can be trusted, and what it is known by.

use callform_ccc::Secret;

use super::database::postgres::{Link, ServerAddress};
use super::database::{Database, Db, values};
use super::{LedgerError, Place};

/// The oldest server that is tried out.
const OLDEST: i64 = 130_000;

/// Connects, and refuses a server that can't keep what it acknowledges.
pub(super) fn connect(url: &Secret, place: &Place) -> Result<Database, LedgerError> {
    let at = |error: super::DbError| error.at(place);
    let address = ServerAddress::new(url.clone());
    let database = Database::Postgres(Link::open(&address).map_err(at)?);
    let setting = |name: &str| database.value::<String>("SELECT current_setting(?1)", values![name]).map_err(at);
    let refused = |detail: String| LedgerError::Unsafe { place: place.clone(), detail };
    let version: i64 = setting("server_version_num")?.parse().unwrap_or_default();
    if version < OLDEST {
        return Err(refused(format!("it is older than PostgreSQL 13 ({version})")));
    }
    if database.value::<bool>("SELECT pg_is_in_recovery()", &[]).map_err(at)? {
        return Err(refused("it is a standby that only follows another server".to_owned()));
    }
    if setting("fsync")? != "on" && !address.is_here() {
        return Err(refused("`fsync` is off: what it acknowledges may not be on the disk".to_owned()));
    }
    if setting("synchronous_commit")? == "off" {
        return Err(refused("`synchronous_commit` can't be turned on".to_owned()));
    }
    Ok(database)
}

/// Whether there are a ledger's tables.
pub(super) fn holds_a_ledger(database: &Database) -> Db<bool> {
    database.exists("SELECT 1 FROM pg_tables WHERE schemaname = 'callform' AND tablename = 'meta'", &[])
}

/// Makes room for the tables: a schema of their own, so that they meet nobody else's.
pub(super) fn prepare(tx: &Database) -> Db<()> {
    tx.batch("CREATE SCHEMA IF NOT EXISTS callform; CREATE TABLE callform.version (version BIGINT NOT NULL)")
}

pub(super) fn version(database: &Database) -> Db<i32> {
    let version: i64 = database.value("SELECT version FROM version", &[])?;
    Ok(i32::try_from(version).unwrap_or(i32::MAX))
}

pub(super) fn set_version(tx: &Database, version: i32) -> Db<()> {
    tx.execute("DELETE FROM version", &[])?;
    tx.execute("INSERT INTO version (version) VALUES (?1)", values![i64::from(version)]).map(|_| ())
}

/// What the ledger's place is known by: the server's own identifier and timeline, the database, and the table. A
/// restored dump has another table, a restored server another timeline, a copied one another database.
pub(super) fn identity(database: &Database) -> Db<String> {
    // Not everybody may ask for it, and a refusal would spoil the transaction that asks.
    const MAY_ASK: &str = "SELECT has_function_privilege('pg_control_system()', 'EXECUTE')";
    let system = if database.value::<bool>(MAY_ASK, &[])? {
        database.value::<String>("SELECT system_identifier::text FROM pg_control_system()", &[])?
    } else {
        String::new()
    };
    let timeline: String = database.value("SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)", &[])?;
    let place: String = database.value(
        "SELECT (SELECT oid FROM pg_database WHERE datname = current_database())::text || '.'
            || 'callform.events'::regclass::oid::text",
        &[],
    )?;
    Ok(format!("{system}/{timeline}/{place}"))
}

/// Whether both can be the same place.
pub(super) fn fits(found: &str, stored: &str) -> bool {
    let parts = |text: &str| text.splitn(3, '/').map(str::to_owned).collect::<Vec<_>>();
    let (found, stored) = (parts(found), parts(stored));
    found.len() == 3
        && stored.len() == 3
        && (found[0].is_empty() || stored[0].is_empty() || found[0] == stored[0])
        && found[1..] == stored[1..]
}
