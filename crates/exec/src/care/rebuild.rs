//! A new ledger in the place of one that is gone, in which everybody is unknown.
//!
//! The provider's records tell whose phone rang, not for which call: a session of March says nothing of the call of
//! April. So they decide nothing here; they sort the calls for the person who must.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use callform_ccc::SessionId;
use callform_spec::phone::PhoneNumber;
use callform_spec::project::Project;
use jiff::Timestamp;

use super::scan::{Look, Seen, furthest, outbound_since};
use super::{CareError, people};
use crate::clock::Clock;
use crate::identity::{LedgerKey, NumberId};
use crate::ledger::{Access, Candidate, Cause, Doubtful, LedgerError, Lineage, Phoned, vacant};
use crate::random::Random;

/// Calls that are written at once.
const AT_ONCE: usize = 1000;

/// One environment of a ledger that is made anew.
pub struct Part<'a> {
    /// The project in that environment.
    pub project: &'a Project,
    /// `None`: the provider is not asked.
    pub look: Option<Look>,
}

/// What is to be made anew.
pub struct Rebuilding<'a> {
    /// The project, in all environments whose ledger it was. The first one's is where the ledger belongs.
    pub parts: &'a [Part<'a>],
    /// Standard input, where a campaign reads it.
    pub stdin: Option<&'a [u8]>,
    /// Where the ledger belongs.
    pub access: Access<'a>,
    /// Where a server's ledger is prepared: a file's name, to which something is added.
    pub beside: &'a Path,
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
    let Rebuilding { parts, stdin, access, beside, clock } = rebuilding;
    let mut candidate = Candidate::fresh(&access, beside, &clock, random)?;
    let key = candidate.ledger().key().clone();
    let (accounts, trouble) = accounts(parts, &key).await;
    let (mut waiting, mut of_calls) = (Vec::new(), HashSet::new());
    let (mut calls, mut phoned) = (0, 0);
    for Part { project, .. } in parts {
        let shown = accounts.get(&project.account());
        people::each_row(project, stdin, &key, |scope, row, id| {
            let number = key.number(&row.number);
            let sessions = shown.and_then(|shown| shown.sessions.get(&number)).cloned().unwrap_or_default();
            calls += 1;
            if !sessions.is_empty() {
                phoned += 1;
                of_calls.insert((scope.account.clone(), number));
            }
            waiting.push(Doubtful {
                call: people::call_of(project, scope, row, &id),
                number: row.number,
                account: scope.account.clone(),
                sessions,
            });
            if waiting.len() >= AT_ONCE {
                candidate.doubt(&waiting)?;
                waiting.clear();
            }
            Ok(())
        })?;
    }
    candidate.doubt(&waiting)?;
    let others = accounts.iter().flat_map(|(account, shown)| {
        let of_no_call = |number: &PhoneNumber| !of_calls.contains(&(account.clone(), key.number(number)));
        others(&shown.environment, account, &shown.seen, of_no_call, clock.now())
    });
    let others = others.collect();
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

/// Whom an account phoned.
struct Shown {
    /// The environment in which it was asked.
    environment: String,
    seen: Vec<Seen>,
    sessions: HashMap<NumberId, Vec<SessionId>>,
}

/// Everybody whom the accounts phoned, as far back as records go; and why that can't be told of one, if it can't.
async fn accounts(parts: &[Part<'_>], key: &LedgerKey) -> (BTreeMap<String, Shown>, Option<CareError>) {
    let (mut accounts, mut trouble) = (BTreeMap::new(), None);
    for Part { project, look } in parts {
        let account = project.account();
        let Some(look) = look.as_ref().filter(|_| !accounts.contains_key(&account)) else { continue };
        let seen = outbound_since(project, look, furthest(look)).await.unwrap_or_else(|error| {
            trouble = Some(error);
            Vec::new()
        });
        let mut sessions: HashMap<NumberId, Vec<SessionId>> = HashMap::new();
        for (seen, number) in seen.iter().filter_map(|seen| Some((seen, seen.callee()?))) {
            sessions.entry(key.number(&number)).or_default().push(seen.session.id.clone());
        }
        accounts.insert(account, Shown { environment: project.environment.clone(), seen, sessions });
    }
    (accounts, trouble)
}

/// Sessions with numbers that no call of the project is for: the numbers count as phoned.
fn others(
    environment: &str,
    account: &str,
    seen: &[Seen],
    of_no_call: impl Fn(&PhoneNumber) -> bool,
    now: Timestamp,
) -> Vec<Phoned> {
    let phoned = seen.iter().filter_map(|seen| {
        let number = seen.callee().filter(&of_no_call)?;
        Some(Phoned {
            session: seen.session.id.clone(),
            number,
            started: seen.session.started.unwrap_or_else(|| now.as_second()),
            busy_until: now.as_millisecond(),
            environment: environment.to_owned(),
            account: account.to_owned(),
            calls: Vec::new(),
        })
    });
    phoned.collect()
}
