//! Session identifiers, which the API writes with dashes in one place and without in another.

use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

/// A session: what the provider made of a call.
///
/// `CreateAICall` answers 32 hexadecimal digits, the queries show a dashed UUID. The text is kept as it was
/// received; equality, order and hash ignore dashes and case.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionId(String);

impl SessionId {
    /// Takes the text as received.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Whether it may be one: up to 64 letters, digits and dashes.
    #[must_use]
    pub fn is_plausible(&self) -> bool {
        let fits = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'_';
        !self.0.is_empty() && self.0.len() <= 64 && self.0.bytes().all(fits)
    }

    /// As received.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Lower case, without dashes: the form to store and to look up.
    #[must_use]
    pub fn normalized(&self) -> String {
        letters(&self.0).collect()
    }
}

impl From<String> for SessionId {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for SessionId {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl PartialEq for SessionId {
    fn eq(&self, other: &Self) -> bool {
        session_id_eq(&self.0, &other.0)
    }
}

impl Eq for SessionId {}

impl PartialOrd for SessionId {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for SessionId {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        letters(&self.0).cmp(letters(&other.0))
    }
}

impl Hash for SessionId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for letter in letters(&self.0) {
            letter.hash(state);
        }
    }
}

/// Whether two texts name the same session: dashes and case don't count.
#[must_use]
pub fn session_id_eq(a: &str, b: &str) -> bool {
    letters(a).eq(letters(b))
}

fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|letter| *letter != '-').map(|letter| letter.to_ascii_lowercase())
}
