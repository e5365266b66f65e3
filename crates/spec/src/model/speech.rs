//! `tts` and `stt` of an Agent: speech vendors with accounts of one's own.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Number, Value};

use super::scalar::SecretRef;

/// A voice of one's own: exactly one vendor. Becomes `CustomTTSConfig`; the key becomes its `TTSType`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("minProperties" = 1, "x-exactly-one-of" = true, "x-api-parameter" = "CustomTTSConfig"))]
pub struct Tts {
    /// Tencent Cloud Text To Speech.
    pub tencent: Option<TencentTts>,
    /// Minimax.
    pub minimax: Option<MinimaxTts>,
    /// Volcano Engine.
    pub volcengine: Option<VolcengineTts>,
    /// Azure Speech.
    pub azure: Option<AzureTts>,
    /// A service of one's own.
    pub custom: Option<CustomTts>,
}

impl Tts {
    /// The vendor's name as `TTSType` takes it.
    pub fn vendor(&self) -> Option<&'static str> {
        [
            ("tencent", self.tencent.is_some()),
            ("minimax", self.minimax.is_some()),
            ("volcengine", self.volcengine.is_some()),
            ("azure", self.azure.is_some()),
            ("custom", self.custom.is_some()),
        ]
        .into_iter()
        .find_map(|(name, set)| set.then_some(name))
    }
}

/// Tencent Cloud Text To Speech.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TencentTts {
    /// Account's application id. Becomes `CustomTTSConfig.AppId`.
    #[schemars(required, length(min = 1), extend("x-api-parameter" = "CustomTTSConfig.AppId", "examples" = ["1300000000"]))]
    pub app_id: Option<String>,
    /// Becomes `CustomTTSConfig.SecretId`.
    #[schemars(required, extend("x-api-parameter" = "CustomTTSConfig.SecretId"))]
    pub secret_id: Option<SecretRef>,
    /// Becomes `CustomTTSConfig.SecretKey`.
    #[schemars(required, extend("x-api-parameter" = "CustomTTSConfig.SecretKey"))]
    pub secret_key: Option<SecretRef>,
    /// Id of the voice. Becomes `CustomTTSConfig.VoiceType`.
    #[schemars(required, extend("x-api-parameter" = "CustomTTSConfig.VoiceType", "examples" = [101001]))]
    pub voice_type: Option<u64>,
    /// Speed from -2 (0.6 times) over 0 (normal) to 6 (2.5 times). Becomes `CustomTTSConfig.Speed`.
    #[schemars(range(min = -2, max = 6), extend("x-api-parameter" = "CustomTTSConfig.Speed", "default" = 0))]
    pub speed: Option<Number>,
    /// Loudness from 0 (normal) to 10. Becomes `CustomTTSConfig.Volume`.
    #[schemars(range(min = 0, max = 10), extend("x-api-parameter" = "CustomTTSConfig.Volume", "default" = 0))]
    pub volume: Option<u32>,
    /// 1 Chinese, 2 English, 3 Japanese. Becomes `CustomTTSConfig.PrimaryLanguage`.
    #[schemars(range(min = 1, max = 3), extend("x-api-parameter" = "CustomTTSConfig.PrimaryLanguage", "default" = 1))]
    pub primary_language: Option<u32>,
    /// Id of a cloned voice; `voiceType` is then 200000000. Becomes `CustomTTSConfig.FastVoiceType`.
    #[schemars(extend("examples" = ["WCHN-example"], "x-api-parameter" = "CustomTTSConfig.FastVoiceType"))]
    pub fast_voice_type: Option<String>,
    /// Members that callform does not know yet, sent as they are.
    #[schemars(extend("x-api-parameter" = "CustomTTSConfig"))]
    pub extra: Option<Map<String, Value>>,
}

/// Minimax speech.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MinimaxTts {
    /// Becomes `CustomTTSConfig.Model`.
    #[schemars(required, extend("x-api-parameter" = "CustomTTSConfig.Model", "examples" = ["speech-01-turbo"]))]
    pub model: Option<String>,
    /// Becomes `CustomTTSConfig.APIUrl`.
    #[schemars(required, extend("x-api-parameter" = "CustomTTSConfig.APIUrl", "examples" = ["https://api.minimax.chat/v1/t2a_v2"]), regex(pattern = r"^https?://[^\s]+$"))]
    pub url: Option<String>,
    /// Becomes `CustomTTSConfig.APIKey`.
    #[schemars(required, extend("x-api-parameter" = "CustomTTSConfig.APIKey"))]
    pub api_key: Option<SecretRef>,
    /// Newer keys do without. Becomes `CustomTTSConfig.GroupId`.
    #[schemars(extend("x-api-parameter" = "CustomTTSConfig.GroupId", "examples" = ["181000000000000"]))]
    pub group_id: Option<String>,
    /// Name of the voice. Becomes `CustomTTSConfig.VoiceType`.
    #[schemars(required, extend("x-api-parameter" = "CustomTTSConfig.VoiceType", "examples" = ["female-tianmei"]))]
    pub voice_type: Option<String>,
    /// Speed, 0.5 to 2. Becomes `CustomTTSConfig.Speed`.
    #[schemars(range(min = 0.5, max = 2.0), extend("x-api-parameter" = "CustomTTSConfig.Speed", "default" = 1))]
    pub speed: Option<Number>,
    /// Members that callform does not know yet, sent as they are.
    #[schemars(extend("x-api-parameter" = "CustomTTSConfig"))]
    pub extra: Option<Map<String, Value>>,
}

/// Volcano Engine speech.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VolcengineTts {
    /// Becomes `CustomTTSConfig.AppId`.
    #[schemars(required, length(min = 1), extend("examples" = ["1000000000"], "x-api-parameter" = "CustomTTSConfig.AppId"))]
    pub app_id: Option<String>,
    /// Access token. Becomes `CustomTTSConfig.Token`.
    #[schemars(required, extend("x-api-parameter" = "CustomTTSConfig.Token"))]
    pub token: Option<SecretRef>,
    /// Name of the voice; a wrong one gives silence, not an error. Becomes `CustomTTSConfig.VoiceType`.
    #[schemars(required, length(min = 1), extend("x-api-parameter" = "CustomTTSConfig.VoiceType", "examples" = ["BV001_streaming"]))]
    pub voice_type: Option<String>,
    /// Becomes `CustomTTSConfig.Speed`.
    #[schemars(range(min = 0), extend("x-api-parameter" = "CustomTTSConfig.Speed", "default" = 1.0))]
    pub speed: Option<Number>,
    /// Becomes `CustomTTSConfig.Volume`.
    #[schemars(range(min = 0), extend("x-api-parameter" = "CustomTTSConfig.Volume", "default" = 1.0))]
    pub volume: Option<Number>,
    /// Becomes `CustomTTSConfig.Cluster`.
    #[schemars(extend("x-api-parameter" = "CustomTTSConfig.Cluster", "default" = "volcano_tts"))]
    pub cluster: Option<String>,
    /// Members that callform does not know yet, sent as they are.
    #[schemars(extend("x-api-parameter" = "CustomTTSConfig"))]
    pub extra: Option<Map<String, Value>>,
}

/// Azure Speech.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AzureTts {
    /// Becomes `CustomTTSConfig.SubscriptionKey`.
    #[schemars(required, extend("x-api-parameter" = "CustomTTSConfig.SubscriptionKey"))]
    pub subscription_key: Option<SecretRef>,
    /// Becomes `CustomTTSConfig.Region`.
    #[schemars(required, length(min = 1), extend("x-api-parameter" = "CustomTTSConfig.Region", "examples" = ["chinanorth3"]))]
    pub region: Option<String>,
    /// Becomes `CustomTTSConfig.VoiceName`.
    #[schemars(required, length(min = 1), extend("x-api-parameter" = "CustomTTSConfig.VoiceName", "examples" = ["zh-CN-XiaoxiaoNeural"]))]
    pub voice_name: Option<String>,
    /// Becomes `CustomTTSConfig.Language`.
    #[schemars(required, length(min = 1), extend("x-api-parameter" = "CustomTTSConfig.Language", "examples" = ["zh-CN"]))]
    pub language: Option<String>,
    /// Speed, 0.5 to 2. Becomes `CustomTTSConfig.Rate`.
    #[schemars(range(min = 0.5, max = 2.0), extend("x-api-parameter" = "CustomTTSConfig.Rate", "default" = 1))]
    pub rate: Option<Number>,
    /// Members that callform does not know yet, sent as they are.
    #[schemars(extend("x-api-parameter" = "CustomTTSConfig"))]
    pub extra: Option<Map<String, Value>>,
}

/// A speech service of one's own.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomTts {
    /// Becomes `CustomTTSConfig.APIKey`.
    #[schemars(required, extend("x-api-parameter" = "CustomTTSConfig.APIKey"))]
    pub api_key: Option<SecretRef>,
    /// Becomes `CustomTTSConfig.APIUrl`.
    #[schemars(required, extend("x-api-parameter" = "CustomTTSConfig.APIUrl", "examples" = ["https://tts.example.com/stream-audio"]), regex(pattern = r"^https?://[^\s]+$"))]
    pub url: Option<String>,
    /// Audio format. Becomes `CustomTTSConfig.AudioFormat`.
    #[schemars(extend("x-api-parameter" = "CustomTTSConfig.AudioFormat", "default" = "wav"))]
    pub audio_format: Option<AudioFormat>,
    /// Samples per second. Becomes `CustomTTSConfig.SampleRate`.
    #[schemars(range(min = 8000, max = 48000), extend("x-api-parameter" = "CustomTTSConfig.SampleRate", "default" = 16000))]
    pub sample_rate: Option<u32>,
    /// 1 or 2. Becomes `CustomTTSConfig.AudioChannel`.
    #[schemars(range(min = 1, max = 2), extend("x-api-parameter" = "CustomTTSConfig.AudioChannel", "default" = 1))]
    pub audio_channel: Option<u32>,
    /// Members that callform does not know yet, sent as they are.
    #[schemars(extend("x-api-parameter" = "CustomTTSConfig"))]
    pub extra: Option<Map<String, Value>>,
}

/// Audio format of a speech service of one's own; the provider plays `wav` and `pcm` today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "formats are their names")]
pub enum AudioFormat {
    Wav,
    Pcm,
    Mp3,
    OggOpus,
}

impl AudioFormat {
    /// As `AudioFormat` takes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Wav => "wav",
            Self::Pcm => "pcm",
            Self::Mp3 => "mp3",
            Self::OggOpus => "ogg_opus",
        }
    }
}

/// Speech recognition of one's own; China site only, and only after talking to the provider. Becomes
/// `CustomSTTConfig`; the key becomes its `STTType`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("minProperties" = 1, "x-exactly-one-of" = true, "x-api-parameter" = "CustomSTTConfig"))]
pub struct Stt {
    /// Recognition in an account of one's own.
    pub trtc: Option<TrtcStt>,
}

/// Recognition in an account of one's own.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TrtcStt {
    /// Becomes `CustomSTTConfig.AppId`.
    #[schemars(required, length(min = 1), extend("examples" = ["1300000000"], "x-api-parameter" = "CustomSTTConfig.AppId"))]
    pub app_id: Option<String>,
    /// Becomes `CustomSTTConfig.SecretId`.
    #[schemars(required, extend("x-api-parameter" = "CustomSTTConfig.SecretId"))]
    pub secret_id: Option<SecretRef>,
    /// Becomes `CustomSTTConfig.SecretKey`.
    #[schemars(required, extend("x-api-parameter" = "CustomSTTConfig.SecretKey"))]
    pub secret_key: Option<SecretRef>,
    /// Members that callform does not know yet, sent as they are.
    #[schemars(extend("x-api-parameter" = "CustomSTTConfig"))]
    pub extra: Option<Map<String, Value>>,
}
