//! Text for people, with the lines that it is about.

use std::collections::HashSet;

use annotate_snippets::{Annotation, AnnotationKind, Level, Renderer, Snippet};
use callform_spec::diagnostic::{Diagnostic, Severity};
use callform_spec::source::Sources;

use super::excerpt::{Excerpt, excerpts};
use super::wrap::wrap;
use super::{Report, hide, one_line};
use crate::rules;

/// Whether the text has colours. The caller knows the terminal, and `NO_COLOR`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Plain text.
    Never,
    /// ANSI escapes.
    Always,
}

/// Narrower than this nothing is wrapped or cut: it would be no easier to read.
const LEAST_WIDTH: usize = 40;

/// All findings with an empty line after each; nothing if there are none. The last line ([`super::summary`]) is the
/// caller's to add.
///
/// `width` is that of the terminal: messages and help are wrapped at it, and lines of files cut. Without one, as for a
/// pipe, texts stay on their lines.
pub fn human(report: &Report<'_>, colour: Colour, width: Option<usize>) -> String {
    let renderer = match colour {
        Colour::Never => Renderer::plain(),
        Colour::Always => Renderer::styled(),
    };
    let width = width.map(|width| width.max(LEAST_WIDTH));
    let renderer = width.map_or(renderer.clone(), |width| renderer.term_width(width));
    let mut told = HashSet::new();
    let mut out = String::new();
    for diagnostic in report.diagnostics {
        // Where to read more is said once for each rule.
        let more = rules::find(diagnostic.code.0).is_some() && told.insert(diagnostic.code);
        out.push_str(&one(diagnostic, report.sources, more, &renderer, width));
        out.push_str("\n\n");
    }
    out
}

fn one(diagnostic: &Diagnostic, sources: &Sources, more: bool, renderer: &Renderer, width: Option<usize>) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let excerpts = excerpts(diagnostic, sources);
    // What stands before the text in its first line; the renderer indents the others as far.
    let title = "warning[]: ".len() + diagnostic.code.0.len();
    let help = gutter(&excerpts) + " = help: ".len();
    let fit = |text: &str, before: usize| {
        let text = one_line(&hide(text));
        width.map_or(text.clone(), |width| wrap(&text, width.saturating_sub(before)))
    };
    let mut group = level
        .primary_title(fit(&diagnostic.message, title))
        .id(diagnostic.code.0)
        .elements(excerpts.iter().map(snippet))
        .elements(diagnostic.help.iter().map(|line| Level::HELP.message(fit(line, help))));
    if more {
        group = group.element(Level::NOTE.with_name("more").message(format!("`callform rule {}`", diagnostic.code)));
    }
    tighten(&renderer.render(&[group]))
}

/// How wide the numbers of lines are.
fn gutter(excerpts: &[Excerpt]) -> usize {
    let last = excerpts.iter().map(|excerpt| excerpt.first_line + excerpt.text.matches('\n').count()).max();
    last.unwrap_or_default().to_string().len()
}

/// Without the empty gutter line that the renderer puts before every `:::`.
fn tighten(text: &str) -> String {
    let lines: Vec<_> = text.lines().collect();
    let is_next_file = |line: &&str| without_escapes(line).trim_start().starts_with(":::");
    let kept = lines
        .iter()
        .enumerate()
        .filter(|(n, line)| !(without_escapes(line).trim() == "|" && lines.get(n + 1).is_some_and(is_next_file)));
    kept.map(|(_, line)| *line).collect::<Vec<_>>().join("\n")
}

/// A line without colours. Nothing else in it can hold an escape.
fn without_escapes(line: &str) -> String {
    let mut parts = line.split('\u{1b}');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(part.split_once('m').map_or("", |(_, text)| text));
    }
    out
}

fn snippet(excerpt: &Excerpt) -> Snippet<'_, Annotation<'_>> {
    let marks = excerpt.marks.iter().map(|mark| {
        let kind = if mark.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        let label = Some(mark.label.as_str()).filter(|l| !l.is_empty());
        kind.span(mark.range.clone()).label(label)
    });
    Snippet::source(excerpt.text.as_str())
        .line_start(excerpt.first_line)
        .path(excerpt.path.as_str())
        .annotations(excerpt.context.iter().map(|range| AnnotationKind::Visible.span(range.clone())))
        .annotations(marks)
}
