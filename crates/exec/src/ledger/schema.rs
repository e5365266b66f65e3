//! The tables, the same ones in both databases. Everything that is ever asked of their structure is in this folder.
//!
//! `events` is the record; `calls`, `attempts`, `agents`, `secret_hosts`, `suppressions` and `stops` are what follows
//! from it, kept up within the transaction that appends the event. Apart from both: `open_numbers` and `names`, because
//! they must be forgotten, `leases` and `pace`, because they are over in a minute.

use super::database::{Database, DbError};

/// "CALF", so that `file` and we can tell a ledger from another database.
pub(super) const APPLICATION_ID: i32 = 0x4341_4c46;

/// Version of the tables, and of the events in them: that of the last step.
pub(super) const VERSION: i32 = 5;

/// Per connection to a file. `secure_delete` overwrites what is deleted with zeros; `synchronous = FULL` makes every
/// commit durable before it returns, also in WAL mode; `fullfsync` is what that takes on macOS.
pub(super) const PRAGMAS: &str = "
    PRAGMA busy_timeout = 30000;
    PRAGMA foreign_keys = ON;
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;
    PRAGMA checkpoint_fullfsync = ON;
    PRAGMA secure_delete = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA trusted_schema = OFF;
";

/// Brings the tables from a version to [`VERSION`]; from 0, makes them.
pub(super) fn migrate(database: &Database, found: i32) -> Result<(), DbError> {
    for (version, step) in STEPS {
        if version > found {
            database.batch(&spelled(database, step))?;
            if version == 1 {
                database.batch(append_only(database))?;
            }
        }
    }
    Ok(())
}

/// Makes all tables.
pub(super) fn create(database: &Database) -> Result<(), DbError> {
    migrate(database, 0)
}

/// What is only written, by following events, needs no other index than the one by which attempts are counted.
pub(super) fn drop_indexes_for_readers(database: &Database) -> Result<(), DbError> {
    let indexes =
        "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND name <> 'attempts_by_call'";
    let names = database.all(indexes, &[], |row| row.get::<String>(0))?;
    names.iter().try_for_each(|name| database.batch(&format!("DROP INDEX {name}")))
}

/// The words in which the two databases differ.
fn spelled(database: &Database, sql: &str) -> String {
    let words = match database {
        Database::Sqlite(_) => [
            ("{int}", "INTEGER"),
            ("{bytes}", "BLOB"),
            ("{text}", "TEXT"),
            (" {plain}", " STRICT"),
            (" {keyed}", " STRICT, WITHOUT ROWID"),
        ],
        Database::Postgres(_) => [
            ("{int}", "BIGINT"),
            ("{bytes}", "BYTEA"),
            // Ordered as SQLite does: by bytes, whatever the server's language.
            ("{text}", "TEXT COLLATE \"C\""),
            (" {plain}", ""),
            (" {keyed}", ""),
        ],
    };
    words.iter().fold(sql.to_owned(), |sql, (word, spelling)| sql.replace(word, spelling))
}

fn append_only(database: &Database) -> &'static str {
    match database {
        Database::Sqlite(_) => {
            "CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events
                BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
             CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
                BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;"
        }
        Database::Postgres(_) => {
            "CREATE FUNCTION events_are_append_only() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'events are append-only'; END $$;
             CREATE TRIGGER events_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events
                FOR EACH STATEMENT EXECUTE FUNCTION events_are_append_only();"
        }
    }
}

/// What each version added. A callform that knows only an older one must not read such a ledger: it would not obey
/// what it does not know.
const STEPS: [(i32, &str); 4] = [(1, FIRST), (3, PROHIBITIONS), (4, WORKERS), (5, LINES)];

const FIRST: &str = "
    CREATE TABLE meta (
        one      {int} PRIMARY KEY CHECK (one = 1),
        lineage  {text} NOT NULL,
        key      {bytes} NOT NULL,
        project  {text} NOT NULL,
        created  {int} NOT NULL,
        file     {text} NOT NULL
    ) {plain};

    CREATE TABLE events (
        position {int} PRIMARY KEY,
        at       {int} NOT NULL,
        actor    {text} NOT NULL,
        call     {bytes},
        attempt  {int},
        kind     {text} NOT NULL,
        detail   {text} NOT NULL,
        chain    {bytes} NOT NULL
    ) {plain};
    CREATE INDEX events_by_call ON events (call) WHERE call IS NOT NULL;

    CREATE TABLE calls (
        id          {bytes} PRIMARY KEY,
        environment {text} NOT NULL,
        account     {text} NOT NULL,
        campaign    {text} NOT NULL,
        key         {text},
        number      {bytes} NOT NULL,
        fingerprint {bytes} NOT NULL,
        agent       {bytes} NOT NULL,
        state       {text} NOT NULL,
        since       {int} NOT NULL,
        code        {text},
        permanent   {int} NOT NULL,
        attempts    {int} NOT NULL
    ) {keyed};
    CREATE INDEX calls_by_campaign ON calls (account, environment, campaign, state);

    CREATE TABLE attempts (
        id          {int} PRIMARY KEY,
        call        {bytes} NOT NULL REFERENCES calls (id),
        account     {text} NOT NULL,
        campaign    {text} NOT NULL,
        number      {bytes} NOT NULL,
        run         {text} NOT NULL,
        state       {text} NOT NULL,
        since       {int} NOT NULL,
        timestamp   {int} NOT NULL,
        busy_until  {int} NOT NULL,
        session     {text} UNIQUE,
        request_id  {text},
        code        {text},
        reason      {text}
    ) {plain};
    CREATE INDEX attempts_by_call ON attempts (call);
    CREATE INDEX attempts_by_number ON attempts (number, account);
    CREATE INDEX attempts_under_way ON attempts (state) WHERE state IN ('intent', 'sending');

    CREATE TABLE open_numbers (
        attempt {int} PRIMARY KEY REFERENCES attempts (id),
        number  {text} NOT NULL
    ) {plain};

    CREATE TABLE agents (
        account     {text} NOT NULL,
        environment {text} NOT NULL,
        name        {text} NOT NULL,
        document    {text} NOT NULL,
        applied     {int} NOT NULL,
        PRIMARY KEY (account, environment, name)
    ) {keyed};

    CREATE TABLE secret_hosts (
        secret {text} NOT NULL,
        host   {text} NOT NULL,
        since  {int} NOT NULL,
        PRIMARY KEY (secret, host)
    ) {keyed};
";

/// Version 2 changed events only: attempts may be decided by the provider's records as not placed, and an intent names
/// callers and limits.
const PROHIBITIONS: &str = "
    CREATE TABLE suppressions (
        number {bytes} PRIMARY KEY,
        since  {int} NOT NULL,
        who    {text} NOT NULL,
        reason {text} NOT NULL
    ) {keyed};

    -- An environment's own stop has no campaign.
    CREATE TABLE stops (
        environment {text} NOT NULL,
        campaign    {text} NOT NULL,
        since       {int} NOT NULL,
        who         {text} NOT NULL,
        PRIMARY KEY (environment, campaign)
    ) {keyed};
";

/// Several workers, outcomes, and keys that can be forgotten.
const WORKERS: &str = "
    -- What people call a call. Apart from events: a key may be somebody's name.
    CREATE TABLE names (
        call {bytes} PRIMARY KEY REFERENCES calls (id),
        key  {text} NOT NULL
    ) {keyed};
    CREATE INDEX names_by_key ON names (key);
    INSERT INTO names (call, key) SELECT id, key FROM calls WHERE key IS NOT NULL;
    ALTER TABLE calls DROP COLUMN key;

    -- Who worked on it; and how its session ended, as far as the provider's records tell.
    ALTER TABLE attempts ADD COLUMN worker {int} NOT NULL DEFAULT 0;
    ALTER TABLE attempts ADD COLUMN outcome {text};
    ALTER TABLE attempts ADD COLUMN ended {int};
    ALTER TABLE calls ADD COLUMN outcome {text};
    ALTER TABLE calls ADD COLUMN ended {int};
    CREATE INDEX attempts_by_run ON attempts (run, campaign, state);
    CREATE INDEX attempts_on_a_line ON attempts (account, busy_until);
    CREATE INDEX attempts_without_outcome ON attempts (account, id) WHERE session IS NOT NULL AND outcome IS NULL;

    -- Who places calls right now. `epoch` is never given twice.
    CREATE TABLE leases (
        epoch       {int} PRIMARY KEY,
        run         {text} NOT NULL,
        environment {text} NOT NULL,
        account     {text} NOT NULL,
        specs       {text} NOT NULL,
        scope       {text} NOT NULL,
        ceiling     {int},
        who         {text} NOT NULL,
        host        {text} NOT NULL,
        pid         {int} NOT NULL,
        since       {int} NOT NULL,
        until       {int} NOT NULL
    ) {plain};

    -- When the next request of an account may leave, and how exactly moments are kept, in microseconds.
    CREATE TABLE pace (
        account {text} PRIMARY KEY,
        next    {int} NOT NULL,
        gap     {int} NOT NULL
    ) {keyed};
";

/// A line is free as soon as its session is off the provider's list; the callee, when the record says so.
const LINES: &str = "
    ALTER TABLE attempts ADD COLUMN line_until {int} NOT NULL DEFAULT 0;
    UPDATE attempts SET line_until = busy_until;
    DROP INDEX attempts_on_a_line;
    CREATE INDEX attempts_on_a_line ON attempts (account, line_until);
";
