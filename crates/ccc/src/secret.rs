//! Text that must not be printed, and credentials made of it.

use std::fmt;

use serde::{Deserialize, Deserializer, Serializer};
use zeroize::Zeroizing;

/// A secret text: overwritten when dropped, `***` in `Debug`, and not `Display`.
///
/// It has no `Serialize` of its own, so that it can't travel by accident: a member that must reach the wire says
/// so, field by field.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over without copying it.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The secret itself. Don't log it, don't put it into an error.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

/// `serialize_with` for a secret member that the provider must receive.
pub(crate) fn expose<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose())
}

/// [`expose`] for an optional member; use together with `skip_serializing_if`.
pub(crate) fn expose_option<S: Serializer>(secret: &Option<Secret>, serializer: S) -> Result<S::Ok, S::Error> {
    match secret {
        Some(secret) => expose(secret, serializer),
        None => serializer.serialize_none(),
    }
}

/// What signs a request: a key pair, with a token where the pair is temporary (STS).
#[derive(Clone)]
pub struct Credentials {
    secret_id: Secret,
    secret_key: Secret,
    token: Option<Secret>,
}

impl Credentials {
    /// Checks that the three can travel in a header: printable ASCII without spaces, and not empty.
    ///
    /// A line break at the end, the usual souvenir of a file or of a CI variable, would otherwise come back as an
    /// unexplained signature failure.
    ///
    /// # Errors
    /// Names the member that can't be used, never its value.
    pub fn new(
        secret_id: impl Into<Secret>,
        secret_key: impl Into<Secret>,
        token: Option<Secret>,
    ) -> Result<Self, CredentialsError> {
        let credentials = Self { secret_id: secret_id.into(), secret_key: secret_key.into(), token };
        check("SecretId", credentials.secret_id.expose())?;
        check("SecretKey", credentials.secret_key.expose())?;
        if let Some(token) = &credentials.token {
            check("Token", token.expose())?;
        }
        if credentials.secret_id.expose().contains(['/', ',']) {
            return Err(CredentialsError { member: "SecretId", fault: "contains `/` or `,`" });
        }
        Ok(credentials)
    }

    /// The key's name; it travels in clear in `Authorization`.
    #[must_use]
    pub fn secret_id(&self) -> &str {
        self.secret_id.expose()
    }

    /// The key itself; it never travels.
    #[must_use]
    pub fn secret_key(&self) -> &Secret {
        &self.secret_key
    }

    /// The token of temporary credentials (`X-TC-Token`).
    #[must_use]
    pub fn token(&self) -> Option<&Secret> {
        self.token.as_ref()
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("secret_id", &self.secret_id)
            .field("secret_key", &self.secret_key)
            .field("token", &self.token)
            .finish()
    }
}

/// Credentials that can't sign anything.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the {member} can't be used: it {fault}")]
pub struct CredentialsError {
    /// `SecretId`, `SecretKey` or `Token`.
    pub member: &'static str,
    /// What is wrong with it, without its value.
    pub fault: &'static str,
}

fn check(member: &'static str, value: &str) -> Result<(), CredentialsError> {
    let fault = if value.is_empty() {
        "is empty"
    } else if value.ends_with(['\n', '\r']) {
        "ends with a line break"
    } else if value.contains(char::is_whitespace) {
        "contains a space"
    } else if !value.bytes().all(|byte| byte.is_ascii_graphic()) {
        "contains something else than printable ASCII"
    } else {
        return Ok(());
    };
    Err(CredentialsError { member, fault })
}
