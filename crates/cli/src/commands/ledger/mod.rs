//! `callform ledger`: looking after the record of calls.

mod adopt;
mod backup;
mod check;
mod export;
mod forget;
mod init;
mod rebuild;

use std::future::Future;
use std::path::Path;

use callform_exec::care::{CareError, Look, record_lag};
use callform_exec::ledger::{BackupError, InitError};

use callform_spec::project::{Loaded, Project};

use crate::args::{LedgerArgs, LedgerCommand, ProjectArgs};
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::surroundings::clock;
use crate::{site, view};

pub(crate) fn run(args: &LedgerArgs, out: &mut Output) -> Outcome {
    match &args.command {
        LedgerCommand::Init(args) => init::run(args, out),
        LedgerCommand::Check(args) => check::run(args, out),
        LedgerCommand::Export(args) => export::run(args, out),
        LedgerCommand::Backup(args) => backup::run(args, out),
        LedgerCommand::Adopt(args) => adopt::run(args, out),
        LedgerCommand::Rebuild(args) => rebuild::run(args, out),
        LedgerCommand::Forget(args) => forget::run(args, out),
    }
}

/// The project in another environment.
fn in_environment(dir: &Path, environment: &str, out: &mut Output) -> Result<Loaded, Failure> {
    let args = ProjectArgs { dir: dir.to_owned(), env: Some(environment.to_owned()) };
    crate::project::load_good(&args, out).map_err(|failure| {
        failure.line(format!("That is the environment `{environment}`, whose calls are in the ledger, too."))
    })
}

/// What asks the provider who was phoned; says how long that takes.
fn look(project: &Project, out: &mut Output) -> Result<Look, Failure> {
    let look = Look { client: site::client(project)?, clock: clock(), record_lag: record_lag(project) };
    if !look.record_lag.is_zero() {
        out.note(format_args!(
            "Records may be {} late, so that takes as long. Nothing is written before; Ctrl-C ends it.",
            view::duration(look.record_lag)
        ));
    }
    Ok(look)
}

/// Carries out what may take long. Given up, it removes what is in the making.
fn wait_for<T>(work: impl Future<Output = Result<T, CareError>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        tokio::select! {
            done = work => Ok(done?),
            _ = tokio::signal::ctrl_c() => Err(Failure::refused("given up: nothing was changed")),
        }
    })
}

impl From<InitError> for Failure {
    fn from(error: InitError) -> Self {
        error.advice().into_iter().fold(Self::refused(error.to_string()), Self::line)
    }
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        let failure =
            if error.is_refusal() { Self::refused(error.to_string()) } else { Self::failed(error.to_string()) };
        error.advice().into_iter().fold(failure, Self::line)
    }
}

impl From<CareError> for Failure {
    fn from(error: CareError) -> Self {
        let failure =
            if error.is_refusal() { Self::refused(error.to_string()) } else { Self::failed(error.to_string()) };
        error.advice().into_iter().fold(failure, Self::line)
    }
}
