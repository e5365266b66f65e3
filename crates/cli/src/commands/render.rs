//! `callform render`

use std::io::Write;

use callform_exec::request;
use callform_exec::secrets::References;
use callform_spec::phone::mask_text;
use callform_spec::project::{CalleeSource, Campaign, Project, ReadyRow, Rendering};
use serde_json::{Map, Value};

use crate::args::{RenderArgs, RenderFormat};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::selection;

/// Requests that are shown where nobody said how many.
const DEFAULT_LIMIT: u64 = 1;

pub(crate) fn run(args: &RenderArgs, out: &mut Output) -> Outcome {
    let loaded = crate::project::load_good(&args.project, out)?;
    let Some(project) = loaded.project() else { return Ok(Exit::Failed) };
    let campaigns = selection::campaigns(project, &args.selection.campaigns)?;
    let everyone = args.selection.limit.is_none() && !args.selection.keys.is_empty();
    let limit = if everyone { u64::MAX } else { args.selection.limit.unwrap_or(DEFAULT_LIMIT) };
    let mut shown = Vec::new();
    let mut sources = loaded.sources.clone();
    for campaign in campaigns {
        let mut count = 0;
        let stdin = matches!(campaign.callees, CalleeSource::Stdin { .. })
            .then(|| Box::new(std::io::stdin()) as Box<dyn std::io::Read>);
        let bad = |problems: Vec<callform_spec::project::RowProblem>, sources: &mut _, out: &mut Output| {
            let diagnostics: Vec<_> = problems.into_iter().map(|p| p.into_diagnostic(sources)).collect();
            crate::project::show(&diagnostics, sources, out);
        };
        let rows = match project.rows(campaign, stdin, Rendering::Check) {
            Ok(rows) => rows,
            Err(problems) => {
                bad(problems, &mut sources, out);
                return Err(Failure::failed("the callees can't be read"));
            }
        };
        for row in rows {
            if count >= limit {
                break;
            }
            let row = match row {
                Ok(row) => row,
                Err(problem) => {
                    bad(vec![problem], &mut sources, out);
                    return Err(
                        Failure::failed("a row can't be rendered").line("`callform validate` shows all of them.")
                    );
                }
            };
            if !args.selection.keys.is_empty() && !args.selection.keys.contains(&row.key) {
                continue;
            }
            count += 1;
            shown.push(one(project, campaign, &row, args.reveal)?);
        }
    }
    if shown.is_empty() && !args.selection.keys.is_empty() {
        return Err(Failure::failed("no callee has one of these keys"));
    }
    print(&shown, args.format, out)?;
    out.note("References stand in the place of secrets. Nothing was sent.");
    Ok(Exit::Done)
}

struct Shown {
    title: String,
    request: Map<String, Value>,
}

fn one(project: &Project, campaign: &Campaign, row: &ReadyRow, reveal: bool) -> Result<Shown, Failure> {
    let agent = &project.agents[campaign.agent];
    let words = agent.words(&row.context).map_err(|e| Failure::failed(e.to_string()))?;
    let call = request::build(project, campaign, &row.number, words, &References)
        .map_err(|e| Failure::failed(e.to_string()))?;
    let body = call.body(crate::site::dialect(project)).map_err(|e| Failure::failed(e.to_string()))?;
    let mut request: Map<String, Value> = serde_json::from_slice(&body).map_err(|e| Failure::failed(e.to_string()))?;
    let number = if reveal { row.number.e164().to_owned() } else { row.number.masked() };
    if !reveal {
        request.values_mut().for_each(mask);
    }
    let key = if reveal { row.key.clone() } else { mask_text(&row.key) };
    Ok(Shown { title: format!("{} / {key}  {number}", campaign.name), request })
}

fn mask(value: &mut Value) {
    match value {
        Value::String(text) => *text = mask_text(text),
        Value::Array(items) => items.iter_mut().for_each(mask),
        Value::Object(members) => members.values_mut().for_each(mask),
        _ => {}
    }
}

fn print(shown: &[Shown], format: RenderFormat, out: &mut Output) -> Result<(), Failure> {
    let strong = out.styles().strong;
    let mut stdout = out.out();
    match format {
        RenderFormat::Json => {
            let all: Vec<_> = shown.iter().map(|s| &s.request).collect();
            let text = match all.as_slice() {
                [one] => serde_json::to_string_pretty(one),
                all => serde_json::to_string_pretty(all),
            };
            let _ = writeln!(stdout, "{}", text.map_err(|e| Failure::failed(e.to_string()))?);
        }
        RenderFormat::Yaml => {
            for one in shown {
                let text = serde_yaml::to_string(&one.request).map_err(|e| Failure::failed(e.to_string()))?;
                let _ = write!(stdout, "---\n# {}\n{text}", one.title);
            }
        }
        RenderFormat::Human => {
            for one in shown {
                let _ = writeln!(stdout, "{strong}{}{strong:#}\n", one.title);
                for (name, value) in &one.request {
                    match value {
                        Value::String(text) if text.contains('\n') => {
                            let _ = writeln!(stdout, "  {name}:");
                            for line in text.lines() {
                                let _ = writeln!(stdout, "    {line}");
                            }
                        }
                        Value::String(text) => {
                            let _ = writeln!(stdout, "  {name}: {text}");
                        }
                        other => {
                            let _ = writeln!(stdout, "  {name}: {other}");
                        }
                    }
                }
                let _ = writeln!(stdout);
            }
        }
    }
    Ok(())
}
