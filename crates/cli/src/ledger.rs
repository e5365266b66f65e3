//! Opening the ledger that a project names.

use callform_ccc::Secret;
use callform_exec::ledger::{Access, Address, Kin, Ledger, LedgerError, LockFile, LockFileError};
use callform_exec::random::SystemRandom;
use callform_spec::project::{Environment, LedgerPlace, Project};

use crate::failure::{Failure, Passes};
use crate::surroundings::{ProcessEnvironment, actor, clock};

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        let mut failure =
            if error.is_refusal() { Self::refused(error.to_string()) } else { Self::failed(error.to_string()) };
        failure.passes = match &error {
            LedgerError::Locked { .. } | LedgerError::Busy { .. } => Some(Passes::Held),
            LedgerError::Unreachable { .. } => Some(Passes::Away),
            _ => None,
        };
        error.advice().into_iter().fold(failure, Self::line)
    }
}

impl From<LockFileError> for Failure {
    fn from(error: LockFileError) -> Self {
        error.advice().into_iter().fold(Self::refused(error.to_string()), Self::line)
    }
}

/// Where the ledger lies.
pub(crate) fn address(project: &Project) -> Result<Address, Failure> {
    match &project.ledger {
        LedgerPlace::File(path) => Ok(Address::file(path)),
        LedgerPlace::Env(name) => {
            let Some(value) = ProcessEnvironment.get(name) else {
                return Err(Failure::refused(format!(
                    "`ledger` names the environment variable `{name}`, which is not set"
                ))
                .line(format!("Set `{name}`, or review without a ledger:  callform plan --no-ledger")));
            };
            match value.split_once("://") {
                None => Ok(Address::file(&project.root.join(value))),
                Some(("postgres" | "postgresql", _)) => Ok(Address::Postgres(Secret::new(value))),
                // The URL may hold a password, so it is not repeated.
                Some(_) => Err(Failure::refused(format!("`{name}` holds a URL that is not one of PostgreSQL"))
                    .line("A ledger is a file, or a database:  postgres://USER:PASSWORD@HOST/DATABASE")),
            }
        }
    }
}

/// Opens the ledger. On the emulator, one that is not there is made.
pub(crate) fn open(project: &Project) -> Result<Ledger, Failure> {
    let address = address(project)?;
    let lock = LockFile::read(&project.root)?;
    let actor = actor();
    let access = access(project, &address, &lock, &actor);
    Ok(Ledger::open(&access, &clock(), &mut SystemRandom)?)
}

/// What `callform.lock` names for the other environments of the project's account.
fn kin(project: &Project, lock: &LockFile) -> Vec<Kin> {
    let named = project.same_account.iter().filter_map(|environment| {
        lock.lineage(environment).map(|lineage| Kin { environment: environment.clone(), lineage: lineage.clone() })
    });
    named.collect()
}

/// What is asked of the ledger.
pub(crate) fn access<'a>(
    project: &'a Project,
    address: &'a Address,
    lock: &'a LockFile,
    actor: &'a callform_exec::ledger::Actor,
) -> Access<'a> {
    Access {
        address,
        project: &project.name,
        environment: &project.environment,
        emulator: project.site.is_emulator(),
        expected: lock.lineage(&project.environment),
        kin: kin(project, lock),
        root: Some(&project.root),
        actor,
    }
}
