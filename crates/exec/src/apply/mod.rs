//! Placing the calls of a plan, each at most once.
//!
//! For every call, in this order: windows, lists and ceilings are judged again; the intent is made durable; the
//! request is signed with the intent's timestamp, once; it is marked as sending; it is sent; the answer is recorded.
//! Between the intent and the sending nothing is awaited.
//!
//! An attempt whose answer is lost is unknown and never sent again. A call that was certainly refused for lack of a
//! line, or not sent at all, is tried again in the same run, as a new attempt with an intent of its own.
//!
//! Several processes may work on one run, where the ledger lies in PostgreSQL: what they share (rate, lines, ceilings)
//! is judged in the transaction that writes the intent.

mod breaker;
mod cancel;
mod departure;
mod lines;
mod lists;
mod observe;
mod options;
mod remaining;
mod report;
mod run;
mod settle;
mod source;

pub use cancel::{Cancel, CancelHandle, cancellation};
pub use observe::{Event, Observer, Silent};
pub use options::ApplyOptions;
pub(crate) use options::UNLIMITED_RING;
pub use remaining::Remaining;
pub use report::{ApplyResult, Counts, Exit, Fate, HeldBack, ResultRow, StopReason, Unrecorded};
pub use run::NO_LINE;

use std::sync::Arc;
use std::time::Duration;

use callform_ccc::Client;
use callform_spec::phone::PhoneNumber;
use callform_spec::project::{Agent, Project, ReadyRow, canonical_inputs};
use callform_spec::template::Context;
use jiff::Timestamp;

use crate::clock::Clock;
use crate::ledger::{Ledger, LedgerError, RunInfo};
use crate::plan::{Plan, Refusal};
use crate::random::Random;
use crate::request::{RequestError, check_secrets};
use crate::scope::Scope;
use crate::secrets::{Once, SecretResolver};
use crate::specs::Specs;
use run::Run;
use source::Source;

/// What a run works with.
pub struct Tools<'a> {
    /// The ledger, open, and held by nobody else.
    pub ledger: &'a mut Ledger,
    /// Sends requests. Its time-out should be generous: giving up early makes an unknown.
    pub client: Arc<Client>,
    /// Reads secrets, each once.
    pub secrets: &'a dyn SecretResolver,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// For spreading waits.
    pub random: &'a mut dyn Random,
    /// Ctrl-C and SIGTERM.
    pub cancel: Cancel,
    /// Hears of everything.
    pub observer: &'a mut dyn Observer,
    /// Settings.
    pub options: ApplyOptions,
}

/// A run that did not begin. Nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The plan may not be carried out.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Refused(Vec<Refusal>),
    /// It was made without a ledger, so nobody knows who was phoned before.
    #[error("this plan was made without a ledger")]
    WithoutLedger,
    /// It was made from another project, environment or account, or from other documents.
    #[error("this plan is not of this project as it is now: {}", .0.join(", "))]
    OtherSpecs(Vec<String>),
    /// A request can't be built.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The ledger can't be used.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl ApplyError {
    /// What to do, a line each.
    pub fn advice(&self) -> Vec<String> {
        match self {
            Self::Refused(refusals) => refusals.iter().flat_map(Refusal::advice).collect(),
            Self::WithoutLedger => vec!["Plan without --no-ledger.".to_owned()],
            Self::OtherSpecs(_) => vec!["Plan again.".to_owned()],
            Self::Request(_) => vec![],
            Self::Ledger(error) => error.advice(),
        }
    }

    /// A refusal that an exit code tells from a failure.
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Refused(_) | Self::WithoutLedger | Self::OtherSpecs(_) => true,
            Self::Request(_) => false,
            Self::Ledger(error) => error.is_refusal(),
        }
    }
}

/// Carries a plan out. `stdin` is what the plan was made from, where a campaign reads it.
///
/// Dropping the future is like a crash: what was under way is unknown.
///
/// # Errors
/// If the run did not begin. Whatever happens later is in the result.
pub async fn apply(
    project: &Project,
    plan: &Plan,
    stdin: Option<&[u8]>,
    tools: Tools<'_>,
) -> Result<ApplyResult, ApplyError> {
    if !plan.refusals.is_empty() {
        return Err(ApplyError::Refused(plan.refusals.clone()));
    }
    if !plan.is_applicable() {
        return Err(ApplyError::WithoutLedger);
    }
    let specs = Specs::of(project);
    let differences = plan.specs.differences(&specs);
    if !differences.is_empty() || plan.account != project.account() || plan.environment != project.environment {
        return Err(ApplyError::OtherSpecs(differences));
    }
    // The scopes stand where the plan's campaigns stand.
    let scopes: Vec<Scope<'_>> = plan
        .campaigns
        .iter()
        .filter_map(|planned| {
            let all = project.campaigns.iter().filter_map(|c| Scope::of_campaign(project, c, plan.allow_repeat));
            all.into_iter().find(|scope| scope.name == planned.name)
        })
        .collect();
    let source = Source::of_plan(project, plan, stdin);
    // What was approved without a plan file is a number, for all workers together; a plan file names the calls.
    let ceiling = plan.carries_out.is_none().then(|| plan.to_place());
    let wanted = Wanted { scope: &plan.scope, ceiling, calls: plan.calls.len() as u64 };
    start(project, scopes, source, wanted, &specs, tools).await
}

/// One call to a phone of one's own: same ledger, same certainty, no campaign.
///
/// # Errors
/// If the run did not begin.
pub async fn try_call(
    project: &Project,
    agent: &Agent,
    row: ReadyRow,
    tools: Tools<'_>,
) -> Result<ApplyResult, ApplyError> {
    let scopes = vec![Scope::of_try(project, agent)];
    let scope = format!("try {}", row.key);
    let wanted = Wanted { scope: &scope, ceiling: Some(1), calls: 1 };
    start(project, scopes, Source::of_row(row), wanted, &Specs::of(project), tools).await
}

/// The row of a single call. Its key follows from the moment, so that each try is a call of its own.
pub fn try_row(number: PhoneNumber, context: Context, now: Timestamp) -> ReadyRow {
    let inputs = canonical_inputs(&context.values);
    ReadyRow { line: 0, key: try_key(now), number, zones: Vec::new(), context, inputs }
}

/// `try-` and the moment in letters only: digits would look like a number, and be masked.
fn try_key(now: Timestamp) -> String {
    const LETTERS: &[u8; 20] = b"bcdfghjkmnpqrstvwxyz";
    let mut rest = now.as_microsecond().unsigned_abs();
    let mut key = Vec::new();
    while rest > 0 {
        key.push(char::from(LETTERS[(rest % 20) as usize]));
        rest /= 20;
    }
    format!("try-{}", key.iter().rev().collect::<String>())
}

/// What a run was asked for.
struct Wanted<'a> {
    /// Who wants the same may join.
    scope: &'a str,
    /// Attempts that may ring.
    ceiling: Option<u64>,
    calls: u64,
}

async fn start(
    project: &Project,
    scopes: Vec<Scope<'_>>,
    source: Source<'_>,
    wanted: Wanted<'_>,
    specs: &Specs,
    mut tools: Tools<'_>,
) -> Result<ApplyResult, ApplyError> {
    let account = project.account();
    tools.ledger.check_account(project)?;
    let secrets = Once::new(tools.secrets);
    // A missing secret is found before the first call, not at the first one of the third campaign.
    for scope in &scopes {
        check_secrets(scope.agent, &secrets)?;
    }
    let environment = &project.environment;
    let specs = specs.digest().to_string();
    let Wanted { scope, ceiling, calls } = wanted;
    take_part(&mut tools, &RunInfo { environment, account: &account, specs: &specs, scope, ceiling }).await?;
    if let Err(error) = remember(project, &scopes, tools.ledger) {
        // Nothing was sent, and whoever comes next must not find a run that nobody carries out.
        let _ = tools.ledger.end_run("it could not begin");
        return Err(error.into());
    }
    Ok(Run::new(project, scopes, source, calls, secrets, tools).carry_out().await)
}

/// Writes down what travels where, and who is about to talk.
fn remember(project: &Project, scopes: &[Scope<'_>], ledger: &mut Ledger) -> Result<(), LedgerError> {
    let (account, environment) = (project.account(), &project.environment);
    for scope in scopes {
        let prefix = format!("{}: ", scope.agent.name);
        for pair in project.secrets_to_hosts.iter().filter(|pair| pair.field.starts_with(&prefix)) {
            ledger.remember_secret_host(pair.secret.name(), &pair.host)?;
        }
        if scope.campaign.is_some() {
            ledger.remember_agent(&account, environment, &scope.agent.name, &scope.agent.effective)?;
        }
    }
    Ok(())
}

/// Begins the run or joins it; waits as long as it may where another one holds the ledger.
async fn take_part(tools: &mut Tools<'_>, info: &RunInfo<'_>) -> Result<(), ApplyError> {
    const LOOK_AGAIN: Duration = Duration::from_secs(1);
    let begun = tools.clock.steady();
    let mut told = false;
    loop {
        let locked = match tools.ledger.start_run(info) {
            Err(locked @ LedgerError::Locked { .. }) => locked,
            other => return Ok(other?),
        };
        let waited = tools.clock.steady().saturating_sub(begun);
        if waited >= tools.options.lock_timeout || tools.cancel.is(1) {
            return Err(locked.into());
        }
        if !told {
            tools.observer.event(&Event::WaitingForRun(&locked));
            told = true;
        }
        let wait = LOOK_AGAIN.min(tools.options.lock_timeout.saturating_sub(waited));
        tokio::select! {
            () = tools.cancel.reached(1) => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}
