//! The two parameter sets of the API.

use std::fmt;
use std::str::FromStr;

/// Which parameter set, and by default which host: the international or the China site.
///
/// Both speak version 2020-02-10; the China site knows a few members that the international one refuses with
/// `UnknownParameter`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dialect {
    /// `ccc.intl.tencentcloudapi.com`
    Intl,
    /// `ccc.tencentcloudapi.com`
    China,
}

impl Dialect {
    /// Both dialects, for tables and tests.
    pub const ALL: [Self; 2] = [Self::Intl, Self::China];

    /// The documented host, without scheme or port.
    #[must_use]
    pub const fn default_host(self) -> &'static str {
        match self {
            Self::Intl => "ccc.intl.tencentcloudapi.com",
            Self::China => "ccc.tencentcloudapi.com",
        }
    }

    /// `intl` or `china`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Intl => "intl",
            Self::China => "china",
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A text that names no dialect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a dialect; write `intl` or `china`")]
pub struct ParseDialectError(pub String);

impl FromStr for Dialect {
    type Err = ParseDialectError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|dialect| dialect.as_str() == text).ok_or_else(|| ParseDialectError(text.to_owned()))
    }
}
