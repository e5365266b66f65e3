//! An editor, as far as the server sees one.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Longer than anything here takes, even on a busy machine: whoever waits so long waits for something that won't come.
const LIMIT: Duration = Duration::from_secs(60);

/// A session with the server.
pub(crate) struct Client {
    server: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    root: PathBuf,
    next: i32,
    open: HashMap<String, (i32, String)>,
    /// What was published last for each URI: version and findings.
    published: HashMap<String, (Option<i64>, Vec<Value>)>,
    /// Answers that came while another one was waited for.
    answers: Vec<Value>,
}

/// What a common editor offers, with these encodings of positions.
pub(crate) fn offering(encodings: &[&str]) -> Value {
    json!({ "capabilities": {
        "general": { "positionEncodings": encodings },
        "textDocument": {
            "publishDiagnostics": { "relatedInformation": true, "codeDescriptionSupport": true },
            "hover": { "contentFormat": ["markdown", "plaintext"] },
        },
        "workspace": { "workspaceEdit": { "documentChanges": true } },
    } })
}

impl Client {
    /// A session about files below `root`, not initialized.
    pub(crate) fn start(root: &Path) -> Self {
        let mut server = Command::new(env!("CARGO_BIN_EXE_callform"))
            .arg("lsp")
            .env_clear()
            .current_dir(root)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, messages) = channel();
        let mut output = BufReader::new(server.stdout.take().unwrap());
        std::thread::spawn(move || {
            while let Some(message) = receive(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        Self {
            input: server.stdin.take(),
            server,
            messages,
            root: root.to_owned(),
            next: 1,
            open: HashMap::new(),
            published: HashMap::new(),
            answers: Vec::new(),
        }
    }

    /// A session with an editor that counts in UTF-16.
    pub(crate) fn initialized(root: &Path) -> Self {
        Self::offering(root, &offering(&["utf-16"]))
    }

    /// A session with an editor that offers these.
    pub(crate) fn offering(root: &Path, parameters: &Value) -> Self {
        let mut client = Self::start(root);
        client.request("initialize", parameters).unwrap();
        client.notify("initialized", &json!({}));
        client
    }

    pub(crate) fn uri(&self, path: &str) -> String {
        format!("file://{}", self.root.join(path).display())
    }

    /// Sends bytes as they are.
    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().unwrap();
        input.write_all(bytes).unwrap();
        input.flush().unwrap();
    }

    pub(crate) fn send(&mut self, message: &Value) {
        let text = message.to_string();
        self.raw(format!("Content-Length: {}\r\n\r\n{text}", text.len()).as_bytes());
    }

    pub(crate) fn notify(&mut self, method: &str, params: &Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Asks, and does not wait; gives the request's id.
    pub(crate) fn ask(&mut self, method: &str, params: &Value) -> i32 {
        let id = self.next;
        self.next += 1;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        id
    }

    /// The answer to a request: its result, or its error.
    pub(crate) fn answer(&mut self, id: i32) -> Result<Value, Value> {
        let deadline = Instant::now() + LIMIT;
        loop {
            if let Some(nth) = self.answers.iter().position(|answer| answer["id"] == id) {
                let answer = self.answers.swap_remove(nth);
                return match answer.get("error") {
                    Some(error) => Err(error.clone()),
                    None => Ok(answer["result"].clone()),
                };
            }
            let message = self.next_message(deadline, &format!("the answer to request {id}"));
            self.take(message);
        }
    }

    pub(crate) fn request(&mut self, method: &str, params: &Value) -> Result<Value, Value> {
        let id = self.ask(method, params);
        self.answer(id)
    }

    /// The next message that is no answer to a request with an id and nothing published.
    pub(crate) fn other_message(&mut self) -> Value {
        let deadline = Instant::now() + LIMIT;
        loop {
            let message = self.next_message(deadline, "a message");
            match self.take(message) {
                Some(message) => return message,
                None => continue,
            }
        }
    }

    fn next_message(&self, deadline: Instant, what: &str) -> Value {
        let left = deadline.saturating_duration_since(Instant::now());
        self.messages.recv_timeout(left).unwrap_or_else(|error| panic!("waiting for {what}: {error}"))
    }

    /// Sorts a message in; gives it back if it is none of the usual ones.
    fn take(&mut self, message: Value) -> Option<Value> {
        if message["method"] == "textDocument/publishDiagnostics" {
            let params = &message["params"];
            let uri = params["uri"].as_str().unwrap().to_owned();
            self.published.insert(uri, (params["version"].as_i64(), params["diagnostics"].as_array().unwrap().clone()));
        } else if message.get("method").is_none() && message["id"].is_i64() {
            self.answers.push(message);
        } else {
            return Some(message);
        }
        None
    }

    /// Opens a file with what the disk holds.
    pub(crate) fn open(&mut self, path: &str) {
        let text = std::fs::read_to_string(self.root.join(path)).unwrap();
        self.open_with(path, &text);
    }

    pub(crate) fn open_with(&mut self, path: &str, text: &str) {
        let uri = self.uri(path);
        self.open.insert(path.to_owned(), (1, text.to_owned()));
        let document = json!({ "uri": uri, "languageId": "yaml", "version": 1, "text": text });
        self.notify("textDocument/didOpen", &json!({ "textDocument": document }));
    }

    pub(crate) fn close(&mut self, path: &str) {
        self.open.remove(path);
        self.about(path, "textDocument/didClose");
    }

    pub(crate) fn save(&mut self, path: &str) {
        self.about(path, "textDocument/didSave");
    }

    fn about(&mut self, path: &str, method: &str) {
        let uri = self.uri(path);
        self.notify(method, &json!({ "textDocument": { "uri": uri } }));
    }

    /// Replaces the whole text.
    pub(crate) fn change(&mut self, path: &str, text: &str) {
        let uri = self.uri(path);
        let open = self.open.get_mut(path).unwrap();
        *open = (open.0 + 1, text.to_owned());
        let params = json!({ "textDocument": { "uri": uri, "version": open.0 }, "contentChanges": [{ "text": text }] });
        self.notify("textDocument/didChange", &params);
    }

    /// Types `new` in the place of what must be there exactly once, as a change of a range.
    #[track_caller]
    pub(crate) fn edit(&mut self, path: &str, old: &str, new: &str) {
        let uri = self.uri(path);
        let open = self.open.get_mut(path).unwrap();
        assert_eq!(open.1.matches(old).count(), 1, "`{old}` in {path}");
        let start = open.1.find(old).unwrap();
        let range = json!({ "start": position(&open.1, start), "end": position(&open.1, start + old.len()) });
        *open = (open.0 + 1, open.1.replace(old, new));
        let changes = json!([{ "range": range, "text": new }]);
        let params = json!({ "textDocument": { "uri": uri, "version": open.0 }, "contentChanges": changes });
        self.notify("textDocument/didChange", &params);
    }

    /// The findings of an open file, once the server has seen it as it is now.
    pub(crate) fn findings(&mut self, path: &str) -> Vec<Value> {
        let version = i64::from(self.open[path].0);
        self.findings_when(path, |at, _| at == Some(version))
    }

    /// The findings of a file, once they have these codes.
    pub(crate) fn findings_with(&mut self, path: &str, expected: &[&str]) -> Vec<Value> {
        self.findings_when(path, |_, found| codes(found) == expected)
    }

    /// The findings of a file, once there are some.
    pub(crate) fn findings_when_any(&mut self, path: &str) -> Vec<Value> {
        self.findings_when(path, |_, found| !found.is_empty())
    }

    fn findings_when(&mut self, path: &str, is_it: impl Fn(Option<i64>, &[Value]) -> bool) -> Vec<Value> {
        let uri = self.uri(path);
        let deadline = Instant::now() + LIMIT;
        loop {
            if let Some((_, found)) = self.published.get(&uri).filter(|(at, found)| is_it(*at, found)) {
                return found.clone();
            }
            let known = self.published.get(&uri).map(|(at, found)| (at, codes(found)));
            let what = format!("the findings of {path}; so far {known:?}");
            let message = self.next_message(deadline, &what);
            self.take(message);
        }
    }

    /// Asks about the place of the bar in `line`, which must be in the open file exactly once without its bar.
    #[track_caller]
    pub(crate) fn request_at(&mut self, method: &str, path: &str, line: &str) -> Value {
        let params = self.at(path, line);
        self.request(method, &params).unwrap()
    }

    #[track_caller]
    pub(crate) fn at(&self, path: &str, line: &str) -> Value {
        let bar = line.find('¦').unwrap();
        let (_, text) = &self.open[path];
        let without = line.replace('¦', "");
        assert_eq!(text.matches(&without).count(), 1, "`{without}` in {path}");
        let at = text.find(&without).unwrap() + bar;
        json!({ "textDocument": { "uri": self.uri(path) }, "position": position(text, at) })
    }

    /// The text of an open file.
    pub(crate) fn text(&self, path: &str) -> &str {
        &self.open[path].1
    }

    /// Makes the changes of an action to open files, which must be meant for the versions that are there.
    pub(crate) fn apply(&mut self, edit: &Value) {
        for change in edit["documentChanges"].as_array().unwrap() {
            let uri = change["textDocument"]["uri"].as_str().unwrap();
            let path = self.open.keys().find(|path| self.uri(path) == uri).unwrap().clone();
            let (version, text) = self.open[&path].clone();
            assert_eq!(change["textDocument"]["version"], version);
            let mut edits = change["edits"].as_array().unwrap().clone();
            edits.sort_by_key(|edit| std::cmp::Reverse(offset(&text, &edit["range"]["start"])));
            let mut new = text.clone();
            for edit in edits {
                let range = offset(&text, &edit["range"]["start"])..offset(&text, &edit["range"]["end"]);
                new.replace_range(range, edit["newText"].as_str().unwrap());
            }
            self.change(&path, &new);
        }
    }

    /// Closes the server's input without a word.
    pub(crate) fn hang_up(&mut self) {
        self.input = None;
    }

    /// How the server ended.
    pub(crate) fn ended(mut self) -> Option<i32> {
        let deadline = Instant::now() + LIMIT;
        // Its output ends with it.
        while let Ok(message) = self.messages.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            drop(message);
        }
        assert!(Instant::now() < deadline, "the server did not end");
        self.server.wait().unwrap().code()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// The codes of findings; `-` for those that have none.
pub(crate) fn codes(found: &[Value]) -> Vec<String> {
    found.iter().map(|d| d["code"].as_str().unwrap_or("-").to_owned()).collect()
}

/// Where findings or locations are: line and column of both ends, from 0.
pub(crate) fn places(found: &[Value]) -> Vec<[u64; 4]> {
    let number = |position: &Value, field: &str| position[field].as_u64().unwrap();
    let place = |range: &Value| {
        let (start, end) = (&range["start"], &range["end"]);
        [number(start, "line"), number(start, "character"), number(end, "line"), number(end, "character")]
    };
    found.iter().map(|found| place(&found["range"])).collect()
}

/// A byte as a position in UTF-16.
fn position(text: &str, at: usize) -> Value {
    let start = text[..at].rfind('\n').map_or(0, |n| n + 1);
    let line = text[..start].matches('\n').count();
    json!({ "line": line, "character": text[start..at].encode_utf16().count() })
}

/// A position in UTF-16 as a byte.
fn offset(text: &str, position: &Value) -> usize {
    let start: usize = text.split_inclusive('\n').take(position["line"].as_u64().unwrap() as usize).map(str::len).sum();
    let mut units = position["character"].as_u64().unwrap() as usize;
    let before = text[start..].chars().take_while(|c| {
        let passed = units >= c.len_utf16();
        units = units.saturating_sub(c.len_utf16());
        passed && *c != '\n'
    });
    start + before.map(char::len_utf8).sum::<usize>()
}

fn receive(input: &mut impl BufRead) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if input.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => length = line.strip_prefix("Content-Length: ").and_then(|n| n.parse().ok()).or(length),
        }
    }
    let mut bytes = vec![0; length?];
    input.read_exact(&mut bytes).ok()?;
    serde_json::from_slice(&bytes).ok()
}
