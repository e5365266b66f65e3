//! The protections, and how to remove each.

use super::mutation::{Edit, Mutation};

const ATTEMPT: &str = "crates/exec/src/ledger/attempt.rs";
const BEGIN: &str = "crates/exec/src/ledger/begin.rs";
const LEDGER: &str = "crates/exec/src/ledger/mod.rs";
const DATABASE: &str = "crates/exec/src/ledger/database/mod.rs";
const SERVER: &str = "crates/exec/src/ledger/database/postgres/mod.rs";
const WORKER: &str = "crates/exec/src/ledger/worker.rs";
const CEILING: &str = "crates/exec/src/ceiling.rs";
const DEPARTURE: &str = "crates/exec/src/apply/departure.rs";
const RUN: &str = "crates/exec/src/apply/run.rs";
const SETTLE: &str = "crates/exec/src/apply/settle.rs";
const FOLLOW: &str = "crates/exec/src/ledger/follow.rs";
const EVIDENCE: &str = "crates/exec/src/evidence.rs";
const HTTP: &str = "crates/ccc/src/transport/http.rs";

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation {
        name: "intent-after-send",
        removes: "the intent is on the disk before the request leaves; here it comes with the first answer",
        edits: &[
            Edit {
                file: BEGIN,
                find: "        let begun = self.within(|tx| {\n",
                replace: "        let begun = self.later(|tx| {\n",
            },
            Edit {
                file: ATTEMPT,
                find: "        let was = self.within(|tx| {\n",
                replace: "        let was = self.later(|tx| {\n",
            },
            Edit {
                file: LEDGER,
                find: "    fn now(&self) -> Timestamp {\n",
                replace: "    fn later<T>(&self, work: impl FnOnce(&Database) -> Db<T>) -> Result<T, LedgerError> {
        let begun = match &self.database {
            Database::Sqlite(connection) if !connection.is_autocommit() => Ok(()),
            Database::Sqlite(_) => self.database.batch(\"BEGIN IMMEDIATE\"),
            Database::Postgres(_) => self.database.batch(\"BEGIN; SELECT pg_advisory_xact_lock(1128352838, 0)\"),
        };
        begun.and_then(|()| work(&self.database)).map_err(|error| self.failed(error))
    }

    fn now(&self) -> Timestamp {\n",
            },
            Edit {
                file: DATABASE,
                find: "            Self::Sqlite(_) => self.batch(\"BEGIN IMMEDIATE\"),\n",
                replace: "            Self::Sqlite(connection) if !connection.is_autocommit() => Ok(()),\n            Self::Sqlite(_) => self.batch(\"BEGIN IMMEDIATE\"),\n",
            },
        ],
    },
    Mutation {
        name: "intent-not-synced",
        removes: "a commit to a file has reached the disk when it returns",
        edits: &[Edit {
            file: "crates/exec/src/ledger/schema.rs",
            find: "    PRAGMA synchronous = FULL;\n",
            replace: "    PRAGMA synchronous = OFF;\n",
        }],
    },
    Mutation {
        name: "intent-not-flushed",
        removes: "a commit to PostgreSQL has reached the server's disk when it returns",
        edits: &[
            Edit { file: SERVER, find: "    SET synchronous_commit = on;\n", replace: "" },
            Edit {
                file: "crates/exec/src/ledger/server.rs",
                find: "    if setting(\"synchronous_commit\")? == \"off\" {\n",
                replace: "    if setting(\"synchronous_commit\")? == \"never\" {\n",
            },
        ],
    },
    Mutation {
        name: "lock-wait-left-open",
        removes: "a write that waited too long for its turn leaves no transaction open",
        edits: &[Edit {
            file: DATABASE,
            find: "let done = begun.and_then(|()| work(self)).and_then",
            replace: "begun?;\n        let done = work(self).and_then",
        }],
    },
    Mutation {
        name: "no-in-flight-check",
        removes: "a call that is under way is not begun again",
        edits: &[Edit {
            file: BEGIN,
            find: "        State::Intent | State::Sending => Some(Held::InFlight),\n",
            replace: "        State::Intent | State::Sending => None,\n",
        }],
    },
    Mutation {
        name: "unknown-called-again",
        removes: "a call of which nobody knows how it went is not placed again",
        edits: &[
            Edit {
                file: BEGIN,
                find: "        State::Unknown => Some(Held::Unknown { since: known.since }),\n",
                replace: "        State::Unknown => None,\n",
            },
            Edit {
                file: CEILING,
                find: "history.iter().find(|past| past.state.is_open())",
                replace: "history.iter().find(|past| past.state.is_open() && past.state != crate::ledger::State::Unknown)",
            },
        ],
    },
    Mutation {
        name: "stop-not-asked",
        removes: "a stop holds for a run that is under way",
        edits: &[Edit {
            file: BEGIN,
            find: "wish.rules.moved_from)? {\n",
            replace: "wish.rules.moved_from)?.filter(|_| false) {\n",
        }],
    },
    Mutation {
        name: "suppression-not-asked",
        removes: "a suppression holds for a run that is under way",
        edits: &[Edit {
            file: BEGIN,
            find: "= suppression(tx, number)? {\n",
            replace: "= suppression(tx, number)?.filter(|_| false) {\n",
        }],
    },
    Mutation {
        name: "one-line-per-callee",
        removes: "a number is not phoned while another attempt to reach it is open, whatever the campaign",
        edits: &[Edit {
            file: CEILING,
            find: "history.iter().find(|past| past.state.is_open())",
            replace: "history.iter().find(|past| past.state.is_open() && past.call == call)",
        }],
    },
    Mutation {
        name: "leftovers-forgotten",
        removes: "what a worker that is gone left under way becomes unknown",
        edits: &[Edit {
            file: WORKER,
            find: "    for (attempt, call, state) in orphans {\n",
            replace: "    for (attempt, call, state) in orphans.into_iter().take(0) {\n",
        }],
    },
    Mutation {
        name: "leftovers-not-called",
        removes: "a crash after the intent counts as a call that may have rung; here it counts as not called",
        edits: &[Edit {
            file: WORKER,
            find: "&Event::Unknown { reason: reason.to_owned(), code: None, request_id: None, session: None },",
            replace: "&Event::Rejected {
                code: \"callform.NotSent\".to_owned(),
                permanent: false,
                request_id: None,
                reason: Some(reason.to_owned()),
            },",
        }],
    },
    Mutation {
        name: "unknown-is-elsewhere",
        removes: "an unknown call of a worker that is gone is nobody's, and whoever meets it says so",
        edits: &[Edit {
            file: BEGIN,
            find: "\n                    AND (state <> 'unknown' OR EXISTS (SELECT 1 FROM leases WHERE leases.epoch = attempts.worker))\",",
            replace: "\",",
        }],
    },
    Mutation {
        name: "lease-not-asked-before-intent",
        removes: "a worker whose lease is over writes no intent",
        edits: &[Edit {
            file: BEGIN,
            find: "            if !Self::lease_holds(tx, epoch, shared / 1000)? {\n",
            replace: "            if epoch < 0 && !Self::lease_holds(tx, epoch, shared / 1000)? {\n",
        }],
    },
    Mutation {
        name: "lease-not-asked-before-sending",
        removes: "a worker whose lease ended after its intent does not send",
        edits: &[Edit {
            file: ATTEMPT,
            find: "            if !Self::lease_holds(tx, epoch, shared / 1000)? {\n",
            replace: "            if epoch < 0 && !Self::lease_holds(tx, epoch, shared / 1000)? {\n",
        }],
    },
    Mutation {
        name: "live-lease-taken",
        removes: "a lease that has not run out is not taken from a worker that lives",
        edits: &[Edit {
            file: WORKER,
            find: "            Gone::WhoeverIs(clock) if lease.until <= clock => \"its lease ran out\",\n",
            replace: "            Gone::WhoeverIs(clock) if lease.until <= clock + 3_600_000 => \"its lease ran out\",\n",
        }],
    },
    Mutation {
        name: "rate-of-ones-own",
        removes: "workers share the account's rate; here each has one of its own",
        edits: &[Edit {
            file: BEGIN,
            find: "departure::take(tx, wish.account, wish.rate, shared)? {",
            replace: "departure::take(tx, &format!(\"{} {epoch}\", wish.account), wish.rate, shared)? {",
        }],
    },
    Mutation {
        name: "intent-far-ahead",
        removes: "no intent is written long before its request may leave, for what was judged with it may change",
        edits: &[Edit {
            file: "crates/exec/src/ledger/departure.rs",
            find: "    if slot - now > AHEAD {\n",
            replace: "    if slot - now > HORIZON {\n",
        }],
    },
    Mutation {
        name: "contradicting-records",
        removes: "of records of one session that contradict each other none lets anybody be phoned again",
        edits: &[Edit {
            file: "crates/exec/src/outcome/record.rs",
            find: "        if ends.iter().all(|end| end.outcome == last.outcome) {\n",
            replace: "        if ends.iter().any(|end| end.outcome == last.outcome) {\n",
        }],
    },
    Mutation {
        name: "outcome-of-half-a-list",
        removes: "where a record may have been missed, nobody is phoned again because of the others",
        edits: &[Edit {
            file: "crates/exec/src/resolve/outcomes.rs",
            find: "            if !complete && end.outcome.retry_class().is_some() {\n",
            replace: "            if !complete && report.asked == 0 && end.outcome.retry_class().is_some() {\n",
        }],
    },
    Mutation {
        name: "one-form-of-a-number",
        removes: "records are asked for by every form of a number that they may have",
        edits: &[Edit {
            file: "crates/spec/src/phone/number.rs",
            find: "        if wire == plain { vec![wire] } else { vec![wire, plain] }\n",
            replace: "        if wire == plain { vec![plain] } else { vec![wire] }\n",
        }],
    },
    Mutation {
        name: "slot-missed",
        removes: "a request that is late for its slot does not leave",
        edits: &[Edit {
            file: DEPARTURE,
            find: "        if self.attempt.leave_within.is_some_and(|most| late > most) {\n",
            replace: "        if self.attempt.leave_within.is_some_and(|most| late > most) && self.fence.is_zero() {\n",
        }],
    },
    Mutation {
        name: "limit-not-shared",
        removes: "whoever is told that requests were too many slows all workers of the account",
        edits: &[Edit {
            file: SETTLE,
            find: "        if too_many {\n",
            replace: "        if too_many && now.is_zero() {\n",
        }],
    },
    Mutation {
        name: "no-fence",
        removes: "a request that grew old before it could leave does not leave",
        edits: &[Edit {
            file: DEPARTURE,
            find: "        if by_wall > limit || by_steady > self.fence {\n",
            replace: "        if limit == 0 && by_wall > limit && by_steady > self.fence {\n",
        }],
    },
    Mutation {
        name: "judged-long-ago",
        removes: "what was judged before the intent still holds when the request leaves",
        edits: &[
            Edit {
                file: DEPARTURE,
                find: "now.abs_diff(self.attempt.timestamp).max(now.abs_diff(self.judged.as_second()));",
                replace: "now.abs_diff(self.attempt.timestamp);",
            },
            Edit {
                file: DEPARTURE,
                find: "self.clock.steady().saturating_sub(self.begun);",
                replace: "self.clock.steady().saturating_sub(self.attempt.leave_at);",
            },
        ],
    },
    Mutation {
        name: "signed-again",
        removes: "a request carries its intent's timestamp; here it is signed anew when it leaves",
        edits: &[
            Edit {
                file: DEPARTURE,
                find: "    /// How old an intent may be when its request leaves.\n",
                replace: "    pub(super) again: Box<dyn Fn(i64) -> Option<PreparedCall> + Send>,\n    /// How old an intent may be when its request leaves.\n",
            },
            Edit {
                file: DEPARTURE,
                find: "        Departed::Sent(client.send(prepared).await)\n",
                replace: "        let again = (self.again)(self.clock.now().as_second());\n        Departed::Sent(client.send(again.unwrap_or(prepared)).await)\n",
            },
            Edit {
                file: RUN,
                find: "        let departure = Departure {",
                replace: "        let (signer, again) = (self.tools.client.clone(), request);
        let departure = Departure {
            again: Box::new(move |now| signer.prepare(&again, now).ok()),",
            },
        ],
    },
    Mutation {
        name: "session-of-another",
        removes: "a session that belongs to another attempt is not taken for an answer",
        edits: &[Edit {
            file: ATTEMPT,
            find: "                && is_taken(tx, session, attempt.id)?\n",
            replace: "                && is_taken(tx, session, attempt.id)?\n                && session.normalized().is_empty()\n",
        }],
    },
    Mutation {
        name: "late-answer-dropped",
        removes: "an answer to an attempt that was decided before is kept as evidence",
        edits: &[Edit {
            file: ATTEMPT,
            find: "                append(tx, now, &actor, about, &evidence(recorded))?;\n",
            replace: "                let _ = evidence(recorded);\n",
        }],
    },
    Mutation {
        name: "proof-outvoted",
        removes: "an answer with a session counts more than a person's word, or records, that nobody was phoned",
        edits: &[Edit {
            file: ATTEMPT,
            find: "            let contradicts = state.is_taken_for_not_placed()\n",
            replace: "            let contradicts = state == State::Intent && state.is_taken_for_not_placed()\n",
        }],
    },
    Mutation {
        name: "not-sent-forgotten",
        removes: "that a request did not leave is written at the end, where it could not be written at once",
        edits: &[Edit {
            file: SETTLE,
            find: ").inspect_err(|_| self.write_later(job, attempt, answer))",
            replace: ")",
        }],
    },
    Mutation {
        name: "earlier-attempt-decides",
        removes: "what is learned late of an earlier attempt does not permit another one",
        edits: &[Edit {
            file: FOLLOW,
            find: "AND (?7 = 1 OR ?6 = (SELECT max(id) FROM attempts WHERE call = ?1))",
            replace: "AND (?7 = 1 OR ?6 > 0)",
        }],
    },
    Mutation {
        name: "late-request-forgotten",
        removes: "a line stays taken for as long as a request without an answer may be on its way",
        edits: &[Edit {
            file: FOLLOW,
            find: "let later = if state == State::Unknown { TAKEN_WITHIN_MS } else { 0 };",
            replace: "let later = if state == State::Intent { TAKEN_WITHIN_MS } else { 0 };",
        }],
    },
    Mutation {
        name: "free-line-frees-the-callee",
        removes: "who is off the provider's list is not phoned again before the record says that it is over",
        edits: &[Edit {
            file: FOLLOW,
            find: "Event::OffTheLine => follow_off_the_line(database, at, about)?,",
            replace: "Event::OffTheLine => follow_over(database, at, about)?,",
        }],
    },
    Mutation {
        name: "any-course-of-states",
        removes: "no attempt goes from a state to one that can not follow it",
        edits: &[Edit {
            file: FOLLOW,
            find: "AND ?9 LIKE '%,' || state || ',%'",
            replace: "AND (?9 <> '' OR ?9 LIKE '%,' || state || ',%')",
        }],
    },
    Mutation {
        name: "no-waiting-time",
        removes: "a missing record counts only when it must have appeared by now",
        edits: &[Edit {
            file: EVIDENCE,
            find: "    if view.now <= until {\n",
            replace: "    if view.now <= until && until == Timestamp::MAX {\n",
        }],
    },
    Mutation {
        name: "no-positive-control",
        removes: "a missing record counts only if a later call of ours is on record",
        edits: &[Edit {
            file: EVIDENCE,
            find: "    view.control.is_none().then_some(Why::NoControl)\n",
            replace: "    (view.control.is_none() && limits.call.is_none()).then_some(Why::NoControl)\n",
        }],
    },
    Mutation {
        name: "protected-numbers",
        removes: "a missing record proves nothing where numbers are hidden",
        edits: &[Edit {
            file: EVIDENCE,
            find: "    if view.protected {\n",
            replace: "    if view.protected && attempt.timestamp < 0 {\n",
        }],
    },
    Mutation {
        name: "page-missed",
        removes: "a missing record proves nothing where not all records were seen",
        edits: &[Edit {
            file: EVIDENCE,
            find: "    if !view.complete {\n",
            replace: "    if !view.complete && attempt.timestamp < 0 {\n",
        }],
    },
    Mutation {
        name: "limit-unset",
        removes: "a missing record proves nothing where nobody knows how long the call may last",
        edits: &[Edit {
            file: EVIDENCE,
            find: "    let Some(call) = limits.call else { return Some(Why::LimitUnset(\"call\")) };\n",
            replace: "    let call = limits.call.unwrap_or_default();\n",
        }],
    },
    Mutation {
        name: "several-sessions",
        removes: "of several sessions that fit, none is taken",
        edits: &[Edit {
            file: EVIDENCE,
            find: "            [one] if doubtful.is_empty() && view.complete =>",
            replace: "            [one, ..] if doubtful.is_empty() && view.complete =>",
        }],
    },
    Mutation {
        name: "refused-again-at-once",
        removes: "a call that the provider refused for a while is not sent again before its time",
        edits: &[Edit {
            file: BEGIN,
            find: "                Again::NotBefore(at) if now < at => Some(Held::RetryLater { at }),\n",
            replace: "",
        }],
    },
    Mutation {
        name: "refused-again-in-the-run",
        removes: "what is wrong with specs or account is not sent again by the run that met it",
        edits: &[Edit {
            file: BEGIN,
            find: "Again::NotInThisRun if run.is_some() && known.run.as_deref() == run",
            replace: "Again::NotInThisRun if run.is_some() && known.run.is_none()",
        }],
    },
    Mutation {
        name: "lists-read-once",
        removes: "do-not-call lists that are written while a run goes on are read again",
        edits: &[Edit {
            file: "crates/exec/src/apply/lists.rs",
            find: "        if self.looked.is_some_and(|looked|",
            replace: "        if self.looked.is_none_or(|looked|",
        }],
    },
    Mutation {
        name: "hidden-resend",
        removes: "the HTTP client sends a request once",
        edits: &[Edit {
            file: HTTP,
            find: "        let mut response = outgoing.send().await.map_err(before_answer)?;\n",
            replace: "            let again = outgoing.try_clone();
            let mut response = match (outgoing.send().await, again) {
                (Err(error), Some(again)) if !error.is_connect() => again.send().await.map_err(before_answer)?,
                (sent, _) => sent.map_err(before_answer)?,
            };\n",
        }],
    },
    Mutation {
        name: "no-last-look",
        removes: "an answer that came while the process was stopped is read, although its time is over",
        edits: &[Edit {
            file: HTTP,
            find: "for patience in [timeout, LAST_LOOK] {",
            replace: "for patience in [timeout] {",
        }],
    },
    Mutation {
        name: "connections-kept",
        removes: "no connection is kept, so none is found broken and tried again by a layer below",
        edits: &[Edit { file: HTTP, find: "        .pool_max_idle_per_host(0)\n", replace: "" }],
    },
    Mutation {
        name: "reset-is-not-sent",
        removes: "a connection that breaks leaves it open whether the call was placed",
        edits: &[Edit {
            file: HTTP,
            find: "    if error.is_connect() || error.is_builder() {\n",
            replace: "    if error.is_connect() || error.is_builder() || error.is_request() {\n",
        }],
    },
    Mutation {
        name: "no-run-lock",
        removes: "one run at a time holds a ledger in a file",
        edits: &[Edit {
            file: "crates/exec/src/ledger/run_lock.rs",
            find: "            Err(TryLockError::WouldBlock) => Ok(None),\n",
            replace: "            Err(TryLockError::WouldBlock) => Ok(Some(Self { file, path })),\n",
        }],
    },
    Mutation {
        name: "moved-ledger",
        removes: "a ledger whose file was moved away takes no attempt",
        edits: &[Edit {
            file: LEDGER,
            find: "                Ok(now) if now.fits(identity) => Ok(()),
                _ =>",
            replace: "                Ok(_) | Err(_) if self.worker.is_some() => Ok(()),\n                _ =>",
        }],
    },
    Mutation {
        name: "older-ledger",
        removes: "a ledger that is older than it was is refused",
        edits: &[Edit {
            file: LEDGER,
            find: "            Some(known) if !self.went_through(&known)? => {\n",
            replace: "            Some(known) if self.worker.is_some() && !self.went_through(&known)? => {\n",
        }],
    },
    Mutation {
        name: "no-mark-after-a-commit",
        removes: "after every commit it is marked how far the ledger got; here only when it is opened",
        edits: &[Edit {
            file: LEDGER,
            find: "            mark.raise(position);\n",
            replace: "            let _ = (mark, position);\n",
        }],
    },
    Mutation {
        name: "no-mark-of-servers",
        removes: "a server's ledger that was seen further on is refused",
        edits: &[Edit {
            file: "crates/exec/src/ledger/mark.rs",
            find: "            Address::Postgres(_) => root?.join(",
            replace: "            Address::Postgres(_) => root.filter(|_| false)?.join(",
        }],
    },
    Mutation {
        name: "two-ledgers",
        removes: "environments of one account have one ledger",
        edits: &[Edit {
            file: "crates/exec/src/ledger/open.rs",
            find: "            Some(kin) if !self.emulator => Err(LedgerError::TwoLedgers {\n",
            replace: "            Some(kin) if !self.emulator && lineage == Some(&kin.lineage) => Err(LedgerError::TwoLedgers {\n",
        }],
    },
    Mutation {
        name: "another-address",
        removes: "an account that may be a known one by another address is refused",
        edits: &[Edit {
            file: "crates/exec/src/ledger/account.rs",
            find: "    !phones_nobody && id",
            replace: "    phones_nobody && id",
        }],
    },
    Mutation {
        name: "adopted-retry",
        removes: "a call that the lost ledger may have tried again is not tried again",
        edits: &[Edit {
            file: "crates/exec/src/ledger/retold.rs",
            find: "                again.push((known.id, known.outcome.is_some(), of));\n",
            replace: "                let _ = (&mut again as &mut Vec<(CallId, bool, &PhonedCall)>, known.id, of);\n",
        }],
    },
];
