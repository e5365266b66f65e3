//! Reading calls back: what is asked, what an answer must be, and that no row is passed over in silence.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use callform_ccc::error::Class;
use callform_ccc::query::{ActiveSessions, Page, QueryError, TelCdr, TelCdrs};
use callform_ccc::tc3::{ReceivedRequest, verify};
use callform_ccc::transport::{
    BoxFuture, HttpOptions, HttpRequest, HttpResponse, HttpTransport, Transport, TransportError,
};
use callform_ccc::{Client, ClientOptions, Dialect, Endpoint, SessionId};
use serde_json::{Value, json};

use crate::credentials;
use crate::recorder::{Behaviour, Recorder, http};

const NOW: i64 = 1_736_478_348;

/// Answers always the same, and keeps what was asked.
struct Canned {
    answer: Result<HttpResponse, TransportError>,
    asked: Mutex<Vec<HttpRequest>>,
}

impl Transport for Canned {
    fn send(&self, request: HttpRequest, _: Duration) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        self.asked.lock().unwrap().push(request);
        Box::pin(async { self.answer.clone() })
    }
}

fn canned(answer: Result<HttpResponse, TransportError>) -> (Arc<Canned>, Client) {
    let canned = Arc::new(Canned { answer, asked: Mutex::default() });
    let endpoint = Endpoint::new(Dialect::Intl);
    (canned.clone(), Client::new(endpoint, credentials(), canned, ClientOptions::default()))
}

fn response(status: u16, body: &str) -> HttpResponse {
    let date = ("Date".to_owned(), "Fri, 10 Jan 2025 03:05:50 GMT".to_owned());
    HttpResponse { status, headers: vec![date], body: body.as_bytes().to_vec() }
}

fn answering(members: &Value) -> (Arc<Canned>, Client) {
    canned(Ok(response(200, &json!({ "Response": members }).to_string())))
}

fn cdrs() -> TelCdrs {
    TelCdrs {
        sdk_app_id: 1_400_000_000,
        from: NOW - 360,
        to: NOW + 360,
        phones: vec!["008612300000000".to_owned()],
        session_ids: Vec::new(),
        page_number: 0,
        page_size: TelCdrs::MAX_PAGE_SIZE,
    }
}

async fn records(members: &Value) -> Result<Page<TelCdr>, QueryError> {
    answering(members).1.describe_tel_cdr(&cdrs(), NOW).await
}

/// A record as the API writes it, with the members that nobody here asks for.
fn record() -> Value {
    json!({
        "Caller": "008601012341234", "Callee": "008612300000000", "ProtectedCaller": "", "ProtectedCallee": "",
        "Time": NOW, "Direction": 1, "CallType": 1, "Duration": 18, "RecordURL": "", "SeatUser": null,
        "EndStatus": 1, "EndStatusString": "ok", "StartTimestamp": NOW + 1, "AcceptTimestamp": NOW + 6,
        "EndedTimestamp": NOW + 24, "ServeParticipants": null, "SessionId": "6bb56a09-2787-40bc-80c5-dc6dab783eff",
        "AMemberOfTomorrow": {"x": [1]},
    })
}

#[tokio::test]
async fn what_is_asked_is_signed_and_names_the_filter_as_the_api_does() {
    let (canned, client) = answering(&json!({ "TotalCount": 0, "TelCdrList": [] }));
    let query = TelCdrs { session_ids: vec![SessionId::from("6bb5-6a09")], page_number: 3, ..cdrs() };
    client.describe_tel_cdr(&query, NOW).await.unwrap();
    let asked = canned.asked.lock().unwrap();
    let body: Value = serde_json::from_slice(&asked[0].body).unwrap();
    assert_eq!(
        body,
        json!({
            "SdkAppId": 1_400_000_000, "StartTimeStamp": NOW - 360, "EndTimeStamp": NOW + 360,
            "Phones": ["008612300000000"], "SessionIds": ["6bb5-6a09"], "PageNumber": 3, "PageSize": 100,
        })
    );
    assert_eq!(asked[0].header("X-TC-Action"), Some("DescribeTelCdr"));
    let request =
        ReceivedRequest { method: "POST", target: "/", headers: &asked[0].headers, body: asked[0].body.as_slice() };
    assert_eq!(verify(&request, credentials().secret_key().expose(), NOW), Ok(()));
}

#[tokio::test]
async fn a_record_is_read_and_members_that_nobody_knows_do_not_matter() {
    let page = records(&json!({ "TotalCount": 7, "TelCdrList": [record()], "RequestId": "r" })).await.unwrap();
    assert_eq!((page.total, page.rows.len(), page.server_date), (7, 1, Some(1_736_478_350)));
    let cdr = &page.rows[0];
    assert_eq!(cdr.session.id, SessionId::from("6bb56a09278740bc80c5dc6dab783eff"));
    assert_eq!((cdr.session.direction, cdr.end_status), (Some(1), Some(1)));
    assert_eq!((cdr.session.started, cdr.accepted, cdr.ended), (Some(NOW + 1), Some(NOW + 6), Some(NOW + 24)));
    assert_eq!(
        (cdr.session.callee.as_deref(), cdr.session.protected_callee.as_deref()),
        (Some("008612300000000"), None)
    );
    assert!(!cdr.session.has_seat && !cdr.session.has_console_agent);
    let shown = format!("{cdr:?} {:?}", cdrs());
    assert!(!shown.contains("8612300000000") && !shown.contains("1012341234"), "{shown}");
}

#[tokio::test]
async fn people_and_console_agents_are_seen_and_their_empty_shells_are_not() {
    for (members, seat, agent) in [
        (json!({ "SeatUser": {"Mail": "a@example.com"} }), true, false),
        (json!({ "SeatUser": {"Mail": "", "SkillGroupNameList": []} }), false, false),
        (json!({ "ServeParticipants": [{"Mail": "", "Type": "staffSeat"}] }), true, false),
        (json!({ "ServeParticipants": [] }), false, false),
        (json!({ "AIAgentId": 4711 }), false, true),
        (json!({ "AIAgentId": 0 }), false, false),
    ] {
        let mut one = record();
        one.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        let page = records(&json!({ "TotalCount": 1, "TelCdrList": [one] })).await.unwrap();
        assert_eq!((page.rows[0].session.has_seat, page.rows[0].session.has_console_agent), (seat, agent), "{members}");
    }
}

#[tokio::test]
async fn live_sessions_write_some_moments_as_text_and_0_means_none() {
    let (canned, client) = answering(&json!({ "Total": 1, "Sessions": [{
        "SessionID": "6bb56a09-2787-40bc-80c5-dc6dab783eff", "StartTimestamp": "1736478350", "AcceptTimestamp": "0",
        "RingTimestamp": 1_736_478_350, "Direction": 1, "StaffEmail": "", "StaffNumber": "",
        "Callee": "", "ProtectedCallee": "+86 123****0000", "SessionStatus": "ringing",
    }] }));
    let query = ActiveSessions { sdk_app_id: 1_400_000_000, offset: 25, limit: ActiveSessions::MAX_LIMIT };
    let page = client.describe_pstn_active_session_list(&query, NOW).await.unwrap();
    let body: Value = serde_json::from_slice(&canned.asked.lock().unwrap()[0].body).unwrap();
    assert_eq!(body, json!({ "SdkAppId": 1_400_000_000, "Offset": 25, "Limit": 25 }));
    let session = &page.rows[0];
    assert_eq!((session.started, session.callee.as_deref()), (Some(1_736_478_350), None));
    assert_eq!(session.protected_callee.as_deref(), Some("+86 123****0000"));
    assert!(!session.has_seat);
}

#[tokio::test]
async fn an_answer_without_its_count_or_with_a_row_that_can_not_be_read_is_no_page() {
    for members in [
        json!({ "TelCdrList": [] }),
        json!({ "TotalCount": -1, "TelCdrList": [] }),
        json!({ "TotalCount": 1, "TelCdrList": {} }),
        json!({ "TotalCount": 1, "TelCdrList": [null] }),
        json!({ "TotalCount": 1, "TelCdrList": [{ "Callee": "008612300000000" }] }),
        json!({ "TotalCount": 1, "TelCdrList": [{ "SessionId": "6bb5", "Callee": 8_612_300_000_000_u64 }] }),
        json!({ "TotalCount": 1, "TelCdrList": [{ "SessionId": "6bb5", "StartTimestamp": "yesterday" }] }),
    ] {
        let answer = records(&members).await;
        assert!(matches!(answer, Err(QueryError::Unreadable(_))), "{members}: {answer:?}");
    }
    // Rows that are missing show in the count: the caller compares.
    let page = records(&json!({ "TotalCount": 3, "TelCdrList": null })).await.unwrap();
    assert_eq!((page.total, page.rows.len()), (3, 0));
}

#[tokio::test]
async fn an_error_is_an_error_whatever_its_status_and_repeats_no_number() {
    for status in [200, 400] {
        let body = json!({ "Response": { "Error": {
            "Code": "RequestLimitExceeded", "Message": "too many for 008612300000000" }, "RequestId": "r" } });
        let client = canned(Ok(response(status, &body.to_string()))).1;
        let answer = client.describe_tel_cdr(&cdrs(), NOW).await;
        let Err(QueryError::Refused { code, message, class }) = answer else { panic!("{answer:?}") };
        assert_eq!((code.as_str(), class.class), ("RequestLimitExceeded", Class::Rate));
        assert!(!message.contains("12300000000"), "{message}");
    }
    for (status, body) in [(502, "<html>"), (200, "{\"Response\":{\"Tot"), (204, "{\"Response\":{\"TotalCount\":0}}")] {
        let answer = canned(Ok(response(status, body))).1.describe_tel_cdr(&cdrs(), NOW).await;
        assert!(matches!(answer, Err(QueryError::Unreadable(_))), "{status}: {answer:?}");
    }
    let lost = Err(TransportError::MaybeSent { reason: "reset".to_owned() });
    let answer = canned(lost).1.describe_tel_cdr(&cdrs(), NOW).await;
    assert!(matches!(answer, Err(QueryError::Lost { .. })), "{answer:?}");
}

#[tokio::test]
async fn over_a_real_connection_a_page_arrives_and_one_that_breaks_off_does_not() {
    let body = json!({ "Response": { "TotalCount": 1, "TelCdrList": [record()], "RequestId": "r" } }).to_string();
    let whole = http("200 OK", "Date: Fri, 10 Jan 2025 03:05:50 GMT\r\n", &body);
    let half = whole[..whole.len() / 2].to_owned();
    let recorder = Recorder::start(vec![Behaviour::Write(half), Behaviour::Write(whole)]).await;
    let client = Client::new(
        Endpoint::parse(&format!("http://{}", recorder.address), Dialect::Intl).unwrap(),
        credentials(),
        Arc::new(HttpTransport::new(&HttpOptions::default()).unwrap()),
        ClientOptions::default(),
    );
    let broken = client.describe_tel_cdr(&cdrs(), NOW).await;
    assert!(matches!(broken, Err(QueryError::Lost { .. })), "{broken:?}");
    let page = client.describe_tel_cdr(&cdrs(), NOW).await.unwrap();
    assert_eq!((page.total, page.server_date), (1, Some(1_736_478_350)));
    drop(client);
    assert_eq!(recorder.finish().await.connections, 2, "each question is one request");
}
