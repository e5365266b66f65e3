//! `CustomTTSConfig`: a speech vendor of one's own, written as the string of JSON that the API wants.
//!
//! Members come out in the order in which CCC documents them, then `extra` in its own order: the same configuration
//! gives the same text. Ranges are documented here and not enforced: vendors widen them.

mod vendors;

pub use vendors::{Azure, Custom, Minimax, Tencent, Volcengine};

use std::fmt;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Number, Value};

use crate::call::zeroizing_json;
use crate::secret::Secret;

/// One of the five vendors that CCC documents (`TTSType`).
#[derive(Debug, Clone)]
pub enum CustomTts {
    /// Tencent Cloud TTS.
    Tencent(Tencent),
    /// MiniMax.
    Minimax(Minimax),
    /// Volcano Engine.
    Volcengine(Volcengine),
    /// Azure Speech.
    Azure(Azure),
    /// An own service that speaks the platform's protocol.
    Custom(Custom),
}

/// Members that CCC does not document (yet). `Debug` shows their names only.
#[derive(Clone, Default, PartialEq)]
pub struct Extra(pub Map<String, Value>);

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.0.keys().map(|name| (name, format_args!("***")))).finish()
    }
}

/// A configuration that can't be written.
#[derive(Debug, thiserror::Error)]
pub enum TtsError {
    /// `extra` names a member that has a field of its own.
    #[error("`extra` must not hold `{member}`: it has a field of its own")]
    Repeated {
        /// The member.
        member: String,
    },
    /// JSON could not be written.
    #[error("the TTS configuration can't be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The JSON was no text.
    #[error("the TTS configuration is not UTF-8")]
    Utf8(#[from] std::str::Utf8Error),
}

impl CustomTts {
    /// `TTSType`
    #[must_use]
    pub const fn tts_type(&self) -> &'static str {
        match self {
            Self::Tencent(_) => "tencent",
            Self::Minimax(_) => "minimax",
            Self::Volcengine(_) => "volcengine",
            Self::Azure(_) => "azure",
            Self::Custom(_) => "custom",
        }
    }

    /// The value of `CustomTTSConfig`.
    ///
    /// # Errors
    /// [`TtsError::Repeated`] when `extra` collides with a documented member, set or not.
    pub fn to_config(&self) -> Result<Secret, TtsError> {
        let (members, extra) = self.members();
        let repeated =
            extra.0.keys().find(|name| *name == "TTSType" || members.iter().any(|(member, _)| member == name));
        if let Some(member) = repeated {
            return Err(TtsError::Repeated { member: member.clone() });
        }
        let json = zeroizing_json(&Config { tts_type: self.tts_type(), members, extra })?;
        Ok(Secret::new(std::str::from_utf8(&json)?))
    }

    fn members(&self) -> (Vec<(&'static str, Option<Member<'_>>)>, &Extra) {
        match self {
            Self::Tencent(tencent) => (tencent.members(), &tencent.extra),
            Self::Minimax(minimax) => (minimax.members(), &minimax.extra),
            Self::Volcengine(volcengine) => (volcengine.members(), &volcengine.extra),
            Self::Azure(azure) => (azure.members(), &azure.extra),
            Self::Custom(custom) => (custom.members(), &custom.extra),
        }
    }
}

/// A borrowed value, so that secrets are not copied on their way.
enum Member<'a> {
    Text(&'a str),
    Integer(i64),
    Number(&'a Number),
}

impl Serialize for Member<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Integer(integer) => serializer.serialize_i64(*integer),
            Self::Number(number) => number.serialize(serializer),
        }
    }
}

struct Config<'a> {
    tts_type: &'static str,
    members: Vec<(&'static str, Option<Member<'a>>)>,
    extra: &'a Extra,
}

impl Serialize for Config<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("TTSType", self.tts_type)?;
        for (name, member) in &self.members {
            if let Some(member) = member {
                map.serialize_entry(name, member)?;
            }
        }
        for (name, value) in &self.extra.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}
