//! `callform try`

use std::collections::BTreeMap;

use callform_exec::apply::{try_call, try_row};
use callform_spec::phone::PhoneNumber;
use callform_spec::project::{Agent, Project, one_clock};
use callform_spec::template::Context;
use callform_spec::value::{self, Raw};
use jiff::tz::TimeZone;

use super::apply::{Workshop, report};
use crate::approval;
use crate::args::{ProjectArgs, TryArgs};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::surroundings::clock;

pub(crate) fn run(args: &TryArgs, out: &mut Output) -> Outcome {
    let project_args = ProjectArgs { dir: args.dir.clone(), env: args.env.clone() };
    let loaded = crate::project::load_good(&project_args, out)?;
    let Some(project) = loaded.project() else { return Ok(Exit::Failed) };
    let agent = agent(project, &args.agent)?;
    let number = PhoneNumber::parse(&args.to)
        .map_err(|e| Failure::new(Exit::Usage, format!("--to is no number: {e}")).line(e.help()))?;
    let context = context(args, agent, &number)?;
    agent.words(&context).map_err(|e| Failure::failed(e.to_string()))?;
    let mut ledger = crate::ledger::open(project)?;
    ledger.verify()?;
    approval::ask(project, 1, args.auto_approve, out)?;
    let row = try_row(number, context, clock().now());
    let mut workshop = Workshop::new(project, 1, args.lock_timeout, out)?;
    let result = workshop.carry_out(&mut ledger, async |tools| try_call(project, agent, row, tools).await)?;
    report(&result, &ledger, project, args.format, out)
}

fn agent<'p>(project: &'p Project, name: &str) -> Result<&'p Agent, Failure> {
    project.agents.iter().find(|a| a.name == name).ok_or_else(|| {
        let known: Vec<_> = project.agents.iter().map(|a| a.name.as_str()).collect();
        Failure::new(Exit::Usage, format!("no agent is called `{}`", crate::view::typed(name)))
            .line(format!("This project has: {}", known.join(", ")))
    })
}

/// The values that were given, with defaults, and examples where nothing else is there.
fn context(args: &TryArgs, agent: &Agent, number: &PhoneNumber) -> Result<Context, Failure> {
    let usage = |message: String| Failure::new(Exit::Usage, message);
    let mut given = BTreeMap::new();
    for pair in &args.variables {
        let (name, text) = pair.split_once('=').ok_or_else(|| usage("--var takes NAME=VALUE".to_owned()))?;
        if !agent.variables.iter().any(|d| d.name == name) {
            let known: Vec<_> = agent.variables.iter().map(|d| d.name.as_str()).collect();
            return Err(usage(format!("the agent has no variable `{}`", crate::view::typed(name)))
                .line(format!("It has: {}", known.join(", "))));
        }
        given.insert(name, text);
    }
    let mut values = BTreeMap::new();
    let mut missing = Vec::new();
    for declared in &agent.variables {
        let value = match given.get(declared.name.as_str()) {
            Some(text) => {
                let raw = as_written(declared.rules.kind, text);
                let value = value::check(&declared.rules, &raw)
                    .map_err(|e| usage(format!("--var {} does not fit: {}", declared.name, e.message)))?;
                Some(value)
            }
            None => declared.default.clone().or_else(|| declared.example(agent)),
        };
        match value {
            Some(value) => {
                values.insert(declared.name.clone(), value);
            }
            None => missing.push(format!("--var {}=VALUE", declared.name)),
        }
    }
    if !missing.is_empty() {
        return Err(usage(format!("the agent needs {}", missing.join(" "))));
    }
    let zone = match &args.time_zone {
        Some(name) => {
            Some(TimeZone::get(name).map_err(|_| usage(format!("`{}` is not a time zone", crate::view::typed(name))))?)
        }
        None => one_clock(number.zones().time_zones()),
    };
    Ok(Context { values, zone, locale: agent.locale() })
}

/// Text of the command line as the variable's type takes it.
fn as_written(kind: value::Kind, text: &str) -> Raw {
    match (kind, text) {
        (value::Kind::Boolean, "true") => Raw::Boolean(true),
        (value::Kind::Boolean, "false") => Raw::Boolean(false),
        _ => Raw::Text(text.to_owned()),
    }
}
