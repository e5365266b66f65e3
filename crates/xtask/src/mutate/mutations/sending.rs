//! Protections on the way of a request: when it leaves, how often, and what its answer makes certain.

use crate::mutate::mutation::{Edit, Mutation};

const DEPARTURE: &str = "crates/exec/src/apply/departure.rs";
const RUN: &str = "crates/exec/src/apply/run.rs";
const SETTLE: &str = "crates/exec/src/apply/settle.rs";
const HTTP: &str = "crates/ccc/src/transport/http.rs";

pub(super) const ALL: &[Mutation] = &[
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
        name: "not-sent-forgotten",
        removes: "that a request did not leave is written at the end, where it could not be written at once",
        edits: &[Edit {
            file: SETTLE,
            find: ").inspect_err(|_| self.write_later(job, attempt, answer))",
            replace: ")",
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
];
