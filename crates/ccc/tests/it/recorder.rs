use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// What the server does with one connection.
#[derive(Clone)]
pub(crate) enum Behaviour {
    /// Closes it without reading.
    CloseAtOnce,
    /// Reads the request, then closes.
    CloseAfterRequest,
    /// Reads the request, writes these bytes, closes.
    Write(String),
    /// Reads the request, writes these bytes, keeps the connection open, and records and drops what comes next.
    WriteThenDropTheNext(String),
    /// Reads the request and never answers.
    Hang,
    /// Writes these bytes to whatever is said first, and records that; closes.
    TalkNonsense(&'static str),
}

/// Everything that arrived.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) connections: usize,
    /// Whole requests, or what came of them.
    pub(crate) requests: Vec<Vec<u8>>,
}

/// A server on loopback that takes its connections one after the other: the first as the script's first entry says,
/// and so on; when the script is over it answers `Placed`, so that a repetition would succeed and be counted.
pub(crate) struct Recorder {
    pub(crate) address: SocketAddr,
    end: Arc<Mutex<Option<SocketAddr>>>,
    task: JoinHandle<Seen>,
}

pub(crate) fn http(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{headers}\r\n{body}")
}

pub(crate) fn placed() -> String {
    http(
        "200 OK",
        "Content-Type: application/json\r\n",
        r#"{"Response":{"SessionId":"6bb56a09278740bc80c5dc6dab783eff","RequestId":"r-1"}}"#,
    )
}

impl Recorder {
    pub(crate) async fn start(script: Vec<Behaviour>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let end = Arc::new(Mutex::new(None));
        let task = tokio::spawn(serve(listener, script, Arc::clone(&end)));
        Self { address, end, task }
    }

    /// Waits until everything that the client ever sent has been seen. Connections are accepted in the order in which
    /// they were made: when ours arrives, nothing before it can be missing. Drop the client first.
    pub(crate) async fn finish(self) -> Seen {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        *self.end.lock().unwrap() = Some(socket.local_addr().unwrap());
        let _last = socket.connect(self.address).await.unwrap();
        self.task.await.unwrap()
    }
}

async fn serve(listener: TcpListener, script: Vec<Behaviour>, end: Arc<Mutex<Option<SocketAddr>>>) -> Seen {
    let mut seen = Seen::default();
    let mut open = Vec::new();
    let mut watchers = JoinSet::new();
    let mut script = script.into_iter();
    loop {
        let (mut stream, peer) = listener.accept().await.unwrap();
        if *end.lock().unwrap() == Some(peer) {
            break;
        }
        seen.connections += 1;
        let behaviour = script.next().unwrap_or_else(|| Behaviour::Write(placed()));
        if matches!(behaviour, Behaviour::CloseAtOnce) {
            continue;
        }
        if let Behaviour::TalkNonsense(nonsense) = behaviour {
            let mut buffer = vec![0; 4096];
            let length = stream.read(&mut buffer).await.unwrap();
            seen.requests.push(buffer[..length].to_vec());
            stream.write_all(nonsense.as_bytes()).await.unwrap();
            continue;
        }
        seen.requests.push(read_request(&mut stream).await);
        match behaviour {
            Behaviour::Write(answer) => stream.write_all(answer.as_bytes()).await.unwrap(),
            Behaviour::WriteThenDropTheNext(answer) => {
                stream.write_all(answer.as_bytes()).await.unwrap();
                watchers.spawn(async move { read_request(&mut stream).await });
            }
            Behaviour::Hang => open.push(stream),
            Behaviour::CloseAtOnce | Behaviour::CloseAfterRequest | Behaviour::TalkNonsense(_) => {}
        }
    }
    let repeated = watchers.join_all().await;
    seen.requests.extend(repeated.into_iter().filter(|request| !request.is_empty()));
    seen
}

/// Reads until the request is whole or the client closes.
async fn read_request(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    while !is_whole(&bytes) {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => break,
            Ok(length) => bytes.extend_from_slice(&buffer[..length]),
        }
    }
    bytes
}

fn is_whole(bytes: &[u8]) -> bool {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return false;
    };
    let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
    let length: usize =
        head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |length| length.parse().unwrap());
    bytes.len() >= end + 4 + length
}
