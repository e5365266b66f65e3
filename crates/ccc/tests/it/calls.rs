//! A call and its bytes.

use callform_ccc::{BodyError, CreateAiCall, Dialect};
use serde_json::{Value, json};

use crate::full_call::{CHINA_JSON, INTL_JSON, china, intl};
use crate::small_call;

fn body(call: &CreateAiCall, dialect: Dialect) -> String {
    String::from_utf8(call.body(dialect).unwrap().to_vec()).unwrap()
}

#[test]
fn a_call_with_every_member_is_exactly_the_hand_written_body() {
    assert_eq!(body(&china(), Dialect::China), CHINA_JSON.replace('\n', ""));
    assert_eq!(body(&intl(), Dialect::Intl), INTL_JSON.replace('\n', ""));
    assert_eq!(body(&intl(), Dialect::China), INTL_JSON.replace('\n', ""));
}

#[test]
fn a_call_with_nothing_optional_has_five_members() {
    assert_eq!(
        body(&small_call(), Dialect::Intl),
        r#"{"SdkAppId":1400000000,"Callee":"008612300000000","LLMType":"openai","APIKey":"made-up-model-key","APIUrl":"https://api.openai.com/v1/"}"#
    );
}

#[test]
fn each_china_only_member_is_refused_elsewhere_by_name() {
    type Set = fn(&mut CreateAiCall);
    let members: [(&str, Set); 4] = [
        ("TransferToAgentEnable", |call| call.transfer_to_agent_enable = Some(false)),
        ("TransferToAgentItems", |call| call.transfer_to_agent_items = Some(Vec::new())),
        ("AcquireTimeoutSecond", |call| call.acquire_timeout_second = Some(0)),
        ("CustomSTTConfig", |call| call.custom_stt_config = Some("{}".into())),
    ];
    for (name, set) in members {
        let mut call = small_call();
        set(&mut call);
        let error = call.body(Dialect::Intl).unwrap_err();
        assert!(
            matches!(error, BodyError::NotInDialect { parameter, dialect: Dialect::Intl } if parameter == name),
            "{name}"
        );
        assert!(call.body(Dialect::China).is_ok(), "{name}");
    }
}

#[test]
fn a_body_can_be_read_back_and_written_again_without_a_change() {
    let call: CreateAiCall = serde_json::from_str(CHINA_JSON).unwrap();
    assert_eq!(body(&call, Dialect::China), CHINA_JSON.replace('\n', ""));
}

#[test]
fn reading_takes_the_application_as_text_and_refuses_what_it_does_not_know() {
    let mut json: Value = serde_json::from_str(INTL_JSON).unwrap();
    json["SdkAppId"] = json!("1400000000");
    let call: CreateAiCall = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(call.sdk_app_id, 1_400_000_000);

    json["SomethingNew"] = json!(1);
    let error = serde_json::from_value::<CreateAiCall>(json).unwrap_err();
    assert!(error.to_string().contains("unknown field `SomethingNew`"), "{error}");
}

#[test]
fn reading_a_checked_body_gives_the_same_call_and_a_fault_quotes_no_value() {
    let json: Value = serde_json::from_str(CHINA_JSON).unwrap();
    let call = CreateAiCall::from_json(Dialect::China, json.clone()).unwrap();
    assert_eq!(body(&call, Dialect::China), CHINA_JSON.replace('\n', ""));

    let mut unquoted = json;
    unquoted["Callee"] = json!(8_612_300_000_000_u64);
    let fault = CreateAiCall::from_json(Dialect::China, unquoted).unwrap_err();
    assert_eq!(fault.to_string(), "InvalidParameter: the parameter `Callee` must be a string");
}
