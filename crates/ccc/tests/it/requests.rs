//! The request that a client makes, seen by a transport that keeps it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use callform_ccc::tc3::{ReceivedRequest, verify};
use callform_ccc::transport::{BoxFuture, HttpRequest, HttpResponse, Method, Transport, TransportError};
use callform_ccc::{
    Answer, BodyError, Client, ClientOptions, CreateAiCall, Credentials, Dialect, Endpoint, Language, PrepareError,
    Reply, Secret,
};

use crate::{credentials, full_call, small_call};

const NOW: i64 = 1_736_478_348;

/// Answers what it is told to, and keeps what it got.
struct Fake {
    answer: Result<HttpResponse, TransportError>,
    sent: Mutex<Vec<(HttpRequest, Duration)>>,
}

impl Transport for Fake {
    fn send(&self, request: HttpRequest, timeout: Duration) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            self.sent.lock().unwrap().push((request, timeout));
            self.answer.clone()
        })
    }
}

fn fake(answer: Result<HttpResponse, TransportError>) -> Arc<Fake> {
    Arc::new(Fake { answer, sent: Mutex::new(Vec::new()) })
}

fn response(body: &str) -> Result<HttpResponse, TransportError> {
    Ok(HttpResponse {
        status: 200,
        headers: vec![("date".to_owned(), "Fri, 10 Jan 2025 03:05:48 GMT".to_owned())],
        body: body.as_bytes().to_vec(),
    })
}

async fn send(
    endpoint: Endpoint,
    credentials: Credentials,
    options: ClientOptions,
    answer: Result<HttpResponse, TransportError>,
) -> (HttpRequest, Duration, Reply) {
    send_call(&small_call(), endpoint, credentials, options, answer).await
}

async fn send_call(
    call: &CreateAiCall,
    endpoint: Endpoint,
    credentials: Credentials,
    options: ClientOptions,
    answer: Result<HttpResponse, TransportError>,
) -> (HttpRequest, Duration, Reply) {
    let transport = fake(answer);
    let client = Client::new(endpoint, credentials, Arc::<Fake>::clone(&transport), options);
    let reply = client.send(client.prepare(call, NOW).unwrap()).await;
    let mut sent = transport.sent.lock().unwrap();
    assert_eq!(sent.len(), 1);
    let (request, timeout) = sent.pop().unwrap();
    (request, timeout, reply)
}

const PLACED: &str = r#"{"Response":{"SessionId":"s-1","RequestId":"r-1"}}"#;

#[tokio::test]
async fn the_smallest_request_has_these_headers_and_no_others() {
    let (request, timeout, _) =
        send(Endpoint::new(Dialect::Intl), credentials(), ClientOptions::default(), response(PLACED)).await;
    assert_eq!(request.method, Method::Post);
    assert_eq!(request.url, "https://ccc.intl.tencentcloudapi.com/");
    assert_eq!(timeout, Duration::from_secs(60));
    let authorization = request.header("authorization").unwrap().to_owned();
    let headers: Vec<(&str, &str)> =
        request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        headers,
        [
            ("Host", "ccc.intl.tencentcloudapi.com"),
            ("Content-Type", "application/json"),
            ("X-TC-Action", "CreateAICall"),
            ("X-TC-Version", "2020-02-10"),
            ("X-TC-Timestamp", "1736478348"),
            ("X-TC-RequestClient", concat!("callform_", env!("CARGO_PKG_VERSION"))),
            ("Authorization", authorization.as_str()),
        ]
    );
}

#[tokio::test]
async fn region_token_and_language_are_sent_when_there_are_some() {
    let (request, ..) = send(
        Endpoint::new(Dialect::China).with_region("ap-guangzhou").unwrap(),
        Credentials::new("made-up-id", "made-up-key", Some(Secret::new("made-up-token"))).unwrap(),
        ClientOptions { language: Some(Language::ZhCn), ..ClientOptions::default() },
        response(PLACED),
    )
    .await;
    assert_eq!(request.header("X-TC-Region"), Some("ap-guangzhou"));
    assert_eq!(request.header("X-TC-Token"), Some("made-up-token"));
    assert_eq!(request.header("X-TC-Language"), Some("zh-CN"));
}

#[tokio::test]
async fn a_request_verifies_under_its_key_with_the_port_in_its_host() {
    let (request, ..) = send(
        Endpoint::parse("http://127.0.0.1:18099", Dialect::Intl).unwrap(),
        credentials(),
        ClientOptions::default(),
        response(PLACED),
    )
    .await;
    assert_eq!(request.header("Host"), Some("127.0.0.1:18099"));
    let received = ReceivedRequest {
        method: request.method.as_str(),
        target: "/",
        headers: &request.headers,
        body: &request.body,
    };
    assert_eq!(received.authorization().unwrap().service, "ccc");
    assert_eq!(verify(&received, credentials().secret_key().expose(), NOW), Ok(()));
}

#[tokio::test]
async fn a_reply_tells_the_servers_clock() {
    let (.., reply) =
        send(Endpoint::new(Dialect::Intl), credentials(), ClientOptions::default(), response(PLACED)).await;
    assert_eq!(reply.server_date, Some(NOW));
    assert!(matches!(reply.answer, Answer::Placed { .. }));
}

#[tokio::test]
async fn the_providers_words_come_back_without_this_calls_numbers_and_keys() {
    let error = r#"{"Response":{"Error":{"Code":"InvalidParameterValue","Message":"Callee 00447700900123 (+447700900123) with key made-up-model-key of 1400000000 is wrong"},"RequestId":"r-1"}}"#;
    let mut call = small_call();
    call.callee = "00447700900123".to_owned();
    let (.., reply) =
        send_call(&call, Endpoint::new(Dialect::Intl), credentials(), ClientOptions::default(), response(error)).await;
    match reply.answer {
        Answer::Refused { message, .. } => {
            assert_eq!(message, "Callee 0044****0123 (+4477****0123) with key *** of 1400000000 is wrong")
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_call_that_the_site_would_not_understand_is_not_even_signed() {
    let client =
        Client::new(Endpoint::new(Dialect::Intl), credentials(), fake(response(PLACED)), ClientOptions::default());
    let error = client.prepare(&full_call::china(), NOW).unwrap_err();
    assert!(matches!(error, PrepareError::Body(BodyError::NotInDialect { .. })));
    assert_eq!(error.to_string(), "`TransferToAgentEnable` exists on the China site only; the intl site refuses it");
}

#[test]
fn a_body_over_ten_megabytes_is_refused_before_it_is_signed() {
    let client =
        Client::new(Endpoint::new(Dialect::Intl), credentials(), fake(response(PLACED)), ClientOptions::default());
    let mut call = small_call();
    call.system_prompt = Some("x".repeat(callform_ccc::MAX_BODY_BYTES));
    assert!(matches!(client.prepare(&call, NOW), Err(PrepareError::TooLarge(_))));
}
