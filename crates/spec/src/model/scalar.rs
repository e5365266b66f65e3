//! Scalars with a form of their own: durations, secret references, moments; and fields with a short and a long form.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// What a duration looks like: numbers with units, largest first.
pub const DURATION_PATTERN: &str = r"^(?=.)(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?$";
/// What a secret looks like: a reference, nothing else.
pub const SECRET_PATTERN: &str = r"^\$\{(env:[A-Za-z_][A-Za-z0-9_]*|file:[^{}]+)\}$";
/// What a date or an instant looks like.
pub const MOMENT_PATTERN: &str = r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2}))?$";
/// What a day looks like.
pub const DAY_PATTERN: &str = r"^\d{4}-\d{2}-\d{2}$";
/// What a time of day looks like.
pub const CLOCK_PATTERN: &str = r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$";
/// What a name looks like: it appears in identities, file names and commands.
pub const NAME_PATTERN: &str = r"^[\p{L}\p{N}]([\p{L}\p{N}._-]*[\p{L}\p{N}])?$";

/// A length of time with its unit (`500ms`, `10s`, `1h30m`). The API mixes seconds and milliseconds; the spec never
/// does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(u64);

impl Duration {
    /// From milliseconds.
    pub const fn from_millis(ms: u64) -> Self {
        Self(ms)
    }

    /// In milliseconds.
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// In whole seconds, if it is a whole number of them.
    pub const fn whole_seconds(self) -> Option<u64> {
        if self.0.is_multiple_of(1000) { Some(self.0 / 1000) } else { None }
    }

    /// As the standard library's type.
    pub const fn to_std(self) -> std::time::Duration {
        std::time::Duration::from_millis(self.0)
    }

    /// From text; `None` if it is not a duration or is longer than ten years.
    pub fn parse(text: &str) -> Option<Self> {
        const UNITS: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];
        let (mut rest, mut total, mut next) = (text, 0_u64, 0);
        if rest.is_empty() {
            return None;
        }
        while !rest.is_empty() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let number: u64 = rest[..digits].parse().ok()?;
            rest = &rest[digits..];
            let letters = rest.bytes().take_while(u8::is_ascii_lowercase).count();
            let at = UNITS.iter().skip(next).position(|(unit, _)| *unit == &rest[..letters])? + next;
            total = total.checked_add(number.checked_mul(UNITS[at].1)?)?;
            rest = &rest[letters..];
            next = at + 1;
        }
        (total <= 10 * 366 * 86_400_000).then_some(Self(total))
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        if rest == 0 {
            return f.write_str("0s");
        }
        for (unit, ms) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)] {
            if rest >= ms {
                write!(f, "{}{unit}", rest / ms)?;
                rest %= ms;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("not a duration"))
    }
}

impl JsonSchema for Duration {
    fn schema_name() -> Cow<'static, str> {
        "Duration".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A length of time with its unit: `500ms`, `10s`, `2m`, `1h30m`, `1d`.",
            "pattern": DURATION_PATTERN,
            "examples": ["500ms", "10s", "10m", "1h30m", "1d"],
        })
    }
}

/// A reference to a secret. The secret itself is read at the moment of the request and is never stored.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SecretRef {
    /// `${env:NAME}`: an environment variable.
    Env(String),
    /// `${file:PATH}`: a file's text, one final line break dropped. Not confined to the project: secrets are
    /// mounted elsewhere.
    File(String),
}

impl SecretRef {
    /// From `${env:NAME}` or `${file:PATH}`.
    pub fn parse(text: &str) -> Option<Self> {
        let inner = text.strip_prefix("${")?.strip_suffix('}')?;
        if let Some(name) = inner.strip_prefix("env:") {
            let mut chars = name.chars();
            let first = chars.next()?;
            ((first.is_ascii_alphabetic() || first == '_') && chars.all(|c| c.is_ascii_alphanumeric() || c == '_'))
                .then(|| Self::Env(name.to_owned()))
        } else {
            let path = inner.strip_prefix("file:")?;
            (!path.is_empty() && !path.contains(['{', '}'])).then(|| Self::File(path.to_owned()))
        }
    }

    /// The name under which a project's `secrets:` binds it to hosts: the variable's name or the path.
    pub fn name(&self) -> &str {
        match self {
            Self::Env(name) | Self::File(name) => name,
        }
    }
}

impl fmt::Display for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "${{env:{name}}}"),
            Self::File(path) => write!(f, "${{file:{path}}}"),
        }
    }
}

impl<'de> Deserialize<'de> for SecretRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        // The text is not shown: it may be the secret.
        Self::parse(&text).ok_or_else(|| D::Error::custom("not a reference to a secret"))
    }
}

impl JsonSchema for SecretRef {
    fn schema_name() -> Cow<'static, str> {
        "Secret".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A reference to a secret, `${env:NAME}` or `${file:PATH}`; never the secret itself. It is read at the moment of the request and never stored, logged or shown.",
            "pattern": SECRET_PATTERN,
            "examples": ["${env:OPENAI_API_KEY}", "${file:/run/secrets/openai}"],
        })
    }
}

/// A day (`2026-04-03`) or an instant (`2026-04-03T18:00:00-07:00`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Moment {
    /// A day, in the callee's own zone.
    Day(jiff::civil::Date),
    /// An instant.
    Instant(jiff::Timestamp),
}

impl Moment {
    /// From text.
    ///
    /// # Errors
    /// If it has not the form, or there is no such time.
    pub fn parse(text: &str) -> Result<Self, jiff::Error> {
        if text.contains('T') { text.parse().map(Self::Instant) } else { text.parse().map(Self::Day) }
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(|error| D::Error::custom(error.to_string()))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => day.fmt(f),
            Self::Instant(instant) => instant.fmt(f),
        }
    }
}

impl JsonSchema for Moment {
    fn schema_name() -> Cow<'static, str> {
        "Moment".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A day in the callee's own time zone, or an instant with its offset.",
            "pattern": MOMENT_PATTERN,
            "examples": ["2026-04-03", "2026-04-03T18:00:00-07:00"],
        })
    }
}

/// Declares a field that has a short form beside its long one. The JSON type tells them apart, so no position of an
/// error is lost.
macro_rules! short_or_long {
    ($(#[$meta:meta])* $name:ident, $short:ty, $long:ty) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub enum $name {
            /// The short form.
            Short($short),
            /// The long form.
            Long($long),
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = serde_json::Value::deserialize(deserializer)?;
                if value.is_object() {
                    serde_json::from_value(value).map(Self::Long).map_err(serde::de::Error::custom)
                } else {
                    serde_json::from_value(value).map(Self::Short).map_err(serde::de::Error::custom)
                }
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let (short, long) = (generator.subschema_for::<$short>(), generator.subschema_for::<$long>());
                schemars::json_schema!({ "anyOf": [short, long] })
            }
        }
    };
}
pub(crate) use short_or_long;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_carry_units_and_print_back() {
        for (text, ms) in [("500ms", 500), ("10s", 10_000), ("1h30m", 5_400_000), ("2d", 172_800_000), ("0s", 0)] {
            let duration = Duration::parse(text).unwrap();
            assert_eq!(duration.as_millis(), ms);
            assert_eq!(duration.to_string(), text);
        }
        for wrong in ["", "10", "s", "10 s", "1m1h", "1.5h", "-3s", "10S", "99999999999999999999s", "4000d"] {
            assert_eq!(Duration::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_secret_is_a_reference_and_nothing_else() {
        assert_eq!(SecretRef::parse("${env:A_1}"), Some(SecretRef::Env("A_1".into())));
        assert_eq!(SecretRef::parse("${file:/run/s}"), Some(SecretRef::File("/run/s".into())));
        for wrong in ["sk-x", "${env:}", "${env:1A}", "x${env:A}", "${env:A}x", "${A}", "${file:}", "${env:A-B}"] {
            assert_eq!(SecretRef::parse(wrong), None, "{wrong}");
        }
    }
}
