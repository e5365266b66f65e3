//! How a request leaves: an object-safe trait, so that an emulator in process or a test can stand in for HTTP.
//!
//! The one distinction that matters is in [`TransportError`]: whether it is *certain* that nothing was sent.

mod http;

pub use http::{HttpOptions, HttpTransport, HttpTransportError};

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use zeroize::Zeroizing;

/// A boxed future, so that [`Transport`] stays object-safe.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The methods that the API takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Parameters in the query.
    Get,
    /// Parameters in a JSON body.
    Post,
}

impl Method {
    /// `GET` or `POST`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A request, ready to leave.
///
/// Not `Clone`: a copy of a call is a second call.
pub struct HttpRequest {
    /// GET or POST.
    pub method: Method,
    /// Absolute, with the query of a GET.
    pub url: String,
    /// In the order in which they are to be sent; holds `Host`, as signed.
    pub headers: Vec<(String, String)>,
    /// The exact bytes; empty for a GET.
    pub body: Zeroizing<Vec<u8>>,
}

impl HttpRequest {
    /// The first header of that name, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        find_header(&self.headers, name)
    }
}

/// Shows what can be shown: no query, no body, no signature, no token.
impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = match self.url.split_once('?') {
            Some((before, _)) => format!("{before}?***"),
            None => self.url.clone(),
        };
        let headers: Vec<(&str, &str)> = self
            .headers
            .iter()
            .map(|(name, value)| {
                let hidden = ["authorization", "x-tc-token"].iter().any(|secret| name.eq_ignore_ascii_case(secret));
                (name.as_str(), if hidden { "***" } else { value })
            })
            .collect();
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("url", &url)
            .field("headers", &headers)
            .field("body", &format_args!("*** ({} bytes)", self.body.len()))
            .finish()
    }
}

/// What came back, whole.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpResponse {
    /// The HTTP status code.
    pub status: u16,
    /// As received; values that are not UTF-8 are replaced lossily.
    pub headers: Vec<(String, String)>,
    /// As received.
    pub body: Vec<u8>,
}

impl HttpResponse {
    /// The first header of that name, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        find_header(&self.headers, name)
    }
}

/// Shows the status and sizes; a body may repeat numbers.
impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("headers", &self.headers.len())
            .field("body", &format_args!("*** ({} bytes)", self.body.len()))
            .finish()
    }
}

/// Why no complete answer came back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// Provably no byte of the request left: the name did not resolve, the connection was refused, TLS failed.
    #[error("nothing was sent: {reason}")]
    NotSent {
        /// What happened; no secrets, no numbers.
        reason: String,
    },
    /// Everything else. The provider may have acted on it.
    #[error("the request may have been acted on: {reason}")]
    MaybeSent {
        /// What happened; no secrets, no numbers.
        reason: String,
    },
}

/// Sends one request once.
///
/// An implementation must not repeat it, whatever happens: no retries, no redirects, no replay on another
/// connection. Where it can't prove that nothing left, it answers [`TransportError::MaybeSent`].
pub trait Transport: Send + Sync {
    /// Sends the request and reads the whole answer within `timeout`.
    fn send(&self, request: HttpRequest, timeout: Duration) -> BoxFuture<'_, Result<HttpResponse, TransportError>>;
}

fn find_header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}
