//! Asking for sessions and records, page by page, until all were seen or it is known that some were not.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use callform_ccc::error::Class;
use callform_ccc::query::{ActiveSessions, Page, QueryError, Session, TelCdr, TelCdrs};
use callform_ccc::{Client, SessionId};
use callform_spec::phone::PhoneNumber;
use callform_spec::project::Project;

use crate::clock::Clock;
use crate::evidence::Sighting;
use crate::identity::LedgerKey;
use crate::pace::Pace;
use crate::plan::DEFAULT_PER_SECOND;

/// How often a question is asked in all, when no answer comes.
const TRIES: u32 = 4;
/// The first wait between them; each is twice the one before.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// How often a list that changes while it is read is read in all.
const READINGS: u32 = 3;
/// Longer lists are not read to their end: they count as incomplete.
const MOST_PAGES: u64 = 1000;
/// How many sessions one question names. The API says of no ceiling; in both forms these are as many as a page has rows,
/// the largest number that it documents for anything, so their records fit one page.
const SESSIONS_AT_ONCE: usize = 50;

/// What a list showed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Records {
    pub(crate) sightings: Vec<Sighting>,
    /// The counts on all pages agreed with each other and with the rows, and no row came on two of them.
    pub(crate) complete: bool,
}

/// Asks for sessions and records, at the account's pace, again where no answer comes.
pub struct Reader {
    client: Arc<Client>,
    clock: Arc<dyn Clock>,
    sdk_app_id: i64,
    pace: Pace,
    skew: Option<Duration>,
    server_date: Option<i64>,
}

/// Rows of a list, with the count that each page gave.
struct List<T> {
    rows: Vec<T>,
    complete: bool,
}

impl Reader {
    /// Of a project's application, as fast as the project says.
    #[must_use]
    pub fn of(project: &Project, client: Arc<Client>, clock: Arc<dyn Clock>) -> Self {
        let per_second = project.provider.requests_per_second.unwrap_or(DEFAULT_PER_SECOND);
        let sdk_app_id = i64::try_from(project.sdk_app_id).unwrap_or(i64::MAX);
        Self::new(client, clock, sdk_app_id, per_second)
    }

    /// Of an application; at most so many questions in any second.
    #[must_use]
    pub fn new(client: Arc<Client>, clock: Arc<dyn Clock>, sdk_app_id: i64, per_second: u32) -> Self {
        Self { client, clock, sdk_app_id, pace: Pace::new(per_second), skew: None, server_date: None }
    }

    /// How far the server's clock was from ours, at the most; `None` if no answer told.
    pub(super) fn skew(&self) -> Option<Duration> {
        self.skew
    }

    /// The server's clock at its last answer.
    pub(super) fn server_date(&self) -> Option<i64> {
        self.server_date
    }

    /// All sessions that go on, and whether all of them were seen.
    ///
    /// # Errors
    /// If the provider does not answer, or not with such a list.
    pub async fn live_sessions(&mut self) -> Result<(Vec<SessionId>, bool), QueryError> {
        let list = self.active().await?;
        Ok((list.rows.into_iter().map(|session| session.id).collect(), list.complete))
    }

    /// The records of these sessions that began within a span, and whether all of those were seen. A session may have
    /// no record yet, and more than one.
    ///
    /// `span` is in Unix seconds, both included; [`TelCdrs::MAX_SPAN`] and [`TelCdrs::MAX_AGE`] bound it.
    ///
    /// # Errors
    /// If the provider does not answer, or not with such a list; what it answered before is lost then.
    pub async fn records_of_sessions(
        &mut self,
        sessions: &[SessionId],
        span: (i64, i64),
    ) -> Result<(Vec<TelCdr>, bool), QueryError> {
        let (mut records, mut complete) = (Vec::new(), true);
        for batch in sessions.chunks(SESSIONS_AT_ONCE) {
            let list = self.records(Vec::new(), batch.iter().flat_map(both_forms).collect(), span).await?;
            complete &= list.complete;
            // A filter that is not understood may be passed over.
            records.extend(list.rows.into_iter().filter(|record| batch.contains(&record.session.id)));
        }
        Ok((records, complete))
    }

    /// All sessions that go on, as they are shown, and whether all of them were seen.
    pub(crate) async fn sessions(&mut self) -> Result<(Vec<Session>, bool), QueryError> {
        let list = self.active().await?;
        Ok((list.rows, list.complete))
    }

    /// The records of everybody within a span, and whether all of them were seen.
    pub(crate) async fn all_records(&mut self, span: (i64, i64)) -> Result<(Vec<TelCdr>, bool), QueryError> {
        let list = self.records(Vec::new(), Vec::new(), span).await?;
        Ok((list.rows, list.complete))
    }

    pub(crate) async fn live(&mut self, key: &LedgerKey) -> Result<Records, QueryError> {
        let list = self.active().await?;
        let sightings = list.rows.iter().map(|session| Sighting::of_active(session, key)).collect();
        Ok(Records { sightings, complete: list.complete })
    }

    /// The records of calls with this number, in whichever form they have it.
    pub(super) async fn records_of(
        &mut self,
        number: &PhoneNumber,
        span: (i64, i64),
        key: &LedgerKey,
    ) -> Result<Records, QueryError> {
        let list = self.records(number.record_forms(), Vec::new(), span).await?;
        let sightings = list.rows.iter().map(|record| Sighting::of_record(record, key)).collect();
        Ok(Records { sightings, complete: list.complete })
    }

    /// The callees of these sessions, as far as their records show them.
    pub(super) async fn numbers_of(
        &mut self,
        sessions: &[SessionId],
        span: (i64, i64),
    ) -> Result<Vec<(SessionId, PhoneNumber)>, QueryError> {
        let (records, _) = self.records_of_sessions(sessions, span).await?;
        let named = records.into_iter().map(|record| record.session).filter_map(|session| {
            let callee = PhoneNumber::parse(session.callee.as_deref()?).ok()?;
            Some((session.id, callee))
        });
        Ok(named.collect())
    }

    async fn active(&mut self) -> Result<List<Session>, QueryError> {
        let (client, sdk_app_id) = (self.client.clone(), self.sdk_app_id);
        let page = |offset, timestamp| {
            let client = client.clone();
            let query = ActiveSessions { sdk_app_id, offset, limit: ActiveSessions::MAX_LIMIT };
            async move { client.describe_pstn_active_session_list(&query, timestamp).await }
        };
        self.list(None, |session| &session.id, page).await
    }

    async fn records(
        &mut self,
        phones: Vec<String>,
        session_ids: Vec<SessionId>,
        (from, to): (i64, i64),
    ) -> Result<List<TelCdr>, QueryError> {
        let (client, sdk_app_id, page_size) = (self.client.clone(), self.sdk_app_id, TelCdrs::MAX_PAGE_SIZE);
        let query = TelCdrs { sdk_app_id, from, to, phones, session_ids, page_number: 0, page_size };
        let page = |offset, timestamp| {
            let client = client.clone();
            let query = TelCdrs { page_number: offset / page_size, ..query.clone() };
            async move { client.describe_tel_cdr(&query, timestamp).await }
        };
        // A full page is followed by another one; a short one that is not the last is a missed row.
        self.list(Some(page_size), |record| &record.session.id, page).await
    }

    /// Reads a list to its end, again if it changed meanwhile. `page` asks for what follows so many rows, at a time;
    /// `size` is that of a full page, where pages and not rows are passed over.
    async fn list<T, F: Future<Output = Result<Page<T>, QueryError>>>(
        &mut self,
        size: Option<u64>,
        id: fn(&T) -> &SessionId,
        page: impl Fn(u64, i64) -> F,
    ) -> Result<List<T>, QueryError> {
        let mut last = List { rows: Vec::new(), complete: false };
        for _ in 0..READINGS {
            let mut list = Gathering::default();
            while let Some(offset) = list.next() {
                let answer = self.ask(|timestamp| page(offset, timestamp)).await?;
                list.add(answer, size, id);
            }
            last = list.end();
            if last.complete {
                break;
            }
        }
        Ok(last)
    }

    /// Asks at the account's pace, again where no answer came. Reading changes nothing.
    async fn ask<T, F: Future<Output = Result<Page<T>, QueryError>>>(
        &mut self,
        question: impl Fn(i64) -> F,
    ) -> Result<Page<T>, QueryError> {
        let mut wait = FIRST_WAIT;
        let mut tries = 1;
        loop {
            self.pace.ready().await;
            if !self.pace.take() {
                continue;
            }
            let answer = question(self.clock.now().as_second()).await;
            match answer {
                Ok(page) => {
                    if let Some(date) = page.server_date {
                        let apart = Duration::from_secs(self.clock.now().as_second().abs_diff(date));
                        self.skew = Some(self.skew.map_or(apart, |skew| skew.max(apart)));
                        self.server_date = Some(date);
                    }
                    return Ok(page);
                }
                Err(error) if tries < TRIES && may_pass(&error) => {
                    tries += 1;
                    self.pace.push_back(wait);
                    wait *= 2;
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// Whether asking again may help.
fn may_pass(error: &QueryError) -> bool {
    match error {
        QueryError::Lost { .. } | QueryError::Unreadable(_) => true,
        QueryError::Refused { class, .. } => {
            matches!(class.class, Class::Rate | Class::LaterSeconds | Class::Later | Class::Ambiguous)
        }
        QueryError::Request(_) => false,
    }
}

/// A session without and with dashes: `CreateAICall` writes none and the records do, and which form the filter takes is
/// not documented. One that is no UUID as it was received.
fn both_forms(session: &SessionId) -> Vec<SessionId> {
    match dashed(session) {
        Some(dashed) => vec![dashed, SessionId::new(session.normalized())],
        None => vec![session.clone()],
    }
}

/// The 8-4-4-4-12 form of 32 hexadecimal digits.
fn dashed(session: &SessionId) -> Option<SessionId> {
    let id = session.normalized();
    if id.len() != 32 || !id.is_ascii() {
        return None;
    }
    Some(SessionId::new([&id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]].join("-")))
}

/// Pages, put together.
struct Gathering<T> {
    rows: Vec<T>,
    seen: HashSet<SessionId>,
    /// Of the first page.
    total: Option<u64>,
    agreed: bool,
    pages: u64,
    ended: bool,
}

impl<T> Default for Gathering<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), seen: HashSet::new(), total: None, agreed: true, pages: 0, ended: false }
    }
}

impl<T> Gathering<T> {
    /// How many rows to pass over for the next page; `None` after the last one.
    fn next(&self) -> Option<u64> {
        if self.ended || self.pages >= MOST_PAGES {
            return None;
        }
        match self.total {
            None => Some(0),
            Some(total) => (self.count() < total).then_some(self.count()),
        }
    }

    fn count(&self) -> u64 {
        self.rows.len() as u64
    }

    /// `size`: see [`Reader::list`].
    fn add(&mut self, page: Page<T>, size: Option<u64>, id: fn(&T) -> &SessionId) {
        let rows = page.rows.len() as u64;
        self.pages += 1;
        self.agreed &= *self.total.get_or_insert(page.total) == page.total;
        self.ended = rows == 0 || size.is_some_and(|size| rows < size);
        // A row that comes again on another page pushed one out of sight. On one page a session has two rows.
        self.agreed &= !page.rows.iter().any(|row| self.seen.contains(id(row)));
        self.seen.extend(page.rows.iter().map(|row| id(row).clone()));
        self.rows.extend(page.rows);
    }

    fn end(self) -> List<T> {
        let complete = self.agreed && self.total == Some(self.count());
        List { rows: self.rows, complete }
    }
}

#[cfg(test)]
#[path = "reader/tests.rs"]
mod tests;
