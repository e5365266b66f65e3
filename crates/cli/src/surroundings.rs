//! What the process stands in: environment, clocks, files. The only place that asks for them.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use callform_ccc::Secret;
use callform_exec::clock::Clock;
use callform_exec::ledger::Actor;
use callform_exec::secrets::{SecretError, SecretResolver};
use callform_spec::model::SecretRef;
use callform_spec::project::Environment;
use jiff::Timestamp;

/// The process's environment.
pub(crate) struct ProcessEnvironment;

impl Environment for ProcessEnvironment {
    #[expect(clippy::disallowed_methods, reason = "this is where the environment comes in")]
    fn get(&self, name: &str) -> Option<String> {
        std::env::var(name).ok().filter(|value| !value.is_empty())
    }
}

/// Reads secrets from the environment and from files. Relative paths begin at the project's directory, wherever the
/// command is started.
pub(crate) struct Secrets {
    pub(crate) root: PathBuf,
}

impl SecretResolver for Secrets {
    fn resolve(&self, secret: &SecretRef) -> Result<Secret, SecretError> {
        let failed = |reason: String| SecretError { reference: secret.to_string(), reason };
        match secret {
            SecretRef::Env(name) => ProcessEnvironment
                .get(name)
                .map(Secret::new)
                .ok_or_else(|| failed(format!("the environment variable `{name}` is not set"))),
            SecretRef::File(path) => {
                let mut text = std::fs::read_to_string(self.root.join(path)).map_err(|e| failed(e.to_string()))?;
                let line = text.trim_end_matches(['\r', '\n']).len();
                text.truncate(line);
                if text.is_empty() { Err(failed("the file is empty".into())) } else { Ok(Secret::new(text)) }
            }
        }
    }
}

/// The machine's clocks.
pub(crate) struct ProcessClock;

impl Clock for ProcessClock {
    #[expect(clippy::disallowed_methods, reason = "this is where time comes in")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn steady(&self) -> Duration {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
        Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
    }
}

/// The machine's clocks, shared.
pub(crate) fn clock() -> Arc<dyn Clock> {
    Arc::new(ProcessClock)
}

/// Who runs this, and where: for the ledger.
pub(crate) fn actor() -> Actor {
    let get = |name| ProcessEnvironment.get(name);
    // The URL of a CI job, as the usual CI systems give it.
    let job = get("CI_JOB_URL").or_else(|| get("BUILD_URL")).or_else(|| {
        Some(format!(
            "{}/{}/actions/runs/{}",
            get("GITHUB_SERVER_URL")?,
            get("GITHUB_REPOSITORY")?,
            get("GITHUB_RUN_ID")?
        ))
    });
    let who =
        get("GITLAB_USER_LOGIN").or_else(|| get("GITHUB_ACTOR")).or_else(|| get("USER")).or_else(|| get("LOGNAME"));
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    Actor {
        who: who.unwrap_or_else(|| "unknown".into()),
        host: job.map_or_else(|| host.clone(), |job| format!("{host}, {job}")),
        pid: std::process::id(),
    }
}

/// The key that signs plans, if there is one.
pub(crate) fn plan_key() -> Option<Secret> {
    ProcessEnvironment.get("CALLFORM_PLAN_KEY").map(Secret::new)
}
