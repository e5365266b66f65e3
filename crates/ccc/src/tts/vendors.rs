//! The vendors' fields, as CCC documents them; notes where a vendor documents something else.

use serde_json::Number;

use super::{Extra, Member};
use crate::secret::Secret;

type Members<'a> = Vec<(&'static str, Option<Member<'a>>)>;

fn text(text: &str) -> Option<Member<'_>> {
    Some(Member::Text(text))
}

fn optional(text: &Option<String>) -> Option<Member<'_>> {
    text.as_deref().map(Member::Text)
}

fn secret(secret: &Secret) -> Option<Member<'_>> {
    Some(Member::Text(secret.expose()))
}

fn integer(integer: Option<i64>) -> Option<Member<'static>> {
    integer.map(Member::Integer)
}

fn number(number: &Option<Number>) -> Option<Member<'_>> {
    number.as_ref().map(Member::Number)
}

/// `TTSType` `tencent`
#[derive(Debug, Clone)]
pub struct Tencent {
    /// `AppId`
    pub app_id: String,
    /// `SecretId`
    pub secret_id: Secret,
    /// `SecretKey`
    pub secret_key: Secret,
    /// `VoiceType`, such as 101001; 200000000 together with `fast_voice_type`.
    pub voice_type: i64,
    /// `Speed`, -2 to 6: -2 is 0.6x, 0 is 1x, 1 is 1.2x, 6 is 2.5x; up to two decimals.
    pub speed: Option<Number>,
    /// `Volume`, 0 to 10 with 0 as normal; the vendor's own page says -10 to 10.
    pub volume: Option<i64>,
    /// `PrimaryLanguage`: 1 Chinese (default), 2 English, 3 Japanese.
    pub primary_language: Option<i64>,
    /// `FastVoiceType`: the id of a cloned voice.
    pub fast_voice_type: Option<String>,
    /// Further members.
    pub extra: Extra,
}

impl Tencent {
    pub(super) fn members(&self) -> Members<'_> {
        vec![
            ("AppId", text(&self.app_id)),
            ("SecretId", secret(&self.secret_id)),
            ("SecretKey", secret(&self.secret_key)),
            ("VoiceType", integer(Some(self.voice_type))),
            ("Speed", number(&self.speed)),
            ("Volume", integer(self.volume)),
            ("PrimaryLanguage", integer(self.primary_language)),
            ("FastVoiceType", optional(&self.fast_voice_type)),
        ]
    }
}

/// `TTSType` `minimax`
#[derive(Debug, Clone)]
pub struct Minimax {
    /// `Model`, such as `speech-01-turbo`.
    pub model: String,
    /// `APIUrl`, such as `https://api.minimax.chat/v1/t2a_v2`.
    pub api_url: String,
    /// `APIKey`
    pub api_key: Secret,
    /// `GroupId`; newer keys need none.
    pub group_id: Option<String>,
    /// `VoiceType`, a name such as `female-tianmei`.
    pub voice_type: Option<String>,
    /// `Speed`; TRTC documents 0.5 to 2.
    pub speed: Option<Number>,
    /// Further members.
    pub extra: Extra,
}

impl Minimax {
    pub(super) fn members(&self) -> Members<'_> {
        vec![
            ("Model", text(&self.model)),
            ("APIUrl", text(&self.api_url)),
            ("APIKey", secret(&self.api_key)),
            ("GroupId", optional(&self.group_id)),
            ("VoiceType", optional(&self.voice_type)),
            ("Speed", number(&self.speed)),
        ]
    }
}

/// `TTSType` `volcengine`
#[derive(Debug, Clone)]
pub struct Volcengine {
    /// `AppId`
    pub app_id: String,
    /// `Token`
    pub token: Secret,
    /// `Speed`, 1 by default; integrators state 0.2 to 3.
    pub speed: Option<Number>,
    /// `Volume`, 1 by default; integrators state 0.1 to 3.
    pub volume: Option<Number>,
    /// `Cluster`, `volcano_tts` by default.
    pub cluster: Option<String>,
    /// `VoiceType`; a wrong one gives silence, not an error.
    pub voice_type: Option<String>,
    /// Further members.
    pub extra: Extra,
}

impl Volcengine {
    pub(super) fn members(&self) -> Members<'_> {
        vec![
            ("AppId", text(&self.app_id)),
            ("Token", secret(&self.token)),
            ("Speed", number(&self.speed)),
            ("Volume", number(&self.volume)),
            ("Cluster", optional(&self.cluster)),
            ("VoiceType", optional(&self.voice_type)),
        ]
    }
}

/// `TTSType` `azure`
#[derive(Debug, Clone)]
pub struct Azure {
    /// `SubscriptionKey`
    pub subscription_key: Secret,
    /// `Region`, such as `chinanorth3`.
    pub region: String,
    /// `VoiceName`, such as `zh-CN-XiaoxiaoNeural`.
    pub voice_name: String,
    /// `Language`, such as `zh-CN`: the prefix of the voice's name.
    pub language: String,
    /// `Rate`, 0.5 to 2, 1 by default.
    pub rate: Option<Number>,
    /// Further members.
    pub extra: Extra,
}

impl Azure {
    pub(super) fn members(&self) -> Members<'_> {
        vec![
            ("SubscriptionKey", secret(&self.subscription_key)),
            ("Region", text(&self.region)),
            ("VoiceName", text(&self.voice_name)),
            ("Language", text(&self.language)),
            ("Rate", number(&self.rate)),
        ]
    }
}

/// `TTSType` `custom`
#[derive(Debug, Clone)]
pub struct Custom {
    /// `APIKey`
    pub api_key: Secret,
    /// `APIUrl`
    pub api_url: String,
    /// `AudioFormat`: `wav` (default) or `pcm`; `mp3` and `ogg_opus` are named but don't work yet.
    pub audio_format: Option<String>,
    /// `SampleRate`, 16000 by default and recommended.
    pub sample_rate: Option<i64>,
    /// `AudioChannel`, 1 (default) or 2.
    pub audio_channel: Option<i64>,
    /// Further members.
    pub extra: Extra,
}

impl Custom {
    pub(super) fn members(&self) -> Members<'_> {
        vec![
            ("APIKey", secret(&self.api_key)),
            ("APIUrl", text(&self.api_url)),
            ("AudioFormat", optional(&self.audio_format)),
            ("SampleRate", integer(self.sample_rate)),
            ("AudioChannel", integer(self.audio_channel)),
        ]
    }
}
