//! `callform ledger rebuild`

use std::io::Write;

use callform_exec::care::{self, Part, Rebuilding, Rebuilt};
use callform_exec::ledger::{LockFile, REBUILT, REBUILT_PHONED};
use callform_exec::random::SystemRandom;
use callform_spec::project::{DEFAULT_ENVIRONMENT, Loaded, Project};

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
    let names = environments(project, &lock);
    let elsewhere = names.iter().map(|name| super::in_environment(&args.project.dir, name, out));
    let elsewhere = elsewhere.collect::<Result<Vec<_>, _>>()?;
    let projects: Vec<&Project> = [project].into_iter().chain(elsewhere.iter().filter_map(Loaded::project)).collect();
    let mut calls = 0;
    for project in &projects {
        calls += care::count_calls(project, stdin.as_deref(), &mut SystemRandom)?;
    }
    out.note(format_args!(
        "There is no ledger at {}. In a new one, {} of {} / {} {} unknown, and nobody is phoned until you decide.",
        address.place(),
        view::count(calls, "call", "calls"),
        project.name,
        projects.iter().map(|project| project.environment.as_str()).collect::<Vec<_>>().join(", "),
        if calls == 1 { "is" } else { "are" }
    ));
    if let Some(lineage) = lock.lineage(&project.environment) {
        out.note(format_args!(
            "callform.lock names lineage {}. If that ledger, or a backup of it, still exists anywhere:  callform ledger adopt",
            lineage.short()
        ));
    }
    approval::ask_for(calls, "a new ledger", "Type the number of calls to go on", args.auto_approve)?;
    let mut parts = Vec::new();
    for project in &projects {
        let look = if args.without_records { None } else { Some(super::look(project, out)?) };
        parts.push(Part { project, look });
    }
    let beside = project.root.join(BESIDE);
    let rebuilding = Rebuilding { parts: &parts, stdin: stdin.as_deref(), access, beside: &beside, clock: clock() };
    let rebuilt = super::wait_for(care::rebuild(rebuilding, &mut SystemRandom))?;
    let lines = lines(project, &rebuilt, args.without_records);
    let lineage = rebuilt.lineage().clone();
    // Named first: if it can't be put in its place after that, the same command makes another one.
    let named = !project.site.is_emulator() || lock.lineage(&project.environment).is_some();
    if named {
        for project in &projects {
            lock.register(&project.environment, &lineage)?;
        }
    }
    rebuilt.finish()?;
    let _ = writeln!(out.out(), "{} is a new ledger (lineage {}).", address.place(), lineage.short());
    for line in lines {
        let _ = writeln!(out.out(), "{line}");
    }
    if named {
        out.note("callform.lock names it now: check that file in.");
    }
    out.note("Nobody was phoned.");
    Ok(Exit::Done)
}

/// The other environments whose ledger it was: those that `callform.lock` names it for, and those of the same account.
fn environments(project: &Project, lock: &LockFile) -> Vec<String> {
    let lost = lock.lineage(&project.environment);
    let known = project.environments.iter().map(String::as_str).chain([DEFAULT_ENVIRONMENT]);
    let shared = known.filter(|name| {
        let named = lock.lineage(name);
        let same_account = project.same_account.iter().any(|other| other == name);
        *name != project.environment && named.is_some() && (named == lost || same_account)
    });
    shared.map(str::to_owned).collect()
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
