//! `callform lint`

use std::io::Write;
use std::path::Path;

use callform_lint::fix::{self, Fixed};
use callform_lint::render::{self, Report};
use callform_lint::selection::{Selection, UnknownRule};

use crate::args::LintArgs;
use crate::check;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::mend;
use crate::output::Output;
use crate::project;

pub(crate) fn run(args: &LintArgs, out: &mut Output) -> Outcome {
    let selection = Selection::new(&args.select, &args.ignore).map_err(|unknown| no_such_rule(&unknown))?;
    let mut mended = String::new();
    if args.fix || args.diff {
        let fixed = mend::mend(&args.project, &selection, args.unsafe_fixes);
        tell_left(&fixed, out);
        if args.diff {
            return Ok(show(&fixed, args, out));
        }
        mend::write(&fixed.files)?;
        mended = words(&fixed, "Mended");
    }
    let checked = check::check(&args.project, &selection, args.format, out);
    let report = checked.report();
    project::print(&checked, &args.project.dir, args.format, out);
    checked.note_further(out);
    let waived = checked.waived.len();
    let waived = if waived > 0 { format!(" {waived} waived.") } else { String::new() };
    let offer = offer(&report, args);
    let _ = writeln!(out.err(), "{mended}{}{waived} {}{offer}", render::summary(&report), checked.rows_read());
    let found = report.errors() + report.warnings() > 0;
    checked.leave();
    Ok(if found && !args.exit_zero { Exit::Failed } else { Exit::Done })
}

/// `--diff`: the changes, and nothing else.
fn show(fixed: &Fixed, args: &LintArgs, out: &mut Output) -> Exit {
    for file in &fixed.files {
        let _ = write!(out.out(), "{}", fix::diff(file));
    }
    if fixed.files.is_empty() {
        out.note("Nothing to mend. Nothing was written, nothing was sent.");
        return Exit::Done;
    }
    out.note(format_args!("{}Nothing was written, nothing was sent.", words(fixed, "Would mend")));
    if args.exit_zero { Exit::Done } else { Exit::Failed }
}

fn words(fixed: &Fixed, verb: &str) -> String {
    match fixed.files.len() {
        0 => String::new(),
        files => format!("{verb} {} in {}. ", count(fixed.applied, "finding"), count(files, "file")),
    }
}

/// Fixes that were left out, and why.
fn tell_left(fixed: &Fixed, out: &mut Output) {
    for left in &fixed.left {
        let title = render::hide(&left.title);
        let _ = writeln!(out.err(), "Left out in {}: {title} ({}): {}.", left.file, left.code, left.why);
    }
    if !fixed.settled {
        let _ = writeln!(out.err(), "Some fixes undo each other; what came of them last is kept.");
    }
}

/// How to mend what was found.
fn offer(report: &Report<'_>, args: &LintArgs) -> String {
    let fixes = || report.diagnostics.iter().filter_map(|d| d.fix.as_ref());
    let safe = fixes().filter(|fix| fix.safe).count();
    let others = fixes().filter(|fix| !fix.safe).count();
    let mut command = "callform lint".to_owned();
    if args.project.dir != Path::new(".") {
        command.push_str(&format!(" {}", args.project.dir.display()));
    }
    let can = |n: usize| format!("{} can be fixed with", count(n, "finding"));
    match (safe, others) {
        // What --fix has left, it can't mend.
        (safe, 0) if safe == 0 || args.fix => String::new(),
        (_, others) if args.fix && !args.unsafe_fixes => format!(" {} `{command} --fix --unsafe-fixes`.", can(others)),
        _ if args.fix => String::new(),
        (0, others) => format!(" {} `{command} --fix --unsafe-fixes`.", can(others)),
        (safe, 0) => format!(" {} `{command} --fix`.", can(safe)),
        (safe, others) => format!(" {} `{command} --fix`, {others} more with `--unsafe-fixes`.", can(safe)),
    }
}

fn count(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

fn no_such_rule(unknown: &UnknownRule) -> Failure {
    let failure = Failure::new(Exit::Usage, unknown.to_string());
    match unknown.nearest {
        _ if unknown.is_error => failure.line("Errors are always told; they can be neither selected nor ignored."),
        Some(near) => failure.line(format!("Did you mean `{near}`?")),
        None => failure.line("`callform rule` lists the rules."),
    }
}
