//! What a person says about one unknown call, and whether it can be taken.

use std::collections::HashSet;
use std::fmt;

use callform_ccc::SessionId;
use callform_exec::ledger::{Ledger, Resolution, Traced};
use callform_exec::resolve::may_be_denied;
use callform_spec::phone::mask_text;
use callform_spec::project::Project;

use crate::args::ResolveArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::surroundings::clock;
use crate::view;

/// Longer than any session's id.
const LONGEST_SESSION: usize = 64;

/// A call, and what is said about it.
pub(super) struct Decision {
    pub(super) attempt: Traced,
    pub(super) said: Said,
}

/// What is said.
#[derive(Clone)]
pub(super) enum Said {
    Placed { session: Option<SessionId>, reason: Option<String> },
    NotPlaced { reason: String },
}

impl Said {
    pub(super) fn of(args: &ResolveArgs) -> Result<Self, Failure> {
        match (&args.placed, args.not_placed, &args.reason) {
            (Some(session), _, reason) => Self::placed(session, reason.clone()).map_err(usage),
            (None, true, Some(reason)) => Self::not_placed(reason).map_err(usage),
            _ => Err(usage("what became of it?".to_owned())
                .line("Say --placed SESSION, or --not-placed with --reason TEXT.")),
        }
    }

    /// `-` for a session that nobody knows.
    pub(super) fn placed(session: &str, reason: Option<String>) -> Result<Self, String> {
        let session = session.trim();
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
        match session {
            "-" => Ok(Self::Placed { session: None, reason }),
            // A word in the wrong place would claim a session that isn't one.
            _ if session.len() < 8 || session.len() > LONGEST_SESSION || !session.chars().all(fits) => {
                Err("a session is 32 hexadecimal digits, with or without dashes; write `-` if nobody knows it"
                    .to_owned())
            }
            _ => Ok(Self::Placed { session: Some(SessionId::from(session)), reason }),
        }
    }

    pub(super) fn not_placed(reason: &str) -> Result<Self, String> {
        match reason.trim() {
            "" => Err("whoever says that a phone did not ring must say how they know".to_owned()),
            reason => Ok(Self::NotPlaced { reason: reason.to_owned() }),
        }
    }

    pub(super) fn resolution(&self) -> Resolution<'_> {
        match self {
            Self::Placed { session, .. } => Resolution::Placed(session.as_ref()),
            Self::NotPlaced { .. } => Resolution::NotPlaced,
        }
    }

    /// For the ledger, which keeps no numbers.
    pub(super) fn reason(&self) -> String {
        match self {
            Self::Placed { reason, .. } => mask_text(reason.as_deref().unwrap_or("no reason given")),
            Self::NotPlaced { reason } => mask_text(reason),
        }
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Placed { session: Some(session), .. } => write!(f, "placed, session {session}"),
            Self::Placed { session: None, .. } => f.write_str("placed"),
            Self::NotPlaced { .. } => f.write_str("not placed: the next apply may place it"),
        }
    }
}

/// Looks at all decisions before the first one is written down.
pub(super) fn check(project: &Project, ledger: &Ledger, decisions: &[Decision]) -> Result<(), Failure> {
    let now = clock().now();
    let mut sessions = HashSet::new();
    for Decision { attempt, said } in decisions {
        let label = &attempt.label;
        match said {
            Said::Placed { session: Some(session), .. } => {
                if ledger.is_claimed(session, attempt.attempt)? || !sessions.insert(session.normalized()) {
                    return Err(refused(format!("the session that is given for `{label}` belongs to another call")));
                }
            }
            Said::Placed { session: None, .. } => {}
            Said::NotPlaced { .. } => {
                if let Err(until) = may_be_denied(project, attempt, now) {
                    let until = view::moment(until, None);
                    return Err(refused(format!(
                        "the provider may still take the request for `{label}` until {until}"
                    ))
                    .line("Say it after that, if it is still so."));
                }
            }
        }
    }
    Ok(())
}

fn refused(message: String) -> Failure {
    Failure::refused(message).line("Nothing was decided.")
}

fn usage(message: String) -> Failure {
    Failure::new(Exit::Usage, message)
}
