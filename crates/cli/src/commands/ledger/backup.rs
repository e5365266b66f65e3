//! `callform ledger backup`

use std::io::Write;

use callform_exec::random::SystemRandom;

use crate::args::LedgerBackupArgs;
use crate::exit::Exit;
use crate::failure::Outcome;
use crate::output::Output;
use crate::view;

pub(super) fn run(args: &LedgerBackupArgs, out: &mut Output) -> Outcome {
    let loaded = crate::project::load_good(&args.project, out)?;
    let Some(project) = loaded.project() else { return Ok(Exit::Failed) };
    let ledger = crate::ledger::open(project)?;
    let position = ledger.backup(&args.file, &mut SystemRandom)?;
    let number = view::number(u64::try_from(position.number()).unwrap_or_default());
    let shown = args.file.display();
    let _ = writeln!(
        out.out(),
        "{shown} holds the ledger {} (lineage {}) up to position {number}, read back and whole.",
        ledger.place(),
        ledger.lineage().short()
    );
    out.note("It holds the ledger's key: keep it where only you can read it.");
    out.note(format_args!("If the ledger is ever lost:  callform ledger adopt {shown}"));
    Ok(Exit::Done)
}
