//! A fix as bytes of files.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::PathBuf;

use callform_spec::diagnostic::{Code, Diagnostic};
use callform_spec::project::Drafts;
use callform_spec::source::{SourceId, Sources};

use super::{Project, Why};
use crate::render::shown_line;

/// What a fix is known by from round to round.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    pub(super) code: Code,
    pub(super) title: String,
    pub(super) file: String,
    /// The line that it is about: a file may have many findings that one fix would mend.
    line: String,
}

/// Bytes of a file, and what is put there.
pub(super) type Edit = (PathBuf, Range<usize>, String);

/// A fix that can be applied.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub(super) name: Name,
    /// All or none of them.
    pub(super) edits: Vec<Edit>,
}

/// Files as they are, before and after rounds.
pub(super) struct Files<'a> {
    project: &'a dyn Project,
    /// Canonical path and text of every file that was asked for, by its shown path.
    disk: BTreeMap<String, Option<(PathBuf, String)>>,
}

impl<'a> Files<'a> {
    pub(super) fn new(project: &'a dyn Project) -> Self {
        Self { project, disk: BTreeMap::new() }
    }

    fn get(&mut self, shown: &str) -> Option<&(PathBuf, String)> {
        let project = self.project;
        self.disk.entry(shown.to_owned()).or_insert_with(|| project.read(shown).ok()).as_ref()
    }

    /// Every file that was asked for, by its canonical path, with the path as shown and the text on the disk.
    pub(super) fn by_path(self) -> BTreeMap<PathBuf, (String, String)> {
        self.disk.into_iter().filter_map(|(shown, file)| file.map(|(path, text)| (path, (shown, text)))).collect()
    }
}

/// Where the bytes of a text that was read stand in its file.
enum Mapping {
    /// They are the file's.
    Same,
    /// The text lacks the file's byte order mark and the CR of its line breaks. Where each byte stands, one past the
    /// last one included.
    Normal(Vec<usize>),
    /// The file holds something else.
    Other,
}

/// The fixes of what was found, as changes of files.
pub(super) fn changes(
    found: &[Diagnostic],
    sources: &Sources,
    drafts: &Drafts,
    files: &mut Files<'_>,
    with_unsafe: bool,
) -> Vec<(Name, Result<Change, Why>)> {
    let mut mappings: BTreeMap<SourceId, Mapping> = BTreeMap::new();
    let mut out = Vec::new();
    for finding in found {
        let Some(fix) = finding.fix.as_ref().filter(|fix| fix.safe || with_unsafe) else { continue };
        let Some((first, _)) = fix.edits.first() else { continue };
        let name = Name {
            code: finding.code,
            title: fix.title.clone(),
            file: sources.get(first.source).path.clone(),
            line: shown_line(sources, *first),
        };
        let mut edits = Vec::new();
        for (span, text) in &fix.edits {
            let source = sources.get(span.source);
            let Some((path, disk)) = files.get(&source.path) else { break };
            let raw = drafts.get(path).unwrap_or(disk);
            let mapping = mappings.entry(span.source).or_insert_with(|| mapping(raw, &source.text));
            let Some(range) = mapping.range(span.range()).filter(|range| raw.get(range.clone()).is_some()) else {
                break;
            };
            let text =
                if raw.contains("\r\n") { text.replace("\r\n", "\n").replace('\n', "\r\n") } else { text.clone() };
            edits.push((path.clone(), range, text));
        }
        edits.sort_by(|a, b| (&a.0, a.1.start, a.1.end).cmp(&(&b.0, b.1.start, b.1.end)));
        let whole = edits.len() == fix.edits.len() && !edits.windows(2).any(|pair| overlap(&pair[0], &pair[1]));
        out.push((name.clone(), if whole { Ok(Change { name, edits }) } else { Err(Why::OtherText) }));
    }
    out
}

fn mapping(raw: &str, read: &str) -> Mapping {
    if raw == read {
        return Mapping::Same;
    }
    let mut at = Vec::with_capacity(read.len() + 1);
    let skipped = if raw.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let bytes = raw.as_bytes();
    for (n, byte) in bytes.iter().enumerate().skip(skipped) {
        if *byte == b'\r' && bytes.get(n + 1) == Some(&b'\n') {
            continue;
        }
        if read.as_bytes().get(at.len()) != Some(byte) {
            return Mapping::Other;
        }
        // A line break begins with its CR, so that deleting it deletes both.
        let crlf = *byte == b'\n' && n > skipped && bytes[n - 1] == b'\r';
        at.push(if crlf { n - 1 } else { n });
    }
    if at.len() != read.len() {
        return Mapping::Other;
    }
    at.push(raw.len());
    Mapping::Normal(at)
}

impl Mapping {
    fn range(&self, range: Range<usize>) -> Option<Range<usize>> {
        match self {
            Self::Same => Some(range),
            Self::Normal(at) => Some(*at.get(range.start)?..*at.get(range.end)?),
            Self::Other => None,
        }
    }
}

fn overlap(a: &Edit, b: &Edit) -> bool {
    let (a_range, b_range) = (&a.1, &b.1);
    a.0 == b.0 && (a_range.start.max(b_range.start) < a_range.end.min(b_range.end) || a_range.start == b_range.start)
}

/// Those changes that can be applied together, the first of two that touch the same bytes. A prompt that two agents use
/// has its findings twice: an equal edit is made once.
pub(super) fn without_overlaps(changes: Vec<Change>) -> Vec<Change> {
    let mut taken: BTreeMap<PathBuf, BTreeMap<(usize, usize), String>> = BTreeMap::new();
    let mut out = Vec::new();
    for change in changes {
        let fits = change.edits.iter().all(|(path, range, text)| {
            let Some(of_file) = taken.get(path) else { return true };
            if of_file.get(&(range.start, range.end)) == Some(text) {
                return true;
            }
            let edit = (path.clone(), range.clone(), String::new());
            // Only the neighbours can overlap: what is taken does not overlap itself.
            let before = of_file.range(..(range.start, usize::MAX)).next_back();
            let behind = of_file.range((range.start, 0)..).next();
            let hits = |other: Option<(&(usize, usize), &String)>| {
                other.is_some_and(|((start, end), _)| overlap(&edit, &(path.clone(), *start..*end, String::new())))
            };
            !hits(before) && !hits(behind)
        });
        if fits {
            for (path, range, text) in &change.edits {
                taken.entry(path.clone()).or_default().insert((range.start, range.end), text.clone());
            }
            out.push(change);
        }
    }
    out
}

/// The texts after these changes, which don't overlap.
pub(super) fn apply(changes: &[&Change], drafts: &Drafts, files: &Files<'_>) -> Drafts {
    let mut edits: BTreeMap<&PathBuf, BTreeSet<(usize, usize, &str)>> = BTreeMap::new();
    for (path, range, text) in changes.iter().flat_map(|change| &change.edits) {
        edits.entry(path).or_default().insert((range.start, range.end, text));
    }
    let mut after = drafts.clone();
    for (path, edits) in edits {
        let disk = files.disk.values().flatten().find(|(of, _)| of == path).map(|(_, text)| text);
        let Some(text) = drafts.get(path).or(disk) else { continue };
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for (start, end, new) in edits {
            out.push_str(&text[at..start]);
            out.push_str(new);
            at = end;
        }
        out.push_str(&text[at..]);
        after.insert(path.clone(), out);
    }
    after
}
