//! A site to phone over loopback: `callform emulator`, or the emulator inside the test with keys of the test's own.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use callform_ccc::{Credentials, Dialect};
use callform_emulator::{
    Course, EMBEDDED_CREDENTIALS, Emulator, EmulatorOptions, Journal, JournalPlace, OsRandom, ServeOptions, serve,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::{Running, callform, until};

/// What signs requests to the emulator.
pub(crate) const KEY_PAIR: (&str, &str) = EMBEDDED_CREDENTIALS;

/// The journal in this file.
pub(crate) fn journal(path: &Path) -> Journal {
    assert!(path.exists(), "there is no journal at {}", path.display());
    Journal::open(&JournalPlace::File(path.to_owned()), &OsRandom).unwrap()
}

/// `callform emulator`, running.
pub(crate) struct Site {
    url: String,
    scratch: TempDir,
    running: Running,
}

impl Site {
    pub(crate) fn start() -> Self {
        Self::with(&json!({}))
    }

    /// With faults and courses, as `--faults` reads them. Where it names no courses, conversations are over at once.
    pub(crate) fn with(scenario: &Value) -> Self {
        let mut scenario = scenario.clone();
        if scenario.get("courses").is_none() {
            scenario["courses"] = json!([{ "ringSeconds": 0, "talkSeconds": 0 }]);
        }
        let scratch = tempfile::tempdir().unwrap();
        let journal = scratch.path().join("journal.db");
        let faults = scratch.path().join("faults.json");
        std::fs::write(&faults, scenario.to_string()).unwrap();
        let mut running = callform(["emulator", "--journal"]).arg(&journal).arg("--faults").arg(faults).start();
        let url = until("the emulator says where it listens", || {
            assert!(!running.has_ended(), "the emulator ended");
            let said = running.stdout();
            said.ends_with('\n').then(|| said.trim_end().to_owned())
        });
        Self { url, scratch, running }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn journal(&self) -> Journal {
        journal(&self.journal_path())
    }

    pub(crate) fn journal_path(&self) -> PathBuf {
        self.scratch.path().join("journal.db")
    }

    /// How many calls it has placed.
    pub(crate) fn placed(&self) -> u64 {
        self.journal().count().unwrap()
    }

    /// Fails unless it placed so many calls, and none of them to somebody whom it had phoned before.
    #[track_caller]
    pub(crate) fn placed_once_each(&self, calls: u64) {
        assert_eq!(self.placed(), calls);
        assert_eq!(self.journal().phoned_again().unwrap(), Vec::<Vec<_>>::new());
    }

    /// Ends it, and returns what it said.
    pub(crate) fn stop(self) -> super::Captured {
        self.running.signal("TERM");
        self.running.finish()
    }
}

/// The emulator inside the test, for key pairs that `callform emulator` doesn't take.
pub(crate) struct Server {
    pub(crate) url: String,
    pub(crate) emulator: Arc<Emulator>,
    /// Serves until it is dropped.
    _runtime: Runtime,
}

impl Server {
    /// Whoever signs with these is let in, besides the usual pair.
    pub(crate) fn start(journal: &Path, credentials: Credentials) -> Self {
        let mut options = EmulatorOptions::new(JournalPlace::File(journal.to_owned()), Dialect::Intl);
        options.credentials.push(credentials);
        options.courses = Some(Arc::new(|_| Some(Course::answered(Duration::ZERO, Duration::ZERO))));
        let emulator = Arc::new(Emulator::open(options).unwrap());
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        runtime.spawn(serve(Arc::clone(&emulator), listener, ServeOptions::default(), std::future::pending()));
        Self { url, emulator, _runtime: runtime }
    }
}
