//! Reading and checking a project, with what is not saved yet in the place of what the disk holds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use callform_lint::rules;
use callform_spec::diagnostic::Diagnostic;
use callform_spec::project::{
    self, CalleeSource, Campaign, DEFAULT_ENVIRONMENT, Drafts, Environment, LoadOptions, Loaded, Project, Rendering,
};
use callform_spec::source::Sources;
use lsp_types::{DiagnosticSeverity, Range};

use crate::index::{self, AgentEntry};
use crate::report::{Finding, Places, SOURCE, View};

/// Rows of one campaign that are read while somebody edits; `callform validate` reads all.
const MAX_ROWS: usize = 100_000;
/// Bad rows of one campaign that are told; the first ones tell what is wrong with the others.
const MAX_BAD_ROWS: usize = 100;
/// Findings of one file that are told.
const MAX_FINDINGS: usize = 1000;

/// What to read.
#[derive(Debug)]
pub struct Question {
    /// The canonical directory of the project.
    pub root: PathBuf,
    /// The environment; `None` for the base.
    pub environment: Option<String>,
    /// What is not saved.
    pub drafts: Drafts,
    /// What the client calls things.
    pub view: View,
}

/// Findings by URI, in the order of the file.
pub type Findings = BTreeMap<String, Vec<Finding>>;

/// What documents hold.
#[derive(Debug, Default)]
pub struct Analysis {
    /// What is wrong with the documents and with their own rows.
    pub findings: Findings,
    /// The agents; `None` where the project could not be understood at all.
    pub agents: Option<Vec<AgentEntry>>,
}

/// Checks the documents, and the rows that stand in them.
pub fn documents(question: &Question, env: &dyn Environment) -> Analysis {
    let Read { mut loaded, mut sources } = load(question, env);
    if let Some(project) = loaded.project() {
        let lints = rules::check(project, &sources);
        loaded.diagnostics.extend(lints);
    }
    let mut found = std::mem::take(&mut loaded.diagnostics);
    let never = AtomicBool::new(false);
    for (project, campaign) in campaigns(&loaded) {
        if matches!(campaign.callees, CalleeSource::Inline(_)) {
            found.extend(bad_rows(project, campaign, &never, &mut sources));
        }
    }
    let mut places = Places::new(&sources, &question.root, &question.view);
    let agents = loaded.partial().map(|project| index::agents(project, &mut places));
    Analysis { findings: by_file(&found, &mut places), agents }
}

/// Checks the rows that stand in files of their own, as they are on the disk. `None` if it was called off.
pub fn rows(question: &Question, env: &dyn Environment, called_off: &AtomicBool) -> Option<Findings> {
    let Read { loaded, mut sources } = load(question, env);
    let mut found = Vec::new();
    for (project, campaign) in campaigns(&loaded) {
        if matches!(campaign.callees, CalleeSource::File { .. }) {
            found.extend(bad_rows(project, campaign, called_off, &mut sources));
        }
    }
    if called_off.load(Ordering::Relaxed) {
        return None;
    }
    let mut places = Places::new(&sources, &question.root, &question.view);
    Some(by_file(&found, &mut places))
}

/// What was read, with its texts apart: rows add some.
struct Read {
    loaded: Loaded,
    sources: Sources,
}

fn load(question: &Question, env: &dyn Environment) -> Read {
    let environment = question.environment.as_deref().filter(|name| *name != DEFAULT_ENVIRONMENT);
    let mut loaded = project::load(&LoadOptions { root: &question.root, environment, env, drafts: &question.drafts });
    let sources = std::mem::take(&mut loaded.sources);
    Read { loaded, sources }
}

fn campaigns(loaded: &Loaded) -> impl Iterator<Item = (&Project, &Campaign)> {
    loaded.partial().into_iter().flat_map(|project| project.campaigns.iter().map(move |c| (project, c)))
}

fn bad_rows(project: &Project, campaign: &Campaign, called_off: &AtomicBool, sources: &mut Sources) -> Vec<Diagnostic> {
    let problems = match project.rows(campaign, None, Rendering::Check) {
        Ok(rows) => rows
            .take(MAX_ROWS)
            .take_while(|_| !called_off.load(Ordering::Relaxed))
            .filter_map(Result::err)
            .take(MAX_BAD_ROWS)
            .collect(),
        Err(problems) => problems,
    };
    problems.into_iter().map(|problem| problem.into_diagnostic(sources)).collect()
}

fn by_file(found: &[Diagnostic], places: &mut Places<'_>) -> Findings {
    let mut findings = Findings::new();
    for diagnostic in found {
        let (uri, finding) = places.finding(diagnostic);
        findings.entry(uri).or_default().push(finding);
    }
    for list in findings.values_mut() {
        list.sort_by_key(|f| (f.diagnostic.range.start, f.diagnostic.range.end));
        let more = list.len().saturating_sub(MAX_FINDINGS);
        if more > 0 {
            list.truncate(MAX_FINDINGS);
            let message = format!("{more} more findings; `callform validate` tells all of them");
            list.push(Finding { diagnostic: remark(message), repair: None });
        }
    }
    findings
}

/// Something to know about a file as a whole.
pub fn remark(message: String) -> lsp_types::Diagnostic {
    lsp_types::Diagnostic {
        range: Range::default(),
        severity: Some(DiagnosticSeverity::INFORMATION),
        source: Some(SOURCE.to_owned()),
        message,
        ..lsp_types::Diagnostic::default()
    }
}

/// The canonical directory of the project that a file belongs to, and as the path spells it: the nearest one above it
/// that holds a `callform.yaml`.
pub fn project_of(file: &Path) -> Option<(PathBuf, PathBuf)> {
    let spelt = file.ancestors().skip(1).find(|directory| directory.join(project::PROJECT_FILE).is_file())?;
    Some((spelt.canonicalize().ok()?, spelt.to_path_buf()))
}
