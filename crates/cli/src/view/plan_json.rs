//! A plan for programs.

use callform_exec::plan::{Blocked, ChangeKind, History, Kind, LineTag, Plan};
use serde_json::{Map, Value, json};

use super::plan::KINDS;

/// The plan as JSON. Numbers are masked; members may be added in later versions, none is renamed.
pub(crate) fn json(plan: &Plan) -> Value {
    let ledger = match &plan.history {
        History::Known { lineage, position } => json!({ "lineage": lineage.as_str(), "position": position.number() }),
        History::Unknown => Value::Null,
    };
    json!({
        "formatVersion": 1,
        "project": plan.project,
        "environment": plan.environment,
        "account": plan.account,
        "created": plan.created.to_string(),
        "ledger": ledger,
        "applicable": plan.is_applicable(),
        "toPlace": plan.to_place(),
        "counts": counts(|kind| plan.count(kind)),
        "attemptsAtMost": plan.estimate.attempts_at_most,
        "estimate": {
            "secondsAtRate": plan.estimate.at_rate.as_secs_f64(),
            "secondsOnLines": plan.estimate.on_lines.as_secs_f64(),
            "requestsPerSecond": plan.estimate.per_second,
            "lines": plan.estimate.lines,
        },
        "refusals": plan.refusals.iter().map(|r| json!({ "reason": r.to_string(), "advice": r.advice() })).collect::<Vec<_>>(),
        "newSecretHosts": plan.new_secret_hosts.iter()
            .map(|n| json!({ "secret": n.secret.to_string(), "host": n.host, "field": n.field })).collect::<Vec<_>>(),
        "agents": plan.agents.iter().map(agent).collect::<Vec<_>>(),
        "campaigns": plan.campaigns.iter().map(campaign).collect::<Vec<_>>(),
        "badRows": plan.problem_count,
    })
}

fn counts(of: impl Fn(Kind) -> u64) -> Value {
    Value::Object(KINDS.iter().map(|kind| (name(*kind).to_owned(), of(*kind).into())).collect::<Map<_, _>>())
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::ToPlace => "toPlace",
        Kind::Deferred => "deferred",
        Kind::ToRetry => "toRetry",
        Kind::Unknown => "unknown",
        Kind::InFlight => "inFlight",
        Kind::Placed => "placed",
        Kind::PlacedEarlier => "placedEarlier",
        Kind::RefusedForGood => "refusedForGood",
        Kind::UsedUp => "usedUp",
        Kind::Blocked => "blocked",
        Kind::HeldBack => "heldBack",
        Kind::NoLongerDeclared => "noLongerDeclared",
    }
}

fn reason(reason: &Blocked) -> &'static str {
    match reason {
        Blocked::DoNotCall => "doNotCall",
        Blocked::Suppressed => "suppressed",
        Blocked::Stopped(_) => "stopped",
        Blocked::PhonedBefore { .. } => "phonedBefore",
        Blocked::Talking { .. } => "talking",
        Blocked::CalleeUnknown { .. } => "calleeUnknown",
        Blocked::SameNumber => "sameNumber",
        Blocked::ZoneUnknown => "zoneUnknown",
        Blocked::NeverOpens => "neverOpens",
        Blocked::PerRun => "perRun",
        Blocked::Limit => "limit",
        Blocked::NotInPlan => "notInPlan",
        Blocked::RefusedInRun { .. } => "refusedInRun",
    }
}

fn agent(agent: &callform_exec::plan::AgentChange) -> Value {
    let hide = callform_lint::render::hide;
    let kind = match agent.kind {
        ChangeKind::New => "new",
        ChangeKind::Changed => "changed",
        ChangeKind::Unchanged => "unchanged",
    };
    json!({
        "name": agent.name,
        "change": kind,
        "touches": agent.touches,
        "texts": agent.texts.iter().map(|t| json!({
            "field": t.field,
            "added": t.added,
            "removed": t.removed,
            "lines": t.lines.iter().map(|l| json!({
                "tag": match l.tag { LineTag::Added => "+", LineTag::Removed => "-", LineTag::Kept => " " },
                "old": l.old, "new": l.new, "text": hide(&l.text),
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "fields": agent.fields.iter().map(|f| json!({
            "field": f.field, "old": f.old.as_deref().map(hide), "new": f.new.as_deref().map(hide),
        })).collect::<Vec<_>>(),
    })
}

fn campaign(campaign: &callform_exec::plan::CampaignPlan) -> Value {
    json!({
        "name": campaign.name,
        "agent": campaign.agent,
        "rows": campaign.rows,
        "badRows": campaign.bad_rows,
        "people": campaign.people,
        "phonedBefore": campaign.phoned_before,
        "attemptsAtMost": campaign.attempts_at_most,
        "counts": counts(|kind| campaign.count(kind)),
        "windowOpens": campaign.opening.as_ref().map(|o| o.first.to_string()),
        "deferredAfter": campaign.deferred_codes,
        "blocked": campaign.blocked.iter()
            .map(|b| json!({ "reason": reason(&b.reason), "words": b.reason.to_string(), "count": b.count })).collect::<Vec<_>>(),
        "samples": campaign.samples.iter().map(|s| json!({
            "kind": name(s.kind), "key": s.key, "number": s.number, "line": s.line,
            "reason": s.reason.as_ref().map(reason), "code": s.code, "at": s.at.map(|t| t.to_string()),
        })).collect::<Vec<_>>(),
    })
}
