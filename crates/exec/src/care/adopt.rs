//! Taking a copy into use.

use callform_spec::project::Project;
use jiff::{SignedDuration, Timestamp};

use super::scan::{Look, Seen, furthest, outbound_since};
use super::{CareError, people};
use crate::evidence::{Fit, Sighting, fit};
use crate::ledger::{Candidate, Cause, Ledger, Lineage, Phoned, Position, Written};

/// How long a conversation that goes on is taken to last: longer than people talk.
const LONGEST_TALK: SignedDuration = SignedDuration::from_hours(1);

/// What is to be adopted.
pub struct Adoption<'a> {
    /// The project.
    pub project: &'a Project,
    /// The same in the other environments that phone through its account: the ledger has their calls, too.
    pub environments: &'a [&'a Project],
    /// Standard input, where a campaign reads it.
    pub stdin: Option<&'a [u8]>,
    /// The copy.
    pub candidate: Candidate,
    /// Why the records of other accounts that it knows need not be read.
    pub other_accounts: Option<&'a str>,
}

/// What was adopted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adopted {
    /// Which ledger it is.
    pub lineage: Lineage,
    /// How far it is now.
    pub position: Position,
    /// Up to when it knew by itself who was phoned.
    pub since: Timestamp,
    /// Sessions that it did not know.
    pub sessions: u64,
    /// Sessions that may be those of its own open attempts, which the usual look decides.
    pub left: u64,
    /// What was written of them.
    pub written: Written,
}

/// Asks the provider who was phoned since the copy's last event, writes them into it, and makes it the ledger.
///
/// # Errors
/// If that can't be told with certainty, or can't be written: then the copy is what it was.
pub async fn adopt(adoption: Adoption<'_>, look: &Look) -> Result<Adopted, CareError> {
    let Adoption { project, environments, stdin, candidate, other_accounts } = adoption;
    let ledger = candidate.ledger();
    let account = project.account();
    // In the emulator within this process nobody is phoned.
    let mut others = ledger.accounts()?;
    others.retain(|other| *other != account && !other.starts_with("emulator / "));
    if !others.is_empty() && other_accounts.is_none() {
        return Err(CareError::OtherAccounts(others));
    }
    // Never later than now; and no further back than records reach, as long as the copy itself is not older.
    let event = candidate.last_event().min(look.clock.now());
    let since = candidate.last_taken()?.min(event).max(event.min(furthest(look)));
    let seen = outbound_since(project, look, since).await?;
    let Strangers { mut phoned, left } = strangers(project, ledger, &seen, look.clock.now())?;
    // One after the other, as they began: what a call is asked for again comes after what it was asked for first.
    phoned.sort_by_key(|phoned| phoned.started);
    for project in [project].iter().chain(environments) {
        people::name_calls(project, stdin, ledger.key(), &mut phoned)?;
    }
    let sessions = phoned.len() as u64;
    let lineage = ledger.lineage().clone();
    let reason = other_accounts.filter(|_| !others.is_empty());
    let reason = reason.map(|reason| format!("not of {}: {reason}", others.join(", ")));
    let (written, position) = candidate.accept(&phoned, Cause::Adopted { without_records: reason.as_deref() })?;
    Ok(Adopted { lineage, position, since, sessions, left, written })
}

/// Makes the copy the ledger without asking: a person says that nobody was phoned since.
///
/// # Errors
/// If it can't be written: then the copy is what it was.
pub fn adopt_without_records(candidate: Candidate, reason: &str) -> Result<Adopted, CareError> {
    let (since, lineage) = (candidate.last_event(), candidate.ledger().lineage().clone());
    let (written, position) = candidate.accept(&[], Cause::Adopted { without_records: Some(reason) })?;
    Ok(Adopted { lineage, position, since, sessions: 0, left: 0, written })
}

/// Sessions that the ledger does not know.
#[derive(Default)]
pub(super) struct Strangers {
    pub(super) phoned: Vec<Phoned>,
    /// Those that may belong to open attempts.
    pub(super) left: u64,
}

/// Sorts sessions. Whether a person or a console's agent talked does not count here: somebody's phone rang.
pub(super) fn strangers(
    project: &Project,
    ledger: &Ledger,
    seen: &[Seen],
    now: Timestamp,
) -> Result<Strangers, CareError> {
    let account = project.account();
    let open = ledger.open_attempts(&account)?;
    let (mut strangers, mut hidden) = (Strangers::default(), 0);
    for seen in seen {
        if ledger.knows_session(&seen.session.id)? {
            continue;
        }
        let Some(number) = seen.callee() else {
            hidden += 1;
            continue;
        };
        let sighting = Sighting::of_active(&seen.session, ledger.key());
        if open.iter().any(|attempt| fit(attempt, &sighting) != Fit::Other) {
            strangers.left += 1;
            continue;
        }
        let busy_until = if seen.live { now.saturating_add(LONGEST_TALK).unwrap_or(now) } else { now };
        strangers.phoned.push(Phoned {
            session: seen.session.id.clone(),
            number,
            started: seen.session.started.unwrap_or_else(|| now.as_second()),
            busy_until: busy_until.as_millisecond(),
            environment: project.environment.clone(),
            account: account.clone(),
            calls: Vec::new(),
        });
    }
    if hidden > 0 { Err(CareError::Hidden { sessions: hidden }) } else { Ok(strangers) }
}
