//! What the checks of documents share: where to look, and what was found so far.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use super::load::{Environment, LoadOptions};
use super::unread::Unread;
use crate::diagnostic::Diagnostic;
use crate::source::{SourceId, Sources, Span};

/// Mistakes of one file that are told; beyond them nobody reads.
const MOST_OF_A_FILE: usize = 500;

/// What the checks share.
pub(super) struct Context<'a> {
    pub(super) root: &'a Path,
    pub(super) env: &'a dyn Environment,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// What no excerpt shows.
    redacted: Vec<Span>,
    pub(super) files: usize,
    /// What could not be read, so that what it declares is missing.
    pub(super) unread: Unread,
    told: Told,
}

/// What was told, so that nothing is told twice and no file fills the screen.
#[derive(Default)]
struct Told {
    /// Digests of the findings.
    findings: HashSet<u64>,
    /// How many of each file.
    of_file: HashMap<SourceId, usize>,
    /// How many more there are of a file, and where the first of them is.
    further: BTreeMap<SourceId, (usize, Span)>,
}

impl<'a> Context<'a> {
    pub(super) fn new(options: &LoadOptions<'a>) -> Self {
        Self {
            root: options.root,
            env: options.env,
            diagnostics: Vec::new(),
            redacted: Vec::new(),
            files: 0,
            unread: Unread::default(),
            told: Told::default(),
        }
    }

    /// Takes in what was found elsewhere at the same time.
    pub(super) fn add(&mut self, other: Context<'_>) {
        other.diagnostics.into_iter().for_each(|d| self.push(d));
        for (source, (count, at)) in other.told.further {
            self.told.further.entry(source).or_insert((0, at)).0 += count;
        }
        self.redacted.extend(other.redacted);
        self.files += other.files;
        self.unread.add(other.unread);
    }

    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        let mut digest = DefaultHasher::new();
        let span = diagnostic.primary.as_ref().map(|l| l.span);
        (diagnostic.code, &diagnostic.message, span).hash(&mut digest);
        if !self.told.findings.insert(digest.finish()) {
            return;
        }
        if let Some(span) = span {
            let count = self.told.of_file.entry(span.source).or_default();
            *count += 1;
            if *count > MOST_OF_A_FILE {
                self.told.further.entry(span.source).or_insert((0, span)).0 += 1;
                return;
            }
        }
        self.diagnostics.push(diagnostic);
    }

    /// Everything that was found, and how many files were read. What no excerpt shows is marked in `sources`.
    pub(super) fn finish(self, sources: &mut Sources) -> (Vec<Diagnostic>, usize) {
        let Self { mut diagnostics, redacted, files, told, .. } = self;
        redacted.into_iter().for_each(|span| sources.redact(span));
        diagnostics.extend(told.further.into_values().map(|(count, at)| Diagnostic::further(count, at)));
        (diagnostics, files)
    }

    pub(super) fn redact(&mut self, span: Span) {
        self.redacted.push(span);
    }
}
