//! Where output goes, and whether it is coloured. Data on stdout, all else on stderr.

use std::io::{IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

/// The process's streams.
pub(crate) struct Output {
    stdout: AutoStream<std::io::Stdout>,
    stderr: AutoStream<std::io::Stderr>,
    quiet: bool,
}

/// Styles by meaning.
pub(crate) struct Styles {
    pub(crate) error: Style,
    pub(crate) warning: Style,
    pub(crate) good: Style,
    pub(crate) removed: Style,
    pub(crate) faint: Style,
    pub(crate) strong: Style,
}

impl Output {
    pub(crate) fn new(color: ColorChoice, quiet: bool) -> Self {
        Self {
            stdout: AutoStream::new(std::io::stdout(), color),
            stderr: AutoStream::new(std::io::stderr(), color),
            quiet,
        }
    }

    /// For data. A closed pipe is no error: whoever reads has read enough.
    pub(crate) fn out(&mut self) -> impl Write + '_ {
        Tolerant(&mut self.stdout)
    }

    /// For everything else.
    pub(crate) fn err(&mut self) -> impl Write + '_ {
        Tolerant(&mut self.stderr)
    }

    /// A remark on stderr that `--quiet` drops.
    pub(crate) fn note(&mut self, line: impl std::fmt::Display) {
        if !self.quiet {
            let _ = writeln!(self.err(), "{line}");
        }
    }

    /// Whether stdout is coloured.
    pub(crate) fn out_is_coloured(&self) -> bool {
        self.stdout.current_choice() != ColorChoice::Never
    }

    /// Whether stderr is coloured.
    pub(crate) fn err_is_coloured(&self) -> bool {
        self.stderr.current_choice() != ColorChoice::Never
    }

    /// Whether a person sits at stderr, who may watch progress.
    pub(crate) fn is_watched(&self) -> bool {
        !self.quiet && std::io::stderr().is_terminal()
    }

    /// Whether remarks are dropped.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    pub(crate) fn styles(&self) -> Styles {
        Styles {
            error: AnsiColor::Red.on_default().bold(),
            warning: AnsiColor::Yellow.on_default().bold(),
            good: AnsiColor::Green.on_default(),
            removed: AnsiColor::Red.on_default(),
            faint: Style::new().dimmed(),
            strong: Style::new().bold(),
        }
    }
}

/// Drops what a closed pipe does not take.
struct Tolerant<W>(W);

impl<W: Write> Write for Tolerant<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self.0.write(bytes) {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(bytes.len()),
            other => other,
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self.0.flush() {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            other => other,
        }
    }
}
