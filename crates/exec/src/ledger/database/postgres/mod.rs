//! PostgreSQL: a connection that lives on a thread of its own, so that the ledger's writes are over when they return,
//! also within a run that does many things at once.

mod address;
mod tls;
mod wire;

pub(in crate::ledger) use address::ServerAddress;

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::time::Duration;

use tokio_postgres::{Client, Statement};

use super::value::{Row, Value};
use super::{DbError, More};
use wire::Parameter;

/// Begins a transaction that nobody else writes beside. A lock of its own and not one of a table: it is taken before
/// there are tables, too.
pub(super) const BEGIN: &str = "BEGIN; SELECT pg_advisory_xact_lock(1128352838, 0)";

/// Begins a transaction that sees one moment and holds up nobody; reading a whole ledger may take long.
pub(super) const BEGIN_SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
    SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0";

/// The server's clock, whatever transaction it is asked in.
pub(super) const CLOCK: &str = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

/// What every session says first. The server's own settings may be weaker: an intent must be on the disk when its
/// commit returns. Whoever stands still in the middle of a transaction, as a process that was stopped, is sent away
/// before those who wait for the ledger's lock give up.
const SESSION: &str = "
    SET synchronous_commit = on;
    SET default_transaction_isolation = 'read committed';
    SET client_encoding = 'UTF8';
    SET standard_conforming_strings = on;
    SET statement_timeout = '25s';
    SET lock_timeout = '10s';
    SET idle_in_transaction_session_timeout = '5s';
    SET search_path = callform, pg_catalog;
    SET application_name = 'callform'";

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);
/// How long an answer may take; longer than the server works on a statement.
const ANSWER: Duration = Duration::from_secs(35);
/// Rows that travel together.
const CHUNK: usize = 500;

/// A connection. When it is gone it stays gone: another one is made for the ledger as a whole.
pub(in crate::ledger) struct Link {
    requests: Sender<Request>,
}

enum Request {
    Batch(String, SyncSender<Result<(), DbError>>),
    Execute(String, Vec<Value>, SyncSender<Result<u64, DbError>>),
    /// Rows in chunks; an empty one is the end.
    Select(String, Vec<Value>, SyncSender<Result<Vec<Row>, DbError>>),
}

impl Link {
    /// Connects.
    pub(in crate::ledger) fn open(address: &ServerAddress) -> Result<Self, DbError> {
        let (requests, arriving) = channel();
        let (ready, opened) = sync_channel(1);
        let address = address.clone();
        std::thread::Builder::new()
            .name("ledger".to_owned())
            .spawn(move || serve(&address, &ready, &arriving))
            .map_err(|error| DbError::Lost(format!("no thread for the connection: {error}")))?;
        // Every step of connecting has a limit of its own; this one is for what nobody thought of.
        opened
            .recv_timeout(CONNECT * 3)
            .unwrap_or_else(|_| Err(DbError::Lost("no connection within 30 s".to_owned())))?;
        Ok(Self { requests })
    }

    pub(super) fn batch(&self, sql: &str) -> Result<(), DbError> {
        let (reply, answer) = sync_channel(1);
        self.ask(Request::Batch(sql.to_owned(), reply))?;
        heard(answer.recv_timeout(ANSWER))
    }

    pub(super) fn execute(&self, sql: &str, values: &[Value]) -> Result<u64, DbError> {
        let (reply, answer) = sync_channel(1);
        self.ask(Request::Execute(sql.to_owned(), values.to_vec(), reply))?;
        heard(answer.recv_timeout(ANSWER))
    }

    pub(super) fn each(&self, sql: &str, values: &[Value], mut each: impl FnMut(Row) -> More) -> Result<(), DbError> {
        let (reply, answer) = sync_channel(2);
        self.ask(Request::Select(sql.to_owned(), values.to_vec(), reply))?;
        loop {
            let chunk = heard(answer.recv_timeout(ANSWER))?;
            if chunk.is_empty() {
                return Ok(());
            }
            chunk.into_iter().try_for_each(&mut each)?;
        }
    }

    fn ask(&self, request: Request) -> Result<(), DbError> {
        self.requests.send(request).map_err(|_| gone())
    }
}

fn heard<T>(answer: Result<Result<T, DbError>, RecvTimeoutError>) -> Result<T, DbError> {
    match answer {
        Ok(answer) => answer,
        Err(RecvTimeoutError::Timeout) => Err(DbError::Lost("the server does not answer".to_owned())),
        Err(RecvTimeoutError::Disconnected) => Err(gone()),
    }
}

fn gone() -> DbError {
    DbError::Lost("the connection to the server is gone".to_owned())
}

/// The thread: connects, then answers one request after the other until nobody asks any more or the connection is gone.
fn serve(address: &ServerAddress, ready: &SyncSender<Result<(), DbError>>, requests: &Receiver<Request>) {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let _ = ready.send(Err(DbError::Lost(error.to_string())));
            return;
        }
    };
    runtime.block_on(async {
        let connected = match tokio::time::timeout(CONNECT * 2, connect(address)).await {
            Ok(connected) => connected,
            Err(_) => Err(DbError::Lost("no connection within 20 s".to_owned())),
        };
        let client = match connected {
            Ok(client) => client,
            Err(error) => {
                let _ = ready.send(Err(error));
                return;
            }
        };
        if ready.send(Ok(())).is_err() {
            return;
        }
        let mut session = Session { client, prepared: HashMap::new() };
        while let Ok(request) = requests.recv() {
            // Whoever asked may have given up; then nobody is told.
            let lost = match request {
                Request::Batch(sql, reply) => tell(&reply, session.batch(&sql).await),
                Request::Execute(sql, values, reply) => tell(&reply, session.execute(&sql, &values).await),
                Request::Select(sql, values, reply) => {
                    let ended = session.select(&sql, &values, &reply).await.map(|()| Vec::new());
                    tell(&reply, ended)
                }
            };
            if lost {
                return;
            }
        }
    });
}

/// Whether the connection is gone.
fn tell<T>(reply: &SyncSender<Result<T, DbError>>, answer: Result<T, DbError>) -> bool {
    let lost = matches!(answer, Err(DbError::Lost(_)));
    let _ = reply.send(answer);
    lost
}

async fn connect(address: &ServerAddress) -> Result<Client, DbError> {
    let mut config = address.config()?;
    config.connect_timeout(CONNECT).tcp_user_timeout(ANSWER).keepalives_idle(Duration::from_secs(10));
    let (client, connection) = config.connect(tls::connector(address)?).await.map_err(of_postgres)?;
    // Its end shows in the next statement.
    tokio::spawn(connection);
    client.batch_execute(SESSION).await.map_err(of_postgres)?;
    Ok(client)
}

struct Session {
    client: Client,
    prepared: HashMap<String, Statement>,
}

impl Session {
    async fn batch(&self, sql: &str) -> Result<(), DbError> {
        self.client.batch_execute(sql).await.map_err(of_postgres)
    }

    async fn prepared(&mut self, sql: &str) -> Result<Statement, DbError> {
        if let Some(statement) = self.prepared.get(sql) {
            return Ok(statement.clone());
        }
        // `?` is nothing but a parameter in the ledger's statements.
        let statement = self.client.prepare(&sql.replace('?', "$")).await.map_err(of_postgres)?;
        self.prepared.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    async fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, DbError> {
        let statement = self.prepared(sql).await?;
        self.client.execute_raw(&statement, values.iter().map(Parameter)).await.map_err(of_postgres)
    }

    async fn select(
        &mut self,
        sql: &str,
        values: &[Value],
        reply: &SyncSender<Result<Vec<Row>, DbError>>,
    ) -> Result<(), DbError> {
        let statement = self.prepared(sql).await?;
        let rows = self.client.query_raw(&statement, values.iter().map(Parameter)).await.map_err(of_postgres)?;
        let mut rows = std::pin::pin!(rows);
        let mut chunk = Vec::new();
        while let Some(row) = next(rows.as_mut()).await {
            chunk.push(wire::read(&row.map_err(of_postgres)?)?);
            if chunk.len() == CHUNK && reply.send(Ok(std::mem::take(&mut chunk))).is_err() {
                return Ok(());
            }
        }
        if !chunk.is_empty() {
            let _ = reply.send(Ok(chunk));
        }
        Ok(())
    }
}

async fn next(
    mut rows: std::pin::Pin<&mut tokio_postgres::RowStream>,
) -> Option<Result<tokio_postgres::Row, tokio_postgres::Error>> {
    std::future::poll_fn(|context| futures_core::Stream::poll_next(rows.as_mut(), context)).await
}

/// The server's message, never its detail: that may hold the values of a row.
fn of_postgres(error: tokio_postgres::Error) -> DbError {
    match error.as_db_error() {
        Some(said) => {
            let (code, message) = (said.code().code().to_owned(), said.message().to_owned());
            // The server ends the session with these.
            if code.starts_with("57P") || code.starts_with("08") || code == "25P03" {
                return DbError::Lost(format!("{message} (SQLSTATE {code})"));
            }
            DbError::Postgres { code, message }
        }
        None => {
            let mut text = error.to_string();
            let mut source = std::error::Error::source(&error);
            while let Some(cause) = source {
                text = format!("{text}: {cause}");
                source = cause.source();
            }
            DbError::Lost(text)
        }
    }
}
