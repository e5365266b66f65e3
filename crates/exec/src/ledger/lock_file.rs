//! `callform.lock`: which ledger belongs to which environment. Checked in, so that a clone, a colleague or a CI
//! machine that has another ledger, or none, can tell.
//!
//! Environments on the emulator don't appear: nobody is phoned there, and a clone of an example must just run. What
//! changes with every run (how far the ledger got) doesn't either: that is kept beside the ledger.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Lineage;

/// The file's name, in the project's directory.
pub const LOCK_FILE: &str = "callform.lock";

const HEAD: &str =
    "# Which ledger belongs to which environment. Check this file in; `callform ledger init` writes it.\n";

/// The content of `callform.lock`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockFile {
    path: PathBuf,
    ledgers: BTreeMap<String, Lineage>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    version: u32,
    ledgers: BTreeMap<String, String>,
}

/// `callform.lock` can't be used.
#[derive(Debug, thiserror::Error)]
pub enum LockFileError {
    /// It can't be read or written.
    #[error("{} can't be used: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why not.
        error: std::io::Error,
    },
    /// It is not what callform writes.
    #[error("{} can't be read: {detail}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
}

impl LockFileError {
    /// What to do, a line each.
    pub fn advice(&self) -> Vec<String> {
        match self {
            Self::Io { .. } => vec![],
            Self::Unreadable { .. } => {
                vec![
                    "Take the last good state of the file from version control; a merge may have left marks in it."
                        .into(),
                ]
            }
        }
    }
}

impl LockFile {
    /// Reads the project's file; one that isn't there is empty.
    ///
    /// # Errors
    /// See [`LockFileError`]. A file that can't be understood is never taken for an empty one.
    pub fn read(project_root: &Path) -> Result<Self, LockFileError> {
        let path = project_root.join(LOCK_FILE);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self { path, ledgers: BTreeMap::new() });
            }
            Err(error) => return Err(LockFileError::Io { path, error }),
        };
        let unreadable = |detail: String| LockFileError::Unreadable { path: path.clone(), detail };
        let content: Content = serde_yaml::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
        if content.version != 1 {
            return Err(unreadable(format!("it has version {}; this callform knows 1", content.version)));
        }
        let ledgers = content
            .ledgers
            .into_iter()
            .map(|(environment, lineage)| match Lineage::parse(&lineage) {
                Some(lineage) => Ok((environment, lineage)),
                None => Err(unreadable(format!("`{environment}` has no lineage of 32 hexadecimal digits"))),
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { path, ledgers })
    }

    /// The ledger of an environment.
    pub fn lineage(&self, environment: &str) -> Option<&Lineage> {
        self.ledgers.get(environment)
    }

    /// The other environments that have this ledger, too.
    pub fn others(&self, environment: &str, lineage: &Lineage) -> Vec<&str> {
        let has = |(name, its): &(&String, &Lineage)| name.as_str() != environment && *its == lineage;
        self.ledgers.iter().filter(has).map(|(name, _)| name.as_str()).collect()
    }

    /// Names the ledger of an environment, and writes the file.
    ///
    /// # Errors
    /// If it can't be written; the old one stays.
    pub fn register(&mut self, environment: &str, lineage: &Lineage) -> Result<(), LockFileError> {
        self.ledgers.insert(environment.to_owned(), lineage.clone());
        self.write().map_err(|error| LockFileError::Io { path: self.path.clone(), error })
    }

    fn write(&self) -> std::io::Result<()> {
        let ledgers = self.ledgers.iter().map(|(name, lineage)| (name.clone(), lineage.to_string())).collect();
        let text = serde_yaml::to_string(&Content { version: 1, ledgers }).map_err(std::io::Error::other)?;
        // Beside it, then over it: a half-written file would look like a ledger that nobody knows.
        let beside = self.path.with_extension("lock.new");
        let mut file = std::fs::File::create(&beside)?;
        file.write_all(HEAD.as_bytes())?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&beside, &self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lineage() -> Lineage {
        Lineage::parse("4f1c0123456789abcdef0123456789ab").unwrap()
    }

    #[test]
    fn what_was_registered_is_read_back() {
        let dir = tempfile::tempdir().unwrap();
        let mut lock = LockFile::read(dir.path()).unwrap();
        assert_eq!(lock.lineage("default"), None);
        lock.register("default", &lineage()).unwrap();
        lock.register("2026", &lineage()).unwrap();
        let again = LockFile::read(dir.path()).unwrap();
        assert_eq!(again.lineage("2026"), Some(&lineage()));
        assert_eq!(again, lock);
    }

    #[test]
    fn a_file_with_merge_marks_or_of_another_version_is_never_taken_for_an_empty_one() {
        let dir = tempfile::tempdir().unwrap();
        for text in [
            "<<<<<<< HEAD\nversion: 1\nledgers: {}\n",
            "version: 2\nledgers: {}\n",
            "version: 1\nledgers:\n  default: 4f1c\n",
            "version: 1\n",
            "",
        ] {
            std::fs::write(dir.path().join(LOCK_FILE), text).unwrap();
            assert!(matches!(LockFile::read(dir.path()), Err(LockFileError::Unreadable { .. })), "{text}");
        }
    }
}
