//! A call is sent once, whatever the other side does: counted at a TCP server, beneath every layer of ours.

use std::io::{Read as _, Write as _};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use callform_ccc::tc3::{ReceivedRequest, verify};
use callform_ccc::transport::{HttpOptions, HttpTransport};
use callform_ccc::{Answer, Client, ClientOptions, Dialect, Endpoint, Reply};
use tokio::net::TcpListener;

use crate::recorder::{Behaviour, Recorder, Seen, http, placed};
use crate::{credentials, small_call};

const NOW: i64 = 1_736_478_348;

fn client(url: &str, timeout: Duration) -> Client {
    Client::new(
        Endpoint::parse(url, Dialect::Intl).unwrap(),
        credentials(),
        Arc::new(HttpTransport::new(&HttpOptions::default()).unwrap()),
        ClientOptions { timeout, ..ClientOptions::default() },
    )
}

async fn send(client: &Client) -> Reply {
    client.send(client.prepare(&small_call(), NOW).unwrap()).await
}

/// One call against a server whose first connection behaves so.
async fn against(behaviour: Behaviour) -> (Answer, Seen) {
    let timeout = match behaviour {
        Behaviour::Hang => Duration::from_millis(300),
        _ => Duration::from_secs(30),
    };
    let recorder = Recorder::start(vec![behaviour]).await;
    let client = client(&format!("http://{}", recorder.address), timeout);
    let reply = send(&client).await;
    drop(client);
    (reply.answer, recorder.finish().await)
}

fn is_unknown(answer: &Answer) -> bool {
    matches!(answer, Answer::Unknown { code: None, session_id: None, .. })
}

#[tokio::test]
async fn what_arrives_is_one_signed_request_with_its_host_and_its_length() {
    let (answer, seen) = against(Behaviour::Write(placed())).await;
    assert!(matches!(answer, Answer::Placed { .. }), "{answer:?}");
    assert_eq!((seen.connections, seen.requests.len()), (1, 1));

    let request = String::from_utf8(seen.requests[0].clone()).unwrap();
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let mut lines = head.split("\r\n");
    assert_eq!(lines.next(), Some("POST / HTTP/1.1"));
    let headers: Vec<(String, String)> = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let received = ReceivedRequest { method: "POST", target: "/", headers: &headers, body: body.as_bytes() };
    assert_eq!(verify(&received, credentials().secret_key().expose(), NOW), Ok(()));
    let names: Vec<String> = headers.iter().map(|(name, _)| name.to_lowercase()).collect();
    for name in ["host", "content-type", "content-length", "authorization", "x-tc-action"] {
        assert_eq!(names.iter().filter(|other| *other == name).count(), 1, "{name}");
    }
    assert!(!names.contains(&"transfer-encoding".to_owned()));
}

#[tokio::test]
async fn a_connection_closed_before_reading_is_not_tried_again() {
    let (answer, seen) = against(Behaviour::CloseAtOnce).await;
    assert!(is_unknown(&answer), "{answer:?}");
    assert_eq!(seen.connections, 1);
}

#[tokio::test]
async fn a_connection_closed_after_the_request_is_not_tried_again() {
    let (answer, seen) = against(Behaviour::CloseAfterRequest).await;
    assert!(is_unknown(&answer), "{answer:?}");
    assert_eq!((seen.connections, seen.requests.len()), (1, 1));
}

#[tokio::test]
async fn half_an_answer_is_not_asked_for_again() {
    let whole = placed();
    for length in [5, 20, whole.len() / 2, whole.len() - 1] {
        let (answer, seen) = against(Behaviour::Write(whole[..length].to_owned())).await;
        assert!(is_unknown(&answer), "{length}: {answer:?}");
        assert_eq!((seen.connections, seen.requests.len()), (1, 1), "{length}");
    }
}

#[tokio::test]
async fn no_redirect_is_followed() {
    for status in
        ["301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"]
    {
        let (answer, seen) = against(Behaviour::Write(http(status, "Location: /again\r\n", ""))).await;
        assert!(is_unknown(&answer), "{status}: {answer:?}");
        assert_eq!((seen.connections, seen.requests.len()), (1, 1), "{status}");
    }
}

#[tokio::test]
async fn no_status_that_asks_for_a_retry_gets_one() {
    for status in [
        "408 Request Timeout",
        "421 Misdirected Request",
        "425 Too Early",
        "429 Too Many Requests",
        "502 Bad Gateway",
        "503 Service Unavailable",
        "504 Gateway Timeout",
    ] {
        let (answer, seen) = against(Behaviour::Write(http(status, "Retry-After: 0\r\n", ""))).await;
        assert!(is_unknown(&answer), "{status}: {answer:?}");
        assert_eq!((seen.connections, seen.requests.len()), (1, 1), "{status}");
    }
}

#[tokio::test]
async fn an_idle_connection_is_neither_kept_nor_used_again() {
    for first in [Behaviour::Write(placed()), Behaviour::WriteThenDropTheNext(placed())] {
        let recorder = Recorder::start(vec![first]).await;
        let client = client(&format!("http://{}", recorder.address), Duration::from_secs(30));
        for _ in 0..2 {
            let reply = send(&client).await;
            assert!(matches!(reply.answer, Answer::Placed { .. }), "{reply:?}");
        }
        drop(client);
        let seen = recorder.finish().await;
        assert_eq!((seen.connections, seen.requests.len()), (2, 2));
    }
}

#[tokio::test]
async fn a_server_that_never_answers_leaves_the_call_unknown() {
    let (answer, seen) = against(Behaviour::Hang).await;
    assert!(is_unknown(&answer), "{answer:?}");
    assert_eq!((seen.connections, seen.requests.len()), (1, 1));
}

#[tokio::test]
async fn a_refused_connection_is_certainly_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let reply = send(&client(&format!("http://{address}"), Duration::from_secs(30))).await;
    assert!(matches!(reply.answer, Answer::NotSent { .. }), "{reply:?}");
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_certainly_not_sent() {
    // Longer than a label may be: the resolver refuses it without asking anyone.
    let host = format!("{}.invalid", "a".repeat(64));
    let reply = send(&client(&format!("https://{host}"), Duration::from_secs(30))).await;
    assert!(matches!(reply.answer, Answer::NotSent { .. }), "{reply:?}");
}

#[tokio::test]
async fn a_failed_tls_handshake_is_certainly_not_sent_and_shows_nothing_of_the_request() {
    let recorder = Recorder::start(vec![Behaviour::TalkNonsense("HTTP/1.1 400 Bad Request\r\n\r\n")]).await;
    let client = client(&format!("https://{}", recorder.address), Duration::from_secs(30));
    let reply = send(&client).await;
    drop(client);
    let seen = recorder.finish().await;
    assert!(matches!(reply.answer, Answer::NotSent { .. }), "{reply:?}");
    assert_eq!(seen.connections, 1);
    let said = String::from_utf8_lossy(&seen.requests[0]).into_owned();
    assert!(!said.contains("X-TC") && !said.contains("SdkAppId"));
}

/// Nothing of a stopped process runs, and its time goes on: when it is let go, the answer lies ready and its time is over.
#[test]
fn an_answer_that_came_while_the_process_was_stopped_is_read() {
    const TIMEOUT: Duration = Duration::from_secs(2);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let ((arrived, has_arrived), (stopped, is_stopped), (answered, is_answered)) =
        (mpsc::channel(), mpsc::channel(), mpsc::channel());
    let provider = std::thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        while !request.windows(4).any(|end| end == b"\r\n\r\n") {
            let mut part = [0; 4096];
            let read = connection.read(&mut part).unwrap();
            request.extend_from_slice(&part[..read]);
        }
        arrived.send(()).unwrap();
        let () = is_stopped.recv().unwrap();
        // More than is read at once: the client needs several turns for it.
        let answer = placed();
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        let long = format!("{body}{}", " ".repeat(40_000));
        connection.write_all(http("200 OK", "Content-Type: application/json\r\n", &long).as_bytes()).unwrap();
        answered.send(()).unwrap();
        connection
    });
    // One thread for everything: while it waits, the process stands still.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let reply = runtime.block_on(async {
        let client = client(&url, TIMEOUT);
        let sending = tokio::spawn(async move { send(&client).await });
        while has_arrived.try_recv().is_err() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        stopped.send(()).unwrap();
        is_answered.recv().unwrap();
        std::thread::sleep(TIMEOUT);
        sending.await.unwrap()
    });
    provider.join().unwrap();
    assert!(matches!(reply.answer, Answer::Placed { .. }), "{:?}", reply.answer);
}
