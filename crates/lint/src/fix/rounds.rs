//! Mending, round after round.

use std::collections::BTreeSet;

use callform_spec::diagnostic::Diagnostic;
use callform_spec::project::{Drafts, Loaded};
use callform_spec::source::Sources;

use super::change::{self, Change, Files, Name};
use super::{Fixed, FixedFile, Left, Project, Why};
use crate::render::hide;

/// A fix may show what was hidden before; one that needs more rounds than these goes in circles.
const MOST_ROUNDS: usize = 20;

/// Applies the safe fixes of what is found, or all of them, until nothing is left to mend. A fix that would give the
/// project more errors is left out.
pub fn fix(project: &dyn Project, with_unsafe: bool) -> Fixed {
    let mut files = Files::new(project);
    let mut drafts = Drafts::new();
    let mut fixed = Fixed::default();
    let mut left: BTreeSet<Left> = BTreeSet::new();
    let mut banned: BTreeSet<Name> = BTreeSet::new();
    let mut loaded = project.load(&drafts);
    let before = loaded.sources.clone();
    for _ in 0..MOST_ROUNDS {
        let found = project.find(&loaded, &drafts);
        let mut changes = Vec::new();
        for (name, change) in change::changes(&found, &loaded.sources, &drafts, &mut files, with_unsafe) {
            match change {
                Ok(change) if !banned.contains(&name) => changes.push(change),
                Ok(_) => {}
                Err(why) => drop(left.insert(as_left(&name, why))),
            }
        }
        let changes = change::without_overlaps(changes);
        let mut round = Round { project, files: &files, drafts: &drafts, before: &loaded, banned: Vec::new() };
        let taken = round.take(Vec::new(), &changes);
        for name in round.banned {
            left.insert(as_left(&name, Why::MoreErrors));
            banned.insert(name);
        }
        let next = change::apply(&taken, &drafts, &files);
        if next == drafts {
            fixed.settled = true;
            break;
        }
        fixed.applied += taken.len();
        drafts = next;
        loaded = project.load(&drafts);
    }
    fixed.left = left.into_iter().collect();
    let mut disk = files.by_path();
    for (path, after) in drafts {
        let Some((shown, text)) = disk.remove(&path).filter(|(_, text)| *text != after) else { continue };
        let masked = (masked(&shown, &text, &before), masked(&shown, &after, &loaded.sources));
        fixed.files.push(FixedFile { shown, path, before: text, after, masked });
    }
    fixed
}

fn as_left(name: &Name, why: Why) -> Left {
    Left { code: name.code, title: name.title.clone(), file: name.file.clone(), why }
}

struct Round<'a> {
    project: &'a dyn Project,
    files: &'a Files<'a>,
    drafts: &'a Drafts,
    before: &'a Loaded,
    banned: Vec<Name>,
}

impl Round<'_> {
    /// As many changes as can be made without more errors: all, or those of each half.
    fn take<'c>(&mut self, taken: Vec<&'c Change>, rest: &'c [Change]) -> Vec<&'c Change> {
        if rest.is_empty() {
            return taken;
        }
        let all: Vec<_> = taken.iter().copied().chain(rest).collect();
        let after = self.project.load(&change::apply(&all, self.drafts, self.files));
        if !is_worse(&self.before.diagnostics, &after.diagnostics) {
            return all;
        }
        if let [one] = rest {
            self.banned.push(one.name.clone());
            return taken;
        }
        let (first, second) = rest.split_at(rest.len() / 2);
        let taken = self.take(taken, first);
        self.take(taken, second)
    }
}

/// More errors are worse, unless something can be read that could not be: what is wrong with it was there before.
fn is_worse(before: &[Diagnostic], after: &[Diagnostic]) -> bool {
    let errors = |all: &[Diagnostic]| all.iter().filter(|d| d.is_error()).count();
    // Of YAML itself: E0001 to E0008. E0009 is about a value that was read.
    let unread = |all: &[Diagnostic]| all.iter().filter(|d| d.is_error() && d.code.0 < "E0009").count();
    errors(after) > errors(before) && unread(after) >= unread(before)
}

/// A text with nothing in it that must not be shown, line by line.
fn masked(shown: &str, text: &str, sources: &Sources) -> String {
    let plain = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
    let same = |of: &str| of == text || of == plain;
    let source = sources.iter().map(|(_, s)| s).filter(|s| s.path == shown && same(&s.text));
    let known = source.max_by_key(|s| s.redacted().len()).map(callform_spec::source::Source::shown);
    known.unwrap_or(plain).lines().map(|line| hide(line) + "\n").collect()
}
