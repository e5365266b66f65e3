//! `callform why`

use std::io::Write;

use callform_exec::status::{self, Course};
use callform_spec::phone::mask_text;
use serde_json::json;

use crate::args::{DataFormat, WhyArgs};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::selection::is_campaign;
use crate::view;

pub(crate) fn run(args: &WhyArgs, out: &mut Output) -> Outcome {
    let loaded = crate::project::load_good(&args.project, out)?;
    let Some(project) = loaded.project() else { return Ok(Exit::Failed) };
    let ledger = crate::ledger::open(project)?;
    let mut courses = status::why(project, &ledger, &args.key)?;
    courses.retain(|course: &Course| args.campaign.as_deref().is_none_or(|name| is_campaign(&course.campaign, name)));
    if courses.is_empty() {
        return Err(Failure::failed(format!("the ledger knows no call `{}`", mask_text(&args.key)))
            .line("`callform status --calls` lists all that were attempted, `callform plan` those that were not."));
    }
    match args.format {
        DataFormat::Json => {
            let calls: Vec<_> = courses.iter().map(view::history::json).collect();
            let _ = writeln!(out.out(), "{:#}", json!({ "formatVersion": 1, "calls": calls }));
        }
        DataFormat::Human => {
            let texts: Vec<String> = courses.iter().map(|course| view::history::lines(course).join("\n")).collect();
            let _ = writeln!(out.out(), "{}", texts.join("\n\n"));
        }
    }
    Ok(Exit::Done)
}
