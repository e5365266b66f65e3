//! A request's JSON against the table: what the provider would say before it dials.

use serde_json::{Map, Value};

use super::{CREATE_AI_CALL, Kind, Parameter, Required};
use crate::Dialect;

/// The API error code of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultCode {
    /// A required member is absent.
    MissingParameter,
    /// A member that this dialect does not know.
    UnknownParameter,
    /// A member of the wrong type.
    InvalidParameter,
    /// A member with a value out of range.
    InvalidParameterValue,
}

impl FaultCode {
    /// The code as the API writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MissingParameter => "MissingParameter",
            Self::UnknownParameter => "UnknownParameter",
            Self::InvalidParameter => "InvalidParameter",
            Self::InvalidParameterValue => "InvalidParameterValue",
        }
    }
}

/// The first thing that is wrong with a request. It never repeats a value, which may be a number or a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {message}", code.as_str())]
pub struct ParameterFault {
    /// The API error code.
    pub code: FaultCode,
    /// The member, such as `TransferItems.0.TransferSkillGroupId`; empty for the body itself.
    pub path: String,
    /// What is wrong, naming the path.
    pub message: String,
}

/// Checks a `CreateAICall` body: unknown members first, then, in documented order, presence, type and value.
/// `null` counts as absent.
///
/// # Errors
/// The first fault.
pub fn validate(dialect: Dialect, body: &Value) -> Result<(), ParameterFault> {
    match body {
        Value::Object(members) => object(dialect, CREATE_AI_CALL, members, ""),
        _ => Err(fault(FaultCode::InvalidParameter, "", "the body is not a JSON object".to_owned())),
    }
}

fn object(
    dialect: Dialect,
    parameters: &[Parameter],
    members: &Map<String, Value>,
    prefix: &str,
) -> Result<(), ParameterFault> {
    let known =
        |name: &str| parameters.iter().find(|parameter| parameter.name == name && parameter.dialects.contains(dialect));
    if let Some(name) = members.keys().find(|name| known(name).is_none()) {
        let path = join(prefix, name);
        let message = if parameters.iter().any(|parameter| parameter.name == name) {
            format!("the parameter `{path}` is not defined on the {dialect} site")
        } else {
            format!("the parameter `{path}` is not defined")
        };
        return Err(fault(FaultCode::UnknownParameter, &path, message));
    }
    for parameter in parameters {
        let path = join(prefix, parameter.name);
        match members.get(parameter.name).filter(|value| !value.is_null()) {
            Some(value) => member(dialect, parameter, parameter.kind, value, &path)?,
            None if parameter.required == Required::Yes => {
                let message = format!("the required parameter `{path}` is missing");
                return Err(fault(FaultCode::MissingParameter, &path, message));
            }
            None => {}
        }
    }
    Ok(())
}

fn member(
    dialect: Dialect,
    parameter: &Parameter,
    kind: Kind,
    value: &Value,
    path: &str,
) -> Result<(), ParameterFault> {
    match (kind, value) {
        (Kind::Array(item), Value::Array(values)) => {
            if let Some(max) = parameter.max_items.filter(|max| values.len() > *max) {
                return Err(value_fault(path, &format!("has more than {max} items")));
            }
            values.iter().enumerate().try_for_each(|(index, value)| {
                member(dialect, parameter, *item, value, &join(path, &index.to_string()))
            })
        }
        (Kind::Object(parameters), Value::Object(members)) => object(dialect, parameters, members, path),
        (Kind::Json, Value::String(text)) => json_text(text, path),
        (Kind::String, Value::String(text)) => string(parameter, text, path),
        (Kind::Integer, Value::Number(number)) if number.is_i64() => {
            number_value(parameter, number.as_f64(), &number.to_string(), path)
        }
        (Kind::Unsigned, Value::Number(number)) if number.is_u64() => {
            number_value(parameter, number.as_f64(), &number.to_string(), path)
        }
        (Kind::Integer, Value::String(text)) if parameter.text_accepted && text.parse::<i64>().is_ok() => {
            number_value(parameter, text.parse().ok(), text, path)
        }
        (Kind::Float, Value::Number(number)) => number_value(parameter, number.as_f64(), &number.to_string(), path),
        (Kind::Boolean, Value::Bool(_)) => Ok(()),
        _ => Err(fault(FaultCode::InvalidParameter, path, format!("the parameter `{path}` must be {}", article(kind)))),
    }
}

fn string(parameter: &Parameter, text: &str, path: &str) -> Result<(), ParameterFault> {
    if text.is_empty() && parameter.required == Required::Yes {
        return Err(value_fault(path, "is empty"));
    }
    choice(parameter, text, path)
}

fn number_value(parameter: &Parameter, value: Option<f64>, text: &str, path: &str) -> Result<(), ParameterFault> {
    if let Some(range) = parameter.range {
        let inside = value.is_some_and(|value| (range.min..=range.max).contains(&value));
        if !inside {
            let allowed = if range.max.is_finite() {
                format!("is not within {} to {}", range.min, range.max)
            } else {
                format!("is less than {}", range.min)
            };
            return Err(value_fault(path, &allowed));
        }
    }
    choice(parameter, text, path)
}

fn choice(parameter: &Parameter, text: &str, path: &str) -> Result<(), ParameterFault> {
    if parameter.choices.is_empty() || parameter.choices.contains(&text) {
        return Ok(());
    }
    let choices = parameter.choices.join(", ");
    Err(value_fault(path, &format!("is not one of {choices}")))
}

fn json_text(text: &str, path: &str) -> Result<(), ParameterFault> {
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(_)) => Ok(()),
        Ok(_) => Err(value_fault(path, "holds JSON that is not an object")),
        Err(error) => Err(value_fault(
            path,
            &format!("does not hold JSON (column {} of its line {})", error.column(), error.line()),
        )),
    }
}

fn article(kind: Kind) -> &'static str {
    match kind {
        Kind::String => "a string",
        Kind::Json => "a string that holds a JSON object",
        Kind::Integer => "an integer",
        Kind::Unsigned => "an integer that is not negative",
        Kind::Float => "a number",
        Kind::Boolean => "true or false",
        Kind::Array(_) => "an array",
        Kind::Object(_) => "an object",
    }
}

fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") }
}

fn value_fault(path: &str, what: &str) -> ParameterFault {
    fault(FaultCode::InvalidParameterValue, path, format!("the parameter `{path}` {what}"))
}

fn fault(code: FaultCode, path: &str, message: String) -> ParameterFault {
    ParameterFault { code, path: path.to_owned(), message }
}
