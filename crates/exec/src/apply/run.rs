//! The course of a run: one call after the other, many answers at once.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use callform_ccc::{Answer, Reply};
use callform_spec::project::Project;
use tokio::task::{Id, JoinSet};
use tokio::time::Instant;

use super::breaker::Breaker;
use super::report::{ApplyResult, Counts, Fate, HeldBack, ResultRow, StopReason, Unrecorded};
use super::source::{Job, Next, Source};
use super::{Event, Tools};
use crate::clock::Clock;
use crate::label;
use crate::ledger::{Attempt, Begun, Held, Recorded};
use crate::pace::Pace;
use crate::request::build_for;
use crate::scope::{Gate, Scope};
use crate::secrets::Once;

/// The code under which the ledger keeps attempts whose request certainly never left this machine.
pub(super) const NOT_SENT: &str = "callform.NotSent";

/// An attempt whose answer is awaited.
pub(super) struct Awaited {
    pub(super) job: Box<Job>,
    pub(super) attempt: Attempt,
}

/// An answer that could not be written down yet.
pub(super) struct Unwritten {
    pub(super) attempt: Attempt,
    pub(super) answer: Answer,
    pub(super) shown: Unrecorded,
}

/// How a campaign stands in this run.
#[derive(Default, Clone, Copy)]
pub(super) struct Standing {
    pub(super) under_way: u32,
    /// Attempts that may have rung.
    pub(super) rung: u64,
}

pub(super) struct Run<'a, 't> {
    pub(super) project: &'a Project,
    pub(super) tools: Tools<'t>,
    pub(super) scopes: Vec<Scope<'a>>,
    pub(super) standing: Vec<Standing>,
    pub(super) pace: Pace,
    pub(super) breaker: Breaker,
    /// Calls to try again, and from when on.
    pub(super) again: VecDeque<(Instant, Box<Job>)>,
    pub(super) stop: Option<StopReason>,
    pub(super) result: ApplyResult,
    pub(super) unwritten: Vec<Unwritten>,
    /// Since when every request was refused for lack of room, by the steady clock, and how often.
    pub(super) busy: Option<(Duration, u32)>,
    /// Requests in a row that could not be sent.
    pub(super) not_sent: u32,
    /// Refusals in a row with one code that is about the request.
    pub(super) same_fault: (String, u32),
    source: Source<'a>,
    secrets: Once<'t>,
    total: u64,
    settled: u64,
    tasks: JoinSet<Reply>,
    awaited: HashMap<Id, Awaited>,
}

impl<'a, 't> Run<'a, 't> {
    pub(super) fn new(
        project: &'a Project,
        scopes: Vec<Scope<'a>>,
        source: Source<'a>,
        total: u64,
        secrets: Once<'t>,
        tools: Tools<'t>,
    ) -> Self {
        let options = tools.options;
        Self {
            project,
            standing: vec![Standing::default(); scopes.len()],
            scopes,
            pace: Pace::new(options.per_second),
            breaker: Breaker::new(options.breaker_consecutive, options.breaker_percent),
            again: VecDeque::new(),
            stop: None,
            result: ApplyResult {
                counts: Counts::default(),
                rows: Vec::new(),
                rows_omitted: 0,
                unrecorded: Vec::new(),
                stopped: None,
                requests: 0,
                misconfigured: None,
                server_ahead: None,
            },
            unwritten: Vec::new(),
            busy: None,
            not_sent: 0,
            same_fault: (String::new(), 0),
            source,
            secrets,
            total,
            settled: 0,
            tasks: JoinSet::new(),
            awaited: HashMap::new(),
            tools,
        }
    }

    pub(super) async fn carry_out(mut self) -> ApplyResult {
        self.tools.observer.event(&Event::Started { calls: self.total });
        self.place_all().await;
        if let Some(reason) = &self.stop {
            self.tools.observer.event(&Event::Stopping(reason));
        }
        self.finish_under_way().await;
        self.write_unwritten();
        let reason = self.stop.as_ref().map_or_else(|| "finished".to_owned(), StopReason::for_the_record);
        if let Err(error) = self.tools.ledger.end_run(&reason) {
            self.stop.get_or_insert(StopReason::Ledger(error));
        }
        self.result.counts.left = self.total.saturating_sub(self.settled);
        self.result.stopped = self.stop;
        self.result
    }

    /// Until there is nothing to place, or a reason to stop.
    async fn place_all(&mut self) {
        let mut ended = false;
        let mut next: Option<Box<Job>> = None;
        while self.stop.is_none() {
            if self.tools.cancel.is(1) {
                self.stop = Some(StopReason::Interrupted);
                return;
            }
            if next.is_none() {
                let due = self.again.front().is_some_and(|(at, _)| *at <= Instant::now());
                if due {
                    next = self.again.pop_front().map(|(_, job)| job);
                } else if !ended && self.again.len() < self.tools.options.in_flight as usize {
                    match self.source.next(&self.scopes, self.tools.ledger.key()) {
                        Next::Job(job) => next = Some(job),
                        Next::Changed(job) => self.settle(&job, Fate::Held(HeldBack::Changed)),
                        Next::Nothing => {}
                        Next::End => ended = true,
                    }
                }
            }
            if ended && next.is_none() && self.again.is_empty() && self.tasks.is_empty() {
                return;
            }
            let placing = next.as_ref().is_some_and(|job| self.has_room(job));
            let due = self.again.front().map(|(at, _)| *at);
            let looking = next.is_none() && !ended && self.again.len() < self.tools.options.in_flight as usize;
            tokio::select! {
                biased;
                () = self.tools.cancel.reached(1) => {}
                Some(done) = self.tasks.join_next_with_id(), if !self.tasks.is_empty() => self.answered(done),
                () = self.pace.ready(), if placing => {
                    if let Some(job) = next.take() {
                        self.place(job);
                    }
                }
                () = tokio::task::yield_now(), if looking => {}
                () = tokio::time::sleep_until(due.unwrap_or_else(Instant::now)), if next.is_none() && due.is_some() => {}
            }
        }
        if let Some(job) = next {
            self.again.push_front((Instant::now(), job));
        }
    }

    /// Requests under way are bounded, for all campaigns and for each.
    fn has_room(&self, job: &Job) -> bool {
        let own = self.scopes[job.scope].concurrent.unwrap_or(u32::MAX).max(1);
        self.tasks.len() < self.tools.options.in_flight as usize && self.standing[job.scope].under_way < own
    }

    /// Places a call, unless something forbids it by now. From the intent to the sending nothing is awaited.
    fn place(&mut self, job: Box<Job>) {
        let scope = &self.scopes[job.scope];
        let now = self.tools.clock.now();
        let Standing { under_way, rung } = self.standing[job.scope];
        let forbidden = match scope.gate(&job.row, now) {
            Gate::OpensAt(opens) => Some(Fate::Deferred { opens }),
            Gate::DoNotCall => Some(Fate::Held(HeldBack::DoNotCall)),
            Gate::ZoneUnknown => Some(Fate::Held(HeldBack::ZoneUnknown)),
            Gate::NeverOpens => Some(Fate::Held(HeldBack::NeverOpens)),
            Gate::Open if scope.per_run.is_some_and(|most| rung + u64::from(under_way) >= most) => {
                Some(Fate::Held(HeldBack::PerRun))
            }
            Gate::Open => None,
        };
        if let Some(fate) = forbidden {
            return self.settle(&job, fate);
        }
        let Ok(words) = scope.agent.words(&job.row.context) else {
            return self.settle(&job, Fate::Held(HeldBack::Changed));
        };
        let request = match build_for(self.project, scope.agent, scope.callers(), &job.row.number, words, &self.secrets)
        {
            Ok(request) => request,
            Err(error) => return self.stop(StopReason::Request(error.to_string())),
        };
        let steady = self.tools.clock.steady();
        let attempt = match self.tools.ledger.begin_attempt(&scope.wish(&job.row, &job.id)) {
            Ok(Begun::Attempt(attempt)) => attempt,
            // A campaign's stop leaves the others going; an environment's leaves nothing to do.
            Ok(Begun::Held(Held::Stopped(stop))) if stop.campaign.is_none() => {
                return self.stop(StopReason::Stopped(stop));
            }
            Ok(Begun::Held(held)) => return self.settle(&job, Fate::Held(HeldBack::Ledger(held))),
            Err(error) => return self.stop(StopReason::Ledger(error)),
        };
        let prepared = match self.tools.client.prepare(&request, attempt.timestamp) {
            Ok(prepared) => prepared,
            Err(error) => return self.withdraw(&job, &attempt, StopReason::Request(error.to_string())),
        };
        if let Err(error) = self.tools.ledger.mark_sending(&attempt) {
            return self.withdraw(&job, &attempt, StopReason::Ledger(error));
        }
        if !self.pace.take() {
            // Waited for, and nobody else takes from it; but never send faster than promised.
            return self.withdraw(&job, &attempt, StopReason::Request("the pace was lost".to_owned()));
        }
        let fence = Fence {
            clock: self.tools.clock.clone(),
            timestamp: attempt.timestamp,
            steady,
            limit: self.tools.options.fence,
        };
        let client = self.tools.client.clone();
        let task = self.tasks.spawn(async move {
            // Once more, right before the first byte: this machine may have slept since.
            match fence.passed() {
                Ok(()) => client.send(prepared).await,
                Err(reason) => Reply { answer: Answer::NotSent { reason }, server_date: None },
            }
        });
        self.result.requests += 1;
        self.standing[job.scope].under_way += 1;
        let (key, number) = (label::of(&job.row.key, &job.row.number), job.row.number.masked());
        self.tools.observer.event(&Event::Sending {
            campaign: &self.scopes[job.scope].name,
            key: &key,
            number: &number,
        });
        self.awaited.insert(task.id(), Awaited { job, attempt });
    }

    /// An attempt that was begun and will not be sent, and the run's end.
    fn withdraw(&mut self, job: &Job, attempt: &Attempt, why: StopReason) {
        let reason = why.to_string();
        let recorded =
            Recorded::Rejected { code: NOT_SENT, permanent: false, request_id: None, reason: Some("it was not sent") };
        // If that can't be written either, the attempt becomes unknown: the safe side.
        match self.tools.ledger.record(attempt, &recorded) {
            Ok(_) => self.settle(job, Fate::NotSent { reason }),
            Err(_) => self.settle(job, Fate::Unknown { reason }),
        }
        self.stop(why);
    }

    pub(super) fn stop(&mut self, reason: StopReason) {
        self.stop.get_or_insert(reason);
    }

    /// An answer came, or the task that waited for it ended otherwise.
    fn answered(&mut self, done: Result<(Id, Reply), tokio::task::JoinError>) {
        let (id, reply) = match done {
            Ok((id, reply)) => (id, reply),
            Err(error) => {
                let reason = match error.is_cancelled() {
                    true => "the run was interrupted while the answer was awaited",
                    false => "sending failed inside callform",
                };
                let answer =
                    Answer::Unknown { reason: reason.to_owned(), code: None, request_id: None, session_id: None };
                (error.id(), Reply { answer, server_date: None })
            }
        };
        let Some(awaited) = self.awaited.remove(&id) else { return };
        let standing = &mut self.standing[awaited.job.scope];
        standing.under_way = standing.under_way.saturating_sub(1);
        if let Some(date) = reply.server_date {
            self.result.server_ahead = Some(date - self.tools.clock.now().as_second());
        }
        self.record(awaited, reply.answer);
    }

    /// No new calls; what is under way is finished: in full, or after a signal for a few seconds, or after a second
    /// signal not at all.
    async fn finish_under_way(&mut self) {
        let mut until = None;
        while !self.tasks.is_empty() {
            if until.is_none() && self.tools.cancel.is(1) {
                until = Some(Instant::now() + self.tools.options.grace);
            }
            let mut cancel = self.tools.cancel.clone();
            tokio::select! {
                biased;
                () = self.tools.cancel.reached(2) => break,
                Some(done) = self.tasks.join_next_with_id() => self.answered(done),
                () = cancel.reached(1), if until.is_none() => {}
                () = tokio::time::sleep_until(until.unwrap_or_else(Instant::now)), if until.is_some() => break,
            }
        }
        self.tasks.abort_all();
        while let Some(done) = self.tasks.join_next_with_id().await {
            self.answered(done);
        }
    }

    /// A call has its fate in this run.
    pub(super) fn settle(&mut self, job: &Job, fate: Fate) {
        let counts = &mut self.result.counts;
        *match &fate {
            Fate::Placed { .. } => &mut counts.placed,
            Fate::Refused { .. } => &mut counts.refused,
            Fate::Unknown { .. } => &mut counts.unknown,
            Fate::NotSent { .. } => &mut counts.not_sent,
            Fate::Deferred { .. } => &mut counts.deferred,
            Fate::Held(_) => &mut counts.held,
        } += 1;
        self.settled += 1;
        let row = ResultRow {
            campaign: self.scopes[job.scope].name.clone(),
            key: label::of(&job.row.key, &job.row.number),
            number: job.row.number.masked(),
            line: job.row.line,
            fate,
        };
        self.tools.observer.event(&Event::Settled(&row));
        if self.result.rows.len() < self.tools.options.rows {
            self.result.rows.push(row);
        } else {
            self.result.rows_omitted += 1;
        }
    }
}

/// What keeps an old request from leaving.
struct Fence {
    clock: Arc<dyn Clock>,
    /// Unix seconds.
    timestamp: i64,
    steady: Duration,
    limit: Duration,
}

impl Fence {
    fn passed(&self) -> Result<(), String> {
        let limit = self.limit.as_secs();
        let by_wall = self.clock.now().as_second().abs_diff(self.timestamp);
        let by_steady = self.clock.steady().saturating_sub(self.steady);
        if by_wall > limit || by_steady > self.limit {
            let late = by_wall.max(by_steady.as_secs());
            return Err(format!("the request was {late} s old before it could leave"));
        }
        Ok(())
    }
}
