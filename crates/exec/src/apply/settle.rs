//! Answers: into the ledger first, then to people, then what the run makes of them.

use std::time::Duration;

use callform_ccc::Answer;
use callform_ccc::error::{Class, ErrorClass};
use tokio::time::Instant;

use super::Event;
use super::report::{Fate, StopReason, Unrecorded};
use super::run::{Awaited, NOT_SENT, Run, Unwritten};
use super::source::Job;
use crate::label;
use crate::ledger::{Attempt, LedgerError, Recorded, Verdict};
use crate::random;

/// Requests in a row that can't be sent, or that are refused for the same fault, until the run stops.
const IN_A_ROW: u32 = 5;
/// The first wait when there is no room, and the longest.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(30);

impl Run<'_, '_> {
    /// Records an answer and goes by it.
    pub(super) fn record(&mut self, awaited: Awaited, answer: Answer) {
        let Awaited { job, attempt } = awaited;
        let verdict = match write(self.tools.ledger, &attempt, &answer) {
            Ok(verdict) => verdict,
            Err(error) => {
                self.write_later(&job, attempt, answer);
                return self.stop(StopReason::Ledger(error));
            }
        };
        match verdict {
            Verdict::Recorded => self.go_by(job, answer),
            Verdict::SessionTaken => {
                let reason = "the provider answered with a session that belongs to another call".to_owned();
                self.settle(&job, Fate::Unknown { reason });
                self.count_answer(true);
            }
            Verdict::AttemptedAgain(state) => {
                let session = match &answer {
                    Answer::Placed { session_id, .. } => session_id.as_str(),
                    _ => "",
                };
                let reason = format!(
                    "it was placed, session {session}, but was taken for `{state}` before the answer came, and attempted \
                     again: this person may be phoned twice"
                );
                self.settle(&job, Fate::Unknown { reason });
            }
            Verdict::DecidedBefore(state) => {
                let reason = format!("somebody decided it as `{state}` before the answer came; the answer is kept");
                self.settle(&job, Fate::Unknown { reason });
            }
        }
    }

    /// Writes that a request did not leave; at the run's end, where that fails now.
    pub(super) fn record_not_sent(&mut self, job: &Job, attempt: Attempt, reason: &str) -> Result<(), LedgerError> {
        let answer = Answer::NotSent { reason: reason.to_owned() };
        write(self.tools.ledger, &attempt, &answer).map(|_| ()).inspect_err(|_| self.write_later(job, attempt, answer))
    }

    /// What could not be written down is kept until the run's end.
    pub(super) fn write_later(&mut self, job: &Job, attempt: Attempt, answer: Answer) {
        let shown = Unrecorded {
            campaign: self.scopes[job.scope].name.clone(),
            key: label::of(&job.row.key, &job.row.number),
            number: job.row.number.masked(),
            fate: fate_of(&answer),
        };
        self.settle(job, shown.fate.clone());
        self.unwritten.push(Unwritten { attempt, answer, shown });
    }

    fn go_by(&mut self, job: Box<Job>, answer: Answer) {
        let fate = fate_of(&answer);
        match answer {
            Answer::Placed { .. } => {
                (self.busy, self.not_sent, self.same_fault.1) = (None, 0, 0);
                self.settle(&job, fate);
                self.count_answer(false);
            }
            Answer::Unknown { .. } => {
                self.not_sent = 0;
                self.settle(&job, fate);
                self.count_answer(true);
            }
            Answer::Refused { code, message, class, .. } => {
                self.not_sent = 0;
                self.count_answer(false);
                self.refused(job, fate, code, message, class);
            }
            Answer::NotSent { reason } => {
                self.not_sent += 1;
                if self.not_sent >= IN_A_ROW {
                    self.settle(&job, fate);
                    return self.stop(StopReason::Unreachable { reason });
                }
                let wait = self.spread(doubled(FIRST_WAIT, self.not_sent - 1));
                self.try_again(job, wait, NOT_SENT);
            }
        }
    }

    fn refused(&mut self, job: Box<Job>, fate: Fate, code: String, message: String, class: ErrorClass) {
        let about_the_request = matches!(class.class, Class::Config | Class::Auth | Class::Quota);
        if about_the_request {
            self.result.misconfigured.get_or_insert_with(|| code.clone());
        }
        if class.stops_run {
            self.settle(&job, fate);
            return self.stop(StopReason::Refused { code, message });
        }
        match class.class {
            Class::Rate => self.wait_for_room(job, fate, code, true),
            Class::LaterSeconds => self.wait_for_room(job, fate, code, false),
            _ => {
                self.settle(&job, fate);
                if !about_the_request {
                    self.same_fault.1 = 0;
                } else if self.same_fault.0 == code {
                    self.same_fault.1 += 1;
                } else {
                    self.same_fault = (code.clone(), 1);
                }
                // The same fault again and again is not about single calls.
                if self.same_fault.1 >= IN_A_ROW {
                    self.stop(StopReason::Refused { code, message });
                }
            }
        }
    }

    /// There is no room for now: everything waits, longer from time to time, and the call is tried again.
    /// Requests that were too many slow all workers of the account.
    fn wait_for_room(&mut self, job: Box<Job>, fate: Fate, code: String, too_many: bool) {
        let now = self.tools.clock.steady();
        let (since, times) = self.busy.unwrap_or((now, 0));
        self.busy = Some((since, times + 1));
        if now.saturating_sub(since) >= self.tools.options.patience {
            self.settle(&job, fate);
            return self.stop(StopReason::Busy { code });
        }
        let wait = self.spread(doubled(FIRST_WAIT, times));
        if too_many {
            let account = self.project.account();
            if let Err(error) = self.tools.ledger.push_back(&account, wait) {
                self.settle(&job, fate);
                return self.stop(StopReason::Ledger(error));
            }
        }
        self.try_again(job, wait, &code);
    }

    fn try_again(&mut self, job: Box<Job>, wait: Duration, code: &str) {
        self.tools.observer.event(&Event::Waiting { wait, code });
        self.not_before = self.not_before.max(Instant::now() + wait);
        self.again.push_back((Instant::now() + wait, job));
    }

    fn count_answer(&mut self, lost: bool) {
        if let Some(why) = self.breaker.count(lost) {
            self.stop(StopReason::Breaker(why));
        }
    }

    /// Up to twice as long, so that several machines don't come back together.
    fn spread(&mut self, wait: Duration) -> Duration {
        wait.mul_f64(1.0 + random::fraction(self.tools.random))
    }

    /// Once more, at the end: room may have been made, or the server may be back. What still can't be written is shown.
    pub(super) async fn write_unwritten(&mut self) {
        const TRY_AGAIN: Duration = Duration::from_secs(1);
        let until = Instant::now() + self.tools.options.reconnect;
        let mut waiting = std::mem::take(&mut self.unwritten);
        while !waiting.is_empty() {
            let mut gone = false;
            for unwritten in std::mem::take(&mut waiting) {
                match write(self.tools.ledger, &unwritten.attempt, &unwritten.answer) {
                    Ok(_) => {}
                    Err(error) => {
                        gone |= matches!(error, LedgerError::Unreachable { .. });
                        waiting.push(unwritten);
                    }
                }
            }
            if !gone || waiting.is_empty() || Instant::now() >= until || self.tools.cancel.is(2) {
                break;
            }
            tokio::select! {
                () = self.tools.cancel.reached(2) => {}
                () = tokio::time::sleep(TRY_AGAIN) => {}
            }
            // Where there is no server, there is nothing to connect to again.
            let _ = self.tools.ledger.reconnect();
        }
        self.result.unrecorded.extend(waiting.into_iter().map(|unwritten| unwritten.shown));
    }
}

fn doubled(first: Duration, times: u32) -> Duration {
    first.saturating_mul(1 << times.min(10)).min(LONGEST_WAIT)
}

fn write(ledger: &mut crate::ledger::Ledger, attempt: &Attempt, answer: &Answer) -> Result<Verdict, LedgerError> {
    let recorded = match answer {
        Answer::Placed { session_id, request_id } => {
            Recorded::Placed { session: session_id, request_id: request_id.as_deref() }
        }
        Answer::Refused { code, request_id, class, message: _ } => Recorded::Rejected {
            code,
            permanent: class.class == Class::Callee,
            request_id: request_id.as_deref(),
            reason: None,
        },
        Answer::Unknown { reason, code, request_id, session_id } => Recorded::Unknown {
            // With a code, the reason repeats the provider's words, and those may repeat the request's.
            reason: if code.is_some() { "the provider's answer leaves it open" } else { reason },
            code: code.as_deref(),
            request_id: request_id.as_deref(),
            session: session_id.as_ref(),
        },
        Answer::NotSent { reason } => {
            Recorded::Rejected { code: NOT_SENT, permanent: false, request_id: None, reason: Some(reason) }
        }
    };
    ledger.record(attempt, &recorded)
}

fn fate_of(answer: &Answer) -> Fate {
    match answer {
        Answer::Placed { session_id, .. } => Fate::Placed { session: session_id.as_str().to_owned() },
        Answer::Refused { code, message, class, .. } => {
            Fate::Refused { code: code.clone(), message: message.clone(), permanent: class.class == Class::Callee }
        }
        Answer::Unknown { reason, .. } => Fate::Unknown { reason: reason.clone() },
        Answer::NotSent { reason } => Fate::NotSent { reason: reason.clone() },
    }
}
