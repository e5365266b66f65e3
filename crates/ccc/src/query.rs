//! Reading calls back: the sessions that go on, and the records of those that ended.
//!
//! Reading changes nothing, so a caller may repeat it. What is read may decide whether a person is phoned again, so
//! nothing is passed over: a row that can't be understood makes the whole page unreadable.

mod active;
mod cdr;
mod end_status;
mod page;
mod session;

pub use active::ActiveSessions;
pub use cdr::{TelCdr, TelCdrs};
pub use end_status::{END_STATUSES, EndStatus};
pub use page::{Page, QueryError};
pub use session::Session;

use serde::Serialize;

use crate::call::zeroizing_json;
use crate::client::{Client, PrepareError};

impl Client {
    /// `DescribePSTNActiveSessionList`: one page of the sessions that ring or talk. Signed at `timestamp` (Unix
    /// seconds).
    ///
    /// # Errors
    /// See [`QueryError`]; each may be asked again.
    pub async fn describe_pstn_active_session_list(
        &self,
        query: &ActiveSessions,
        timestamp: i64,
    ) -> Result<Page<Session>, QueryError> {
        self.query("DescribePSTNActiveSessionList", query, &[], timestamp, ("Total", "Sessions"), active::read).await
    }

    /// `DescribeTelCdr`: one page of the records of ended calls. Signed at `timestamp` (Unix seconds).
    ///
    /// # Errors
    /// See [`QueryError`]; each may be asked again.
    pub async fn describe_tel_cdr(&self, query: &TelCdrs, timestamp: i64) -> Result<Page<TelCdr>, QueryError> {
        let phones = &query.phones;
        self.query("DescribeTelCdr", query, phones, timestamp, ("TotalCount", "TelCdrList"), TelCdr::read).await
    }

    async fn query<T>(
        &self,
        action: &str,
        query: &impl Serialize,
        phones: &[String],
        timestamp: i64,
        members: (&str, &str),
        read: fn(&page::Row<'_>) -> Result<T, String>,
    ) -> Result<Page<T>, QueryError> {
        let cannot = |error: PrepareError| QueryError::Request(error.to_string());
        let body = zeroizing_json(query).map_err(|error| QueryError::Request(error.to_string()))?;
        let request = self.sign(action, body, timestamp).map_err(cannot)?;
        let mut sensitive = self.own_secrets();
        for phone in phones {
            sensitive.add_number(phone);
        }
        let response = self.exchange(request).await;
        response
            .map_err(|error| QueryError::Lost { reason: error.to_string() })
            .and_then(|response| Page::read(&response, members, read))
            .map_err(|error| error.map_text(|text| sensitive.scrub(text)))
    }
}
