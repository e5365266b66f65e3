//! The calls of a project's campaigns, beside the sessions that were seen.

use std::collections::HashMap;

use callform_spec::project::{Project, ReadyRow, Rendering};

use super::CareError;
use crate::identity::{LedgerKey, NumberId};
use crate::ledger::{Phoned, PhonedCall};
use crate::plan::stdin;
use crate::scope::{RowId, Scope};

/// Hands every row of every campaign to `each`. A row that can't be read is somebody who might be missed: an error.
pub(super) fn each_row(
    project: &Project,
    input: Option<&[u8]>,
    key: &LedgerKey,
    mut each: impl FnMut(&Scope<'_>, &ReadyRow, RowId) -> Result<(), CareError>,
) -> Result<(), CareError> {
    for campaign in &project.campaigns {
        let bad = |rows| CareError::Rows { campaign: campaign.name.clone(), rows };
        let Some(scope) = Scope::of_campaign(project, campaign, false) else { continue };
        let rows =
            project.rows(campaign, stdin(input), Rendering::Skip).map_err(|problems| bad(problems.len() as u64))?;
        let mut wrong = 0;
        for row in rows {
            match row {
                Ok(row) => each(&scope, &row, scope.identify(key, &row))?,
                Err(_) => wrong += 1,
            }
        }
        if wrong > 0 {
            return Err(bad(wrong));
        }
    }
    Ok(())
}

/// The call of a row.
pub(super) fn call_of(project: &Project, scope: &Scope<'_>, row: &ReadyRow, id: &RowId) -> PhonedCall {
    PhonedCall {
        id: id.call,
        environment: project.environment.clone(),
        moved_from: id.moved_from,
        campaign: scope.name.clone(),
        key: row.key.clone(),
        fingerprint: id.fingerprint,
        agent: scope.digest,
    }
}

/// Writes the calls of the project, in one environment, beside each session to their numbers.
pub(super) fn name_calls(
    project: &Project,
    input: Option<&[u8]>,
    key: &LedgerKey,
    phoned: &mut [Phoned],
) -> Result<(), CareError> {
    if phoned.is_empty() {
        return Ok(());
    }
    let mut by_number: HashMap<NumberId, Vec<usize>> = HashMap::new();
    for (n, phoned) in phoned.iter().enumerate() {
        by_number.entry(key.number(&phoned.number)).or_default().push(n);
    }
    each_row(project, input, key, |scope, row, id| {
        for n in by_number.get(&key.number(&row.number)).into_iter().flatten() {
            phoned[*n].calls.push(call_of(project, scope, row, &id));
        }
        Ok(())
    })
}
