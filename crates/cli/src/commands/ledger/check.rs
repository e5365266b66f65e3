//! `callform ledger check`

use std::io::Write;

use callform_exec::ledger::{Address, Inspection, Ledger, LedgerError, LockFile};

use crate::args::{DataFormat, LedgerCheckArgs};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::surroundings::{actor, clock};
use crate::view;

pub(super) fn run(args: &LedgerCheckArgs, out: &mut Output) -> Outcome {
    let loaded = crate::project::load_good(&args.project, out)?;
    let Some(project) = loaded.project() else { return Ok(Exit::Failed) };
    let address = match &args.file {
        Some(file) => Address::file(file),
        None => crate::ledger::address(project)?,
    };
    let lock = LockFile::read(&project.root)?;
    let actor = actor();
    let access = crate::ledger::access(project, &address, &lock, &actor);
    let seen = match Ledger::inspect(&access, &*clock()) {
        Err(error @ LedgerError::Damaged { .. }) => {
            return Err(error.advice().into_iter().fold(Failure::failed(error.to_string()), Failure::line));
        }
        seen => seen?,
    };
    // A file that somebody names need not be the ledger that was used last.
    let refusal = seen.refusal.as_ref().filter(|_| args.file.is_none());
    let exit = match (seen.is_whole(), refusal) {
        (false, _) => Exit::Failed,
        (true, Some(_)) => Exit::Refused,
        (true, None) => Exit::Done,
    };
    match args.format {
        DataFormat::Json => {
            let _ = writeln!(out.out(), "{:#}", view::inspection::json(&seen, exit as u8));
        }
        DataFormat::Human => {
            let named = lock.lineage(&project.environment).map(|lineage| *lineage == seen.lineage);
            let _ = write!(out.out(), "{}", view::inspection::text(&seen, named));
        }
    }
    tell(&seen, refusal, out);
    Ok(exit)
}

/// What it comes to, and what to do.
fn tell(seen: &Inspection, refusal: Option<&LedgerError>, out: &mut Output) {
    if !seen.is_whole() {
        let styles = out.styles();
        let _ = writeln!(out.err(), "{0}damaged{0:#}: {1}", styles.error, seen.place);
        out.note("  Let nothing place calls. Move it away, and keep it: it holds evidence.");
        out.note("  If there is a backup or an older copy:  callform ledger adopt FILE");
        out.note("  If there is none:  callform ledger rebuild");
        return;
    }
    match refusal {
        None => out.note("The ledger is whole."),
        Some(error) => {
            let styles = out.styles();
            let _ = writeln!(out.err(), "{0}refused{0:#}: {error}", styles.warning);
            for line in error.advice() {
                out.note(format_args!("  {line}"));
            }
        }
    }
}
