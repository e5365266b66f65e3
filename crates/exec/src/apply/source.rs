//! Where a run's calls come from: the rows again, one after the other, matched with what the plan kept of them.

use std::collections::VecDeque;

use callform_spec::project::{Project, ReadyRow, Rendering, Rows};

use crate::identity::LedgerKey;
use crate::plan::{Plan, PlannedCall, stdin};
use crate::scope::{RowId, Scope};

/// So many rows are looked at before others get their turn: of a run that is resumed, most are placed.
const AT_ONCE: usize = 256;

/// A call to place.
pub(super) struct Job {
    pub(super) scope: usize,
    pub(super) row: ReadyRow,
    pub(super) id: RowId,
    /// The provider was asked whether the callee is still talking.
    pub(super) looked: bool,
}

/// What comes next.
pub(super) enum Next {
    /// A call.
    Job(Box<Job>),
    /// A row that is not what the plan says any more.
    Changed(Box<Job>),
    /// Nothing among the rows that were looked at; there may be more.
    Nothing,
    /// There are no more.
    End,
}

/// The calls of a run, in order.
pub(super) enum Source<'a> {
    Plan {
        project: &'a Project,
        stdin: Option<&'a [u8]>,
        /// In the order of campaigns and rows, as the plan met them.
        planned: VecDeque<PlannedCall>,
        /// Those of the current campaign.
        scope: usize,
        rows: Option<Box<Rows<'a>>>,
    },
    Row(Option<Box<ReadyRow>>),
}

impl<'a> Source<'a> {
    pub(super) fn of_plan(project: &'a Project, plan: &Plan, stdin: Option<&'a [u8]>) -> Self {
        Self::Plan { project, stdin, planned: plan.calls.iter().copied().collect(), scope: 0, rows: None }
    }

    pub(super) fn of_row(row: ReadyRow) -> Self {
        Self::Row(Some(Box::new(row)))
    }

    pub(super) fn next(&mut self, scopes: &[Scope<'a>], key: &LedgerKey) -> Next {
        match self {
            Self::Row(row) => match row.take() {
                Some(row) => {
                    let id = scopes[0].identify(key, &row);
                    Next::Job(Box::new(Job { scope: 0, row: *row, id, looked: false }))
                }
                None => Next::End,
            },
            Self::Plan { project, stdin: input, planned, scope, rows } => {
                for _ in 0..AT_ONCE {
                    let Some(next) = planned.front().copied() else { return Next::End };
                    let wanted = next.campaign as usize;
                    if wanted != *scope || rows.is_none() {
                        let campaign = scopes.get(wanted).and_then(|scope| scope.campaign);
                        let opened =
                            campaign.and_then(|c| project.rows(c, stdin(*input), Rendering::Skip).ok().map(Box::new));
                        (*scope, *rows) = (wanted, opened);
                    }
                    let Some(row) = rows.as_mut().and_then(Iterator::next) else {
                        // The file is shorter than it was, or gone: what is left of this campaign is not placed.
                        planned.retain(|call| call.campaign as usize != wanted);
                        *rows = None;
                        continue;
                    };
                    let Ok(row) = row else { continue };
                    let id = scopes[wanted].identify(key, &row);
                    if next.id != id.call && Some(next.id) != id.moved_from {
                        continue;
                    }
                    planned.pop_front();
                    let job = Box::new(Job { scope: wanted, row, id, looked: false });
                    return if next.fingerprint == job.id.fingerprint { Next::Job(job) } else { Next::Changed(job) };
                }
                Next::Nothing
            }
        }
    }
}
