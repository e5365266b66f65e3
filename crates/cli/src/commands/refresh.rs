//! `callform refresh`

use std::io::Write;

use callform_exec::ledger::Ledger;
use callform_exec::resolve::{Report, Tools, resolve};
use callform_spec::project::Project;

use crate::args::{DataFormat, RefreshArgs};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::surroundings::clock;
use crate::{site, view};

pub(crate) fn run(args: &RefreshArgs, out: &mut Output) -> Outcome {
    let loaded = crate::project::load_good(&args.project, out)?;
    let Some(project) = loaded.project() else { return Ok(Exit::Failed) };
    let mut ledger = crate::ledger::open(project)?;
    let report = look_up(project, &mut ledger)?;
    let exit = match (&report.trouble, report.open()) {
        (Some(_), _) => Exit::Failed,
        (None, 0) => Exit::Done,
        (None, _) => Exit::Unknown,
    };
    match args.format {
        DataFormat::Json => {
            let _ = writeln!(out.out(), "{:#}", view::resolution::json(&report, exit as u8));
        }
        DataFormat::Human => {
            let lines = view::resolution::lines(&report);
            let text = if lines.is_empty() { "No call is unknown.".to_owned() } else { lines.join("\n") };
            let _ = writeln!(out.out(), "{text}");
            out.note("Nobody was phoned.");
        }
    }
    Ok(exit)
}

/// Looks up what became of unknown calls. Where there are none, nothing is asked, and no key is needed.
pub(crate) fn look_up(project: &Project, ledger: &mut Ledger) -> Result<Report, Failure> {
    if ledger.unknown(&project.account())?.is_empty() {
        return Ok(Report::default());
    }
    let client = site::client(project)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(resolve(project, Tools { ledger, client, clock: clock() }))?)
}
