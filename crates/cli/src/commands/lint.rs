//! `callform lint`

use std::io::Write;

use callform_lint::render;
use callform_lint::selection::{Selection, UnknownRule};

use crate::args::LintArgs;
use crate::check;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::project;

pub(crate) fn run(args: &LintArgs, out: &mut Output) -> Outcome {
    let selection = Selection::new(&args.select, &args.ignore).map_err(|unknown| no_such_rule(&unknown))?;
    let checked = check::check(&args.project, &selection, args.format, out);
    let report = checked.report();
    project::print(&checked, &args.project.dir, args.format, out);
    checked.note_further(out);
    let _ = writeln!(out.err(), "{} {}", render::summary(&report), checked.rows_read());
    let found = report.errors() + report.warnings() > 0;
    checked.leave();
    Ok(if found && !args.exit_zero { Exit::Failed } else { Exit::Done })
}

fn no_such_rule(unknown: &UnknownRule) -> Failure {
    let failure = Failure::new(Exit::Usage, unknown.to_string());
    match unknown.nearest {
        _ if unknown.is_error => failure.line("Errors are always told; they can be neither selected nor ignored."),
        Some(near) => failure.line(format!("Did you mean `{near}`?")),
        None => failure.line("`callform rule` lists the rules."),
    }
}
