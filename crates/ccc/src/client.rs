//! The client: signs, sends, places calls. A call is signed once and sent once.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::fmt::rfc2822::DateTimeParser;
use zeroize::Zeroizing;

use crate::answer::Answer;
use crate::call::{BodyError, CreateAiCall};
use crate::endpoint::Endpoint;
use crate::mask::Sensitive;
use crate::secret::{Credentials, Secret};
use crate::tc3::{self, Payload, SignError, SigningInput};
use crate::transport::{HttpRequest, HttpResponse, Method, Transport, TransportError};

/// `X-TC-Action`
pub const ACTION: &str = "CreateAICall";

/// `X-TC-Version`
pub const VERSION: &str = "2020-02-10";

/// The service in the credential scope.
pub const SERVICE: &str = "ccc";

/// The documented limit of a POST signed with TC3: 10 MB.
pub const MAX_BODY_BYTES: usize = 10 * 1024 * 1024;

const CONTENT_TYPE: &str = "application/json";

/// `X-TC-Language`: the language of error messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// `zh-CN`
    ZhCn,
    /// `en-US`
    EnUs,
}

impl Language {
    /// As it stands in the header.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ZhCn => "zh-CN",
            Self::EnUs => "en-US",
        }
    }
}

/// What can be chosen about requests.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// How long a request may take, from connecting to the last byte of the answer. Generous by default (60 s, as the
    /// official clients have it): giving up early turns an answer into an unknown.
    pub timeout: Duration,
    /// `X-TC-Language`; not sent if none.
    pub language: Option<Language>,
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self { timeout: Duration::from_secs(60), language: None }
    }
}

/// Places calls, and reads them back, at one endpoint with one key.
pub struct Client {
    endpoint: Endpoint,
    credentials: Credentials,
    transport: Arc<dyn Transport>,
    options: ClientOptions,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("endpoint", &self.endpoint)
            .field("credentials", &self.credentials)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// A call that is signed and can be sent once: it is consumed by [`Client::send`] and has no copy.
///
/// Its timestamp is inside the signature. The provider refuses it from timestamp + 300 s on, whatever happens to the
/// process that holds it.
pub struct PreparedCall {
    request: HttpRequest,
    timestamp: i64,
    sensitive: Sensitive,
}

impl PreparedCall {
    /// `X-TC-Timestamp`: Unix seconds.
    #[must_use]
    pub const fn timestamp(&self) -> i64 {
        self.timestamp
    }
}

impl fmt::Debug for PreparedCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedCall")
            .field("timestamp", &self.timestamp)
            .field("request", &self.request)
            .finish_non_exhaustive()
    }
}

/// A call that can't be signed; nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// It has no body in the endpoint's dialect.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// Its time has no date.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The provider takes no bodies of that size.
    #[error("the request has {0} bytes; the provider takes {MAX_BODY_BYTES} at most")]
    TooLarge(usize),
}

/// An answer, and the server's clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// What happened.
    pub answer: Answer,
    /// The `Date` header, in Unix seconds: the gateway's clock, or that of a proxy before it.
    pub server_date: Option<i64>,
}

impl Client {
    /// A client; sends nothing.
    #[must_use]
    pub fn new(
        endpoint: Endpoint,
        credentials: Credentials,
        transport: Arc<dyn Transport>,
        options: ClientOptions,
    ) -> Self {
        Self { endpoint, credentials, transport, options }
    }

    /// Where it sends.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Signs a call, at `timestamp` (Unix seconds). Sends nothing.
    ///
    /// # Errors
    /// See [`PrepareError`].
    pub fn prepare(&self, call: &CreateAiCall, timestamp: i64) -> Result<PreparedCall, PrepareError> {
        let body = call.body(self.endpoint.dialect())?;
        let request = self.sign(ACTION, body, timestamp)?;
        Ok(PreparedCall { request, timestamp, sensitive: self.sensitive(call) })
    }

    /// A signed POST of an action.
    pub(crate) fn sign(
        &self,
        action: &str,
        body: Zeroizing<Vec<u8>>,
        timestamp: i64,
    ) -> Result<HttpRequest, PrepareError> {
        if body.len() > MAX_BODY_BYTES {
            return Err(PrepareError::TooLarge(body.len()));
        }
        let signed = tc3::sign(&SigningInput {
            credentials: &self.credentials,
            service: SERVICE,
            method: Method::Post,
            host: self.endpoint.host(),
            query: "",
            content_type: CONTENT_TYPE,
            headers: &[],
            payload: Payload::Bytes(&body),
            timestamp,
        })?;
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut headers = vec![
            header("Host", self.endpoint.host()),
            header("Content-Type", CONTENT_TYPE),
            header("X-TC-Action", action),
            header("X-TC-Version", VERSION),
            header("X-TC-Timestamp", &timestamp.to_string()),
        ];
        if let Some(region) = self.endpoint.region() {
            headers.push(header("X-TC-Region", region));
        }
        if let Some(token) = self.credentials.token() {
            headers.push(header("X-TC-Token", token.expose()));
        }
        if let Some(language) = self.options.language {
            headers.push(header("X-TC-Language", language.as_str()));
        }
        headers.push(header("X-TC-RequestClient", concat!("callform_", env!("CARGO_PKG_VERSION"))));
        headers.push(("Authorization".to_owned(), signed.authorization));
        Ok(HttpRequest { method: Method::Post, url: self.endpoint.url(), headers, body })
    }

    /// Sends the call, once. Whatever happens, an answer comes back that says what is certain.
    ///
    /// Dropping the future before it is ready leaves the call unknown.
    pub async fn send(&self, prepared: PreparedCall) -> Reply {
        let PreparedCall { request, sensitive, .. } = prepared;
        let (answer, server_date) = match self.exchange(request).await {
            Ok(response) => (Answer::from_response(&response), date_of(&response)),
            Err(error) => (Answer::from_transport_error(error), None),
        };
        Reply { answer: answer.map_texts(|text| sensitive.scrub(text)), server_date }
    }

    /// Sends a signed request, once.
    pub(crate) async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        self.transport.send(request, self.options.timeout).await
    }

    /// The client's own secrets, which the provider's words must not carry into a log.
    pub(crate) fn own_secrets(&self) -> Sensitive {
        let mut own = Sensitive::default();
        own.add_secret(self.credentials.secret_id());
        own.add_secret(self.credentials.secret_key().expose());
        own.add_secret(self.credentials.token().map_or("", Secret::expose));
        own
    }

    /// What the provider's words must not carry into a log.
    fn sensitive(&self, call: &CreateAiCall) -> Sensitive {
        let mut sensitive = self.own_secrets();
        sensitive.add_secret(call.api_key.expose());
        let json = [&call.custom_tts_config, &call.custom_stt_config, &call.llm_extra_body];
        for secret in json.into_iter().flatten() {
            sensitive.add_json(secret.expose());
        }
        sensitive.add_number(&call.callee);
        for caller in call.callers.iter().flatten() {
            sensitive.add_number(caller);
        }
        sensitive
    }
}

/// The server's clock: the `Date` header, in Unix seconds.
pub(crate) fn date_of(response: &HttpResponse) -> Option<i64> {
    let date = DateTimeParser::new().parse_timestamp(response.header("Date")?.trim()).ok()?;
    Some(date.as_second())
}
