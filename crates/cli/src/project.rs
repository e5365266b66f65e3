//! Loading a project, and showing what is wrong with it.

use std::io::Write;
use std::path::{Component, Path};

use callform_lint::render::{self, Colour, Prefix, Report};
use callform_spec::diagnostic::Diagnostic;
use callform_spec::project::{self, Drafts, LoadOptions, Loaded};
use callform_spec::source::Sources;

use crate::args::{DiagnosticFormat, ProjectArgs};
use crate::check::Checked;
use crate::failure::Failure;
use crate::output::Output;
use crate::surroundings::ProcessEnvironment;

/// Reads the project's documents.
pub(crate) fn load(args: &ProjectArgs) -> Loaded {
    load_with(args, &Drafts::new())
}

/// The same, with texts in the place of files'.
pub(crate) fn load_with(args: &ProjectArgs, drafts: &Drafts) -> Loaded {
    let environment = args.env.as_deref().filter(|e| !e.is_empty() && *e != project::DEFAULT_ENVIRONMENT);
    project::load(&LoadOptions { drafts, ..LoadOptions::new(&args.dir, environment, &ProcessEnvironment) })
}

/// Reads the project's documents; shows what is wrong and fails if anything is.
pub(crate) fn load_good(args: &ProjectArgs, out: &mut Output) -> Result<Loaded, Failure> {
    let loaded = load(args);
    if loaded.is_good() {
        return Ok(loaded);
    }
    show(&loaded.diagnostics, &loaded.sources, out);
    let errors = loaded.diagnostics.iter().filter(|d| d.is_error()).count();
    let errors = if errors == 1 { "1 error".to_owned() } else { format!("{errors} errors") };
    Err(Failure::failed(format!("the project has {errors}")).line("`callform validate` checks the rows, too."))
}

/// Shows findings to a person, on stderr.
pub(crate) fn show(diagnostics: &[Diagnostic], sources: &Sources, out: &mut Output) {
    let colour = colour(out.err_is_coloured());
    let text = render::human(&Report { diagnostics, sources, files: 0, further: 0 }, colour, out.err_width());
    let _ = write!(out.err(), "{text}");
}

/// Findings in the asked form, for stdout.
pub(crate) fn print(checked: &Checked, dir: &Path, format: DiagnosticFormat, out: &mut Output) {
    let (report, waived) = (&checked.report(), checked.waived.as_slice());
    let prefix = prefix(dir);
    let prefix = Prefix(&prefix);
    let text = match format {
        DiagnosticFormat::Human => render::human(report, colour(out.out_is_coloured()), out.out_width()),
        DiagnosticFormat::Concise => render::concise(report, prefix),
        DiagnosticFormat::Json => render::json(report),
        DiagnosticFormat::Sarif => render::sarif(report, waived, prefix, env!("CARGO_PKG_VERSION")),
        DiagnosticFormat::Github => render::github(report, prefix),
        DiagnosticFormat::Junit => render::junit(report, waived, prefix),
    };
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    let _ = write!(out.out(), "{text}{end}");
}

/// What leads from here to the project: programs that read findings look from where the command was started.
pub(crate) fn prefix(dir: &Path) -> String {
    let here = std::env::current_dir().ok();
    let dir = here.as_deref().and_then(|here| dir.strip_prefix(here).ok()).unwrap_or(dir);
    let parts: Vec<_> =
        dir.components().filter(|c| *c != Component::CurDir).map(|c| c.as_os_str().to_string_lossy()).collect();
    match parts.split_first() {
        None => String::new(),
        Some((first, rest)) if first == "/" => rest.iter().fold("/".to_owned(), |path, part| format!("{path}{part}/")),
        Some(_) => format!("{}/", parts.join("/")),
    }
}

fn colour(coloured: bool) -> Colour {
    if coloured { Colour::Always } else { Colour::Never }
}
