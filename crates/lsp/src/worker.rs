//! Checking projects beside the conversation, one at a time, so that typing never waits for it.

use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Sender, channel};
use std::thread::Builder;

use callform_spec::project::Environment;

use crate::analysis::{self, Analysis, Findings, Question};

/// As much as the main thread of a program has.
const STACK: usize = 8 * 1024 * 1024;

/// Something to check.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) question: Question,
    /// Rows of files; otherwise documents.
    pub(crate) rows: bool,
    /// Set when rows are not worth their time any more.
    pub(crate) called_off: Arc<AtomicBool>,
}

/// What came of it.
#[derive(Debug)]
pub(crate) enum Answer {
    Documents(Analysis),
    /// `None` if it was called off.
    Rows(Option<Findings>),
    /// A defect of ours; what it said.
    Crashed(String),
}

/// The environment variables that the worker reads.
pub type SharedEnvironment = Arc<dyn Environment + Send + Sync>;

/// Starts the worker; it ends with the sender.
pub(crate) fn start<E: Send + 'static>(
    env: SharedEnvironment,
    events: Sender<E>,
    event: impl Fn(PathBuf, Answer) -> E + Send + 'static,
) -> io::Result<Sender<Job>> {
    let (sender, jobs) = channel::<Job>();
    Builder::new().name("lsp-worker".into()).stack_size(STACK).spawn(move || {
        for job in jobs {
            let answer = catch_unwind(AssertUnwindSafe(|| work(&job, &*env)))
                .unwrap_or_else(|panic| Answer::Crashed(said(&*panic)));
            if events.send(event(job.question.root, answer)).is_err() {
                return;
            }
        }
    })?;
    Ok(sender)
}

fn work(job: &Job, env: &dyn Environment) -> Answer {
    if job.rows {
        Answer::Rows(analysis::rows(&job.question, env, &job.called_off))
    } else {
        Answer::Documents(analysis::documents(&job.question, env))
    }
}

/// What a panic said.
pub(crate) fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("unknown");
    callform_lint::render::hide(text)
}
