//! Where a ledger lies: a file, or a PostgreSQL database.

use std::fmt;
use std::path::{Path, PathBuf};

use callform_ccc::Secret;

use super::database::postgres::ServerAddress;
use super::file;

/// How to reach a ledger.
#[derive(Debug, Clone)]
pub enum Address {
    /// A file of its own, for SQLite; see [`Address::file`].
    File(PathBuf),
    /// A PostgreSQL database's URL, which may hold a password.
    Postgres(Secret),
}

impl Address {
    /// The file that a path names, symbolic links followed: what lies beside a ledger is the same by every link.
    pub fn file(path: &Path) -> Self {
        Self::File(file::behind_links(path))
    }

    /// As it may be shown.
    pub fn place(&self) -> Place {
        match self {
            Self::File(path) => Place::File(path.clone()),
            Self::Postgres(url) => Place::Postgres(ServerAddress::new(url.clone()).shown()),
        }
    }
}

/// Where a ledger lies, for people: never a user or a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A file.
    File(PathBuf),
    /// Host, port and database.
    Postgres(String),
}

impl Place {
    /// The file, if it is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Postgres(_) => None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Postgres(shown) => f.write_str(shown),
        }
    }
}
