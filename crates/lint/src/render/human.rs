//! Text for people, with the lines that it is about.

use std::collections::HashSet;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use callform_spec::diagnostic::{Diagnostic, Severity};
use callform_spec::source::Sources;

use super::excerpt::{Excerpt, excerpts};
use super::{Report, hide};
use crate::rules;

/// Whether the text has colours. The caller knows the terminal, and `NO_COLOR`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Plain text.
    Never,
    /// ANSI escapes.
    Always,
}

/// All findings with an empty line after each; nothing if there are none. The last line ([`super::summary`]) is the
/// caller's to add.
pub fn human(report: &Report<'_>, colour: Colour) -> String {
    let renderer = match colour {
        Colour::Never => Renderer::plain(),
        Colour::Always => Renderer::styled(),
    };
    let mut told = HashSet::new();
    let mut out = String::new();
    for diagnostic in report.diagnostics {
        // Where to read more is said once for each rule.
        let more = rules::find(diagnostic.code.0).is_some() && told.insert(diagnostic.code);
        out.push_str(&one(diagnostic, report.sources, more, &renderer));
        out.push_str("\n\n");
    }
    out
}

fn one(diagnostic: &Diagnostic, sources: &Sources, more: bool, renderer: &Renderer) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let excerpts = excerpts(diagnostic, sources);
    let mut group = level
        .primary_title(hide(&diagnostic.message))
        .id(diagnostic.code.0)
        .elements(excerpts.iter().map(snippet))
        .elements(diagnostic.help.iter().map(|line| Level::HELP.message(hide(line))));
    if more {
        group = group.element(Level::NOTE.with_name("more").message(format!("`callform rule {}`", diagnostic.code)));
    }
    renderer.render(&[Group::from(group)])
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
