//! `callform apply --until-done`: one pass after the other, through windows, waits and retries, until every call has
//! ended or needs a person.
//!
//! Each pass does what `callform apply` would do if cron started it at that moment. What may be placed was approved
//! once: the calls of the first plan, up to their `maxAttempts`.

use std::time::Duration;

use callform_exec::apply::{self, ApplyResult, Fate, Remaining, ResultRow, StopReason};
use callform_exec::ledger::Ledger;
use callform_exec::plan::{Plan, plan};
use callform_exec::plan_file::{Place, PlanFile};
use callform_exec::status;
use callform_spec::project::{Loaded, Project};
use jiff::Timestamp;

use super::{Workshop, approval, judge, request};
use crate::args::ApplyArgs;
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::surroundings::{clock, plan_key};
use crate::view;

/// What was approved without a plan file has no expiry of its own.
const NO_EXPIRY: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);
/// A machine that is suspended must not sleep past its moment: the clock is looked at so often.
const LOOK_AT_THE_CLOCK: Duration = Duration::from_secs(20);

/// Everything but the first plan, which was shown already.
pub(super) struct UntilDone<'a> {
    pub(super) args: &'a ApplyArgs,
    pub(super) loaded: &'a Loaded,
    pub(super) project: &'a Project,
    pub(super) stdin: Option<&'a [u8]>,
    /// As it was given; without one, the first plan is what was approved.
    pub(super) file: Option<&'a PlanFile>,
}

impl UntilDone<'_> {
    pub(super) fn run(&self, ledger: &mut Ledger, first: Plan, out: &mut Output) -> Outcome {
        let Self { args, project, .. } = *self;
        approval::ask(project, first.calls.len() as u64, args.auto_approve || self.file.is_some(), out)?;
        let own = match self.file {
            Some(_) => None,
            None => Some(PlanFile::of(&first, NO_EXPIRY, None)?),
        };
        let approved = self.file.or(own.as_ref()).ok_or_else(|| Failure::failed("there is no plan"))?;
        let mut workshop = Workshop::new(project, first.calls.len() as u64, args.lock_timeout, out)?;
        let mut total: Option<ApplyResult> = None;
        let mut next = first;
        loop {
            // A pass that sent nothing, although its plan had something to place: a ceiling of the run holds it back.
            let mut in_vain = false;
            if next.to_place() > 0 {
                next.calls.retain(|call| !call.deferred);
                let pass =
                    workshop.carry_out(ledger, async |tools| apply::apply(project, &next, self.stdin, tools).await)?;
                ledger.continue_run(&pass.run);
                in_vain = pass.requests == 0;
                add(&mut total, pass);
            }
            if total.as_ref().is_some_and(|total| total.stopped.is_some()) {
                break;
            }
            let looked = super::super::refresh::look_up(project, ledger, true)?;
            next = self.plan_again(ledger, approved, out)?;
            let now = clock().now();
            let left = Remaining::of(project, ledger, &next, &looked.unknown, now)?;
            if left.to_place > 0 && !in_vain {
                continue;
            }
            if left.awaits_nothing() {
                if left.needs_person > 0 {
                    let n = view::count(left.needs_person, "unknown call needs", "unknown calls need");
                    out.note(format_args!("{n} a person:  callform resolve"));
                }
                break;
            }
            let until = left.look_again(now);
            workshop.progress.wait(&view::run::waiting(&left, until, now));
            if !workshop.sleep(until) {
                total.get_or_insert_with(ApplyResult::nothing).stopped = Some(StopReason::Interrupted);
                break;
            }
        }
        workshop.end();
        let mut total = total.unwrap_or_else(ApplyResult::nothing);
        settle(&mut total, ledger, project)?;
        let counts = ledger.counts(&project.account(), &project.environment)?;
        let planned = |campaign: &str| next.campaigns.iter().any(|planned| planned.name == campaign);
        let ends = counts.iter().filter(|count| planned(&count.campaign)).flat_map(|count| &count.outcomes);
        let ended = view::run::ended(ends);
        let exit = super::report(&total, ledger, project, args.format, out)?;
        if let Some(line) = ended {
            out.note(line);
        }
        Ok(exit)
    }

    fn plan_again(&self, ledger: &Ledger, approved: &PlanFile, out: &mut Output) -> Result<Plan, Failure> {
        let Self { args, loaded, project, stdin, file } = *self;
        let now = clock().now();
        if let Some(file) = file {
            file.check(&Place { project, ledger, now, key: plan_key().as_ref() })?;
        }
        let made = plan(&request(args, project, ledger, stdin, Some(approved), now))?;
        judge(&made, loaded, project, args.format, out)?;
        approved.check_rows(&made)?;
        Ok(made)
    }
}

/// What a pass did not know, later ones or the provider's records may have told: the table says how calls stand now.
fn settle(total: &mut ApplyResult, ledger: &Ledger, project: &Project) -> Result<(), Failure> {
    let mut rows: Vec<ResultRow> = Vec::with_capacity(total.rows.len());
    for row in total.rows.drain(..) {
        rows.retain(|known| (&known.campaign, &known.key) != (&row.campaign, &row.key));
        rows.push(row);
    }
    for row in &mut rows {
        if !matches!(row.fate, Fate::Unknown { .. }) {
            continue;
        }
        for call in status::find(project, ledger, &row.key)? {
            if call.call.campaign == row.campaign
                && call.call.state.is_placed()
                && let Some(session) = call.session
            {
                row.fate = Fate::Placed { session };
                total.counts.placed += 1;
            }
        }
    }
    total.rows = rows;
    total.counts.unknown = ledger.unknown_count(&project.account())?;
    Ok(())
}

/// All passes as one result: the last word on each call, and the requests of all.
fn add(total: &mut Option<ApplyResult>, pass: ApplyResult) {
    let Some(all) = total else {
        *total = Some(pass);
        return;
    };
    let (kept, new) = (&mut all.counts, pass.counts);
    kept.placed += new.placed;
    kept.refused += new.refused;
    kept.unknown += new.unknown;
    // What is only put off is counted as it stands now.
    (kept.not_sent, kept.deferred, kept.held, kept.left) = (new.not_sent, new.deferred, new.held, new.left);
    kept.elsewhere += new.elsewhere;
    all.rows.retain(|row| matches!(row.fate, Fate::Placed { .. } | Fate::Refused { .. } | Fate::Unknown { .. }));
    all.rows.extend(pass.rows);
    all.rows_omitted += pass.rows_omitted;
    all.unrecorded.extend(pass.unrecorded);
    all.requests += pass.requests;
    all.stopped = pass.stopped;
    all.misconfigured = all.misconfigured.take().or(pass.misconfigured);
    all.server_ahead = pass.server_ahead.or(all.server_ahead);
}

impl Workshop {
    /// Until that moment, by the wall clock; `false` if a signal came first.
    fn sleep(&mut self, until: Timestamp) -> bool {
        let Self { runtime, cancel, .. } = self;
        runtime.block_on(async {
            loop {
                let left = until.duration_since(clock().now());
                let Ok(left) = Duration::try_from(left) else { return true };
                if left.is_zero() {
                    return true;
                }
                tokio::select! {
                    () = cancel.wait() => return false,
                    () = tokio::time::sleep(left.min(LOOK_AT_THE_CLOCK)) => {}
                }
            }
        })
    }
}
