//! `callform ledger rebuild`

use std::io::Write;

use callform_exec::care::{self, Rebuilding, Rebuilt};
use callform_exec::ledger::{LockFile, REBUILT, REBUILT_PHONED};
use callform_exec::random::SystemRandom;
use callform_spec::project::Project;

use crate::approval;
use crate::args::LedgerRebuildArgs;
use crate::exit::Exit;
use crate::failure::Outcome;
use crate::output::Output;
use crate::surroundings::{actor, clock};
use crate::view;

/// Where a server's ledger is prepared.
const BESIDE: &str = ".callform/rebuilding";

pub(super) fn run(args: &LedgerRebuildArgs, out: &mut Output) -> Outcome {
    let loaded = crate::project::load_good(&args.project, out)?;
    let Some(project) = loaded.project() else { return Ok(Exit::Failed) };
    let address = crate::ledger::address(project)?;
    let mut lock = LockFile::read(&project.root)?;
    let (before, actor) = (lock.clone(), actor());
    let access = crate::ledger::access(project, &address, &before, &actor);
    care::must_be_lost(&access)?;
    let stdin = crate::commands::plan::stdin(project, &[])?;
    let calls = care::count_calls(project, stdin.as_deref(), &mut SystemRandom)?;
    out.note(format_args!(
        "There is no ledger at {}. In a new one, {} of {} / {} {} unknown, and nobody is phoned until you decide.",
        address.place(),
        view::count(calls, "call", "calls"),
        project.name,
        project.environment,
        if calls == 1 { "is" } else { "are" }
    ));
    if let Some(lineage) = lock.lineage(&project.environment) {
        out.note(format_args!(
            "callform.lock names lineage {}. If that ledger, or a backup of it, still exists anywhere:  callform ledger adopt",
            lineage.short()
        ));
    }
    approval::ask_for(calls, "a new ledger", "Type the number of calls to go on", args.auto_approve)?;
    let look = if args.without_records { None } else { Some(super::look(project, out)?) };
    let beside = project.root.join(BESIDE);
    let rebuilding = Rebuilding { project, stdin: stdin.as_deref(), access, beside: &beside, look, clock: clock() };
    let rebuilt = super::wait_for(care::rebuild(rebuilding, &mut SystemRandom))?;
    let lines = lines(project, &rebuilt, args.without_records);
    let lineage = rebuilt.lineage().clone();
    let others: Vec<String> = match before.lineage(&project.environment) {
        Some(old) => lock.others(&project.environment, old).into_iter().map(str::to_owned).collect(),
        None => Vec::new(),
    };
    // Named first: if it can't be put in its place after that, the same command makes another one.
    let named = !project.site.is_emulator() || lock.lineage(&project.environment).is_some();
    if named {
        lock.register(&project.environment, &lineage)?;
    }
    rebuilt.finish()?;
    let _ = writeln!(out.out(), "{} is a new ledger (lineage {}).", address.place(), lineage.short());
    for line in lines {
        let _ = writeln!(out.out(), "{line}");
    }
    if named {
        out.note("callform.lock names it now: check that file in.");
    }
    if !others.is_empty() {
        out.note(format_args!(
            "callform.lock still names the lost ledger for {}: their calls are not in the new one.",
            others.join(", ")
        ));
    }
    out.note("Nobody was phoned.");
    Ok(Exit::Done)
}

fn lines(project: &Project, rebuilt: &Rebuilt, without_records: bool) -> Vec<String> {
    let mut lines = vec![format!("  {:>7}  calls are unknown and are not phoned", view::number(rebuilt.calls))];
    match (&rebuilt.trouble, without_records) {
        (Some(trouble), _) => lines.push(format!("The provider's records say nothing of them: {trouble}")),
        (None, true) => lines.push("The provider was not asked who was phoned.".to_owned()),
        (None, false) => {
            let silent = rebuilt.calls - rebuilt.phoned;
            lines.push(format!(
                "  {:>7}  of them to numbers to which the provider shows calls ({REBUILT_PHONED})",
                view::number(rebuilt.phoned)
            ));
            lines.push(format!("  {:>7}  of them to numbers without any ({REBUILT})", view::number(silent)));
            if rebuilt.others() > 0 {
                let others = view::count(rebuilt.others(), "further call", "further calls");
                lines.push(format!("  The numbers of {others} that the provider shows count as phoned, too."));
            }
        }
    }
    let name = project.campaigns.first().map_or("NAME", |campaign| campaign.name.as_str());
    lines.push("Decide them by campaign and code, such as:".to_owned());
    lines.push(format!("  callform resolve --campaign {name} --code {REBUILT_PHONED} --count N --placed -"));
    lines.push(format!("  callform resolve --campaign {name} --code {REBUILT} --count N --not-placed --reason TEXT"));
    lines
}
