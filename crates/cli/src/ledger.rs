//! Opening the ledger that a project names.

use std::path::PathBuf;

use callform_exec::ledger::{Access, Ledger, LedgerError, LockFile, LockFileError};
use callform_exec::random::SystemRandom;
use callform_spec::project::{Environment, LedgerPlace, Project};

use crate::failure::Failure;
use crate::surroundings::{ProcessEnvironment, actor, clock};

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        let failure =
            if error.is_refusal() { Self::refused(error.to_string()) } else { Self::failed(error.to_string()) };
        error.advice().into_iter().fold(failure, Self::line)
    }
}

impl From<LockFileError> for Failure {
    fn from(error: LockFileError) -> Self {
        error.advice().into_iter().fold(Self::refused(error.to_string()), Self::line)
    }
}

/// Where the ledger's file is.
pub(crate) fn path(project: &Project) -> Result<PathBuf, Failure> {
    match &project.ledger {
        LedgerPlace::File(path) => Ok(path.clone()),
        LedgerPlace::Env(name) => {
            let Some(value) = ProcessEnvironment.get(name) else {
                return Err(Failure::refused(format!(
                    "`ledger` names the environment variable `{name}`, which is not set"
                ))
                .line(format!("Set `{name}`, or review without a ledger:  callform plan --no-ledger")));
            };
            if value.contains("://") {
                // The URL may hold a password, so it is not repeated.
                return Err(Failure::refused(format!(
                    "`{name}` holds a database's URL, and this version keeps ledgers in files only"
                ))
                .line(
                    "PostgreSQL ledgers are planned; until then let it hold the path of a file on a disk that lasts.",
                ));
            }
            Ok(project.root.join(value))
        }
    }
}

/// Opens the ledger. On the emulator, one that is not there is made.
pub(crate) fn open(project: &Project) -> Result<Ledger, Failure> {
    let path = path(project)?;
    let lock = LockFile::read(&project.root)?;
    let actor = actor();
    let access = access(project, &path, &lock, &actor);
    Ok(Ledger::open(&access, &clock(), &mut SystemRandom)?)
}

/// What is asked of the ledger's file.
pub(crate) fn access<'a>(
    project: &'a Project,
    path: &'a std::path::Path,
    lock: &'a LockFile,
    actor: &'a callform_exec::ledger::Actor,
) -> Access<'a> {
    Access {
        path,
        project: &project.name,
        environment: &project.environment,
        emulator: project.site.is_emulator(),
        expected: lock.lineage(&project.environment),
        actor,
    }
}
