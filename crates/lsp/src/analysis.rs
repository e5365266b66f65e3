//! Reading and checking a project, with what is not saved yet in the place of what the disk holds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use callform_lint::selection::Selection;
use callform_lint::waivers::UsedWaivers;
use callform_lint::{findings, rules};
use callform_spec::diagnostic::Diagnostic;
use callform_spec::project::{self, DEFAULT_ENVIRONMENT, Drafts, Environment, LoadOptions, Loaded};
use lsp_types::{DiagnosticSeverity, Range};

use crate::index::{self, AgentEntry};
use crate::report::{Finding, Places, SOURCE, View};
use crate::rows;

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
    let mut loaded = load(question, env);
    let lints = rules::check(&loaded);
    let rows = rows::read(&mut loaded, rows::stand_in_documents, &AtomicBool::new(false));
    // Waivers of what other environments, or rows elsewhere, have may look as if they were without use.
    let all_rules_ran = loaded.partial().is_some_and(|project| {
        project.environments.is_empty() && rows.whole && project.campaigns.iter().all(rows::stand_in_documents)
    });
    let found = lints.into_iter().chain(rows.lints).collect();
    let told = judge(&loaded, found, all_rules_ran);
    let mut found = std::mem::take(&mut loaded.diagnostics);
    found.extend(rows.bad);
    found.extend(told);
    let mut places = Places::new(&loaded.sources, &question.root, &question.view);
    let agents = loaded.partial().map(|project| index::agents(project, &mut places));
    Analysis { findings: by_file(&found, &mut places), agents }
}

/// Checks the rows that stand in files of their own, as they are on the disk; with what only a comparison with them
/// shows of other rows. `None` if it was called off.
pub fn rows(question: &Question, env: &dyn Environment, called_off: &AtomicBool) -> Option<Findings> {
    let mut loaded = load(question, env);
    let own = rows::read(&mut loaded, rows::stand_in_documents, called_off);
    let all = rows::read(&mut loaded, rows::can_be_read, called_off);
    if called_off.load(Ordering::Relaxed) {
        return None;
    }
    let mut found: Vec<_> = all.bad.into_iter().filter(|bad| !is_among(bad, &own.bad)).collect();
    // What `documents` tells is told.
    let told = judge(&loaded, own.lints, false);
    found.extend(judge(&loaded, all.lints, false).into_iter().filter(|f| !is_among(f, &told)));
    let mut places = Places::new(&loaded.sources, &question.root, &question.view);
    Some(by_file(&found, &mut places))
}

/// What is told of what the rules found, by the project's levels and by waivers.
fn judge(loaded: &Loaded, found: Vec<Diagnostic>, all_rules_ran: bool) -> Vec<Diagnostic> {
    let elsewhere = all_rules_ran.then(UsedWaivers::default);
    findings::judge_with(loaded, found, &Selection::default(), elsewhere).told
}

/// Whether the same is said of the same place. What is compared with may be another callee.
fn is_among(finding: &Diagnostic, others: &[Diagnostic]) -> bool {
    let place = |d: &Diagnostic| d.primary.as_ref().map(|label| label.span);
    others.iter().any(|other| other.code == finding.code && place(other) == place(finding))
}

fn load(question: &Question, env: &dyn Environment) -> Loaded {
    let environment = question.environment.as_deref().filter(|name| *name != DEFAULT_ENVIRONMENT);
    project::load(&LoadOptions { root: &question.root, environment, env, drafts: &question.drafts })
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
