//! `callform apply --until-done`: one pass after the other, through windows, waits and retries, until every call has
//! ended or needs a person.
//!
//! Each pass does what `callform apply` would do if cron started it at that moment. What may be placed was approved
//! once: the calls of the first plan, up to their `maxAttempts`.

use std::time::Duration;

use callform_exec::apply::{self, ApplyResult, Fate, Remaining, ResultRow, StopReason};
use callform_exec::ledger::{Ledger, LedgerError};
use callform_exec::plan::{Blocked, Plan, plan};
use callform_exec::plan_file::{Place, PlanFile};
use callform_exec::specs::Specs;
use callform_exec::status;
use callform_spec::diagnostic::Diagnostic;
use callform_spec::project::{Loaded, Project};
use jiff::Timestamp;

use super::{Workshop, approval, judge, report_with, request};
use crate::args::ApplyArgs;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome, Passes};
use crate::output::Output;
use crate::surroundings::{clock, plan_key};
use crate::view;

/// What was approved without a plan file has no expiry of its own.
const NO_EXPIRY: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);
/// A machine that is suspended must not sleep past its moment: the clock is looked at so often.
const LOOK_AT_THE_CLOCK: Duration = Duration::from_secs(20);
/// How often to see whether what stood in the way is gone; and where nobody real is phoned.
const LOOK_AGAIN: Duration = Duration::from_secs(10);
const LOOK_AGAIN_HERE: Duration = Duration::from_secs(1);

/// What was asked for.
pub(super) struct UntilDone<'a> {
    pub(super) args: &'a ApplyArgs,
    pub(super) stdin: Option<&'a [u8]>,
    /// As it was given; without one, the first plan is what was approved.
    pub(super) file: Option<&'a PlanFile>,
}

/// What goes on from pass to pass.
struct Course<'a> {
    ledger: &'a mut Ledger,
    workshop: Workshop,
    /// The documents as they were read last.
    loaded: Loaded,
    approved: &'a PlanFile,
    /// What was asked for, the same in every pass: other workers with the same wish share the run.
    scope: String,
    specs: Specs,
    total: ApplyResult,
    /// To be carried out next; none where something stood in the way, and it must be made again.
    next: Option<Plan>,
    /// Names of the campaigns that it is about.
    campaigns: Vec<String>,
    /// The ledger's server was away.
    away: bool,
    /// What was said of documents that can't be read, so that it is said once.
    faults: Vec<String>,
}

/// What follows from a pass.
enum Then {
    /// Another one, now.
    Again,
    /// Another one, from that moment on.
    From(Timestamp),
    /// Nothing.
    Over,
}

impl UntilDone<'_> {
    pub(super) fn run(&self, loaded: Loaded, ledger: &mut Ledger, first: Plan, out: &mut Output) -> Outcome {
        let Some(project) = loaded.project() else { return Ok(Exit::Failed) };
        let calls = first.calls.len() as u64;
        approval::ask(project, calls, self.args.auto_approve || self.file.is_some(), out)?;
        let own = match self.file {
            Some(_) => None,
            None => Some(PlanFile::of(&first, NO_EXPIRY, None)?),
        };
        let approved = self.file.or(own.as_ref()).ok_or_else(|| Failure::failed("there is no plan"))?;
        let mut course = Course {
            workshop: Workshop::new(project, calls, self.args.lock_timeout, out)?,
            scope: first.scope.clone(),
            specs: first.specs.clone(),
            campaigns: first.campaigns.iter().map(|campaign| campaign.name.clone()).collect(),
            total: ApplyResult::nothing(),
            next: None,
            away: false,
            faults: Vec::new(),
            ledger,
            loaded,
            approved,
        };
        let beyond: u64 = first.campaigns.iter().map(|campaign| campaign.blocked_by(&Blocked::PerRun)).sum();
        course.next = Some(course.as_approved(first));
        let ended = self.go_on(&mut course, out).and_then(|()| course.within_ceilings(beyond));
        course.end(ended, self.args, out)
    }

    /// Pass after pass; what stands in the way for a while is waited for.
    fn go_on(&self, course: &mut Course<'_>, out: &mut Output) -> Result<(), Failure> {
        loop {
            course.workshop.between_passes(course.total.exit() == apply::Exit::Unknown);
            let until = match self.pass(course, out) {
                Ok(Then::Over) => return Ok(()),
                Ok(Then::Again) => continue,
                Ok(Then::From(until)) => until,
                Err(failure) => match failure.passes {
                    Some(passes) => course.wait_for(passes, &failure.message),
                    None => return Err(failure),
                },
            };
            if !course.workshop.sleep(until) {
                course.total.stopped = Some(StopReason::Interrupted);
                return Ok(());
            }
        }
    }

    fn pass(&self, course: &mut Course<'_>, out: &mut Output) -> Result<Then, Failure> {
        if course.away {
            course.ledger.reconnect()?;
            course.away = false;
        }
        // A pass that sent nothing, although its plan had something to place: a ceiling of the run holds it back.
        let mut in_vain = false;
        if let Some(plan) = course.next.take().filter(|plan| plan.to_place() > 0) {
            in_vain = course.place(plan, self.stdin)? == 0;
        }
        if course.total.stopped.is_some() {
            return Ok(Then::Over);
        }
        let Some(looked) = course.look_up()? else {
            course.total.stopped = Some(StopReason::Interrupted);
            return Ok(Then::Over);
        };
        self.read_again(course, out)?;
        let plan = self.plan_again(course, out)?;
        let now = clock().now();
        let project = course.loaded.project().ok_or_else(unreadable)?;
        let left = Remaining::of(project, course.ledger, &plan, &looked.unknown, now)?;
        course.next = Some(plan);
        if left.to_place > 0 && !in_vain {
            return Ok(Then::Again);
        }
        if left.awaits_nothing() {
            if left.needs_person > 0 {
                let n = view::count(left.needs_person, "unknown call needs", "unknown calls need");
                out.note(format_args!("{n} a person:  callform resolve"));
            }
            return Ok(Then::Over);
        }
        let until = left.look_again(now);
        course.workshop.progress.wait(&view::run::waiting(&left, until, now));
        Ok(Then::From(until))
    }

    /// Documents and lists, as they are now: somebody who asked meanwhile not to be called is not called. What the
    /// approval does not cover ends it.
    fn read_again(&self, course: &mut Course<'_>, out: &mut Output) -> Result<(), Failure> {
        let loaded = crate::project::load(&self.args.project);
        let Some(project) = loaded.project() else {
            let faults = loaded.diagnostics.iter().filter(|d| d.is_error()).map(|d| d.message.clone()).collect();
            if course.faults != faults {
                let errors: Vec<Diagnostic> = loaded.diagnostics.iter().filter(|d| d.is_error()).cloned().collect();
                crate::project::show(&errors, &loaded.sources, out);
                course.faults = faults;
            }
            return Err(unreadable());
        };
        let differences = course.specs.differences(&Specs::of(project));
        if !differences.is_empty() {
            let what = differences.join(", ");
            return Err(Failure::refused(format!("the specs are not those that were approved: {what}"))
                .line("Run the same command again: it shows what would be placed by them."));
        }
        course.faults.clear();
        course.loaded = loaded;
        Ok(())
    }

    fn plan_again(&self, course: &Course<'_>, out: &mut Output) -> Result<Plan, Failure> {
        let Self { args, stdin, file } = *self;
        let project = course.loaded.project().ok_or_else(unreadable)?;
        let (ledger, now) = (&*course.ledger, clock().now());
        if let Some(file) = file {
            file.check(&Place { project, ledger, now, key: plan_key().as_ref() })?;
        }
        let made = plan(&request(args, project, ledger, stdin, Some(course.approved), now))?;
        judge(&made, &course.loaded, project, args.format, out)?;
        course.approved.check_rows(&made)?;
        Ok(course.as_approved(made))
    }
}

impl Course<'_> {
    /// Whatever pass it is, it carries the approved plan out, for whoever wants the same.
    fn as_approved(&self, plan: Plan) -> Plan {
        Plan { scope: self.scope.clone(), carries_out: Some(self.approved.id()), ..plan }
    }

    /// Places what can be placed now. How many requests left.
    fn place(&mut self, mut plan: Plan, stdin: Option<&[u8]>) -> Result<u64, Failure> {
        let project = self.loaded.project().ok_or_else(unreadable)?;
        plan.calls.retain(|call| !call.deferred);
        let pass = self.workshop.pass(self.ledger, async |tools| apply::apply(project, &plan, stdin, tools).await);
        self.workshop.between_passes(self.total.exit() == apply::Exit::Unknown);
        let mut pass = pass?;
        self.ledger.continue_run(&pass.run);
        let (requests, stopped) = (pass.requests, pass.stopped.take());
        add(&mut self.total, pass);
        match stopped {
            // All answers are written down: it goes on where it stopped, if that passes.
            Some(StopReason::Ledger(error)) if self.total.unrecorded.is_empty() => return Err(error.into()),
            Some(StopReason::List(why)) => return Err(Failure::failed(why).that_passes(Passes::Unreadable)),
            stopped => self.total.stopped = stopped,
        }
        Ok(requests)
    }

    /// Ceilings of the run hold over all passes: who is beyond them is left to another run, and that must be said.
    fn within_ceilings(&self, beyond: u64) -> Result<(), Failure> {
        let left = beyond + self.next.as_ref().map_or(0, Plan::to_place);
        if left == 0 || self.total.stopped.is_some() {
            return Ok(());
        }
        let calls = view::count(left, "call is", "calls are");
        Err(Failure::refused(format!("{calls} held back by the ceiling of this run (`limits.perRun`)"))
            .line("Run the same command again to go on with them."))
    }

    /// `None` if a signal came.
    fn look_up(&mut self) -> Result<Option<super::super::refresh::LookedUp>, Failure> {
        let project = self.loaded.project().ok_or_else(unreadable)?;
        super::super::refresh::look_up_until(project, self.ledger, true, &mut self.workshop.cancel)
    }

    /// Says what is waited for, and gives the moment of the next look.
    fn wait_for(&mut self, passes: Passes, why: &str) -> Timestamp {
        self.away |= passes == Passes::Away;
        let here = self.loaded.project().is_some_and(|project| project.site.is_loopback());
        let now = clock().now();
        let until = now.checked_add(if here { LOOK_AGAIN_HERE } else { LOOK_AGAIN }).unwrap_or(now);
        self.workshop.progress.wait(&view::run::in_the_way(why, until));
        until
    }

    /// What was sent and what came of it first; then why it did not go on.
    fn end(mut self, ended: Result<(), Failure>, args: &ApplyArgs, out: &mut Output) -> Outcome {
        self.workshop.end();
        let failure = match ended {
            Err(failure) if self.total.requests == 0 => return Err(failure),
            ended => ended.err(),
        };
        let Some(project) = self.loaded.project() else { return Ok(Exit::Failed) };
        // Where the ledger can't be read, the passes' own words stand: they leave more unknown, never less.
        let _ = settle(&mut self.total, self.ledger, project);
        let counts = self.ledger.counts(&project.account(), &project.environment).unwrap_or_default();
        let ends = counts.iter().filter(|count| self.campaigns.contains(&count.campaign)).flat_map(|c| &c.outcomes);
        let ended = view::run::ended(ends);
        let outcome = report_with(&self.total, failure, self.ledger, project, args.format, out);
        if let Some(line) = ended {
            out.note(line);
        }
        outcome
    }
}

fn unreadable() -> Failure {
    Failure::failed("the project can't be read as it is now, so nobody is phoned").that_passes(Passes::Unreadable)
}

/// What a pass did not know, later ones or the provider's records may have told: the table says how calls stand now.
fn settle(total: &mut ApplyResult, ledger: &Ledger, project: &Project) -> Result<(), LedgerError> {
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
fn add(all: &mut ApplyResult, pass: ApplyResult) {
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
