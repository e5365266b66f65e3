//! Arguments of `validate`, `lint` and `rule`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::ProjectArgs;

#[derive(Debug, ClapArgs)]
pub(crate) struct ValidateArgs {
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    /// How to print.
    #[arg(long, value_enum, default_value_t = DiagnosticFormat::Human)]
    pub(crate) format: DiagnosticFormat,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = LINT_HELP)]
pub(crate) struct LintArgs {
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    /// Only these rules: codes, names, or beginnings of codes. Errors are always told.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(crate) select: Vec<String>,
    /// Not these rules.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = DiagnosticFormat::Human)]
    pub(crate) format: DiagnosticFormat,
    /// Mend what has one right answer, then tell what is left. Comments and layout stay.
    #[arg(long, group = "mending")]
    pub(crate) fix: bool,
    /// Show what --fix would change, and write nothing. Exit 1 if there is something.
    #[arg(long, group = "mending", conflicts_with = "format")]
    pub(crate) diff: bool,
    /// Also mend what a person should look at afterwards.
    #[arg(long, requires = "mending")]
    pub(crate) unsafe_fixes: bool,
    /// Exit 0 whatever is found.
    #[arg(long)]
    pub(crate) exit_zero: bool,
}

const LINT_HELP: &str = "\
Exit 1 if an error or a warning remains; `validate` exits 1 for errors only.
`callform rule` lists the rules. A project sets their levels in callform.yaml:
  lint:
    levels:
      limits-unset: error
      CF007: off";

#[derive(Debug, ClapArgs)]
pub(crate) struct RuleArgs {
    /// Its code or its name, or the code of an error.
    pub(crate) rule: Option<String>,
    /// Write the reference of all rules into this file.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["rule", "check"])]
    pub(crate) write: Option<PathBuf>,
    /// Compare it with this file; fail if they differ.
    #[arg(long, value_name = "FILE", conflicts_with = "rule")]
    pub(crate) check: Option<PathBuf>,
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiagnosticFormat {
    /// For people: with the lines that it is about.
    Human,
    /// One object.
    Json,
    /// One line each, for `grep` and editors.
    Concise,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// JUnit's XML.
    Junit,
}

impl DiagnosticFormat {
    /// Whether lines may be added before it.
    pub(crate) fn is_lines(self) -> bool {
        match self {
            Self::Human | Self::Concise => true,
            Self::Json | Self::Sarif | Self::Github | Self::Junit => false,
        }
    }
}
