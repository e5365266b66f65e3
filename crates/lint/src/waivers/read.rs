//! Finding waivers in the texts of a project.

use std::collections::BTreeSet;
use std::ops::Range;

use callform_spec::project::{Loaded, Placed, Project};
use callform_spec::source::{SourceId, Sources, Span};
use callform_spec::{template, yaml};

use super::cover::{self, Cover};
use super::{Name, Waiver};
use crate::inspect::yaml_files;
use crate::rules;

/// What a comment begins with that waives something, in capitals or not. Texts without it are not searched.
const MARK: &str = "callform:";
const WORD: &str = "allow";

/// What other linters' waivers begin with.
const OTHERS: [&str; 2] = ["noqa", "nolint"];

/// Whether it is worth while to look for waivers in a text.
pub fn may_hold_one(text: &str) -> bool {
    OTHERS.iter().any(|mark| text.contains(mark))
        || text.match_indices(':').any(|(at, colon)| {
            let end = at + colon.len();
            end >= MARK.len() && text.as_bytes()[end - MARK.len()..end].eq_ignore_ascii_case(MARK.as_bytes())
        })
}

/// All waivers, in the order of the texts.
pub(crate) fn read(loaded: &Loaded) -> Vec<Waiver> {
    let sources = &loaded.sources;
    let mut found = Vec::new();
    let files = yaml_files(sources).map(|id| (id, sources.get(id)));
    for (id, source) in files.filter(|(_, s)| may_hold_one(&s.text)) {
        let comments = yaml::comments(sources, id);
        if comments.is_empty() {
            continue;
        }
        let (trees, _) = yaml::parse(sources, id);
        for comment in comments {
            let Some((range, parsed)) = in_comment(&source.text, comment.span.range()) else { continue };
            let cover = if comment.own_line {
                cover::entry_below(&trees, range.end)
            } else {
                Some(cover::with_text(&trees, cover::line_of(&source.text, range.start)))
            };
            // Behind another comment it goes alone.
            let alone = comment.own_line && range.start == comment.span.start;
            let removal = if alone {
                whole_line(&source.text, range.clone())
            } else {
                without_blanks(&source.text, range.clone())
            };
            found.push(parsed.waiver(
                id,
                Span::new(id, range),
                Some(Span::new(id, removal)),
                cover.map(|range| Cover::new(id, range)),
            ));
        }
    }
    if let Some(project) = loaded.partial() {
        templates(project, sources, &mut found);
    }
    found
}

/// A waiver in a comment: the whole of it, or what stands behind another `#` (`# of April  # callform: allow[...] why`).
fn in_comment(text: &str, comment: Range<usize>) -> Option<(Range<usize>, Parsed)> {
    let signs = text[comment.clone()].match_indices('#').map(|(at, _)| comment.start + at);
    let begins = |at: &usize| *at == comment.start || text[..*at].ends_with([' ', '\t', '#']);
    signs.filter(begins).find_map(|start| Some((start..comment.end, parse(text, start + 1..comment.end)?)))
}

fn templates(project: &Project, sources: &Sources, found: &mut Vec<Waiver>) {
    let mut seen = BTreeSet::new();
    for placed in project.agents.iter().flat_map(|a| a.templates.all()) {
        if !may_hold_one(placed.text()) {
            continue;
        }
        for range in template::comments(placed.text()) {
            found.extend(in_template(placed, range, sources).filter(|waiver| seen.insert(waiver.at)));
        }
    }
}

/// A waiver in a template. Inside of a scalar with escapes its parts may have no place of their own; it still counts.
fn in_template(placed: &Placed, range: Range<usize>, sources: &Sources) -> Option<Waiver> {
    let text = placed.text();
    let comment = &text[range.clone()];
    let inner = comment.trim_start_matches("{#").trim_end_matches("#}");
    let start = range.start + (comment.len() - comment.trim_start_matches("{#").len());
    let inner = inner.strip_suffix('-').unwrap_or(inner);
    let (start, inner) = inner.strip_prefix('-').map_or((start, inner), |rest| (start + 1, rest));
    let parsed = parse(text, start..start + inner.len())?;
    let own_line = text[..range.start].rsplit('\n').next().unwrap_or_default().trim().is_empty()
        && text[range.end..].split('\n').next().unwrap_or_default().trim().is_empty();
    let cover =
        if own_line { cover::paragraph_below(text, range.end) } else { Some(cover::line_of(text, range.start)) };
    let at = placed.place(range);
    let cover = cover.map(|range| Cover::new(at.source, placed.place(range).range()));
    let removal = removal(sources, at, comment);
    let parsed = parsed.placed(|range| placed.place(range));
    Some(parsed.waiver(at.source, at, removal, cover))
}

/// What to delete for a comment of a template. In a scalar with escapes its place may be that of the whole value.
fn removal(sources: &Sources, at: Span, comment: &str) -> Option<Span> {
    let source = sources.get(at.source);
    let (there, meant) = (sources.slice(at).split_whitespace(), comment.split_whitespace());
    if !there.eq(meant) {
        return None;
    }
    let before = source.text[..at.start].rsplit('\n').next().unwrap_or_default();
    let behind = source.text[at.end..].split('\n').next().unwrap_or_default();
    let alone = before.trim().is_empty() && behind.trim().is_empty();
    let range = if alone { whole_line(&source.text, at.range()) } else { without_blanks(&source.text, at.range()) };
    Some(Span::new(at.source, range))
}

/// A comment's line with its line break.
fn whole_line(text: &str, range: Range<usize>) -> Range<usize> {
    let start = text[..range.start].rfind('\n').map_or(0, |n| n + 1);
    // A byte order mark stays.
    let start = start + if text[start..].starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let end = text[range.end..].find('\n').map_or(text.len(), |n| range.end + n + 1);
    start..end
}

/// A comment with the blanks before it. Those that indent its line stay, and those behind it go.
fn without_blanks(text: &str, range: Range<usize>) -> Range<usize> {
    let blanks = [' ', '\t'];
    let start = text[..range.start].trim_end_matches(blanks).len();
    if start == 0 || text[..start].ends_with('\n') {
        return range.start..text.len() - text[range.end..].trim_start_matches(blanks).len();
    }
    start..range.end
}

/// A waiver's words: rules and reason.
struct Parsed {
    names: Vec<(String, Range<usize>)>,
    spans: Option<Vec<Span>>,
    reason: Option<String>,
    slip: Option<Vec<&'static str>>,
}

/// Reads what stands in a comment, if it is a waiver or was meant to be one.
fn parse(text: &str, content: Range<usize>) -> Option<Parsed> {
    let comment = text[content.clone()].trim_start();
    let Some(marked) = behind(comment, MARK).map(str::trim_start) else {
        return OTHERS.iter().find_map(|mark| slip(behind(comment, mark)?));
    };
    // `allowed`, in prose.
    let Some(rest) = behind(marked, WORD).filter(|rest| !rest.starts_with(|c: char| c.is_alphanumeric())) else {
        return slip(marked);
    };
    let at = content.end - rest.len();
    let rest_trimmed = rest.trim_start();
    let open = at + (rest.len() - rest_trimmed.len());
    let (names, reason) = match rest_trimmed.strip_prefix('[').and_then(|list| list.split_once(']')) {
        Some((list, reason)) => (names(list, open + 1), reason),
        None => (Vec::new(), ""),
    };
    let reason = reason.trim().trim_start_matches([':', '-', '–', '—']).trim();
    let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    let says = reason.chars().any(char::is_alphanumeric);
    let slip = names.is_empty().then(|| named(rest));
    Some(Parsed { names, spans: None, reason: says.then_some(reason), slip })
}

/// A comment that was meant to be a waiver: it names a rule, or has a list as waivers do. Others are prose.
fn slip(text: &str) -> Option<Parsed> {
    let rules = named(text);
    let word = text.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let list = word.len() < text.len() && word.starts_with('[') && word.contains(']');
    (list || !rules.is_empty()).then(|| Parsed { names: Vec::new(), spans: None, reason: None, slip: Some(rules) })
}

/// The rules that a text speaks of.
fn named(text: &str) -> Vec<&'static str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    words.filter_map(rules::find).filter(|rule| !rule.is_locked()).map(|rule| rule.code).collect()
}

/// What follows a word, written in capitals or not.
fn behind<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let (first, rest) = text.split_at_checked(word.len())?;
    first.eq_ignore_ascii_case(word).then_some(rest)
}

fn names(list: &str, start: usize) -> Vec<(String, Range<usize>)> {
    let mut at = start;
    let mut found = Vec::new();
    for part in list.split(',') {
        let name = part.trim();
        let begin = at + (part.len() - part.trim_start().len());
        if !name.is_empty() {
            found.push((name.to_owned(), begin..begin + name.len()));
        }
        at += part.len() + 1;
    }
    found
}

impl Parsed {
    /// With places that are not those of the text.
    fn placed(mut self, place: impl Fn(Range<usize>) -> Span) -> Self {
        self.spans = Some(self.names.iter().map(|(_, range)| place(range.clone())).collect());
        self
    }

    fn waiver(self, id: SourceId, at: Span, removal: Option<Span>, cover: Option<Cover>) -> Waiver {
        let Self { names, spans, reason, slip } = self;
        let names = names.into_iter().enumerate().map(|(n, (text, range))| {
            let at = spans.as_ref().and_then(|s| s.get(n).copied()).unwrap_or_else(|| Span::new(id, range));
            let rule = rules::find(&text).filter(|rule| !rule.is_locked());
            Name { text, at, rule, used: false }
        });
        Waiver { at, removal, names: names.collect(), reason, slip, cover }
    }
}
