use std::collections::BTreeSet;

use callform_spec::diagnostic::Severity;
use callform_spec::phone::mask_text;
use callform_spec::project::{CalleeSource, Campaign, CellPlace, Project, SeenRow};

use super::{Check, rule};
use crate::inspect::CampaignView;
use crate::rows::{Note, Notes, RowRule};

/// As many as a message has room for.
const NAMED: usize = 5;
/// As much of a name.
const MAX_NAME: usize = 40;

rule! {
    /// ## What it does
    ///
    /// Finds columns of callees that are neither number, key nor time zone and that no variable of the agent reads. A file
    /// that lies outside the project (`${env:...}`, `-`) may have as many as it likes.
    ///
    /// ## Why it is bad
    ///
    /// Birthdays, addresses and notes about people are copied into Git for nothing, and stay in its history. Or the name
    /// of the column is misspelt, and every callee hears the variable's default.
    code: "CF057",
    name: "unused-column",
    level: Severity::Warning,
    bad: &[
        ("campaigns/april.yaml", "\
callees:
  file: callees.csv
  number: phone
  key: patient_id
"),
        ("campaigns/callees.csv", "\
patient_id,phone,date_of_birth
P-1,+12125550147,1961-05-02
"),
    ],
    good: &[
        ("campaigns/april.yaml", "\
callees:
  file: callees.csv
  number: phone
  key: patient_id
"),
        ("campaigns/callees.csv", "\
patient_id,phone
P-1,+12125550147
"),
    ],
    check: Check::Rows(|| Box::new(Unused::default())),
}

#[derive(Default)]
struct Unused {
    /// Columns that are read by other campaigns of the same file; `None` if these rows are not looked at.
    read_elsewhere: Option<BTreeSet<String>>,
    /// What was told.
    told: BTreeSet<String>,
    /// Whether the header of a file was looked at.
    header_seen: bool,
}

impl RowRule for Unused {
    fn begin(&mut self, view: &CampaignView<'_>) {
        self.told.clear();
        self.header_seen = false;
        self.read_elsewhere = is_checked_in(view).then(|| {
            let sharing = campaigns_of_one_file(view.project, view.campaign);
            sharing.flat_map(|campaign| campaign.columns.used()).collect()
        });
    }

    fn row(&mut self, view: &CampaignView<'_>, seen: &SeenRow<'_>, notes: &mut Notes) {
        let Some(read_elsewhere) = &self.read_elsewhere else { return };
        let is_inline = matches!(view.campaign.callees, CalleeSource::Inline(_));
        if self.header_seen && !is_inline {
            return;
        }
        self.header_seen = true;
        let mut unused = seen.unused();
        unused.retain(|(name, _)| !read_elsewhere.contains(name) && !self.told.contains(name));
        let Some((first, _)) = unused.first() else { return };
        let message = match unused.as_slice() {
            [_] => format!("nothing reads the column `{}`", shown(first)),
            all => format!("nothing reads the columns {}", list(all)),
        };
        let missing = (0..seen.row.values.len()).filter(|index| seen.row.values[*index].is_none());
        let slip = view.campaign.columns.nearest(first, missing).map(str::to_owned);
        self.told.extend(unused.iter().map(|(name, _)| name.clone()));
        notes.add(|| {
            let place = unused.swap_remove(0).1;
            let mut note = Note::new(message, place, "no variable of the agent");
            if let Some(slip) = slip {
                note = note.help(format!("did you mean `{slip}`?"));
            }
            note.help("leave out what is not needed: what is in Git stays there")
        });
    }
}

/// Whether the rows lie in the project, and no earlier campaign has the same file.
fn is_checked_in(view: &CampaignView<'_>) -> bool {
    match &view.campaign.callees {
        CalleeSource::Inline(_) => true,
        CalleeSource::Stdin { .. } => false,
        CalleeSource::File { .. } => {
            let named = view.campaign.spec.callees.as_ref().and_then(|c| c.file.as_deref());
            let first = campaigns_of_one_file(view.project, view.campaign).next();
            named.is_some_and(|name| !name.starts_with("${"))
                && first.is_some_and(|first| first.name == view.campaign.name)
        }
    }
}

fn campaigns_of_one_file<'p>(project: &'p Project, campaign: &'p Campaign) -> impl Iterator<Item = &'p Campaign> {
    let file = |campaign: &'p Campaign| match &campaign.callees {
        CalleeSource::File { path, .. } => Some(path),
        CalleeSource::Inline(_) | CalleeSource::Stdin { .. } => None,
    };
    project
        .campaigns
        .iter()
        .filter(move |other| other.name == campaign.name || file(campaign).is_some() && file(other) == file(campaign))
}

fn list(unused: &[(String, CellPlace)]) -> String {
    let mut names: Vec<String> = unused.iter().take(NAMED).map(|(name, _)| format!("`{}`", shown(name))).collect();
    if unused.len() > NAMED {
        names.push(format!("{} more", unused.len() - NAMED));
    }
    let last = names.pop().unwrap_or_default();
    format!("{} and {last}", names.join(", "))
}

/// A name from a file: somebody may have taken a row for the header.
fn shown(name: &str) -> String {
    let short: String = mask_text(name).chars().take(MAX_NAME).collect();
    if name.chars().count() > MAX_NAME { short + "…" } else { short }
}
