//! A request's parameters: JSON of a POST, or the flattened query of a GET.

use callform_ccc::Dialect;
use callform_ccc::parameters::{Kind, Parameter, create_ai_call};
use serde_json::{Map, Number, Value};

use crate::envelope::ApiError;

/// The JSON object of a POST's body. An empty body is an empty object, as the gateway takes it.
///
/// The error says where the JSON breaks, never what stands there.
pub(crate) fn from_body(body: &[u8]) -> Result<Map<String, Value>, ApiError> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Map::new());
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(ApiError::new("InvalidParameter", "the body is JSON, but not an object")),
        Err(error) => Err(ApiError::new(
            "InvalidParameter",
            format!("the body is not JSON: it breaks at line {}, column {}", error.line(), error.column()),
        )),
    }
}

/// The JSON that a GET's query stands for: `Callers.0=..&Variables.0.Key=..`, every value still a string.
pub(crate) fn from_query(query: &str) -> Result<Map<String, Value>, ApiError> {
    let mut root = Map::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (Some(name), Some(value)) = (percent_decoded(name), percent_decoded(value)) else {
            return Err(ApiError::new("InvalidParameter", "the query is not percent-encoded UTF-8"));
        };
        let mut place = &mut root;
        let mut steps = name.split('.').peekable();
        while let Some(step) = steps.next() {
            if steps.peek().is_none() {
                if place.insert(step.to_owned(), Value::String(value)).is_some() {
                    return Err(ApiError::new("InvalidParameter", format!("the query gives `{name}` twice")));
                }
                break;
            }
            let next = place.entry(step).or_insert_with(|| Value::Object(Map::new()));
            let Value::Object(members) = next else {
                return Err(ApiError::new("InvalidParameter", format!("the query gives `{step}` twice")));
            };
            place = members;
        }
    }
    Ok(root.into_iter().map(|(name, value)| (name, with_arrays(value))).collect())
}

/// Objects whose members are named 0, 1, 2, ... become arrays.
fn with_arrays(value: Value) -> Value {
    let Value::Object(members) = value else { return value };
    let members: Map<String, Value> = members.into_iter().map(|(name, member)| (name, with_arrays(member))).collect();
    let in_order = (0..members.len()).map(|index| members.get(&index.to_string()).cloned());
    match in_order.collect::<Option<Vec<Value>>>() {
        Some(items) => Value::Array(items),
        None => Value::Object(members),
    }
}

/// A query has only strings: gives each known `CreateAICall` member the type that the table says.
///
/// A text that isn't of that type stays a string, so that validation names the member.
pub(crate) fn typed(dialect: Dialect, members: Map<String, Value>) -> Map<String, Value> {
    let parameters: Vec<Parameter> = create_ai_call(dialect).copied().collect();
    typed_members(&parameters, members)
}

fn typed_members(parameters: &[Parameter], members: Map<String, Value>) -> Map<String, Value> {
    members
        .into_iter()
        .map(|(name, value)| {
            let parameter = parameters.iter().find(|parameter| parameter.name == name);
            let value = match parameter {
                Some(parameter) => typed_value(parameter.kind, value),
                None => value,
            };
            (name, value)
        })
        .collect()
}

fn typed_value(kind: Kind, value: Value) -> Value {
    match (kind, value) {
        (Kind::Array(item), Value::Array(items)) => {
            Value::Array(items.into_iter().map(|value| typed_value(*item, value)).collect())
        }
        (Kind::Object(parameters), Value::Object(members)) => Value::Object(typed_members(parameters, members)),
        (Kind::Integer | Kind::Unsigned | Kind::Float, Value::String(text)) => {
            number(kind, &text).unwrap_or(Value::String(text))
        }
        (Kind::Boolean, Value::String(text)) => match text.as_str() {
            // Python's SDK writes `True`.
            "true" | "True" => Value::Bool(true),
            "false" | "False" => Value::Bool(false),
            _ => Value::String(text),
        },
        (_, value) => value,
    }
}

fn number(kind: Kind, text: &str) -> Option<Value> {
    match kind {
        Kind::Integer => text.parse::<i64>().ok().map(Value::from),
        Kind::Unsigned => text.parse::<u64>().ok().map(Value::from),
        _ => text.parse::<f64>().ok().and_then(Number::from_f64).map(Value::Number),
    }
}

/// `%E4%BD%A0` and `+` (Python) or `%20` (Node) decoded; `None` where that isn't UTF-8.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => hex(rest.next()?)? * 16 + hex(rest.next()?)?,
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// The parameters of a read action.
pub(crate) struct Reader(Map<String, Value>);

impl Reader {
    /// Refuses members that the action doesn't know.
    pub(crate) fn new(members: Map<String, Value>, known: &[&str]) -> Result<Self, ApiError> {
        match members.keys().find(|name| !known.contains(&name.as_str())) {
            Some(name) => Err(ApiError::new("UnknownParameter", format!("the parameter `{name}` is not defined"))),
            None => Ok(Self(members)),
        }
    }

    fn present(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    fn required(&self, name: &str) -> Result<&Value, ApiError> {
        self.present(name)
            .ok_or_else(|| ApiError::new("MissingParameter", format!("the required parameter `{name}` is missing")))
    }

    /// A required integer; its decimal text is taken too, as in the provider's own example.
    pub(crate) fn integer(&self, name: &str) -> Result<i64, ApiError> {
        let value = self.required(name)?;
        value
            .as_i64()
            .or_else(|| value.as_str().and_then(|text| text.parse().ok()))
            .ok_or_else(|| ApiError::new("InvalidParameter", format!("the parameter `{name}` must be an integer")))
    }

    /// A required integer within bounds, both included.
    pub(crate) fn integer_within(&self, name: &str, min: i64, max: i64) -> Result<i64, ApiError> {
        let value = self.integer(name)?;
        if (min..=max).contains(&value) {
            return Ok(value);
        }
        let bounds = if max == i64::MAX { format!("less than {min}") } else { format!("not within {min} to {max}") };
        Err(ApiError::new("InvalidParameterValue", format!("the parameter `{name}` is {bounds}")))
    }

    /// A required string that isn't empty.
    pub(crate) fn text(&self, name: &str) -> Result<&str, ApiError> {
        match self.required(name)?.as_str() {
            Some("") => Err(ApiError::new("InvalidParameterValue", format!("the parameter `{name}` is empty"))),
            Some(text) => Ok(text),
            None => Err(ApiError::new("InvalidParameter", format!("the parameter `{name}` must be a string"))),
        }
    }

    /// A list of strings; empty where absent.
    pub(crate) fn texts(&self, name: &str) -> Result<Vec<String>, ApiError> {
        let Some(value) = self.present(name) else { return Ok(Vec::new()) };
        value
            .as_array()
            .and_then(|items| items.iter().map(|item| item.as_str().map(str::to_owned)).collect())
            .ok_or_else(|| {
                ApiError::new("InvalidParameter", format!("the parameter `{name}` must be an array of strings"))
            })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_flattened_query_becomes_the_json_that_it_stands_for() {
        let query = "SdkAppId=1400000000&SystemPrompt=%E4%BD%A0%E5%A5%BD+Kate%20B&Callers.0=0086&Callers.1=0044\
                     &Variables.0.Key=name&Variables.0.Value=%E5%B0%8F&EndFunctionEnable=True&Temperature=0.4\
                     &ToneWord.FirstSentenceTimeout=0.5&VadLevel=x";
        assert_eq!(
            Value::Object(typed(Dialect::Intl, from_query(query).unwrap())),
            json!({
                "SdkAppId": 1_400_000_000, "SystemPrompt": "你好 Kate B", "Callers": ["0086", "0044"],
                "Variables": [{"Key": "name", "Value": "小"}], "EndFunctionEnable": true, "Temperature": 0.4,
                "ToneWord": {"FirstSentenceTimeout": 0.5}, "VadLevel": "x",
            })
        );
    }

    #[test]
    fn a_broken_query_or_body_is_refused_without_repeating_it() {
        for query in ["A=%zz", "A=%E4", "A=1&A=2", "A=1&A.0=2"] {
            assert_eq!(from_query(query).unwrap_err().code, "InvalidParameter", "{query}");
        }
        let error = from_body(b"{\"APIKey\": \"canary\",").unwrap_err();
        assert_eq!(error.code, "InvalidParameter");
        assert!(!error.message.contains("canary"));
        assert_eq!(from_body(b"[]").unwrap_err().code, "InvalidParameter");
        assert_eq!(from_body(b" ").unwrap(), Map::new());
    }
}
