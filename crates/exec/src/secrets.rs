//! Secrets, at the moment when a request needs them.

use std::collections::BTreeMap;
use std::sync::Mutex;

use callform_ccc::Secret;
use callform_spec::model::SecretRef;

/// Reads secrets. `cli` implements it over the environment and files.
pub trait SecretResolver: Send + Sync {
    /// The secret behind a reference; of a file, without its final line break.
    ///
    /// # Errors
    /// If there is none. The error holds no secret.
    fn resolve(&self, secret: &SecretRef) -> Result<Secret, SecretError>;
}

/// A reference leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reference} can't be read: {reason}")]
pub struct SecretError {
    /// As it is written in the document.
    pub reference: String,
    /// Why; without the secret.
    pub reason: String,
}

/// Puts the reference itself in the place of the secret, so that a request can be shown.
#[derive(Debug, Clone, Copy, Default)]
pub struct References;

impl SecretResolver for References {
    fn resolve(&self, secret: &SecretRef) -> Result<Secret, SecretError> {
        Ok(Secret::new(secret.to_string()))
    }
}

/// Reads each secret once: a run of 100,000 calls must not meet a rotated key or a vanished file in its middle.
pub(crate) struct Once<'a> {
    inner: &'a dyn SecretResolver,
    known: Mutex<BTreeMap<SecretRef, Secret>>,
}

impl<'a> Once<'a> {
    pub(crate) fn new(inner: &'a dyn SecretResolver) -> Self {
        Self { inner, known: Mutex::default() }
    }
}

impl SecretResolver for Once<'_> {
    fn resolve(&self, secret: &SecretRef) -> Result<Secret, SecretError> {
        let mut known = self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(found) = known.get(secret) {
            return Ok(found.clone());
        }
        let found = self.inner.resolve(secret)?;
        known.insert(secret.clone(), found.clone());
        Ok(found)
    }
}
