//! `callform unlock`

use std::io::Write;

use crate::args::UnlockArgs;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::view;

pub(crate) fn run(args: &UnlockArgs, out: &mut Output) -> Outcome {
    let loaded = crate::project::load_good(&args.project, out)?;
    let Some(project) = loaded.project() else { return Ok(Exit::Failed) };
    let mut ledger = crate::ledger::open(project)?;
    let workers = ledger.unlock(&args.run)?;
    if workers == 0 {
        let failure = Failure::refused(format!("no run `{}` holds the ledger", view::typed(&args.run)));
        let holders = ledger.holders()?;
        return Err(match holders.is_empty() {
            true => failure.line("Nobody holds it: nothing stands in the way of the next run."),
            false => holders.iter().fold(failure, |failure, holder| failure.line(format!("It is held by {holder}"))),
        });
    }
    let words = view::count(workers, "worker begins", "workers begin");
    let _ = writeln!(out.out(), "The run {} is unlocked: its {words} nothing more.", args.run);
    out.note("What it had under way is unknown: callform refresh looks it up in the provider's records.");
    Ok(Exit::Done)
}
