//! Which findings are waived, and which waivers waive something.

use std::collections::BTreeSet;

use callform_spec::diagnostic::Diagnostic;
use callform_spec::project::Loaded;
use callform_spec::source::Sources;

use super::{Waiver, read};
use crate::findings::Waived;

/// Waivers that waive something: path, first byte and code. A prompt of two agents has one waiver for both, and one
/// environment may need what another does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsedWaivers {
    places: BTreeSet<(String, usize, &'static str)>,
    /// Some rows were not looked at: a waiver of a rule over rows may be needed there.
    rows_unread: bool,
}

impl UsedWaivers {
    /// Those of a project whose rules found this.
    pub fn of(loaded: &Loaded, found: Vec<Diagnostic>) -> Self {
        let mut waivers = read(loaded);
        apply(found, &mut waivers);
        let mut used = Self::default();
        used.add(&waivers, &loaded.sources);
        used
    }

    /// Adds those of another environment.
    pub fn extend(&mut self, other: Self) {
        self.places.extend(other.places);
        self.rows_unread |= other.rows_unread;
    }

    /// Says that some rows were not looked at: waivers of rules over rows may be needed there, and count as used.
    pub fn with_rows_unread(self) -> Self {
        Self { rows_unread: true, ..self }
    }

    fn add(&mut self, waivers: &[Waiver], sources: &Sources) {
        for (waiver, name) in waivers.iter().flat_map(|w| w.names.iter().map(move |n| (w, n))) {
            if let Some(rule) = name.rule.filter(|_| name.used) {
                self.places.insert((sources.get(waiver.at.source).path.clone(), waiver.at.start, rule.code));
            }
        }
    }

    /// Marks what is used here or there.
    pub(crate) fn mark(mut self, waivers: &mut [Waiver], sources: &Sources) {
        self.add(waivers, sources);
        for waiver in waivers {
            let (path, start) = (&sources.get(waiver.at.source).path, waiver.at.start);
            for name in &mut waiver.names {
                name.used |= name.rule.is_some_and(|rule| {
                    self.rows_unread && rule.looks_at_rows() || self.places.contains(&(path.clone(), start, rule.code))
                });
            }
        }
    }
}

/// Takes out what is waived, and marks the waivers that waive it.
pub(crate) fn apply(found: Vec<Diagnostic>, waivers: &mut [Waiver]) -> (Vec<Diagnostic>, Vec<Waived>) {
    let mut told = Vec::new();
    let mut waived = Vec::new();
    for finding in found {
        let mut reason = None;
        for waiver in waivers.iter_mut() {
            let Some(why) = &waiver.reason else { continue };
            if !waiver.cover.as_ref().is_some_and(|cover| cover.holds(&finding)) {
                continue;
            }
            for name in waiver.names.iter_mut().filter(|n| n.rule.is_some_and(|r| r.code == finding.code.0)) {
                name.used = true;
                reason.get_or_insert_with(|| why.clone());
            }
        }
        match reason {
            Some(reason) => waived.push(Waived { finding, reason }),
            None => told.push(finding),
        }
    }
    (told, waived)
}
