//! The tests that must notice.

use std::fs::{self, File};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// The provider's client and the ledger with its runs; then, since it takes longer, the proof with the real binary.
/// Not among them: what needs the provider's own clients and definitions, which a copy of the source does not have.
const STEPS: [&[&str]; 2] =
    [&["-p", "callform-ccc", "-p", "callform-exec", "--lib", "--test", "it"], &["-p", "callform", "--test", "proof"]];

/// A mutation may make a test wait for ever. Building is not counted.
const LIMIT: Duration = Duration::from_secs(15 * 60);

/// The tests of a copy of the workspace.
pub(super) struct Suite {
    pub(super) source: PathBuf,
    /// Of its own: a program that was built from a mutation must not lie where others look for the real one.
    pub(super) target: PathBuf,
}

/// What the tests said.
pub(super) enum Outcome {
    Passed,
    /// These failed.
    Failed(Vec<String>),
    TookTooLong,
}

impl Suite {
    /// Runs every step, whatever the others say: each should notice what it is there for.
    ///
    /// # Errors
    /// If something does not compile: then nothing was tested.
    pub(super) fn run(&self) -> Result<Outcome> {
        let mut failed = Vec::new();
        for step in STEPS {
            let built = self.cargo(step, &["--no-run"], Duration::MAX)?;
            if built.code != Some(0) {
                bail!("it does not compile, so it proves nothing:\n{}", built.output);
            }
            let ran = self.cargo(step, &["--no-fail-fast"], LIMIT)?;
            match ran.code {
                Some(0) => {}
                Some(_) => failed.extend(failed_tests(&ran.output)),
                None => return Ok(Outcome::TookTooLong),
            }
        }
        Ok(if failed.is_empty() { Outcome::Passed } else { Outcome::Failed(failed) })
    }

    fn cargo(&self, packages: &[&str], more: &[&str], limit: Duration) -> Result<Ran> {
        let log = self.target.with_extension("log");
        fs::create_dir_all(&self.target)?;
        let (out, err) = (File::create(&log)?, File::options().append(true).open(&log)?);
        let mut child = Command::new("cargo")
            .args(["test", "--locked"])
            .args(packages)
            .args(more)
            .current_dir(&self.source)
            .env("CARGO_TARGET_DIR", fs::canonicalize(&self.target)?)
            .env("CARGO_TERM_COLOR", "never")
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(err)
            // A group, so that tests end with the cargo that started them.
            .process_group(0)
            .spawn()
            .context("cargo can't be started")?;
        let started = Instant::now();
        let code = loop {
            if let Some(status) = child.try_wait()? {
                break status.code().or(Some(-1));
            }
            if started.elapsed() > limit {
                Command::new("/bin/sh").args(["-c", &format!("kill -KILL -{}", child.id())]).status()?;
                child.wait()?;
                break None;
            }
            std::thread::sleep(Duration::from_millis(100));
        };
        Ok(Ran { code, output: String::from_utf8_lossy(&fs::read(&log)?).into_owned() })
    }
}

struct Ran {
    /// `None`: it took too long.
    code: Option<i32>,
    output: String,
}

fn failed_tests(output: &str) -> Vec<String> {
    let mut failed: Vec<String> = output
        .lines()
        .filter_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED"))
        .map(str::to_owned)
        .collect();
    // A test program that was aborted names none.
    if failed.is_empty() {
        failed.push("a test program that ended early".to_owned());
    }
    failed
}
