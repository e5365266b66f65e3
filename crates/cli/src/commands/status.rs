//! `callform status`

use std::io::Write;

use callform_exec::ledger::{CallRow, State, Stop};
use comfy_table::{CellAlignment, Table, presets};
use serde_json::json;

use crate::args::{DataFormat, StatusArgs};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::selection::is_campaign;
use crate::view;

pub(crate) fn run(args: &StatusArgs, out: &mut Output) -> Outcome {
    let loaded = crate::project::load_good(&args.project, out)?;
    let Some(project) = loaded.project() else { return Ok(Exit::Failed) };
    let ledger = crate::ledger::open(project)?;
    let (account, environment) = (project.account(), &project.environment);
    let chosen = |campaign: &str| args.campaigns.is_empty() || args.campaigns.iter().any(|c| is_campaign(campaign, c));
    let counts: Vec<_> = ledger.counts(&account, environment)?.into_iter().filter(|c| chosen(&c.campaign)).collect();
    for name in &args.campaigns {
        let known = project.campaigns.iter().any(|c| c.name == *name);
        if !known && !counts.iter().any(|c| c.campaign == *name || c.campaign.split('@').next() == Some(name)) {
            return Err(Failure::new(
                Exit::Usage,
                format!("no campaign is called `{}`, here or in the ledger", view::typed(name)),
            ));
        }
    }
    let stops = ledger.stops(environment)?;
    let unknown: u64 =
        counts.iter().flat_map(|c| &c.states).filter(|(state, _)| *state == State::Unknown).map(|(_, n)| n).sum();
    let mut calls: Vec<CallRow> = Vec::new();
    if args.calls {
        for campaign in &counts {
            ledger.calls(&account, environment, Some(&campaign.campaign), &[], u64::MAX, |row| calls.push(row))?;
        }
    }
    match args.format {
        DataFormat::Json => {
            let campaigns: Vec<_> = counts
                .iter()
                .map(|c| {
                    let states: serde_json::Map<_, _> =
                        c.states.iter().map(|(s, n)| (s.name().to_owned(), (*n).into())).collect();
                    let outcomes: serde_json::Map<_, _> =
                        c.outcomes.iter().map(|(o, n)| (o.name().to_owned(), (*n).into())).collect();
                    json!({ "campaign": c.campaign, "states": states, "outcomes": outcomes })
                })
                .collect();
            let listed = args.calls.then(|| calls.iter().map(call_json).collect::<Vec<_>>());
            let all = json!({ "project": project.name, "environment": environment, "account": account,
                "stops": stops.iter().map(stop_json).collect::<Vec<_>>(), "campaigns": campaigns, "calls": listed });
            let text = serde_json::to_string_pretty(&all).map_err(|e| Failure::failed(e.to_string()))?;
            let _ = writeln!(out.out(), "{text}");
        }
        DataFormat::Human => {
            let mut stdout = out.out();
            let position = view::number(ledger.position()?.number().unsigned_abs());
            let _ = writeln!(
                stdout,
                "{} / {environment} on {account}   ledger {}, position {position}",
                project.name,
                ledger.lineage().short()
            );
            for stop in &stops {
                let what = stop.campaign.as_deref().map_or("every campaign".to_owned(), |name| format!("`{name}`"));
                let _ = writeln!(stdout, "■ {what} is {stop}");
            }
            if counts.is_empty() {
                let _ = writeln!(stdout, "\nNothing was placed yet.");
            } else if args.calls {
                let _ = writeln!(stdout, "\n{}", table(&calls));
            } else {
                let mut table = Table::new();
                table.load_style(presets::NOTHING).set_header(["campaign", "state", "calls"]);
                for campaign in &counts {
                    for (state, n) in &campaign.states {
                        table.add_row([campaign.campaign.as_str(), words(*state), &view::number(*n)]);
                    }
                    for (outcome, n) in &campaign.outcomes {
                        let words = format!("  ended: {}", view::spaced(outcome.name()));
                        table.add_row([campaign.campaign.as_str(), &words, &view::number(*n)]);
                    }
                }
                if let Some(column) = table.column_mut(2) {
                    column.set_cell_alignment(CellAlignment::Right);
                }
                let _ = writeln!(stdout, "\n{table}");
            }
        }
    }
    if unknown > 0 {
        let n = view::count(unknown, "call", "calls");
        out.note(format_args!(
            "\n{n} unknown: nobody can say whether the phone rang. Unknown calls are not phoned again."
        ));
        out.note(
            "callform refresh looks them up in the provider's records; callform why KEY tells the history of one.",
        );
    }
    Ok(Exit::Done)
}

pub(crate) fn words(state: State) -> &'static str {
    match state {
        State::Intent => "about to be sent",
        State::Sending => "being sent",
        State::Placed => "placed",
        State::PlacedInferred => "placed (the provider's records say so)",
        State::NotPlacedInferred => "not placed (the provider's records say so)",
        State::Rejected => "refused, nobody was phoned",
        State::Unknown => "unknown",
        State::ResolvedPlaced => "placed (a person says so)",
        State::ResolvedNotPlaced => "not placed (a person says so)",
    }
}

fn table(calls: &[CallRow]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(["campaign", "call", "state", "since", "session or code"]);
    for row in calls {
        let mut detail = row
            .session
            .as_deref()
            .or(row.call.code.as_deref())
            .or(row.reason.as_deref())
            .unwrap_or_default()
            .to_owned();
        if let Some(at) = row.call.not_before() {
            detail.push_str(&format!(", not again before {}", view::moment(at, None)));
        }
        table.add_row([
            row.call.campaign.clone(),
            row.label(),
            words(row.call.state).to_owned(),
            view::moment(row.call.since, None),
            detail,
        ]);
    }
    table
}

fn stop_json(stop: &Stop) -> serde_json::Value {
    json!({ "campaign": stop.campaign, "who": stop.who, "since": stop.since.to_string() })
}

fn call_json(row: &CallRow) -> serde_json::Value {
    json!({
        "campaign": row.call.campaign,
        "call": row.label(),
        "number": row.number,
        "state": row.call.state.name(),
        "since": row.call.since.to_string(),
        "session": row.session,
        "code": row.call.code,
        "notBefore": row.call.not_before().map(|at| at.to_string()),
        "attempts": row.call.attempts,
        "outcome": row.call.outcome.map(|outcome| outcome.name()),
        "ended": row.call.ended.map(|ended| ended.to_string()),
        "reason": row.reason,
    })
}
