//! The table of parameters against the type, and requests against the table.

use callform_ccc::Dialect;
use callform_ccc::parameters::{
    CREATE_AI_CALL, Dialects, FaultCode, Kind, Parameter, Required, create_ai_call, validate,
};
use serde_json::{Map, Value, json};

use crate::full_call::{self, INTL_JSON};

fn same_members<'a>(table: impl Iterator<Item = &'a Parameter>, json: &Map<String, Value>, at: &str) {
    let table: Vec<&Parameter> = table.collect();
    let names: Vec<&str> = table.iter().map(|parameter| parameter.name).collect();
    let members: Vec<&str> = json.keys().map(String::as_str).collect();
    assert_eq!(names, members, "members of `{at}`");
    for parameter in table {
        nested(parameter.kind, &json[parameter.name], parameter.name);
    }
}

fn nested(kind: Kind, value: &Value, at: &str) {
    match kind {
        Kind::Object(parameters) => same_members(parameters.iter(), value.as_object().unwrap(), at),
        Kind::Array(item) => value.as_array().unwrap().iter().for_each(|value| nested(*item, value, at)),
        _ => {}
    }
}

#[test]
fn table_and_type_have_the_same_members_in_the_same_order_at_every_depth() {
    let china = serde_json::to_value(full_call::china()).unwrap();
    same_members(create_ai_call(Dialect::China), china.as_object().unwrap(), "china");
    let intl = serde_json::to_value(full_call::intl()).unwrap();
    same_members(create_ai_call(Dialect::Intl), intl.as_object().unwrap(), "intl");
}

#[test]
fn four_members_are_known_on_the_china_site_only() {
    let china_only: Vec<&str> = CREATE_AI_CALL
        .iter()
        .filter(|parameter| parameter.dialects == Dialects::ChinaOnly)
        .map(|parameter| parameter.name)
        .collect();
    assert_eq!(
        china_only,
        ["TransferToAgentEnable", "TransferToAgentItems", "AcquireTimeoutSecond", "CustomSTTConfig"]
    );
}

#[test]
fn documented_defaults_are_values_that_the_table_itself_accepts() {
    for parameter in CREATE_AI_CALL {
        if let Some(default) = parameter.default {
            let default: Value = serde_json::from_str(default).unwrap();
            assert_eq!(with(parameter.name, default), Ok(()), "{}", parameter.name);
        }
    }
}

fn full(dialect: Dialect) -> Value {
    serde_json::to_value(match dialect {
        Dialect::China => full_call::china(),
        Dialect::Intl => full_call::intl(),
    })
    .unwrap()
}

/// The full China call with one member replaced; the fault's code and path.
fn with(name: &str, value: Value) -> Result<(), (FaultCode, String)> {
    let mut body = full(Dialect::China);
    body[name] = value;
    validate(Dialect::China, &body).map_err(|fault| (fault.code, fault.path))
}

#[test]
fn a_call_with_every_member_is_valid_in_its_dialect() {
    assert_eq!(validate(Dialect::China, &full(Dialect::China)), Ok(()));
    assert_eq!(validate(Dialect::Intl, &full(Dialect::Intl)), Ok(()));
}

#[test]
fn exactly_the_five_required_members_must_be_there() {
    let required: Vec<&str> = CREATE_AI_CALL
        .iter()
        .filter(|parameter| parameter.required == Required::Yes)
        .map(|parameter| parameter.name)
        .collect();
    assert_eq!(required, ["SdkAppId", "Callee", "LLMType", "APIKey", "APIUrl"]);
    for parameter in CREATE_AI_CALL {
        let mut body = full(Dialect::China);
        body.as_object_mut().unwrap().remove(parameter.name);
        let expected = if required.contains(&parameter.name) {
            Err((FaultCode::MissingParameter, parameter.name.to_owned()))
        } else {
            Ok(())
        };
        let result = validate(Dialect::China, &body).map_err(|fault| (fault.code, fault.path));
        assert_eq!(result, expected);
        assert_eq!(with(parameter.name, Value::Null), expected, "null is absent");
    }
}

#[test]
fn members_of_the_other_site_and_of_none_are_unknown() {
    let mut body = full(Dialect::Intl);
    body["AcquireTimeoutSecond"] = json!(5);
    let fault = validate(Dialect::Intl, &body).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "UnknownParameter: the parameter `AcquireTimeoutSecond` is not defined on the intl site"
    );
    assert_eq!(with("Colour", json!("red")), Err((FaultCode::UnknownParameter, "Colour".to_owned())));
    assert_eq!(
        with("Variables", json!([{"Key": "a", "Value": "b"}, {"Key": "a", "Value": "b", "Type": "c"}])),
        Err((FaultCode::UnknownParameter, "Variables.1.Type".to_owned()))
    );
}

#[test]
fn the_application_may_be_a_number_in_a_string_and_no_other_number_may() {
    assert_eq!(with("SdkAppId", json!("1400000000")), Ok(()));
    for (name, value) in [
        ("SdkAppId", json!("app")),
        ("SdkAppId", json!(1.5)),
        ("VadLevel", json!("2")),
        ("Callee", json!(8_612_300_000_000_u64)),
        ("EndFunctionEnable", json!("true")),
        ("Callers", json!("008601012341234")),
        ("NotifyMaxCount", json!(-1)),
        ("Temperature", json!("0.7")),
        ("ToneWord", json!([])),
        ("CustomTTSConfig", json!({"TTSType": "custom"})),
    ] {
        assert_eq!(with(name, value), Err((FaultCode::InvalidParameter, name.to_owned())), "{name}");
    }
}

#[test]
fn nested_types_and_members_are_checked_where_they_stand() {
    assert_eq!(
        with("Callers", json!(["008601012341234", 1])),
        Err((FaultCode::InvalidParameter, "Callers.1".to_owned()))
    );
    assert_eq!(
        with("TransferItems", json!([{"TransferFunctionName": "a", "TransferFunctionDesc": "b"}])),
        Err((FaultCode::MissingParameter, "TransferItems.0.TransferSkillGroupId".to_owned()))
    );
    assert_eq!(
        with("ToneWord", json!({"ZHToneWords": {"Neutral": [1]}})),
        Err((FaultCode::InvalidParameter, "ToneWord.ZHToneWords.Neutral.0".to_owned()))
    );
}

#[test]
fn documented_bounds_are_allowed_and_what_lies_beyond_is_not() {
    for (name, inside, outside) in [
        ("VadSilenceTime", json!([240, 2000]), json!([239, 2001])),
        ("VadLevel", json!([0, 3]), json!([4])),
        ("AmbientSoundVolume", json!([0, 2, 0.5]), json!([-0.1, 2.1])),
        ("AcquireTimeoutSecond", json!([0, 5]), json!([6])),
        ("NotifyDuration", json!([10000, 3_600_000]), json!([10, 9999])),
        ("WelcomeType", json!([0, 1]), json!([2, -1])),
        ("WelcomeMessagePriority", json!([0, 2]), json!([1, 3])),
        ("InterruptMode", json!([0, 1]), json!([2])),
        ("VoicemailAction", json!([0]), json!([1])),
        ("LLMType", json!(["openai", "azure", "minimax", "dify"]), json!(["OpenAI", ""])),
        ("AmbientSoundType", json!(["coffee_shops", "busy_office"]), json!(["Coffee_shops"])),
        ("Callee", json!(["008612300000000"]), json!([""])),
        ("LLMExtraBody", json!(["{}"]), json!(["", "[]", "{"])),
    ] {
        for value in inside.as_array().unwrap() {
            assert_eq!(with(name, value.clone()), Ok(()), "{name} {value}");
        }
        for value in outside.as_array().unwrap() {
            assert_eq!(
                with(name, value.clone()),
                Err((FaultCode::InvalidParameterValue, name.to_owned())),
                "{name} {value}"
            );
        }
    }
}

#[test]
fn at_most_four_languages_all_of_them_known() {
    assert_eq!(with("Languages", json!(["zh-dialect", "fil", "it", "ru"])), Ok(()));
    assert_eq!(
        with("Languages", json!(["zh", "en", "vi", "ja", "ko"])),
        Err((FaultCode::InvalidParameterValue, "Languages".to_owned()))
    );
    assert_eq!(
        with("Languages", json!(["zh", "tlh"])),
        Err((FaultCode::InvalidParameterValue, "Languages.1".to_owned()))
    );
}

#[test]
fn a_voice_that_the_documentation_does_not_list_is_not_refused() {
    assert_eq!(with("VoiceType", json!("AVoiceOfNextYear")), Ok(()));
}

#[test]
fn a_body_is_an_object() {
    let fault = validate(Dialect::Intl, &json!([INTL_JSON])).unwrap_err();
    assert_eq!(fault.code, FaultCode::InvalidParameter);
}
