//! Reading back how sessions ended.

use std::collections::HashMap;

use callform_ccc::SessionId;
use callform_ccc::query::{QueryError, TelCdr, TelCdrs};
use callform_spec::project::Project;

use super::Tools;
use crate::evidence::Times;
use crate::ledger::{AttemptId, LedgerError, WithoutOutcome};
use crate::outcome::FinalRecord;

/// Sessions that are taken from the ledger at once.
const AT_ONCE: u32 = 500;

/// What reading back came to.
#[derive(Debug, Clone, Default)]
pub struct ReadBack {
    /// Sessions that were asked for.
    pub asked: u64,
    /// Ends that are new.
    pub ended: u64,
    /// Of those, ends of sessions whose records contradict each other: a person is to look.
    pub contradicting: u64,
    /// Ends that were not taken, since not all records were seen: they would let somebody be phoned again.
    pub unsure: u64,
    /// Why not all were asked for, if they weren't.
    pub trouble: Option<QueryError>,
}

/// Reads the records of the account's sessions whose end is not known, and writes it down. Where there is none, nothing
/// is asked. Sessions that the provider's records don't reach back to are left alone.
///
/// A provider that does not answer is no error: the report says so, and what was written before stays.
///
/// # Errors
/// If the ledger can't be read or written.
pub async fn read_back(project: &Project, tools: Tools<'_>) -> Result<ReadBack, LedgerError> {
    let account = project.account();
    let mut report = ReadBack::default();
    let mut after: Option<AttemptId> = None;
    loop {
        let some = tools.ledger.without_outcome(&account, after, AT_ONCE)?;
        let Some(last) = some.last() else { return Ok(report) };
        after = Some(last.attempt);
        let now = tools.clock.now().as_second();
        let sought: Vec<&WithoutOutcome> =
            some.iter().filter(|one| Times::window(one.timestamp).0 > now - TelCdrs::MAX_AGE + 60).collect();
        let Some(first) = sought.iter().map(|one| one.timestamp).min() else { continue };
        let sessions: Vec<SessionId> = sought.iter().map(|one| one.session.clone()).collect();
        report.asked += sessions.len() as u64;
        // From the first one's on, up to now: it is not documented whether a record counts by its start or its end.
        let from = Times::window(first).0;
        let span = (from, now.max(from).min(from + TelCdrs::MAX_SPAN - 1));
        let (records, complete) = match tools.reader.records_of_sessions(&sessions, span).await {
            Ok(read) => read,
            Err(trouble) => {
                report.trouble = Some(trouble);
                return Ok(report);
            }
        };
        let mut of_session: HashMap<&SessionId, Vec<&TelCdr>> = HashMap::new();
        for record in &records {
            of_session.entry(&record.session.id).or_default().push(record);
        }
        let mut ends: Vec<(AttemptId, FinalRecord)> = Vec::new();
        for one in sought {
            let Some(end) = of_session.get(&one.session).and_then(|records| FinalRecord::of_all(records)) else {
                continue;
            };
            // A record that was not seen may say that somebody talked.
            if !complete && end.outcome.retry_class().is_some() {
                report.unsure += 1;
                continue;
            }
            report.contradicting += u64::from(end.contradiction.is_some());
            ends.push((one.attempt, end));
        }
        if !ends.is_empty() {
            report.ended += tools.ledger.record_outcomes(&ends)?;
        }
    }
}
