//! Who a call is, and what its words are made from, as keyed digests.
//!
//! All digests that leave memory are HMAC-SHA256 under a key that lives in the ledger, cut to 128 bits (RFC 2104,
//! section 5): a phone number has so little entropy that a plain digest of one can be guessed back. What goes in is
//! encoded so that no two inputs share an encoding: a domain, then every part with its length before it.

use std::fmt;

use callform_spec::phone::PhoneNumber;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::random::{Random, RandomError};

/// Bytes of every digest here.
pub const DIGEST_BYTES: usize = 16;

macro_rules! digest {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; DIGEST_BYTES]);

        impl $name {
            /// From the bytes of one that was stored.
            pub const fn from_bytes(bytes: [u8; DIGEST_BYTES]) -> Self {
                Self(bytes)
            }

            /// Its bytes.
            pub const fn as_bytes(&self) -> &[u8; DIGEST_BYTES] {
                &self.0
            }

            /// From 32 hexadecimal digits.
            pub fn from_hex(text: &str) -> Option<Self> {
                unhex(text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
                Self::from_hex(&text).ok_or_else(|| serde::de::Error::custom("not a digest of 32 hexadecimal digits"))
            }
        }
    };
}

digest!(
    /// A call's identity.
    CallId
);
digest!(
    /// A callee's number, the same in all campaigns of a ledger.
    NumberId
);
digest!(
    /// What a call's words are made from, and who hears them.
    Fingerprint
);
digest!(
    /// An agent as it stands in the files, secrets as references. Not keyed: it holds nothing personal.
    AgentDigest
);
digest!(
    /// A set of documents. Not keyed.
    SpecDigest
);

impl CallId {
    /// The first and the last identity that begin with these hexadecimal digits, of which there are 8 at least.
    pub fn beginning_with(digits: &str) -> Option<(Self, Self)> {
        let digits = digits.to_lowercase();
        let whole = 2 * DIGEST_BYTES;
        if !(8..=whole).contains(&digits.len()) {
            return None;
        }
        let filled = |with: &str| Self::from_hex(&format!("{digits}{}", with.repeat(whole - digits.len())));
        filled("0").zip(filled("f"))
    }
}

fn unhex(text: &str) -> Option<[u8; DIGEST_BYTES]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * DIGEST_BYTES {
        return None;
    }
    let mut bytes = [0; DIGEST_BYTES];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |d: u8| match d {
            b'0'..=b'9' => Some(d - b'0'),
            b'a'..=b'f' => Some(d - b'a' + 10),
            _ => None,
        };
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

/// What tells a call from every other: never a row's position, never a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallIdentity<'a> {
    /// The project's name.
    pub project: &'a str,
    /// The environment's name; `default` for the base.
    pub environment: &'a str,
    /// Site and SdkAppId.
    pub account: &'a str,
    /// The campaign's name, with `@occurrence` where it has one.
    pub campaign: &'a str,
    /// The row's key.
    pub key: &'a str,
}

/// `name` or `name@occurrence`: how a campaign is called in identities and on the screen.
pub fn campaign_id(name: &str, occurrence: Option<&str>) -> String {
    match occurrence {
        // Names can't hold `@`, so this is unambiguous.
        Some(occurrence) => format!("{name}@{occurrence}"),
        None => name.to_owned(),
    }
}

/// The key of a ledger. It never leaves the ledger's file.
#[derive(Clone)]
pub struct LedgerKey([u8; 32]);

impl fmt::Debug for LedgerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LedgerKey(***)")
    }
}

impl LedgerKey {
    /// A new key.
    ///
    /// # Errors
    /// If there is no randomness.
    pub fn generate(random: &mut dyn Random) -> Result<Self, RandomError> {
        let mut bytes = [0; 32];
        random.fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// A key that was stored.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(crate) const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The identity of a call.
    pub fn call(&self, identity: &CallIdentity<'_>) -> CallId {
        let CallIdentity { project, environment, account, campaign, key } = identity;
        CallId(self.mac("call", &[project, environment, account, campaign, key].map(|part| part.as_bytes())))
    }

    /// The identity of a callee.
    pub fn number(&self, number: &PhoneNumber) -> NumberId {
        NumberId(self.mac("number", &[number.e164().as_bytes()]))
    }

    /// The fingerprint of a call: agent, canonical inputs of the row, number. Needs no rendering.
    pub fn fingerprint(&self, agent: AgentDigest, inputs: &str, number: &PhoneNumber) -> Fingerprint {
        Fingerprint(self.mac("fingerprint", &[agent.as_bytes(), inputs.as_bytes(), number.e164().as_bytes()]))
    }

    fn mac(&self, domain: &str, parts: &[&[u8]]) -> [u8; DIGEST_BYTES] {
        // HMAC takes keys up to its block length as they are, with zeros behind.
        let mut block = [0_u8; 64];
        block[..32].copy_from_slice(&self.0);
        let mut mac = Hmac::<Sha256>::new((&block).into());
        feed(domain, parts, |bytes| mac.update(bytes));
        cut(&mac.finalize().into_bytes().into())
    }
}

impl AgentDigest {
    /// Of the effective document: the order of its keys doesn't count.
    pub fn of(effective: &Value) -> Self {
        Self(plain("agent", &[canonical(effective).as_bytes()]))
    }
}

impl SpecDigest {
    /// Of anything that is written as JSON: the order of keys doesn't count.
    pub fn of(document: &Value) -> Self {
        Self(plain("spec", &[canonical(document).as_bytes()]))
    }
}

/// Of some texts, as 32 hexadecimal digits. Not keyed.
pub(crate) fn digest_of(texts: &[String]) -> String {
    let parts: Vec<&[u8]> = texts.iter().map(String::as_bytes).collect();
    CallId(plain("texts", &parts)).to_string()
}

/// One link of the chain that runs through a ledger's events.
pub(crate) fn chain(previous: &[u8], parts: &[&[u8]]) -> [u8; DIGEST_BYTES] {
    let mut all = vec![previous];
    all.extend_from_slice(parts);
    plain("event", &all)
}

fn plain(domain: &str, parts: &[&[u8]]) -> [u8; DIGEST_BYTES] {
    let mut digest = Sha256::new();
    feed(domain, parts, |bytes| digest.update(bytes));
    cut(&digest.finalize().into())
}

fn feed(domain: &str, parts: &[&[u8]], mut update: impl FnMut(&[u8])) {
    for part in std::iter::once(domain.as_bytes()).chain(parts.iter().copied()) {
        update(&(part.len() as u64).to_be_bytes());
        update(part);
    }
}

fn cut(digest: &[u8; 32]) -> [u8; DIGEST_BYTES] {
    let mut cut = [0; DIGEST_BYTES];
    cut.copy_from_slice(&digest[..DIGEST_BYTES]);
    cut
}

/// JSON with sorted keys and without blanks.
pub(crate) fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write_canonical(value, &mut text);
    text
}

fn write_canonical(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by_key(|(name, _)| *name);
            out.push('{');
            for (n, (name, member)) in sorted.into_iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push(':');
                write_canonical(member, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                write_canonical(item, out);
            }
            out.push(']');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const KEY: LedgerKey = LedgerKey::from_bytes([7; 32]);

    fn identity<'a>(parts: &'a [String; 5]) -> CallIdentity<'a> {
        let [project, environment, account, campaign, key] = parts;
        CallIdentity { project, environment, account, campaign, key }
    }

    proptest! {
        #[test]
        fn different_identities_have_different_digests(a: [String; 5], b: [String; 5]) {
            prop_assert_eq!(a == b, KEY.call(&identity(&a)) == KEY.call(&identity(&b)));
        }

        #[test]
        fn moving_a_letter_across_a_border_makes_another_identity(a in "[a-c]{1,4}", b in "[a-c]{1,4}") {
            let parts = |campaign: &str, key: &str| ["p", "e", "x", campaign, key].map(str::to_owned);
            let moved = format!("{a}{b}");
            prop_assert_ne!(KEY.call(&identity(&parts(&a, &b))), KEY.call(&identity(&parts(&moved, ""))));
        }
    }

    #[test]
    fn an_identity_can_not_be_computed_without_the_ledger_s_key() {
        let parts = ["p", "default", "intl / 1", "c@1", "P-1"].map(str::to_owned);
        assert_ne!(KEY.call(&identity(&parts)), LedgerKey::from_bytes([8; 32]).call(&identity(&parts)));
    }

    #[test]
    fn the_order_of_an_agent_s_keys_does_not_count_but_its_values_do() {
        let digest = AgentDigest::of(&json!({"a": 1, "b": {"c": [1, 2], "d": "x"}}));
        assert_eq!(digest, AgentDigest::of(&json!({"b": {"d": "x", "c": [1, 2]}, "a": 1})));
        assert_ne!(digest, AgentDigest::of(&json!({"a": 1, "b": {"c": [2, 1], "d": "x"}})));
    }

    #[test]
    fn the_beginning_of_an_identity_names_a_range() {
        let (first, last) = CallId::beginning_with("0123ABCD9").unwrap();
        assert_eq!(first.to_string(), "0123abcd900000000000000000000000");
        assert_eq!(last.to_string(), "0123abcd9fffffffffffffffffffffff");
        for wrong in ["", "0123abc", "0123abcg", &"0".repeat(33)] {
            assert_eq!(CallId::beginning_with(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn digests_read_back_from_their_text() {
        let parts = ["p", "default", "intl / 1", "c", "k"].map(str::to_owned);
        let id = KEY.call(&identity(&parts));
        assert_eq!(CallId::from_hex(&id.to_string()), Some(id));
        for wrong in ["", "00", "0g000000000000000000000000000000", "0A000000000000000000000000000000"] {
            assert_eq!(CallId::from_hex(wrong), None, "{wrong}");
        }
    }
}
