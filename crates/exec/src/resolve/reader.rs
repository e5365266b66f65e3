//! Asking for sessions and records, page by page, until all were seen or it is known that some were not.

use std::sync::Arc;
use std::time::Duration;

use callform_ccc::error::Class;
use callform_ccc::query::{ActiveSessions, Page, QueryError, TelCdr, TelCdrs};
use callform_ccc::{Client, SessionId};
use callform_spec::phone::PhoneNumber;

use crate::clock::Clock;
use crate::evidence::Sighting;
use crate::identity::LedgerKey;
use crate::pace::Pace;

/// How often a question is asked in all, when no answer comes.
const TRIES: u32 = 4;
/// The first wait between them; each is twice the one before.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// How often a list that changes while it is read is read in all.
const READINGS: u32 = 3;
/// Longer lists are not read to their end: they count as incomplete.
const MOST_PAGES: u64 = 1000;

/// What a list showed.
#[derive(Debug, Clone, Default)]
pub(super) struct Records {
    pub(super) sightings: Vec<Sighting>,
    /// The counts on all pages agreed with each other and with the rows, and no row came twice.
    pub(super) complete: bool,
}

pub(super) struct Reader {
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
    pub(super) fn new(client: Arc<Client>, clock: Arc<dyn Clock>, sdk_app_id: i64, per_second: u32) -> Self {
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

    /// All sessions that go on.
    pub(super) async fn live(&mut self, key: &LedgerKey) -> Result<Records, QueryError> {
        let mut last = List { rows: Vec::new(), complete: false };
        for _ in 0..READINGS {
            let mut list = Gathering::default();
            while let Some(offset) = list.next() {
                let query = ActiveSessions { sdk_app_id: self.sdk_app_id, offset, limit: ActiveSessions::MAX_LIMIT };
                let client = self.client.clone();
                let page = self
                    .ask(|timestamp| {
                        let (client, query) = (client.clone(), query.clone());
                        async move { client.describe_pstn_active_session_list(&query, timestamp).await }
                    })
                    .await?;
                list.add(page, |session| session.session_id.clone());
            }
            last = list.end();
            if last.complete {
                break;
            }
        }
        let sightings = last.rows.iter().map(|session| Sighting::of_active(session, key)).collect();
        Ok(Records { sightings, complete: last.complete })
    }

    /// The records of calls with this number, which is in the API's form.
    pub(super) async fn records_of(
        &mut self,
        number: &str,
        span: (i64, i64),
        key: &LedgerKey,
    ) -> Result<Records, QueryError> {
        let list = self.records(vec![number.to_owned()], Vec::new(), span).await?;
        let sightings = list.rows.iter().map(|record| Sighting::of_record(record, key)).collect();
        Ok(Records { sightings, complete: list.complete })
    }

    /// The callees of these sessions, as far as their records show them.
    pub(super) async fn numbers_of(
        &mut self,
        sessions: &[SessionId],
        span: (i64, i64),
    ) -> Result<Vec<(SessionId, PhoneNumber)>, QueryError> {
        // `CreateAICall` writes no dashes and the records do; which form the filter takes is not documented.
        let both = sessions.iter().flat_map(|session| [dashed(session), Some(session.clone())]).flatten().collect();
        let list = self.records(Vec::new(), both, span).await?;
        let named = list
            .rows
            .into_iter()
            .filter_map(|record| Some((record.session_id, PhoneNumber::parse(record.callee.as_deref()?).ok()?)));
        Ok(named.collect())
    }

    async fn records(
        &mut self,
        phones: Vec<String>,
        session_ids: Vec<SessionId>,
        (from, to): (i64, i64),
    ) -> Result<List<TelCdr>, QueryError> {
        let mut last = List { rows: Vec::new(), complete: false };
        for _ in 0..READINGS {
            let mut list = Gathering::default();
            while let Some(offset) = list.next() {
                let query = TelCdrs {
                    sdk_app_id: self.sdk_app_id,
                    from,
                    to,
                    phones: phones.clone(),
                    session_ids: session_ids.clone(),
                    page_number: offset / TelCdrs::MAX_PAGE_SIZE,
                    page_size: TelCdrs::MAX_PAGE_SIZE,
                };
                let client = self.client.clone();
                let page = self
                    .ask(|timestamp| {
                        let (client, query) = (client.clone(), query.clone());
                        async move { client.describe_tel_cdr(&query, timestamp).await }
                    })
                    .await?;
                // A full page is followed by another one; a short one that is not the last is a missed row.
                list.add_paged(page, TelCdrs::MAX_PAGE_SIZE, |record| record.session_id.clone());
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
    seen: Vec<SessionId>,
    /// Of the first page.
    total: Option<u64>,
    agreed: bool,
    pages: u64,
    ended: bool,
}

impl<T> Default for Gathering<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), seen: Vec::new(), total: None, agreed: true, pages: 0, ended: false }
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

    fn add(&mut self, page: Page<T>, id: impl Fn(&T) -> SessionId) {
        self.pages += 1;
        self.agreed &= *self.total.get_or_insert(page.total) == page.total;
        self.ended = page.rows.is_empty();
        for row in page.rows {
            let id = id(&row);
            // A row that comes again pushed another one out of sight.
            self.agreed &= !self.seen.contains(&id);
            self.seen.push(id);
            self.rows.push(row);
        }
    }

    fn add_paged(&mut self, page: Page<T>, size: u64, id: impl Fn(&T) -> SessionId) {
        let short = (page.rows.len() as u64) < size;
        self.add(page, id);
        self.ended |= short;
    }

    fn end(self) -> List<T> {
        let complete = self.agreed && self.total == Some(self.count());
        List { rows: self.rows, complete }
    }
}

#[cfg(test)]
#[path = "reader/tests.rs"]
mod tests;
