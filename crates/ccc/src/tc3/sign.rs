//! Signing.

use std::fmt;

use zeroize::Zeroizing;

use super::{ALGORITHM, TERMINATOR, UNSIGNED_PAYLOAD};
use crate::secret::Credentials;
use crate::transport::Method;

/// What a signature covers.
#[derive(Debug, Clone, Copy)]
pub struct SigningInput<'a> {
    /// Who signs.
    pub credentials: &'a Credentials,
    /// The service in the credential scope: `ccc`.
    pub service: &'a str,
    /// GET or POST.
    pub method: Method,
    /// The `Host` header exactly as sent, port included.
    pub host: &'a str,
    /// The query exactly as sent, without `?`; empty for a POST.
    pub query: &'a str,
    /// The `Content-Type` header exactly as sent.
    pub content_type: &'a str,
    /// Further headers to sign, beside `content-type` and `host`. The official clients sign none.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body.
    pub payload: Payload<'a>,
    /// `X-TC-Timestamp`: Unix seconds.
    pub timestamp: i64,
}

/// What of the body a signature covers.
#[derive(Clone, Copy)]
pub enum Payload<'a> {
    /// All of it; empty for a GET.
    Bytes(&'a [u8]),
    /// Nothing: `X-TC-Content-SHA256: UNSIGNED-PAYLOAD` must be sent along.
    Unsigned,
}

impl fmt::Debug for Payload<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "*** ({} bytes)", bytes.len()),
            Self::Unsigned => f.write_str(UNSIGNED_PAYLOAD),
        }
    }
}

/// A signature and the steps that led to it.
#[derive(Clone)]
pub struct Signed {
    /// Step 1. Holds the query of a GET.
    pub canonical_request: String,
    /// Step 2.
    pub string_to_sign: String,
    /// Step 3; good for all requests of that date.
    pub signing_key: Zeroizing<[u8; 32]>,
    /// Lower-case hexadecimal.
    pub signature: String,
    /// The value of the `Authorization` header.
    pub authorization: String,
}

/// Prints nothing that signs or can be replayed.
impl fmt::Debug for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signed")
            .field("string_to_sign", &self.string_to_sign)
            .field("signing_key", &format_args!("***"))
            .field("authorization", &format_args!("***"))
            .finish_non_exhaustive()
    }
}

/// A request that can't be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The time has no date.
    #[error("the timestamp {0} is out of range")]
    Timestamp(i64),
}

/// Signs, in the form of the official clients: `content-type;host` and whatever `headers` adds.
///
/// # Errors
/// A timestamp before year -9999 or after year 9999.
pub fn sign(input: &SigningInput<'_>) -> Result<Signed, SignError> {
    let date = super::utc_date(input.timestamp).ok_or(SignError::Timestamp(input.timestamp))?;
    let mut headers = vec![
        ("content-type".to_owned(), input.content_type.trim().to_owned()),
        ("host".to_owned(), input.host.trim().to_owned()),
    ];
    // Beyond the two, the documentation's form counts, which lowers the case of values too.
    headers.extend(input.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_lowercase())));
    headers.sort();
    let payload_hash = match input.payload {
        Payload::Bytes(bytes) => super::sha256_hex(bytes),
        Payload::Unsigned => super::sha256_hex(UNSIGNED_PAYLOAD.as_bytes()),
    };
    let canonical_request = super::canonical_request(input.method.as_str(), input.query, &headers, &payload_hash);
    let string_to_sign = super::string_to_sign(input.timestamp, &date, input.service, &canonical_request);
    let signing_key = super::signing_key(input.credentials.secret_key().expose(), &date, input.service);
    let signature = super::hex(&*super::hmac_sha256(&*signing_key, string_to_sign.as_bytes()));
    let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
    let authorization = format!(
        "{ALGORITHM} Credential={}/{date}/{}/{TERMINATOR}, SignedHeaders={}, Signature={signature}",
        input.credentials.secret_id(),
        input.service,
        names.join(";"),
    );
    Ok(Signed { canonical_request, string_to_sign, signing_key, signature, authorization })
}
