//! Looking up attempts whose answers were lost, in the provider's records.
//!
//! Asks for the sessions that go on, once, and for the records of each callee; lets [`evidence`](crate::evidence) judge;
//! writes the decision, or what was seen, into the ledger. It sends nothing but questions, holds no lock and may run
//! beside a run that places calls: every decision is a transaction that counts only while its attempt is unknown.

mod outcomes;
mod reader;
mod report;

pub use outcomes::{ReadBack, read_back};
pub use reader::Reader;
pub use report::{Entry, Outcome, Report};

use std::sync::Arc;

use callform_ccc::SessionId;
use callform_ccc::query::{QueryError, TelCdrs};
use callform_spec::project::Project;
use jiff::Timestamp;

use crate::clock::Clock;
use crate::evidence::{Finding, Sighting, Times, View, Why, is_control, judge};
use crate::ledger::{Ledger, LedgerError, Resolution, Resolved, Traced};
use reader::Records;

/// So many of the next and of the last placed calls are looked at for a positive control.
const CONTROLS: u32 = 10;

/// What a look into the records needs.
pub struct Tools<'a> {
    /// The ledger.
    pub ledger: &'a mut Ledger,
    /// Asks; one for all that is asked, since it keeps the pace.
    pub reader: &'a mut Reader,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// Looks up every unknown attempt of the project's account, in all environments and campaigns. Where there is none,
/// nothing is asked.
///
/// A provider that does not answer is no error: what it would have decided stays unknown, and the report says so.
///
/// # Errors
/// If the ledger can't be read or written. What was decided before stays decided.
pub async fn resolve(project: &Project, tools: Tools<'_>) -> Result<Report, LedgerError> {
    let account = project.account();
    let unknown = tools.ledger.unknown(&account)?;
    let mut report = Report::default();
    if unknown.is_empty() {
        return Ok(report);
    }
    let mut look = Look {
        ledger: tools.ledger,
        clock: tools.clock,
        reader: tools.reader,
        account,
        times: Times::of(project),
        found: Vec::new(),
    };
    let live = match look.live().await {
        Ok(live) => live,
        Err(error) => {
            report.trouble = Some(error);
            report.entries = unknown.into_iter().map(|traced| Entry::of(traced, Outcome::NotLookedUp)).collect();
            return Ok(report);
        }
    };
    for traced in unknown {
        let outcome = match &report.trouble {
            // Whoever does not answer is not asked for each of a thousand.
            Some(_) => Outcome::NotLookedUp,
            None => match look.decide(&traced, &live).await? {
                Ok(outcome) => outcome,
                Err(error) => {
                    report.trouble = Some(error);
                    Outcome::NotLookedUp
                }
            },
        };
        report.entries.push(Entry::of(traced, outcome));
    }
    Ok(report)
}

/// Whether a person may already say that an attempt was not placed; if not, from when on. Until its timestamp is so old
/// that the provider refuses it, a request that is on its way somewhere may still be taken.
///
/// # Errors
/// The moment, where it is too early.
pub fn may_be_denied(project: &Project, attempt: &Traced, now: Timestamp) -> Result<(), Timestamp> {
    if project.site.is_loopback() {
        return Ok(());
    }
    let life = i64::try_from(Times::of(project).request_life.as_secs()).unwrap_or(i64::MAX);
    let until = Timestamp::from_second(attempt.timestamp.saturating_add(life)).unwrap_or(Timestamp::MAX);
    if now > until { Ok(()) } else { Err(until) }
}

struct Look<'a> {
    ledger: &'a mut Ledger,
    clock: Arc<dyn Clock>,
    reader: &'a mut Reader,
    account: String,
    times: Times,
    /// Controls that were found: they serve all attempts before them.
    found: Vec<(Traced, Sighting)>,
}

type Asked<T> = Result<Result<T, QueryError>, LedgerError>;

/// Gives an error of the provider on, as a value: only the ledger's end the look.
macro_rules! answered {
    ($asked:expr) => {
        match $asked {
            Ok(answer) => answer,
            Err(error) => return Ok(Err(error)),
        }
    };
}

impl Look<'_> {
    async fn live(&mut self) -> Result<Records, QueryError> {
        let key = self.ledger.key().clone();
        self.reader.live(&key).await
    }

    /// Looks one attempt up and writes down what follows.
    async fn decide(&mut self, traced: &Traced, live: &Records) -> Asked<Outcome> {
        let finding = answered!(self.find(traced, live).await?);
        let written = match &finding {
            Finding::Placed(session) => {
                let reason = "the provider's records show exactly this session";
                self.ledger.resolve(traced.attempt, Resolution::Inferred(session), reason)?
            }
            Finding::Absent => {
                let control = self.control_of(traced).map(|(_, seen)| seen.session.normalized()).unwrap_or_default();
                let reason = format!(
                    "the provider's records show no such session, although it must be there by now, and they do show \
                     the later session {control}"
                );
                self.ledger.resolve(traced.attempt, Resolution::Absent, &reason)?
            }
            Finding::Open { why, sessions } => {
                // A moment that moves with the clocks' difference is no news.
                let finding = match why {
                    Why::Waiting(_) => "no record yet".to_owned(),
                    why => why.to_string(),
                };
                self.ledger.keep_evidence(traced.attempt, &finding, sessions)?;
                Resolved::Done
            }
        };
        Ok(Ok(match (written, finding) {
            (Resolved::Done, Finding::Placed(session)) => Outcome::Placed(session),
            (Resolved::Done, Finding::Absent) => Outcome::NotPlaced,
            (Resolved::Done, Finding::Open { why, sessions }) => Outcome::Open { why, sessions },
            (Resolved::NotUnknown, _) => Outcome::DecidedMeanwhile,
            (Resolved::SessionTaken, Finding::Placed(session)) => {
                Outcome::Open { why: Why::Several, sessions: vec![session] }
            }
            (Resolved::SessionTaken, _) => Outcome::DecidedMeanwhile,
        }))
    }

    async fn find(&mut self, traced: &Traced, live: &Records) -> Asked<Finding> {
        let open = |why| Ok(Ok(Finding::Open { why, sessions: Vec::new() }));
        let Some(number) = traced.number else { return open(Why::NumberGone) };
        let Some((from, to)) = self.span(traced.timestamp) else { return open(Why::TooOld) };
        let key = self.ledger.key().clone();
        // What is seen is as old as the question: the machine may sleep before the answer is read.
        let asked = self.clock.now();
        let records = answered!(self.reader.records_of(&number, (from, to), &key).await);
        let theirs = self.reader.server_date().and_then(|date| Timestamp::from_second(date).ok());
        let now = theirs.map_or(asked, |theirs| theirs.min(asked));
        let mut sightings = Vec::new();
        for seen in live.sightings.iter().chain(&records.sightings) {
            if !self.ledger.is_claimed(&seen.session, traced.attempt)? {
                sightings.push(seen.clone());
            }
        }
        // Wherever it shows: a callee whose number is hidden is not found by that number.
        let protected = live.sightings.iter().chain(&records.sightings).any(Sighting::is_protected);
        let complete = live.complete && records.complete;
        let skew = self.reader.skew();
        let mut view = View { sightings: &sightings, protected, complete, now, skew, control: None };
        let without = judge(traced, &self.times, &view);
        if !matches!(without, Finding::Open { why: Why::NoControl, .. }) {
            return Ok(Ok(without));
        }
        answered!(self.look_for_control(traced).await?);
        let control = self.control_of(traced).map(|(_, seen)| seen.session.clone());
        view.control = control.as_ref();
        view.skew = self.reader.skew();
        Ok(Ok(judge(traced, &self.times, &view)))
    }

    /// From when to when records are asked for: all that may be the attempt's, up to now. `None` if the provider's
    /// records don't reach back so far.
    fn span(&self, timestamp: i64) -> Option<(i64, i64)> {
        let now = self.clock.now().as_second();
        let (from, until) = Times::window(timestamp);
        // Later than the window, for it is not documented whether a record counts by its start or by its end.
        let to = now.max(until).min(from + TelCdrs::MAX_SPAN - 1);
        // A minute less: the question takes time, too.
        (from > now - TelCdrs::MAX_AGE + 60).then_some((from, to))
    }

    fn control_of(&self, traced: &Traced) -> Option<&(Traced, Sighting)> {
        self.found.iter().find(|(control, seen)| is_control(traced, control, seen))
    }

    /// Looks for a later session of ours, ended, that is found in the same way: by its callee's number.
    async fn look_for_control(&mut self, traced: &Traced) -> Asked<()> {
        if self.control_of(traced).is_some() {
            return Ok(Ok(()));
        }
        let later = self.ledger.placed_after(&self.account, traced.attempt, CONTROLS)?;
        let Some((from, _)) = self.span(traced.timestamp) else { return Ok(Ok(())) };
        let to = self.clock.now().as_second().min(from + TelCdrs::MAX_SPAN - 1);
        let sessions: Vec<SessionId> = later.iter().filter_map(|control| control.session.clone()).collect();
        if sessions.is_empty() {
            return Ok(Ok(()));
        }
        // The ledger keeps no numbers of calls that were placed; their records name them.
        let named = answered!(self.reader.numbers_of(&sessions, (from, to)).await);
        let key = self.ledger.key().clone();
        // The last ones first: they say most.
        for control in later.iter().rev() {
            let number = named.iter().find(|(session, _)| control.session.as_ref() == Some(session));
            let Some((_, number)) = number.filter(|(_, number)| key.number(number) == control.callee) else {
                continue;
            };
            let Some(span) = self.span(control.timestamp) else { continue };
            let records = answered!(self.reader.records_of(number, span, &key).await);
            if records.complete
                && let Some(seen) = records.sightings.iter().find(|seen| is_control(traced, control, seen))
            {
                self.found.push((control.clone(), seen.clone()));
                break;
            }
        }
        Ok(Ok(()))
    }
}
