//! What `callform ledger check` saw.

use std::fmt::Write;

use callform_exec::ledger::{Inspection, LedgerError, Place, Position};
use serde_json::{Map, Value, json};

use super::{count, moment, number};

/// For a person. `named`: whether `callform.lock` names its lineage; `None` if it names none.
pub(crate) fn text(seen: &Inspection, named: Option<bool>) -> String {
    let mut text = format!("{}   lineage {}   project {}\n", seen.place, seen.lineage.short(), seen.project);
    let mut line = |name: &str, words: &str| {
        let _ = writeln!(text, "  {name:<14} {words}");
    };
    line("events", &format!("{}, the last one {}", events(seen), moment(seen.last, None)));
    line("tables", &tables(seen));
    line("database", &database(seen));
    line("place", place(seen));
    if let Some(mark) = seen.mark {
        line("mark beside it", &mark_words(seen, mark));
    }
    line(
        "callform.lock",
        match named {
            Some(true) => "names it",
            Some(false) => "names another one",
            None => "names none for this environment",
        },
    );
    match seen.holders.as_slice() {
        [] => line("held by", "nobody"),
        holders => holders.iter().for_each(|holder| line("held by", &holder.to_string())),
    }
    let calls: u64 = seen.counts.iter().map(|(_, calls)| calls).sum();
    let states: Vec<String> = seen
        .counts
        .iter()
        .map(|(state, calls)| format!("{} {}", number(*calls), crate::commands::state_words(*state)))
        .collect();
    let states = if states.is_empty() { String::new() } else { format!(": {}", states.join(", ")) };
    line("calls", &format!("{}{states}", number(calls)));
    let (numbers, keys) = (count(seen.numbers, "number", "numbers"), count(seen.names, "key", "keys"));
    line("in clear", &format!("{numbers} of calls that are open, {keys}"));
    text
}

fn events(seen: &Inspection) -> String {
    let all = number(u64::try_from(seen.position.number()).unwrap_or_default());
    match &seen.integrity {
        Some(found) => match found.broken_at {
            None => format!("{all}, chain unbroken"),
            Some(at) => format!("{all}, the chain is broken at {at}"),
        },
        None => all,
    }
}

fn tables(seen: &Inspection) -> String {
    match (&seen.integrity, seen.older) {
        (Some(found), _) if found.different.is_empty() => "say what the events say".to_owned(),
        (Some(found), _) => format!("say something else than the events: {}", found.different.join(", ")),
        (None, Some(version)) => format!("of version {version}, not compared: the next command brings them up to date"),
        (None, None) => "could not be compared".to_owned(),
    }
}

fn database(seen: &Inspection) -> String {
    match (seen.damage.as_slice(), seen.server_checksums) {
        ([], None) => "whole, says SQLite".to_owned(),
        ([], Some(true)) => "PostgreSQL checks pages as it reads them (data_checksums is on)".to_owned(),
        ([], Some(false)) => "PostgreSQL does not check its pages (data_checksums is off)".to_owned(),
        (damage, _) => damage.join("; "),
    }
}

fn place(seen: &Inspection) -> &'static str {
    match (&seen.refusal, &seen.place) {
        _ if seen.is_backup => "a backup",
        (Some(LedgerError::Copied { .. }), Place::File(_)) => "a copy: it does not lie where it was made",
        (Some(LedgerError::Copied { .. }), Place::Postgres(_)) => {
            "not the server, the timeline or the database that it was used on last"
        }
        (_, Place::File(_)) => "where it was made",
        (_, Place::Postgres(_)) => "the server and the timeline that it was used on last",
    }
}

fn mark_words(seen: &Inspection, mark: Position) -> String {
    let number = number(u64::try_from(mark.number()).unwrap_or_default());
    match &seen.refusal {
        Some(LedgerError::Restored { .. }) => format!("it had reached position {number}, and what follows is missing"),
        _ => format!("position {number}, reached"),
    }
}

/// For programs.
pub(crate) fn json(seen: &Inspection, exit: u8) -> Value {
    let found = seen.integrity.as_ref();
    let calls: Map<String, Value> =
        seen.counts.iter().map(|(state, calls)| (state.name().to_owned(), json!(calls))).collect();
    json!({
        "formatVersion": 1,
        "place": seen.place.to_string(),
        "lineage": seen.lineage.as_str(),
        "project": seen.project,
        "position": seen.position.to_string(),
        "lastEvent": seen.last.to_string(),
        "whole": seen.is_whole(),
        "backup": seen.is_backup,
        "refused": seen.refusal.as_ref().map(ToString::to_string),
        "chainBrokenAt": found.and_then(|found| found.broken_at),
        "tablesThatDiffer": found.map(|found| found.different.clone()),
        "database": seen.damage,
        "mark": seen.mark.map(|mark| mark.to_string()),
        "holders": seen.holders,
        "calls": calls,
        "numbersInClear": seen.numbers,
        "keys": seen.names,
        "exitCode": exit,
    })
}
