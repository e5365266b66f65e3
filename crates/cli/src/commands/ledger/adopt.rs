//! `callform ledger adopt`

use std::io::Write;

use callform_exec::care::{self, Adopted, Adoption};
use callform_exec::ledger::{Candidate, LockFile};
use callform_exec::random::SystemRandom;
use callform_spec::phone::mask_text;
use callform_spec::project::{Loaded, Project};

use crate::approval;
use crate::args::{LedgerAdoptArgs, ProjectArgs};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::surroundings::{actor, clock};
use crate::view;

pub(super) fn run(args: &LedgerAdoptArgs, out: &mut Output) -> Outcome {
    let project_args = ProjectArgs { dir: args.dir.clone(), env: args.env.clone() };
    let loaded = crate::project::load_good(&project_args, out)?;
    let Some(project) = loaded.project() else { return Ok(Exit::Failed) };
    let reason = args.reason.as_deref().map(|reason| mask_text(reason.trim()));
    if reason.as_ref().is_some_and(String::is_empty) {
        return Err(Failure::new(Exit::Usage, "an empty --reason tells nobody how you know"));
    }
    let address = crate::ledger::address(project)?;
    let mut lock = LockFile::read(&project.root)?;
    let (before, actor) = (lock.clone(), actor());
    let access = crate::ledger::access(project, &address, &before, &actor);
    let candidate = Candidate::open(&access, args.file.as_deref(), &clock(), &mut SystemRandom)?;
    let adopted = match reason.as_deref().filter(|_| args.without_records) {
        Some(reason) => without_records(candidate, reason, args.auto_approve, out)?,
        None => ask_and_adopt(args, project, candidate, reason.as_deref().filter(|_| args.this_account_only), out)?,
    };
    if lock.lineage(&project.environment).is_none() && !project.site.is_emulator() {
        lock.register(&project.environment, &adopted.lineage)?;
        out.note("callform.lock names it: check that file in.");
    }
    tell(&adopted, &address.place().to_string(), args.without_records, out);
    Ok(Exit::Done)
}

fn without_records(
    candidate: Candidate,
    reason: &str,
    auto_approve: bool,
    out: &mut Output,
) -> Result<Adopted, Failure> {
    let position = candidate.ledger().position()?.number().unsigned_abs();
    out.note(format_args!(
        "The copy ends at position {}, {}. Whoever was phoned since is phoned again.",
        view::number(position),
        view::moment(candidate.last_event(), None)
    ));
    let prompt = "Type the position at which the copy ends to go on";
    approval::ask_for(position, "a copy whose gaps nobody looked at", prompt, auto_approve)?;
    Ok(care::adopt_without_records(candidate, reason)?)
}

fn ask_and_adopt(
    args: &LedgerAdoptArgs,
    project: &Project,
    candidate: Candidate,
    other_accounts: Option<&str>,
    out: &mut Output,
) -> Result<Adopted, Failure> {
    let stdin = crate::commands::plan::stdin(project, &[])?;
    out.note(format_args!(
        "The copy ends {}. The provider is asked who was phoned since.",
        view::moment(candidate.last_event(), None)
    ));
    let look = super::look(project, out)?;
    let elsewhere = project.same_account.iter().map(|name| super::in_environment(&args.dir, name, out));
    let elsewhere = elsewhere.collect::<Result<Vec<_>, _>>()?;
    let environments: Vec<&Project> = elsewhere.iter().filter_map(Loaded::project).collect();
    let adoption =
        Adoption { project, environments: &environments, stdin: stdin.as_deref(), candidate, other_accounts };
    super::wait_for(care::adopt(adoption, &look))
}

fn tell(adopted: &Adopted, place: &str, without_records: bool, out: &mut Output) {
    let position = view::number(adopted.position.number().unsigned_abs());
    let lineage = adopted.lineage.short();
    let _ = writeln!(out.out(), "{place} is the ledger now (lineage {lineage}, position {position}).");
    if without_records {
        let _ = writeln!(out.out(), "Nobody asked the provider who was phoned since its last event.");
    } else if adopted.sessions + adopted.left == 0 {
        let _ = writeln!(out.out(), "The provider shows nobody who was phoned since its last event.");
    } else {
        let sessions = view::count(adopted.sessions + adopted.left, "call", "calls");
        let _ = writeln!(out.out(), "The provider shows {sessions} since that it did not know:");
        let mut line = |count: u64, words: &str| {
            if count > 0 {
                let _ = writeln!(out.out(), "  {:>6}  {words}", view::number(count));
            }
        };
        line(adopted.written.calls, "of this project's calls are placed by them");
        line(adopted.written.others, "to numbers that no such call is for: they count as phoned");
        line(adopted.left, "may be the answer to open calls: callform refresh");
    }
    out.note("Nobody was phoned. What is left to do:  callform plan");
}
