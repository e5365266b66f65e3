//! Nothing that a request said in clear may be found in the journal's bytes.

use callform_emulator::JournalPlace;
use serde_json::json;

use crate::support::{APP, bench_with, session};

#[test]
fn no_number_secret_or_text_is_in_the_files() {
    let directory = tempfile::tempdir().unwrap();
    let bench = bench_with(|options| options.journal = JournalPlace::File(directory.path().join("emulator.db")));
    let body = json!({
        "SdkAppId": APP,
        "Callee": "00447700900123",
        "LLMType": "openai",
        "APIKey": "canary-key-1",
        "APIUrl": "https://canary-host-2.example/v1",
        "SystemPrompt": "canary prompt 3 for Cindy",
        "WelcomeMessage": "canary welcome 4",
        "Model": "canary-model-5",
        "CustomTTSConfig": "{\"TTSType\": \"custom\", \"APIKey\": \"canary-tts-6\"}",
        "Callers": ["00447700900987"],
        "Variables": [{"Key": "canary-variable-7", "Value": "canary-value-8"}],
        "LLMExtraBody": "{\"user\": \"canary-user-9\"}",
        "ExtractConfig": [{"InfoType": "Selector", "InfoName": "canary-info-10", "Choices": ["canary-choice-11"]}],
        "EndFunctionDesc": "canary description 12",
    });
    let id = session(&bench.ask("CreateAICall", &body)).to_owned();
    bench.ask(
        "DescribeTelCdr",
        &json!({
            "SdkAppId": APP, "StartTimeStamp": bench.now().as_second() - 1, "EndTimeStamp": bench.now().as_second(),
            "PageSize": 1, "PageNumber": 0, "Phones": ["00447700900123"],
        }),
    );
    bench.ask("HangUpCall", &json!({ "SdkAppId": APP, "SessionId": id }));

    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(directory.path()).unwrap() {
        bytes.extend(std::fs::read(entry.unwrap().path()).unwrap());
    }
    let found = |text: &str| bytes.windows(text.len()).any(|window| window.eq_ignore_ascii_case(text.as_bytes()));
    // A search that can't find what is there would prove nothing.
    assert!(found("SystemPrompt") && found(&id) && found("+44 770****123"));
    for secret in ["canary", "Cindy", "7700900123", "7700900987", "example/v1", "008601012341234"] {
        assert!(!found(secret), "{secret} is in the journal's files");
    }
}
