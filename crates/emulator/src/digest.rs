//! Keyed digests: what the journal keeps in the place of numbers and texts.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;
use zeroize::Zeroizing;

/// An HMAC-SHA256 under the journal's key. Displayed as 64 lower-case hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest([u8; 32]);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Digest {
    /// Reads what [`fmt::Display`] wrote.
    pub(crate) fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

/// What a digest is of. The same text never has the same digest as a number and as a member's value.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Subject<'a> {
    Number,
    Body,
    Member(&'a str),
}

/// The journal's key, made once and kept in its meta table.
pub(crate) struct Key(Zeroizing<[u8; 32]>);

impl Key {
    pub(crate) fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    pub(crate) fn digest(&self, subject: Subject<'_>, content: &[u8]) -> Digest {
        // A 32-byte key is shorter than the block, so the key is taken as it is, padded with zeros.
        let mut block = Zeroizing::new([0_u8; 64]);
        block[..32].copy_from_slice(&*self.0);
        let mut mac = Hmac::<Sha256>::new((&*block).into());
        match subject {
            Subject::Number => mac.update(b"number\0"),
            Subject::Body => mac.update(b"body\0"),
            Subject::Member(name) => {
                mac.update(b"member\0");
                mac.update(name.as_bytes());
                mac.update(b"\0");
            }
        }
        mac.update(content);
        Digest(mac.finalize().into_bytes().into())
    }

    /// The digest of a JSON value, whatever the order of its members.
    pub(crate) fn digest_json(&self, subject: Subject<'_>, value: &Value) -> Digest {
        let mut text = Zeroizing::new(Vec::new());
        write_canonical(value, &mut text);
        self.digest(subject, &text)
    }
}

/// Members sorted, no white space, `1.0` written as `1`: equal JSON gives equal bytes.
fn write_canonical(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            names.sort_unstable();
            out.push(b'{');
            for (index, name) in names.into_iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                out.extend(Value::from(name.as_str()).to_string().into_bytes());
                out.push(b':');
                write_canonical(&members[name], out);
            }
            out.push(b'}');
        }
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_canonical(item, out);
            }
            out.push(b']');
        }
        Value::Number(number) => match number.as_f64() {
            // Up to 2^53 a float holds every integer exactly.
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 9_007_199_254_740_992.0 => {
                out.extend(format!("{float:.0}").into_bytes());
            }
            _ => out.extend(number.to_string().into_bytes()),
        },
        other => out.extend(other.to_string().into_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn equal_json_has_one_digest_and_different_json_another() {
        let key = Key::new([7; 32]);
        let of = |value: &Value| key.digest_json(Subject::Body, value);
        assert_eq!(of(&json!({"a": 1, "b": [true, "x"]})), of(&json!({"b": [true, "x"], "a": 1.0})));
        assert_ne!(of(&json!({"a": 1})), of(&json!({"a": "1"})));
        assert_ne!(of(&json!({"a": [1, 2]})), of(&json!({"a": [2, 1]})));
        assert_ne!(of(&json!({"a": null})), of(&json!({})));
    }

    #[test]
    fn a_digest_depends_on_key_and_subject() {
        let digest = Key::new([7; 32]).digest(Subject::Number, b"x");
        assert_ne!(digest, Key::new([8; 32]).digest(Subject::Number, b"x"));
        assert_ne!(digest, Key::new([7; 32]).digest(Subject::Body, b"x"));
        assert_eq!(Digest::from_hex(&digest.to_string()), Some(digest));
        assert_eq!(Digest::from_hex("xyz"), None);
    }
}
