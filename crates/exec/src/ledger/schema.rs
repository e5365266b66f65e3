//! The tables. Everything that is ever asked of the database's structure is in this file.
//!
//! `events` is the record; `calls`, `attempts`, `agents`, `secret_hosts`, `suppressions` and `stops` are what follows
//! from it, kept up within the transaction that appends the event. `open_numbers` is apart from both, because it must be forgotten.

/// "CALF", so that `file` and we can tell a ledger from another database.
pub(super) const APPLICATION_ID: i32 = 0x4341_4c46;

/// Version of the tables, and of the events in them.
///
/// 2: attempts may be decided by the provider's records as not placed (`not_placed_inferred`), and an intent names
/// callers and limits. The tables are those of 1; a callform that knows only 1 must not read such a ledger.
///
/// 3: `suppressions` and `stops`, which a callform that knows only 2 would not obey.
pub(super) const VERSION: i32 = 3;

/// What version 3 adds. Also carried out in a ledger that has it.
pub(super) const ADD_3: &str = "
    CREATE TABLE IF NOT EXISTS suppressions (
        number BLOB PRIMARY KEY,
        since  INTEGER NOT NULL,
        who    TEXT NOT NULL,
        reason TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- An environment's own stop has no campaign.
    CREATE TABLE IF NOT EXISTS stops (
        environment TEXT NOT NULL,
        campaign    TEXT NOT NULL,
        since       INTEGER NOT NULL,
        who         TEXT NOT NULL,
        PRIMARY KEY (environment, campaign)
    ) STRICT, WITHOUT ROWID;
";

/// Per connection. `secure_delete` overwrites what is deleted with zeros; `synchronous = FULL` makes every commit
/// durable before it returns, also in WAL mode; `fullfsync` is what that takes on macOS.
pub(super) const PRAGMAS: &str = "
    PRAGMA busy_timeout = 10000;
    PRAGMA foreign_keys = ON;
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;
    PRAGMA checkpoint_fullfsync = ON;
    PRAGMA secure_delete = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA trusted_schema = OFF;
";

/// Makes the tables of an empty database.
pub(super) fn create(connection: &rusqlite::Connection) -> rusqlite::Result<()> {
    connection.execute_batch(CREATE)?;
    connection.execute_batch(ADD_3)
}

/// The tables of version 1.
const CREATE: &str = "
    CREATE TABLE meta (
        one      INTEGER PRIMARY KEY CHECK (one = 1),
        lineage  TEXT NOT NULL,
        key      BLOB NOT NULL,
        project  TEXT NOT NULL,
        created  INTEGER NOT NULL,
        file     TEXT NOT NULL
    ) STRICT;

    CREATE TABLE events (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        at       INTEGER NOT NULL,
        actor    TEXT NOT NULL,
        call     BLOB,
        attempt  INTEGER,
        kind     TEXT NOT NULL,
        detail   TEXT NOT NULL,
        chain    BLOB NOT NULL
    ) STRICT;
    CREATE INDEX events_by_call ON events (call) WHERE call IS NOT NULL;
    CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events
        BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
    CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
        BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;

    CREATE TABLE calls (
        id          BLOB PRIMARY KEY,
        environment TEXT NOT NULL,
        account     TEXT NOT NULL,
        campaign    TEXT NOT NULL,
        key         TEXT,
        number      BLOB NOT NULL,
        fingerprint BLOB NOT NULL,
        agent       BLOB NOT NULL,
        state       TEXT NOT NULL,
        since       INTEGER NOT NULL,
        code        TEXT,
        permanent   INTEGER NOT NULL,
        attempts    INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX calls_by_campaign ON calls (account, environment, campaign, state);

    CREATE TABLE attempts (
        id          INTEGER PRIMARY KEY,
        call        BLOB NOT NULL REFERENCES calls (id),
        account     TEXT NOT NULL,
        campaign    TEXT NOT NULL,
        number      BLOB NOT NULL,
        run         TEXT NOT NULL,
        state       TEXT NOT NULL,
        since       INTEGER NOT NULL,
        timestamp   INTEGER NOT NULL,
        busy_until  INTEGER NOT NULL,
        session     TEXT UNIQUE,
        request_id  TEXT,
        code        TEXT,
        reason      TEXT
    ) STRICT;
    CREATE INDEX attempts_by_call ON attempts (call);
    CREATE INDEX attempts_by_number ON attempts (number, account);
    CREATE INDEX attempts_under_way ON attempts (state) WHERE state IN ('intent', 'sending');

    CREATE TABLE open_numbers (
        attempt INTEGER PRIMARY KEY REFERENCES attempts (id),
        number  TEXT NOT NULL
    ) STRICT;

    CREATE TABLE agents (
        account     TEXT NOT NULL,
        environment TEXT NOT NULL,
        name        TEXT NOT NULL,
        document    TEXT NOT NULL,
        applied     INTEGER NOT NULL,
        PRIMARY KEY (account, environment, name)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE secret_hosts (
        secret TEXT NOT NULL,
        host   TEXT NOT NULL,
        since  INTEGER NOT NULL,
        PRIMARY KEY (secret, host)
    ) STRICT, WITHOUT ROWID;
";
