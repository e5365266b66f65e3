//! `callform ledger forget`

use std::io::Write;

use callform_exec::identity::NumberId;
use callform_exec::ledger::{Ledger, Whom};
use callform_exec::status;
use callform_spec::phone::{PhoneNumber, mask_text};
use callform_spec::project::Project;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::args::{LedgerForgetArgs, ProjectArgs};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::selection::is_campaign;
use crate::surroundings::clock;
use crate::view;

pub(super) fn run(args: &LedgerForgetArgs, out: &mut Output) -> Outcome {
    let loaded = crate::project::load_good(&ProjectArgs { dir: args.dir.clone(), env: args.env.clone() }, out)?;
    let Some(project) = loaded.project() else { return Ok(Exit::Failed) };
    let mut ledger = crate::ledger::open(project)?;
    let whom = match (&args.key, &args.number, &args.before) {
        (_, Some(number), _) => {
            let number = PhoneNumber::parse(number)
                .map_err(|e| Failure::new(Exit::Usage, format!("--number is no number: {e}")).line(e.help()))?;
            Whom::Number(ledger.key().number(&number))
        }
        (_, _, Some(date)) => before(date)?,
        (Some(key), _, _) => Whom::Number(number_of(project, &ledger, key, args.campaign.as_deref())?),
        (None, None, None) => return Err(Failure::new(Exit::Usage, "whom?")),
    };
    let forgotten = ledger.forget(whom, args.also_open)?;
    let (keys, numbers) =
        (view::count(forgotten.keys, "key", "keys"), view::count(forgotten.numbers, "number", "numbers"));
    let words = match forgotten.keys + forgotten.numbers {
        0 => "There was nothing to forget: no key and no number in clear.".to_owned(),
        _ => format!("Forgotten: {keys}, {numbers} in clear. Nobody is phoned again because of it."),
    };
    let _ = writeln!(out.out(), "{words}");
    if forgotten.kept > 0 {
        let calls = view::count(forgotten.kept, "call is unknown and keeps", "calls are unknown and keep");
        let _ =
            writeln!(out.out(), "{calls} key and number until that is decided:  callform refresh, callform resolve");
        let _ = writeln!(out.out(), "With --also-open they are forgotten, too; then only you can decide.");
    }
    if !forgotten.journal {
        out.note(
            "Another process reads the ledger: its journal is overwritten by the next command that finds it free.",
        );
    }
    out.note("Backups and exports that were made before keep what they hold.");
    Ok(Exit::Done)
}

fn before(date: &str) -> Result<Whom, Failure> {
    let usage = |message: &str| Failure::new(Exit::Usage, message).line("Write it so:  --before 2026-01-31");
    let day: Date = date.trim().parse().map_err(|_| usage("--before is no date"))?;
    let moment = day.to_zoned(TimeZone::UTC).map_err(|_| usage("--before is no date"))?.timestamp();
    if moment > clock().now() {
        return Err(usage("--before lies in the future"));
    }
    Ok(Whom::Before(moment))
}

/// The number of the calls that are called so. A key may be somebody else's in another campaign.
fn number_of(project: &Project, ledger: &Ledger, key: &str, campaign: Option<&str>) -> Result<NumberId, Failure> {
    let shown = mask_text(key);
    let mut rows = status::find(project, ledger, key)?;
    rows.retain(|row| campaign.is_none_or(|name| is_campaign(&row.call.campaign, name)));
    let Some(first) = rows.first() else {
        return Err(Failure::failed(format!("the ledger knows no call `{shown}`"))
            .line("`callform status --calls` lists all that were attempted; by their number:  --number NUMBER"));
    };
    if rows.iter().any(|row| row.call.number != first.call.number) {
        let campaigns: Vec<_> = rows.iter().map(|row| row.call.campaign.as_str()).collect();
        return Err(Failure::new(Exit::Usage, format!("`{shown}` has other numbers in {}", campaigns.join(" and ")))
            .line("Say which one is meant:  --campaign NAME"));
    }
    Ok(first.call.number)
}
