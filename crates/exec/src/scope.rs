//! A campaign with everything that its calls have in common: how a plan and a run look at one row.

use std::time::Duration;

use callform_spec::model::Repeat;
use callform_spec::phone::PhoneNumber;
use callform_spec::project::{Agent, Campaign, Project, ReadyRow};
use callform_spec::window::Decision;
use jiff::Timestamp;

use crate::apply::UNLIMITED_RING;
use crate::ceiling::{CalleeRules, TRY_CAMPAIGN};
use crate::identity::{AgentDigest, CallId, CallIdentity, Fingerprint, LedgerKey, campaign_id};
use crate::ledger::{Lines, Rate, RequestLimits, Wish};
use crate::outcome::RetryRules;

/// How long a conversation is taken to go on where nothing limits it: longer than people talk.
const UNLIMITED_CALL: Duration = Duration::from_secs(60 * 60);
/// For the queue, for connecting and for clocks that differ.
const MARGIN: Duration = Duration::from_secs(60);

/// What all calls of a campaign have in common.
pub(crate) struct Scope<'a> {
    pub(crate) project: &'a Project,
    pub(crate) agent: &'a Agent,
    /// `None` for a try.
    pub(crate) campaign: Option<&'a Campaign>,
    /// With `@occurrence`.
    pub(crate) name: String,
    pub(crate) moved_from: Option<String>,
    pub(crate) account: String,
    pub(crate) digest: AgentDigest,
    pub(crate) retry: RetryRules,
    pub(crate) per_run: Option<u64>,
    pub(crate) concurrent: Option<u32>,
    pub(crate) repeat: bool,
    per_callee: Option<(u32, Duration)>,
    busy_for: Duration,
    limits: RequestLimits,
}

/// Who a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RowId {
    pub(crate) call: CallId,
    /// Under the campaign's former name.
    pub(crate) moved_from: Option<CallId>,
    pub(crate) fingerprint: Fingerprint,
}

/// Why a row is not phoned now, whatever is known of its past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Gate {
    Open,
    OpensAt(Timestamp),
    NeverOpens,
    ZoneUnknown,
    DoNotCall,
}

impl<'a> Scope<'a> {
    /// Of a campaign. `allow_repeat` is what the person says (`--allow-repeat`).
    pub(crate) fn of_campaign(project: &'a Project, campaign: &'a Campaign, allow_repeat: bool) -> Option<Self> {
        let agent = project.agents.get(campaign.agent)?;
        let spec = &campaign.spec;
        let occurrence = spec.occurrence.as_deref();
        let limits = spec.limits.clone().unwrap_or_default();
        let per_callee = limits.per_callee.and_then(|limit| limit.calls.zip(limit.every));
        Some(Self {
            name: campaign_id(&campaign.name, occurrence),
            moved_from: spec.moved_from.as_deref().map(|former| campaign_id(former, occurrence)),
            retry: RetryRules::of(spec.retry.as_ref()),
            per_run: limits.per_run,
            concurrent: limits.concurrent,
            repeat: allow_repeat || spec.repeat == Some(Repeat::Allowed),
            per_callee: per_callee.map(|(calls, every)| (calls, every.to_std())),
            campaign: Some(campaign),
            ..Self::bare(project, agent)
        })
    }

    /// Of single calls to a phone of one's own.
    pub(crate) fn of_try(project: &'a Project, agent: &'a Agent) -> Self {
        Self::bare(project, agent)
    }

    fn bare(project: &'a Project, agent: &'a Agent) -> Self {
        let limits = agent.spec.limits.clone().unwrap_or_default();
        let call = limits.call.map_or(UNLIMITED_CALL, |call| call.to_std());
        let ring = limits.ring.map_or(UNLIMITED_RING, |ring| ring.to_std());
        // In the emulator within this process nobody talks.
        let busy_for = match project.site.is_emulator() {
            true => Duration::ZERO,
            false => call.saturating_add(ring).saturating_add(MARGIN),
        };
        Self {
            project,
            agent,
            campaign: None,
            name: TRY_CAMPAIGN.to_owned(),
            moved_from: None,
            account: project.account(),
            digest: AgentDigest::of(&agent.effective),
            retry: RetryRules::of(None),
            per_run: None,
            concurrent: None,
            repeat: false,
            per_callee: None,
            busy_for,
            limits: RequestLimits {
                queue: limits.queue.map(seconds),
                ring: limits.ring.map(seconds),
                call: limits.call.map(seconds),
            },
        }
    }

    /// Numbers that callees see.
    pub(crate) fn callers(&self) -> &'a [PhoneNumber] {
        self.campaign.map_or(&[], |campaign| &campaign.callers)
    }

    /// How often one person may be phoned.
    pub(crate) fn rules(&self) -> CalleeRules<'_> {
        CalleeRules {
            campaign: &self.name,
            moved_from: self.moved_from.as_deref(),
            per_callee: self.per_callee,
            repeat: self.repeat,
        }
    }

    /// Identity and fingerprint of a row.
    pub(crate) fn identify(&self, key: &LedgerKey, row: &ReadyRow) -> RowId {
        let identity = |campaign| {
            key.call(&CallIdentity {
                project: &self.project.name,
                environment: &self.project.environment,
                account: &self.account,
                campaign,
                key: &row.key,
            })
        };
        // Spoken times depend on the callee's zone as on any other input.
        let zone = row.context.zone.as_ref().and_then(|zone| zone.iana_name()).unwrap_or_default();
        RowId {
            call: identity(&self.name),
            moved_from: self.moved_from.as_deref().map(identity),
            fingerprint: key.fingerprint(self.digest, &format!("{zone}\n{}", row.inputs), &row.number),
        }
    }

    /// Do-not-call list and window.
    pub(crate) fn gate(&self, row: &ReadyRow, now: Timestamp) -> Gate {
        let Some(campaign) = self.campaign else { return Gate::Open };
        if campaign.do_not_call.contains(&row.number) {
            return Gate::DoNotCall;
        }
        if row.zones.is_empty() && campaign.window.needs_zone() {
            return Gate::ZoneUnknown;
        }
        match campaign.window.decide(now, &row.zones) {
            Decision::Open { .. } => Gate::Open,
            Decision::OpensAt(at) => Gate::OpensAt(at),
            Decision::Never => Gate::NeverOpens,
        }
    }

    /// What the ledger is asked for.
    pub(crate) fn wish<'w>(&'w self, row: &'w ReadyRow, id: &RowId, rate: Rate, lines: u32) -> Wish<'w> {
        Wish {
            call: id.call,
            moved_from: id.moved_from,
            environment: &self.project.environment,
            account: &self.account,
            key: &row.key,
            number: &row.number,
            fingerprint: id.fingerprint,
            agent: self.digest,
            retry: &self.retry,
            rules: self.rules(),
            busy_for: self.busy_for,
            callers: self.callers(),
            limits: self.limits,
            lines: Lines { account: lines, campaign: self.concurrent },
            rate,
            per_run: self.per_run,
        }
    }
}

/// Rounded up: what is waited for must be over.
fn seconds(duration: callform_spec::model::Duration) -> u64 {
    let duration = duration.to_std();
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}
