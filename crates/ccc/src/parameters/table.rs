//! The table itself: documented order, the union of both dialects.

use super::Kind::{Array, Boolean, Float, Integer, Json, Object, String, Unsigned};
use super::Parameter;
use super::Unit::{Milliseconds, Seconds};

const fn p(name: &'static str, kind: super::Kind, doc: &'static str) -> Parameter {
    Parameter::new(name, kind, doc)
}

/// Every parameter of `CreateAICall`, version 2020-02-10.
pub static CREATE_AI_CALL: &[Parameter] = &[
    p("SdkAppId", Integer, "The CCC application.").required().text_accepted(),
    p("Callee", String, "The number that rings: `00`, country code, number.").required(),
    p("LLMType", String, "The protocol that the model speaks.")
        .required()
        .choices(&["openai", "azure", "minimax", "dify"]),
    p("APIKey", String, "The model's key; the provider receives it in clear.")
        .required()
        .secret(),
    p("APIUrl", String, "Where the model answers; must be reachable from the provider's cloud.").required(),
    p("SystemPrompt", String, "The model's instructions.").page_only(),
    p("Model", String, "The model's name.").page_only(),
    p("VoiceType", String, "A built-in voice; leave it out to use `CustomTTSConfig`.").known(&[
        "ZhiMei", "ZhiXi", "ZhiQi", "ZhiTian", "AiXiaoJing", "WeRose", "Monika", "Nanami", "SunHi", "Gadis",
        "Yasmin", "Kani", "Achara", "HoaiMy",
    ]),
    p("CustomTTSConfig", Json, "A speech vendor of one's own, in place of `VoiceType`.").secret(),
    p("Callers", Array(&String), "One's own numbers, one of which the callee sees; the platform picks one if absent."),
    p("WelcomeMessage", String, "What is said first."),
    p("WelcomeType", Integer, "0: `WelcomeMessage`, and if that is empty the callee speaks first. 1: the model makes one.")
        .choices(&["0", "1"])
        .default("0"),
    p("WelcomeMessagePriority", Integer, "0: the callee may interrupt it. 2: may not.")
        .choices(&["0", "2"])
        .default("0"),
    p("MaxDuration", Integer, "Hangs up when the callee has said nothing for so long. Not the length of the call.")
        .unit(Milliseconds)
        .default("60000"),
    p("MaxCallDurationMs", Unsigned, "The longest that a call may last; unlimited if absent.").unit(Milliseconds),
    p("MaxRingTimeoutSecond", Integer, "The longest that the phone rings; own numbers only.").unit(Seconds),
    p("Languages", Array(&String), "What is recognised, the main language first; after `zh-dialect` the others are ignored.")
        .choices(&[
            "zh", "zh-TW", "zh-dialect", "en", "vi", "ja", "ko", "id", "th", "pt", "tr", "ar", "es", "hi", "fr",
            "ms", "fil", "de", "it", "ru",
        ])
        .max_items(4)
        .default(r#"["zh"]"#),
    p("VadSilenceTime", Integer, "How long a silence ends a sentence.")
        .unit(Milliseconds)
        .range(240.0, 2000.0)
        .default("1000"),
    p("VadLevel", Unsigned, "How strongly far voices are suppressed; 2 is recommended.")
        .range(0.0, 3.0)
        .default("0"),
    p("InterruptMode", Integer, "0: the callee may interrupt the agent. 1: may not.")
        .choices(&["0", "1"])
        .default("0"),
    p("InterruptSpeechDuration", Integer, "How long the callee must speak to interrupt; with `InterruptMode` 0.")
        .unit(Milliseconds)
        .default("500"),
    p("EndFunctionEnable", Boolean, "Lets the model hang up (`call_end`)."),
    p("EndFunctionDesc", String, "When it should; with `EndFunctionEnable`."),
    p("TransferFunctionEnable", Boolean, "Lets the model transfer to a person (`transfer_to_human`)."),
    p("TransferItems", Array(&Object(TRANSFER_ITEM)), "To whom; with `TransferFunctionEnable`."),
    p("TransferToAgentEnable", Boolean, "Lets the model transfer to another AI agent.").china(),
    p("TransferToAgentItems", Array(&Object(TRANSFER_TO_AGENT_ITEM)), "To which; with `TransferToAgentEnable`.").china(),
    p(
        "NotifyDuration",
        Integer,
        "How long a silence brings `NotifyMessage`; at least 10 s. The unit is not stated; the provider's example is 10000.",
    )
    .unit(Milliseconds)
    .range(10_000.0, f64::INFINITY)
    .default("10000"),
    p("NotifyMessage", String, "What is said into that silence."),
    p("NotifyMaxCount", Unsigned, "How often at most; unlimited if absent."),
    p("PromptVariables", Array(&Object(VARIABLE)), "Deprecated by the provider: `Variables`."),
    p(
        "Variables",
        Array(&Object(VARIABLE)),
        "Variables of prompt and welcome, and the special keys `welcome-message-delay` (s) and `dify-inputs-*`.",
    ),
    p("ExtractConfig", Array(&Object(EXTRACT_ELEMENT)), "What to extract after the call."),
    p("Temperature", Float, "The model's temperature."),
    p("TopP", Float, "The model's top-p."),
    p("ToneWord", Object(TONE_WORD), "Filler words, Chinese only."),
    p("EnableComplianceAudio", Boolean, "The tone that tells the callee that a machine speaks; `false` is a legal undertaking.")
        .default("true"),
    p("EnableVoicemailDetection", Boolean, "Recognises voicemail."),
    p("VoicemailAction", Unsigned, "0: hang up; with `EnableVoicemailDetection`.").choices(&["0"]).default("0"),
    p("LLMExtraBody", Json, "Merged into the body of each model request.").secret(),
    p("AmbientSoundType", String, "A background sound.").choices(&["coffee_shops", "busy_office"]),
    p("AmbientSoundVolume", Float, "Its volume; with `AmbientSoundType`.").range(0.0, 2.0).default("1"),
    p("AcquireTimeoutSecond", Unsigned, "How long to queue when all AI lines are busy.")
        .china()
        .unit(Seconds)
        .range(0.0, 5.0)
        .default("5"),
    p("CustomSTTConfig", Json, "A speech recogniser of one's own; the provider asks to be contacted before use.")
        .china()
        .secret(),
];

/// `AITransferItem`
static TRANSFER_ITEM: &[Parameter] = &[
    p("TransferFunctionName", String, "The function's name, such as `transfer_to_human`.").required(),
    p("TransferFunctionDesc", String, "When the model should call it.").required(),
    p("TransferSkillGroupId", Unsigned, "The skill group that takes over.").required(),
];

/// `TransferToAgentItem`
static TRANSFER_TO_AGENT_ITEM: &[Parameter] = &[
    p("TransferToAgentName", String, "The function's name.").required(),
    p("TransferToAgentDesc", String, "When the model should call it.").required(),
    p("TransferToAgentId", Unsigned, "The agent that takes over.").required(),
];

/// `Variable`
static VARIABLE: &[Parameter] = &[
    p("Key", String, "The variable's name.").required(),
    p("Value", String, "Its value; always a string.").required(),
];

/// `AICallExtractConfigElement`
static EXTRACT_ELEMENT: &[Parameter] = &[
    p("InfoType", String, "The type of the answer.").required().choices(&["Text", "Selector", "Boolean", "Number"]),
    p("InfoName", String, "Its name, unique within the request.").required(),
    p("InfoContent", String, "What to look for."),
    p("Examples", Array(&String), "Examples of the answer."),
    p("Choices", Array(&String), "The possible answers; needed for `Selector`."),
];

/// `ToneWordInfo`
static TONE_WORD: &[Parameter] = &[
    p("FirstSentenceTimeout", Float, "How long the model may think before a filler word.").unit(Seconds),
    p("ZHToneWords", Object(ZH_TONE_WORDS), "The words."),
];

/// `ZHToneWordsInfo`
static ZH_TONE_WORDS: &[Parameter] = &[
    p("Neutral", Array(&String), "Neutral words."),
    p("Positive", Array(&String), "Friendly words."),
    p("Negative", Array(&String), "Words of regret."),
];
