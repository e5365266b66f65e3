//! Sessions read back by their ids: every form of the filter, lists longer than a page, and answers that change meanwhile.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use callform_ccc::query::{QueryError, TelCdr};
use callform_ccc::transport::{BoxFuture, HttpRequest, HttpResponse, Transport, TransportError};
use callform_ccc::{Client, ClientOptions, Credentials, Dialect, Endpoint, Secret, SessionId};
use callform_exec::outcome::{FinalRecord, Outcome};
use callform_exec::resolve::Reader;
use serde_json::{Value, json};

use crate::support::TestClock;

/// How the provider reads `SessionIds`; its documentation does not say.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Filter {
    Dashed,
    Plain,
    Either,
    /// It is passed over: all records are shown.
    None,
}

/// A provider that has one record and one live session for each of so many ids.
struct Records {
    ids: Vec<String>,
    filter: Filter,
    /// What each question by session named.
    asked: Mutex<Vec<Vec<String>>>,
    /// Changes an answer.
    change: Box<dyn Fn(&mut Value) + Send + Sync>,
}

/// As the queries write it.
fn dashed(n: usize) -> String {
    format!("00000000-0000-4000-8000-{n:012}")
}

/// As `CreateAICall` writes it.
fn plain(n: usize) -> SessionId {
    SessionId::from(dashed(n).replace('-', ""))
}

impl Records {
    fn shows(&self, id: &str, wanted: &[String]) -> bool {
        let has = |form: &str| wanted.iter().any(|wanted| wanted == form);
        match self.filter {
            Filter::Dashed => has(id),
            Filter::Plain => has(&id.replace('-', "")),
            Filter::Either => has(id) || has(&id.replace('-', "")),
            Filter::None => true,
        }
    }

    fn answer(&self, action: &str, query: &Value) -> Value {
        let page = |skip: &Value, size: &Value, rows: Vec<Value>| {
            let (skip, size) = (skip.as_u64().unwrap() as usize, size.as_u64().unwrap() as usize);
            (rows.len(), rows.into_iter().skip(skip).take(size).collect::<Vec<_>>())
        };
        if action == "DescribePSTNActiveSessionList" {
            let rows = self.ids.iter().map(|id| json!({ "SessionID": id, "Direction": 1 })).collect();
            let (total, rows) = page(&query["Offset"], &query["Limit"], rows);
            return json!({ "Total": total, "Sessions": rows });
        }
        let wanted: Vec<String> = serde_json::from_value(query["SessionIds"].clone()).unwrap();
        let rows = self.ids.iter().filter(|id| self.shows(id, &wanted)).map(
            |id| json!({ "SessionId": id, "Direction": 1, "EndStatus": 202, "StartTimestamp": 100, "EndedTimestamp": 130 }),
        );
        let size = &query["PageSize"];
        let skip = query["PageNumber"].as_u64().unwrap() * size.as_u64().unwrap();
        let (total, rows) = page(&json!(skip), size, rows.collect());
        self.asked.lock().unwrap().push(wanted);
        json!({ "TotalCount": total, "TelCdrList": rows })
    }
}

impl Transport for Records {
    fn send(&self, request: HttpRequest, _: Duration) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        let query: Value = serde_json::from_slice(&request.body).unwrap();
        let mut answer = self.answer(request.header("X-TC-Action").unwrap(), &query);
        (self.change)(&mut answer);
        let body = json!({ "Response": answer }).to_string().into_bytes();
        Box::pin(async { Ok(HttpResponse { status: 200, headers: Vec::new(), body }) })
    }
}

fn provider(sessions: usize, filter: Filter) -> Records {
    let ids = (0..sessions).map(dashed).collect();
    Records { ids, filter, asked: Mutex::default(), change: Box::new(|_| {}) }
}

fn reader(provider: Arc<Records>) -> Reader {
    let credentials = Credentials::new("an-id", Secret::from("a-key".to_owned()), None).unwrap();
    let client = Client::new(Endpoint::new(Dialect::Intl), credentials, provider, ClientOptions::default());
    Reader::new(Arc::new(client), TestClock::new().shared(), 1_400_000_000, 20)
}

async fn read(provider: &Arc<Records>, sessions: &[SessionId]) -> Result<(Vec<TelCdr>, bool), QueryError> {
    reader(provider.clone()).records_of_sessions(sessions, (0, 1000)).await
}

fn named(records: &[TelCdr]) -> Vec<SessionId> {
    records.iter().map(|record| record.session.id.clone()).collect()
}

#[tokio::test(start_paused = true)]
async fn records_are_found_whichever_form_of_an_id_the_filter_takes_and_only_those_asked_for() {
    for filter in [Filter::Dashed, Filter::Plain, Filter::Either, Filter::None] {
        let provider = Arc::new(provider(7, filter));
        let wanted = [plain(5), SessionId::from(dashed(2)), plain(999)];
        let (records, complete) = read(&provider, &wanted).await.unwrap();
        assert_eq!((named(&records), complete), (vec![plain(2), plain(5)], true), "{filter:?}");
        let last = FinalRecord::of(&records[1]).unwrap();
        assert_eq!((last.session, last.outcome, last.ended), (plain(5), Outcome::NoAnswer, 130));
    }
}

#[tokio::test(start_paused = true)]
async fn many_sessions_are_asked_for_in_questions_whose_records_fit_one_page() {
    for (sessions, questions) in [(0, 0), (1, 1), (50, 1), (51, 2), (230, 5)] {
        let provider = Arc::new(provider(sessions, Filter::Either));
        let wanted: Vec<SessionId> = (0..sessions).map(plain).collect();
        let (records, complete) = read(&provider, &wanted).await.unwrap();
        assert_eq!((named(&records), complete), (wanted, true));
        let asked = provider.asked.lock().unwrap();
        assert_eq!(asked.len(), questions, "{sessions} sessions");
        assert!(asked.iter().all(|ids| ids.len() <= 100));
    }
}

#[tokio::test(start_paused = true)]
async fn a_count_that_disagrees_in_any_question_makes_the_whole_incomplete_and_keeps_what_was_seen() {
    let mut changing = provider(60, Filter::Either);
    changing.change = Box::new(|answer| {
        if answer["TotalCount"] == 10 {
            answer["TotalCount"] = 11.into();
        }
    });
    let wanted: Vec<SessionId> = (0..60).map(plain).collect();
    let (records, complete) = read(&Arc::new(changing), &wanted).await.unwrap();
    assert_eq!((records.len(), complete), (60, false));
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_does_not_answer_is_an_error_and_not_an_empty_list() {
    let mut refusing = provider(3, Filter::Either);
    refusing.change = Box::new(|answer| *answer = json!({ "Error": { "Code": "InternalError", "Message": "" } }));
    let refusing = Arc::new(refusing);
    assert!(matches!(read(&refusing, &[plain(1)]).await, Err(QueryError::Refused { .. })));
    assert!(matches!(reader(refusing).live_sessions().await, Err(QueryError::Refused { .. })));
}

#[tokio::test(start_paused = true)]
async fn live_sessions_are_read_to_the_end_of_their_pages() {
    let (live, complete) = reader(Arc::new(provider(60, Filter::Either))).live_sessions().await.unwrap();
    assert_eq!((live, complete), ((0..60).map(plain).collect(), true));
    let mut short = provider(60, Filter::Either);
    short.change = Box::new(|answer| answer["Total"] = 61.into());
    let (live, complete) = reader(Arc::new(short)).live_sessions().await.unwrap();
    assert_eq!((live.len(), complete), (60, false));
}
