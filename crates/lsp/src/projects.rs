//! The projects that open files belong to, and what is known of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lsp_types::{Diagnostic, DiagnosticSeverity};

use crate::analysis::{Analysis, Findings};
use crate::documents::Documents;
use crate::report::Finding;

/// A project.
#[derive(Debug, Default)]
pub(crate) struct Project {
    /// Its directory, as the client spells it.
    pub(crate) spelt: PathBuf,
    /// Whether something changed since it was checked.
    pub(crate) dirty: bool,
    /// Whether the rows of files are to be read again.
    pub(crate) rows_wanted: bool,
    /// What its documents hold; `None` before they were checked for the first time.
    pub(crate) analysis: Option<Analysis>,
    /// What is wrong with rows in files, and with others beside these.
    pub(crate) rows: Findings,
    /// What the client was told, by URI: for which version, and what.
    published: BTreeMap<String, (Option<i32>, Vec<Diagnostic>)>,
}

/// The projects, by canonical directory.
pub(crate) type Projects = BTreeMap<PathBuf, Project>;

/// Something to tell the client: URI, version if it is open, findings.
pub(crate) type News = (String, Option<i32>, Vec<Diagnostic>);

impl Project {
    /// One that was not checked yet.
    pub(crate) fn at(spelt: PathBuf) -> Self {
        Self { spelt, dirty: true, rows_wanted: true, ..Self::default() }
    }

    /// Takes what its documents hold now. Agents that can't be read at the moment, because somebody is in the middle of
    /// a line, stay as they were.
    pub(crate) fn update(&mut self, mut analysis: Analysis) {
        let old = self.analysis.take().and_then(|old| old.agents).unwrap_or_default();
        match &mut analysis.agents {
            None => analysis.agents = Some(old),
            Some(agents) => {
                let is_broken = |uri: &str| {
                    let found = analysis.findings.get(uri).map_or(&[][..], Vec::as_slice);
                    found.iter().any(|f| f.diagnostic.severity == Some(DiagnosticSeverity::ERROR))
                };
                let lost = old.into_iter().filter(|lost| {
                    let uri = lost.agent.place.as_ref().map(|place| place.uri.as_str());
                    uri.is_some_and(is_broken) && !agents.iter().any(|new| new.file == lost.file)
                });
                let lost: Vec<_> = lost.collect();
                agents.extend(lost);
            }
        }
        self.analysis = Some(analysis);
    }

    /// What is wrong with a file.
    pub(crate) fn findings(&self, uri: &str) -> &[Finding] {
        self.analysis.as_ref().and_then(|a| a.findings.get(uri)).map_or(&[], Vec::as_slice)
    }

    /// What the client does not know yet.
    pub(crate) fn news(&mut self, root: &Path, documents: &Documents) -> Vec<News> {
        let mut now: BTreeMap<String, (Option<i32>, Vec<Diagnostic>)> = BTreeMap::new();
        for (uri, document) in documents.of(root) {
            now.insert(uri.clone(), (Some(document.version), document.remark.iter().cloned().collect()));
        }
        for (uri, findings) in self.analysis.iter().flat_map(|a| &a.findings) {
            now.entry(uri.clone()).or_default().1.extend(findings.iter().map(|f| f.diagnostic.clone()));
        }
        for (uri, findings) in &self.rows {
            let told = &mut now.entry(uri.clone()).or_default().1;
            // Documents may be newer than rows, and say by now what only rows said.
            let is_told = |new: &Diagnostic| {
                told.iter().any(|old| old.code.is_some() && old.code == new.code && old.range == new.range)
            };
            let new: Vec<_> = findings.iter().map(|f| &f.diagnostic).filter(|new| !is_told(new)).cloned().collect();
            told.extend(new);
        }
        // What went over to another project, or to none, is not ours to take back.
        let is_ours = |uri: &str| documents.get(uri).is_none_or(|d| d.project.as_deref() == Some(root));
        let gone = self
            .published
            .iter()
            .filter(|(uri, (_, told))| !now.contains_key(*uri) && !told.is_empty() && is_ours(uri));
        let mut news: Vec<News> = gone.map(|(uri, _)| (uri.clone(), None, Vec::new())).collect();
        let new = now.iter().filter(|(uri, told)| self.published.get(*uri) != Some(told));
        news.extend(new.map(|(uri, (version, told))| (uri.clone(), *version, told.clone())));
        self.published = now;
        news
    }

    /// What to take back when the project is no more.
    pub(crate) fn farewell(&self) -> Vec<News> {
        let told = self.published.iter().filter(|(_, (_, told))| !told.is_empty());
        told.map(|(uri, _)| (uri.clone(), None, Vec::new())).collect()
    }
}
