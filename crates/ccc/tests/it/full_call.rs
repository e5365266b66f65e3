use callform_ccc::{
    CreateAiCall, ExtractElement, InfoType, LlmType, Secret, ToneWordInfo, TransferItem, TransferToAgentItem, Variable,
    ZhToneWords,
};
use serde_json::Number;

fn number(text: &str) -> Option<Number> {
    Some(text.parse().unwrap())
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn texts(texts: &[&str]) -> Option<Vec<String>> {
    Some(texts.iter().map(|text| (*text).to_owned()).collect())
}

/// Written without `..`, so that a new member must be added here to compile.
pub(crate) fn china() -> CreateAiCall {
    CreateAiCall {
        sdk_app_id: 1_400_000_000,
        callee: "008612300000000".to_owned(),
        llm_type: LlmType::Openai,
        api_key: Secret::new("made-up-model-key"),
        api_url: "https://api.openai.com/v1/".to_owned(),
        system_prompt: text("你是李医生。\nSay \"hello\"."),
        model: text("gpt-4o-mini"),
        voice_type: text("ZhiXi"),
        custom_tts_config: Some(Secret::new(
            r#"{"TTSType":"custom","APIKey":"made-up-tts-key","APIUrl":"https://tts.example/"}"#,
        )),
        callers: texts(&["008601012341234", "0086075512341234"]),
        welcome_message: text("您好"),
        welcome_type: Some(0),
        welcome_message_priority: Some(2),
        max_duration: Some(60_000),
        max_call_duration_ms: Some(600_000),
        max_ring_timeout_second: Some(45),
        languages: texts(&["zh", "en"]),
        vad_silence_time: Some(1000),
        vad_level: Some(2),
        interrupt_mode: Some(0),
        interrupt_speech_duration: Some(500),
        end_function_enable: Some(true),
        end_function_desc: text("End the call."),
        transfer_function_enable: Some(true),
        transfer_items: Some(vec![TransferItem {
            name: "transfer_to_human".to_owned(),
            description: "The callee asks for a person".to_owned(),
            skill_group_id: 1234,
        }]),
        transfer_to_agent_enable: Some(true),
        transfer_to_agent_items: Some(vec![TransferToAgentItem {
            name: "transfer_to_billing".to_owned(),
            description: "Questions about bills".to_owned(),
            agent_id: u64::MAX,
        }]),
        notify_duration: Some(10_000),
        notify_message: text("Are you still there?"),
        notify_max_count: Some(2),
        prompt_variables: Some(vec![Variable::new("foo", "bar")]),
        variables: Some(vec![Variable::new("welcome-message-delay", "1"), Variable::new("name", "小明")]),
        extract_config: Some(vec![ExtractElement {
            info_type: InfoType::Selector,
            info_name: "day".to_owned(),
            info_content: text("Which day"),
            examples: texts(&["Monday"]),
            choices: texts(&["Monday", "Friday"]),
        }]),
        temperature: number("0.7"),
        top_p: number("1"),
        tone_word: Some(ToneWordInfo {
            first_sentence_timeout: number("0.4"),
            zh_tone_words: Some(ZhToneWords {
                neutral: texts(&["嗯"]),
                positive: texts(&["好的"]),
                negative: texts(&["抱歉"]),
            }),
        }),
        enable_compliance_audio: Some(true),
        enable_voicemail_detection: Some(true),
        voicemail_action: Some(0),
        llm_extra_body: Some(Secret::new(r#"{"user":"made-up-user-token"}"#)),
        ambient_sound_type: text("busy_office"),
        ambient_sound_volume: number("1.0"),
        acquire_timeout_second: Some(5),
        custom_stt_config: Some(Secret::new(r#"{"STTType":"trtc","SecretKey":"made-up-stt-key"}"#)),
    }
}

/// The same call without the members that only the China site knows.
pub(crate) fn intl() -> CreateAiCall {
    let mut call = china();
    call.transfer_to_agent_enable = None;
    call.transfer_to_agent_items = None;
    call.acquire_timeout_second = None;
    call.custom_stt_config = None;
    call
}

/// The hand-written bodies, one member a line for the reader's sake only.
pub(crate) const CHINA_JSON: &str = include_str!("../data/create_ai_call.china.json");
pub(crate) const INTL_JSON: &str = include_str!("../data/create_ai_call.intl.json");
