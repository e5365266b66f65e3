//! Arguments of what plans and places calls.

use std::path::PathBuf;

use callform_spec::model::Duration;
use clap::Args as ClapArgs;

use super::{DataFormat, PlanFormat, ProjectArgs, Selection};

#[derive(Debug, ClapArgs)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    #[command(flatten)]
    pub(crate) selection: Selection,
    /// Write the plan into a file, for `apply --plan`.
    #[arg(long, value_name = "FILE", conflicts_with = "no_ledger")]
    pub(crate) out: Option<PathBuf>,
    /// Plan without the ledger: counts are an upper bound, for history is unknown.
    #[arg(long)]
    pub(crate) no_ledger: bool,
    /// Phone people again although more than 5 % of them were phoned before.
    #[arg(long)]
    pub(crate) allow_repeat: bool,
    /// How to print.
    #[arg(long, value_enum, default_value_t = PlanFormat::Human)]
    pub(crate) format: PlanFormat,
    /// Exit with 2 if there is something to do.
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ApplyArgs {
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    #[command(flatten)]
    pub(crate) selection: Selection,
    /// Apply exactly this plan, made with `plan --out`.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["allow_repeat", "campaigns"])]
    pub(crate) plan: Option<PathBuf>,
    /// Do not ask.
    #[arg(long)]
    pub(crate) auto_approve: bool,
    /// Phone people again although more than 5 % of them were phoned before.
    #[arg(long)]
    pub(crate) allow_repeat: bool,
    /// Go on through windows, waits and retries until every call has ended or needs a person.
    #[arg(long)]
    pub(crate) until_done: bool,
    /// Wait so long for another run that holds the ledger: 30s, 10m. With --until-done it is always waited for.
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(crate) lock_timeout: Option<Duration>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = DataFormat::Human)]
    pub(crate) format: DataFormat,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct TryArgs {
    /// The agent.
    #[arg(value_name = "AGENT")]
    pub(crate) agent: String,
    /// The phone: `+CC...` or `00CC...`.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) to: String,
    /// A value for a variable; may be given again.
    #[arg(long = "var", value_name = "NAME=VALUE")]
    pub(crate) variables: Vec<String>,
    /// The number that is seen; may be given again.
    #[arg(long = "caller", value_name = "NUMBER")]
    pub(crate) callers: Vec<String>,
    /// The callee's time zone.
    #[arg(long, value_name = "ZONE")]
    pub(crate) time_zone: Option<String>,
    /// The project's directory.
    #[arg(long, default_value = ".", value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// The environment, one of the project's `environments`.
    #[arg(long, env = "CALLFORM_ENV", value_name = "NAME")]
    pub(crate) env: Option<String>,
    /// Do not ask.
    #[arg(long)]
    pub(crate) auto_approve: bool,
    /// Wait so long for a run that holds the ledger: 30s, 10m.
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(crate) lock_timeout: Option<Duration>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = DataFormat::Human)]
    pub(crate) format: DataFormat,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct UnlockArgs {
    /// The run, as the refusal names it.
    #[arg(value_name = "RUN")]
    pub(crate) run: String,
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
}

fn duration(text: &str) -> Result<Duration, String> {
    Duration::parse(text).ok_or_else(|| "a duration carries its unit: 30s, 10m, 1h30m".to_owned())
}
