//! A provider whose answers a test lays down, one after the other.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use callform_ccc::transport::{BoxFuture, HttpRequest, HttpResponse, Transport, TransportError};
use callform_ccc::{Client, ClientOptions, Credentials, Dialect, Endpoint};
use tokio::time::Instant;

use crate::support::number;

/// What the provider does with a request.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// A new session.
    Place,
    /// This session.
    Session(&'static str),
    /// An error with this code.
    Error(&'static str),
    /// The call is placed, the answer is lost.
    PlaceAndLose,
    /// Nothing leaves.
    NotSent,
    /// The call is placed, no answer ever comes.
    PlaceAndHang,
    /// First this time passes.
    After(Duration, Box<Act>),
}

/// Looks around when a request for this callee arrives.
type Check = Box<dyn Fn(&str) + Send + Sync>;

/// The provider.
pub(crate) struct Provider {
    acts: Mutex<VecDeque<Act>>,
    then: Act,
    pub(crate) placed: Mutex<Vec<String>>,
    pub(crate) requests: Mutex<Vec<(Instant, String)>>,
    /// The `X-TC-Timestamp` of each request.
    pub(crate) signed_at: Mutex<Vec<i64>>,
    check: Option<Check>,
}

impl Provider {
    /// Does these things one after the other, then the last one for ever.
    pub(crate) fn new(acts: impl IntoIterator<Item = Act>) -> Arc<Self> {
        Arc::new(Self::bare(acts))
    }

    /// And looks around whenever a request arrives; it is given the callee.
    pub(crate) fn checking(
        acts: impl IntoIterator<Item = Act>,
        check: impl Fn(&str) + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self { check: Some(Box::new(check)), ..Self::bare(acts) })
    }

    fn bare(acts: impl IntoIterator<Item = Act>) -> Self {
        let mut acts: VecDeque<Act> = acts.into_iter().collect();
        let then = acts.pop_back().unwrap_or(Act::Place);
        let (placed, requests, signed_at) = (Mutex::default(), Mutex::default(), Mutex::default());
        Self { acts: Mutex::new(acts), then, placed, requests, signed_at, check: None }
    }

    pub(crate) fn client(self: &Arc<Self>) -> Arc<Client> {
        let credentials = Credentials::new("made-up-id", "made-up-key", None).unwrap();
        let options = ClientOptions { timeout: Duration::from_secs(30), ..ClientOptions::default() };
        Arc::new(Client::new(Endpoint::new(Dialect::Intl), credentials, self.clone(), options))
    }

    /// How often each callee's phone rang.
    pub(crate) fn rang(&self, callee: usize) -> usize {
        let wire = number(callee).replace('+', "00");
        self.placed.lock().unwrap().iter().filter(|placed| **placed == wire).count()
    }

    pub(crate) fn most_rings(&self) -> usize {
        (0..1000).map(|n| self.rang(n)).max().unwrap()
    }

    pub(crate) fn requests(&self) -> usize {
        self.requests.lock().unwrap().len()
    }

    async fn act(&self, mut act: Act, callee: String) -> Result<HttpResponse, TransportError> {
        while let Act::After(time, then) = act {
            tokio::time::sleep(time).await;
            act = *then;
        }
        let place = || {
            let mut placed = self.placed.lock().unwrap();
            placed.push(callee.clone());
            // Unique among all providers of a test.
            static SESSIONS: AtomicU64 = AtomicU64::new(1);
            format!("5e55{:028x}", SESSIONS.fetch_add(1, Ordering::Relaxed))
        };
        let lost = || TransportError::MaybeSent { reason: "connection reset".into() };
        let body = match act {
            Act::Place => format!(r#"{{"Response":{{"SessionId":"{}","RequestId":"r"}}}}"#, place()),
            Act::Session(id) => {
                place();
                format!(r#"{{"Response":{{"SessionId":"{id}","RequestId":"r"}}}}"#)
            }
            Act::Error(code) => {
                format!(r#"{{"Response":{{"Error":{{"Code":"{code}","Message":"about {callee}"}},"RequestId":"r"}}}}"#)
            }
            Act::PlaceAndLose => {
                place();
                return Err(lost());
            }
            Act::NotSent => return Err(TransportError::NotSent { reason: "connection refused".into() }),
            Act::PlaceAndHang => {
                place();
                std::future::pending::<()>().await;
                return Err(lost());
            }
            Act::After(..) => unreachable!("unwrapped above"),
        };
        Ok(HttpResponse { status: 200, headers: vec![], body: body.into_bytes() })
    }
}

impl Transport for Provider {
    fn send(&self, request: HttpRequest, timeout: Duration) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
            let callee = body["Callee"].as_str().unwrap().to_owned();
            self.requests.lock().unwrap().push((Instant::now(), callee.clone()));
            let stamp = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("X-TC-Timestamp")).unwrap();
            self.signed_at.lock().unwrap().push(stamp.1.parse().unwrap());
            if let Some(check) = &self.check {
                check(&callee);
            }
            let act = self.acts.lock().unwrap().pop_front().unwrap_or_else(|| self.then.clone());
            match tokio::time::timeout(timeout, self.act(act, callee)).await {
                Ok(answer) => answer,
                Err(_) => Err(TransportError::MaybeSent { reason: "no answer in time".into() }),
            }
        })
    }
}
