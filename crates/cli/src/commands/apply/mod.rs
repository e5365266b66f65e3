//! `callform apply`

mod signals;
mod until_done;

use std::fs::File;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use callform_exec::apply::{self, ApplyError, ApplyOptions, ApplyResult, Cancel, StopReason, Tools};
use callform_exec::ledger::Ledger;
use callform_exec::plan::{Kind, Plan, PlanRequest, plan};
use callform_exec::plan_file::{Place, PlanFile, PlanFileError};
use callform_exec::random::SystemRandom;
use callform_spec::model::Duration;
use callform_spec::project::{Campaign, Loaded, Project};
use jiff::Timestamp;

use crate::args::{ApplyArgs, DataFormat};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::output::Output;
use crate::site::{self, SiteSecrets};
use crate::surroundings::{clock, plan_key};
use crate::{approval, view};
use until_done::UntilDone;

impl From<PlanFileError> for Failure {
    fn from(error: PlanFileError) -> Self {
        if let PlanFileError::Ledger(error) = error {
            return error.into();
        }
        error.advice().into_iter().fold(Self::refused(error.to_string()), Self::line)
    }
}

impl From<ApplyError> for Failure {
    fn from(error: ApplyError) -> Self {
        if let ApplyError::Ledger(error) = error {
            return error.into();
        }
        let failure =
            if error.is_refusal() { Self::refused(error.to_string()) } else { Self::failed(error.to_string()) };
        error.advice().into_iter().fold(failure, Self::line)
    }
}

pub(crate) fn run(args: &ApplyArgs, out: &mut Output) -> Outcome {
    let loaded = crate::project::load_good(&args.project, out)?;
    let Some(project) = loaded.project() else { return Ok(Exit::Failed) };
    let mut ledger = crate::ledger::open(project)?;
    ledger.verify()?;
    let looked_up = super::refresh::look_up(project, &mut ledger, retries(project))?;
    for line in view::resolution::lines(&looked_up.unknown) {
        out.note(line);
    }
    let stdin = super::plan::stdin(project, &args.selection.campaigns)?;
    let file = args.plan.as_deref().map(read_plan).transpose()?;
    let now = clock().now();
    let key = plan_key();
    if let Some(file) = &file {
        file.check(&Place { project, ledger: &ledger, now, key: key.as_ref() })?;
    } else if project.plan.require_signature == Some(true) && !project.site.is_emulator() {
        return Err(Failure::refused("this project applies signed plans only (`plan.requireSignature`)").line(
            "callform plan --out plan.cfplan, with CALLFORM_PLAN_KEY set; then callform apply --plan plan.cfplan",
        ));
    }
    let mut made = plan(&request(args, project, &ledger, stdin.as_deref(), file.as_ref(), now))?;
    judge(&made, &loaded, project, args.format, out)?;
    match &file {
        Some(file) => file.check_rows(&made)?,
        // What is approved for as long as it takes is all of it.
        None if args.until_done => {}
        // Nobody approved more than what can be placed now: a window that opens meanwhile opens for the next run.
        None => made.calls.retain(|call| !call.deferred),
    }
    if args.format == DataFormat::Human {
        let text = view::plan::human(&made, project, &out.styles());
        out.note(text.trim_end());
    }
    super::plan::keys_exist(&made, &args.selection.keys)?;
    if args.until_done {
        let stdin = stdin.as_deref();
        let file = file.as_ref();
        return UntilDone { args, stdin, file }.run(loaded, &mut ledger, made, out);
    }
    if made.to_place() == 0 {
        return nothing(&made, args.format, out);
    }
    approval::ask(project, made.to_place(), args.auto_approve || file.is_some(), out)?;
    let mut workshop = Workshop::new(project, made.to_place(), args.lock_timeout, out)?;
    let result =
        workshop.carry_out(&mut ledger, async |tools| apply::apply(project, &made, stdin.as_deref(), tools).await)?;
    workshop.end();
    report(&result, &ledger, project, args.format, out)
}

/// What is asked for, now or in a later pass.
fn request<'a>(
    args: &'a ApplyArgs,
    project: &'a Project,
    ledger: &'a Ledger,
    stdin: Option<&'a [u8]>,
    against: Option<&'a PlanFile>,
    now: Timestamp,
) -> PlanRequest<'a> {
    PlanRequest {
        campaigns: &args.selection.campaigns,
        only: &args.selection.keys,
        limit: args.selection.limit,
        allow_repeat: args.allow_repeat || against.is_some_and(PlanFile::allow_repeat),
        stdin,
        against,
        ..PlanRequest::new(project, Some(ledger), now)
    }
}

/// Whether how calls ended decides what is placed.
fn retries(project: &Project) -> bool {
    let most = |campaign: &Campaign| campaign.spec.retry.as_ref().and_then(|retry| retry.max_attempts).unwrap_or(1);
    project.campaigns.iter().any(|campaign| most(campaign) > 1)
}

fn read_plan(path: &std::path::Path) -> Result<PlanFile, Failure> {
    let file =
        File::open(path).map_err(|e| Failure::refused(format!("can't read the plan {}: {e}", path.display())))?;
    Ok(PlanFile::read(file)?)
}

/// Shows what stands in the way of a plan, and fails if anything does.
fn judge(made: &Plan, loaded: &Loaded, project: &Project, format: DataFormat, out: &mut Output) -> Result<(), Failure> {
    if made.problem_count > 0 {
        super::plan::bad_rows(made, loaded, out);
        let rows = view::count(made.problem_count, "row is bad", "rows are bad");
        return Err(Failure::failed(rows).line("Every row is checked before the first call goes out."));
    }
    if !made.refusals.is_empty() {
        // The plan says what to do. It is no data of an `apply`, unless a program asked.
        match format {
            DataFormat::Json => {
                let _ = writeln!(out.out(), "{:#}", view::run::json_of_nothing(made, Exit::Refused as u8));
            }
            DataFormat::Human => {
                let text = view::plan::human(made, project, &out.styles());
                let _ = write!(out.err(), "{text}");
            }
        }
        return Err(Failure::refused(made.refusals.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")));
    }
    Ok(())
}

/// There is nothing to place; the plan above says why.
fn nothing(made: &Plan, format: DataFormat, out: &mut Output) -> Outcome {
    let unknown = made.count(Kind::Unknown) + made.unknown_elsewhere;
    let exit = if unknown > 0 { Exit::Unknown } else { Exit::Done };
    match format {
        DataFormat::Json => {
            let _ = writeln!(out.out(), "{:#}", view::run::json_of_nothing(made, exit as u8));
        }
        DataFormat::Human => {
            let why: Vec<_> = [
                (Kind::Placed, "already placed"),
                (Kind::PlacedEarlier, "already placed with earlier words"),
                (Kind::Deferred, "for later"),
                (Kind::Blocked, "blocked"),
                (Kind::Unknown, "unknown"),
                (Kind::InFlight, "under way in another run"),
                (Kind::RefusedForGood, "refused for good"),
                (Kind::UsedUp, "out of attempts"),
                (Kind::HeldBack, "held back"),
            ]
            .into_iter()
            .filter(|(kind, _)| made.count(*kind) > 0)
            .map(|(kind, words)| format!("{} {words}", view::number(made.count(kind))))
            .collect();
            let why = if why.is_empty() { "nobody is declared".to_owned() } else { why.join(", ") };
            let _ = writeln!(out.out(), "0 calls to place: {why}. Nothing was sent.");
        }
    }
    Ok(exit)
}

/// What a run needs beside ledger and plan; its parts are lent to [`Tools`].
pub(crate) struct Workshop {
    client: Arc<callform_ccc::Client>,
    secrets: SiteSecrets,
    random: SystemRandom,
    progress: view::run::Progress,
    runtime: tokio::runtime::Runtime,
    options: ApplyOptions,
    cancel: Cancel,
    /// The exit code of a second signal, while nothing is under way that would have to be written down; or 0.
    idle: Arc<AtomicU8>,
}

impl Workshop {
    pub(crate) fn new(
        project: &Project,
        calls: u64,
        lock_timeout: Option<Duration>,
        out: &Output,
    ) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let idle = Arc::new(AtomicU8::new(0));
        let cancel = runtime.block_on(async { signals::listen(idle.clone()) });
        Ok(Self {
            client: site::client(project)?,
            secrets: SiteSecrets::of(project),
            random: SystemRandom,
            progress: view::run::Progress::new(calls, out.is_watched(), out.is_quiet()),
            runtime,
            options: ApplyOptions {
                lock_timeout: lock_timeout.map_or(std::time::Duration::ZERO, |wait| wait.to_std()),
                ..ApplyOptions::of(project)
            },
            cancel,
            idle,
        })
    }

    /// Runs what places calls, once.
    pub(crate) fn carry_out(
        &mut self,
        ledger: &mut Ledger,
        run: impl AsyncFnOnce(Tools<'_>) -> Result<ApplyResult, ApplyError>,
    ) -> Result<ApplyResult, Failure> {
        let result = self.pass(ledger, run);
        if result.is_err() {
            self.end();
        }
        result
    }

    /// Runs what places calls. Signals reach it.
    fn pass(
        &mut self,
        ledger: &mut Ledger,
        run: impl AsyncFnOnce(Tools<'_>) -> Result<ApplyResult, ApplyError>,
    ) -> Result<ApplyResult, Failure> {
        let Self { client, secrets, random, progress, runtime, options, cancel, idle } = self;
        idle.store(0, Ordering::SeqCst);
        let result = runtime.block_on(async {
            let tools = Tools {
                ledger,
                client: client.clone(),
                secrets,
                clock: clock(),
                random,
                cancel: cancel.clone(),
                observer: progress,
                options: *options,
            };
            run(tools).await
        });
        Ok(result?)
    }

    /// From here on nothing is under way: a second signal ends the process wherever it is.
    fn between_passes(&self, unknown: bool) {
        let exit = if unknown { Exit::Unknown } else { Exit::Failed };
        self.idle.store(exit as u8, Ordering::SeqCst);
    }

    /// No more progress is drawn, and what is told now is told to its end.
    pub(crate) fn end(&self) {
        self.idle.store(0, Ordering::SeqCst);
        self.progress.finish();
    }
}

/// Shows what came of a run: what was answered and what could not be written down before anything else that may fail.
pub(crate) fn report(
    result: &ApplyResult,
    ledger: &Ledger,
    project: &Project,
    format: DataFormat,
    out: &mut Output,
) -> Outcome {
    report_with(result, None, ledger, project, format, out)
}

/// The same of several runs, and then why there are no more of them.
fn report_with(
    result: &ApplyResult,
    failure: Option<Failure>,
    ledger: &Ledger,
    project: &Project,
    format: DataFormat,
    out: &mut Output,
) -> Outcome {
    // Calls that an earlier run left unknown are left unknown by this one, too.
    let left = ledger.unknown_count(&project.account());
    let exit = match (result.exit(), &left) {
        // Of a ledger that can't be asked, nobody can say that nothing is unknown.
        (apply::Exit::Unknown, _) | (_, Err(_)) | (apply::Exit::Done, Ok(1..)) => Exit::Unknown,
        (apply::Exit::Done, Ok(0)) => failure.as_ref().map_or(Exit::Done, |failure| failure.exit),
        (apply::Exit::Failed, Ok(_)) => failure.as_ref().map_or(Exit::Failed, |failure| failure.exit),
    };
    let stopped = result.stopped.as_ref().map(ToString::to_string).or(failure.as_ref().map(|f| f.message.clone()));
    match format {
        DataFormat::Json => {
            let _ = writeln!(out.out(), "{:#}", view::run::json(result, stopped, exit as u8));
        }
        DataFormat::Human => {
            let _ = writeln!(out.out(), "{}", view::run::table(result));
        }
    }
    let styles = out.styles();
    let mut err = out.err();
    for line in view::run::unrecorded(result) {
        let _ = writeln!(err, "{0}{line}{0:#}", styles.error);
    }
    if let Some(stopped) = &result.stopped {
        let _ = writeln!(err, "{0}Stopped{0:#}: {stopped}.", styles.warning);
    }
    if let Some(code) = &result.misconfigured {
        let _ = writeln!(
            err,
            "{0}The provider refused calls for what is wrong with specs or account{0:#}: {code}",
            styles.warning
        );
    }
    let _ = writeln!(err, "{}", view::run::summary(result));
    if matches!(result.stopped, Some(StopReason::Stopped(_))) {
        let _ = writeln!(err, "`callform resume` lifts the stop; then run the same command again.");
    } else if result.counts.left > 0 {
        let _ = writeln!(err, "Run the same command again to go on where it stopped.");
    }
    if result.counts.unknown > 0 {
        let _ = writeln!(err, "Of an unknown call nobody can say whether it rang. It is not phoned again.");
    }
    if let Err(error) = left {
        let _ = writeln!(err, "{0}error{0:#}: whether calls are left unknown can't be said: {error}", styles.error);
        for line in error.advice() {
            let _ = writeln!(err, "  {line}");
        }
    }
    match failure {
        Some(failure) => Err(Failure { exit, ..failure.after(result.requests) }),
        None => Ok(exit),
    }
}
