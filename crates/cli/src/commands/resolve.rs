//! `callform resolve`: what a person says about unknown calls.

mod decision;
mod file;

use std::io::Write;
use std::path::PathBuf;

use callform_exec::ledger::{Ledger, Resolved, State, Traced};
use callform_exec::status;
use callform_spec::phone::mask_text;
use callform_spec::project::Project;

use crate::args::{ProjectArgs, ResolveArgs};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::selection::is_campaign;
use crate::view;
use decision::{Decision, Said};

pub(crate) fn run(args: &ResolveArgs, out: &mut Output) -> Outcome {
    let (key, dir) = place(args)?;
    let loaded = crate::project::load_good(&ProjectArgs { dir, env: args.env.clone() }, out)?;
    let Some(project) = loaded.project() else { return Ok(Exit::Failed) };
    let mut ledger = crate::ledger::open(project)?;
    let decisions = match (key, &args.from) {
        (Some(key), _) => {
            let said = Said::of(args)?;
            vec![Decision { attempt: find(project, &ledger, key, args.campaign.as_deref())?, said }]
        }
        (None, Some(path)) => file::read(path, project, &ledger, args.campaign.as_deref())?,
        (None, None) => by_code(args, project, &ledger)?,
    };
    decision::check(project, &ledger, &decisions)?;
    decide(project, &mut ledger, &decisions, out)
}

/// The key, and the project's directory: without a key the first word is the directory.
fn place(args: &ResolveArgs) -> Result<(Option<&str>, PathBuf), Failure> {
    let many = args.from.is_some() || args.code.is_some();
    let here = || PathBuf::from(".");
    match (&args.key, &args.dir, many) {
        (Some(_), Some(_), true) => {
            Err(Failure::new(Exit::Usage, "a key beside --from or --code: which calls are meant?"))
        }
        (Some(dir), None, true) => Ok((None, PathBuf::from(dir))),
        (None, _, true) => Ok((None, here())),
        (Some(key), dir, false) => Ok((Some(key), dir.clone().unwrap_or_else(here))),
        (None, _, false) => Err(Failure::new(Exit::Usage, "which call?")
            .line("Name its KEY, or --campaign NAME --code CODE --count N, or a file with --from FILE.")),
    }
}

/// The unknown attempt of the only call that is called so.
fn find(project: &Project, ledger: &Ledger, key: &str, campaign: Option<&str>) -> Result<Traced, Failure> {
    let shown = mask_text(key);
    let mut rows = status::find(project, ledger, key)?;
    rows.retain(|row| campaign.is_none_or(|name| is_campaign(&row.call.campaign, name)));
    let Some(first) = rows.first() else {
        return Err(Failure::failed(format!("the ledger knows no call `{shown}`"))
            .line("`callform status --calls` lists all that were attempted."));
    };
    let state = super::state_words(first.call.state);
    let since = view::moment(first.call.since, None);
    let unknown: Vec<_> = rows.iter().filter(|row| row.call.state == State::Unknown).collect();
    match unknown.as_slice() {
        [] => Err(Failure::refused(format!("`{shown}` is not unknown: {state} since {since}"))
            .line(format!("Its history:  callform why {shown}"))),
        [one] => ledger
            .unknown_of(one.call.id)?
            .ok_or_else(|| Failure::refused(format!("`{shown}` was decided by somebody else just now"))),
        several => {
            let campaigns: Vec<_> = several.iter().map(|row| row.call.campaign.as_str()).collect();
            Err(Failure::new(Exit::Usage, format!("`{shown}` is unknown in {}", campaigns.join(" and ")))
                .line("Say which one is meant:  --campaign NAME"))
        }
    }
}

/// The unknown attempts of a campaign with a code, if they are as many as the person says.
fn by_code(args: &ResolveArgs, project: &Project, ledger: &Ledger) -> Result<Vec<Decision>, Failure> {
    let (Some(campaign), Some(code), Some(count)) = (&args.campaign, &args.code, args.count) else {
        return Err(Failure::new(Exit::Usage, "--campaign, --code and --count belong together"));
    };
    let said = Said::of(args)?;
    if matches!(said, Said::Placed { session: Some(_), .. }) {
        return Err(Failure::new(Exit::Usage, "one session can't be that of several calls")
            .line("Write `--placed -` if nobody knows the sessions, or a file with --from FILE."));
    }
    let mut attempts = ledger.unknown(&project.account())?;
    attempts.retain(|attempt| {
        attempt.environment == project.environment
            && is_campaign(&attempt.campaign, campaign)
            && attempt.code.as_deref() == Some(code.as_str()).filter(|code| *code != "-")
    });
    if attempts.len() as u64 != count {
        let with = if code == "-" { "no code".to_owned() } else { format!("the code {code}") };
        let found = view::count(attempts.len() as u64, "unknown call has", "unknown calls have");
        return Err(Failure::refused(format!("{found} {with} in {campaign}, not {}", view::number(count)))
            .line("Nothing was decided. `callform status --calls` lists them."));
    }
    Ok(attempts.into_iter().map(|attempt| Decision { attempt, said: said.clone() }).collect())
}

fn decide(project: &Project, ledger: &mut Ledger, decisions: &[Decision], out: &mut Output) -> Outcome {
    let mut late = 0;
    for Decision { attempt, said } in decisions {
        let resolved = ledger.resolve(attempt.attempt, said.resolution(), &said.reason())?;
        let words = match resolved {
            Resolved::Done => said.to_string(),
            Resolved::NotUnknown => "left as it is: somebody else decided it just now".to_owned(),
            Resolved::SessionTaken => "left unknown: that session belongs to another call".to_owned(),
        };
        late += u64::from(resolved != Resolved::Done);
        let number = attempt.number.map_or_else(String::new, |number| number.masked());
        let _ = writeln!(out.out(), "{}  {number}  {}  {words}", attempt.label, attempt.campaign);
    }
    // What was wiped may still stand in the database's journal.
    ledger.wipe_journal()?;
    let left = ledger.unknown(&project.account())?.len() as u64;
    let left = if left == 0 { "No call is".to_owned() } else { view::count(left, "call is", "calls are") };
    out.note(format_args!("{left} unknown now. Nobody was phoned."));
    Ok(if late > 0 { Exit::Refused } else { Exit::Done })
}
