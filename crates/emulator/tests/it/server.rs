//! The emulator behind a real socket on loopback.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use callform_ccc::transport::{HttpOptions, HttpTransport, Transport, TransportError};
use callform_ccc::{Answer, Client, ClientOptions, CreateAiCall, Dialect, Endpoint, LlmType};
use callform_emulator::{Emulator, Fault, InProcess, ServeError, ServeOptions, embedded_credentials, serve};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::support::{APP, Bench, CALLEE, Draft, START, bench, bench_with, call_body, code, response_of, session};

/// Ample for a loopback answer; reached only where a test fails.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<Result<(), ServeError>>,
}

impl Running {
    pub(crate) async fn start(emulator: &Arc<Emulator>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move {
            let _ = stopped.await;
        };
        let server = tokio::spawn(serve(Arc::clone(emulator), listener, ServeOptions::default(), shutdown));
        Self { address, stop, server }
    }

    pub(crate) async fn stop(self) {
        let _ = self.stop.send(());
        tokio::time::timeout(PATIENCE, self.server).await.unwrap().unwrap().unwrap();
    }

    /// Sends bytes as they are and reads until the server closes.
    pub(crate) async fn exchange(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        tokio::time::timeout(PATIENCE, stream.read_to_string(&mut answer)).await.unwrap().unwrap();
        answer
    }
}

/// The same request for this server, with the host that it really has.
fn addressed(running: &Running) -> Draft {
    let mut draft = Draft::post("CreateAICall", &call_body(CALLEE));
    draft.host = running.address.to_string();
    draft.url = format!("http://{}/", running.address);
    draft
}

async fn failing(fault: Fault) -> (Bench, Running) {
    let bench = bench_with(|options| options.faults = Some(Arc::new(move |_| Some(fault.clone()))));
    let running = Running::start(&bench.emulator).await;
    (bench, running)
}

#[tokio::test]
async fn our_own_client_places_a_call_in_process_and_over_http() {
    let bench = bench();
    let running = Running::start(&bench.emulator).await;
    let url = format!("http://{}", running.address);
    let transports: [Arc<dyn Transport>; 2] = [
        Arc::new(InProcess(Arc::clone(&bench.emulator))),
        Arc::new(HttpTransport::new(&HttpOptions::default()).unwrap()),
    ];
    for transport in transports {
        let client = Client::new(
            Endpoint::parse(&url, Dialect::Intl).unwrap(),
            embedded_credentials().unwrap(),
            transport,
            ClientOptions::default(),
        );
        let call = CreateAiCall::new(APP, CALLEE, LlmType::Openai, "a key", "https://api.openai.com/v1/");
        let reply = client.send(client.prepare(&call, START).unwrap()).await;
        let Answer::Placed { session_id, .. } = reply.answer else { panic!("{reply:?}") };
        assert_eq!(reply.server_date, Some(START));
        let expected = json!({
            "SdkAppId": APP, "Callee": CALLEE, "LLMType": "openai", "APIKey": "a key",
            "APIUrl": "https://api.openai.com/v1/",
        });
        assert!(bench.emulator.journal().body_matches(session_id.as_str(), &expected).unwrap());
    }
    assert_eq!(bench.placed(), 2);
    running.stop().await;
}

#[tokio::test]
async fn a_dropped_connection_leaves_the_client_in_doubt_and_the_journal_certain() {
    for (fault, placed) in [(Fault::DropBefore, 0), (Fault::DropAfter, 1), (Fault::Unreachable, 0)] {
        let (bench, running) = failing(fault).await;
        let transport = HttpTransport::new(&HttpOptions::default()).unwrap();
        let lost = transport.send(addressed(&running).signed(), PATIENCE).await;
        assert!(matches!(lost, Err(TransportError::MaybeSent { .. })), "{lost:?}");
        assert_eq!(bench.placed(), placed);
        running.stop().await;
    }
}

#[tokio::test]
async fn a_gateways_page_reaches_the_client() {
    let (_bench, running) = failing(Fault::Status(502)).await;
    let transport = HttpTransport::new(&HttpOptions::default()).unwrap();
    assert_eq!(transport.send(addressed(&running).signed(), PATIENCE).await.unwrap().status, 502);
    running.stop().await;
}

#[tokio::test]
async fn a_call_is_written_down_before_its_answer_leaves() {
    let (bench, running) = failing(Fault::Delay(PATIENCE)).await;
    let request = addressed(&running).signed();
    let transport = HttpTransport::new(&HttpOptions::default()).unwrap();
    let waiting = tokio::spawn(async move { transport.send(request, 2 * PATIENCE).await });
    while bench.placed() == 0 {
        tokio::task::yield_now().await;
    }
    assert!(!waiting.is_finished());
    // The client gives up; that changes nothing any more.
    waiting.abort();
    assert_eq!(bench.emulator.journal().calls_to(CALLEE).unwrap().len(), 1);
}

#[tokio::test]
async fn methods_and_sizes_beyond_the_protocol_are_refused_in_an_envelope() {
    let bench = bench();
    let running = Running::start(&bench.emulator).await;
    let put = running.exchange("PUT / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n").await;
    assert!(put.starts_with("HTTP/1.1 200 ") && put.contains("UnsupportedProtocol"), "{put}");

    let mut draft = addressed(&running);
    draft.body = vec![b' '; 10 * 1024 * 1024 + 1];
    let transport = HttpTransport::new(&HttpOptions::default()).unwrap();
    // The server answers before it has read everything, so a client may see the answer or the closed connection.
    match transport.send(draft.signed(), PATIENCE).await {
        Ok(answer) => assert_eq!(code(&response_of(&answer)), "RequestSizeLimitExceeded"),
        Err(error) => assert!(matches!(error, TransportError::MaybeSent { .. }), "{error}"),
    }
    assert_eq!(bench.placed(), 0);
    running.stop().await;
}

#[tokio::test]
async fn it_listens_beyond_this_machine_only_when_told_to() {
    let bench = bench();
    let refused = serve(
        Arc::clone(&bench.emulator),
        TcpListener::bind("0.0.0.0:0").await.unwrap(),
        ServeOptions::default(),
        std::future::pending(),
    );
    assert!(matches!(refused.await, Err(ServeError::NotLoopback(_))));
    let allowed = serve(
        Arc::clone(&bench.emulator),
        TcpListener::bind("0.0.0.0:0").await.unwrap(),
        ServeOptions { allow_remote: true },
        std::future::ready(()),
    );
    assert!(allowed.await.is_ok());
}

#[tokio::test]
async fn shutting_down_closes_idle_connections_and_answers_running_requests() {
    let bench = bench_with(|options| {
        options.faults = Some(Arc::new(|_| Some(Fault::Delay(Duration::from_millis(200)))));
    });
    let running = Running::start(&bench.emulator).await;
    let mut idle = TcpStream::connect(running.address).await.unwrap();
    let request = addressed(&running).signed();
    let transport = HttpTransport::new(&HttpOptions::default()).unwrap();
    let answer = tokio::spawn(async move { transport.send(request, PATIENCE).await });
    while bench.placed() == 0 {
        tokio::task::yield_now().await;
    }
    running.stop().await;
    session(&response_of(&answer.await.unwrap().unwrap()));
    assert_eq!(idle.read(&mut [0; 1]).await.unwrap(), 0, "the idle connection was closed");
}
