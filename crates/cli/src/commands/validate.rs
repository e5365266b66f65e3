//! `callform validate`

use std::io::Write;

use callform_lint::render;
use callform_lint::selection::Selection;

use crate::args::ValidateArgs;
use crate::check;
use crate::exit::Exit;
use crate::failure::Outcome;
use crate::output::Output;
use crate::project;

pub(crate) fn run(args: &ValidateArgs, out: &mut Output) -> Outcome {
    let checked = check::check(&args.project, &Selection::default(), args.format, out);
    let report = checked.report();
    project::print(&checked, &args.project.dir, args.format, out);
    checked.note_further(out);
    let _ = writeln!(out.err(), "{} {}", render::summary(&report), checked.rows_read());
    let failed = report.errors() > 0;
    checked.leave();
    Ok(if failed { Exit::Failed } else { Exit::Done })
}
