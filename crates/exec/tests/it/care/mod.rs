//! Looking after a ledger, in a file and in PostgreSQL.

mod adopt;
mod bench;
mod copies;
mod forget;
mod rebuild;
