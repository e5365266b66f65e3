//! Protections in what is concluded from the provider's records.

use crate::mutate::mutation::{Edit, Mutation};

const EVIDENCE: &str = "crates/exec/src/evidence.rs";

pub(super) const ALL: &[Mutation] = &[
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
        name: "no-waiting-time",
        removes: "a missing record counts only when it must have appeared by now",
        edits: &[Edit {
            file: EVIDENCE,
            find: "    if view.now <= until {\n",
            replace: "    if view.now <= until && until == Timestamp::MAX {\n",
        }],
    },
    Mutation {
        name: "answer-newer-than-question",
        removes: "what the records show is as old as the question for them",
        edits: &[Edit {
            file: "crates/exec/src/resolve/mod.rs",
            find: "        let now = theirs.map_or(asked, |theirs| theirs.min(asked));\n",
            replace: "        let now = theirs.map_or(asked, |theirs| theirs.max(asked));\n",
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
];
