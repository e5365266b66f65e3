//! A new ledger in the place of one that is gone, in which everybody is unknown.
//!
//! The provider's records tell whose phone rang, not for which call: a session of March says nothing of the call of
//! April. So they decide nothing here; they sort the calls for the person who must.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use callform_ccc::SessionId;
use callform_spec::project::Project;
use jiff::{SignedDuration, Timestamp};

use super::scan::{Look, Seen, outbound_since, reach};
use super::{CareError, people};
use crate::clock::Clock;
use crate::identity::{LedgerKey, NumberId};
use crate::ledger::{Access, Candidate, Cause, Doubtful, LedgerError, Lineage, Phoned, PhonedCall, vacant};
use crate::random::Random;

/// Calls that are written at once.
const AT_ONCE: usize = 1000;
/// Less than as far back as records can be asked for: what is asked takes time.
const LESS: SignedDuration = SignedDuration::from_hours(1);

/// What is to be made anew.
pub struct Rebuilding<'a> {
    /// The project.
    pub project: &'a Project,
    /// Standard input, where a campaign reads it.
    pub stdin: Option<&'a [u8]>,
    /// Where the ledger belongs.
    pub access: Access<'a>,
    /// Where a server's ledger is prepared: a file's name, to which something is added.
    pub beside: &'a Path,
    /// `None`: the provider is not asked.
    pub look: Option<Look>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// A ledger that is ready; [`finish`](Self::finish) puts it in its place.
pub struct Rebuilt {
    candidate: Candidate,
    others: Vec<Phoned>,
    replaces: Option<Lineage>,
    /// Calls of the project, all of them unknown.
    pub calls: u64,
    /// Those among them to whose number the provider shows a call.
    pub phoned: u64,
    /// Why the records could not be read, if they could not: then nothing is known of anybody.
    pub trouble: Option<CareError>,
}

/// Whether nothing lies where the ledger belongs.
///
/// # Errors
/// [`LedgerError::Occupied`], and whatever keeps from looking.
pub fn must_be_lost(access: &Access<'_>) -> Result<(), LedgerError> {
    vacant(access)
}

/// How many calls the campaigns of the project have, so that a person can say whether that is right.
///
/// # Errors
/// [`CareError::Rows`]
pub fn count_calls(project: &Project, stdin: Option<&[u8]>, random: &mut dyn Random) -> Result<u64, CareError> {
    let mut count = 0;
    let any = LedgerKey::generate(random).map_err(LedgerError::from)?;
    people::each_row(project, stdin, &any, |_, _, _| {
        count += 1;
        Ok(())
    })?;
    Ok(count)
}

/// Prepares the new ledger.
///
/// # Errors
/// [`LedgerError::Occupied`] if there is one, [`CareError::Rows`] if somebody might be missed. That the provider does
/// not answer is none: see [`Rebuilt::trouble`].
pub async fn rebuild(rebuilding: Rebuilding<'_>, random: &mut dyn Random) -> Result<Rebuilt, CareError> {
    let Rebuilding { project, stdin, access, beside, look, clock } = rebuilding;
    let mut candidate = Candidate::fresh(&access, beside, &clock, random)?;
    let (seen, trouble) = match &look {
        None => (Vec::new(), None),
        Some(look) => match everybody(project, look).await {
            Ok(seen) => (seen, None),
            Err(error) => (Vec::new(), Some(error)),
        },
    };
    let key = candidate.ledger().key().clone();
    let mut by_number: HashMap<NumberId, Vec<SessionId>> = HashMap::new();
    for (seen, number) in seen.iter().filter_map(|seen| Some((seen, seen.callee()?))) {
        by_number.entry(key.number(&number)).or_default().push(seen.session.id.clone());
    }
    let (mut waiting, mut of_calls, mut phoned) = (Vec::new(), HashSet::new(), 0);
    let mut calls = 0;
    people::each_row(project, stdin, &key, |scope, row, id| {
        let number = key.number(&row.number);
        let sessions = by_number.get(&number).cloned().unwrap_or_default();
        calls += 1;
        if !sessions.is_empty() {
            phoned += 1;
            of_calls.insert(number);
        }
        waiting.push(Doubtful {
            call: PhonedCall {
                id: id.call,
                moved_from: id.moved_from,
                campaign: scope.name.clone(),
                key: row.key.clone(),
                fingerprint: id.fingerprint,
                agent: scope.digest,
            },
            number: row.number,
            environment: project.environment.clone(),
            account: scope.account.clone(),
            sessions,
        });
        if waiting.len() >= AT_ONCE {
            candidate.doubt(&waiting)?;
            waiting.clear();
        }
        Ok(())
    })?;
    candidate.doubt(&waiting)?;
    let others = others(project, &seen, &key, &of_calls, clock.now());
    Ok(Rebuilt { candidate, others, replaces: access.expected.cloned(), calls, phoned, trouble })
}

impl Rebuilt {
    /// The new lineage, for `callform.lock`.
    pub fn lineage(&self) -> &Lineage {
        self.candidate.ledger().lineage()
    }

    /// How many other numbers count as phoned.
    pub fn others(&self) -> u64 {
        self.others.len() as u64
    }

    /// Puts the ledger in its place.
    ///
    /// # Errors
    /// If it can't be written, or somebody made one meanwhile.
    pub fn finish(self) -> Result<(), LedgerError> {
        let cause = Cause::Rebuilt { calls: self.calls, replaces: self.replaces.as_ref() };
        self.candidate.accept(&self.others, cause).map(|_| ())
    }
}

/// Everybody whom the account phoned, as far back as records go.
async fn everybody(project: &Project, look: &Look) -> Result<Vec<Seen>, CareError> {
    let end = look.clock.now() + SignedDuration::try_from(look.record_lag).unwrap_or_default();
    outbound_since(project, look, reach(end) + LESS).await
}

/// Sessions with numbers that no call of the project is for: the numbers count as phoned.
fn others(
    project: &Project,
    seen: &[Seen],
    key: &LedgerKey,
    of_calls: &HashSet<NumberId>,
    now: Timestamp,
) -> Vec<Phoned> {
    let phoned = seen.iter().filter_map(|seen| {
        let number = seen.callee().filter(|number| !of_calls.contains(&key.number(number)))?;
        Some(Phoned {
            session: seen.session.id.clone(),
            number,
            started: seen.session.started.unwrap_or_else(|| now.as_second()),
            busy_until: now.as_millisecond(),
            environment: project.environment.clone(),
            account: project.account(),
            calls: Vec::new(),
        })
    });
    phoned.collect()
}
