//! Beginning an attempt: one transaction judges whether it may be made, and writes its intent.

use std::time::Duration;

use callform_spec::phone::PhoneNumber;
use jiff::{SignedDuration, Timestamp};

use super::attempt::{Attempt, AttemptId};
use super::database::{Database, Db, values};
use super::departure::{self, Rate};
use super::event::{About, Event, Intent, append};
use super::footprint::RequestLimits;
use super::line::{self, Lines};
use super::read::{call_record, history};
use super::state::{MAY_HAVE_RUNG, State};
use super::stop::{Stop, stop_of};
use super::suppression::{Suppression, suppression};
use super::worker::Worker;
use super::{CallRecord, Ledger, LedgerError};
use crate::ceiling::{self, CalleeBlock, CalleeRules};
use crate::identity::{AgentDigest, CallId, Fingerprint, NumberId};
use crate::label;
use crate::outcome::{Retry, RetryRules};
use crate::refusal::Again;

/// A call that somebody wants to place now.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    /// Its identity.
    pub call: CallId,
    /// Its identity under the campaign's former name.
    pub moved_from: Option<CallId>,
    /// The environment.
    pub environment: &'a str,
    /// Site and SdkAppId.
    pub account: &'a str,
    /// The row's key.
    pub key: &'a str,
    /// The callee.
    pub number: &'a PhoneNumber,
    /// What its words are made from.
    pub fingerprint: Fingerprint,
    /// Who talks.
    pub agent: AgentDigest,
    /// Attempts that may ring, in all, and after which outcomes another one is made.
    pub retry: &'a RetryRules,
    /// The campaign, and how often it lets one person be phoned.
    pub rules: CalleeRules<'a>,
    /// How long the conversation may go on, ringing included.
    pub busy_for: Duration,
    /// The numbers that the callee may see; empty where the platform picks one.
    pub callers: &'a [PhoneNumber],
    /// The limits that its request names.
    pub limits: RequestLimits,
    /// How many conversations may go on.
    pub lines: Lines,
    /// How fast requests may leave.
    pub rate: Rate,
    /// Calls of the campaign that one run may place.
    pub per_run: Option<u64>,
}

/// Whether an attempt may be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// It may: the intent is durable.
    Attempt(Attempt),
    /// It may not, and nothing was written.
    Held(Held),
}

/// Why an attempt is not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// The call was placed.
    Placed,
    /// An attempt at this very call is under way.
    InFlight,
    /// Nobody knows how the last attempt went.
    Unknown {
        /// Since when.
        since: Timestamp,
    },
    /// The provider refused this callee for good.
    RefusedForGood {
        /// Its code.
        code: String,
    },
    /// All attempts are used up.
    AttemptsUsedUp,
    /// Nobody was reached, or the provider refused it for a while, and it is too early for the next attempt.
    RetryLater {
        /// When it may be made.
        at: Timestamp,
    },
    /// The provider refused it in this run, for what is wrong with specs or account.
    RefusedInRun {
        /// Its code.
        code: String,
    },
    /// Another worker of this run placed it, or is placing it.
    Elsewhere,
    /// The campaign has placed as many as one run may.
    PerRun,
    /// The run has placed as many as were approved.
    RunCeiling,
    /// As many conversations go on as there are lines.
    NoLine,
    /// The account's next request may leave only in a while: the provider said that it was too much, or many workers
    /// send.
    Paced {
        /// How long to wait before asking again.
        wait: Duration,
    },
    /// Somebody stopped its campaign or its environment.
    Stopped(Stop),
    /// Its number is on the suppression list.
    Suppressed(Suppression),
    /// It is about the callee.
    Callee(CalleeBlock),
}

impl Ledger {
    /// Writes the intent of an attempt, if it may be made; one transaction judges and writes. On return the intent is
    /// durable, and holds the only timestamp that its request may ever be signed with.
    ///
    /// # Errors
    /// If it could not be written: then nothing may be sent.
    pub fn begin_attempt(&mut self, wish: &Wish<'_>) -> Result<Begun, LedgerError> {
        let Some(Worker { run, epoch, .. }) = &self.worker else {
            return Err(self.contradiction("an attempt outside a run"));
        };
        let (run, epoch) = (run.clone(), *epoch);
        // A file that was moved away would take the record with it, while its path looks new and empty.
        self.check_place()?;
        let (clock, actor, number_id) = (self.clock.clone(), self.actor.clone(), self.key.number(wish.number));
        let callers: Vec<NumberId> = wish.callers.iter().map(|caller| self.key.number(caller)).collect();
        let begun = self.within(|tx| {
            // Taken inside: waiting for another writer must not age it.
            let (before, now) = (clock.steady(), clock.now());
            let server = tx.clock()?;
            let shared = server.unwrap_or_else(|| now.as_microsecond());
            let steady = clock.steady();
            if !Self::lease_holds(tx, epoch, shared / 1000)? {
                return Ok(None);
            }
            let known = known_call(tx, wish)?;
            if let Some(held) = forbidden(tx, wish, known.as_ref(), number_id, (&run, epoch), now)? {
                return Ok(Some(Begun::Held(held)));
            }
            // Last of all: nothing is written long before its request leaves, for nobody judges it again.
            let slot = match departure::take(tx, wish.account, wish.rate, shared)? {
                Ok(slot) => slot,
                Err(wait) => return Ok(Some(Begun::Held(Held::Paced { wait }))),
            };
            let call = known.map_or(wish.call, |known| known.id);
            let id: i64 = tx.value("SELECT coalesce(max(id), 0) + 1 FROM attempts", &[])?;
            let timestamp = now.as_second();
            let busy_until = SignedDuration::try_from(wish.busy_for)
                .ok()
                .and_then(|busy| now.checked_add(busy).ok())
                .unwrap_or(Timestamp::MAX);
            let intent = Intent {
                run: run.clone(),
                environment: wish.environment.to_owned(),
                account: wish.account.to_owned(),
                campaign: wish.rules.campaign.to_owned(),
                number: number_id,
                fingerprint: wish.fingerprint,
                agent: wish.agent,
                timestamp,
                busy_until: busy_until.as_millisecond(),
                callers: callers.clone(),
                limits: wish.limits,
                worker: epoch,
            };
            append(tx, now, &actor, About::attempt(call, id), &Event::Intent(Box::new(intent)))?;
            tx.execute("INSERT INTO open_numbers (attempt, number) VALUES (?1, ?2)", values![id, wish.number.e164()])?;
            name_call(tx, call, wish)?;
            Ok(Some(Begun::Attempt(Attempt {
                id: AttemptId(id),
                call,
                timestamp,
                leave_at: steady + slot.wait,
                leave_within: server.map(|_| slot.gap),
                uncertain: steady.saturating_sub(before),
            })))
        })?;
        begun.ok_or_else(|| self.lease_lost())
    }
}

/// Why an attempt may not be made: the call's own past, prohibitions, the callee's past, then what is only for now.
fn forbidden(
    tx: &Database,
    wish: &Wish<'_>,
    known: Option<&CallRecord>,
    number: NumberId,
    (run, epoch): (&str, i64),
    now: Timestamp,
) -> Db<Option<Held>> {
    if let Some(stop) = stop_of(tx, wish.environment, wish.rules.campaign, wish.rules.moved_from)? {
        return Ok(Some(Held::Stopped(stop)));
    }
    if let Some(known) = known
        && let Some(held) = judge_call(known, wish.retry, now, Some(run))
    {
        // An unknown of a worker that is gone is nobody's: whoever meets it says so.
        let elsewhere = matches!(held, Held::Placed | Held::InFlight | Held::Unknown { .. })
            && tx.exists(
                "SELECT 1 FROM attempts WHERE id = (SELECT max(id) FROM attempts WHERE call = ?1)
                    AND run = ?2 AND worker <> ?3
                    AND (state <> 'unknown' OR EXISTS (SELECT 1 FROM leases WHERE leases.epoch = attempts.worker))",
                values![known.id, run, epoch],
            )?;
        return Ok(Some(if elsewhere { Held::Elsewhere } else { held }));
    }
    if let Some(suppression) = suppression(tx, number)? {
        return Ok(Some(Held::Suppressed(suppression)));
    }
    let past = history(tx, number, wish.account)?;
    let call = known.map_or(wish.call, |known| known.id);
    if let Some(block) = ceiling::judge(&past, call, &wish.rules, now) {
        return Ok(Some(Held::Callee(block)));
    }
    if is_past_ceiling(tx, run, epoch)? {
        return Ok(Some(Held::RunCeiling));
    }
    if let Some(most) = wish.per_run
        && rung_in_run(tx, run, wish.rules.campaign)? >= most
    {
        return Ok(Some(Held::PerRun));
    }
    if !line::is_free(tx, wish.account, wish.rules.campaign, wish.lines, now)? {
        return Ok(Some(Held::NoLine));
    }
    Ok(None)
}

/// Attempts of a run that may have rung; of one campaign, or (empty) of all.
fn rung_in_run(tx: &Database, run: &str, campaign: &str) -> Db<u64> {
    tx.value(
        &format!("SELECT count(*) FROM attempts WHERE run = ?1 AND (?2 = '' OR campaign = ?2) AND {MAY_HAVE_RUNG}"),
        values![run, campaign],
    )
}

fn is_past_ceiling(tx: &Database, run: &str, epoch: i64) -> Db<bool> {
    let ceiling: Option<u64> = tx.value("SELECT ceiling FROM leases WHERE epoch = ?1", values![epoch])?;
    match ceiling {
        Some(most) => Ok(rung_in_run(tx, run, "")? >= most),
        None => Ok(false),
    }
}

/// The call as the ledger knows it, under its own or its former identity.
fn known_call(tx: &Database, wish: &Wish<'_>) -> Db<Option<CallRecord>> {
    if let Some(known) = call_record(tx, wish.call)? {
        return Ok(Some(known));
    }
    wish.moved_from.map_or(Ok(None), |former| call_record(tx, former))
}

/// Keeps what people call it, unless that is the number: the ledger keeps no number of a call that has ended.
fn name_call(tx: &Database, call: CallId, wish: &Wish<'_>) -> Db<()> {
    tx.execute("DELETE FROM names WHERE call = ?1", values![call])?;
    if !label::is_the_number(wish.key, wish.number) {
        tx.execute("INSERT INTO names (call, key) VALUES (?1, ?2)", values![call, wish.key])?;
    }
    Ok(())
}

/// What the call's own past forbids a run; without one, any.
pub(crate) fn judge_call(known: &CallRecord, retry: &RetryRules, now: Timestamp, run: Option<&str>) -> Option<Held> {
    match known.state {
        State::Intent | State::Sending => Some(Held::InFlight),
        State::Unknown => Some(Held::Unknown { since: known.since }),
        State::Placed | State::PlacedInferred | State::ResolvedPlaced => {
            // Only a final record says that nobody was reached.
            let Some((outcome, ended)) = known.outcome.zip(known.ended) else { return Some(Held::Placed) };
            match retry.judge(outcome, ended.as_second(), known.attempts, now) {
                Retry::Due => None,
                Retry::At(at) => Some(Held::RetryLater { at }),
                Retry::UsedUp => Some(Held::AttemptsUsedUp),
                Retry::Done | Retry::NeedsPerson => Some(Held::Placed),
            }
        }
        State::Rejected if known.permanent => {
            Some(Held::RefusedForGood { code: known.code.clone().unwrap_or_default() })
        }
        State::Rejected | State::NotPlacedInferred | State::ResolvedNotPlaced => {
            if known.attempts >= retry.max_attempts {
                return Some(Held::AttemptsUsedUp);
            }
            match known.again() {
                Again::NotBefore(at) if now < at => Some(Held::RetryLater { at }),
                Again::NotInThisRun if run.is_some() && known.run.as_deref() == run => {
                    Some(Held::RefusedInRun { code: known.code.clone().unwrap_or_default() })
                }
                Again::AtOnce | Again::NotBefore(_) | Again::NotInThisRun => None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::{Arc, Barrier};

    use serde_json::json;

    use super::*;
    use crate::clock::Clock;
    use crate::identity::CallIdentity;
    use crate::ledger::{Access, Actor, Address, LEAST_GAP};
    use crate::random::SystemRandom;

    struct Still;

    impl Clock for Still {
        fn now(&self) -> Timestamp {
            "2026-04-01T12:00:00Z".parse().unwrap()
        }
        fn steady(&self) -> Duration {
            Duration::ZERO
        }
    }

    /// A ledger that believes to hold the run's lock: what is tested is what protects people when that fails.
    fn open(path: &Path, epoch: i64) -> Ledger {
        let actor = Actor { who: "test".into(), host: "here".into(), pid: 1 };
        let address = Address::File(path.to_owned());
        let access = Access {
            address: &address,
            project: "p",
            environment: "default",
            emulator: true,
            expected: None,
            kin: Vec::new(),
            root: None,
            actor: &actor,
        };
        let clock: Arc<dyn Clock> = Arc::new(Still);
        let mut ledger = Ledger::open(&access, &clock, &mut SystemRandom).unwrap();
        ledger
            .database
            .execute(
                "INSERT INTO leases VALUES (?1, '1', 'default', 'a', '', '', NULL, 'test', 'here', 1, 0, ?2)",
                values![epoch, i64::MAX],
            )
            .unwrap();
        ledger.worker = Some(Worker { run: "1".into(), epoch, lock: None });
        ledger
    }

    fn begin(ledger: &mut Ledger, key: &str, number: &PhoneNumber) -> Result<Begun, LedgerError> {
        let agent = AgentDigest::of(&json!({}));
        let identity = CallIdentity { project: "p", environment: "default", account: "a", campaign: "c", key };
        let wish = Wish {
            call: ledger.key().call(&identity),
            moved_from: None,
            environment: "default",
            account: "a",
            key,
            number,
            fingerprint: ledger.key().fingerprint(agent, "", number),
            agent,
            retry: &RetryRules::of(None),
            rules: CalleeRules { campaign: "c", moved_from: None, per_callee: None, repeat: false },
            busy_for: Duration::from_secs(60),
            callers: &[],
            limits: RequestLimits::default(),
            lines: Lines { account: 100, campaign: None },
            // The clock stands still, and no slot is given far ahead.
            rate: Rate { per_second: 1000, gap: LEAST_GAP },
            per_run: None,
        };
        ledger.begin_attempt(&wish)
    }

    #[test]
    fn of_two_that_race_for_one_call_or_one_number_exactly_one_begins() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ledger.db");
        let mut ledgers = [1, 2].map(|epoch| open(&path, epoch));
        for round in 0..50 {
            let number = PhoneNumber::parse(&format!("+447700900{round:03}")).unwrap();
            let barrier = Barrier::new(2);
            let begun: Vec<Begun> = std::thread::scope(|threads| {
                let runners: Vec<_> = ledgers
                    .iter_mut()
                    .enumerate()
                    .map(|(n, ledger)| {
                        let (barrier, number) = (&barrier, &number);
                        // In even rounds the same call, in odd ones another call to the same number.
                        let key = format!("P-{round}-{}", n * (round % 2));
                        threads.spawn(move || {
                            barrier.wait();
                            begin(ledger, &key, number).unwrap()
                        })
                    })
                    .collect();
                runners.into_iter().map(|runner| runner.join().unwrap()).collect()
            });
            let won = begun.iter().filter(|begun| matches!(begun, Begun::Attempt(_))).count();
            assert_eq!(won, 1, "round {round}: {begun:?}");
        }
    }

    #[test]
    fn a_worker_whose_lease_is_over_neither_sends_what_it_began_nor_begins_anything() {
        let dir = tempfile::tempdir().unwrap();
        let mut ledger = open(&dir.path().join("ledger.db"), 1);
        let [one, other] = ["+447700900001", "+447700900002"].map(|number| PhoneNumber::parse(number).unwrap());
        let Begun::Attempt(attempt) = begin(&mut ledger, "P-1", &one).unwrap() else {
            panic!("nobody stands in the way")
        };
        ledger.database.execute("UPDATE leases SET until = 0", &[]).unwrap();
        assert!(matches!(ledger.mark_sending(&attempt), Err(LedgerError::LeaseLost { .. })));
        assert!(matches!(begin(&mut ledger, "P-2", &other), Err(LedgerError::LeaseLost { .. })));
    }
}
