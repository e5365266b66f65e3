//! `callform validate`

use std::io::Write;

use callform_lint::render::{self, Report};
use callform_lint::rules::{self, RowRules};
use callform_spec::diagnostic::Diagnostic;
use callform_spec::project::{CalleeSource, Loaded, Rendering};

use crate::args::{DiagnosticFormat, ValidateArgs};
use crate::exit::Exit;
use crate::failure::Outcome;
use crate::output::Output;
use crate::project;

/// Bad rows of one campaign that are kept as diagnostics; the others are told in a line each, as they are met.
const ROWS_IN_FULL: usize = 100;

pub(crate) fn run(args: &ValidateArgs, out: &mut Output) -> Outcome {
    let mut loaded = project::load(&args.project);
    let rows = check_rows(&mut loaded, args.format, out);
    if let Some(project) = loaded.project() {
        let lints = rules::check(project, &loaded.sources);
        loaded.diagnostics.extend(lints);
    }
    let report = Report {
        diagnostics: &loaded.diagnostics,
        sources: &loaded.sources,
        files: loaded.files + rows.files,
        further: rows.further,
    };
    project::print(&report, args.format, out);
    let read = if rows.read == 1 { "1 row".to_owned() } else { format!("{} rows", rows.read) };
    let mut err = out.err();
    if rows.further > 0 {
        let _ = writeln!(err, "{} more bad rows are told in a line each, above.", rows.further);
    }
    let _ = writeln!(err, "{} {read} read.", render::summary(&report));
    Ok(if report.errors() > 0 { Exit::Failed } else { Exit::Done })
}

#[derive(Default)]
struct RowCounts {
    read: u64,
    files: usize,
    /// Bad rows beyond those that became diagnostics.
    further: usize,
}

/// Reads every row of every campaign.
fn check_rows(loaded: &mut Loaded, format: DiagnosticFormat, out: &mut Output) -> RowCounts {
    let mut counts = RowCounts::default();
    let mut found: Vec<Diagnostic> = Vec::new();
    let mut sources = std::mem::take(&mut loaded.sources);
    let mut lints = loaded.project().map(RowRules::new);
    for campaign in loaded.partial().into_iter().flat_map(|p| p.campaigns.iter()) {
        let Some(project) = loaded.partial() else { break };
        let stdin = matches!(campaign.callees, CalleeSource::Stdin { .. })
            .then(|| Box::new(std::io::stdin()) as Box<dyn std::io::Read>);
        let mut rows = match project.rows(campaign, stdin, Rendering::Check) {
            Ok(rows) => rows,
            Err(problems) => {
                found.extend(problems.into_iter().map(|p| p.into_diagnostic(&mut sources)));
                continue;
            }
        };
        counts.files += usize::from(!matches!(campaign.callees, CalleeSource::Inline(_)));
        let mut bad = 0;
        if let Some(lints) = &mut lints {
            lints.begin(campaign);
        }
        while let Some(row) = match &mut lints {
            Some(lints) => rows.next_watched(lints),
            None => rows.next(),
        } {
            counts.read += 1;
            let Err(problem) = row else { continue };
            bad += 1;
            if bad <= ROWS_IN_FULL {
                found.push(problem.into_diagnostic(&mut sources));
            } else {
                counts.further += 1;
                // Told at once and forgotten: memory stays bounded, and no row is passed over in silence.
                let line = problem.brief(&sources);
                let _ = match format {
                    DiagnosticFormat::Json => writeln!(out.err(), "{line}"),
                    DiagnosticFormat::Human | DiagnosticFormat::Concise => writeln!(out.out(), "{line}"),
                };
            }
        }
    }
    found.extend(lints.into_iter().flat_map(|lints| lints.finish(&mut sources)));
    loaded.sources = sources;
    loaded.diagnostics.extend(found);
    counts
}
