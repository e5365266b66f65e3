//! What of a request body may be written down.

use serde_json::{Map, Value};

use crate::digest::{Key, Subject};

/// Members whose values are enumerations or identifiers that the emulator has checked, never free text.
const IN_CLEAR: [&str; 4] = ["SdkAppId", "LLMType", "VoiceType", "Languages"];

/// The body with every member's name, and its value only where that cannot tell anything about a person or a secret:
/// checked enumerations, numbers and booleans. All other values become `hmac:` and a keyed digest, so that two
/// requests can be compared member by member without either being readable.
pub(super) fn redact(body: &Map<String, Value>, key: &Key) -> Map<String, Value> {
    body.iter().map(|(name, value)| (name.clone(), redact_member(name, value, key))).collect()
}

fn redact_member(name: &str, value: &Value, key: &Key) -> Value {
    match value {
        Value::Number(_) | Value::Bool(_) if name != "Callee" => value.clone(),
        _ if IN_CLEAR.contains(&name) => value.clone(),
        _ => Value::String(format!("hmac:{}", key.digest_json(Subject::Member(name), value))),
    }
}

/// The names of the members in which a stored body differs from `expected`.
pub(super) fn differences(stored: &Map<String, Value>, expected: &Map<String, Value>, key: &Key) -> Vec<String> {
    let expected = redact(expected, key);
    let mut names: Vec<String> = stored
        .iter()
        .filter(|(name, value)| !expected.get(*name).is_some_and(|other| same(value, other)))
        .map(|(name, _)| name.clone())
        .chain(expected.keys().filter(|name| !stored.contains_key(*name)).cloned())
        .collect();
    names.sort_unstable();
    names
}

/// Equal JSON, where `1` equals `1.0`.
fn same(one: &Value, other: &Value) -> bool {
    one == other || matches!((one.as_f64(), other.as_f64()), (Some(one), Some(other)) if one.total_cmp(&other).is_eq())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn members(value: Value) -> Map<String, Value> {
        match value {
            Value::Object(members) => members,
            _ => Map::new(),
        }
    }

    #[test]
    fn texts_lists_and_objects_are_never_kept() {
        let body = members(json!({
            "SdkAppId": 1_400_000_000, "Callee": "008612300000000", "SystemPrompt": "You are Dr. Li.",
            "Variables": [{"Key": "a", "Value": "b"}], "Languages": ["en"], "Temperature": 0.4, "EndFunctionEnable": true,
        }));
        let stored = redact(&body, &Key::new([1; 32]));
        assert_eq!(stored.keys().collect::<Vec<_>>(), body.keys().collect::<Vec<_>>());
        let text = Value::Object(stored.clone()).to_string();
        assert!(!text.contains("0086") && !text.contains("Dr. Li") && !text.contains("Key"), "{text}");
        assert_eq!(stored["Languages"], json!(["en"]));
        assert_eq!(stored["Temperature"], json!(0.4));
    }

    #[test]
    fn the_members_that_differ_are_named() {
        let key = Key::new([1; 32]);
        let stored = redact(&members(json!({"SystemPrompt": "a", "Model": "m", "TopP": 1.0})), &key);
        assert!(differences(&stored, &members(json!({"TopP": 1, "Model": "m", "SystemPrompt": "a"})), &key).is_empty());
        assert_eq!(
            differences(&stored, &members(json!({"SystemPrompt": "b", "TopP": 1.0, "Callee": "x"})), &key),
            ["Callee", "Model", "SystemPrompt"]
        );
    }
}
