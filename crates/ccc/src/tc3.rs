//! TC3-HMAC-SHA256, the signature of Tencent Cloud API 3.0: signing, and verifying as the gateway does.

mod sign;
mod verify;

pub use sign::{Payload, SignError, Signed, SigningInput, sign};
pub use verify::{Authorization, ReceivedRequest, TOLERANCE_SECONDS, VerifyError, verify};

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// The name of the algorithm, as it stands in `Authorization` and in the string to sign.
pub const ALGORITHM: &str = "TC3-HMAC-SHA256";

/// The last part of every credential scope.
pub const TERMINATOR: &str = "tc3_request";

/// What stands in place of the body's hash when `X-TC-Content-SHA256` says so.
pub const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

const BLOCK: usize = 64;

/// HMAC-SHA256 under a key of any length. Longer keys are hashed and shorter ones padded here, as RFC 2104 does it,
/// because the fixed-size constructor can't fail.
fn mac(key: &[u8], message: &[u8]) -> Hmac<Sha256> {
    let mut block = Zeroizing::new([0_u8; BLOCK]);
    if key.len() > BLOCK {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let mut mac = Hmac::<Sha256>::new((&*block).into());
    mac.update(message);
    mac
}

fn hmac_sha256(key: &[u8], message: &[u8]) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(mac(key, message).finalize().into_bytes().into())
}

fn signing_key(secret_key: &str, date: &str, service: &str) -> Zeroizing<[u8; 32]> {
    let first = Zeroizing::new(format!("TC3{secret_key}"));
    let of_date = hmac_sha256(first.as_bytes(), date.as_bytes());
    let of_service = hmac_sha256(&*of_date, service.as_bytes());
    hmac_sha256(&*of_service, TERMINATOR.as_bytes())
}

/// The UTC date of a Unix time, `YYYY-MM-DD`; none beyond the year 9999.
fn utc_date(timestamp: i64) -> Option<String> {
    let instant = jiff::Timestamp::from_second(timestamp).ok()?;
    Some(instant.strftime("%Y-%m-%d").to_string())
}

fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|nibble| char::from(DIGITS[usize::from(nibble)])).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    text.as_bytes()
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => u8::try_from(digit(*high)? * 16 + digit(*low)?).ok(),
            _ => None,
        })
        .collect()
}

/// The canonical request. `headers` are lower-case names with final values, sorted by name.
fn canonical_request(method: &str, query: &str, headers: &[(String, String)], payload_hash: &str) -> String {
    let mut lines = String::new();
    for (name, value) in headers {
        lines.push_str(name);
        lines.push(':');
        lines.push_str(value);
        lines.push('\n');
    }
    let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
    // The path is always `/`: actions travel in a header.
    format!("{method}\n/\n{query}\n{lines}\n{}\n{payload_hash}", names.join(";"))
}

fn string_to_sign(timestamp: i64, date: &str, service: &str, canonical_request: &str) -> String {
    let hash = sha256_hex(canonical_request.as_bytes());
    format!("{ALGORITHM}\n{timestamp}\n{date}/{service}/{TERMINATOR}\n{hash}")
}
