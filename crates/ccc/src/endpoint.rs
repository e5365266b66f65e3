//! Where requests go.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use reqwest::Url;

use crate::Dialect;

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// TLS.
    Https,
    /// Plain; loopback only.
    Http,
}

impl Scheme {
    /// `https` or `http`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::Http => "http",
        }
    }
}

/// A site: scheme, host with port, the parameter set that it speaks, and optionally a region.
///
/// Plain `http` exists for loopback hosts only: a body holds keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    scheme: Scheme,
    host: String,
    dialect: Dialect,
    region: Option<String>,
}

/// A text that can't be an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// No URL.
    #[error("the endpoint is not a URL: {0}")]
    NotAUrl(String),
    /// Neither `https` nor `http`.
    #[error("the endpoint's scheme is `{0}`; it must be https")]
    Scheme(String),
    /// Plain `http` to somewhere else.
    #[error("plain http to `{0}` would show the keys to everyone on the way; http is for this machine only")]
    PlainHttp(String),
    /// More than a host.
    #[error("the endpoint must be a scheme and a host, without {0}")]
    NotOnlyHost(&'static str),
    /// A region that can't travel in a header.
    #[error("the region must be letters, digits and `-`")]
    Region,
}

impl Endpoint {
    /// The documented host of a dialect, over TLS, without a region.
    #[must_use]
    pub fn new(dialect: Dialect) -> Self {
        Self { scheme: Scheme::Https, host: dialect.default_host().to_owned(), dialect, region: None }
    }

    /// `https://host[:port]`, or `http://` with a loopback host.
    ///
    /// # Errors
    /// See [`EndpointError`].
    pub fn parse(url: &str, dialect: Dialect) -> Result<Self, EndpointError> {
        let url = Url::parse(url).map_err(|error| EndpointError::NotAUrl(error.to_string()))?;
        let name = url
            .host_str()
            .filter(|host| !host.is_empty())
            .ok_or_else(|| EndpointError::NotAUrl("it has no host".to_owned()))?;
        let scheme = match url.scheme() {
            "https" => Scheme::Https,
            "http" if is_loopback(name) => Scheme::Http,
            "http" => return Err(EndpointError::PlainHttp(name.to_owned())),
            other => return Err(EndpointError::Scheme(other.to_owned())),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(EndpointError::NotOnlyHost("a user name"));
        }
        if url.path() != "/" {
            return Err(EndpointError::NotOnlyHost("a path"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(EndpointError::NotOnlyHost("a query"));
        }
        let host = match url.port() {
            Some(port) => format!("{name}:{port}"),
            None => name.to_owned(),
        };
        Ok(Self { scheme, host, dialect, region: None })
    }

    /// The same endpoint with `X-TC-Region`. CCC needs none, and none is sent by default.
    ///
    /// # Errors
    /// A region that can't travel in a header.
    pub fn with_region(mut self, region: impl Into<String>) -> Result<Self, EndpointError> {
        let region = region.into();
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if region.is_empty() || !region.bytes().all(fits) {
            return Err(EndpointError::Region);
        }
        self.region = Some(region);
        Ok(self)
    }

    /// TLS or plain.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Host, and port unless it is the scheme's own: the value of the `Host` header.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The parameter set.
    #[must_use]
    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// `X-TC-Region`
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// Whether requests stay on this machine: nobody is phoned from there.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let name = match self.host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => &self.host,
        };
        is_loopback(name)
    }

    /// `scheme://host/`
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}/", self)
    }
}

/// `scheme://host`
impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme.as_str(), self.host)
    }
}

fn is_loopback(name: &str) -> bool {
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || bare.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || bare.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
}
