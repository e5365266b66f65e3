//! What a command says when it can't go on.

use std::io::Write;

use crate::exit::Exit;
use crate::output::Output;
use crate::view;

/// Why a command can't go on, and what to do next.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    /// What and why, one line.
    pub(crate) message: String,
    /// More of why, and what to do next, one line each.
    pub(crate) lines: Vec<String>,
    /// Requests that had left before it. The last line says how many; usually that nothing was sent.
    pub(crate) requests: u64,
    /// Whether time alone may mend it.
    pub(crate) passes: Option<Passes>,
}

/// What stands in the way only for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Passes {
    /// Somebody else's run holds the ledger, or writes into it.
    Held,
    /// The ledger's server is away.
    Away,
    /// The project's documents or lists can't be read as they are: somebody may be editing them.
    Unreadable,
}

impl Failure {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), lines: Vec::new(), requests: 0, passes: None }
    }

    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self::new(Exit::Failed, message)
    }

    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self::new(Exit::Refused, message)
    }

    pub(crate) fn line(mut self, line: impl Into<String>) -> Self {
        self.lines.push(line.into());
        self
    }

    pub(crate) fn that_passes(self, how: Passes) -> Self {
        Self { passes: Some(how), ..self }
    }

    /// It came after so many requests had left.
    pub(crate) fn after(self, requests: u64) -> Self {
        Self { requests, ..self }
    }

    pub(crate) fn show(&self, out: &mut Output) {
        let style = out.styles().error;
        let mut err = out.err();
        let _ = writeln!(err, "{style}error{style:#}: {}", self.message);
        for line in &self.lines {
            let _ = writeln!(err, "  {line}");
        }
        let _ = match self.requests {
            0 => writeln!(err, "Nothing was sent."),
            n => {
                let n = view::count(n, "request was", "requests were");
                writeln!(err, "{n} sent before that; the lines above say what came of them. Nothing more was sent.")
            }
        };
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::failed(error.to_string())
    }
}

pub(crate) type Outcome = Result<Exit, Failure>;
