//! What was last applied: agents' documents, and which secret travelled to which host.

use serde_json::Value;

use super::database::values;
use super::event::{About, Event};
use super::{Ledger, LedgerError};
use crate::identity::canonical;

impl Ledger {
    /// The document of an agent as it was when its calls last went out; secrets are references in it.
    ///
    /// # Errors
    /// If the database can't be read.
    pub fn last_agent(&self, account: &str, environment: &str, name: &str) -> Result<Option<Value>, LedgerError> {
        let text: Option<String> = self
            .database
            .first(
                "SELECT document FROM agents WHERE account = ?1 AND environment = ?2 AND name = ?3",
                values![account, environment, name],
                |row| row.get(0),
            )
            .map_err(|error| self.failed(error))?;
        text.map(|text| serde_json::from_str(&text))
            .transpose()
            .map_err(|_| self.contradiction("an agent's document can't be read"))
    }

    /// Remembers an agent's document, if it is another than before.
    ///
    /// # Errors
    /// If it could not be written.
    pub fn remember_agent(
        &mut self,
        account: &str,
        environment: &str,
        name: &str,
        document: &Value,
    ) -> Result<(), LedgerError> {
        let before = self.last_agent(account, environment, name)?;
        if before.is_some_and(|before| canonical(&before) == canonical(document)) {
            return Ok(());
        }
        let event = Event::Agent {
            environment: environment.to_owned(),
            account: account.to_owned(),
            name: name.to_owned(),
            document: document.clone(),
        };
        self.append(About::default(), &event).map(|_| ())
    }

    /// Whether a secret, named as in `secrets:` of the project, has travelled to that host before.
    ///
    /// # Errors
    /// If the database can't be read.
    pub fn knows_secret_host(&self, secret: &str, host: &str) -> Result<bool, LedgerError> {
        self.database
            .exists("SELECT 1 FROM secret_hosts WHERE secret = ?1 AND host = ?2", values![secret, host])
            .map_err(|error| self.failed(error))
    }

    /// Remembers that a secret travels to a host.
    ///
    /// # Errors
    /// If it could not be written.
    pub fn remember_secret_host(&mut self, secret: &str, host: &str) -> Result<(), LedgerError> {
        if self.knows_secret_host(secret, host)? {
            return Ok(());
        }
        let event = Event::SecretHost { secret: secret.to_owned(), host: host.to_owned() };
        self.append(About::default(), &event).map(|_| ())
    }
}
