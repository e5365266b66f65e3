//! Loading a project, and showing what is wrong with it.

use std::io::Write;

use callform_lint::render;
use callform_spec::diagnostic::Diagnostic;
use callform_spec::project::{self, LoadOptions, Loaded};
use callform_spec::source::Sources;

use crate::args::{DiagnosticFormat, ProjectArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::surroundings::ProcessEnvironment;

/// Reads the project's documents.
pub(crate) fn load(args: &ProjectArgs) -> Loaded {
    let environment = args.env.as_deref().filter(|e| *e != project::DEFAULT_ENVIRONMENT);
    project::load(&LoadOptions { root: &args.dir, environment, env: &ProcessEnvironment })
}

/// Reads the project's documents; shows what is wrong and fails if anything is.
pub(crate) fn load_good(args: &ProjectArgs, out: &mut Output) -> Result<Loaded, Failure> {
    let loaded = load(args);
    if loaded.is_good() {
        return Ok(loaded);
    }
    show(&loaded.diagnostics, &loaded.sources, out);
    let summary = render::Summary::of(&loaded.diagnostics, loaded.files);
    Err(Failure::new(Exit::Failed, summary.counts()).line("`callform validate` shows rows, too."))
}

/// Shows findings to a person, on stderr.
pub(crate) fn show(diagnostics: &[Diagnostic], sources: &Sources, out: &mut Output) {
    let colour = out.err_is_coloured();
    let mut err = out.err();
    for diagnostic in diagnostics {
        let _ = writeln!(err, "{}\n", render::human(diagnostic, sources, colour));
    }
}

/// Shows findings on stdout, in the asked form.
pub(crate) fn print(diagnostics: &[Diagnostic], sources: &Sources, format: DiagnosticFormat, out: &mut Output) {
    let colour = out.out_is_coloured();
    let mut stdout = out.out();
    match format {
        DiagnosticFormat::Human => {
            for diagnostic in diagnostics {
                let _ = writeln!(stdout, "{}\n", render::human(diagnostic, sources, colour));
            }
        }
        DiagnosticFormat::Concise => {
            for diagnostic in diagnostics {
                let _ = writeln!(stdout, "{}", render::concise(diagnostic, sources));
            }
        }
        DiagnosticFormat::Json => {
            let _ = writeln!(stdout, "{}", render::json(diagnostics, sources));
        }
    }
}
