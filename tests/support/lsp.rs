//! An editor's side of the language server protocol: enough of it to drive a server over its standard streams.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Longer than any answer takes, even on a busy machine: whoever waits so long waits for something that won't come.
const LIMIT: Duration = Duration::from_secs(60);

/// A language server that runs; it ends when this is dropped.
pub(crate) struct LanguageServer {
    child: Child,
    stdin: ChildStdin,
    messages: Receiver<Value>,
    /// What it is told when it asks for settings: section by section.
    settings: Value,
    /// The last diagnostics of each document, until somebody takes them.
    published: BTreeMap<String, Value>,
    last_id: u64,
    last_version: u64,
}

/// A text with the place of the cursor taken out of it.
pub(crate) struct Cursor {
    pub(crate) text: String,
    /// Zero-based; in UTF-16 code units.
    pub(crate) position: Value,
}

/// `¦` is the cursor.
pub(crate) fn cursor(marked: &str) -> Cursor {
    let (before, after) = marked.split_once('¦').expect("a cursor: ¦");
    let line = before.matches('\n').count();
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let character = before[start..].encode_utf16().count();
    Cursor { text: format!("{before}{after}"), position: json!({ "line": line, "character": character }) }
}

impl LanguageServer {
    /// Starts a server in a folder, with settings as an editor would give them (`{"yaml": {"validate": true}}`).
    pub(crate) fn start(mut command: Command, folder: &Path, settings: Value) -> Self {
        let mut child = command
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap_or_else(|e| panic!("{command:?}: {e}"));
        let (sender, messages) = channel();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            while let Some(message) = read(&mut stdout) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let stdin = child.stdin.take().unwrap();
        let published = BTreeMap::new();
        let mut server = Self { child, stdin, messages, settings, published, last_id: 0, last_version: 0 };
        let root = uri(folder);
        server.request(
            "initialize",
            json!({
                "processId": null,
                "rootUri": root,
                "workspaceFolders": [{ "uri": root, "name": "project" }],
                "capabilities": {
                    "workspace": { "configuration": true, "workspaceFolders": true },
                    "textDocument": {
                        "completion": { "completionItem": {
                            "snippetSupport": true, "documentationFormat": ["markdown", "plaintext"],
                        } },
                        "hover": { "contentFormat": ["markdown", "plaintext"] },
                        "publishDiagnostics": { "relatedInformation": true },
                    },
                },
            }),
        );
        server.notify("initialized", json!({}));
        server
    }

    /// Waits until the server finds something in a document that is wrong by its settings: a server asks for them
    /// after it was initialized, and judges documents without them until it has the answer.
    pub(crate) fn configured(mut self, path: &Path, language: &str, wrong: &str) -> Self {
        self.open(path, language, wrong);
        while self.diagnostics(path).is_empty() {}
        self.close(path);
        self
    }

    pub(crate) fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Asks, and waits for the answer.
    pub(crate) fn request(&mut self, method: &str, params: Value) -> Value {
        self.last_id += 1;
        let id = self.last_id;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        let deadline = Instant::now() + LIMIT;
        loop {
            let message = self.next(deadline, method);
            if message["id"] == id && message.get("method").is_none() {
                assert!(message.get("error").is_none(), "{method}: {message}");
                return message["result"].clone();
            }
            self.take(&message);
        }
    }

    /// Opens a document with this text, whatever is in the file.
    pub(crate) fn open(&mut self, path: &Path, language: &str, text: &str) {
        self.last_version += 1;
        self.published.remove(&uri(path));
        let version = self.last_version;
        let document = json!({ "uri": uri(path), "languageId": language, "version": version, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Closes it, and waits until the server has taken its diagnostics back.
    pub(crate) fn close(&mut self, path: &Path) {
        self.published.remove(&uri(path));
        self.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri(path) } }));
        while !self.diagnostics(path).is_empty() {}
    }

    /// The diagnostics of an open document: those that came last, or that come next if none came since it was opened.
    pub(crate) fn diagnostics(&mut self, path: &Path) -> Vec<Value> {
        let uri = uri(path);
        let found = self.until(&format!("diagnostics of {uri}"), |server| server.published.remove(&uri));
        found.as_array().unwrap().clone()
    }

    /// Asks about a place in a document, which is open as long as that takes.
    pub(crate) fn at(&mut self, method: &str, path: &Path, language: &str, place: &Cursor) -> Value {
        self.open(path, language, &place.text);
        let answer =
            self.request(method, json!({ "textDocument": { "uri": uri(path) }, "position": place.position.clone() }));
        self.close(path);
        answer
    }

    fn until<T>(&mut self, what: &str, mut look: impl FnMut(&mut Self) -> Option<T>) -> T {
        let deadline = Instant::now() + LIMIT;
        loop {
            if let Some(seen) = look(self) {
                return seen;
            }
            let message = self.next(deadline, what);
            self.take(&message);
        }
    }

    fn next(&self, deadline: Instant, what: &str) -> Value {
        let left = deadline.saturating_duration_since(Instant::now());
        self.messages.recv_timeout(left).unwrap_or_else(|e| panic!("{what}: {e}"))
    }

    /// What comes unasked.
    fn take(&mut self, message: &Value) {
        let params = &message["params"];
        match (message["method"].as_str(), message.get("id")) {
            (Some("workspace/configuration"), Some(id)) => {
                let items = params["items"].as_array().unwrap();
                let answers: Vec<Value> = items
                    .iter()
                    .map(|item| self.settings[item["section"].as_str().unwrap_or_default()].clone())
                    .collect();
                self.send(&json!({ "jsonrpc": "2.0", "id": id, "result": answers }));
            }
            (Some(_), Some(id)) => self.send(&json!({ "jsonrpc": "2.0", "id": id, "result": null })),
            (Some("textDocument/publishDiagnostics"), None) => {
                let uri = params["uri"].as_str().unwrap().to_owned();
                self.published.insert(uri, params["diagnostics"].clone());
            }
            _ => {}
        }
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        write!(self.stdin, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        self.stdin.flush().unwrap();
    }
}

impl Drop for LanguageServer {
    fn drop(&mut self) {
        let ended = self.child.kill().and_then(|()| self.child.wait());
        assert!(ended.is_ok() || std::thread::panicking(), "{ended:?}");
    }
}

/// A file's address. The paths of tests need no escaping.
pub(crate) fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

/// The next message, or nothing when the server has ended.
fn read(from: &mut BufReader<ChildStdout>) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if from.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("Content-Length:") {
            length = value.trim().parse().ok();
        }
    }
    let mut body = vec![0; length?];
    from.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}
