//! What a command says when it can't go on.

use std::io::Write;

use crate::exit::Exit;
use crate::output::Output;

/// Why a command can't go on, and what to do next.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    /// What and why, one line.
    pub(crate) message: String,
    /// More of why, and what to do next, one line each.
    pub(crate) lines: Vec<String>,
    /// Whether calls may have been placed before it. Otherwise the last line says that nothing was sent.
    pub(crate) sent: bool,
}

impl Failure {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), lines: Vec::new(), sent: false }
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

    pub(crate) fn show(&self, out: &mut Output) {
        let style = out.styles().error;
        let mut err = out.err();
        let _ = writeln!(err, "{style}error{style:#}: {}", self.message);
        for line in &self.lines {
            let _ = writeln!(err, "  {line}");
        }
        if !self.sent {
            let _ = writeln!(err, "Nothing was sent.");
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::failed(error.to_string())
    }
}

pub(crate) type Outcome = Result<Exit, Failure>;
