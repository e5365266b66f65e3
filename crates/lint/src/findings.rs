//! What is told of a project: what the rules found, by the project's levels and what a person asked for.

use callform_spec::diagnostic::Diagnostic;
use callform_spec::project::Loaded;

use crate::levels::Levels;
use crate::rules;
use crate::selection::Selection;

/// What is told of a project.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// What is told, in the order of files and lines, the project file first.
    pub told: Vec<Diagnostic>,
}

/// Judges what the rules found ([`rules::check`], and what was found in rows): one way for `validate`, `lint` and
/// editors. `found` is `None` where the rules did not run because the project has errors.
pub fn judge(loaded: &Loaded, found: Option<Vec<Diagnostic>>, selection: &Selection) -> Findings {
    let Some(project) = loaded.partial() else { return Findings::default() };
    let mut told = found.unwrap_or_default();
    rules::check_settings(project, &mut told);
    let levels = Levels::of(project);
    told.retain(|finding| selection.takes(finding, levels.is_off(finding.code.0)));
    for finding in &mut told {
        levels.set(finding);
    }
    rules::sort(&mut told, &loaded.sources);
    Findings { told }
}
