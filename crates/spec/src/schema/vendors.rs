//! What the language has a field for in the configuration of a speech vendor: read from the schema, where each field
//! names what it becomes.

use serde_json::Value;

use super::check::compiled;
use crate::model::Kind;

/// The members of `CustomTTSConfig` (`group` is `tts`) or `CustomSTTConfig` (`stt`) that a vendor's fields set, each with
/// its field; without one the member that the vendor's key itself becomes.
pub fn vendor_members(group: &str, vendor: &str) -> Vec<(&'static str, Option<&'static str>)> {
    let Some((parameter, fields)) = lookup(group, vendor) else { return Vec::new() };
    let of_field = |(field, property): (&'static String, &'static Value)| {
        let member = text(property)?.strip_prefix(parameter)?.strip_prefix('.')?;
        Some((member, Some(field.as_str())))
    };
    std::iter::once((member_of_the_key(parameter), None)).chain(fields.iter().filter_map(of_field)).collect()
}

/// The member of such a configuration that the vendor's key becomes.
pub(super) fn member_of_the_key(parameter: &str) -> &'static str {
    if parameter == "CustomSTTConfig" { "STTType" } else { "TTSType" }
}

/// The API's parameter of a group, and the fields of a vendor.
fn lookup(group: &str, vendor: &str) -> Option<(&'static str, &'static serde_json::Map<String, Value>)> {
    let root = &compiled(Kind::Agent).schema;
    let resolved = |schema: &'static Value| {
        let pointer = schema.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix('#'));
        pointer.and_then(|pointer| root.pointer(pointer)).unwrap_or(schema)
    };
    let group = resolved(root.get("properties")?.get(group)?);
    let vendor = resolved(group.get("properties")?.get(vendor)?);
    Some((text(group)?, vendor.get("properties")?.as_object()?))
}

fn text(schema: &'static Value) -> Option<&'static str> {
    schema.get("x-api-parameter")?.as_str()
}
