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
    /// The campaign under which the key was found, with `@occurrence`.
    pub campaign: String,
    /// The call.
    pub call: CallId,
    /// Oldest first.
    pub events: Vec<EventRecord>,
}

/// The courses of all calls with this key: of every campaign of the project, in its occurrence and under its former
/// name.
pub fn why(project: &Project, ledger: &Ledger, key: &str) -> Result<Vec<Course>, LedgerError> {
    let account = project.account();
    let mut found = Vec::new();
    for campaign in &project.campaigns {
        let occurrence = campaign.spec.occurrence.as_deref();
        for name in [Some(campaign.name.as_str()), campaign.spec.moved_from.as_deref()].into_iter().flatten() {
            let name = campaign_id(name, occurrence);
            let call = ledger.key().call(&CallIdentity {
                project: &project.name,
                environment: &project.environment,
                account: &account,
                campaign: &name,
                key,
            });
            let events = ledger.events(call)?;
            if !events.is_empty() {
                found.push(Course { campaign: name, call, events });
            }
        }
    }
    Ok(found)
}
