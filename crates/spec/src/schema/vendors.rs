//! What the language has a field for in the configuration of a speech vendor: read from the schema, where each field
//! names what it becomes.

use serde_json::{Map, Value};

use super::check::compiled;
use crate::model::Kind;

/// The members of `CustomTTSConfig` (`group` is `tts`) or `CustomSTTConfig` (`stt`) that a vendor's fields set, each with
/// its field; without one the member that the vendor's key itself becomes.
pub fn vendor_members(group: &str, vendor: &str) -> Vec<(&'static str, Option<&'static str>)> {
    lookup(group, vendor).map(|(parameter, fields)| members(parameter, fields)).unwrap_or_default()
}

/// The members that the vendor's key and fields set of the API's parameter.
pub(super) fn members<'a>(parameter: &str, fields: &'a Map<String, Value>) -> Vec<(&'a str, Option<&'a str>)> {
    let of_field = |(field, property): (&'a String, &'a Value)| {
        let member = text(property)?.strip_prefix(parameter)?.strip_prefix('.')?;
        Some((member, Some(field.as_str())))
    };
    let by_key = if parameter == "CustomSTTConfig" { "STTType" } else { "TTSType" };
    std::iter::once((by_key, None)).chain(fields.iter().filter_map(of_field)).collect()
}

/// The API's parameter of a group, and the fields of a vendor.
fn lookup(group: &str, vendor: &str) -> Option<(&'static str, &'static Map<String, Value>)> {
    let root = &compiled(Kind::Agent).schema;
    let resolved = |schema: &'static Value| {
        let pointer = schema.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix('#'));
        pointer.and_then(|pointer| root.pointer(pointer)).unwrap_or(schema)
    };
    let group = resolved(root.get("properties")?.get(group)?);
    let vendor = resolved(group.get("properties")?.get(vendor)?);
    Some((text(group)?, vendor.get("properties")?.as_object()?))
}

/// What a property becomes.
pub(super) fn text(schema: &Value) -> Option<&str> {
    schema.get("x-api-parameter")?.as_str()
}
