//! `callform stop` and `callform resume`

use std::io::Write;

use callform_exec::ledger::{Ledger, Stop};
use callform_spec::project::Project;

use crate::args::{ProjectArgs, StopArgs};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::view;

pub(crate) fn stop(args: &StopArgs, out: &mut Output) -> Outcome {
    let (campaign, project_args) = meant(args)?;
    let loaded = crate::project::load_good(&project_args, out)?;
    let Some(project) = loaded.project() else { return Ok(Exit::Failed) };
    let mut ledger = crate::ledger::open(project)?;
    if let Some(name) = campaign {
        is_known(project, &ledger, name)?;
    }
    let what = what(project, campaign);
    let before = ledger.stop(&project.environment, campaign)?;
    let mut stdout = out.out();
    let _ = match before {
        Some(stop) => writeln!(stdout, "{what} is {stop}; that stays so."),
        None => writeln!(stdout, "{what} is stopped: no new call leaves, also from runs that are under way."),
    };
    drop(stdout);
    out.note(format_args!("Calls that go on are not hung up. Lift it with:  {}", resume_command(campaign, args)));
    Ok(Exit::Done)
}

pub(crate) fn resume(args: &StopArgs, out: &mut Output) -> Outcome {
    let (campaign, project_args) = meant(args)?;
    let loaded = crate::project::load_good(&project_args, out)?;
    let Some(project) = loaded.project() else { return Ok(Exit::Failed) };
    let mut ledger = crate::ledger::open(project)?;
    if let Some(name) = campaign {
        is_known(project, &ledger, name)?;
    }
    // A campaign that was stopped under its former name is stopped.
    let former = campaign
        .and_then(|name| project.campaigns.iter().find(|campaign| campaign.name == name))
        .and_then(|campaign| campaign.spec.moved_from.clone());
    let mut lifted = ledger.resume(&project.environment, campaign)?;
    if let Some(former) = former {
        lifted = ledger.resume(&project.environment, Some(&former))?.or(lifted);
    }
    let what = what(project, campaign);
    let _ = match lifted {
        Some(stop) => writeln!(out.out(), "{what} was {stop}; it may place calls again."),
        None => writeln!(out.out(), "{what} was not stopped."),
    };
    for Stop { campaign, who, .. } in ledger.stops(&project.environment)? {
        match campaign {
            Some(name) => out.note(format_args!("`{name}` is still stopped by {who}:  callform resume {name}")),
            None => {
                out.note(format_args!("All of {} is still stopped by {who}:  callform resume", project.environment))
            }
        }
    }
    Ok(Exit::Done)
}

/// Campaign and project. The only argument may be a directory; no campaign is called like one that holds a `/`.
fn meant(args: &StopArgs) -> Result<(Option<&str>, ProjectArgs), Failure> {
    let project = args.project.clone();
    match args.campaign.as_deref() {
        Some(given) if given.contains('/') || matches!(given, "." | "..") => {
            if project.dir.as_os_str() != "." {
                return Err(Failure::new(Exit::Usage, "the first argument is a directory, and so is the second one"));
            }
            Ok((None, ProjectArgs { dir: given.into(), ..project }))
        }
        Some(given) if given.contains('@') => {
            let name = given.split('@').next().unwrap_or_default();
            let message = format!("`{}` is one occurrence of a campaign", view::typed(given));
            Err(Failure::new(Exit::Usage, message)
                .line(format!("A campaign is stopped as a whole, by its name: {}", view::typed(name))))
        }
        campaign => Ok((campaign, project)),
    }
}

/// One that the files no longer have may still be running elsewhere.
fn is_known(project: &Project, ledger: &Ledger, name: &str) -> Result<(), Failure> {
    let declared = || project.campaigns.iter().any(|campaign| campaign.name == name);
    let stopped = ledger.stops(&project.environment)?.iter().any(|stop| stop.campaign.as_deref() == Some(name));
    let counts = ledger.counts(&project.account(), &project.environment)?;
    if declared() || stopped || counts.iter().any(|c| c.campaign.split('@').next() == Some(name)) {
        return Ok(());
    }
    let known: Vec<_> = project.campaigns.iter().map(|campaign| campaign.name.as_str()).collect();
    let message = format!("no campaign is called `{}`, here or in the ledger", view::typed(name));
    Err(Failure::new(Exit::Usage, message)
        .line(format!("This project has: {}", known.join(", ")))
        .line(format!("If it is the project's directory, write:  ./{}", view::typed(name))))
}

fn what(project: &Project, campaign: Option<&str>) -> String {
    campaign.map_or_else(|| format!("All of {} / {}", project.name, project.environment), |name| format!("`{name}`"))
}

fn resume_command(campaign: Option<&str>, args: &StopArgs) -> String {
    let given = args.campaign.as_deref().filter(|_| campaign.is_none()).map(str::to_owned);
    let directory = given.unwrap_or_else(|| args.project.dir.display().to_string());
    let mut words = vec!["callform resume".to_owned()];
    words.extend(campaign.map(str::to_owned));
    words.extend((directory != ".").then_some(directory));
    words.extend(args.project.env.as_ref().map(|name| format!("--env {name}")));
    words.join(" ")
}
