//! What is told of a project: what the rules found, by the project's levels and what a person asked for.

use std::collections::HashMap;

use callform_spec::diagnostic::Diagnostic;
use callform_spec::project::Loaded;

use crate::inspect::WaiversView;
use crate::levels::Levels;
use crate::rules;
use crate::selection::Selection;
use crate::waivers::{self, UsedWaivers};

/// What is told of a project.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// What is told, in the order of files and lines, the project file first.
    pub told: Vec<Diagnostic>,
    /// What is not told, because a comment in the file says why it may be so.
    pub waived: Vec<Waived>,
}

/// Findings of one rule in one file that are told to people. Whoever has mended these runs it again.
pub const KEPT: usize = 100;

/// Leaves out what nobody would read: of each rule and file all but the first [`KEPT`]. The last of them says how many
/// more there are.
pub fn abridge(told: &mut Vec<Diagnostic>) {
    let place = |finding: &Diagnostic| finding.primary.as_ref().map(|label| (finding.code, label.span.source));
    let mut counts: HashMap<_, usize> = HashMap::new();
    for place in told.iter().filter_map(place) {
        *counts.entry(place).or_default() += 1;
    }
    let mut met: HashMap<_, usize> = HashMap::new();
    told.retain_mut(|finding| {
        let Some(place) = place(finding) else { return true };
        let (nth, all) = (met.entry(place).or_default(), counts[&place]);
        *nth += 1;
        if *nth == KEPT && all > KEPT {
            let more = all - KEPT;
            finding.help.push(format!("{more} more of {} in this file are not shown", finding.code));
        }
        *nth <= KEPT
    });
}

/// A finding that is waived in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waived {
    /// What is waived.
    pub finding: Diagnostic,
    /// Why, as the comment says.
    pub reason: String,
}

/// Judges what the rules found ([`rules::check`], and what was found in rows): one way for `validate`, `lint` and
/// editors.
///
/// In a project with environments nobody is told of waivers without use; [`judge_with`] is.
pub fn judge(loaded: &Loaded, found: Vec<Diagnostic>, selection: &Selection) -> Findings {
    let alone = loaded.partial().is_some_and(|project| project.environments.is_empty());
    judge_with(loaded, found, selection, alone.then(UsedWaivers::default))
}

/// The same; `elsewhere` names the waivers that other environments use, if that was looked at.
pub fn judge_with(
    loaded: &Loaded,
    found: Vec<Diagnostic>,
    selection: &Selection,
    elsewhere: Option<UsedWaivers>,
) -> Findings {
    let Some(project) = loaded.partial() else { return Findings::default() };
    // What has errors was not judged, and may hold what is waived.
    let all_rules_ran = loaded.is_good() && elsewhere.is_some();
    let mut waivers = waivers::read(loaded);
    let (mut told, mut waived) = waivers::apply(found, &mut waivers);
    elsewhere.unwrap_or_default().mark(&mut waivers, &loaded.sources);
    rules::check_waivers(&WaiversView { waivers: &waivers, all_rules_ran }, &mut told);
    rules::check_settings(project, &mut told);
    let levels = Levels::of(project);
    let takes = |finding: &Diagnostic| selection.takes(finding, levels.is_off(finding.code.0));
    told.retain(takes);
    waived.retain(|waived| takes(&waived.finding));
    told.iter_mut().chain(waived.iter_mut().map(|w| &mut w.finding)).for_each(|finding| levels.set(finding));
    rules::sort(&mut told, &loaded.sources);
    Findings { told, waived }
}
