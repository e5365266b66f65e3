//! The protections, and how to remove each.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

/// Takes one protection away.
pub(super) struct Mutation {
    pub(super) name: &'static str,
    /// What is gone then, in words.
    pub(super) removes: &'static str,
    edits: &'static [Edit],
}

/// Replaces a text that must be in the file exactly once.
struct Edit {
    file: &'static str,
    find: &'static str,
    replace: &'static str,
}

/// A file before and after.
pub(super) struct Text {
    pub(super) path: PathBuf,
    pub(super) original: String,
    pub(super) changed: String,
}

const ATTEMPT: &str = "crates/exec/src/ledger/attempt.rs";
const LEDGER: &str = "crates/exec/src/ledger/mod.rs";
const RUN: &str = "crates/exec/src/apply/run.rs";
const CEILING: &str = "crates/exec/src/ceiling.rs";
const HTTP: &str = "crates/ccc/src/transport/http.rs";

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation {
        name: "intent-after-send",
        removes: "the intent is on the disk before the request leaves; here it comes with the first answer",
        edits: &[
            Edit {
                file: ATTEMPT,
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
                replace: "    fn later<T>(&mut self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, LedgerError> {
        let begin = if self.connection.is_autocommit() { \"BEGIN IMMEDIATE\" } else { \"\" };
        self.connection
            .execute_batch(begin)
            .and_then(|()| work(&self.connection))
            .map_err(|error| error::of_sqlite(&self.path, error))
    }

    fn now(&self) -> Timestamp {\n",
            },
            Edit {
                file: LEDGER,
                find: "    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;\n",
                replace: "    if !connection.is_autocommit() {
        let value = work(connection)?;
        connection.execute_batch(\"COMMIT\")?;
        return Ok(value);
    }
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;\n",
            },
        ],
    },
    Mutation {
        name: "intent-not-synced",
        removes: "a commit has reached the disk when it returns",
        edits: &[Edit {
            file: "crates/exec/src/ledger/schema.rs",
            find: "    PRAGMA synchronous = FULL;\n",
            replace: "    PRAGMA synchronous = OFF;\n",
        }],
    },
    Mutation {
        name: "no-in-flight-check",
        removes: "a call that is under way is not begun again",
        edits: &[Edit {
            file: ATTEMPT,
            find: "        State::Intent | State::Sending => Some(Held::InFlight),\n",
            replace: "        State::Intent | State::Sending => None,\n",
        }],
    },
    Mutation {
        name: "unknown-called-again",
        removes: "a call of which nobody knows how it went is not placed again",
        edits: &[
            Edit {
                file: ATTEMPT,
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
            file: ATTEMPT,
            find: "wish.rules.moved_from)? {\n",
            replace: "wish.rules.moved_from)?.filter(|_| false) {\n",
        }],
    },
    Mutation {
        name: "suppression-not-asked",
        removes: "a suppression holds for a run that is under way",
        edits: &[Edit {
            file: ATTEMPT,
            find: "= suppression(tx, number_id)? {\n",
            replace: "= suppression(tx, number_id)?.filter(|_| false) {\n",
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
        removes: "what a dead run left under way becomes unknown",
        edits: &[Edit {
            file: LEDGER,
            find: "        let leftovers = self.under_way()?;\n",
            replace: "        let mut leftovers = self.under_way()?;\n        leftovers.clear();\n",
        }],
    },
    Mutation {
        name: "leftovers-not-called",
        removes: "a crash after the intent counts as a call that may have rung; here it counts as not called",
        edits: &[Edit {
            file: LEDGER,
            find: "&event::Event::Unknown { reason: reason.to_owned(), code: None, request_id: None, session: None },",
            replace: "&event::Event::Rejected {
                    code: \"callform.NotSent\".to_owned(),
                    permanent: false,
                    request_id: None,
                    reason: Some(reason.to_owned()),
                },",
        }],
    },
    Mutation {
        name: "no-fence",
        removes: "a request that grew old before it could leave does not leave",
        edits: &[Edit {
            file: RUN,
            find: "        if by_wall > limit || by_steady > self.limit {\n",
            replace: "        if by_wall > limit && by_steady > self.limit && limit == 0 {\n",
        }],
    },
    Mutation {
        name: "signed-again",
        removes: "a request carries its intent's timestamp; here it is signed anew when it leaves",
        edits: &[Edit {
            file: RUN,
            find: "                Ok(()) => client.send(prepared).await,\n",
            replace: "                Ok(()) => match client.prepare(&request, fence.clock.now().as_second()) {
                    Ok(again) => client.send(again).await,
                    Err(_) => client.send(prepared).await,
                },\n",
        }],
    },
    Mutation {
        name: "hidden-resend",
        removes: "the HTTP client sends a request once",
        edits: &[Edit {
            file: HTTP,
            find: "            let mut response = outgoing.send().await.map_err(before_answer)?;\n",
            replace: "            let again = outgoing.try_clone();
            let mut response = match (outgoing.send().await, again) {
                (Err(error), Some(again)) if !error.is_connect() => again.send().await.map_err(before_answer)?,
                (sent, _) => sent.map_err(before_answer)?,
            };\n",
        }],
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
        removes: "one run at a time holds the ledger",
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
            file: ATTEMPT,
            find: "            Ok(now) if now.fits(&self.file) => Ok(()),\n            _ =>",
            replace: "            Ok(_) | Err(_) if self.run.is_some() => Ok(()),\n            _ =>",
        }],
    },
];

impl Mutation {
    /// The files that it changes.
    ///
    /// # Errors
    /// If the source is not what the mutation was written for.
    pub(super) fn texts(&self, source: &Path) -> Result<Vec<Text>> {
        let mut texts: Vec<Text> = Vec::new();
        for edit in self.edits {
            let path = source.join(edit.file);
            let index = match texts.iter().position(|text| text.path == path) {
                Some(index) => index,
                None => {
                    let original = fs::read_to_string(&path).with_context(|| format!("mutation `{}`", self.name))?;
                    texts.push(Text { path, changed: original.clone(), original });
                    texts.len() - 1
                }
            };
            let found = texts[index].changed.matches(edit.find).count();
            ensure!(
                found == 1,
                "mutation `{}`: {} has this text {found} times, not once; fit the mutation to the source as it is now:\n{}",
                self.name,
                edit.file,
                edit.find
            );
            texts[index].changed = texts[index].changed.replace(edit.find, edit.replace);
        }
        Ok(texts)
    }
}
