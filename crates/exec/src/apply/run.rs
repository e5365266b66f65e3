//! The course of a run: one call after the other, many answers at once.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use callform_ccc::{Answer, Reply};
use callform_spec::project::Project;
use tokio::task::{Id, JoinSet};
use tokio::time::Instant;

use super::breaker::Breaker;
use super::departure::{Departed, Departure, SharedPace};
use super::lines::{LineWatch, Live};
use super::lists::Lists;
use super::report::{ApplyResult, Fate, HeldBack, ResultRow, StopReason, Unrecorded};
use super::source::{Job, Next, Source};
use super::{Event, Tools};
use crate::ceiling::{CalleeBlock, TRY_CAMPAIGN};
use crate::label;
use crate::ledger::{Attempt, Begun, Held, LEAST_GAP, MOST_GAP, RENEW_EVERY, Rate};
use crate::request::build_for;
use crate::scope::{Gate, Scope};
use crate::secrets::Once;

/// What observers are told while all lines are taken.
pub const NO_LINE: &str = "callform.NoLine";
/// How long an answer to who is talking is waited for at least, before a line is asked for again.
const LEAST_WAIT: Duration = Duration::from_secs(2);
/// How often they are told.
const TELL_AGAIN: Duration = Duration::from_secs(60);
/// Requests in a row that miss their slots, until the run stops.
const LATE_IN_A_ROW: u32 = 10;

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

pub(super) struct Run<'a, 't> {
    pub(super) project: &'a Project,
    pub(super) tools: Tools<'t>,
    pub(super) scopes: Vec<Scope<'a>>,
    /// Requests of each campaign that are under way here.
    under_way: Vec<u32>,
    /// No request is begun before this moment.
    pub(super) not_before: Instant,
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
    pace: SharedPace,
    /// How exactly this machine keeps its slots, and how many it missed in a row.
    gap: Duration,
    late: u32,
    /// All lines are taken; a line is not asked for before this moment.
    no_line_until: Option<Instant>,
    told_of_lines: Option<Instant>,
    lines: LineWatch,
    lists: Lists,
    /// How far the wall clock is ahead of the steady one, in milliseconds.
    ahead: i128,
    renew_at: Instant,
    source: Source<'a>,
    secrets: Once<'t>,
    total: u64,
    settled: u64,
    tasks: JoinSet<Departed>,
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
            under_way: vec![0; scopes.len()],
            lists: Lists::of(&scopes),
            scopes,
            not_before: Instant::now(),
            breaker: Breaker::new(options.breaker_consecutive, options.breaker_percent),
            again: VecDeque::new(),
            stop: None,
            result: ApplyResult { run: tools.ledger.run().unwrap_or_default().to_owned(), ..ApplyResult::nothing() },
            unwritten: Vec::new(),
            busy: None,
            not_sent: 0,
            same_fault: (String::new(), 0),
            pace: SharedPace::new(options.per_second),
            gap: LEAST_GAP,
            late: 0,
            no_line_until: None,
            told_of_lines: None,
            lines: LineWatch::default(),
            ahead: ahead(tools.clock.as_ref()),
            renew_at: Instant::now() + RENEW_EVERY,
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
        self.write_unwritten().await;
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
            let begin = self.no_line_until.map_or(self.not_before, |until| until.max(self.not_before));
            let looking = next.is_none() && !ended && self.again.len() < self.tools.options.in_flight as usize;
            tokio::select! {
                biased;
                () = self.tools.cancel.reached(1) => {}
                Some(done) = self.tasks.join_next_with_id(), if !self.tasks.is_empty() => self.answered(done),
                () = tokio::time::sleep_until(self.renew_at) => self.keep_lease(),
                live = self.lines.answer() => self.heard_who_talks(live),
                () = tokio::time::sleep_until(begin), if placing => {
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

    /// Requests under way here are bounded, for all campaigns and for each: the ledger need not be asked.
    fn has_room(&self, job: &Job) -> bool {
        let own = self.scopes[job.scope].concurrent.unwrap_or(u32::MAX).max(1);
        self.tasks.len() < self.tools.options.in_flight as usize && self.under_way[job.scope] < own
    }

    /// Places a call, unless something forbids it by now. From the intent to the task that sends it nothing is awaited.
    fn place(&mut self, job: Box<Job>) {
        if !self.clock_is_steady() {
            self.again.push_front((Instant::now(), job));
            return;
        }
        // Before anything is judged: what is judged must still hold when the request leaves.
        let (begun, judged) = (self.tools.clock.steady(), self.tools.clock.now());
        if let Err(error) = self.lists.look(begun) {
            self.again.push_front((Instant::now(), job));
            return self.stop(StopReason::List(error.to_string()));
        }
        let scope = &self.scopes[job.scope];
        let forbidden = match scope.gate(&job.row, judged) {
            _ if self.lists.forbid(job.scope, &job.row.number) => Some(Fate::Held(HeldBack::DoNotCall)),
            Gate::OpensAt(opens) => Some(Fate::Deferred { opens }),
            Gate::DoNotCall => Some(Fate::Held(HeldBack::DoNotCall)),
            Gate::ZoneUnknown => Some(Fate::Held(HeldBack::ZoneUnknown)),
            Gate::NeverOpens => Some(Fate::Held(HeldBack::NeverOpens)),
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
        let rate = Rate { per_second: self.tools.options.per_second, gap: self.gap };
        let wish = scope.wish(&job.row, &job.id, rate, self.tools.options.in_flight);
        let attempt = match self.tools.ledger.begin_attempt(&wish) {
            Ok(Begun::Attempt(attempt)) => attempt,
            // A campaign's stop leaves the others going; an environment's leaves nothing to do.
            Ok(Begun::Held(Held::Stopped(stop))) if stop.campaign.is_none() => {
                return self.stop(StopReason::Stopped(stop));
            }
            Ok(Begun::Held(Held::NoLine)) => return self.wait_for_a_line(job),
            // Then everything is judged again.
            Ok(Begun::Held(Held::Paced { wait })) => {
                self.not_before = self.not_before.max(Instant::now() + wait);
                return self.again.push_front((Instant::now(), job));
            }
            // The agent's limits say so; for a phone of one's own the provider's list may say better.
            Ok(Begun::Held(Held::Callee(CalleeBlock::Talking { .. })))
                if !job.looked && wish.rules.campaign == TRY_CAMPAIGN =>
            {
                return self.wait_for_a_line(Box::new(Job { looked: true, ..*job }));
            }
            Ok(Begun::Held(Held::Elsewhere)) => return self.settle(&job, Fate::Elsewhere),
            Ok(Begun::Held(Held::RetryLater { at })) => return self.settle(&job, Fate::Deferred { opens: at }),
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
        let departure = Departure {
            clock: self.tools.clock.clone(),
            pace: self.pace.clone(),
            attempt,
            begun,
            judged,
            fence: self.tools.options.fence,
        };
        let client = self.tools.client.clone();
        let task = self.tasks.spawn(departure.send(client, prepared));
        // The next one is begun when this one has left: what is begun is never far ahead of what is sent.
        self.not_before = Instant::now() + attempt.leave_at.saturating_sub(self.tools.clock.steady());
        self.result.requests += 1;
        self.under_way[job.scope] += 1;
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
        if self.record_not_sent(job, *attempt, "it was not sent").is_ok() {
            self.settle(job, Fate::NotSent { reason });
        }
        self.stop(why);
    }

    pub(super) fn stop(&mut self, reason: StopReason) {
        self.stop.get_or_insert(reason);
    }

    /// All lines are taken, by whomever. Nothing of the account is begun for a moment, and the provider is asked who
    /// is still talking.
    fn wait_for_a_line(&mut self, job: Box<Job>) {
        // Conversations take minutes: once in a while is enough.
        if !job.looked && self.told_of_lines.is_none_or(|at| at.elapsed() >= TELL_AGAIN) {
            self.told_of_lines = Some(Instant::now());
            self.tools.observer.event(&Event::Waiting { wait: self.tools.options.look_every, code: NO_LINE });
        }
        self.no_line_until = Some(Instant::now() + self.tools.options.look_every.max(LEAST_WAIT));
        self.again.push_front((Instant::now(), job));
        self.lines.look(&self.tools, self.project);
    }

    fn heard_who_talks(&mut self, live: Option<Live>) {
        self.no_line_until = None;
        // Without an answer the limits of the calls free their lines, in time.
        let Some(live) = live else { return };
        if let Err(error) = self.lines.note(&mut self.tools, &self.project.account(), &live) {
            self.stop(StopReason::Ledger(error));
        }
    }

    fn keep_lease(&mut self) {
        self.renew_at = Instant::now() + RENEW_EVERY;
        if self.clock_is_steady()
            && let Err(error) = self.tools.ledger.renew()
        {
            self.stop(StopReason::Ledger(error));
        }
    }

    /// A wall clock that jumps makes windows, ceilings and timestamps say something else than a moment before.
    fn clock_is_steady(&mut self) -> bool {
        let ahead = ahead(self.tools.clock.as_ref());
        let jumped = ahead - self.ahead;
        self.ahead = ahead;
        if jumped.unsigned_abs() <= self.tools.options.clock_jump.as_millis() {
            return true;
        }
        self.stop(StopReason::ClockJumped {
            by: Duration::from_millis(jumped.unsigned_abs() as u64),
            ahead: jumped > 0,
        });
        false
    }

    /// An answer came, or the task that waited for it ended otherwise.
    fn answered(&mut self, done: Result<(Id, Departed), tokio::task::JoinError>) {
        let (id, reply) = match done {
            Ok((id, Departed::TooLate(late))) => return self.missed_its_slot(id, late),
            Ok((id, Departed::Sent(reply))) => (id, reply),
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
        let Some(awaited) = self.leave_the_way(id) else { return };
        self.late = 0;
        // A refusal leaves its line free.
        self.no_line_until = None;
        if let Some(date) = reply.server_date {
            self.result.server_ahead = Some(date - self.tools.clock.now().as_second());
        }
        self.record(awaited, reply.answer);
    }

    fn leave_the_way(&mut self, id: Id) -> Option<Awaited> {
        let awaited = self.awaited.remove(&id)?;
        let under_way = &mut self.under_way[awaited.job.scope];
        *under_way = under_way.saturating_sub(1);
        Some(awaited)
    }

    /// A request did not leave, because it would have been one too many in its second. It is tried again, with slots
    /// that last as long as this machine needs.
    fn missed_its_slot(&mut self, id: Id, late: Duration) {
        let Some(Awaited { job, attempt }) = self.leave_the_way(id) else { return };
        let reason = "it could not leave in its turn";
        if let Err(error) = self.record_not_sent(&job, attempt, reason) {
            return self.stop(StopReason::Ledger(error));
        }
        self.gap = self.gap.max(late.saturating_mul(2)).min(MOST_GAP);
        self.late += 1;
        if self.late >= LATE_IN_A_ROW {
            self.settle(&job, Fate::NotSent { reason: reason.to_owned() });
            return self.stop(StopReason::Unreachable {
                reason: format!("this machine is too slow: requests are {} ms late", late.as_millis()),
            });
        }
        self.again.push_front((Instant::now(), job));
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
                () = tokio::time::sleep_until(self.renew_at) => self.keep_lease(),
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
            Fate::Elsewhere => &mut counts.elsewhere,
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

/// How far the wall clock is ahead of the steady one, in milliseconds.
fn ahead(clock: &dyn crate::clock::Clock) -> i128 {
    i128::from(clock.now().as_millisecond()) - i128::try_from(clock.steady().as_millis()).unwrap_or_default()
}
