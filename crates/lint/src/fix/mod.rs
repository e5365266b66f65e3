//! Applying fixes: edits of bytes, so that comments, layout and every other line stay as they are.
//!
//! [`fix`] reads the project, applies the fixes of what is found, and reads again what came of it, until nothing is left
//! to mend. It writes nothing: what it would write comes back as texts.

mod change;
mod diff;
mod rounds;

use std::io;
use std::path::PathBuf;

use callform_spec::diagnostic::{Code, Diagnostic};
use callform_spec::project::{Drafts, Loaded};

pub use diff::diff;
pub use rounds::fix;

/// The project that is mended, as the caller reads it.
pub trait Project {
    /// Reads it, with these texts in the place of files'.
    fn load(&self, drafts: &Drafts) -> Loaded;
    /// Everything that is told of what was read with these texts.
    fn find(&self, loaded: &Loaded, drafts: &Drafts) -> Vec<Diagnostic>;
    /// A file's canonical path and its text as it is on the disk. `path` is relative to the project, with `/`.
    ///
    /// # Errors
    /// If it can't be read.
    fn read(&self, path: &str) -> io::Result<(PathBuf, String)>;
}

/// What came of mending.
#[derive(Clone, Debug, Default)]
pub struct Fixed {
    /// Files that change.
    pub files: Vec<FixedFile>,
    /// How many fixes were applied.
    pub applied: usize,
    /// Fixes that were left out.
    pub left: Vec<Left>,
    /// Whether nothing is left to mend; otherwise fixes undid each other.
    pub settled: bool,
}

/// A file that changes.
#[derive(Clone, Debug)]
pub struct FixedFile {
    /// Its path as shown.
    pub shown: String,
    /// Its canonical path.
    pub path: PathBuf,
    /// Its text as it was read.
    pub before: String,
    /// Its text as it is to be written.
    pub after: String,
    /// `before` and `after` with nothing in them that must not be shown; the lines are the same ones.
    pub(crate) masked: (String, String),
}

/// A fix that was left out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Left {
    /// What it mends.
    pub code: Code,
    /// What it does.
    pub title: String,
    /// The file, as shown.
    pub file: String,
    /// Why it was left out.
    pub why: Why,
}

/// Why a fix was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Why {
    /// The project would have more errors than before.
    #[error("the project would have more errors than before")]
    MoreErrors,
    /// The file's text is not the one that was judged: it was changed meanwhile, or is kept in parts only.
    #[error("the file is not as it was read")]
    OtherText,
}
