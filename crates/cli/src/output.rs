//! Where output goes, and whether it is coloured. Data on stdout, all else on stderr.

use std::io::{IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use dialoguer::console::Term;

/// The process's streams.
pub(crate) struct Output {
    /// Whether data could not be written: a full disk must not look like an empty answer.
    lost: bool,
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
            lost: false,
            stdout: AutoStream::new(std::io::stdout(), color),
            stderr: AutoStream::new(std::io::stderr(), color),
            quiet,
        }
    }

    /// For data. A closed pipe is no error: whoever reads has read enough.
    pub(crate) fn out(&mut self) -> impl Write + '_ {
        Tolerant { inner: &mut self.stdout, lost: &mut self.lost }
    }

    /// For everything else.
    pub(crate) fn err(&mut self) -> impl Write + '_ {
        &mut self.stderr
    }

    /// Whether all data were written.
    pub(crate) fn is_complete(&mut self) -> bool {
        let _ = self.out().flush();
        !self.lost
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

    /// How many columns stdout has, if it is a terminal.
    pub(crate) fn out_width(&self) -> Option<usize> {
        width(std::io::stdout().is_terminal(), &Term::stdout())
    }

    /// How many columns stderr has, if it is a terminal.
    pub(crate) fn err_width(&self) -> Option<usize> {
        width(std::io::stderr().is_terminal(), &Term::stderr())
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

/// A terminal that does not know its width says zero.
fn width(is_terminal: bool, terminal: &Term) -> Option<usize> {
    let (_, columns) = terminal.size_checked().filter(|_| is_terminal)?;
    (columns > 0).then(|| usize::from(columns))
}

/// Drops what a closed pipe does not take, and remembers any other failure.
struct Tolerant<'o, W> {
    inner: W,
    lost: &'o mut bool,
}

impl<W> Tolerant<'_, W> {
    fn tolerate<T>(&mut self, result: std::io::Result<T>, instead: T) -> std::io::Result<T> {
        match result {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(instead),
            Err(error) => {
                *self.lost = true;
                Err(error)
            }
            done => done,
        }
    }
}

impl<W: Write> Write for Tolerant<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let result = self.inner.write(bytes);
        self.tolerate(result, bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        let result = self.inner.flush();
        self.tolerate(result, ())
    }
}
