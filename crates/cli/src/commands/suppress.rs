//! `callform suppress`

use std::fs::File;
use std::io::Write;

use callform_exec::ledger::{Ledger, Suppression};
use callform_lint::render::hide;
use callform_spec::callees::DoNotCall;
use callform_spec::phone::PhoneNumber;
use comfy_table::{Table, presets};
use serde_json::json;

use crate::args::{
    DataFormat, ProjectArgs, SuppressAddArgs, SuppressArgs, SuppressCommand, SuppressImportArgs, SuppressListArgs,
};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::view;

/// So many digits of a number at its end tell whose it is.
const TELLING: usize = 6;

/// Faults of a list that are shown.
const FAULTS: usize = 20;

pub(crate) fn run(args: &SuppressArgs, out: &mut Output) -> Outcome {
    match &args.command {
        SuppressCommand::Add(args) => add(args, out),
        SuppressCommand::List(args) => list(args, out),
        SuppressCommand::Import(args) => import(args, out),
        SuppressCommand::Export(args) => export(&args.project, out),
    }
}

fn add(args: &SuppressAddArgs, out: &mut Output) -> Outcome {
    let number = number(&args.number)?;
    let reason = reason(&args.reason)?;
    let digits: String = args.reason.chars().filter(char::is_ascii_digit).collect();
    let e164 = number.e164();
    if digits.contains(&e164[e164.len().saturating_sub(TELLING)..]) {
        return Err(Failure::new(Exit::Usage, "--reason repeats the number, which the ledger does not keep"));
    }
    let mut ledger = open(&args.project, out)?;
    let added = ledger.suppress(&[number], &reason)?.added > 0;
    let masked = number.masked();
    match (added, ledger.suppression(ledger.key().number(&number))?) {
        (false, Some(Suppression { since, who, reason, .. })) => {
            let since = view::moment(since, None);
            let _ = writeln!(out.out(), "{masked} is suppressed by {who} since {since} ({reason}); that stays so.");
        }
        _ => {
            let _ = writeln!(
                out.out(),
                "{masked} is suppressed ({reason}): no campaign of this ledger phones it again, nor do runs that are \
                 under way."
            );
        }
    }
    Ok(Exit::Done)
}

fn import(args: &SuppressImportArgs, out: &mut Output) -> Outcome {
    let reason = reason(args.reason.as_deref().unwrap_or("imported"))?;
    let shown = hide(&args.file.display().to_string());
    let file = File::open(&args.file).map_err(|e| Failure::failed(format!("can't read {shown}: {e}")))?;
    let mut list = DoNotCall::default();
    let faults = list.read(file);
    if !faults.is_empty() {
        let bad = faults.len();
        let mut sources = callform_spec::source::Sources::default();
        let diagnostics: Vec<_> = faults
            .into_iter()
            .take(FAULTS)
            .map(|mut fault| {
                // The rest is about a campaign's own lists.
                fault.help.truncate(1);
                fault.into_diagnostic(&mut sources, &shown)
            })
            .collect();
        crate::project::show(&diagnostics, &sources, out);
        let lines = view::count(bad as u64, "line of the list can't be read", "lines of the list can't be read");
        return Err(Failure::failed(lines).line("No number was added: a list is taken on whole or not at all."));
    }
    let numbers: Vec<PhoneNumber> = list
        .numbers()
        .collect::<Result<_, _>>()
        .map_err(|e| Failure::failed(format!("a number of the list can't be read back: {e}")))?;
    let mut ledger = open(&args.project, out)?;
    let done = ledger.suppress(&numbers, &reason)?;
    let already = match done.already {
        0 => String::new(),
        n => format!("; {} on the list before", view::number(n)),
    };
    let _ = writeln!(out.out(), "{} added{already}.", view::count(done.added, "number", "numbers"));
    out.note("The ledger keeps digests only: keep the file if you need the numbers.");
    Ok(Exit::Done)
}

fn list(args: &SuppressListArgs, out: &mut Output) -> Outcome {
    let ledger = open(&args.project, out)?;
    let mut all = Vec::new();
    match &args.number {
        Some(given) => all.extend(ledger.suppression(ledger.key().number(&number(given)?))?),
        None => ledger.suppressions(|suppression| all.push(suppression))?,
    }
    match args.format {
        DataFormat::Json => {
            let listed: Vec<_> = all.iter().map(as_json).collect();
            let _ = writeln!(out.out(), "{:#}", json!({ "formatVersion": 1, "suppressed": listed }));
        }
        DataFormat::Human if all.is_empty() => {
            let which = if args.number.is_some() { "That number is not" } else { "No number is" };
            let _ = writeln!(out.out(), "{which} suppressed.");
        }
        DataFormat::Human => {
            let mut table = Table::new();
            table.load_style(presets::NOTHING).set_header(["since", "by", "reason", "number's digest"]);
            for Suppression { number, since, who, reason } in &all {
                table.add_row([&view::moment(*since, None), who, reason, &number.to_string()]);
            }
            let table = table.to_string();
            let lines: Vec<_> = table.lines().map(str::trim_end).collect();
            let _ = writeln!(out.out(), "{}", lines.join("\n"));
            out.note(format_args!(
                "\n{}. The numbers themselves are not kept; --number NUMBER asks for one.",
                view::count(all.len() as u64, "number", "numbers")
            ));
        }
    }
    Ok(Exit::Done)
}

fn export(args: &ProjectArgs, out: &mut Output) -> Outcome {
    let ledger = open(args, out)?;
    let mut count = 0;
    let mut stdout = out.out();
    ledger.suppressions(|suppression| {
        count += 1;
        let _ = writeln!(stdout, "{}", as_json(&suppression));
    })?;
    drop(stdout);
    out.note(format_args!(
        "{} exported, as digests under this ledger's key: no number can be read from them, and no other ledger can \
         import them. Keep the lists that you import.",
        view::count(count, "suppression", "suppressions")
    ));
    Ok(Exit::Done)
}

fn as_json(suppression: &Suppression) -> serde_json::Value {
    json!({
        "digest": suppression.number,
        "since": suppression.since.to_string(),
        "who": suppression.who,
        "reason": suppression.reason,
    })
}

fn number(given: &str) -> Result<PhoneNumber, Failure> {
    PhoneNumber::parse(given).map_err(|e| Failure::new(Exit::Usage, format!("that is no number: {e}")).line(e.help()))
}

/// As it is kept: on one line, without numbers and secrets.
fn reason(given: &str) -> Result<String, Failure> {
    let line = given.split(|c: char| c.is_control()).collect::<Vec<_>>().join(" ");
    let line = line.trim();
    if line.is_empty() {
        return Err(Failure::new(Exit::Usage, "--reason is empty: say why, for whoever asks later"));
    }
    Ok(hide(line))
}

fn open(args: &ProjectArgs, out: &mut Output) -> Result<Ledger, Failure> {
    let loaded = crate::project::load_good(args, out)?;
    let project = loaded.project().ok_or_else(|| Failure::failed("the project can't be read"))?;
    crate::ledger::open(project)
}
