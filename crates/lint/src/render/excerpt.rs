//! The lines of a text that a finding is shown with: few, and with nothing in them that must not be shown.

use std::ops::Range;

use callform_spec::diagnostic::{Diagnostic, Label};
use callform_spec::source::{Source, SourceId, Sources, Span};

use super::{hide, one_line, without_c1};

/// So many lines before the finding are shown in YAML, where they say what it belongs to. In prose and in tables
/// they say nothing.
const CONTEXT: usize = 2;
/// A place that goes over more lines than these is shown by its first one.
const MAX_LINES: usize = 6;
/// Two places of one file that are further apart are shown as if they were of two.
const MAX_DISTANCE: usize = 200;
/// So many characters after a place are kept of a line; the renderer cuts them to the width that it has.
const AFTER: usize = 400;
/// Bytes of a line around its places that are looked at for what must be hidden; longer than any secret.
const MARGIN: usize = 8000;

/// A place in an excerpt.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// Bytes of [`Excerpt::text`].
    pub(super) range: Range<usize>,
    /// Whether it is what the finding is about.
    pub(super) primary: bool,
    /// What is written under it; nothing that must not be shown.
    pub(super) label: String,
}

/// Some lines of one text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// Of which file.
    pub(super) path: String,
    /// Number of the first line.
    pub(super) first_line: usize,
    /// The lines, hidden parts starred, tabs as they are, without `\r` and byte order mark.
    pub(super) text: String,
    /// Bytes of `text` that are shown although nothing points at them.
    pub(super) context: Option<Range<usize>>,
    /// What is pointed at.
    pub(super) marks: Vec<Mark>,
}

/// The excerpts of a finding, the primary one first.
pub(super) fn excerpts(diagnostic: &Diagnostic, sources: &Sources) -> Vec<Excerpt> {
    let mut wanted: Vec<Wanted<'_>> = Vec::new();
    let primary = diagnostic.primary.iter().map(|l| (l, true));
    for (label, is_primary) in primary.chain(diagnostic.related.iter().map(|l| (l, false))) {
        let place = Place::new(sources.get(label.span.source), label, is_primary);
        match wanted.iter_mut().find(|w| w.source == label.span.source && w.is_near(&place)) {
            Some(near) => near.places.push(place),
            None => wanted.push(Wanted { source: label.span.source, places: vec![place] }),
        }
    }
    wanted.into_iter().map(|w| w.excerpt(sources)).collect()
}

/// A label whose lines are known. Lines count from 0 in the text.
struct Place<'a> {
    label: &'a Label,
    primary: bool,
    bytes: Range<usize>,
    lines: Range<usize>,
    context: usize,
}

impl<'a> Place<'a> {
    fn new(source: &Source, label: &'a Label, primary: bool) -> Self {
        let text = &*source.text;
        let mut bytes = inside(text, label.span);
        // A line break at the end belongs to the line that it ends.
        while bytes.end > bytes.start && text[..bytes.end].ends_with(['\n', '\r']) {
            bytes.end -= 1;
        }
        let first = source.line_at(bytes.start);
        let mut last = source.line_at(bytes.end);
        if last - first >= MAX_LINES {
            bytes.end = text[bytes.start..].find('\n').map_or(text.len(), |n| bytes.start + n);
            last = first;
        }
        let has_context = primary && [".yaml", ".yml"].iter().any(|e| source.path.ends_with(e));
        Self { label, primary, bytes, lines: first..last + 1, context: if has_context { CONTEXT } else { 0 } }
    }
}

/// Places of one text that are shown together.
struct Wanted<'a> {
    source: SourceId,
    places: Vec<Place<'a>>,
}

impl Wanted<'_> {
    fn lines(&self) -> Range<usize> {
        let first = self.places.iter().map(|p| p.lines.start.saturating_sub(p.context)).min().unwrap_or(0);
        let last = self.places.iter().map(|p| p.lines.end).max().unwrap_or(0);
        first..last
    }

    fn is_near(&self, place: &Place<'_>) -> bool {
        let lines = self.lines();
        place.lines.start < lines.end + MAX_DISTANCE && lines.start < place.lines.end + MAX_DISTANCE
    }

    fn excerpt(&self, sources: &Sources) -> Excerpt {
        let source = sources.get(self.source);
        let range = self.lines();
        let lines = lines(source, range.clone());
        let mut text = String::new();
        let mut starts = Vec::new();
        let mut shown = Vec::new();
        for line in &lines {
            let until =
                self.places.iter().filter(|p| p.bytes.start <= line.end).map(|p| p.bytes.end.min(line.end)).max();
            let from = self.places.iter().filter(|p| p.bytes.end >= line.start && p.bytes.start <= line.end);
            let from = from.map(|p| p.bytes.start.max(line.start)).min().unwrap_or(line.start);
            let mut line_text = shown_line(source, line, from, until.unwrap_or(line.start));
            if line_text.is_empty() {
                // So that a mark on an empty last line has a line to stand on.
                line_text.push(' ');
            }
            if !starts.is_empty() {
                text.push('\n');
            }
            starts.push(text.len());
            text.push_str(&line_text);
            shown.push(line_text);
        }
        let position = |at: usize| {
            let line = lines.iter().rposition(|l| l.start <= at).unwrap_or(0);
            let (Some(bytes), Some(shown), Some(start)) = (lines.get(line), shown.get(line), starts.get(line)) else {
                return 0;
            };
            let characters = source.text[bytes.start..at.clamp(bytes.start, bytes.end)].chars().count();
            start + shown.char_indices().nth(characters).map_or(shown.len(), |(byte, _)| byte)
        };
        let marks = self.places.iter().map(|place| Mark {
            range: position(place.bytes.start)..position(place.bytes.end),
            primary: place.primary,
            label: one_line(&hide(&place.label.text)),
        });
        let marks = marks.collect();
        Excerpt {
            path: one_line(&source.path),
            first_line: source.first_line + range.start,
            context: self.context(&starts, &shown, range.start),
            text,
            marks,
        }
    }

    /// The lines before the primary place that it belongs to: up to a blank one, or to one that is indented less.
    fn context(&self, starts: &[usize], shown: &[String], first: usize) -> Option<Range<usize>> {
        let place = self.places.iter().find(|p| p.context > 0)?;
        let end = place.lines.start - first;
        let indentation = |line: &str| line.len() - line.trim_start_matches(' ').len();
        let own = indentation(shown.get(end)?);
        let mut from = end;
        while from > 0 && end - from < place.context && own > 0 {
            let line = &shown[from - 1];
            if line.trim().is_empty() {
                break;
            }
            from -= 1;
            if indentation(line) < own {
                break;
            }
        }
        (from < end).then(|| starts[from]..starts[end - 1] + shown[end - 1].len())
    }
}

/// The span's bytes, inside the text and between characters.
fn inside(text: &str, span: Span) -> Range<usize> {
    let clip = |at: usize| text.floor_char_boundary(at.min(text.len()));
    let start = clip(span.start);
    start..clip(span.end).max(start)
}

/// The bytes of some lines, without line breaks and byte order mark.
fn lines(source: &Source, wanted: Range<usize>) -> Vec<Range<usize>> {
    let one = |n: usize| {
        let range = source.line(n)?;
        let line = &source.text[range.clone()];
        let mark = if n == 0 && line.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let length = line.strip_suffix('\r').unwrap_or(line).len();
        Some(range.start + mark..range.start + length.max(mark))
    };
    wanted.map_while(one).collect()
}

/// A line with everything starred that must not be shown, as many characters as it has up to `until` and some more. What
/// is far before `from` is not shown, and left blank: a line may be as long as its file.
fn shown_line(source: &Source, line: &Range<usize>, from: usize, until: usize) -> String {
    let whole = &source.text[line.clone()];
    let near = |at: usize| whole.floor_char_boundary(at.saturating_sub(line.start).min(whole.len()));
    let (start, end) = (near(from.saturating_sub(MARGIN)), near(until.max(line.start) + MARGIN));
    let (before, text) = (&whole[..start], &whole[start..end.max(start)]);
    let at_text = line.start + start;
    let redacted: Vec<_> = source.redacted().iter().filter(|r| r.start < line.end && r.end > at_text).collect();
    let starred: String = text
        .char_indices()
        .map(|(at, c)| if redacted.iter().any(|r| r.contains(&(at_text + at))) { '*' } else { c })
        .collect();
    let blanks = before.chars().count();
    let keep = (source.text[line.start..until.max(line.start)].chars().count() + AFTER).saturating_sub(blanks);
    // First hidden, then cut: half a secret has another shape.
    let mut shown = without_c1(&hide(&starred));
    if let Some((cut, _)) = shown.char_indices().nth(keep) {
        shown.truncate(cut);
    }
    " ".repeat(blanks) + &shown
}
