//! Looking after a ledger, in a file and in PostgreSQL.

mod bench;
mod copies;
