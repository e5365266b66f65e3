//! Decisions from a CSV file: `key,decision,session-or-reason`.

use std::collections::HashSet;
use std::path::Path;

use callform_exec::ledger::Ledger;
use callform_spec::phone::mask_text;
use callform_spec::project::Project;

use super::decision::{Decision, Said};
use crate::failure::Failure;

/// The first line.
const HEADER: [&str; 3] = ["key", "decision", "session-or-reason"];
/// Mistakes that are shown; all are counted.
const SHOWN: usize = 20;

/// Reads and checks every line; one that is wrong, and nothing is decided.
pub(super) fn read(
    path: &Path,
    project: &Project,
    ledger: &Ledger,
    campaign: Option<&str>,
) -> Result<Vec<Decision>, Failure> {
    let name = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| Failure::failed(format!("can't read {name}: {error}")))?;
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().map_err(|error| Failure::failed(format!("{name}: {error}")))?;
    if header.iter().ne(HEADER) {
        return Err(Failure::failed(format!("{name}:1: the first line is not `{}`", HEADER.join(",")))
            .line("Nothing was decided."));
    }
    let (mut decisions, mut wrong, mut keys) = (Vec::new(), Vec::new(), HashSet::new());
    for record in reader.records() {
        let record = record.map_err(|error| Failure::failed(format!("{name}: {error}")))?;
        let line = record.position().map_or(0, csv::Position::line);
        match decision(&record, project, ledger, campaign) {
            Ok(decision) if !keys.insert(decision.attempt.attempt) => {
                wrong.push(format!("{name}:{line}: a second decision about `{}`", decision.attempt.label));
            }
            Ok(decision) => decisions.push(decision),
            Err(what) => wrong.push(format!("{name}:{line}: {what}")),
        }
    }
    if wrong.is_empty() {
        return Ok(decisions);
    }
    let lines = crate::view::count(wrong.len() as u64, "line is wrong", "lines are wrong");
    let failure = Failure::failed(format!("{lines}, so nothing was decided"));
    Err(wrong.into_iter().take(SHOWN).fold(failure, Failure::line))
}

fn decision(
    record: &csv::StringRecord,
    project: &Project,
    ledger: &Ledger,
    campaign: Option<&str>,
) -> Result<Decision, String> {
    let [key, word, detail] = [0, 1, 2].map(|n| record.get(n).unwrap_or_default());
    if record.len() > HEADER.len() {
        return Err("it has more than three fields; a reason with a comma stands in quotes".to_owned());
    }
    let said = match word {
        "placed" => Said::placed(if detail.is_empty() { "-" } else { detail }, None)?,
        "not-placed" => Said::not_placed(detail)?,
        other => return Err(format!("`{}` is no decision: write `placed` or `not-placed`", mask_text(other))),
    };
    let attempt = super::find(project, ledger, key, campaign).map_err(|failure| failure.message)?;
    Ok(Decision { attempt, said })
}
