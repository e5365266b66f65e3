//! What can be wrong with a ledger: what, why, and what to do.

use std::io::ErrorKind;

use jiff::Timestamp;

use super::file::OtherName;
use super::run_lock::Holder;
use super::{Lineage, Place, Position};
use crate::random::RandomError;

/// A ledger that can't be used, or a write that did not happen. Nothing was sent because of it.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// There is no file.
    #[error("there is no ledger at {}", place)]
    Missing {
        /// Where it should be.
        place: Place,
        /// The lineage that `callform.lock` names for this environment.
        expected: Option<Lineage>,
    },
    /// The file is empty.
    #[error("the ledger {} is empty", place)]
    Empty {
        /// Where it lies.
        place: Place,
        /// The lineage that `callform.lock` names for this environment.
        expected: Option<Lineage>,
    },
    /// The file is no SQLite database.
    #[error("{} is not a ledger", place)]
    NotALedger {
        /// Where it lies.
        place: Place,
    },
    /// The file is a database of another program.
    #[error("{} is a database, but not a ledger of callform", place)]
    Foreign {
        /// Where it lies.
        place: Place,
    },
    /// The file is another project's ledger.
    #[error("{} is the ledger of the project `{found}`, and this project is `{here}`", place)]
    OtherProject {
        /// Where it lies.
        place: Place,
        /// Whose it is.
        found: String,
        /// Which project this is.
        here: String,
    },
    /// A newer callform wrote it.
    #[error("the ledger {} has version {found}; this callform knows {known}", place)]
    Newer {
        /// Where it lies.
        place: Place,
        /// Its version.
        found: i32,
        /// The newest one known here.
        known: i32,
    },
    /// The file is damaged.
    #[error("the ledger {} is damaged: {detail}", place)]
    Damaged {
        /// Where it lies.
        place: Place,
        /// What the database says.
        detail: String,
    },
    /// `callform.lock` names another one.
    #[error("this is not the ledger that this project knows: callform.lock names lineage {}, {} is {}",
        expected.short(), place, found.short())]
    WrongLineage {
        /// Where it lies.
        place: Place,
        /// Named in `callform.lock`.
        expected: Lineage,
        /// Found in the file.
        found: Lineage,
    },
    /// `callform.lock` names none for this environment.
    #[error("callform.lock names no ledger for the environment `{environment}`, and there is one at {}", place)]
    Unregistered {
        /// Where it lies.
        place: Place,
        /// The environment.
        environment: String,
    },
    /// `callform.lock` names another one for another environment of the same account.
    #[error("the environments `{environment}` and `{other}` phone through one account, and {place} is not the ledger \
        that callform.lock names for `{other}` (lineage {})", lineage.short())]
    TwoLedgers {
        /// Where the ledger lies, or would be made.
        place: Place,
        /// The environment.
        environment: String,
        /// The other environment.
        other: String,
        /// The other one's ledger.
        lineage: Lineage,
    },
    /// The account may be one of which the ledger knows calls, by another address.
    #[error(
        "the ledger {place} knows calls through {known}, and none through {account}: that may be the same account \
        by another address"
    )]
    OtherAddress {
        /// Where the ledger lies.
        place: Place,
        /// Site and SdkAppId of the project.
        account: String,
        /// Those that the ledger knows.
        known: String,
    },
    /// There is a ledger already, under a name in `callform.lock`.
    #[error("callform.lock names lineage {} for the environment `{environment}`, but there is no ledger at {}",
        lineage.short(), place)]
    Registered {
        /// Where it should be.
        place: Place,
        /// The environment.
        environment: String,
        /// Named in `callform.lock`.
        lineage: Lineage,
    },
    /// The file is a copy.
    #[error("the ledger {} is a copy: it does not lie where it was made", place)]
    Copied {
        /// Where it lies.
        place: Place,
    },
    /// The file can be reached by another path, too.
    #[error("the ledger {place} can be reached by another path: {}", match how {
        OtherName::Links(links) => format!("the file has {links} hard links"),
        OtherName::Mount => "the file is mounted by itself".to_owned(),
    })]
    OtherName {
        /// Where it lies.
        place: Place,
        /// Why.
        how: OtherName,
    },
    /// Nothing is wrong with it.
    #[error("{place} is the ledger that was used last: there is nothing to adopt")]
    InUse {
        /// Where it lies.
        place: Place,
    },
    /// Another one lies where this one should come.
    #[error("there is something at {place} already, and nothing is put in its place")]
    Occupied {
        /// Where it lies.
        place: Place,
    },
    /// The file is an older state of itself.
    #[error("the ledger {} is older than it was: it ends at position {}, and had reached {}",
        place, found.number(), known.number())]
    Restored {
        /// Where it lies.
        place: Place,
        /// Where it ends.
        found: Position,
        /// Where it had been.
        known: Position,
    },
    /// The file was moved, deleted or replaced while it was in use.
    #[error("the ledger {} was moved, deleted or replaced while it was in use", place)]
    Replaced {
        /// Where it lies.
        place: Place,
    },
    /// Somebody else is placing calls.
    #[error("another run holds the ledger{}", holder.as_ref().map(|h| format!(": {h}")).unwrap_or_default())]
    Locked {
        /// Who, where that could be read.
        holder: Option<Box<Holder>>,
    },
    /// Somebody else is writing, and did not finish in time.
    #[error("the ledger {} is busy: another process is writing to it", place)]
    Busy {
        /// Where it lies.
        place: Place,
    },
    /// There is no room left.
    #[error("there is no room for the ledger {}: {detail}", place)]
    Full {
        /// Where it lies.
        place: Place,
        /// What the database says.
        detail: String,
    },
    /// The file can't be opened, created or written.
    #[error("the ledger {} can't be used: {error}", place)]
    Io {
        /// Where it lies.
        place: Place,
        /// Why not.
        error: std::io::Error,
    },
    /// The disk did not do what it was asked to.
    #[error("the ledger {place} can't be read or written: {detail}")]
    Disk {
        /// Where it lies.
        place: Place,
        /// What the database says.
        detail: String,
    },
    /// Anything else that the database says.
    #[error("the ledger {}: {detail}", place)]
    Database {
        /// Where it lies.
        place: Place,
        /// What it says.
        detail: String,
    },
    /// Nothing can be written there.
    #[error("the ledger {place} can't be written: {detail}")]
    ReadOnly {
        /// Where it lies.
        place: Place,
        /// What the database says.
        detail: String,
    },
    /// The server can't be reached, or the connection was lost.
    #[error("the ledger {place} can't be reached: {detail}")]
    Unreachable {
        /// Where it lies.
        place: Place,
        /// What the database or the driver says.
        detail: String,
    },
    /// The server does not keep what it acknowledges.
    #[error("the ledger {place} can't be trusted: {detail}")]
    Unsafe {
        /// Where it lies.
        place: Place,
        /// Why not.
        detail: String,
    },
    /// This worker did not renew its lease in time, or somebody took it away.
    #[error("this run's lease of the ledger {place} is over")]
    LeaseLost {
        /// Where it lies.
        place: Place,
    },
    /// Its content contradicts itself.
    #[error("the ledger {} contradicts itself: {detail}", place)]
    Contradiction {
        /// Where it lies.
        place: Place,
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
            "There, the ledger belongs into PostgreSQL: `ledger: ${env:CALLFORM_LEDGER}` with a postgres:// URL in it.",
        ];
        const LOST: [&str; 2] = [
            "If there is a backup:  callform ledger adopt FILE",
            "If it is lost for good:  callform ledger rebuild   (everybody is unknown until you decide)",
        ];
        const WRITABLE: &str =
            "The file and its directory must be writable for you: what belongs to it lies beside it.";
        const REAL_ONE: &str = "Bring back the file that this project used last; with it, nobody is phoned twice.";
        const REAL_SERVER: &str =
            "Name the server that this project used last, and let that one run; with it, nobody is phoned twice.";
        let lines: Vec<&str> = match self {
            Self::Missing { expected: None, .. } | Self::Empty { expected: None, .. } => {
                vec!["If this project has never placed a call here:  callform ledger init"]
            }
            Self::Missing { .. } | Self::Registered { .. } | Self::Empty { .. } => {
                let mut lines = vec![REAL_ONE];
                lines.extend(THROW_AWAY);
                lines.extend(LOST);
                lines
            }
            Self::WrongLineage { .. } => {
                let mut lines = vec![REAL_ONE];
                lines.extend(THROW_AWAY);
                lines
            }
            Self::OtherAddress { .. } => vec![
                "Everybody who was phoned through it would be phoned again, since calls belong to an account.",
                "If it is the same account, write `site` in callform.yaml as it was.",
                "If it is another one, give it a ledger of its own: name another place in `ledger:`, take this environment's line out of callform.lock, then:  callform ledger init",
            ],
            Self::TwoLedgers { .. } => vec![
                "With two ledgers, each environment phones the people whom the other one has phoned.",
                "Let `ledger:` lead to the same ledger in both; a variable such as CALLFORM_LEDGER must have one value for both.",
                "Was there a ledger of its own by mistake, which placed no call? Take its line out of callform.lock, then:  callform ledger init",
                "If both have placed calls, move both away and keep them:  callform ledger rebuild   (everybody is unknown until you decide)",
            ],
            Self::NotALedger { .. } | Self::Foreign { .. } => {
                vec!["Let `ledger:` in callform.yaml name another file, or move this one away."]
            }
            Self::OtherProject { .. } => vec![
                "Each project has a ledger of its own: let `ledger:` in callform.yaml name another file.",
                "If the project was renamed, its calls are new calls; give it its old name back to keep them.",
            ],
            Self::Newer { .. } => vec!["Use the callform that wrote it, or a newer one."],
            Self::Damaged { .. } | Self::Contradiction { .. } => vec![
                "Keep the damaged file: it holds evidence.",
                REAL_ONE,
                "What is wrong with it:  callform ledger check",
            ],
            Self::Unregistered { .. } => vec!["If it is the right one:  callform ledger init"],
            Self::Copied { place } | Self::Restored { place, .. } => {
                let mut lines =
                    vec!["What happened since the copy was made is missing from it: people could be phoned twice."];
                lines.push(if place.file().is_some() { REAL_ONE } else { REAL_SERVER });
                lines.push(
                    "If it is lost for good, `callform ledger adopt` asks the provider what the copy misses, and takes it.",
                );
                if place.file().is_some() {
                    lines.push("On the emulator, where nobody is phoned, delete the file and start again.");
                }
                lines
            }
            Self::OtherName { how: OtherName::Links(_), .. } => vec![
                "A run by the other path would not see this one: both would phone the same people.",
                "Find the other name with `find DIR -samefile FILE`, remove it, and let `ledger:` name this file everywhere.",
            ],
            Self::OtherName { how: OtherName::Mount, .. } => vec![
                "Its lock and its journal lie beside it and were left out, so a run elsewhere would not see this one.",
                "Mount the directory that the ledger lies in, and not the file alone.",
            ],
            Self::InUse { .. } => vec!["Go on as usual:  callform plan"],
            Self::Occupied { .. } => vec![
                "If that is the copy to take into use:  callform ledger adopt, without a file",
                "Otherwise move it away first, and keep it: it may hold evidence.",
            ],
            Self::Replaced { place } if place.file().is_none() => vec![REAL_SERVER],
            Self::Replaced { .. } => {
                vec!["Bring the file back before anything else; attempts may be missing from the new one."]
            }
            Self::Locked { holder } if holder.as_ref().is_some_and(|holder| holder.run.is_some()) => vec![
                "Wait for it to end, or let apply wait:  --lock-timeout 10m",
                "If it is certainly dead, its lease runs out within a minute;  callform unlock RUN  takes it away at once.",
            ],
            Self::Locked { .. } => vec![
                "Wait for it to end, or let apply wait:  --lock-timeout 10m",
                "The lock goes away with the process that holds it.",
            ],
            Self::LeaseLost { .. } => vec![
                "The machine slept, its clock jumped, or somebody unlocked the run. Nothing was sent since.",
                "Run the same command again: it goes on where this run stopped.",
            ],
            Self::ReadOnly { place, .. } if place.file().is_none() => {
                vec!["Make it writable; then run the same command again."]
            }
            Self::ReadOnly { .. } => vec![WRITABLE, "Make them so; then run the same command again."],
            Self::Unreachable { .. } => {
                vec!["Without its ledger nobody is phoned. Run the same command again when it is back."]
            }
            Self::Unsafe { .. } => {
                vec!["An intent that the server forgets is a person phoned twice. Change that setting."]
            }
            Self::Busy { .. } => vec!["Try again when the other process has finished."],
            Self::Full { .. } => vec!["Make room; then run the same command again."],
            Self::Disk { .. } => {
                vec!["The disk is full, gone or broken. See to it; then run the same command again."]
            }
            Self::Io { error, .. } => match error.kind() {
                ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => vec![WRITABLE],
                ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                    vec!["Make room; then run the same command again."]
                }
                _ => vec![],
            },
            Self::Database { .. } | Self::Random(_) | Self::Time(_) => vec![],
        };
        lines.into_iter().map(str::to_owned).collect()
    }

    /// A refusal that an exit code tells from a failure: somebody must decide or bring something.
    pub fn is_refusal(&self) -> bool {
        !matches!(
            self,
            Self::Io { .. }
                | Self::Disk { .. }
                | Self::Database { .. }
                | Self::Random(_)
                | Self::Time(_)
                | Self::Full { .. }
                | Self::ReadOnly { .. }
                | Self::Unreachable { .. }
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_to_do_about_a_server_speaks_of_no_file() {
        let place = Place::Postgres("127.0.0.1:5432/calls".into());
        for error in [LedgerError::Copied { place: place.clone() }, LedgerError::Replaced { place }] {
            let advice = error.advice().join("\n");
            assert!(!advice.contains("file") && advice.contains("server"), "{advice}");
        }
    }
}
