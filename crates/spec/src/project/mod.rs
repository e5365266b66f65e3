//! A whole project: discovery, overlays, references between documents, rows.
//!
//! [`load`] reads everything and reports every mistake of the documents; [`Loaded::project`] gives the project only if
//! there was none. Rows are streamed apart from that ([`Project::rows`]): there may be a million.

mod absent;
mod agent;
mod agent_rules;
mod campaign;
mod cells;
mod context;
mod discover;
mod lists;
mod load;
mod overlay;
mod paths;
mod plain_secrets;
mod provider;
mod repeats;
mod rows;
mod secrets;
mod sound;
mod texts;
mod unread;
mod waits;
mod watch;
mod words;

use std::path::PathBuf;
use std::sync::Arc;

use crate::callees::{Columns, DoNotCall};
use crate::diagnostic::Diagnostic;
use crate::model;
use crate::phone::PhoneNumber;
use crate::source::{SourceId, Sources};
use crate::value::{Rules, Value};
use crate::window::Window;
use crate::yaml::Node;

pub use cells::Cells;
pub use lists::{ListError, ListFiles};
pub use load::{Drafts, Environment, LoadOptions, load};
pub use rows::{ReadyRow, Rendering, RowProblem, Rows, canonical_inputs, one_clock};
pub use secrets::SecretUse;
pub use sound::{Faults, Sound};
pub use watch::{CellPlace, RowWatch, SeenRow};
pub use words::{Placed, Templates, Words, WordsError};

/// Name of the environment that has no overlay.
pub const DEFAULT_ENVIRONMENT: &str = "default";
/// The file that makes a directory a project.
pub const PROJECT_FILE: &str = "callform.yaml";

/// What was read.
#[derive(Debug)]
pub struct Loaded {
    /// All texts, for showing diagnostics.
    pub sources: Sources,
    /// Everything that is wrong with the documents, in the order of files and lines.
    pub diagnostics: Vec<Diagnostic>,
    /// How many files were read.
    pub files: usize,
    /// The project as far as it could be understood.
    partial: Option<Project>,
}

impl Loaded {
    /// Whether nothing stands in the way of sending.
    pub fn is_good(&self) -> bool {
        self.partial.is_some() && !self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// The project; `None` if anything is wrong.
    pub fn project(&self) -> Option<&Project> {
        self.partial.as_ref().filter(|_| self.is_good())
    }

    /// The project as far as it could be understood, for checking rows although something else is wrong. Nothing may
    /// be sent for it.
    pub fn partial(&self) -> Option<&Project> {
        self.partial.as_ref()
    }
}

/// A project in one environment.
#[derive(Debug)]
pub struct Project {
    /// The project's directory.
    pub root: PathBuf,
    /// Its name.
    pub name: String,
    /// The environment: [`DEFAULT_ENVIRONMENT`], or an overlay's name.
    pub environment: String,
    /// Names of its overlays, this one included.
    pub environments: Vec<String>,
    /// The environments, this one not included, that phone through the same account; none on the emulator.
    pub same_account: Vec<String>,
    /// Which endpoint.
    pub site: Site,
    /// Whose parameter set it speaks.
    pub dialect: model::Dialect,
    /// `SdkAppId`.
    pub sdk_app_id: u64,
    /// The account's settings, overlays merged.
    pub provider: model::Provider,
    /// Where the ledger is.
    pub ledger: LedgerPlace,
    /// How plans are judged.
    pub plan: model::PlanRules,
    /// How bad lints are.
    pub lint: model::Lint,
    /// The project's document, overlays merged, for the places of its values.
    pub node: Arc<Node>,
    /// All agents, by name.
    pub agents: Vec<Agent>,
    /// All campaigns, by name.
    pub campaigns: Vec<Campaign>,
    /// Every secret that travels to a host beside the provider, with the field that sends it; sorted, no pair twice.
    pub secrets_to_hosts: Vec<SecretUse>,
}

impl Project {
    /// Site and SdkAppId: what shares rate, concurrency and the platform's own rules.
    pub fn account(&self) -> String {
        format!("{} / {}", self.site, self.sdk_app_id)
    }
}

/// Which endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Site {
    /// tencentcloud.com
    Intl,
    /// cloud.tencent.com
    China,
    /// The emulator, in process.
    Emulator,
    /// Any other, without a trailing slash.
    Url(String),
}

impl Site {
    /// Whether it is the emulator in process, where nobody is phoned.
    pub fn is_emulator(&self) -> bool {
        *self == Self::Emulator
    }

    /// Whether it is on this machine: the emulator, or a loopback URL.
    pub fn is_loopback(&self) -> bool {
        match self {
            Self::Emulator => true,
            Self::Url(url) => provider::is_loopback(url),
            Self::Intl | Self::China => false,
        }
    }
}

impl std::fmt::Display for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Intl => "intl",
            Self::China => "china",
            Self::Emulator => "emulator",
            Self::Url(url) => url,
        })
    }
}

/// Where the ledger is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LedgerPlace {
    /// A SQLite file.
    File(PathBuf),
    /// An environment variable that holds a URL or a path.
    Env(String),
}

/// An agent, ready to speak.
#[derive(Debug)]
pub struct Agent {
    /// Its name.
    pub name: String,
    /// The document, overlays merged.
    pub spec: model::Agent,
    /// Its variables in the order of the document.
    pub variables: Vec<Declared>,
    /// The document, overlays merged, the prompt's text in the place of its file, secrets as references: what digests
    /// and diffs are made of.
    pub effective: serde_json::Value,
    /// Everything that is said or sent as text.
    pub templates: Templates,
    /// The merged document, for the places of its values.
    pub node: Arc<Node>,
    /// The file that holds its prompt, if there is one and it can be read.
    pub(super) prompt_file: Option<SourceId>,
    /// Whether its variables could be read; otherwise nobody is told that one is not declared.
    pub(super) declares: bool,
    /// Whether its templates are whole and use declared variables only; otherwise no row is rendered.
    pub(super) speaks: bool,
}

/// A declared variable.
#[derive(Clone, Debug, PartialEq)]
pub struct Declared {
    /// Its name.
    pub name: String,
    /// Its type and bounds.
    pub rules: Rules,
    /// Its value where nothing nearer gives one.
    pub default: Option<Value>,
    /// The declaration itself is wrong, which was reported: its rows are not judged.
    pub(super) broken: bool,
}

/// A campaign.
#[derive(Debug)]
pub struct Campaign {
    /// Its name.
    pub name: String,
    /// The document, overlays merged.
    pub spec: model::Campaign,
    /// Index into [`Project::agents`].
    pub agent: usize,
    /// Numbers that callees see.
    pub callers: Vec<PhoneNumber>,
    /// Values that are the same for every callee.
    pub constants: Vec<(String, Value)>,
    /// Who is called.
    pub callees: CalleeSource,
    /// Which columns mean what.
    pub columns: Columns,
    /// Whose clock the window goes by.
    pub clock: Clock,
    /// When callees may be phoned.
    pub window: Window,
    /// Who is never called.
    pub do_not_call: DoNotCall,
    /// Where that was read from.
    pub lists: ListFiles,
    /// The merged document, for the places of its values.
    pub node: Arc<Node>,
}

/// Who is called.
#[derive(Clone, Debug, PartialEq)]
pub enum CalleeSource {
    /// Rows of the document.
    Inline(Vec<InlineRow>),
    /// A file.
    File {
        /// The file.
        path: PathBuf,
        /// Its path as shown.
        shown: String,
        /// CSV (with its delimiter) or JSON Lines.
        format: crate::callees::Format,
    },
    /// Standard input.
    Stdin {
        /// CSV (with its delimiter) or JSON Lines.
        format: crate::callees::Format,
    },
}

/// A row of the document.
#[derive(Clone, Debug, PartialEq)]
pub struct InlineRow {
    /// Column by value.
    pub cells: Cells<crate::value::Raw>,
    /// Where it stands.
    pub span: crate::source::Span,
    /// Where its cells stand.
    pub cell_spans: Cells<crate::source::Span>,
}

/// Whose clock a window goes by.
#[derive(Clone, Debug, PartialEq)]
pub enum Clock {
    /// The callee's, from the number.
    Callee,
    /// One zone for everybody.
    Zone(jiff::tz::TimeZone),
    /// The row names its zone.
    Column(String),
}
