//! What the ledger knows, for people: counts, lists, and the course of one call.

use callform_spec::project::Project;

use crate::identity::{CallId, CallIdentity, campaign_id};
use crate::ledger::{CallRow, CampaignCounts, EventRecord, Ledger, LedgerError, State};

/// Counts by campaign and state, in the project's environment and account. Old occurrences and campaigns that are gone
/// included.
///
/// # Errors
/// If the ledger can't be read; so everywhere here.
pub fn counts(project: &Project, ledger: &Ledger) -> Result<Vec<CampaignCounts>, LedgerError> {
    ledger.counts(&project.account(), &project.environment)
}

/// Hands calls to `each`: of one campaign (with `@occurrence`) or of all, in some states or in any (`states` empty).
pub fn calls(
    project: &Project,
    ledger: &Ledger,
    campaign: Option<&str>,
    states: &[State],
    limit: u64,
    each: impl FnMut(CallRow),
) -> Result<(), LedgerError> {
    ledger.calls(&project.account(), &project.environment, campaign, states, limit, each)
}

/// A call and everything that happened to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Course {
    /// The campaign under which it was last attempted, with `@occurrence`.
    pub campaign: String,
    /// The call.
    pub call: CallId,
    /// As it is listed.
    pub row: CallRow,
    /// Oldest first.
    pub events: Vec<EventRecord>,
}

/// The calls with this key, or called so on the screen, in the project's environment and account: of its campaigns, and
/// of those and their occurrences that are gone; tries, too.
pub fn find(project: &Project, ledger: &Ledger, key: &str) -> Result<Vec<CallRow>, LedgerError> {
    let account = project.account();
    let mut ids = Vec::new();
    // By identity, since the ledger keeps no key that is a number.
    for campaign in &project.campaigns {
        let occurrence = campaign.spec.occurrence.as_deref();
        for name in [Some(campaign.name.as_str()), campaign.spec.moved_from.as_deref()].into_iter().flatten() {
            ids.push(ledger.key().call(&CallIdentity {
                project: &project.name,
                environment: &project.environment,
                account: &account,
                campaign: &campaign_id(name, occurrence),
                key,
            }));
        }
    }
    ids.extend(ledger.called(&account, &project.environment, key)?);
    let mut found: Vec<CallRow> = Vec::new();
    for id in ids {
        if !found.iter().any(|row| row.call.id == id)
            && let Some(row) = ledger.row(id)?
        {
            found.push(row);
        }
    }
    Ok(found)
}

/// The courses of all calls that [`find`] finds.
pub fn why(project: &Project, ledger: &Ledger, key: &str) -> Result<Vec<Course>, LedgerError> {
    let course = |row: CallRow| {
        let events = ledger.events(row.call.id)?;
        Ok(Course { campaign: row.call.campaign.clone(), call: row.call.id, row, events })
    };
    find(project, ledger, key)?.into_iter().map(course).collect()
}
