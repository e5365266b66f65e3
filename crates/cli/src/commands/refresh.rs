//! `callform refresh`

use std::io::Write;

use callform_exec::apply::{Cancel, cancellation};
use callform_exec::ledger::Ledger;
use callform_exec::resolve::{ReadBack, Reader, Report, Tools, read_back, resolve};
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
    let LookedUp { unknown: report, ends } = look_up(project, &mut ledger, true)?;
    let exit = match (report.trouble.as_ref().or(ends.trouble.as_ref()), report.open()) {
        (Some(_), _) => Exit::Failed,
        (None, 0) => Exit::Done,
        (None, _) => Exit::Unknown,
    };
    match args.format {
        DataFormat::Json => {
            let _ = writeln!(out.out(), "{:#}", view::resolution::json(&report, &ends, exit as u8));
        }
        DataFormat::Human => {
            let lines = view::resolution::lines(&report);
            let text = if lines.is_empty() { "No call is unknown.".to_owned() } else { lines.join("\n") };
            let _ = writeln!(out.out(), "{text}");
            if let Some(line) = view::resolution::ends(&ends) {
                let _ = writeln!(out.out(), "{line}");
            }
            out.note("Nobody was phoned.");
        }
    }
    Ok(exit)
}

/// What the provider's records said.
pub(crate) struct LookedUp {
    /// About unknown calls.
    pub(crate) unknown: Report,
    /// About the ends of sessions.
    pub(crate) ends: ReadBack,
}

/// Looks up what became of unknown calls and, if wanted, how sessions ended. Where there are none, nothing is asked, and
/// no key is needed.
pub(crate) fn look_up(project: &Project, ledger: &mut Ledger, ends: bool) -> Result<LookedUp, Failure> {
    let (_never, mut cancel) = cancellation();
    let looked = look_up_until(project, ledger, ends, &mut cancel)?;
    looked.ok_or_else(|| Failure::failed("interrupted"))
}

/// The same, unless a signal comes first: then `None`. What was found out until then is in the ledger.
pub(crate) fn look_up_until(
    project: &Project,
    ledger: &mut Ledger,
    ends: bool,
    cancel: &mut Cancel,
) -> Result<Option<LookedUp>, Failure> {
    let account = project.account();
    let no_unknown = ledger.unknown(&account)?.is_empty();
    let no_ends = !ends || ledger.without_outcome(&account, None, 1)?.is_empty();
    let mut looked = LookedUp { unknown: Report::default(), ends: ReadBack::default() };
    if no_unknown && no_ends {
        return Ok(Some(looked));
    }
    let mut reader = Reader::of(project, site::client(project)?, clock());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let look = async {
        // The ends first: they are what absence is held against.
        if !no_ends {
            let tools = Tools { ledger, reader: &mut reader, clock: clock() };
            looked.ends = read_back(project, tools).await?;
        }
        if !no_unknown {
            looked.unknown = resolve(project, Tools { ledger, reader: &mut reader, clock: clock() }).await?;
        }
        Ok::<_, Failure>(looked)
    };
    runtime.block_on(async {
        tokio::select! {
            biased;
            () = cancel.wait() => Ok(None),
            looked = look => looked.map(Some),
        }
    })
}
