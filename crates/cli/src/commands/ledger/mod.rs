//! `callform ledger`: looking after the record of calls.

mod adopt;
mod backup;
mod check;
mod export;
mod forget;
mod init;

use callform_exec::care::CareError;
use callform_exec::ledger::{BackupError, InitError};

use crate::args::{LedgerArgs, LedgerCommand};
use crate::failure::{Failure, Outcome};
use crate::output::Output;

pub(crate) fn run(args: &LedgerArgs, out: &mut Output) -> Outcome {
    match &args.command {
        LedgerCommand::Init(args) => init::run(args, out),
        LedgerCommand::Check(args) => check::run(args, out),
        LedgerCommand::Export(args) => export::run(args, out),
        LedgerCommand::Backup(args) => backup::run(args, out),
        LedgerCommand::Adopt(args) => adopt::run(args, out),
        LedgerCommand::Forget(args) => forget::run(args, out),
    }
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
