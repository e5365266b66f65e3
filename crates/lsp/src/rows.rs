//! Reading the rows of a project: their errors, and what the rules find in them.

use std::sync::atomic::{AtomicBool, Ordering};

use callform_lint::rules::RowRules;
use callform_spec::diagnostic::Diagnostic;
use callform_spec::project::{CalleeSource, Campaign, Loaded, Project, Rendering, RowProblem, RowWatch};

/// Rows of one campaign that are read while somebody edits; `callform validate` reads all.
const MAX_ROWS: usize = 100_000;
/// Bad rows of one campaign that are told; the first ones tell what is wrong with the others.
const MAX_BAD_ROWS: usize = 100;

/// What was found in rows.
#[derive(Debug)]
pub(crate) struct RowFindings {
    /// Errors.
    pub(crate) bad: Vec<Diagnostic>,
    /// What the rules find in good rows; nothing where documents have errors.
    pub(crate) lints: Vec<Diagnostic>,
    /// Whether every row was read, and is good.
    pub(crate) whole: bool,
}

/// Whether the rows of a campaign stand in its document.
pub(crate) fn stand_in_documents(campaign: &Campaign) -> bool {
    matches!(campaign.callees, CalleeSource::Inline(_))
}

/// Whether they can be read here: standard input is the client's.
pub(crate) fn can_be_read(campaign: &Campaign) -> bool {
    !matches!(campaign.callees, CalleeSource::Stdin { .. })
}

/// Reads the rows of some campaigns. Their lines become texts of the project.
pub(crate) fn read(loaded: &mut Loaded, which: fn(&Campaign) -> bool, called_off: &AtomicBool) -> RowFindings {
    let sound = loaded.sound();
    let mut sources = std::mem::take(&mut loaded.sources);
    let mut rules = loaded.partial().zip(sound).map(|(project, sound)| RowRules::new(project, sound));
    let mut problems = Vec::new();
    let mut whole = true;
    for (project, campaign) in campaigns(loaded).filter(|(_, campaign)| which(campaign)) {
        let (bad, all) = read_one(project, campaign, rules.as_mut(), called_off);
        whole &= all && bad.is_empty();
        problems.extend(bad);
    }
    let bad = problems.into_iter().map(|problem| problem.into_diagnostic(&mut sources)).collect();
    let lints = rules.map(|rules| rules.finish(&mut sources)).unwrap_or_default();
    loaded.sources = sources;
    RowFindings { bad, lints, whole }
}

fn campaigns(loaded: &Loaded) -> impl Iterator<Item = (&Project, &Campaign)> {
    loaded.partial().into_iter().flat_map(|project| project.campaigns.iter().map(move |c| (project, c)))
}

/// The problems of a campaign's rows, and whether all rows were read.
fn read_one<'p>(
    project: &'p Project,
    campaign: &'p Campaign,
    mut rules: Option<&mut RowRules<'p>>,
    called_off: &AtomicBool,
) -> (Vec<RowProblem>, bool) {
    let mut rows = match project.rows(campaign, None, Rendering::Check) {
        Ok(rows) => rows,
        Err(problems) => return (problems, false),
    };
    if let Some(rules) = &mut rules {
        rules.begin(campaign);
    }
    let mut bad = Vec::new();
    for _ in 0..MAX_ROWS {
        if called_off.load(Ordering::Relaxed) || bad.len() == MAX_BAD_ROWS {
            break;
        }
        let row = match &mut rules {
            Some(rules) => rows.next_watched(*rules),
            None => rows.next(),
        };
        match row {
            Some(row) => bad.extend(row.err()),
            None => return (bad, true),
        }
    }
    // Nobody knows what the others are: no rule may say "all rows".
    if let Some(rules) = rules {
        rules.bad();
    }
    (bad, false)
}
