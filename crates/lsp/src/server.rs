//! The server: one thread that talks, one that checks.

use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::MessageType;
use serde_json::{Value, json};

use crate::analysis::{self, Question};
use crate::client::{self, Client};
use crate::documents::Documents;
use crate::projects::{News, Projects};
use crate::report::View;
use crate::transport::{self, Incoming, Malformed};
use crate::worker::{self, Answer, Job, SharedEnvironment};

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The client said `shutdown`, and then `exit`.
    Properly,
    /// The client went away, or said `exit` without a word before.
    Abruptly,
}

enum Event {
    Incoming(Incoming),
    Answer(PathBuf, Answer),
}

/// How far the conversation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    New,
    Running,
    ShutDown,
}

/// Talks with a client over two streams until the conversation ends. `env` is asked for paths of files that documents
/// name by `${env:...}`, never for a secret; `version` is the program's.
///
/// # Errors
/// If a thread can't be started.
pub fn serve(
    input: impl Read + Send + 'static,
    output: impl Write + Send + 'static,
    env: SharedEnvironment,
    version: &str,
) -> io::Result<Ended> {
    let (events, received) = channel();
    transport::read_all(input, events.clone(), Event::Incoming)?;
    let worker = worker::start(env, events, Event::Answer)?;
    let (out, writer) = transport::write_all(output)?;
    let mut server = Server {
        out,
        worker,
        version,
        phase: Phase::New,
        client: None,
        documents: Documents::default(),
        projects: Projects::default(),
        waiting: Vec::new(),
        working: None,
    };
    let ended = server.talk(&received);
    // Dropping the sender ends the writer, once everything is written.
    drop(server);
    let _ = writer.join();
    Ok(ended)
}

/// What the worker is at.
struct Working {
    rows: bool,
    called_off: Arc<AtomicBool>,
    root: PathBuf,
}

pub(crate) struct Server<'v> {
    out: Sender<Value>,
    worker: Sender<Job>,
    version: &'v str,
    phase: Phase,
    pub(crate) client: Option<Client>,
    pub(crate) documents: Documents,
    pub(crate) projects: Projects,
    /// Requests that need a project to be checked first.
    waiting: Vec<Request>,
    working: Option<Working>,
}

impl Server<'_> {
    fn talk(&mut self, events: &Receiver<Event>) -> Ended {
        loop {
            // Work begins when nobody has anything to say: of many changes the newest is checked.
            let event = match events.try_recv() {
                Err(TryRecvError::Empty) => {
                    self.begin_work();
                    events.recv().ok()
                }
                event => event.ok(),
            };
            let ended = match event {
                Some(Event::Incoming(Incoming::Message(message))) => self.message(message),
                Some(Event::Incoming(Incoming::Malformed(malformed))) => {
                    self.malformed(&malformed);
                    None
                }
                Some(Event::Answer(root, answer)) => {
                    self.answer(&root, answer);
                    None
                }
                Some(Event::Incoming(Incoming::Closed)) | None => Some(Ended::Abruptly),
            };
            if let Some(ended) = ended {
                return ended;
            }
        }
    }

    fn message(&mut self, message: Message) -> Option<Ended> {
        match message {
            Message::Request(request) => self.request(request),
            Message::Notification(notification) if notification.method == "exit" => {
                return Some(if self.phase == Phase::ShutDown { Ended::Properly } else { Ended::Abruptly });
            }
            Message::Notification(notification) => self.notification(notification),
            // Whether the client watches files for us changes nothing here.
            Message::Response(_) => {}
        }
        None
    }

    fn request(&mut self, request: Request) {
        match (self.phase, request.method.as_str()) {
            (Phase::New, "initialize") => self.initialize(&request),
            (Phase::New, _) => {
                self.refuse(request.id, ErrorCode::ServerNotInitialized, "the first request is `initialize`")
            }
            (Phase::Running, "shutdown") => {
                self.phase = Phase::ShutDown;
                for waiting in std::mem::take(&mut self.waiting) {
                    self.refuse(waiting.id, ErrorCode::RequestCanceled, "the server shuts down");
                }
                self.reply(request.id, Ok(Value::Null));
            }
            (Phase::Running, "initialize") => {
                self.refuse(request.id, ErrorCode::InvalidRequest, "the session is initialized already");
            }
            (Phase::Running, _) => self.ask(request),
            (Phase::ShutDown, _) => {
                self.refuse(request.id, ErrorCode::InvalidRequest, "the server was shut down; only `exit` may follow");
            }
        }
    }

    fn initialize(&mut self, request: &Request) {
        match Client::new(&request.params) {
            Ok(client) => {
                self.reply(request.id.clone(), Ok(client.answer(self.version)));
                self.client = Some(client);
                self.phase = Phase::Running;
            }
            Err(error) => {
                let message = format!("the parameters of `initialize` are not what they should be: {error}");
                self.refuse(request.id.clone(), ErrorCode::InvalidParams, &message);
            }
        }
    }

    /// Answers a request, now or when its project was checked.
    fn ask(&mut self, request: Request) {
        let id = request.id.clone();
        match catch_unwind(AssertUnwindSafe(|| self.dispatch(&request))) {
            Ok(Ok(Some(result))) => self.reply(id, Ok(result)),
            Ok(Ok(None)) => self.waiting.push(request),
            Ok(Err((code, message))) => self.refuse(id, code, &message),
            Err(panic) => {
                let message = format!("a defect in callform: {}", worker::said(&*panic));
                self.refuse(id, ErrorCode::InternalError, &message);
            }
        }
    }

    fn notification(&mut self, mut notification: Notification) {
        if self.phase != Phase::Running {
            return;
        }
        match notification.method.as_str() {
            "initialized" => {
                if self.client.as_ref().is_some_and(|c| c.watches) {
                    let _ = self.out.send(client::watch_request());
                }
            }
            "$/cancelRequest" => self.cancel(&notification.params),
            _ => {
                let params = std::mem::take(&mut notification.params);
                let heard = catch_unwind(AssertUnwindSafe(|| self.hear(&notification.method, params)));
                match heard {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => self.log(&format!("`{}` was passed over: {error}", notification.method)),
                    Err(panic) => self.show(&format!("a defect in callform: {}", worker::said(&*panic))),
                }
            }
        }
    }

    fn cancel(&mut self, params: &Value) {
        let Ok(id) = serde_json::from_value::<RequestId>(params.get("id").cloned().unwrap_or_default()) else { return };
        if let Some(nth) = self.waiting.iter().position(|waiting| waiting.id == id) {
            self.waiting.remove(nth);
            self.refuse(id, ErrorCode::RequestCanceled, "cancelled");
        }
    }

    /// Gives the worker the next project, if it has nothing to do; calls off reading rows, if something changed.
    fn begin_work(&mut self) {
        if let Some(working) = &self.working {
            if working.rows && self.projects.values().any(|p| p.dirty) {
                working.called_off.store(true, Ordering::Relaxed);
            }
            return;
        }
        let dirty = self.projects.iter().find(|(_, p)| p.dirty).map(|(root, _)| (root.clone(), false));
        let rows = || self.projects.iter().find(|(_, p)| p.rows_wanted).map(|(root, _)| (root.clone(), true));
        let Some((root, rows)) = dirty.or_else(rows) else { return };
        let Some(view) = self.view(&root) else { return };
        let environment = self.client.as_ref().and_then(|c| c.environment.clone());
        let question = Question { root: root.clone(), environment, drafts: self.documents.drafts(&root), view };
        let called_off = Arc::new(AtomicBool::new(false));
        if let Some(project) = self.projects.get_mut(&root) {
            let flag = if rows { &mut project.rows_wanted } else { &mut project.dirty };
            *flag = false;
        }
        let job = Job { question, rows, called_off: called_off.clone() };
        if self.worker.send(job).is_ok() {
            self.working = Some(Working { rows, called_off, root });
        }
    }

    /// What the client calls the files of a project.
    pub(crate) fn view(&self, root: &Path) -> Option<View> {
        let (client, project) = (self.client.as_ref()?, self.projects.get(root)?);
        Some(View {
            root: project.spelt.clone(),
            open: self.documents.names(root),
            encoding: client.encoding,
            related: client.related,
            descriptions: client.descriptions,
        })
    }

    fn answer(&mut self, root: &Path, answer: Answer) {
        self.working = None;
        if let Some(project) = self.projects.get_mut(root) {
            match answer {
                // Something was typed meanwhile: places may be wrong, and the next answer is on its way.
                Answer::Documents(_) if project.dirty => return,
                Answer::Documents(analysis) => project.update(analysis),
                Answer::Rows(Some(rows)) if !project.dirty => project.rows = rows,
                Answer::Rows(_) => project.rows_wanted = true,
                Answer::Crashed(message) => {
                    project.analysis.get_or_insert_default();
                    self.show(&format!("a defect in callform, while it checked the project: {message}"));
                }
            }
            self.publish(root);
        }
        for waiting in std::mem::take(&mut self.waiting) {
            self.ask(waiting);
        }
    }

    /// Whether a project's answers fit its texts as they are now.
    pub(crate) fn is_current(&self, root: &Path) -> bool {
        let at_it = self.working.as_ref().is_some_and(|w| !w.rows && w.root == root);
        !at_it && self.projects.get(root).is_none_or(|p| !p.dirty && p.analysis.is_some())
    }

    /// Tells what is new, unless something was typed since: its findings are on their way.
    fn publish(&mut self, root: &Path) {
        if !self.is_current(root) {
            return;
        }
        let Some(project) = self.projects.get_mut(root) else { return };
        let news = project.news(root, &self.documents);
        self.tell(news);
    }

    pub(crate) fn tell(&self, news: impl IntoIterator<Item = News>) {
        for (uri, version, diagnostics) in news {
            let mut params = json!({ "uri": uri, "diagnostics": diagnostics });
            if let Some(version) = version {
                params["version"] = version.into();
            }
            self.notify("textDocument/publishDiagnostics", &params);
        }
    }

    /// Forgets projects that are not there any more.
    pub(crate) fn forget_lost_projects(&mut self) {
        let lost: Vec<_> = self.projects.keys().filter(|root| !is_there(root)).cloned().collect();
        for root in lost {
            if let Some(project) = self.projects.remove(&root) {
                self.tell(project.farewell());
            }
        }
    }

    fn malformed(&self, malformed: &Malformed) {
        let (code, message) = match malformed {
            Malformed::Parse(message) => (ErrorCode::ParseError, message),
            Malformed::Invalid(message) => (ErrorCode::InvalidRequest, message),
        };
        let error = json!({ "code": code as i32, "message": message });
        let _ = self.out.send(json!({ "jsonrpc": "2.0", "id": null, "error": error }));
    }

    fn reply(&self, id: RequestId, result: Result<Value, (ErrorCode, String)>) {
        let response = match result {
            Ok(result) => Response::new_ok(id, result),
            Err((code, message)) => Response::new_err(id, code as i32, message),
        };
        if let Ok(mut value) = serde_json::to_value(response) {
            value["jsonrpc"] = "2.0".into();
            let _ = self.out.send(value);
        }
    }

    fn refuse(&self, id: RequestId, code: ErrorCode, message: &str) {
        self.reply(id, Err((code, callform_lint::render::hide(message))));
    }

    fn notify(&self, method: &str, params: &Value) {
        let _ = self.out.send(json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn log(&self, message: &str) {
        let message = callform_lint::render::hide(message);
        self.notify("window/logMessage", &json!({ "type": MessageType::WARNING, "message": message }));
    }

    fn show(&self, message: &str) {
        self.notify("window/showMessage", &json!({ "type": MessageType::ERROR, "message": message }));
    }
}

fn is_there(root: &Path) -> bool {
    analysis::project_of(&root.join("x")).is_some_and(|(found, _)| found == root)
}
