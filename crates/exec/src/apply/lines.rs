//! Waiting for a line: which conversations go on is asked of the provider, while all lines are taken.

use std::collections::HashSet;
use std::time::Duration;

use callform_ccc::SessionId;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::Tools;
use crate::ledger::{AttemptId, LedgerError};
use crate::resolve::Reader;

/// Asks now and then, one question at a time.
#[derive(Default)]
pub(super) struct LineWatch {
    asking: Option<JoinHandle<Option<HashSet<String>>>>,
    /// When the question that is under way was asked.
    asked: Option<(Instant, jiff::Timestamp)>,
}

impl LineWatch {
    /// Asks, unless it did a moment ago.
    pub(super) fn look(&mut self, tools: &Tools<'_>, sdk_app_id: i64) {
        let too_soon = self.asked.is_some_and(|(at, _)| at.elapsed() < tools.options.look_every);
        if self.asking.is_some() || too_soon {
            return;
        }
        self.asked = Some((Instant::now(), tools.clock.now()));
        let mut reader = Reader::new(tools.client.clone(), tools.clock.clone(), sdk_app_id, tools.options.per_second);
        self.asking = Some(tokio::spawn(async move {
            let (live, complete) = reader.live_sessions().await.ok()?;
            // A list that changed while it was read may miss somebody who is still talking.
            complete.then(|| live.iter().map(SessionId::normalized).collect())
        }));
    }

    /// Waits for the answer; for ever, if nothing was asked.
    pub(super) async fn answer(&mut self) -> Option<HashSet<String>> {
        match &mut self.asking {
            Some(asking) => {
                let live = asking.await.ok().flatten();
                self.asking = None;
                live
            }
            None => std::future::pending().await,
        }
    }

    /// Writes who is not talking any more. How many lines that frees.
    pub(super) fn note(
        &self,
        tools: &mut Tools<'_>,
        account: &str,
        live: &HashSet<String>,
    ) -> Result<usize, LedgerError> {
        let Some((_, asked)) = self.asked else { return Ok(0) };
        let settles = jiff::SignedDuration::try_from(tools.options.settles_within).unwrap_or_default();
        let over: Vec<AttemptId> = tools
            .ledger
            .talking(account)?
            .into_iter()
            .filter(|talking| !live.contains(&talking.session.normalized()))
            .filter(|talking| asked.duration_since(talking.since) > settles)
            .map(|talking| talking.attempt)
            .collect();
        if !over.is_empty() {
            tools.ledger.note_over(&over)?;
        }
        Ok(over.len())
    }
}

impl Drop for LineWatch {
    fn drop(&mut self) {
        if let Some(asking) = &self.asking {
            asking.abort();
        }
    }
}

/// How long to wait before a line is asked for again.
pub(super) const ASK_AGAIN: Duration = Duration::from_secs(1);
