//! Findings as the protocol has them.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use callform_lint::render::hide;
use callform_lint::rules;
use callform_spec::diagnostic::{Diagnostic, Severity};
use callform_spec::project::PROJECT_FILE;
use callform_spec::source::{SourceId, Sources, Span};
use lsp_types::{
    CodeDescription, DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString, Position, Range,
    TextEdit,
};

use crate::position::{Encoding, Lines};
use crate::uri;

/// Who says it.
pub const SOURCE: &str = "callform";

/// Where the rules are documented.
const RULES: &str = "https://github.com/callform/callform/blob/main/docs/rules.md";

/// What a client calls the files of a project, and what it makes of findings.
#[derive(Clone, Debug)]
pub struct View {
    /// The project's directory, as the client spells it.
    pub root: PathBuf,
    /// What open files are called, by canonical path; and whether the buffer begins with a byte order mark.
    pub open: BTreeMap<PathBuf, (String, bool)>,
    /// What columns are counted in.
    pub encoding: Encoding,
    /// Whether related places are shown.
    pub related: bool,
    /// Whether a code may have an address.
    pub descriptions: bool,
}

/// One finding, and what would mend it.
#[derive(Clone, Debug)]
pub struct Finding {
    /// As it is published.
    pub diagnostic: lsp_types::Diagnostic,
    /// A change of text that mends it.
    pub repair: Option<Repair>,
}

/// A change of text that mends a finding.
#[derive(Clone, Debug)]
pub struct Repair {
    /// What it does.
    pub title: String,
    /// Whether it needs no person to look at it.
    pub safe: bool,
    /// The changes by URI.
    pub edits: BTreeMap<String, Vec<TextEdit>>,
}

/// Spans of one reading as places of files.
pub struct Places<'s> {
    sources: &'s Sources,
    view: &'s View,
    root: &'s Path,
    lines: HashMap<SourceId, Lines<'s>>,
    uris: HashMap<String, String>,
}

impl<'s> Places<'s> {
    /// For texts that were read below `root`, the canonical directory of the project.
    pub fn new(sources: &'s Sources, root: &'s Path, view: &'s View) -> Self {
        Self { sources, view, root, lines: HashMap::new(), uris: HashMap::new() }
    }

    /// The path of a span's file, relative to the project.
    pub fn path(&self, span: Span) -> &'s str {
        &self.sources.get(span.source).path
    }

    /// The URI of a file, as the client calls it.
    pub fn uri(&mut self, path: &str) -> String {
        if let Some(known) = self.uris.get(path) {
            return known.clone();
        }
        let real = self.root.join(path).canonicalize().ok();
        let open = real.and_then(|real| self.view.open.get(&real)).map(|(uri, _)| uri.clone());
        let uri = open.unwrap_or_else(|| uri::of_path(&self.view.root.join(path)));
        self.uris.insert(path.to_owned(), uri.clone());
        uri
    }

    /// Where a span stands in its file.
    pub fn range(&mut self, span: Span) -> Range {
        let source = self.sources.get(span.source);
        let (view, root) = (self.view, self.root);
        let lines = self.lines.entry(span.source).or_insert_with(|| {
            let real = root.join(&source.path).canonicalize().ok();
            let marked = real.and_then(|real| view.open.get(&real)).is_some_and(|(_, marked)| *marked);
            // The text of a row begins further down, where there is no mark.
            let marked = marked && source.first_line == 1;
            Lines::of_file(&source.text, view.encoding, marked)
        });
        let above = u32::try_from(source.first_line.saturating_sub(1)).unwrap_or(u32::MAX);
        let moved = |p: Position| Position::new(p.line.saturating_add(above), p.character);
        let range = lines.range(span.range());
        Range::new(moved(range.start), moved(range.end))
    }

    /// Where a span stands; `None` if its file has no URI.
    pub fn location(&mut self, span: Span) -> Option<Location> {
        let uri = self.uri(self.path(span));
        Some(Location::new(uri::parse(&uri)?, self.range(span)))
    }

    /// A finding, and the URI that it is published for. What has no place of its own is told of the project's file.
    pub fn finding(&mut self, found: &Diagnostic) -> (String, Finding) {
        let (path, range) = match &found.primary {
            Some(label) => (self.path(label.span), self.range(label.span)),
            None => (PROJECT_FILE, Range::default()),
        };
        let related: Vec<_> = found
            .related
            .iter()
            .filter(|_| self.view.related)
            .filter_map(|label| {
                let message = if label.text.is_empty() { "see here".to_owned() } else { hide(&label.text) };
                Some(DiagnosticRelatedInformation { location: self.location(label.span)?, message })
            })
            .collect();
        let rule = rules::find(found.code.0);
        let description = rule.filter(|_| self.view.descriptions).and_then(|_| uri::parse(RULES));
        let diagnostic = lsp_types::Diagnostic {
            range,
            severity: Some(match found.severity {
                Severity::Error => DiagnosticSeverity::ERROR,
                Severity::Warning => DiagnosticSeverity::WARNING,
            }),
            code: Some(NumberOrString::String(found.code.0.to_owned())),
            code_description: description.map(|href| CodeDescription { href }),
            source: Some(SOURCE.to_owned()),
            message: message(found),
            related_information: (!related.is_empty()).then_some(related),
            tags: None,
            data: rule.map(|rule| serde_json::json!({ "rule": rule.name, "explain": explain(rule.code) })),
        };
        let repair = found.fix.as_ref().map(|fix| {
            let mut edits: BTreeMap<_, Vec<_>> = BTreeMap::new();
            for (span, text) in &fix.edits {
                let uri = self.uri(self.path(*span));
                edits.entry(uri).or_default().push(TextEdit::new(self.range(*span), text.clone()));
            }
            Repair { title: hide(&fix.title), safe: fix.safe, edits }
        });
        (self.uri(path), Finding { diagnostic, repair })
    }
}

fn explain(code: &str) -> String {
    format!("callform rule {code}")
}

/// Message, what is written under the excerpt, and advice.
fn message(found: &Diagnostic) -> String {
    let mut text = hide(&found.message);
    if let Some(label) = found.primary.as_ref().filter(|label| !label.text.is_empty()) {
        text.push_str(": ");
        text.push_str(&hide(&label.text));
    }
    for line in &found.help {
        text.push_str("\nhelp: ");
        text.push_str(&hide(line));
    }
    text
}
