//! What can be wrong with a ledger: what, why, and what to do.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::run_lock::Holder;
use super::{Lineage, Position};
use crate::random::RandomError;

/// A ledger that can't be used, or a write that did not happen. Nothing was sent because of it.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// There is no file.
    #[error("there is no ledger at {}", path.display())]
    Missing {
        /// Where it should be.
        path: PathBuf,
        /// The lineage that `callform.lock` names for this environment.
        expected: Option<Lineage>,
    },
    /// The file is empty.
    #[error("the ledger {} is empty", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
        /// The lineage that `callform.lock` names for this environment.
        expected: Option<Lineage>,
    },
    /// The file is no SQLite database.
    #[error("{} is not a ledger", path.display())]
    NotALedger {
        /// The file.
        path: PathBuf,
    },
    /// The file is a database of another program.
    #[error("{} is a database, but not a ledger of callform", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The file is another project's ledger.
    #[error("{} is the ledger of the project `{found}`, and this project is `{here}`", path.display())]
    OtherProject {
        /// The file.
        path: PathBuf,
        /// Whose it is.
        found: String,
        /// Which project this is.
        here: String,
    },
    /// A newer callform wrote it.
    #[error("the ledger {} has version {found}; this callform knows {known}", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i32,
        /// The newest one known here.
        known: i32,
    },
    /// The file is damaged.
    #[error("the ledger {} is damaged: {detail}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the database says.
        detail: String,
    },
    /// `callform.lock` names another one.
    #[error("this is not the ledger that this project knows: callform.lock names lineage {}, {} is {}",
        expected.short(), path.display(), found.short())]
    WrongLineage {
        /// The file.
        path: PathBuf,
        /// Named in `callform.lock`.
        expected: Lineage,
        /// Found in the file.
        found: Lineage,
    },
    /// `callform.lock` names none for this environment.
    #[error("callform.lock names no ledger for the environment `{environment}`, and there is one at {}", path.display())]
    Unregistered {
        /// The file.
        path: PathBuf,
        /// The environment.
        environment: String,
    },
    /// There is a ledger already, under a name in `callform.lock`.
    #[error("callform.lock names lineage {} for the environment `{environment}`, but there is no ledger at {}",
        lineage.short(), path.display())]
    Registered {
        /// Where it should be.
        path: PathBuf,
        /// The environment.
        environment: String,
        /// Named in `callform.lock`.
        lineage: Lineage,
    },
    /// The file is a copy.
    #[error("the ledger {} is a copy: it does not lie where it was made", path.display())]
    Copied {
        /// The file.
        path: PathBuf,
    },
    /// The file is an older state of itself.
    #[error("the ledger {} is older than it was: it ends at position {}, and had reached {}",
        path.display(), found.number(), known.number())]
    Restored {
        /// The file.
        path: PathBuf,
        /// Where it ends.
        found: Position,
        /// Where it had been.
        known: Position,
    },
    /// The file was moved, deleted or replaced while it was in use.
    #[error("the ledger {} was moved, deleted or replaced while it was in use", path.display())]
    Replaced {
        /// The file.
        path: PathBuf,
    },
    /// Somebody else is placing calls.
    #[error("another run holds the ledger{}", holder.as_ref().map(|h| format!(": {h}")).unwrap_or_default())]
    Locked {
        /// Who, where that could be read.
        holder: Option<Holder>,
    },
    /// Somebody else is writing, and did not finish in time.
    #[error("the ledger {} is busy: another process is writing to it", path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// There is no room left.
    #[error("there is no room for the ledger {}: {detail}", path.display())]
    Full {
        /// The file.
        path: PathBuf,
        /// What the database says.
        detail: String,
    },
    /// The file can't be opened, created or written.
    #[error("the ledger {} can't be used: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why not.
        error: std::io::Error,
    },
    /// Anything else that the database says.
    #[error("the ledger {}: {error}", path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// What it says.
        error: rusqlite::Error,
    },
    /// Its content contradicts itself.
    #[error("the ledger {} contradicts itself: {detail}", path.display())]
    Contradiction {
        /// The file.
        path: PathBuf,
        /// How.
        detail: String,
    },
    /// The machine has no randomness for the ledger's key.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// A time that can't be.
    #[error("the time {0} is out of range")]
    Time(Timestamp),
}

impl LedgerError {
    /// What to do, a line each.
    pub fn advice(&self) -> Vec<String> {
        const THROW_AWAY: [&str; 2] = [
            "A machine that is thrown away after each run (CI) can't keep a ledger: people would be phoned again.",
            "There, the ledger belongs into PostgreSQL: `ledger: ${env:CALLFORM_LEDGER}`; this version can't use one yet.",
        ];
        const REAL_ONE: &str = "Bring back the file that this project used last; with it, nobody is phoned twice.";
        let lines: Vec<&str> = match self {
            Self::Missing { expected: None, .. } | Self::Empty { expected: None, .. } => {
                vec!["If this project has never placed a call here:  callform ledger init"]
            }
            Self::Missing { .. } | Self::Empty { .. } | Self::Registered { .. } | Self::WrongLineage { .. } => {
                let mut lines = vec![REAL_ONE];
                lines.extend(THROW_AWAY);
                lines
            }
            Self::NotALedger { .. } | Self::Foreign { .. } => {
                vec!["Let `ledger:` in callform.yaml name another file, or move this one away."]
            }
            Self::OtherProject { .. } => vec![
                "Each project has a ledger of its own: let `ledger:` in callform.yaml name another file.",
                "If the project was renamed, its calls are new calls; give it its old name back to keep them.",
            ],
            Self::Newer { .. } => vec!["Use the callform that wrote it, or a newer one."],
            Self::Damaged { .. } | Self::Contradiction { .. } => {
                vec!["Keep the damaged file: it holds evidence.", REAL_ONE]
            }
            Self::Unregistered { .. } => vec!["If it is the right one:  callform ledger init"],
            Self::Copied { .. } | Self::Restored { .. } => vec![
                "What happened since the copy was made is missing from it: people could be phoned twice.",
                REAL_ONE,
                "On the emulator, where nobody is phoned, delete the file and start again.",
            ],
            Self::Replaced { .. } => {
                vec!["Bring the file back before anything else; attempts may be missing from the new one."]
            }
            Self::Locked { .. } => vec!["Wait for it to end. The lock goes away with the process that holds it."],
            Self::Busy { .. } => vec!["Try again when the other process has finished."],
            Self::Full { .. } => vec!["Make room; then run the same command again."],
            Self::Io { .. } | Self::Database { .. } | Self::Random(_) | Self::Time(_) => vec![],
        };
        lines.into_iter().map(str::to_owned).collect()
    }

    /// A refusal that an exit code tells from a failure: somebody must decide or bring something.
    pub fn is_refusal(&self) -> bool {
        !matches!(self, Self::Io { .. } | Self::Database { .. } | Self::Random(_) | Self::Time(_) | Self::Full { .. })
    }
}

/// Sorts what the database says.
pub(super) fn of_sqlite(path: &Path, error: rusqlite::Error) -> LedgerError {
    use rusqlite::ErrorCode;
    let path = path.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => LedgerError::NotALedger { path },
        Some(ErrorCode::DatabaseCorrupt) => LedgerError::Damaged { path, detail: error.to_string() },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => LedgerError::Busy { path },
        Some(ErrorCode::DiskFull) => LedgerError::Full { path, detail: error.to_string() },
        _ => LedgerError::Database { path, error },
    }
}
