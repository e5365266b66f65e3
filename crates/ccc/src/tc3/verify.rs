//! Verifying, as tolerant as the gateway must be towards its own official clients.

use std::fmt;

use hmac::Mac;

use super::{ALGORITHM, TERMINATOR, UNSIGNED_PAYLOAD};

/// How far `X-TC-Timestamp` may be from the server's clock, in seconds, either way.
pub const TOLERANCE_SECONDS: u64 = 300;

/// A request as it came in.
#[derive(Clone, Copy)]
pub struct ReceivedRequest<'a> {
    /// The method as sent.
    pub method: &'a str,
    /// The request target as sent: `/`, `/?query`, or the absolute form.
    pub target: &'a str,
    /// All headers; names in any case, values as sent.
    pub headers: &'a [(String, String)],
    /// The body as sent.
    pub body: &'a [u8],
}

/// Shows no query, no headers, no body.
impl fmt::Debug for ReceivedRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedRequest")
            .field("method", &self.method)
            .field("headers", &self.headers.len())
            .field("body", &format_args!("*** ({} bytes)", self.body.len()))
            .finish_non_exhaustive()
    }
}

impl<'a> ReceivedRequest<'a> {
    /// The only header of that name.
    ///
    /// # Errors
    /// Absent, or there more than once, where the two readings could differ.
    fn header(&self, name: &str) -> Result<&'a str, VerifyError> {
        let mut values = self
            .headers
            .iter()
            .filter(|(header, _)| header.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str());
        match (values.next(), values.next()) {
            (Some(value), None) => Ok(value.trim()),
            (None, _) => Err(VerifyError::Missing(name.to_owned())),
            (Some(_), Some(_)) => Err(VerifyError::Repeated(name.to_owned())),
        }
    }

    /// The `Authorization` header, taken apart: who claims to have signed.
    ///
    /// # Errors
    /// No such header, or one that is not TC3.
    pub fn authorization(&self) -> Result<Authorization, VerifyError> {
        Authorization::parse(self.header("Authorization")?)
    }
}

/// An `Authorization` header, taken apart.
#[derive(Clone, PartialEq, Eq)]
pub struct Authorization {
    /// The key's name.
    pub secret_id: String,
    /// `YYYY-MM-DD`
    pub date: String,
    /// The service of the scope as given. The Node client derives it from the endpoint (`127`, `localhost:18096`).
    pub service: String,
    /// Lower-case names, in the order given.
    pub signed_headers: Vec<String>,
    /// As given.
    pub signature: String,
}

impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorization")
            .field("date", &self.date)
            .field("service", &self.service)
            .field("signed_headers", &self.signed_headers)
            .field("secret_id", &format_args!("***"))
            .field("signature", &format_args!("***"))
            .finish()
    }
}

impl Authorization {
    /// Takes the header's value apart.
    ///
    /// # Errors
    /// [`VerifyError::Malformed`], with what is wrong.
    pub fn parse(value: &str) -> Result<Self, VerifyError> {
        let rest = value
            .trim()
            .strip_prefix(ALGORITHM)
            .ok_or(VerifyError::Malformed("the algorithm is not TC3-HMAC-SHA256"))?;
        let (mut credential, mut signed_headers, mut signature) = (None, None, None);
        for part in rest.split(',') {
            match part.trim().split_once('=') {
                Some(("Credential", value)) => credential = Some(value),
                Some(("SignedHeaders", value)) => signed_headers = Some(value),
                Some(("Signature", value)) => signature = Some(value),
                _ => return Err(VerifyError::Malformed("an unknown part")),
            }
        }
        let scope = credential
            .and_then(|credential| credential.strip_suffix(TERMINATOR)?.strip_suffix('/'))
            .ok_or(VerifyError::Malformed("no credential that ends in tc3_request"))?;
        let mut parts = scope.splitn(3, '/');
        let (Some(secret_id), Some(date), Some(service)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(VerifyError::Malformed("the credential has fewer than four parts"));
        };
        Ok(Self {
            secret_id: secret_id.to_owned(),
            date: date.to_owned(),
            service: service.to_owned(),
            signed_headers: signed_headers
                .ok_or(VerifyError::Malformed("no SignedHeaders"))?
                .split(';')
                .map(str::to_ascii_lowercase)
                .collect(),
            signature: signature.ok_or(VerifyError::Malformed("no Signature"))?.to_owned(),
        })
    }
}

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// A header that must be there is not.
    #[error("the header `{0}` is missing")]
    Missing(String),
    /// A header that must be unambiguous is there twice.
    #[error("the header `{0}` is there more than once")]
    Repeated(String),
    /// `Authorization` can't be read.
    #[error("the Authorization header can't be read: {0}")]
    Malformed(&'static str),
    /// `content-type` or `host` is not signed.
    #[error("the header `{0}` must be signed")]
    NotSigned(&'static str),
    /// `X-TC-Timestamp` is no Unix time.
    #[error("X-TC-Timestamp is not a Unix time in seconds")]
    Timestamp,
    /// The two clocks differ by more than [`TOLERANCE_SECONDS`].
    #[error("the request was signed {0} s away from now; at most {TOLERANCE_SECONDS} s are allowed")]
    Expired(u64),
    /// The date of the credential is not the timestamp's, in UTC.
    #[error("the credential's date is not the UTC date of X-TC-Timestamp")]
    Date,
    /// The signature is not the one that the key makes.
    #[error("the signature does not match")]
    Signature,
}

impl VerifyError {
    /// The API error code that the gateway answers.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing(_) | Self::Repeated(_) | Self::Malformed(_) | Self::NotSigned(_) => {
                "AuthFailure.InvalidAuthorization"
            }
            Self::Timestamp | Self::Expired(_) => "AuthFailure.SignatureExpire",
            Self::Date | Self::Signature => "AuthFailure.SignatureFailure",
        }
    }
}

/// Checks the signature of a request against the key that [`ReceivedRequest::authorization`] names, at `now` (Unix
/// seconds).
///
/// Accepts what the official clients do: `Host` signed as sent or without its port, header values as sent or in
/// lower case, any service in the scope, `UNSIGNED-PAYLOAD`, the raw query of a GET.
///
/// # Errors
/// The first reason to refuse; [`VerifyError::code`] is what the API calls it.
pub fn verify(request: &ReceivedRequest<'_>, secret_key: &str, now: i64) -> Result<(), VerifyError> {
    let authorization = request.authorization()?;
    for name in ["content-type", "host"] {
        if !authorization.signed_headers.iter().any(|signed| signed == name) {
            return Err(VerifyError::NotSigned(name));
        }
    }
    let timestamp: i64 = request.header("X-TC-Timestamp")?.parse().map_err(|_| VerifyError::Timestamp)?;
    let distance = now.abs_diff(timestamp);
    if distance > TOLERANCE_SECONDS {
        return Err(VerifyError::Expired(distance));
    }
    let date = super::utc_date(timestamp).ok_or(VerifyError::Timestamp)?;
    if date != authorization.date {
        return Err(VerifyError::Date);
    }
    let signature = super::unhex(&authorization.signature).ok_or(VerifyError::Signature)?;
    let signing_key = super::signing_key(secret_key, &date, &authorization.service);
    let payload_hash = match request.header("X-TC-Content-SHA256") {
        Ok(UNSIGNED_PAYLOAD) => super::sha256_hex(UNSIGNED_PAYLOAD.as_bytes()),
        Err(error @ VerifyError::Repeated(_)) => return Err(error),
        _ => super::sha256_hex(request.body),
    };
    let query = match request.target.split_once('?') {
        Some((_, query)) if request.method == "GET" => query,
        _ => "",
    };
    let headers = authorization
        .signed_headers
        .iter()
        .map(|name| Ok((name.clone(), request.header(name)?.to_owned())))
        .collect::<Result<Vec<_>, VerifyError>>()?;
    let matches = readings(&headers).into_iter().any(|headers| {
        let canonical = super::canonical_request(request.method, query, &headers, &payload_hash);
        let text = super::string_to_sign(timestamp, &date, &authorization.service, &canonical);
        super::mac(&*signing_key, text.as_bytes()).verify_slice(&signature).is_ok()
    });
    if matches { Ok(()) } else { Err(VerifyError::Signature) }
}

/// The ways in which signed headers may have been written into the canonical request.
fn readings(headers: &[(String, String)]) -> Vec<Vec<(String, String)>> {
    let with = |change: &dyn Fn(&str, &str) -> String| -> Vec<(String, String)> {
        headers.iter().map(|(name, value)| (name.clone(), change(name, value))).collect()
    };
    let as_sent = |_: &str, value: &str| value.to_owned();
    let without_port = |name: &str, value: &str| match (name, value.rsplit_once(':')) {
        // The Node client signs the host without the port that its Host header carries.
        ("host", Some((host, port))) if port.bytes().all(|byte| byte.is_ascii_digit()) => host.to_owned(),
        _ => value.to_owned(),
    };
    // The documentation lowers the case of values; no official client does.
    vec![
        with(&as_sent),
        with(&without_port),
        with(&|_, value| value.to_lowercase()),
        with(&|name, value| without_port(name, value).to_lowercase()),
    ]
}
