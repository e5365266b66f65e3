//! The bytes of a call.

use std::io;

use serde::Serialize;
use zeroize::Zeroizing;

use super::CreateAiCall;
use crate::Dialect;
use crate::parameters::{FaultCode, ParameterFault, validate};

/// A call that has no body in this dialect.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// A member is set that the site would refuse.
    #[error("`{parameter}` exists on the China site only; the {dialect} site refuses it")]
    NotInDialect {
        /// The API's name of the member.
        parameter: &'static str,
        /// The dialect that does not know it.
        dialect: Dialect,
    },
    /// JSON could not be written.
    #[error("the request can't be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl CreateAiCall {
    /// Reads a request body, after checking it against the table of parameters.
    ///
    /// Prefer this to plain deserialisation, whose errors quote the value that did not fit: it may be a number that
    /// was written without quotes, or a key.
    ///
    /// # Errors
    /// The first fault, which quotes no value.
    pub fn from_json(dialect: Dialect, body: serde_json::Value) -> Result<Self, ParameterFault> {
        validate(dialect, &body)?;
        serde_json::from_value(body).map_err(|_| ParameterFault {
            code: FaultCode::InvalidParameter,
            path: String::new(),
            message: "the body is not a CreateAICall request".to_owned(),
        })
    }

    /// Compact JSON in UTF-8, members in documented order: the same call gives the same bytes. The buffer is
    /// overwritten when it is dropped, and was never moved while it grew.
    ///
    /// # Errors
    /// [`BodyError::NotInDialect`] for a China-only member on another site.
    pub fn body(&self, dialect: Dialect) -> Result<Zeroizing<Vec<u8>>, BodyError> {
        let china_only = [
            ("TransferToAgentEnable", self.transfer_to_agent_enable.is_some()),
            ("TransferToAgentItems", self.transfer_to_agent_items.is_some()),
            ("AcquireTimeoutSecond", self.acquire_timeout_second.is_some()),
            ("CustomSTTConfig", self.custom_stt_config.is_some()),
        ];
        if dialect != Dialect::China
            && let Some((parameter, _)) = china_only.into_iter().find(|(_, set)| *set)
        {
            return Err(BodyError::NotInDialect { parameter, dialect });
        }
        Ok(zeroizing_json(self)?)
    }
}

/// Measures first: a `Vec` that grows leaves copies of the secrets behind.
pub(crate) fn zeroizing_json<T: Serialize>(value: &T) -> Result<Zeroizing<Vec<u8>>, serde_json::Error> {
    let mut length = Length(0);
    serde_json::to_writer(&mut length, value)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(length.0));
    serde_json::to_writer(&mut *bytes, value)?;
    Ok(bytes)
}

struct Length(usize);

impl io::Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
