//! `kind: Agent`.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Number, Value};

use super::llm::Llm;
use super::scalar::{Duration, NAME_PATTERN, short_or_long};
use super::speech::{Stt, Tts};

/// An agent: what talks.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(extend("dependentSchemas" = {
    "voice": {"properties": {"tts": false}, "errorMessage": "`voice` and `tts` exclude each other."},
    "tts": {"properties": {"voice": false}, "errorMessage": "`voice` and `tts` exclude each other."}
}))]
pub struct Agent {
    /// The document's kind.
    #[schemars(required, extend("const" = "Agent"))]
    pub kind: Option<String>,
    /// The agent's name; campaigns refer to it.
    #[schemars(required, regex(pattern = NAME_PATTERN), length(max = 100), extend("examples" = ["checkup"]))]
    pub name: Option<String>,
    /// What it is for; for people.
    #[schemars(extend("examples" = ["Reminds a patient of a check-up and answers questions about it."]))]
    pub description: Option<String>,
    /// What the model is told; a template. Inline text, or a file. Becomes `SystemPrompt`.
    #[schemars(extend("x-api-parameter" = "SystemPrompt"))]
    pub prompt: Option<Prompt>,
    /// What is said first. Text, or text with settings. Becomes `WelcomeMessage`.
    #[schemars(extend("x-api-parameter" = "WelcomeMessage"))]
    pub welcome: Option<Welcome>,
    /// The variables that prompt and messages use; rows and campaigns give their values.
    pub variables: Option<IndexMap<String, Variable>>,
    /// The large language model.
    #[schemars(required)]
    pub llm: Option<Llm>,
    /// A built-in voice. Excludes `tts`. Becomes `VoiceType`.
    #[schemars(extend("x-api-parameter" = "VoiceType"))]
    pub voice: Option<Voice>,
    /// A voice of one's own. Excludes `voice`. Becomes `CustomTTSConfig`.
    pub tts: Option<Tts>,
    /// Speech recognition of one's own (China site only). Becomes `CustomSTTConfig`.
    pub stt: Option<Stt>,
    /// What callees may speak, the main language first; 4 at the most. Becomes `Languages`.
    #[schemars(length(min = 1, max = 4), extend("default" = ["zh"], "x-api-parameter" = "Languages"))]
    pub languages: Option<Vec<Language>>,
    /// How the end of a sentence is heard.
    pub vad: Option<Vad>,
    /// Whether the callee may interrupt.
    pub interruption: Option<Interruption>,
    /// What the model may do beside talking.
    pub functions: Option<super::Functions>,
    /// What happens when the callee says nothing.
    pub silence: Option<Silence>,
    /// How long at the most. Without them a lost answer can never be resolved by itself.
    pub limits: Option<AgentLimits>,
    /// What happens when a machine answers.
    pub voicemail: Option<Voicemail>,
    /// What to read out of the conversation afterwards. Becomes `ExtractConfig`.
    #[schemars(extend("x-api-parameter" = "ExtractConfig"))]
    pub extract: Option<Vec<Extract>>,
    /// Filler words while the model thinks (Chinese only). Becomes `ToneWord`.
    #[schemars(extend("x-api-parameter" = "ToneWord"))]
    pub filler_words: Option<FillerWords>,
    /// A tone at the start that tells that an AI is speaking. Switching it off is a legal undertaking of yours.
    /// Becomes `EnableComplianceAudio`.
    #[schemars(extend("default" = true, "x-api-parameter" = "EnableComplianceAudio"))]
    pub compliance_audio: Option<bool>,
    /// Background sound.
    pub ambient_sound: Option<AmbientSound>,
    /// Variables that the provider itself reads; templates. Become `Variables`.
    #[schemars(extend("x-api-parameter" = "Variables"))]
    pub provider_variables: Option<IndexMap<String, String>>,
    /// Becomes `PromptVariables`, which the provider has deprecated.
    #[schemars(extend("deprecated" = true, "x-api-parameter" = "PromptVariables"))]
    pub prompt_variables: Option<IndexMap<String, String>>,
    /// Overlays, chosen with `--env`.
    #[schemars(with = "Option<IndexMap<String, serde_json::Value>>")]
    pub environments: Option<IndexMap<String, Value>>,
}

short_or_long!(
    /// The prompt: inline text, or a file.
    Prompt,
    String,
    PromptFile
);

/// The prompt's file.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PromptFile {
    /// A text file, relative to this document.
    #[schemars(required, extend("examples" = ["prompts/checkup.md"]))]
    pub file: Option<String>,
}

short_or_long!(
    /// What is said first: text, or text with settings.
    Welcome,
    String,
    WelcomeOptions
);

/// What is said first, with settings.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WelcomeOptions {
    /// The words; a template. If there are none, the callee speaks first. Becomes `WelcomeMessage`.
    #[schemars(extend("examples" = ["Hello, this is the assistant of {{ clinic }}."], "x-api-parameter" = "WelcomeMessage"))]
    pub message: Option<String>,
    /// Whose words: the message's, or the model's own. Becomes `WelcomeType`.
    #[schemars(extend("default" = "message", "x-api-parameter" = "WelcomeType"))]
    pub mode: Option<WelcomeMode>,
    /// Whether the callee may interrupt it. Becomes `WelcomeMessagePriority`.
    #[schemars(extend("default" = true, "x-api-parameter" = "WelcomeMessagePriority"))]
    pub interruptible: Option<bool>,
    /// How long to wait before it. Becomes the variable `welcome-message-delay`.
    #[schemars(extend("x-api-parameter" = "Variables welcome-message-delay"))]
    pub delay: Option<Duration>,
}

/// Whose words a welcome is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum WelcomeMode {
    /// `message` is said (`WelcomeType` 0).
    Message,
    /// The model makes them from the prompt and speaks first (`WelcomeType` 1).
    Generated,
}

/// A variable of an agent.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Variable {
    /// What it is; for people.
    #[schemars(extend("examples" = ["First name of the callee"]))]
    pub description: Option<String>,
    /// Its type.
    #[serde(rename = "type")]
    #[schemars(extend("default" = "text"))]
    pub kind: Option<VariableType>,
    /// A value to show in previews and documentation.
    #[schemars(extend("examples" = ["Cindy", "2031-04-15T09:00", 3, true], "type" = ["string", "number", "boolean"]))]
    pub example: Option<Value>,
    /// The value where neither row nor campaign gives one.
    #[schemars(extend("examples" = ["Harbour Clinic", 15, false], "type" = ["string", "number", "boolean"]))]
    pub default: Option<Value>,
    /// Most characters of a text.
    #[schemars(range(min = 1), extend("examples" = [40]))]
    pub max_length: Option<u64>,
    /// Whether a text may hold line breaks.
    #[schemars(extend("default" = false))]
    pub multiline: Option<bool>,
    /// Least number.
    #[schemars(extend("examples" = [0]))]
    pub min: Option<Number>,
    /// Greatest number.
    #[schemars(extend("examples" = [120]))]
    pub max: Option<Number>,
    /// The values of a `choice`.
    #[schemars(length(min = 1), extend("examples" = [["morning", "afternoon"]]))]
    pub choices: Option<Vec<String>>,
}

/// Type of a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum VariableType {
    /// Text of one line, unless `multiline`.
    Text,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A day: `2026-04-14`.
    Date,
    /// A time: `2026-04-14T10:00:00-07:00`, or without an offset by the callee's own clock.
    Datetime,
    /// One of `choices`.
    Choice,
}

/// A built-in voice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize, JsonSchema)]
pub enum Voice {
    /// Chinese, female, customer service.
    ZhiMei,
    /// Chinese, female, general.
    ZhiXi,
    /// Chinese, female, customer service.
    ZhiQi,
    /// Chinese, girl.
    ZhiTian,
    /// Chinese, female, conversation.
    AiXiaoJing,
    /// English, female.
    WeRose,
    /// English, female.
    Monika,
    /// Japanese.
    Nanami,
    /// Korean.
    SunHi,
    /// Indonesian.
    Gadis,
    /// Malay.
    Yasmin,
    /// Tamil.
    Kani,
    /// Thai.
    Achara,
    /// Vietnamese.
    HoaiMy,
}

/// A language that is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Chinese.
    Zh,
    /// Chinese (Taiwan).
    #[serde(rename = "zh-TW")]
    ZhTw,
    /// Chinese with its dialects; with it as the main language, the others are ignored.
    #[serde(rename = "zh-dialect")]
    ZhDialect,
    /// English.
    En,
    /// Vietnamese.
    Vi,
    /// Japanese.
    Ja,
    /// Korean.
    Ko,
    /// Indonesian.
    Id,
    /// Thai.
    Th,
    /// Portuguese.
    Pt,
    /// Turkish.
    Tr,
    /// Arabic.
    Ar,
    /// Spanish.
    Es,
    /// Hindi.
    Hi,
    /// French.
    Fr,
    /// Malay.
    Ms,
    /// Filipino.
    Fil,
    /// German.
    De,
    /// Italian.
    It,
    /// Russian.
    Ru,
}

/// How the end of a sentence is heard.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Vad {
    /// Silence that ends a sentence, 240ms to 2s. Becomes `VadSilenceTime`.
    #[schemars(extend("default" = "1s", "x-api-parameter" = "VadSilenceTime"))]
    pub silence: Option<Duration>,
    /// How far off voices are suppressed, 0 to 3; the provider recommends 2. Becomes `VadLevel`.
    #[schemars(range(min = 0, max = 3), extend("default" = 0, "x-api-parameter" = "VadLevel"))]
    pub level: Option<u32>,
}

/// Whether the callee may interrupt.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Interruption {
    /// Becomes `InterruptMode`.
    #[schemars(extend("default" = "auto", "x-api-parameter" = "InterruptMode"))]
    pub mode: Option<InterruptionMode>,
    /// After how much speech; only with `auto`. Becomes `InterruptSpeechDuration`.
    #[schemars(extend("default" = "500ms", "x-api-parameter" = "InterruptSpeechDuration"))]
    pub after: Option<Duration>,
}

/// Whether the callee may interrupt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum InterruptionMode {
    /// Speech interrupts (`InterruptMode` 0).
    Auto,
    /// Nothing does (`InterruptMode` 1).
    Never,
}

/// What happens when the callee says nothing.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Silence {
    /// After how long to remind; 10s or more. Becomes `NotifyDuration`.
    #[schemars(extend("default" = "10s", "x-api-parameter" = "NotifyDuration"))]
    pub remind_after: Option<Duration>,
    /// What is said then; a template. Becomes `NotifyMessage`.
    #[schemars(extend("examples" = ["Are you still there?"], "x-api-parameter" = "NotifyMessage"))]
    pub message: Option<String>,
    /// How often to remind. Becomes `NotifyMaxCount`.
    #[schemars(extend("examples" = [2], "x-api-parameter" = "NotifyMaxCount"))]
    pub max_reminders: Option<u32>,
    /// After how much silence to hang up. Becomes `MaxDuration`.
    #[schemars(extend("default" = "60s", "x-api-parameter" = "MaxDuration"))]
    pub hang_up_after: Option<Duration>,
}

/// How long at the most.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AgentLimits {
    /// How long a call may last. Becomes `MaxCallDurationMs`.
    #[schemars(extend("x-api-parameter" = "MaxCallDurationMs", "examples" = ["10m"]))]
    pub call: Option<Duration>,
    /// How long it may ring; whole seconds. Becomes `MaxRingTimeoutSecond`.
    #[schemars(extend("x-api-parameter" = "MaxRingTimeoutSecond", "examples" = ["45s"]))]
    pub ring: Option<Duration>,
    /// How long to wait for a free line, 0s to 5s (China site only). Becomes `AcquireTimeoutSecond`.
    #[schemars(extend("default" = "5s", "x-api-parameter" = "AcquireTimeoutSecond"))]
    pub queue: Option<Duration>,
}

/// What happens when a machine answers.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Voicemail {
    /// Becomes `EnableVoicemailDetection`.
    #[schemars(extend("x-api-parameter" = "EnableVoicemailDetection"))]
    pub detect: Option<bool>,
    /// Becomes `VoicemailAction`.
    #[schemars(extend("default" = "hangUp", "x-api-parameter" = "VoicemailAction"))]
    pub action: Option<VoicemailAction>,
}

/// What to do with a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum VoicemailAction {
    /// Hang up (0).
    HangUp,
}

/// One thing to read out of the conversation.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Extract {
    /// Its name, unique in the agent. Becomes `InfoName`.
    #[schemars(required, length(min = 1), extend("x-api-parameter" = "ExtractConfig.InfoName", "examples" = ["will_attend"]))]
    pub name: Option<String>,
    /// Its type. Becomes `InfoType`.
    #[serde(rename = "type")]
    #[schemars(required, extend("x-api-parameter" = "ExtractConfig.InfoType"))]
    pub kind: Option<ExtractType>,
    /// What to look for. Becomes `InfoContent`.
    #[schemars(extend("examples" = ["Whether the callee will come to the appointment"], "x-api-parameter" = "ExtractConfig.InfoContent"))]
    pub description: Option<String>,
    /// Examples of it. Becomes `Examples`.
    #[schemars(extend("examples" = [["yes", "I will be there"]], "x-api-parameter" = "ExtractConfig.Examples"))]
    pub examples: Option<Vec<String>>,
    /// The values of a `selector`. Becomes `Choices`.
    #[schemars(length(min = 1), extend("examples" = [["morning", "afternoon"]], "x-api-parameter" = "ExtractConfig.Choices"))]
    pub choices: Option<Vec<String>>,
}

/// Type of something to read out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExtractType {
    /// Free text.
    Text,
    /// One of `choices`.
    Selector,
    /// Yes or no.
    Boolean,
    /// A number.
    Number,
}

/// Filler words while the model thinks. Chinese only.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FillerWords {
    /// How long the first sentence may take before one is said. Becomes `FirstSentenceTimeout`.
    #[schemars(extend("x-api-parameter" = "ToneWord.FirstSentenceTimeout", "examples" = ["400ms"]))]
    pub after: Option<Duration>,
    /// Becomes `Neutral`.
    #[schemars(extend("examples" = [["嗯", "好的"]], "x-api-parameter" = "ToneWord.ZHToneWords.Neutral"))]
    pub neutral: Option<Vec<String>>,
    /// Becomes `Positive`.
    #[schemars(extend("examples" = [["太好了"]], "x-api-parameter" = "ToneWord.ZHToneWords.Positive"))]
    pub positive: Option<Vec<String>>,
    /// Becomes `Negative`.
    #[schemars(extend("examples" = [["抱歉"]], "x-api-parameter" = "ToneWord.ZHToneWords.Negative"))]
    pub negative: Option<Vec<String>>,
}

/// Background sound.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AmbientSound {
    /// Which. Becomes `AmbientSoundType`.
    #[schemars(required, extend("x-api-parameter" = "AmbientSoundType"))]
    pub scene: Option<AmbientScene>,
    /// How loud, 0 to 2. Becomes `AmbientSoundVolume`.
    #[schemars(range(min = 0, max = 2), extend("default" = 1, "x-api-parameter" = "AmbientSoundVolume"))]
    pub volume: Option<Number>,
}

/// A background sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum AmbientScene {
    /// `coffee_shops`
    CoffeeShops,
    /// `busy_office`
    BusyOffice,
}
