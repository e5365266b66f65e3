//! What the service refuses before it dials, and how it says so.

use std::time::Duration;

use callform_ccc::Dialect;
use serde_json::{Map, Value, json};

use crate::support::{APP, CALLEE, Draft, bench, bench_with, call_body, code, message, session};

/// Sends the usual call with `changes` merged in; `null` takes a member away.
fn refused_by(dialect: Dialect, changes: Value) -> (String, String) {
    let bench = bench_with(|options| options.dialect = dialect);
    let mut body = call_body(CALLEE);
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            body.as_object_mut().unwrap().remove(name);
        } else {
            body[name] = value.clone();
        }
    }
    let response = bench.ask("CreateAICall", &body);
    let placed = u64::from(code(&response).is_empty());
    assert_eq!(bench.placed(), placed, "{response}");
    (code(&response).to_owned(), message(&response).to_owned())
}

#[test]
fn every_refusal_has_the_documented_code_and_names_the_member() {
    let long_list = json!(["zh", "en", "ja", "ko", "id"]);
    let cases = [
        ("MissingParameter", "SdkAppId", json!({"SdkAppId": null})),
        ("MissingParameter", "Callee", json!({"Callee": null})),
        ("MissingParameter", "LLMType", json!({"LLMType": null})),
        ("MissingParameter", "APIKey", json!({"APIKey": null})),
        ("MissingParameter", "APIUrl", json!({"APIUrl": null})),
        ("MissingParameter", "Variables.0.Value", json!({"Variables": [{"Key": "a"}]})),
        ("UnknownParameter", "Prompt", json!({"Prompt": "x"})),
        ("UnknownParameter", "CustomSTTConfig", json!({"CustomSTTConfig": "{}"})),
        ("InvalidParameter", "SystemPrompt", json!({"SystemPrompt": 1})),
        ("InvalidParameter", "EndFunctionEnable", json!({"EndFunctionEnable": "yes"})),
        ("InvalidParameter", "Callers", json!({"Callers": "008601012341234"})),
        ("InvalidParameterValue", "LLMType", json!({"LLMType": "OpenAI"})),
        ("InvalidParameterValue", "VoiceType", json!({"VoiceType": "Kate"})),
        ("InvalidParameterValue", "Languages", json!({"Languages": ["english"]})),
        ("InvalidParameterValue", "Languages", json!({"Languages": long_list})),
        ("InvalidParameterValue", "CustomTTSConfig", json!({"VoiceType": null, "CustomTTSConfig": "{TTSType"})),
        ("InvalidParameterValue", "LLMExtraBody", json!({"LLMExtraBody": "[1]"})),
        ("InvalidParameterValue", "NotifyDuration", json!({"NotifyDuration": 10})),
        ("InvalidParameterValue", "VadSilenceTime", json!({"VadSilenceTime": 239})),
        ("InvalidParameterValue", "VadLevel", json!({"VadLevel": 4})),
        ("InvalidParameterValue", "AmbientSoundVolume", json!({"AmbientSoundVolume": 2.1})),
        ("InvalidParameterValue", "Callee", json!({"Callee": "+8612300000000"})),
        ("InvalidParameterValue", "Callee", json!({"Callee": "12300000000"})),
        ("InvalidParameterValue", "Callers.1", json!({"Callers": ["008601012341234", "01012341234"]})),
        (
            "InvalidParameterValue",
            "ExtractConfig.0.Choices",
            json!({"ExtractConfig": [{"InfoType": "Selector", "InfoName": "a"}]}),
        ),
        (
            "InvalidParameterValue",
            "ExtractConfig.1.InfoName",
            json!({"ExtractConfig": [{"InfoType": "Text", "InfoName": "a"}, {"InfoType": "Text", "InfoName": "a"}]}),
        ),
    ];
    for (expected, member, changes) in cases {
        let (code, message) = refused_by(Dialect::Intl, changes.clone());
        assert_eq!(code, expected, "{changes}");
        assert!(message.contains(&format!("`{member}")), "{message} should name {member}");
    }
}

#[test]
fn what_only_the_china_site_knows_is_taken_by_its_dialect() {
    let changes = json!({"AcquireTimeoutSecond": 5, "CustomSTTConfig": "{\"STTType\": \"trtc\"}"});
    assert_eq!(refused_by(Dialect::China, changes.clone()).0, "");
    assert_eq!(refused_by(Dialect::Intl, changes).0, "UnknownParameter");
    assert_eq!(refused_by(Dialect::China, json!({"AcquireTimeoutSecond": 6})).0, "InvalidParameterValue");
}

#[test]
fn an_application_that_does_not_exist_is_refused() {
    let bench = bench_with(|options| options.sdk_app_ids = Some(vec![APP + 1]));
    assert_eq!(code(&bench.call(CALLEE)), "InvalidParameterValue.InstanceNotExist");
    let mut body = call_body(CALLEE);
    body["SdkAppId"] = Value::from((APP + 1).to_string());
    session(&bench.ask("CreateAICall", &body));
}

#[test]
fn no_refusal_repeats_a_value() {
    let canary = "canary-5f1c";
    for member in ["Callee", "LLMType", "VoiceType", "CustomTTSConfig", "LLMExtraBody", "SdkAppId"] {
        let (code, message) = refused_by(Dialect::Intl, json!({ member: canary }));
        assert!(!code.is_empty(), "{member}");
        assert!(!message.contains(canary), "{message}");
    }
}

#[test]
fn actions_and_versions_are_checked() {
    let bench = bench();
    let send = |action: &str, version: &str| {
        let mut draft = Draft::post(action, &call_body(CALLEE));
        draft.version = version.into();
        code(&bench.send(draft)).to_owned()
    };
    assert_eq!(send("CreateCall", "2020-02-10"), "InvalidAction");
    assert_eq!(send("createaicall", "2020-02-10"), "InvalidAction");
    assert_eq!(send("CreateAutoCalloutTask", "2020-02-10"), "UnsupportedOperation");
    assert_eq!(send("CreateAICall", "2020-02-11"), "NoSuchVersion");
    for missing in ["X-TC-Action", "X-TC-Version"] {
        let mut request = Draft::post("CreateAICall", &call_body(CALLEE)).signed();
        request.headers.retain(|(name, _)| name != missing);
        let response = crate::support::response_of(&bench.answer(&request));
        assert_eq!(code(&response), "MissingParameter");
        assert!(message(&response).contains(missing));
    }
    assert_eq!(bench.placed(), 0);
}

#[test]
fn the_form_of_a_request_is_checked() {
    let bench = bench();
    let send = |change: &dyn Fn(&mut Draft)| {
        let mut draft = Draft::post("CreateAICall", &call_body(CALLEE));
        change(&mut draft);
        code(&bench.send(draft)).to_owned()
    };
    assert_eq!(send(&|draft| draft.url = "https://ccc.intl.tencentcloudapi.com/v1".into()), "InvalidRequest");
    assert_eq!(send(&|draft| draft.content_type = "text/plain".into()), "InvalidRequest");
    assert_eq!(send(&|draft| draft.body = b"{".to_vec()), "InvalidParameter");
    assert_eq!(send(&|draft| draft.body = vec![b' '; 10 * 1024 * 1024 + 1]), "RequestSizeLimitExceeded");
    let long = Draft::get("CreateAICall", &"a".repeat(32 * 1024 + 1));
    assert_eq!(code(&bench.send(long)), "RequestSizeLimitExceeded");
    assert_eq!(send(&|draft| draft.content_type = "application/json; charset=utf-8".into()), "");
}

#[test]
fn a_get_stands_for_the_json_of_a_post() {
    let bench = bench();
    let query = "SdkAppId=1400000000&Callee=008612300000000&LLMType=openai&APIKey=k&APIUrl=http%3A%2F%2Fx\
                 &Callers.0=008601012341234&Variables.0.Key=name&Variables.0.Value=%E5%B0%8F%E6%98%8E\
                 &EndFunctionEnable=true";
    let id = session(&bench.send(Draft::get("CreateAICall", query))).to_owned();
    let same = json!({
        "SdkAppId": APP, "Callee": CALLEE, "LLMType": "openai", "APIKey": "k", "APIUrl": "http://x",
        "Callers": ["008601012341234"], "Variables": [{"Key": "name", "Value": "小明"}], "EndFunctionEnable": true,
    });
    assert!(bench.emulator.journal().body_matches(&id, &same).unwrap());
}

#[test]
fn the_twenty_first_request_in_a_second_waits_for_the_next() {
    let bench = bench();
    for _ in 0..20 {
        assert_eq!(code(&bench.call(CALLEE)), "");
        bench.clock.advance(Duration::from_millis(10));
    }
    let response = bench.call(CALLEE);
    assert_eq!(code(&response), "RequestLimitExceeded");
    assert!(message(&response).contains("`21`") && message(&response).contains("`20`"), "{response}");
    assert_eq!(bench.placed(), 20);
    // 1 ms before the first request is a second old, and then when it is.
    bench.clock.advance(Duration::from_millis(799));
    assert_eq!(code(&bench.call(CALLEE)), "RequestLimitExceeded");
    bench.clock.advance(Duration::from_millis(1));
    assert_eq!(code(&bench.call(CALLEE)), "");
    assert_eq!(code(&bench.call(CALLEE)), "RequestLimitExceeded");
    assert_eq!(bench.placed(), 21);
}

#[test]
fn read_actions_check_their_parameters() {
    let bench = bench();
    let now = bench.now().as_second();
    let cdr = |changes: Value| {
        let mut body = json!({
            "SdkAppId": APP, "StartTimeStamp": now - 60, "EndTimeStamp": now, "PageSize": 10, "PageNumber": 0,
        });
        body.as_object_mut().unwrap().extend(changes.as_object().cloned().unwrap_or(Map::new()));
        let response = bench.ask("DescribeTelCdr", &body);
        code(&response).to_owned()
    };
    assert_eq!(cdr(json!({})), "");
    assert_eq!(cdr(json!({"PageSize": 101})), "InvalidParameterValue");
    assert_eq!(cdr(json!({"PageNumber": -1})), "InvalidParameterValue");
    assert_eq!(cdr(json!({"PageNumber": null})), "MissingParameter");
    assert_eq!(cdr(json!({"Phones": "0044"})), "InvalidParameter");
    assert_eq!(cdr(json!({"Phone": []})), "UnknownParameter");
    assert_eq!(cdr(json!({"EndTimeStamp": now - 61})), "InvalidParameterValue");
    assert_eq!(cdr(json!({"StartTimeStamp": now - 181 * 86_400})), "InvalidParameterValue");
    assert_eq!(cdr(json!({"StartTimeStamp": now - 90 * 86_400})), "InvalidParameterValue");
    let active = |limit: i64| {
        let body = json!({"SdkAppId": APP, "Offset": 0, "Limit": limit});
        code(&bench.ask("DescribePSTNActiveSessionList", &body)).to_owned()
    };
    assert_eq!((active(25).as_str(), active(26).as_str()), ("", "InvalidParameterValue"));
    assert_eq!(code(&bench.ask("DescribeTelSession", &json!({"SdkAppId": APP}))), "MissingParameter");
}
