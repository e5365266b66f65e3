//! Rewrites a schema so that editors make the most of it. What it accepts stays the same.
//!
//! Language servers read a schema more simply than validators do: they show a definition's words instead of the
//! field's, offer nothing where forms are alternatives, and say "matches multiple schemas" where one was chosen too
//! many. So scalars and alternatives stand where they are used, and choices forbid each other by name.
//! `tests/editors.rs` drives `yaml-language-server` with the outcome.

use serde_json::{Map, Value, json};

use super::message;

/// Keywords that say the same in every form of a value, so that forms that have them can't become one.
const OF_ANY_TYPE: [&str; 6] = ["enum", "const", "not", "anyOf", "oneOf", "allOf"];

/// Rewrites a document's schema; its definitions are under `$defs`.
pub(super) fn for_editors(schema: &mut Map<String, Value>) {
    let Some(Value::Object(mut defs)) = schema.remove("$defs") else { return };
    let all = defs.clone();
    rewrite(schema, &all);
    for definition in defs.values_mut().filter_map(Value::as_object_mut) {
        rewrite(definition, &all);
    }
    let mut used = Vec::new();
    references(schema.values(), &defs, &mut used);
    defs.retain(|name, _| used.contains(name));
    schema.insert("$defs".into(), Value::Object(defs));
}

fn rewrite(schema: &mut Map<String, Value>, defs: &Map<String, Value>) {
    inline(schema, defs);
    one_form(schema, defs);
    closed_set(schema);
    exclusive(schema);
    explain(schema);
    let mut inner: Vec<&mut Value> = Vec::new();
    for (key, value) in schema.iter_mut() {
        match (key.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                for (name, property) in properties.iter_mut() {
                    name_map(name, property);
                    inner.push(property);
                }
            }
            ("items" | "additionalProperties" | "propertyNames", value) => inner.push(value),
            _ => {}
        }
    }
    inner.into_iter().filter_map(Value::as_object_mut).for_each(|schema| rewrite(schema, defs));
}

/// A map of fields is offered under its key; without a title it would be "object".
fn name_map(key: &str, property: &mut Value) {
    if let Some(property) = property.as_object_mut().filter(|p| p.contains_key("properties")) {
        property.entry("title").or_insert_with(|| json!(key));
    }
}

fn definition<'d>(schema: &Map<String, Value>, defs: &'d Map<String, Value>) -> Option<&'d Map<String, Value>> {
    defs.get(schema.get("$ref")?.as_str()?.strip_prefix("#/$defs/")?)?.as_object()
}

/// Puts a definition where it is used, if it is no map of fields: its description and examples are those of any such
/// value, and the field's own are better. A map as well, where the field says what it becomes: beside a keyword that is
/// not of JSON Schema, `$ref` is not looked through.
fn inline(schema: &mut Map<String, Value>, defs: &Map<String, Value>) {
    let hides = |schema: &Map<String, Value>| schema.contains_key("x-api-parameter");
    while let Some(target) = definition(schema, defs).filter(|d| hides(schema) || !d.contains_key("properties")) {
        schema.remove("$ref");
        let shows = schema.contains_key("examples") || schema.contains_key("default");
        for (key, value) in target.iter().filter(|(key, _)| !(shows && *key == "examples")) {
            schema.entry(key.clone()).or_insert_with(|| value.clone());
        }
    }
}

/// Text or a map, a list or a map: forms of different types become one schema of several types, whose keywords each
/// speak of their own type only.
fn one_form(schema: &mut Map<String, Value>, defs: &Map<String, Value>) {
    let Some(Value::Array(branches)) = schema.get("anyOf") else { return };
    let forms: Vec<Map<String, Value>> = branches
        .iter()
        .filter_map(Value::as_object)
        .map(|branch| definition(branch, defs).unwrap_or(branch).clone())
        .collect();
    let types: Vec<Value> =
        forms.iter().filter_map(|form| form.get("type").filter(|t| t.is_string()).cloned()).collect();
    let distinct = types.iter().enumerate().all(|(i, t)| !types[..i].contains(t));
    let plain = forms.iter().all(|form| OF_ANY_TYPE.iter().all(|key| !form.contains_key(*key)));
    if types.len() != branches.len() || !distinct || !plain {
        return;
    }
    schema.remove("anyOf");
    schema.insert("type".into(), Value::Array(types));
    for form in forms {
        for (key, value) in form {
            schema.entry(key).or_insert(value);
        }
    }
}

/// Constants with descriptions of their own become an `enum`, whose descriptions editors show beside each value.
fn closed_set(schema: &mut Map<String, Value>) {
    let Some(Value::Array(branches)) = schema.get("oneOf") else { return };
    let of = |key: &str| -> Vec<Value> { branches.iter().filter_map(|b| b.get(key).cloned()).collect() };
    let (values, descriptions) = (of("const"), of("description"));
    if values.len() != branches.len() || !values.iter().all(Value::is_string) {
        return;
    }
    schema.remove("oneOf");
    schema.insert("type".into(), json!("string"));
    if descriptions.len() == values.len() {
        schema.insert("enumDescriptions".into(), Value::Array(descriptions));
    }
    schema.insert("enum".into(), Value::Array(values));
}

/// In a map that takes exactly one key, each key forbids the others: the keys themselves are underlined then.
fn exclusive(schema: &mut Map<String, Value>) {
    if !schema.contains_key("x-exactly-one-of") {
        return;
    }
    let Some(Value::Object(properties)) = schema.get("properties") else { return };
    let keys: Vec<&String> = properties.keys().collect();
    let names: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
    let message = format!("Exactly one of {}.", names.join(", "));
    let dependent: Map<String, Value> = keys
        .iter()
        .map(|key| {
            let others: Map<String, Value> =
                keys.iter().filter(|other| other != &key).map(|other| ((*other).clone(), json!(false))).collect();
            ((*key).clone(), json!({ "properties": others, "errorMessage": message }))
        })
        .collect();
    schema.insert("dependentSchemas".into(), Value::Object(dependent));
}

/// Says in words what a pattern wants, and shows a description's code and the default in a hover.
fn explain(schema: &mut Map<String, Value>) {
    if let Some(help) = schema.get("pattern").and_then(Value::as_str).and_then(message::pattern_words) {
        schema.insert("patternErrorMessage".into(), json!(format!("Not {}: {}.", help.0, help.1)));
    }
    let Some(description) = schema.get("description").and_then(Value::as_str) else { return };
    let mut text = description.to_owned();
    if let Some(default) = schema.get("default") {
        let shown = default.as_str().map_or_else(|| default.to_string(), str::to_owned);
        text.push_str(&format!("\n\nDefault: `{shown}`"));
    }
    if text.contains('`') {
        schema.insert("markdownDescription".into(), json!(text));
    }
}

/// Names of the definitions that are reached from somewhere.
fn references<'v>(values: impl Iterator<Item = &'v Value>, defs: &'v Map<String, Value>, found: &mut Vec<String>) {
    for value in values {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(target)) = members.get("$ref")
                    && let Some(name) = target.strip_prefix("#/$defs/")
                    && !found.iter().any(|known| known == name)
                {
                    found.push(name.to_owned());
                    references(defs.get(name).into_iter(), defs, found);
                }
                references(members.values(), defs, found);
            }
            Value::Array(items) => references(items.iter(), defs, found),
            _ => {}
        }
    }
}
