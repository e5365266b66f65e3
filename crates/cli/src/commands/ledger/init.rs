//! `callform ledger init`

use std::io::Write;

use callform_exec::ledger::{Ledger, LockFile};
use callform_exec::random::SystemRandom;

use crate::args::LedgerInitArgs;
use crate::exit::Exit;
use crate::failure::Outcome;
use crate::output::Output;
use crate::surroundings::{actor, clock};

pub(super) fn run(args: &LedgerInitArgs, out: &mut Output) -> Outcome {
    let loaded = crate::project::load_good(&args.project, out)?;
    let Some(project) = loaded.project() else { return Ok(Exit::Failed) };
    let address = crate::ledger::address(project)?;
    let mut lock = LockFile::read(&project.root)?;
    let actor = actor();
    let before = lock.clone();
    let access = crate::ledger::access(project, &address, &before, &actor);
    let ledger = Ledger::init(&access, &mut lock, &clock(), &mut SystemRandom)?;
    let _ = writeln!(
        out.out(),
        "The ledger of {} / {} is {} (lineage {}). callform.lock names it: check that file in.",
        project.name,
        project.environment,
        ledger.place(),
        ledger.lineage().short()
    );
    Ok(Exit::Done)
}
