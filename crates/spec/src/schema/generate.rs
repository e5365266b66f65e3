//! Making the schemas.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

use super::{editor, vendors};
use crate::model::{Agent, Campaign, Kind, NAME_PATTERN, Project};

/// Where the schemas are published; editors that are offline use the checked-in files.
const BASE: &str = "https://callform.dev/schema/1";

/// The schema of one kind of document.
pub fn for_kind(kind: Kind) -> Value {
    let mut schema = definitions(kind);
    let lower = kind.name().to_lowercase();
    schema.insert("$id".into(), json!(format!("{BASE}/{lower}.json")));
    schema.insert("title".into(), json!(format!("callform: {kind}")));
    ordered(schema)
}

/// The schema of a file that may hold documents of any kind.
pub fn combined() -> Value {
    let mut defs = Map::new();
    let mut branches = Vec::new();
    for kind in Kind::ALL {
        let mut schema = definitions(kind);
        if let Some(Value::Object(inner)) = schema.remove("$defs") {
            defs.extend(inner);
        }
        schema.remove("$schema");
        defs.insert(kind.name().to_owned(), Value::Object(schema));
        branches.push(json!({
            "if": { "properties": { "kind": { "const": kind.name() } }, "required": ["kind"] },
            "then": { "$ref": format!("#/$defs/{kind}") },
        }));
    }
    let kinds: Vec<_> = Kind::ALL.iter().map(|k| k.name()).collect();
    ordered(
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": format!("{BASE}/callform.json"),
            "title": "callform: any document",
            "description": "A document of the callform language: a project, an agent or a campaign.",
            "type": "object",
            "required": ["kind"],
            "properties": { "kind": { "description": "The document's kind.", "enum": kinds } },
            "allOf": branches,
            "$defs": defs,
        })
        .as_object()
        .cloned()
        .unwrap_or_default(),
    )
}

fn definitions(kind: Kind) -> Map<String, Value> {
    let schema = match kind {
        Kind::Project => root::<Project>(),
        Kind::Agent => root::<Agent>(),
        Kind::Campaign => root::<Campaign>(),
    };
    let Value::Object(mut schema) = schema.to_value() else { return Map::new() };
    forbid_null(&mut schema);
    tidy(&mut schema);
    extras(&mut schema);
    overlays(kind, &mut schema);
    editor::for_editors(&mut schema);
    schema
}

fn root<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>()
}

/// An optional field may be left out; a key without a value is a mistake.
fn forbid_null(schema: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|t| t != "null");
        if let [one] = types.as_slice() {
            let one = one.clone();
            schema.insert("type".into(), one);
        }
    }
    if let Some(Value::Array(branches)) = schema.get_mut("anyOf") {
        branches.retain(|b| b != &json!({ "type": "null" }));
        if let [one] = branches.as_slice() {
            let one = one.clone();
            schema.remove("anyOf");
            if let Value::Object(one) = one {
                for (key, value) in one {
                    schema.entry(key).or_insert(value);
                }
            }
        }
    }
    if let Some(Value::Array(options)) = schema.get_mut("enum") {
        options.retain(|o| !o.is_null());
    }
    if schema.get("default") == Some(&Value::Null) {
        schema.remove("default");
    }
    for value in schema.values_mut() {
        each_object(value, &mut forbid_null);
    }
}

/// `uint32` and the like are of Rust, not of JSON Schema, which says it by bounds; and line breaks in a description are
/// those of its source.
fn tidy(schema: &mut Map<String, Value>) {
    if let Some(Value::String(text)) = schema.get_mut("description") {
        *text = text.replace('\n', " ");
    }
    let most = match schema.get("format").and_then(Value::as_str) {
        Some("uint32") => Some(u64::from(u32::MAX)),
        // An Integer of the API is a signed one.
        Some("uint64") => Some(i64::MAX.unsigned_abs()),
        _ => None,
    };
    if let Some(most) = most {
        schema.remove("format");
        schema.entry("maximum").or_insert(json!(most));
    }
    for value in schema.values_mut() {
        each_object(value, &mut tidy);
    }
}

/// `extra` is for members that the language has no field for, and for no other: said twice, the API would get one of the
/// two.
fn extras(schema: &mut Map<String, Value>) {
    if let Some(Value::Object(fields)) = schema.get_mut("properties")
        && let Some(parameter) = fields.get("extra").and_then(vendors::text)
    {
        let members: Vec<_> = vendors::members(parameter, fields).into_iter().map(|(member, _)| member).collect();
        let names = json!({ "not": { "enum": members } });
        if let Some(Value::Object(extra)) = fields.get_mut("extra") {
            extra.insert("propertyNames".into(), names);
        }
    }
    for value in schema.values_mut() {
        each_object(value, &mut extras);
    }
}

fn each_object(value: &mut Value, f: &mut dyn FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(map) => f(map),
        Value::Array(items) => items.iter_mut().for_each(|v| each_object(v, f)),
        _ => {}
    }
}

/// Gives `environments` its schema: the same document with nothing required, as deep as maps merge.
fn overlays(kind: Kind, schema: &mut Map<String, Value>) {
    let Some(Value::Object(mut defs)) = schema.remove("$defs") else { return };
    let mut made = Map::new();
    let name = format!("{kind}Overlay");
    let mut overlay = schema.clone();
    for key in ["$schema", "$id", "title", "required"] {
        overlay.remove(key);
    }
    overlay.insert(
        "description".into(),
        json!(format!("What differs from the {} in one environment.", kind.name().to_lowercase())),
    );
    if let Some(Value::Object(properties)) = overlay.get_mut("properties") {
        for key in ["callform", "kind", "name", "environments", "movedFrom"] {
            properties.remove(key);
        }
        for property in properties.values_mut() {
            relax(property, &defs, &mut made);
        }
    }
    made.insert(name.clone(), Value::Object(overlay));
    defs.extend(made);
    if let Some(property) =
        schema.get_mut("properties").and_then(|p| p.get_mut("environments")).and_then(Value::as_object_mut)
    {
        property.insert("type".into(), json!("object"));
        property.insert("propertyNames".into(), json!({ "pattern": NAME_PATTERN }));
        property.insert("additionalProperties".into(), json!({ "$ref": format!("#/$defs/{name}") }));
    }
    let mut sorted: Vec<_> = defs.into_iter().collect();
    sorted.sort_by(|a, b| a.0.cmp(&b.0));
    schema.insert("$defs".into(), Value::Object(sorted.into_iter().collect()));
}

/// Points a property at definitions that require nothing. Lists and exactly-one-of maps are replaced whole, so they
/// keep theirs.
fn relax(property: &mut Value, defs: &Map<String, Value>, made: &mut Map<String, Value>) {
    let Some(property) = property.as_object_mut() else { return };
    if let Some(Value::Array(branches)) = property.get_mut("anyOf") {
        branches.iter_mut().for_each(|b| relax(b, defs, made));
    }
    if property.contains_key("properties") && !property.contains_key("x-exactly-one-of") {
        property.remove("required");
        property.remove("anyOf");
        if let Some(Value::Object(inner)) = property.get_mut("properties") {
            inner.values_mut().for_each(|p| relax(p, defs, made));
        }
        return;
    }
    let Some(name) = property.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix("#/$defs/")) else {
        return;
    };
    let Some(Value::Object(target)) = defs.get(name) else { return };
    let choice = target.get("anyOf").is_some();
    if target.get("x-exactly-one-of").is_some() || !(choice || target.get("properties").is_some()) {
        return;
    }
    let relaxed = format!("{name}Overlay");
    if !made.contains_key(&relaxed) {
        made.insert(relaxed.clone(), Value::Null);
        let mut copy = target.clone();
        copy.remove("required");
        if let Some(Value::Object(properties)) = copy.get_mut("properties") {
            properties.values_mut().for_each(|p| relax(p, defs, made));
        }
        if let Some(Value::Array(branches)) = copy.get_mut("anyOf") {
            branches.iter_mut().for_each(|b| relax(b, defs, made));
        }
        made.insert(relaxed.clone(), Value::Object(copy));
    }
    property.insert("$ref".into(), json!(format!("#/$defs/{relaxed}")));
}

/// The members of a schema in the order that people read them.
fn ordered(mut schema: Map<String, Value>) -> Value {
    let mut first = Map::new();
    for key in ["$schema", "$id", "title", "description", "type"] {
        if let Some(value) = schema.remove(key) {
            first.insert(key.into(), value);
        }
    }
    first.extend(schema);
    Value::Object(first)
}
