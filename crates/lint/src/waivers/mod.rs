//! Waivers: comments that say why a finding may be there.
//!
//! ```yaml
//! # callform: allow[CF005] calls of this line have no end
//! name: radio
//! complianceAudio: false  # callform: allow[compliance-audio-off, CF030] the clinic's own message says it
//! ```
//!
//! In a prompt it is a comment of the template: `{# callform: allow[CF001] the reason #}`.

mod cover;
mod read;
mod used;

use callform_spec::diagnostic::Fix;
use callform_spec::source::Span;

use crate::rules::Rule;

pub(crate) use cover::Cover;
pub use read::may_hold_one;
pub(crate) use read::read;
pub use used::UsedWaivers;
pub(crate) use used::apply;

/// A comment that waives findings.
#[derive(Clone, Debug)]
pub(crate) struct Waiver {
    /// The comment.
    pub(crate) at: Span,
    /// What to delete so that it is gone, with no empty line and no blank left behind; `None` where its place can't be
    /// told exactly.
    pub(crate) removal: Option<Span>,
    /// What it waives.
    pub(crate) names: Vec<Name>,
    /// Why; `None` if it does not say, and then it waives nothing.
    pub(crate) reason: Option<String>,
    /// Where it is not written as a waiver, though it was meant to be one: the rules that it speaks of.
    pub(crate) slip: Option<Vec<&'static str>>,
    /// Where findings are waived; `None` if nothing stands below it.
    pub(crate) cover: Option<Cover>,
}

impl Waiver {
    /// What it names, as a list.
    pub(crate) fn list(&self) -> String {
        self.names.iter().map(|n| n.text.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// A fix after which a name is gone: with its comma, or the whole comment if there is no other name.
    pub(crate) fn without(&self, n: usize, title: String, safe: bool) -> Option<Fix> {
        let whole = self.removal?;
        let span = self.names.get(n).filter(|_| self.names.len() > 1).map_or(whole, |name| self.with_comma(n, name));
        Some(Fix { title, edits: vec![(span, String::new())], safe })
    }

    /// A fix that writes another name.
    pub(crate) fn rename(&self, n: usize, to: &str) -> Option<Fix> {
        self.removal?;
        let edits = vec![(self.names.get(n)?.at, to.to_owned())];
        Some(Fix { title: format!("write `{to}`"), edits, safe: false })
    }

    fn with_comma(&self, n: usize, name: &Name) -> Span {
        match (self.names.get(n + 1), n.checked_sub(1).and_then(|before| self.names.get(before))) {
            (Some(next), _) => Span { end: next.at.start, ..name.at },
            (None, Some(before)) => Span { start: before.at.end, ..name.at },
            (None, None) => name.at,
        }
    }
}

/// A rule as a waiver names it.
#[derive(Clone, Debug)]
pub(crate) struct Name {
    /// As it is written.
    pub(crate) text: String,
    /// Where.
    pub(crate) at: Span,
    /// The rule; `None` if there is none, or if its findings can't be waived.
    pub(crate) rule: Option<&'static Rule>,
    /// Whether a finding was waived by it.
    pub(crate) used: bool,
}
