//! A provider that answers every request with an error that repeats it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::json;

/// In which manner it does so.
#[derive(Debug, Clone, Copy)]
pub(super) enum Manner {
    /// In the message of an error with this code.
    Code(&'static str),
    /// As a gateway's page.
    Page(u16),
}

pub(super) const MANNERS: [Manner; 5] = [
    Manner::Code("InvalidParameterValue"),
    Manner::Code("FailedOperation.CalleeIsLimited"),
    Manner::Code("InternalError"),
    Manner::Page(502),
    Manner::Page(200),
];

pub(super) struct Echo {
    url: String,
    requests: Arc<AtomicU32>,
}

impl Echo {
    /// Its thread ends with the test's process.
    pub(super) fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&requests);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                counted.fetch_add(1, Ordering::SeqCst);
                // A client that goes away in the middle is none of the server's business.
                let _ = answer(stream, manner);
            }
        });
        Self { url, requests }
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn requests(&self) -> u32 {
        self.requests.load(Ordering::SeqCst)
    }
}

fn answer(stream: TcpStream, manner: Manner) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let heard = format!("{head}{}", String::from_utf8_lossy(&body));
    let id = "5f0ba3cc-0a6b-4c3f-9f0e-6c1d6e3f0001";
    let (status, text) = match manner {
        Manner::Code(code) => {
            (200, json!({ "Response": { "Error": { "Code": code, "Message": heard }, "RequestId": id } }).to_string())
        }
        Manner::Page(status) => (status, format!("<html><body>{heard}</body></html>")),
    };
    let answer = format!(
        "HTTP/1.1 {status} As-It-Is\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}",
        text.len()
    );
    reader.get_mut().write_all(answer.as_bytes())
}
