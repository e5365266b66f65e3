//! Arguments of what looks after the ledger.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};

use super::{DataFormat, ProjectArgs};

#[derive(Debug, ClapArgs)]
pub(crate) struct LedgerArgs {
    #[command(subcommand)]
    pub(crate) command: LedgerCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LedgerCommand {
    /// Make an empty ledger, and note its lineage in `callform.lock`.
    Init(LedgerInitArgs),
    /// Read all of it and say whether it is whole, and whether it is the one that was used last. Changes nothing.
    Check(LedgerCheckArgs),
    /// Print every event as JSON Lines. No number can be read from them.
    Export(LedgerExportArgs),
    /// Copy it into a new file, while runs go on.
    Backup(LedgerBackupArgs),
    /// Take a backup, or the copy that lies in the ledger's place, into use, after asking the provider what it misses.
    Adopt(LedgerAdoptArgs),
    /// Begin anew where the ledger is lost and there is no copy: everybody is unknown, and nobody is phoned.
    Rebuild(LedgerRebuildArgs),
    /// Wipe what people are called, and their numbers in clear. They are not phoned again all the same.
    Forget(LedgerForgetArgs),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct LedgerInitArgs {
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct LedgerExportArgs {
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    /// Write into a new file, which only you can read.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct LedgerBackupArgs {
    /// The new file. Keep it as you keep the ledger: who reads it may guess at numbers.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Exit codes: 0 whole; 1 damaged; 4 whole, but refused where it lies: a copy, an older state, not in callform.lock.")]
pub(crate) struct LedgerCheckArgs {
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    /// Look at this file, such as a backup, and not at the ledger that the project names.
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = DataFormat::Human)]
    pub(crate) format: DataFormat,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
The provider is asked for every call that went out since the copy's last event. Whoever was phoned counts as phoned.
That takes as long as a record may be late (`provider.reconcile.recordLag`, 30 minutes if not set). Make sure that
nothing places calls with the lost ledger meanwhile.")]
pub(crate) struct LedgerAdoptArgs {
    /// The backup; if left out, what lies in the ledger's place and is refused there.
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// The project's directory.
    #[arg(long, default_value = ".", value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// The environment, one of the project's `environments`.
    #[arg(long, env = "CALLFORM_ENV", value_name = "NAME")]
    pub(crate) env: Option<String>,
    /// Do not ask the provider: nobody was phoned since the copy was made. If that is wrong, people are phoned twice.
    #[arg(long, requires = "reason")]
    pub(crate) without_records: bool,
    /// Read this account's records only, although the ledger knows calls through others: nobody was phoned there since.
    #[arg(long, requires = "reason", conflicts_with = "without_records")]
    pub(crate) this_account_only: bool,
    /// How you know. The ledger keeps it, with your name: no names, no numbers.
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// Do not ask me to type a number, with --without-records.
    #[arg(long)]
    pub(crate) auto_approve: bool,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Every call is unknown then, of this environment and of those that shared the ledger. You decide them
with `callform resolve --campaign NAME --code CODE --count N`: callform.RebuiltPhoned are those to whose
number the provider shows a call in the last 180 days, callform.Rebuilt all others. Reading that takes as long as a record may be late.")]
pub(crate) struct LedgerRebuildArgs {
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    /// Do not ask the provider who was phoned.
    #[arg(long)]
    pub(crate) without_records: bool,
    /// Do not ask me to type the number of calls.
    #[arg(long)]
    pub(crate) auto_approve: bool,
}

#[derive(Debug, ClapArgs)]
#[command(override_usage = FORGET_USAGE, after_help = "\
Numbers stay as keyed digests, so that nobody is phoned again by accident. Backups and exports that were made before
keep what they hold; of a server, so do its own logs and archives.")]
#[group(id = "whom", required = true, multiple = false, args = ["key", "number", "before"])]
pub(crate) struct LedgerForgetArgs {
    /// The call's key, or what `status --calls` calls it: all calls to its number are forgotten.
    #[arg(value_name = "KEY")]
    pub(crate) key: Option<String>,
    /// All calls to this number: `+CC...` or `00CC...`.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) number: Option<String>,
    /// All calls that ended before this day (UTC): `2026-01-31`.
    #[arg(long, value_name = "DATE")]
    pub(crate) before: Option<String>,
    /// Only if the key is one of this campaign.
    #[arg(long, value_name = "NAME", requires = "key")]
    pub(crate) campaign: Option<String>,
    /// Also of unknown calls. Without the number nobody but you can find out what became of them.
    #[arg(long)]
    pub(crate) also_open: bool,
    /// The project's directory.
    #[arg(long, default_value = ".", value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// The environment, one of the project's `environments`.
    #[arg(long, env = "CALLFORM_ENV", value_name = "NAME")]
    pub(crate) env: Option<String>,
}

const FORGET_USAGE: &str = "\
callform ledger forget KEY [--campaign NAME] [--also-open]
       callform ledger forget --number NUMBER [--also-open]
       callform ledger forget --before DATE [--also-open]";
