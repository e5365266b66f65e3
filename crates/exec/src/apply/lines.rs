//! Waiting for a line: which conversations go on is asked of the provider, while all lines are taken.

use std::collections::HashSet;
use std::time::Duration;

use callform_spec::project::Project;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::Tools;
use crate::evidence::{Party, Sighting};
use crate::identity::NumberId;
use crate::ledger::{AttemptId, LedgerError, Talking};
use crate::resolve::Reader;

/// What the provider counts requests in.
const SECOND: Duration = Duration::from_secs(1);

/// Who is talking, as the provider shows it.
pub(super) struct Live {
    sessions: HashSet<String>,
    callees: HashSet<NumberId>,
    /// Some callees are hidden: an attempt without a session may be one of them.
    hidden: bool,
}

impl Live {
    fn of(sightings: &[Sighting]) -> Self {
        let callee = |sighting: &Sighting| match sighting.callee {
            Party::Number(number) => Some(number),
            Party::Protected | Party::Unreadable => None,
        };
        Self {
            sessions: sightings.iter().map(|sighting| sighting.session.normalized()).collect(),
            callees: sightings.iter().filter_map(callee).collect(),
            hidden: sightings.iter().any(|sighting| callee(sighting).is_none()),
        }
    }

    fn has(&self, talking: &Talking) -> bool {
        match &talking.session {
            Some(session) => self.sessions.contains(&session.normalized()),
            None => self.hidden || self.callees.contains(&talking.callee),
        }
    }
}

/// Asks now and then, one question at a time.
#[derive(Default)]
pub(super) struct LineWatch {
    asking: Option<JoinHandle<(Reader, Option<Live>)>>,
    /// From question to question, since it keeps the pace.
    reader: Option<Reader>,
    /// When the question that is under way was asked.
    asked: Option<(Instant, jiff::Timestamp)>,
}

impl LineWatch {
    /// Asks, unless it did a moment ago.
    pub(super) fn look(&mut self, tools: &Tools<'_>, project: &Project) {
        let too_soon = self.asked.is_some_and(|(at, _)| at.elapsed() < tools.options.look_every);
        if self.asking.is_some() || too_soon {
            return;
        }
        // Whoever looked something up right before this run has used up a part of this second.
        let pause = if self.asked.is_none() { SECOND.min(tools.options.look_every) } else { Duration::ZERO };
        self.asked = Some((Instant::now(), tools.clock.now()));
        let own = || Reader::of(project, tools.client.clone(), tools.clock.clone());
        let mut reader = self.reader.take().unwrap_or_else(own);
        let key = tools.ledger.key().clone();
        self.asking = Some(tokio::spawn(async move {
            tokio::time::sleep(pause).await;
            let live = reader.live(&key).await.ok();
            // A list that changed while it was read may miss somebody who is still talking.
            let live = live.filter(|live| live.complete).map(|live| Live::of(&live.sightings));
            (reader, live)
        }));
    }

    /// Waits for the answer; for ever, if nothing was asked.
    pub(super) async fn answer(&mut self) -> Option<Live> {
        match &mut self.asking {
            Some(asking) => {
                let answer = asking.await.ok();
                self.asking = None;
                let (reader, live) = answer?;
                self.reader = Some(reader);
                live
            }
            None => std::future::pending().await,
        }
    }

    /// Writes who is not talking any more.
    pub(super) fn note(&self, tools: &mut Tools<'_>, account: &str, live: &Live) -> Result<(), LedgerError> {
        let Some((_, asked)) = self.asked else { return Ok(()) };
        let settles = jiff::SignedDuration::try_from(tools.options.settles_within).unwrap_or_default();
        let taken_within = jiff::SignedDuration::try_from(tools.options.taken_within).unwrap_or_default();
        let over: Vec<AttemptId> = tools
            .ledger
            .talking(account)?
            .into_iter()
            .filter(|talking| !live.has(talking))
            .filter(|talking| {
                // A request whose answer was lost may only now arrive.
                let later = if talking.session.is_some() { jiff::SignedDuration::ZERO } else { taken_within };
                asked.duration_since(talking.since) > settles + later
            })
            .map(|talking| talking.attempt)
            .collect();
        if over.is_empty() { Ok(()) } else { tools.ledger.note_off_the_line(&over) }
    }
}

impl Drop for LineWatch {
    fn drop(&mut self) {
        if let Some(asking) = &self.asking {
            asking.abort();
        }
    }
}
