//! Protections of the ledger: what is written, when, by whom, and which ledger it is.

use crate::mutate::mutation::{Edit, Mutation};

const ATTEMPT: &str = "crates/exec/src/ledger/attempt.rs";
const BEGIN: &str = "crates/exec/src/ledger/begin.rs";
const LEDGER: &str = "crates/exec/src/ledger/mod.rs";
const DATABASE: &str = "crates/exec/src/ledger/database/mod.rs";
const SERVER: &str = "crates/exec/src/ledger/database/postgres/mod.rs";
const WORKER: &str = "crates/exec/src/ledger/worker.rs";
const CEILING: &str = "crates/exec/src/ceiling.rs";
const FOLLOW: &str = "crates/exec/src/ledger/follow.rs";

pub(super) const ALL: &[Mutation] = &[
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
        name: "session-of-another",
        removes: "a session that belongs to another attempt is not taken for an answer",
        edits: &[Edit {
            file: ATTEMPT,
            find: "                && is_taken(tx, session, attempt.id)?\n",
            replace: "                && is_taken(tx, session, attempt.id)?\n                && session.normalized().is_empty()\n",
        }],
    },
    Mutation {
        name: "taken-session-after-giving-up",
        removes: "a session of another attempt that comes for a call that was given up is written down",
        edits: &[Edit {
            file: ATTEMPT,
            find: "                let event = if state == State::Unknown { evidence(recorded) } else { event };\n",
            replace: "",
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
            find: "                Ok(now) if now.fits(identity) => file::check_names(path),
                _ =>",
            replace: "                Ok(_) | Err(_) if self.worker.is_some() => Ok(()),\n                _ =>",
        }],
    },
    Mutation {
        name: "several-paths",
        removes: "a ledger that can be reached by two paths is refused",
        edits: &[Edit {
            file: "crates/exec/src/ledger/file.rs",
            find: "    Ok((links > 1).then_some(OtherName::Links(links)))\n",
            replace: "    Ok((links > 2).then_some(OtherName::Links(links)))\n",
        }],
    },
    Mutation {
        name: "changed-ledger",
        removes: "a ledger whose tables say something else than its events is refused before a run",
        edits: &[Edit {
            file: "crates/exec/src/ledger/verify.rs",
            find: "            None if self.different.is_empty() => None,\n",
            replace: "            None if self.different.len() < 7 => None,\n",
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
