//! PostgreSQL for tests: databases on the server that `./test` started, and servers of one's own to kill.

use std::path::PathBuf;
use std::process::{self, Command};
use std::sync::atomic::{AtomicU32, Ordering};

/// An empty database of its own on the shared server, gone when this is dropped.
pub(crate) struct Database {
    name: String,
    url: String,
}

impl Database {
    pub(crate) fn fresh() -> Self {
        let server = setting("CALLFORM_TEST_POSTGRES");
        let name = unique("test");
        query(&server, &format!("CREATE DATABASE {name}"));
        let (place, _) = server.rsplit_once('/').expect("a URL that ends with a database");
        let url = format!("{place}/{name}");
        Self { name, url }
    }

    /// `postgres://USER:PASSWORD@127.0.0.1:PORT/DATABASE`, of a superuser.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let dropped = try_query(
            &setting("CALLFORM_TEST_POSTGRES"),
            // Whoever is still connected is sent away.
            &format!("DROP DATABASE {} WITH (FORCE)", self.name),
        );
        assert!(dropped.is_ok() || std::thread::panicking(), "{dropped:?}");
    }
}

/// A server that nobody else uses, stopped and removed when this is dropped.
///
/// Its sessions start with `synchronous_commit = off`, and what was committed so stays in its memory for seconds: when
/// it is killed, only commits that asked for more are kept.
pub(crate) struct Server {
    folder: PathBuf,
    url: String,
}

impl Server {
    pub(crate) fn start() -> Self {
        let folder = PathBuf::from(setting("CALLFORM_TEST_SCRATCH")).join(unique("server"));
        let url = done(control("start").arg(&folder));
        Self { folder, url }
    }

    /// `postgres://USER:PASSWORD@127.0.0.1:PORT/postgres`, of a superuser; the same after every start.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Ends all its processes at once, as a power cut would.
    pub(crate) fn kill(&self) {
        done(control("kill").arg(&self.folder));
    }

    /// Starts it where it was, after [`Server::kill`]; it has recovered when this returns.
    pub(crate) fn start_again(&self) {
        assert_eq!(done(control("start").arg(&self.folder)), self.url);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let stopped = output(control("stop").arg(&self.folder));
        let removed = std::fs::remove_dir_all(&self.folder);
        assert!((stopped.is_ok() && removed.is_ok()) || std::thread::panicking(), "{stopped:?}, {removed:?}");
    }
}

/// Runs SQL in a session of its own. Gives the rows as lines, their columns separated by `|`.
pub(crate) fn query(url: &str, sql: &str) -> String {
    try_query(url, sql).unwrap_or_else(|error| panic!("{sql}: {error}"))
}

/// The same, where the server may refuse it or be down: gives what it says.
pub(crate) fn try_query(url: &str, sql: &str) -> Result<String, String> {
    output(control("query").args([url, sql]))
}

/// Writes the tables of one database down and makes them again in another, as a backup that is restored.
pub(crate) fn copy(from: &str, to: &str) {
    done(control("copy").args([from, to]));
}

fn control(command: &str) -> Command {
    let mut control = Command::new(setting("CALLFORM_TEST_POSTGRES_SERVER"));
    control.arg(command);
    control
}

fn done(command: &mut Command) -> String {
    output(command).unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

fn output(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| error.to_string())?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}

/// Several test programs use the shared server and the scratch folder.
fn unique(kind: &str) -> String {
    static MADE: AtomicU32 = AtomicU32::new(0);
    format!("{kind}_{}_{}", process::id(), MADE.fetch_add(1, Ordering::Relaxed))
}

#[expect(clippy::disallowed_methods, reason = "a test's own setting")]
fn setting(name: &str) -> String {
    std::env::var(name)
        .unwrap_or_else(|_| panic!("{name} is not set; `./test` starts a PostgreSQL: run the tests with it"))
}
