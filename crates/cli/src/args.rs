//! The command line.

mod calls;
mod ledger;
mod lint;

pub(crate) use calls::{ApplyArgs, PlanArgs, TryArgs, UnlockArgs};
pub(crate) use ledger::{
    LedgerAdoptArgs, LedgerArgs, LedgerBackupArgs, LedgerCheckArgs, LedgerCommand, LedgerExportArgs, LedgerForgetArgs,
    LedgerInitArgs, LedgerRebuildArgs,
};
pub(crate) use lint::{DiagnosticFormat, LintArgs, RuleArgs, ValidateArgs};

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

/// AI phone calls as code: keep agents and campaigns as YAML in Git, see who would be phoned with which words, place
/// exactly those calls.
#[derive(Debug, Parser)]
#[command(name = "callform", version, max_term_width = 100, arg_required_else_help = true, after_help = EXIT_CODES)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// When to colour.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub(crate) color: Color,
    /// Nothing on stderr but errors.
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
}

const EXIT_CODES: &str = "\
Exit codes:
   0  done
   1  findings, or a failure
   2  only from `plan --detailed-exitcode`: there is something to do
   3  apply or refresh ended with calls left unknown
   4  refused: not approved, stale or foreign plan, lock held, ceiling hit
  64  wrong usage";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a project that runs, with schemas and editor settings.
    Init(InitArgs),
    /// Check every document and every row. Sends nothing and needs no secret.
    Validate(ValidateArgs),
    /// Check as `validate` does, and fail on what is allowed and will hurt. Mends what has one right answer.
    Lint(LintArgs),
    /// Print the JSON Schema of the language, or write all of it into a directory.
    Schema(SchemaArgs),
    /// Show the requests that rows become, with references in the place of secrets.
    Render(RenderArgs),
    /// Show who would be phoned and with which words. Sends nothing.
    Plan(PlanArgs),
    /// Place the calls that the plan shows.
    Apply(ApplyArgs),
    /// Place one call to a phone of your own.
    Try(TryArgs),
    /// Show what became of the calls.
    Status(StatusArgs),
    /// Read back how calls ended, and what became of unknown ones. Phones nobody.
    Refresh(RefreshArgs),
    /// Say what became of unknown calls, where the records can't.
    Resolve(ResolveArgs),
    /// Tell the history of a call.
    Why(WhyArgs),
    /// Place no more calls of a campaign, or of the environment. Running workers obey before their next call.
    Stop(StopArgs),
    /// Lift a stop.
    Resume(StopArgs),
    /// Numbers that are never phoned again, by any campaign and environment of this ledger.
    Suppress(SuppressArgs),
    /// Take the ledger away from a run whose workers are certainly dead.
    Unlock(UnlockArgs),
    /// Look after the ledger.
    Ledger(LedgerArgs),
    /// Serve a local Tencent Cloud Contact Center.
    Emulator(EmulatorArgs),
    /// Explain a lint rule or an error, or list the rules.
    Rule(RuleArgs),
    /// Serve an editor, over standard input and output: findings, names inside prompts, fixes. Sends nothing.
    Lsp,
    /// Print a completion script for a shell.
    Completions(CompletionsArgs),
}

/// Where the project is, and which environment.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct ProjectArgs {
    /// The project's directory.
    #[arg(default_value = ".", value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// The environment, one of the project's `environments`.
    #[arg(long, env = "CALLFORM_ENV", value_name = "NAME")]
    pub(crate) env: Option<String>,
}

/// Which calls.
#[derive(Clone, Debug, Default, ClapArgs)]
pub(crate) struct Selection {
    /// Only this campaign; may be given again.
    #[arg(long = "campaign", value_name = "NAME")]
    pub(crate) campaigns: Vec<String>,
    /// Only this callee, by key; may be given again.
    #[arg(long = "only", value_name = "KEY")]
    pub(crate) keys: Vec<String>,
    /// At most so many calls.
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<u64>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct InitArgs {
    /// The directory; made if it is not there.
    #[arg(default_value = ".", value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// The project's name; the directory's, if left out.
    #[arg(long)]
    pub(crate) name: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct SchemaArgs {
    /// Of this kind of document only; of all, if left out.
    #[arg(value_enum)]
    pub(crate) kind: Option<SchemaKind>,
    /// Write every schema into this directory.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["kind", "check"])]
    pub(crate) write: Option<PathBuf>,
    /// Compare with the schemas in this directory; fail if they differ.
    #[arg(long, value_name = "DIR", conflicts_with = "kind")]
    pub(crate) check: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct RenderArgs {
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    #[command(flatten)]
    pub(crate) selection: Selection,
    /// How to print.
    #[arg(long, value_enum, default_value_t = RenderFormat::Human)]
    pub(crate) format: RenderFormat,
    /// Show phone numbers in full.
    #[arg(long)]
    pub(crate) reveal: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    /// Only this campaign; may be given again.
    #[arg(long = "campaign", value_name = "NAME")]
    pub(crate) campaigns: Vec<String>,
    /// List every call, not only counts.
    #[arg(long)]
    pub(crate) calls: bool,
    /// How to print.
    #[arg(long, value_enum, default_value_t = DataFormat::Human)]
    pub(crate) format: DataFormat,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct RefreshArgs {
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    /// How to print.
    #[arg(long, value_enum, default_value_t = DataFormat::Human)]
    pub(crate) format: DataFormat,
}

/// One call by its key; or those of a campaign that share a code; or those in a file.
#[derive(Debug, ClapArgs)]
#[command(after_help = RESOLVE_FORMS, override_usage = RESOLVE_USAGE)]
pub(crate) struct ResolveArgs {
    /// The call's key, or what `status --calls` calls it.
    #[arg(value_name = "KEY")]
    pub(crate) key: Option<String>,
    /// The project's directory [default: .]
    #[arg(value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
    /// It was placed, as this session; `-` if nobody knows the session.
    #[arg(long, value_name = "SESSION", conflicts_with_all = ["not_placed", "from"], allow_hyphen_values = true)]
    pub(crate) placed: Option<String>,
    /// It was not placed: nobody's phone rang. The next apply places it.
    #[arg(long, requires = "reason", conflicts_with = "from")]
    pub(crate) not_placed: bool,
    /// How you know. The ledger keeps it, with your name.
    #[arg(long, value_name = "TEXT", conflicts_with = "from")]
    pub(crate) reason: Option<String>,
    /// Only of this campaign.
    #[arg(long, value_name = "NAME")]
    pub(crate) campaign: Option<String>,
    /// All unknown calls of the campaign with this code; `-` for those without one.
    #[arg(long, value_name = "CODE", requires_all = ["campaign", "count"], conflicts_with = "from", allow_hyphen_values = true)]
    pub(crate) code: Option<String>,
    /// How many calls those are; with any other number nothing is done.
    #[arg(long, value_name = "N", requires = "code")]
    pub(crate) count: Option<u64>,
    /// Decisions from a CSV file: key, `placed` or `not-placed`, session or reason.
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Option<PathBuf>,
    /// The environment, one of the project's `environments`.
    #[arg(long, env = "CALLFORM_ENV", value_name = "NAME")]
    pub(crate) env: Option<String>,
}

const RESOLVE_USAGE: &str = "\
callform resolve KEY --placed SESSION [--campaign NAME] [DIR]
       callform resolve KEY --not-placed --reason TEXT [--campaign NAME] [DIR]
       callform resolve --campaign NAME --code CODE --count N --not-placed --reason TEXT [DIR]
       callform resolve --from FILE [--campaign NAME] [DIR]";

const RESOLVE_FORMS: &str = "\
A file has a line for each call, after a first line `key,decision,session-or-reason`:
  P-0412,placed,6bb56a09278740bc80c5dc6dab783eff
  P-0413,not-placed,the callee heard nothing
All lines are checked before anything is decided.";

#[derive(Debug, ClapArgs)]
pub(crate) struct WhyArgs {
    /// The call's key, or what `status --calls` calls it.
    #[arg(value_name = "KEY")]
    pub(crate) key: String,
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    /// Only of this campaign.
    #[arg(long, value_name = "NAME")]
    pub(crate) campaign: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = DataFormat::Human)]
    pub(crate) format: DataFormat,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct StopArgs {
    /// The campaign, by its name; the whole environment, if left out. What holds a `/`, and `.`, is DIR.
    #[arg(value_name = "CAMPAIGN")]
    pub(crate) campaign: Option<String>,
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct SuppressArgs {
    #[command(subcommand)]
    pub(crate) command: SuppressCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SuppressCommand {
    /// Add a number. Running workers obey before their next call.
    Add(SuppressAddArgs),
    /// Show when, by whom and why numbers were added. The numbers themselves are not kept.
    List(SuppressListArgs),
    /// Add the numbers of a file: one a line, CSV or JSON Lines. One bad line, and none is added.
    Import(SuppressImportArgs),
    /// Print digests, reasons and times as JSON Lines. No number can be read from them.
    Export(SuppressExportArgs),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct SuppressAddArgs {
    /// The phone: `+CC...` or `00CC...`.
    #[arg(value_name = "NUMBER")]
    pub(crate) number: String,
    /// Why, for whoever asks later. Kept in the ledger: no names, no numbers.
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct SuppressListArgs {
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    /// Only this number: whether it is on the list.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) number: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = DataFormat::Human)]
    pub(crate) format: DataFormat,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct SuppressImportArgs {
    /// The file, as for `doNotCall`.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Why; "imported", if left out.
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct SuppressExportArgs {
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct EmulatorArgs {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
    pub(crate) listen: std::net::SocketAddr,
    /// Whose parameters to accept.
    #[arg(long, value_enum, default_value_t = DialectArg::Intl)]
    pub(crate) dialect: DialectArg,
    /// Where calls are journalled; in memory, if left out.
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,
    /// Faults to inject: a JSON file.
    #[arg(long, value_name = "FILE")]
    pub(crate) faults: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct CompletionsArgs {
    /// The shell.
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

impl Color {
    pub(crate) fn choice(self) -> anstream::ColorChoice {
        match self {
            Self::Auto => anstream::ColorChoice::Auto,
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RenderFormat {
    Human,
    Json,
    Yaml,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PlanFormat {
    Human,
    Json,
    Markdown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DataFormat {
    Human,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DialectArg {
    Intl,
    China,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaKind {
    Project,
    Agent,
    Campaign,
    /// A file that may hold documents of any kind.
    Callform,
}
