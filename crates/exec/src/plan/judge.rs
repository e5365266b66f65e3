//! What becomes of each row.

use std::collections::HashSet;

use callform_spec::project::ReadyRow;
use jiff::Timestamp;

use super::summary::{Blocked, CampaignPlan, Kind, Sample};
use super::{PlanRequest, PlannedCall};
use crate::ceiling::{self, CalleeBlock};
use crate::identity::{CallId, LedgerKey, NumberId};
use crate::label;
use crate::ledger::{CallRecord, Glimpse, Held, Ledger, LedgerError, State, Stop, judge_call};
use crate::plan_file::{Comparison, RowDifferences, Standing};
use crate::scope::{Gate, RowId, Scope};

pub(super) struct Judge<'a> {
    request: PlanRequest<'a>,
    key: LedgerKey,
    /// Digits of the numbers that this plan calls.
    numbers: HashSet<u64>,
    /// Calls of the ledger that have a row.
    seen: HashSet<CallId>,
    /// Unknown ones among them.
    unknown: u64,
    calls: Vec<PlannedCall>,
    comparison: Option<Comparison>,
    /// Calls that the plan authorises so far, now or later.
    placing: u64,
    /// The stop that the campaign under judgement stands under.
    stop: Option<Stop>,
}

/// Where a row stands, before the limits of this run.
enum Verdict {
    /// It may be placed: now, or from a moment on.
    Free { opens: Option<Timestamp> },
    /// It may not.
    Not { kind: Kind, reason: Option<Blocked>, at: Option<Timestamp>, code: Option<String> },
}

impl Verdict {
    fn blocked(reason: Blocked, at: Option<Timestamp>) -> Self {
        Self::Not { kind: Kind::Blocked, reason: Some(reason), at, code: None }
    }

    fn settled(kind: Kind, at: Timestamp, code: Option<String>) -> Self {
        Self::Not { kind, reason: None, at: Some(at), code }
    }
}

/// What the ledger knows of a row.
struct Known<'g> {
    glimpse: &'g Glimpse,
    number: NumberId,
}

impl Known<'_> {
    /// The call, under its own or its former identity.
    fn call(&self, id: &RowId) -> Option<&CallRecord> {
        self.glimpse.call(id.call).or_else(|| self.glimpse.call(id.moved_from?))
    }
}

impl<'a> Judge<'a> {
    pub(super) fn new(request: &PlanRequest<'a>) -> Self {
        Self {
            request: *request,
            // Without a ledger nothing leaves memory, and equal numbers must still be seen.
            key: request.ledger.map_or(LedgerKey::from_bytes([0; 32]), |ledger| ledger.key().clone()),
            numbers: HashSet::new(),
            seen: HashSet::new(),
            unknown: 0,
            calls: Vec::new(),
            comparison: request.against.map(Comparison::new),
            placing: 0,
            stop: None,
        }
    }

    /// Begins a campaign: asks once what holds for all of its rows.
    pub(super) fn begin(&mut self, scope: &Scope<'_>) -> Result<(), LedgerError> {
        let environment = &scope.project.environment;
        self.stop = match self.request.ledger {
            Some(ledger) => ledger.stop_of(environment, &scope.name, scope.moved_from.as_deref())?,
            None => None,
        };
        Ok(())
    }

    /// Judges some rows, of which everything is asked at once.
    pub(super) fn rows(
        &mut self,
        scope: &Scope<'_>,
        index: usize,
        campaign: &mut CampaignPlan,
        rows: &[ReadyRow],
    ) -> Result<(), LedgerError> {
        let ids: Vec<(RowId, NumberId)> =
            rows.iter().map(|row| (scope.identify(&self.key, row), self.key.number(&row.number))).collect();
        let glimpse = match self.request.ledger {
            Some(ledger) => {
                let calls: Vec<CallId> =
                    ids.iter().flat_map(|(id, _)| [Some(id.call), id.moved_from]).flatten().collect();
                let numbers: Vec<NumberId> = ids.iter().map(|(_, number)| *number).collect();
                ledger.glimpse(&scope.account, &calls, &numbers)?
            }
            None => Glimpse::default(),
        };
        for (row, (id, number)) in rows.iter().zip(ids) {
            self.row(scope, index, campaign, row, id, &Known { glimpse: &glimpse, number });
        }
        Ok(())
    }

    fn row(
        &mut self,
        scope: &Scope<'_>,
        index: usize,
        campaign: &mut CampaignPlan,
        row: &ReadyRow,
        id: RowId,
        of: &Known<'_>,
    ) {
        campaign.rows += 1;
        let known = of.call(&id).cloned();
        if let Some(known) = &known {
            self.seen.insert(known.id);
            self.unknown += u64::from(known.state == State::Unknown);
        }
        let call = known.as_ref().map_or(id.call, |known| known.id);
        let standing = self.comparison.as_mut().map(|comparison| comparison.meet(call, id.fingerprint));
        if !self.request.only.is_empty() && !self.request.only.contains(&row.key) {
            return;
        }
        let mut verdict = self.verdict(scope, campaign, row, &id, known.as_ref(), of);
        if let Verdict::Free { opens } = verdict {
            if standing == Some(Standing::Changed)
                && let Some(comparison) = &mut self.comparison
            {
                comparison.changed(label::of(&row.key, &row.number));
            }
            if let Some(reason) = self.held_back(scope, campaign, standing, opens) {
                verdict = Verdict::Not { kind: Kind::HeldBack, reason: Some(reason), at: None, code: None };
            }
        }
        let sample = |kind, reason, at, code| Sample {
            kind,
            key: label::of(&row.key, &row.number),
            number: row.number.masked(),
            line: row.line,
            reason,
            code,
            at,
        };
        let sample = match verdict {
            Verdict::Not { kind, reason, at, code } => sample(kind, reason, at, code),
            Verdict::Free { opens } => {
                let code = known.as_ref().and_then(|known| known.code.clone());
                let kind = match (opens, &known) {
                    (Some(_), _) => Kind::Deferred,
                    (None, Some(_)) => Kind::ToRetry,
                    (None, None) => Kind::ToPlace,
                };
                if let Some(at) = opens {
                    campaign.add_opening(at, row.zones.first().and_then(|zone| zone.iana_name()));
                }
                if kind == Kind::Deferred
                    && let Some(known) = &known
                    && known.not_before().is_some_and(|at| at > self.request.now)
                {
                    *campaign.deferred_codes.entry(known.code.clone().unwrap_or_default()).or_default() += 1;
                }
                self.placing += 1;
                if kind == Kind::ToRetry {
                    let after = known.as_ref().and_then(|known| known.outcome).map(|outcome| outcome.name().to_owned());
                    let after = code.clone().or(after).unwrap_or_else(|| "resolved".to_owned());
                    *campaign.retry_codes.entry(after).or_default() += 1;
                }
                let used = known.as_ref().map_or(0, |known| known.attempts);
                campaign.attempts_at_most += u64::from(scope.retry.max_attempts.saturating_sub(used));
                self.numbers.insert(row.number.id());
                self.calls.push(PlannedCall {
                    deferred: opens.is_some(),
                    id: call,
                    fingerprint: id.fingerprint,
                    campaign: u32::try_from(index).unwrap_or(u32::MAX),
                    max_attempts: u16::try_from(scope.retry.max_attempts).unwrap_or(u16::MAX),
                });
                sample(kind, None, opens, code)
            }
        };
        campaign.add(sample, self.request.samples);
    }

    fn verdict(
        &self,
        scope: &Scope<'_>,
        campaign: &mut CampaignPlan,
        row: &ReadyRow,
        id: &RowId,
        known: Option<&CallRecord>,
        of: &Known<'_>,
    ) -> Verdict {
        let mut from = self.request.now;
        let run = self.request.ledger.and_then(Ledger::continued);
        match known.and_then(|known| judge_call(known, &scope.retry, from, run).map(|held| (known, held))) {
            None => {}
            // Nobody was reached, and the campaign lets some time pass; or the provider wants some to pass.
            Some((_, Held::RetryLater { at })) => from = from.max(at),
            Some((known, Held::RefusedInRun { code })) => {
                let reason = Some(Blocked::RefusedInRun { code: code.clone() });
                return Verdict::Not { kind: Kind::HeldBack, reason, at: Some(known.since), code: Some(code) };
            }
            Some((known, held)) => {
                let kind = match held {
                    Held::InFlight => Kind::InFlight,
                    Held::Unknown { .. } => Kind::Unknown,
                    Held::RefusedForGood { .. } => Kind::RefusedForGood,
                    Held::AttemptsUsedUp => Kind::UsedUp,
                    _ if known.fingerprint == id.fingerprint => Kind::Placed,
                    _ => Kind::PlacedEarlier,
                };
                return Verdict::settled(kind, known.since, known.code.clone());
            }
        }
        let opens = match scope.gate(row, from) {
            Gate::DoNotCall => return Verdict::blocked(Blocked::DoNotCall, None),
            Gate::ZoneUnknown => return Verdict::blocked(Blocked::ZoneUnknown, None),
            Gate::NeverOpens => return Verdict::blocked(Blocked::NeverOpens, None),
            Gate::Open => (from > self.request.now).then_some(from),
            Gate::OpensAt(at) => Some(at),
        };
        if let Some(suppression) = of.glimpse.suppression(of.number) {
            return Verdict::blocked(Blocked::Suppressed, Some(suppression.since));
        }
        campaign.people += 1;
        let call = known.map_or(id.call, |known| known.id);
        let history = of.glimpse.history(of.number);
        campaign.phoned_before += u64::from(ceiling::phoned_before(history, call).is_some());
        match ceiling::judge(history, call, &scope.rules(), self.request.now) {
            Some(CalleeBlock::Ceiling { when, campaign }) => {
                return Verdict::blocked(Blocked::PhonedBefore { campaign }, Some(when));
            }
            Some(CalleeBlock::Talking { until: _, campaign }) => {
                let since = history.iter().map(|past| past.at).max();
                return Verdict::blocked(Blocked::Talking { campaign }, since);
            }
            Some(CalleeBlock::Open { since, campaign }) => {
                return Verdict::blocked(Blocked::CalleeUnknown { campaign }, Some(since));
            }
            None => {}
        }
        if self.numbers.contains(&row.number.id()) {
            return Verdict::blocked(Blocked::SameNumber, None);
        }
        // Last, so that a stopped campaign still shows whom it would not phone anyway.
        if let Some(stop) = &self.stop {
            return Verdict::blocked(Blocked::Stopped(stop.clone()), Some(stop.since));
        }
        Verdict::Free { opens }
    }

    /// What this run may not, although the call might be placed.
    fn held_back(
        &self,
        scope: &Scope<'_>,
        campaign: &CampaignPlan,
        standing: Option<Standing>,
        opens: Option<Timestamp>,
    ) -> Option<Blocked> {
        if standing.is_some_and(|standing| standing != Standing::Same) {
            return Some(Blocked::NotInPlan);
        }
        // A limit is of everything that a plan authorises, now or later; `perRun` is of what this run places.
        if self.request.limit.is_some_and(|most| self.placing >= most) {
            return Some(Blocked::Limit);
        }
        if opens.is_some() {
            return None;
        }
        let placing = campaign.count(Kind::ToPlace) + campaign.count(Kind::ToRetry);
        scope.per_run.is_some_and(|most| placing >= most).then_some(Blocked::PerRun)
    }

    /// What the ledger has of a campaign and the rows have not.
    pub(super) fn end(&mut self, scope: &Scope<'_>, campaign: &mut CampaignPlan) -> Result<(), LedgerError> {
        campaign.blocked.sort_by_key(|blocked| std::cmp::Reverse(blocked.count));
        let Some(ledger) = self.request.ledger else { return Ok(()) };
        let mut names = vec![scope.name.as_str()];
        names.extend(scope.moved_from.as_deref());
        let (count, sample) =
            ledger.not_among(&scope.account, &scope.project.environment, &names, self.request.samples, |id| {
                self.seen.contains(id)
            })?;
        if count > 0 {
            campaign.counts.insert(Kind::NoLongerDeclared, count);
        }
        campaign.samples.extend(sample.into_iter().map(|call| Sample {
            kind: Kind::NoLongerDeclared,
            key: label::of_record(&call),
            number: String::new(),
            line: 0,
            reason: None,
            code: call.code,
            at: Some(call.since),
        }));
        Ok(())
    }

    /// The calls, how they compare with the plan that is carried out, and unknown calls that have no row.
    pub(super) fn finish(self, account: &str) -> Result<(Vec<PlannedCall>, Option<RowDifferences>, u64), LedgerError> {
        let Some(ledger) = self.request.ledger else { return Ok((self.calls, None, 0)) };
        let differences = self.comparison.map(|comparison| comparison.end(|id| ledger.call(id))).transpose()?;
        let unknown = ledger.unknown_count(account)?.saturating_sub(self.unknown);
        Ok((self.calls, differences, unknown))
    }
}
