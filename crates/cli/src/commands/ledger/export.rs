//! `callform ledger export`

use std::io::BufWriter;

use callform_exec::ledger::{BackupError, ExportError, NewFile};
use callform_exec::random::SystemRandom;

use crate::args::LedgerExportArgs;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::view;

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Ledger(error) => error.into(),
            ExportError::Write(_) => Self::failed(error.to_string()),
        }
    }
}

pub(super) fn run(args: &LedgerExportArgs, out: &mut Output) -> Outcome {
    let loaded = crate::project::load_good(&args.project, out)?;
    let Some(project) = loaded.project() else { return Ok(Exit::Failed) };
    let ledger = crate::ledger::open(project)?;
    let events = match &args.out {
        None => ledger.export(&mut BufWriter::new(out.out()))?,
        Some(path) => {
            let failed = |error| BackupError::File { path: path.clone(), error };
            let new = NewFile::begin(path, &mut SystemRandom).map_err(failed)?;
            let events = ledger.export(&mut BufWriter::new(new.open()?))?;
            new.finish().map_err(failed)?;
            events
        }
    };
    let events = view::count(events, "event", "events");
    out.note(match &args.out {
        Some(path) => format!("{} holds {events}. No number can be read from them.", path.display()),
        None => format!("{events}. No number can be read from them."),
    });
    Ok(Exit::Done)
}
