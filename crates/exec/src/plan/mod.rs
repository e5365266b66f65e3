//! The plan: which calls an `apply` may place, and the reason for each one that it may not.
//!
//! Rows stream; what is kept of each call that may be placed is an identity, a fingerprint and two numbers. Every row
//! is rendered once, so that nothing fails in the middle of a run, and its words are dropped at once.

mod diff;
mod estimate;
mod judge;
mod summary;

pub use diff::{AgentChange, ChangeKind, DiffLine, FieldChange, LineTag, TextChange, compare, compare_texts};
pub use estimate::{ASSUMED_CALL, DEFAULT_LINES, DEFAULT_PER_SECOND, Estimate};
pub use summary::{Blocked, BlockedCount, CampaignPlan, Kind, Opening, Sample};

use std::io::Read;

use callform_spec::project::{Campaign, Project, Rendering, RowProblem, SecretUse};
use jiff::Timestamp;

use crate::identity::{CallId, Fingerprint, digest_of};
use crate::ledger::{AT_ONCE, Ledger, LedgerError, Lineage, Position};
use crate::plan_file::{PlanFile, RowDifferences};
use crate::scope::Scope;
use crate::specs::Specs;
use judge::Judge;

/// More people than this, in percent, who were phoned before need somebody's word that it is meant.
pub const REPEAT_PERCENT: u64 = 5;

/// What a plan is asked for.
#[derive(Clone, Copy)]
pub struct PlanRequest<'a> {
    /// The project.
    pub project: &'a Project,
    /// What was done before; `None` for `--no-ledger`: nothing is known, and the counts are upper bounds.
    pub ledger: Option<&'a Ledger>,
    /// Only these campaigns; all, if empty.
    pub campaigns: &'a [String],
    /// Only these keys; all, if empty.
    pub only: &'a [String],
    /// At most so many calls to place.
    pub limit: Option<u64>,
    /// The person says that calling people again is meant.
    pub allow_repeat: bool,
    /// The time for which windows and ceilings are judged.
    pub now: Timestamp,
    /// Standard input, where a campaign reads it.
    pub stdin: Option<&'a [u8]>,
    /// A plan that was made before and is to be carried out: its calls are compared with the rows.
    pub against: Option<&'a PlanFile>,
    /// Rows to keep as examples of each kind, per campaign.
    pub samples: usize,
    /// Bad rows to keep; all are counted.
    pub problems: usize,
}

impl<'a> PlanRequest<'a> {
    /// A request for everything, with 5 examples of each kind and 100 bad rows.
    pub fn new(project: &'a Project, ledger: Option<&'a Ledger>, now: Timestamp) -> Self {
        Self {
            project,
            ledger,
            campaigns: &[],
            only: &[],
            limit: None,
            allow_repeat: false,
            now,
            stdin: None,
            against: None,
            samples: 5,
            problems: 100,
        }
    }
}

/// A call that may be placed. Small: there may be a million.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedCall {
    /// Its window was shut when the plan was made: a plan file authorises it for later, a run without one leaves it.
    pub deferred: bool,
    /// Its identity, as the ledger knows it or will know it.
    pub id: CallId,
    /// What its words are made from.
    pub fingerprint: Fingerprint,
    /// Index into [`Plan::campaigns`].
    pub campaign: u32,
    /// Attempts that may ring, in all.
    pub max_attempts: u16,
}

/// What is known of the past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum History {
    /// Everything up to this position of this ledger.
    Known {
        /// Which ledger.
        lineage: Lineage,
        /// How far it had got.
        position: Position,
    },
    /// Nothing: no ledger was asked.
    Unknown,
}

/// Why nothing may be placed before somebody says something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Too many people were phoned before.
    Repeat {
        /// The campaign.
        campaign: String,
        /// How many of them were phoned before.
        phoned: u64,
        /// Out of so many.
        people: u64,
    },
    /// `movedFrom` names a campaign that the ledger never saw, while people of this one were phoned before: after a
    /// second renaming it must still name the first one.
    MovedFromNobody {
        /// The campaign.
        campaign: String,
        /// What it says that it was called.
        former: String,
        /// How many of its people were phoned before.
        phoned: u64,
    },
    /// Rows are bad; all must be good before the first call.
    BadRows {
        /// How many things are wrong.
        count: u64,
    },
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Repeat { campaign, phoned, people } => {
                write!(f, "{campaign}: {phoned} of {people} people were phoned before")
            }
            Self::MovedFromNobody { campaign, former, phoned } => {
                write!(
                    f,
                    "{campaign}: the ledger knows no campaign `{former}`, and {phoned} of its people were phoned before"
                )
            }
            Self::BadRows { count: 1 } => f.write_str("a row is bad"),
            Self::BadRows { count } => write!(f, "{count} rows are bad"),
        }
    }
}

impl Refusal {
    /// What to do, a line each.
    pub fn advice(&self) -> Vec<String> {
        match self {
            Self::Repeat { .. } => vec![
                "If the campaign was renamed, say `movedFrom:`; if its key column changed, change it back.".into(),
                "If calling them again is meant:  `repeat: allowed` in the campaign, or --allow-repeat".into(),
            ],
            Self::MovedFromNobody { .. } => vec![
                "`movedFrom:` must name the campaign whose calls were placed: `callform status` lists those that were."
                    .into(),
            ],
            Self::BadRows { .. } => vec!["Every row is checked before the first call goes out: correct them.".into()],
        }
    }
}

/// A plan.
#[derive(Debug)]
pub struct Plan {
    /// The project.
    pub project: String,
    /// The environment.
    pub environment: String,
    /// Site and SdkAppId.
    pub account: String,
    /// When it was made.
    pub created: Timestamp,
    /// What is known of the past.
    pub history: History,
    /// The documents that it was made from.
    pub specs: Specs,
    /// Which of their calls were asked for: a digest, the same for everybody who asks for the same ones.
    pub scope: String,
    /// Secrets that would travel to a host for the first time. The first thing to show.
    pub new_secret_hosts: Vec<SecretUse>,
    /// The agents of its campaigns.
    pub agents: Vec<AgentChange>,
    /// Its campaigns.
    pub campaigns: Vec<CampaignPlan>,
    /// The calls that may be placed, deferred ones included, in the order of campaigns and rows.
    pub calls: Vec<PlannedCall>,
    /// Attempts of this account that nobody knows the end of and that belong to no row of this plan.
    pub unknown_elsewhere: u64,
    /// What is wrong with rows, as far as it was kept.
    pub problems: Vec<RowProblem>,
    /// How many things are wrong with rows.
    pub problem_count: u64,
    /// Why it can't be carried out.
    pub refusals: Vec<Refusal>,
    /// How it compares with the rows of [`PlanRequest::against`].
    pub row_differences: Option<RowDifferences>,
    /// How long it takes.
    pub estimate: Estimate,
    /// Whether the person said that calling people again is meant.
    pub allow_repeat: bool,
    /// The plan file that is carried out, by its id.
    pub carries_out: Option<String>,
}

impl Plan {
    /// How many calls are of a kind, in all campaigns.
    pub fn count(&self, kind: Kind) -> u64 {
        self.campaigns.iter().map(|campaign| campaign.count(kind)).sum()
    }

    /// Calls that would be placed now.
    pub fn to_place(&self) -> u64 {
        self.count(Kind::ToPlace) + self.count(Kind::ToRetry)
    }

    /// Whether there is anything to do, now or when a window opens.
    pub fn has_work(&self) -> bool {
        !self.calls.is_empty()
    }

    /// Whether it may be carried out.
    pub fn is_applicable(&self) -> bool {
        self.refusals.is_empty() && self.history != History::Unknown
    }
}

/// A plan that can't be made.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// No campaign has this name.
    #[error("no campaign is called `{name}`")]
    NoSuchCampaign {
        /// The name that was asked for.
        name: String,
        /// Names that there are.
        known: Vec<String>,
    },
    /// The ledger can't be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// Makes a plan. Sends nothing, writes nothing.
///
/// # Errors
/// See [`PlanError`]. Bad rows are no error here: they are in the plan, which then can't be carried out.
pub fn plan(request: &PlanRequest<'_>) -> Result<Plan, PlanError> {
    let project = request.project;
    let scopes: Vec<Scope<'_>> = selected(project, request.campaigns)?
        .into_iter()
        .filter_map(|campaign| Scope::of_campaign(project, campaign, request.allow_repeat))
        .collect();
    let account = project.account();
    let history = match request.ledger {
        Some(ledger) => {
            ledger.check_account(project)?;
            History::Known { lineage: ledger.lineage().clone(), position: ledger.position()? }
        }
        None => History::Unknown,
    };
    let mut judge = Judge::new(request);
    let mut campaigns = Vec::with_capacity(scopes.len());
    let mut bad = BadRows { kept: Vec::new(), count: 0, keep: request.problems };
    for (index, scope) in scopes.iter().enumerate() {
        let Some(spec) = scope.campaign else { continue };
        let mut campaign = CampaignPlan::new(scope.name.clone(), scope.agent.name.clone());
        judge.begin(scope)?;
        let before = bad.count;
        match project.rows(spec, stdin(request.stdin), Rendering::Check) {
            Err(problems) => problems.into_iter().for_each(|problem| bad.add(problem)),
            Ok(rows) => {
                let mut some = Vec::with_capacity(AT_ONCE);
                for row in rows {
                    match row {
                        Ok(row) => some.push(row),
                        Err(problem) => bad.add(problem),
                    }
                    if some.len() == AT_ONCE {
                        judge.rows(scope, index, &mut campaign, &some)?;
                        some.clear();
                    }
                }
                judge.rows(scope, index, &mut campaign, &some)?;
            }
        }
        campaign.bad_rows = bad.count - before;
        judge.end(scope, &mut campaign)?;
        campaigns.push(campaign);
    }
    let agents = agents(request, &scopes, &campaigns)?;
    let refusals = refusals(request, &scopes, &campaigns, bad.count)?;
    let (calls, row_differences, unknown_elsewhere) = judge.finish(&account)?;
    Ok(Plan {
        project: project.name.clone(),
        environment: project.environment.clone(),
        created: request.now,
        history,
        specs: Specs::of(project),
        scope: scope_of(request),
        new_secret_hosts: new_secret_hosts(request)?,
        estimate: Estimate::of(project, &scopes, &campaigns),
        agents,
        campaigns,
        calls,
        unknown_elsewhere,
        problems: bad.kept,
        problem_count: bad.count,
        refusals,
        row_differences,
        allow_repeat: request.allow_repeat,
        carries_out: request.against.map(PlanFile::id),
        account,
    })
}

/// A digest: keys may be somebody's name.
fn scope_of(request: &PlanRequest<'_>) -> String {
    let mut asked = vec![
        format!("limit {:?}", request.limit),
        format!("repeat {}", request.allow_repeat),
        format!("plan {:?}", request.against.map(PlanFile::id)),
    ];
    asked.extend(request.campaigns.iter().map(|campaign| format!("campaign {campaign}")));
    asked.extend(request.only.iter().map(|key| format!("only {key}")));
    digest_of(&asked)
}

struct BadRows {
    kept: Vec<RowProblem>,
    count: u64,
    keep: usize,
}

impl BadRows {
    fn add(&mut self, problem: RowProblem) {
        self.count += 1;
        if self.kept.len() < self.keep {
            self.kept.push(problem);
        }
    }
}

fn agents(
    request: &PlanRequest<'_>,
    scopes: &[Scope<'_>],
    campaigns: &[CampaignPlan],
) -> Result<Vec<AgentChange>, LedgerError> {
    let project = request.project;
    let used = project.agents.iter().filter(|agent| scopes.iter().any(|scope| scope.agent.name == agent.name));
    used.map(|agent| {
        let before = match request.ledger {
            Some(ledger) => ledger.last_agent(&project.account(), &project.environment, &agent.name)?,
            None => None,
        };
        let touches = campaigns.iter().filter(|campaign| campaign.agent == agent.name).map(CampaignPlan::pending).sum();
        Ok(compare(&agent.name, before.as_ref(), &agent.effective, touches))
    })
    .collect()
}

fn new_secret_hosts(request: &PlanRequest<'_>) -> Result<Vec<SecretUse>, LedgerError> {
    let mut new = Vec::new();
    for pair in &request.project.secrets_to_hosts {
        let known = match request.ledger {
            Some(ledger) => ledger.knows_secret_host(pair.secret.name(), &pair.host)?,
            None => false,
        };
        if !known {
            new.push(pair.clone());
        }
    }
    Ok(new)
}

fn refusals(
    request: &PlanRequest<'_>,
    scopes: &[Scope<'_>],
    campaigns: &[CampaignPlan],
    bad_rows: u64,
) -> Result<Vec<Refusal>, LedgerError> {
    let mut refusals = Vec::new();
    if bad_rows > 0 {
        refusals.push(Refusal::BadRows { count: bad_rows });
    }
    for (scope, campaign) in scopes.iter().zip(campaigns) {
        let CampaignPlan { phoned_before: phoned, people, .. } = *campaign;
        if !scope.repeat && phoned * 100 > people * REPEAT_PERCENT {
            refusals.push(Refusal::Repeat { campaign: scope.name.clone(), phoned, people });
        }
        if let (Some(former), Some(ledger)) = (&scope.moved_from, request.ledger)
            && phoned > 0
            && ledger.not_among(&scope.account, &scope.project.environment, &[&scope.name, former], 0, |_| false)?.0
                == 0
        {
            refusals.push(Refusal::MovedFromNobody { campaign: scope.name.clone(), former: former.clone(), phoned });
        }
    }
    Ok(refusals)
}

fn selected<'p>(project: &'p Project, names: &[String]) -> Result<Vec<&'p Campaign>, PlanError> {
    if names.is_empty() {
        return Ok(project.campaigns.iter().collect());
    }
    names
        .iter()
        .map(|name| {
            project.campaigns.iter().find(|campaign| campaign.name == *name).ok_or_else(|| PlanError::NoSuchCampaign {
                name: name.clone(),
                known: project.campaigns.iter().map(|campaign| campaign.name.clone()).collect(),
            })
        })
        .collect()
}

pub(crate) fn stdin<'a>(bytes: Option<&'a [u8]>) -> Option<Box<dyn Read + 'a>> {
    bytes.map(|bytes| Box::new(bytes) as Box<dyn Read + 'a>)
}
