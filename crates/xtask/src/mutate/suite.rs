//! The tests that must notice.

use std::fs::{self, File};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// The provider's client, and the ledger with its runs; then what takes longer: the simulation, and the proof with the
/// real binary.
const STEPS: [&[&str]; 3] = [
    &["-p", "callform-ccc", "-p", "callform-exec", "--lib", "--test", "it"],
    &["-p", "callform-exec", "--test", "simulation"],
    &["-p", "callform", "--test", "proof"],
];

/// A mutation may make a test wait for ever. Building is not counted.
const LIMIT: Duration = Duration::from_secs(8 * 60);

/// The tests of a copy of the workspace.
pub(super) struct Suite {
    pub(super) source: PathBuf,
    /// Of its own: a program that was built from a mutation must not lie where others look for the real one.
    pub(super) target: PathBuf,
    /// What the tests need beside Rust, where `./test` has put it.
    pub(super) deps: PathBuf,
    /// Runs every step, whatever the others say: shows all that notice, and takes much longer.
    pub(super) all: bool,
}

/// What the tests said.
pub(super) enum Outcome {
    Passed,
    /// These failed.
    Failed(Vec<String>),
}

impl Suite {
    /// Runs the steps, until one notices something.
    ///
    /// # Errors
    /// If something does not compile: then nothing was tested.
    pub(super) fn run(&self) -> Result<Outcome> {
        let test = self.source.join("test").to_string_lossy().into_owned();
        let mut failed = Vec::new();
        for step in STEPS {
            let built = self.start("cargo", &["test", "--locked"], step, &["--no-run"], Duration::MAX)?;
            if built.code != Some(0) {
                bail!("it does not compile, so it proves nothing:\n{}", built.output);
            }
            let ran = self.start(&test, &[], step, &["--no-fail-fast"], LIMIT)?;
            match ran.code {
                Some(0) => {}
                Some(_) => failed.extend(failed_tests(&ran.output)?),
                None => failed.push(format!("{} (did not come to an end)", step.join(" "))),
            }
            if !failed.is_empty() && !self.all {
                break;
            }
        }
        Ok(if failed.is_empty() { Outcome::Passed } else { Outcome::Failed(failed) })
    }

    /// Runs a program in the copy.
    fn start(&self, program: &str, first: &[&str], step: &[&str], more: &[&str], limit: Duration) -> Result<Ran> {
        let log = self.target.with_extension("log");
        fs::create_dir_all(&self.target)?;
        let (out, err) = (File::create(&log)?, File::options().append(true).open(&log)?);
        let mut child = Command::new(program)
            .args(first)
            .args(step)
            .args(more)
            .current_dir(&self.source)
            .env("CARGO_TARGET_DIR", fs::canonicalize(&self.target)?)
            .env("CALLFORM_TEST_DEPS", &self.deps)
            .env("CARGO_TERM_COLOR", "never")
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(err)
            // A group, so that tests end with the cargo that started them.
            .process_group(0)
            .spawn()
            .with_context(|| format!("{program} can't be started"))?;
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

fn failed_tests(output: &str) -> Result<Vec<String>> {
    if !output.contains("test result: ") && !output.contains("process didn't exit successfully") {
        bail!("the tests could not be started:\n{output}");
    }
    let mut failed: Vec<String> = output
        .lines()
        .filter_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED"))
        .map(str::to_owned)
        .collect();
    // A test program that was aborted names none.
    if failed.is_empty() {
        failed.push("a test program that ended early".to_owned());
    }
    Ok(failed)
}
