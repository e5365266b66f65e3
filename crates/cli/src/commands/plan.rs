//! `callform plan`

use std::io::{Read, Write};

use callform_exec::plan::{Kind, Plan, PlanError, PlanRequest, plan};
use callform_exec::plan_file::{DEFAULT_VALID_FOR, PlanFile, PlanFileError};
use callform_spec::project::{CalleeSource, Loaded, Project};

use crate::args::{PlanArgs, PlanFormat};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::surroundings::{clock, plan_key};
use crate::view;

impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::Ledger(error) => error.into(),
            PlanError::NoSuchCampaign { name, known } => {
                let message = format!("no campaign is called `{}`", view::typed(&name));
                let line = format!("This project has: {}", known.join(", "));
                Self::new(Exit::Usage, message).line(line)
            }
        }
    }
}

pub(crate) fn run(args: &PlanArgs, out: &mut Output) -> Outcome {
    let loaded = crate::project::load_good(&args.project, out)?;
    let Some(project) = loaded.project() else { return Ok(Exit::Failed) };
    let ledger = if args.no_ledger { None } else { Some(crate::ledger::open(project)?) };
    let stdin = stdin(project, &args.selection.campaigns)?;
    let made = plan(&PlanRequest {
        campaigns: &args.selection.campaigns,
        only: &args.selection.keys,
        limit: args.selection.limit,
        allow_repeat: args.allow_repeat,
        stdin: stdin.as_deref(),
        ..PlanRequest::new(project, ledger.as_ref(), clock().now())
    })?;
    bad_rows(&made, &loaded, out);
    keys_exist(&made, &args.selection.keys)?;
    print(&made, project, args.format, out);
    if let Some(path) = &args.out {
        write_file(&made, project, path, out)?;
    }
    next(&made, args, out);
    Ok(if made.problem_count > 0 {
        Exit::Failed
    } else if !made.refusals.is_empty() && args.out.is_some() {
        Exit::Refused
    } else if args.detailed_exitcode && made.has_work() {
        Exit::SomethingToDo
    } else {
        Exit::Done
    })
}

/// Standard input, if a campaign reads it.
pub(crate) fn stdin(project: &Project, campaigns: &[String]) -> Result<Option<Vec<u8>>, Failure> {
    let reads = project
        .campaigns
        .iter()
        .filter(|c| campaigns.is_empty() || campaigns.contains(&c.name))
        .filter(|c| matches!(c.callees, CalleeSource::Stdin { .. }))
        .count();
    if reads > 1 {
        return Err(
            Failure::failed("more than one campaign reads standard input").line("Choose one with --campaign NAME.")
        );
    }
    if reads == 0 {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).map_err(|e| Failure::failed(format!("can't read standard input: {e}")))?;
    Ok(Some(bytes))
}

/// A key that nobody has is a slip, not an empty plan.
pub(crate) fn keys_exist(plan: &Plan, keys: &[String]) -> Result<(), Failure> {
    let met: u64 = plan
        .campaigns
        .iter()
        .flat_map(|c| c.counts.iter())
        .filter(|(k, _)| **k != Kind::NoLongerDeclared)
        .map(|(_, n)| n)
        .sum();
    if keys.is_empty() || met > 0 || plan.problem_count > 0 {
        return Ok(());
    }
    Err(Failure::new(Exit::Usage, "no callee has one of the keys that --only names"))
}

/// Shows what is wrong with rows.
pub(crate) fn bad_rows(plan: &Plan, loaded: &Loaded, out: &mut Output) {
    if plan.problems.is_empty() {
        return;
    }
    let mut sources = loaded.sources.clone();
    let diagnostics: Vec<_> = plan.problems.iter().cloned().map(|p| p.into_diagnostic(&mut sources)).collect();
    crate::project::show(&diagnostics, &sources, out);
    let more = plan.problem_count.saturating_sub(diagnostics.len() as u64);
    if more > 0 {
        let _ = writeln!(out.err(), "{} more bad rows: `callform validate` tells all of them.\n", view::number(more));
    }
}

pub(crate) fn print(plan: &Plan, project: &Project, format: PlanFormat, out: &mut Output) {
    let text = match format {
        PlanFormat::Human => view::plan::human(plan, project, &out.styles()),
        PlanFormat::Markdown => view::plan_markdown::markdown(plan),
        PlanFormat::Json => format!("{:#}\n", view::plan_json::json(plan)),
    };
    let _ = write!(out.out(), "{text}");
}

fn write_file(plan: &Plan, project: &Project, path: &std::path::Path, out: &mut Output) -> Result<(), Failure> {
    if !plan.refusals.is_empty() {
        out.note(format_args!("No plan file was written: this plan can't be applied."));
        return Ok(());
    }
    let failed = |e: std::io::Error| Failure::failed(format!("can't write the plan to {}: {e}", path.display()));
    let valid_for = project.plan.valid_for.map_or(DEFAULT_VALID_FOR, |d| d.to_std());
    let file = PlanFile::of(plan, valid_for, plan_key().as_ref())?;
    let to = std::fs::File::create(path).map_err(failed)?;
    match file.write(&to).and_then(|()| to.sync_all().map_err(Into::into)) {
        Err(PlanFileError::Io(error)) => return Err(failed(error)),
        done => done?,
    }
    let signed = if file.is_signed() { "signed" } else { "not signed: CALLFORM_PLAN_KEY is not set" };
    out.note(format_args!(
        "Wrote {} ({}, {signed}), good until {}.",
        path.display(),
        view::count(file.calls() as u64, "call", "calls"),
        view::moment(file.expires(), None)
    ));
    Ok(())
}

fn next(plan: &Plan, args: &PlanArgs, out: &mut Output) {
    let directory = args.project.dir.display();
    let environment = args.project.env.as_ref().map(|e| format!(" --env {e}")).unwrap_or_default();
    if let (Some(path), true) = (&args.out, plan.refusals.is_empty()) {
        out.note(format_args!(
            "\nNothing has been sent. Apply exactly this with:  callform apply {directory}{environment} --plan {}",
            path.display()
        ));
    } else if plan.is_applicable() && plan.has_work() {
        out.note(format_args!(
            "\nNothing has been sent. To place these calls:  callform apply {directory}{environment}"
        ));
    } else {
        out.note("\nNothing has been sent.");
    }
}
