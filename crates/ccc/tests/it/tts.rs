//! `CustomTTSConfig`, vendor by vendor, to the letter.

use callform_ccc::Secret;
use callform_ccc::tts::{Azure, Custom, CustomTts, Extra, Minimax, Tencent, TtsError, Volcengine};
use serde_json::{Map, Number, json};

fn number(text: &str) -> Option<Number> {
    Some(text.parse().unwrap())
}

fn extra(name: &str, value: serde_json::Value) -> Extra {
    Extra(Map::from_iter([(name.to_owned(), value)]))
}

fn config(tts: &CustomTts) -> String {
    tts.to_config().unwrap().expose().to_owned()
}

fn azure(extra: Extra) -> CustomTts {
    CustomTts::Azure(Azure {
        subscription_key: Secret::new("made-up-key"),
        region: "chinanorth3".to_owned(),
        voice_name: "zh-CN-XiaoxiaoNeural".to_owned(),
        language: "zh-CN".to_owned(),
        rate: number("1"),
        extra,
    })
}

#[test]
fn tencent_with_everything() {
    let tts = CustomTts::Tencent(Tencent {
        app_id: "1250000000".to_owned(),
        secret_id: Secret::new("made-up-id"),
        secret_key: Secret::new("made-up-key"),
        voice_type: 101_001,
        speed: number("1.25"),
        volume: Some(5),
        primary_language: Some(1),
        fast_voice_type: Some("xxxx".to_owned()),
        extra: extra("SampleRate", json!(16000)),
    });
    assert_eq!(
        config(&tts),
        r#"{"TTSType":"tencent","AppId":"1250000000","SecretId":"made-up-id","SecretKey":"made-up-key","VoiceType":101001,"Speed":1.25,"Volume":5,"PrimaryLanguage":1,"FastVoiceType":"xxxx","SampleRate":16000}"#
    );
}

#[test]
fn minimax_with_everything() {
    let tts = CustomTts::Minimax(Minimax {
        model: "speech-01-turbo".to_owned(),
        api_url: "https://api.minimax.chat/v1/t2a_v2".to_owned(),
        api_key: Secret::new("made-up-key"),
        group_id: Some("181000000000000".to_owned()),
        voice_type: Some("female-tianmei".to_owned()),
        speed: number("1.2"),
        extra: Extra::default(),
    });
    assert_eq!(
        config(&tts),
        r#"{"TTSType":"minimax","Model":"speech-01-turbo","APIUrl":"https://api.minimax.chat/v1/t2a_v2","APIKey":"made-up-key","GroupId":"181000000000000","VoiceType":"female-tianmei","Speed":1.2}"#
    );
}

#[test]
fn volcengine_with_everything() {
    let tts = CustomTts::Volcengine(Volcengine {
        app_id: "made-up-app".to_owned(),
        token: Secret::new("made-up-token"),
        speed: number("1.0"),
        volume: number("1.0"),
        cluster: Some("volcano_tts".to_owned()),
        voice_type: Some("zh_male_aojiaobazong_moon_bigtts".to_owned()),
        extra: Extra::default(),
    });
    assert_eq!(
        config(&tts),
        r#"{"TTSType":"volcengine","AppId":"made-up-app","Token":"made-up-token","Speed":1.0,"Volume":1.0,"Cluster":"volcano_tts","VoiceType":"zh_male_aojiaobazong_moon_bigtts"}"#
    );
}

#[test]
fn azure_with_everything() {
    assert_eq!(
        config(&azure(Extra::default())),
        r#"{"TTSType":"azure","SubscriptionKey":"made-up-key","Region":"chinanorth3","VoiceName":"zh-CN-XiaoxiaoNeural","Language":"zh-CN","Rate":1}"#
    );
}

#[test]
fn custom_with_everything() {
    let tts = CustomTts::Custom(Custom {
        api_key: Secret::new("made-up-key"),
        api_url: "https://tts.example/stream-audio".to_owned(),
        audio_format: Some("wav".to_owned()),
        sample_rate: Some(16000),
        audio_channel: Some(1),
        extra: Extra::default(),
    });
    assert_eq!(
        config(&tts),
        r#"{"TTSType":"custom","APIKey":"made-up-key","APIUrl":"https://tts.example/stream-audio","AudioFormat":"wav","SampleRate":16000,"AudioChannel":1}"#
    );
}

#[test]
fn members_that_are_not_set_are_left_out() {
    let tts = CustomTts::Minimax(Minimax {
        model: "speech-01-turbo".to_owned(),
        api_url: "https://api.minimax.chat/v1/t2a_v2".to_owned(),
        api_key: Secret::new("made-up-key"),
        group_id: None,
        voice_type: None,
        speed: None,
        extra: Extra::default(),
    });
    assert_eq!(
        config(&tts),
        r#"{"TTSType":"minimax","Model":"speech-01-turbo","APIUrl":"https://api.minimax.chat/v1/t2a_v2","APIKey":"made-up-key"}"#
    );
}

#[test]
fn extra_members_can_not_replace_documented_ones() {
    for member in ["TTSType", "Rate"] {
        let error = azure(extra(member, json!("custom"))).to_config().unwrap_err();
        assert!(matches!(error, TtsError::Repeated { member: found } if found == member));
    }
}
