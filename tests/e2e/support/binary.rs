//! The binary, in an empty environment; what came of it as one value.

use std::fmt;
use std::fs::File;
use std::io::{Seek, Write};
use std::os::unix::fs::FileExt;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Instant;

use super::LIMIT;

/// Everything that a command says: standard output, standard error, how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Captured {
    /// The exit code; `None` for a process that a signal ended.
    pub(crate) code: Option<i32>,
    pub(crate) signal: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A command that is about to run.
pub(crate) struct Invocation {
    command: Command,
    stdin: Vec<u8>,
}

/// A command that runs.
pub(crate) struct Running {
    child: Child,
    stdout: File,
    stderr: File,
}

/// `callform ARGS...` with no environment, no terminal, and an empty standard input.
pub(crate) fn callform<'a>(args: impl IntoIterator<Item = &'a str>) -> Invocation {
    let mut invocation = Invocation::of(env!("CARGO_BIN_EXE_callform"));
    invocation.command.args(args);
    invocation
}

impl Invocation {
    fn of(program: &str) -> Self {
        let mut command = Command::new(program);
        command.env_clear();
        Self { command, stdin: Vec::new() }
    }

    /// `callform ARGS...` after `script`, by the shell that becomes it.
    pub(crate) fn after<'a>(script: &str, args: impl IntoIterator<Item = &'a str>) -> Self {
        let mut invocation = Self::of("/bin/sh");
        let program = env!("CARGO_BIN_EXE_callform");
        invocation.command.args(["-c", &format!("{script}\nexec \"$0\" \"$@\""), program]).args(args);
        invocation
    }

    /// `callform ARGS...` at a terminal, where what is given as standard input is typed. Both streams come out as one.
    pub(crate) fn at_a_terminal<'a>(args: impl IntoIterator<Item = &'a str>) -> Self {
        Self::at_a_terminal_set_by("", args)
    }

    /// The same; `before` is a command of the shell that sets the terminal.
    pub(crate) fn at_a_terminal_set_by<'a>(before: &str, args: impl IntoIterator<Item = &'a str>) -> Self {
        let words = std::iter::once(env!("CARGO_BIN_EXE_callform")).chain(args).map(|word| format!("'{word}'"));
        let line = before.to_owned() + &words.collect::<Vec<_>>().join(" ");
        let mut invocation = Self::of("/usr/bin/script");
        invocation.command.args(["--quiet", "--return", "--command", &line, "/dev/null"]).env("TERM", "xterm");
        invocation
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<Path>) -> Self {
        self.command.arg(arg.as_ref());
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn envs<'a>(mut self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        self.command.envs(pairs);
        self
    }

    pub(crate) fn inside(mut self, directory: &Path) -> Self {
        self.command.current_dir(directory);
        self
    }

    pub(crate) fn stdin(mut self, bytes: &[u8]) -> Self {
        self.stdin = bytes.to_vec();
        self
    }

    /// Starts it. Its output goes into files, which never fill up and block it.
    pub(crate) fn start(mut self) -> Running {
        let (stdout, stderr) = (tempfile::tempfile().unwrap(), tempfile::tempfile().unwrap());
        let mut input = tempfile::tempfile().unwrap();
        input.write_all(&self.stdin).unwrap();
        input.rewind().unwrap();
        self.command.stdin(Stdio::from(input)).stdout(stdout.try_clone().unwrap()).stderr(stderr.try_clone().unwrap());
        Running { child: self.command.spawn().unwrap(), stdout, stderr }
    }

    /// Runs it to its end.
    pub(crate) fn run(self) -> Captured {
        self.start().finish()
    }
}

impl Running {
    /// Waits for its end.
    pub(crate) fn finish(mut self) -> Captured {
        let deadline = Instant::now() + LIMIT;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if Instant::now() >= deadline {
                self.child.kill().unwrap();
                let status = self.child.wait().unwrap();
                panic!("it did not end within {LIMIT:?}:\n{}", self.captured(status));
            }
            std::thread::sleep(std::time::Duration::from_millis(2));
        };
        self.captured(status)
    }

    /// What it has said on standard output so far.
    pub(crate) fn stdout(&self) -> String {
        text(&self.stdout)
    }

    /// What it has said on standard error so far.
    pub(crate) fn stderr(&self) -> String {
        text(&self.stderr)
    }

    /// Ends it where it is, if it hasn't ended by itself.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
    }

    /// Sends a signal, by its name: `INT`, `TERM`. Only to one of which nobody has seen the end: its number may be
    /// another process's then.
    pub(crate) fn signal(&self, name: &str) {
        // The shell's own `kill`: not every machine has it as a program.
        let script = format!("kill -{name} {}", self.process());
        assert!(Command::new("/bin/sh").args(["-c", &script]).status().unwrap().success(), "{script}");
    }

    /// Its number.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    fn captured(&self, status: ExitStatus) -> Captured {
        let (stdout, stderr) = (text(&self.stdout), text(&self.stderr));
        Captured { code: status.code(), signal: status.signal(), stdout, stderr }
    }
}

/// A test that fails in the middle leaves nothing behind that runs on.
impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Read at a place, so that the child's place in the file stays where it is.
fn text(file: &File) -> String {
    let mut bytes = vec![0; usize::try_from(file.metadata().unwrap().len()).unwrap()];
    file.read_exact_at(&mut bytes, 0).unwrap();
    String::from_utf8(bytes).unwrap()
}

impl Captured {
    /// Fails, with everything that was said, unless it ended with this code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "\n{self}");
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}\n{self}"))
    }

    /// Fails unless this was said, on whichever stream.
    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Self {
        assert!(self.stdout.contains(words) || self.stderr.contains(words), "it does not say `{words}`:\n{self}");
        self
    }

    /// Fails if this was said, on whichever stream.
    #[track_caller]
    pub(crate) fn does_not_say(self, words: &str) -> Self {
        assert!(!self.stdout.contains(words) && !self.stderr.contains(words), "it says `{words}`:\n{self}");
        self
    }
}

impl fmt::Display for Captured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.code, self.signal) {
            (Some(code), _) => writeln!(f, "exit {code}")?,
            (None, signal) => writeln!(f, "ended by signal {}", signal.unwrap_or_default())?,
        }
        write!(f, "--- stdout\n{}--- stderr\n{}", self.stdout, self.stderr)
    }
}
