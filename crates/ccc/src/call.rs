//! `CreateAICall` as a type: one field per parameter, the union of both dialects.

mod body;
mod nested;

pub use body::BodyError;
pub(crate) use body::zeroizing_json;
pub use nested::{ExtractElement, InfoType, ToneWordInfo, TransferItem, TransferToAgentItem, Variable, ZhToneWords};

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Number;

use crate::mask::masked_number;
use crate::secret::{Secret, expose, expose_option};

/// The protocol that the model speaks (`LLMType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LlmType {
    /// OpenAI's chat completions; also Hunyuan, DeepSeek and many others.
    Openai,
    /// Azure OpenAI.
    Azure,
    /// MiniMax.
    Minimax,
    /// Dify; the app holds prompt and tools.
    Dify,
}

/// The parameters of `CreateAICall`, version 2020-02-10, under the API's own names and in documented order.
///
/// Serialises without the members that are not set; numbers go out as they were given (`1` stays `1`, `1.0` stays
/// `1.0`). Reading refuses members that it does not know; [`CreateAiCall::from_json`] does it without quoting values. `Debug` shows no secret, no whole number and no text.
/// Ranges and choices are in [`crate::parameters`] and are not enforced here: the provider has the last word.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateAiCall {
    /// `SdkAppId`: the CCC application. Read from a decimal string too.
    #[serde(deserialize_with = "number_or_text")]
    pub sdk_app_id: i64,
    /// `Callee`: the number that rings, `00`, country code, number; such as `008612300000000`.
    pub callee: String,
    /// `LLMType`
    #[serde(rename = "LLMType")]
    pub llm_type: LlmType,
    /// `APIKey`: the model's key. The provider receives it in clear JSON.
    #[serde(rename = "APIKey", serialize_with = "expose")]
    pub api_key: Secret,
    /// `APIUrl`: where the model answers; must be reachable from the provider's cloud.
    #[serde(rename = "APIUrl")]
    pub api_url: String,
    /// `SystemPrompt`: plain text; the placeholder syntax of the platform is undocumented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_prompt: Option<String>,
    /// `Model`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// `VoiceType`: a built-in voice; excludes `custom_tts_config`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voice_type: Option<String>,
    /// `CustomTTSConfig`: a string holding JSON; build it with [`crate::tts`].
    #[serde(
        rename = "CustomTTSConfig",
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "expose_option"
    )]
    pub custom_tts_config: Option<Secret>,
    /// `Callers`: own numbers, in the form of `callee`; the platform picks one if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callers: Option<Vec<String>>,
    /// `WelcomeMessage`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub welcome_message: Option<String>,
    /// `WelcomeType`: 0 says `welcome_message` (empty: the callee speaks first), 1 lets the model make one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub welcome_type: Option<i64>,
    /// `WelcomeMessagePriority`: 0 can be interrupted, 2 can't.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub welcome_message_priority: Option<i64>,
    /// `MaxDuration`, ms: hangs up after so long a silence of the callee. Not the length of the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_duration: Option<i64>,
    /// `MaxCallDurationMs`, ms: the length of the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_call_duration_ms: Option<u64>,
    /// `MaxRingTimeoutSecond`, s
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_ring_timeout_second: Option<i64>,
    /// `Languages`: at most four, the main one first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub languages: Option<Vec<String>>,
    /// `VadSilenceTime`, ms, 240 to 2000
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vad_silence_time: Option<i64>,
    /// `VadLevel`, 0 to 3
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vad_level: Option<u64>,
    /// `InterruptMode`: 0 the callee may interrupt, 1 may not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interrupt_mode: Option<i64>,
    /// `InterruptSpeechDuration`, ms; with `interrupt_mode` 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interrupt_speech_duration: Option<i64>,
    /// `EndFunctionEnable`: lets the model call `call_end`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_function_enable: Option<bool>,
    /// `EndFunctionDesc`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_function_desc: Option<String>,
    /// `TransferFunctionEnable`: lets the model call `transfer_to_human`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transfer_function_enable: Option<bool>,
    /// `TransferItems`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transfer_items: Option<Vec<TransferItem>>,
    /// `TransferToAgentEnable`; China only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transfer_to_agent_enable: Option<bool>,
    /// `TransferToAgentItems`; China only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transfer_to_agent_items: Option<Vec<TransferToAgentItem>>,
    /// `NotifyDuration`: at least 10 s; in ms, going by the provider's example (`10000`): no source states the unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notify_duration: Option<i64>,
    /// `NotifyMessage`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notify_message: Option<String>,
    /// `NotifyMaxCount`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notify_max_count: Option<u64>,
    /// `PromptVariables`: deprecated by the provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt_variables: Option<Vec<Variable>>,
    /// `Variables`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variables: Option<Vec<Variable>>,
    /// `ExtractConfig`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extract_config: Option<Vec<ExtractElement>>,
    /// `Temperature`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<Number>,
    /// `TopP`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_p: Option<Number>,
    /// `ToneWord`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tone_word: Option<ToneWordInfo>,
    /// `EnableComplianceAudio`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_compliance_audio: Option<bool>,
    /// `EnableVoicemailDetection`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_voicemail_detection: Option<bool>,
    /// `VoicemailAction`: 0 hangs up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voicemail_action: Option<u64>,
    /// `LLMExtraBody`: a string holding a JSON object.
    #[serde(
        rename = "LLMExtraBody",
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "expose_option"
    )]
    pub llm_extra_body: Option<Secret>,
    /// `AmbientSoundType`: `coffee_shops` or `busy_office`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ambient_sound_type: Option<String>,
    /// `AmbientSoundVolume`, 0 to 2
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ambient_sound_volume: Option<Number>,
    /// `AcquireTimeoutSecond`, s, 0 to 5; China only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acquire_timeout_second: Option<u64>,
    /// `CustomSTTConfig`: a string holding JSON; China only.
    #[serde(
        rename = "CustomSTTConfig",
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "expose_option"
    )]
    pub custom_stt_config: Option<Secret>,
}

impl CreateAiCall {
    /// A call with what every source requires, and nothing else set.
    pub fn new(
        sdk_app_id: i64,
        callee: impl Into<String>,
        llm_type: LlmType,
        api_key: impl Into<Secret>,
        api_url: impl Into<String>,
    ) -> Self {
        Self {
            sdk_app_id,
            callee: callee.into(),
            llm_type,
            api_key: api_key.into(),
            api_url: api_url.into(),
            system_prompt: None,
            model: None,
            voice_type: None,
            custom_tts_config: None,
            callers: None,
            welcome_message: None,
            welcome_type: None,
            welcome_message_priority: None,
            max_duration: None,
            max_call_duration_ms: None,
            max_ring_timeout_second: None,
            languages: None,
            vad_silence_time: None,
            vad_level: None,
            interrupt_mode: None,
            interrupt_speech_duration: None,
            end_function_enable: None,
            end_function_desc: None,
            transfer_function_enable: None,
            transfer_items: None,
            transfer_to_agent_enable: None,
            transfer_to_agent_items: None,
            notify_duration: None,
            notify_message: None,
            notify_max_count: None,
            prompt_variables: None,
            variables: None,
            extract_config: None,
            temperature: None,
            top_p: None,
            tone_word: None,
            enable_compliance_audio: None,
            enable_voicemail_detection: None,
            voicemail_action: None,
            llm_extra_body: None,
            ambient_sound_type: None,
            ambient_sound_volume: None,
            acquire_timeout_second: None,
            custom_stt_config: None,
        }
    }
}

/// Enough to tell calls apart, and nothing that a log should not hold.
impl fmt::Debug for CreateAiCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreateAiCall")
            .field("sdk_app_id", &self.sdk_app_id)
            .field("callee", &masked_number(&self.callee))
            .field("llm_type", &self.llm_type)
            .field("api_key", &self.api_key)
            .field("model", &self.model)
            .field("voice_type", &self.voice_type)
            .field("custom_tts_config", &self.custom_tts_config)
            .field("llm_extra_body", &self.llm_extra_body)
            .field("custom_stt_config", &self.custom_stt_config)
            .finish_non_exhaustive()
    }
}

/// The API's own examples pass this number as text, too.
fn number_or_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    struct Visitor;
    impl serde::de::Visitor<'_> for Visitor {
        type Value = i64;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an integer, or a string that holds one")
        }

        fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<i64, E> {
            Ok(value)
        }

        fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<i64, E> {
            i64::try_from(value).map_err(|_| E::custom("the number is too large"))
        }

        fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<i64, E> {
            value.parse().map_err(|_| E::custom("the string holds no integer"))
        }
    }
    deserializer.deserialize_any(Visitor)
}
