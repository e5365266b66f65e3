//! Everything that can be said of a project before anything is sent: documents, rows, lints. `validate` and `lint`
//! share it.

use std::io::Write;

use callform_lint::findings::{self, Findings, Waived};
use callform_lint::render::Report;
use callform_lint::rules::{self, RowRules};
use callform_lint::selection::Selection;
use callform_lint::waivers::{self, UsedWaivers};
use callform_spec::project::{CalleeSource, DEFAULT_ENVIRONMENT, Drafts, Loaded, Rendering, RowProblem};

use crate::args::{DiagnosticFormat, ProjectArgs};
use crate::output::Output;
use crate::project;

/// Bad rows of one campaign that are kept as diagnostics; the others are told in a line each, as they are met.
const ROWS_IN_FULL: usize = 100;

/// A project that was checked.
pub(crate) struct Checked {
    /// The project; its diagnostics are all findings, lints included.
    pub(crate) loaded: Loaded,
    /// Findings that are waived in their places.
    pub(crate) waived: Vec<Waived>,
    rows: RowCounts,
}

impl Checked {
    /// What is to be shown.
    pub(crate) fn report(&self) -> Report<'_> {
        Report {
            diagnostics: &self.loaded.diagnostics,
            sources: &self.loaded.sources,
            files: self.loaded.files + self.rows.files,
            further: self.rows.further,
        }
    }

    /// How many rows were read, as the end of a summary.
    pub(crate) fn rows_read(&self) -> String {
        if self.rows.read == 1 { "1 row read.".to_owned() } else { format!("{} rows read.", self.rows.read) }
    }

    /// Leaves everything where it is: the process ends, and giving a hundred thousand values back takes time.
    pub(crate) fn leave(self) {
        std::mem::forget(self);
    }

    /// Says that there were more bad rows than are shown.
    pub(crate) fn note_further(&self, out: &mut Output) {
        if self.rows.further > 0 {
            let _ = writeln!(out.err(), "{} more bad rows are told in a line each, above.", self.rows.further);
        }
    }
}

/// Checks a project, every row and every rule. A mistake hides no finding of other documents, and a bad row none of other
/// rows.
pub(crate) fn check(args: &ProjectArgs, selection: &Selection, format: DiagnosticFormat, out: &mut Output) -> Checked {
    let mut loaded = project::load(args);
    let prefix = project::prefix(&args.dir);
    // Reading rows takes about as long as the rules over documents do.
    let (mut found, rows) = std::thread::scope(|scope| {
        let found = scope.spawn(|| rules::check(&loaded));
        let rows = read_rows(&loaded, &prefix, format, out);
        (found.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), rows)
    });
    let ReadRows { counts, problems, rules } = rows;
    // The lines of rows become texts of their own.
    let mut sources = loaded.sources.clone();
    let errors: Vec<_> = problems.into_iter().map(|problem| problem.into_diagnostic(&mut sources)).collect();
    found.extend(rules.map(|rules| rules.finish(&mut sources)).unwrap_or_default());
    // Bad rows are errors of the project: from here on it can't be sent, and there may be waivers whose findings are in
    // rows that can't be judged, so nobody is told of waivers without use.
    loaded.sources = sources;
    loaded.diagnostics.extend(errors);
    let elsewhere = used_elsewhere(&loaded, args, &Drafts::new());
    let Findings { mut told, waived } = findings::judge_with(&loaded, found, selection, elsewhere);
    findings::abridge(&mut told);
    loaded.diagnostics.extend(told);
    Checked { loaded, waived, rows: counts }
}

/// Waivers that are used in another environment than this one; `None` if one of them can't be looked at, or if there are
/// errors here.
pub(crate) fn used_elsewhere(loaded: &Loaded, args: &ProjectArgs, drafts: &Drafts) -> Option<UsedWaivers> {
    let project = loaded.project()?;
    let mut used = UsedWaivers::default();
    if !loaded.sources.iter().any(|(_, source)| waivers::may_hold_one(&source.text)) {
        return Some(used);
    }
    let names = project.environments.iter().map(String::as_str).chain([DEFAULT_ENVIRONMENT]);
    for name in names.filter(|name| *name != project.environment) {
        let other = project::load_with(&ProjectArgs { dir: args.dir.clone(), env: Some(name.to_owned()) }, drafts);
        other.project()?;
        let found = rules::check(&other);
        used.extend(UsedWaivers::of(&other, found).with_rows_unread());
    }
    Some(used)
}

#[derive(Default)]
struct RowCounts {
    read: u64,
    files: usize,
    /// Bad rows beyond those that became diagnostics.
    further: usize,
}

/// What was read of the rows of all campaigns.
struct ReadRows<'p> {
    counts: RowCounts,
    /// Those that become diagnostics.
    problems: Vec<RowProblem>,
    /// What the rules saw of campaigns without errors.
    rules: Option<RowRules<'p>>,
}

/// Reads every row of every campaign.
fn read_rows<'p>(loaded: &'p Loaded, prefix: &str, format: DiagnosticFormat, out: &mut Output) -> ReadRows<'p> {
    let mut counts = RowCounts::default();
    let mut problems = Vec::new();
    let project = loaded.partial();
    let mut rules = project.zip(loaded.sound()).map(|(project, sound)| RowRules::new(project, sound));
    for (project, campaign) in project.into_iter().flat_map(|p| p.campaigns.iter().map(move |campaign| (p, campaign))) {
        let stdin = matches!(campaign.callees, CalleeSource::Stdin { .. })
            .then(|| Box::new(std::io::stdin()) as Box<dyn std::io::Read>);
        let mut rows = match project.rows(campaign, stdin, Rendering::Check) {
            Ok(rows) => rows,
            Err(faults) => {
                problems.extend(faults);
                continue;
            }
        };
        counts.files += usize::from(!matches!(campaign.callees, CalleeSource::Inline(_)));
        let mut bad = 0;
        if let Some(rules) = &mut rules {
            rules.begin(campaign);
        }
        while let Some(row) = match &mut rules {
            Some(rules) => rows.next_watched(rules),
            None => rows.next(),
        } {
            counts.read += 1;
            let Err(problem) = row else { continue };
            bad += 1;
            if bad <= ROWS_IN_FULL {
                problems.push(problem);
            } else {
                counts.further += 1;
                // Told at once and forgotten: memory stays bounded, and no row is passed over in silence.
                let line = format!("{prefix}{}", problem.brief(&loaded.sources));
                let _ = if format.is_lines() { writeln!(out.out(), "{line}") } else { writeln!(out.err(), "{line}") };
            }
        }
    }
    ReadRows { counts, problems, rules }
}
