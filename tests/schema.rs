//! The JSON Schemas: checked in, complete, and about the API's own parameters.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use callform_ccc::parameters::{CREATE_AI_CALL, Kind as ParameterKind, Parameter};
use callform_spec::model::Kind;
use callform_spec::schema;
use serde_json::Value;

/// Every property of every object in a schema, with the path that leads to it.
fn properties<'s>(at: &str, schema: &'s Value, found: &mut Vec<(String, &'s Value)>) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::Object(own)) = members.get("properties") {
                found.extend(own.iter().map(|(name, property)| (format!("{at}.{name}"), property)));
            }
            // What a choice forbids is no field; it is described where it is allowed.
            for (name, member) in members.iter().filter(|(name, _)| *name != "dependentSchemas") {
                properties(&format!("{at}/{name}"), member, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| properties(at, item, found)),
        _ => {}
    }
}

fn all() -> Vec<(Kind, Value)> {
    Kind::ALL.iter().map(|kind| (*kind, schema::for_kind(*kind))).collect()
}

/// A property, or the definition that it names.
fn resolved<'s>(root: &'s Value, property: &'s Value) -> &'s Value {
    let name = property.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix("#"));
    name.and_then(|pointer| root.pointer(pointer)).unwrap_or(property)
}

#[test]
fn the_checked_in_schemas_are_those_of_this_version() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schema");
    let mut wanted: Vec<_> = all().into_iter().map(|(kind, s)| (kind.name().to_lowercase(), s)).collect();
    wanted.push(("callform".to_owned(), schema::combined()));
    for (name, schema) in wanted {
        let text = fs::read_to_string(directory.join(format!("{name}.json"))).unwrap();
        assert_eq!(text, format!("{schema:#}\n"), "schema/{name}.json: callform schema --write schema");
    }
    assert_eq!(fs::read_dir(directory).unwrap().count(), 4, "a file that is no schema");
}

#[test]
fn the_schemas_are_valid_themselves() {
    for (kind, schema) in all() {
        assert!(jsonschema::meta::is_valid(&schema), "{kind}");
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    }
    assert!(jsonschema::meta::is_valid(&schema::combined()));
}

#[test]
fn every_field_is_described() {
    for (kind, schema) in all() {
        let mut found = Vec::new();
        properties(kind.name(), &schema, &mut found);
        assert!(found.len() > 10);
        for (path, property) in found {
            let description = property.get("description").and_then(Value::as_str).unwrap_or_default();
            assert!(description.len() > 5, "{path} has no description");
        }
    }
}

#[test]
fn every_field_shows_what_may_stand_there() {
    // A default, an example, a closed set of values, or fields of its own.
    const SHOWING: [&str; 8] =
        ["default", "examples", "enum", "const", "oneOf", "anyOf", "properties", "additionalProperties"];
    let mut bare = Vec::new();
    for (kind, schema) in all() {
        let mut found = Vec::new();
        properties(kind.name(), &schema, &mut found);
        for (path, property) in found {
            let definition = resolved(&schema, property);
            let items = property.get("items").map(|i| resolved(&schema, i));
            let shows = |schema: &Value| {
                SHOWING.iter().any(|key| schema.get(key).is_some()) || schema.get("type") == Some(&"boolean".into())
            };
            if !(shows(property) || shows(definition) || items.is_some_and(shows)) {
                bare.push(path);
            }
        }
    }
    assert!(bare.is_empty(), "shows nothing: {bare:#?}");
}

/// Names of all parameters, nested ones with a dot.
fn parameters(prefix: &str, all: &[Parameter], found: &mut BTreeSet<String>) {
    for parameter in all {
        let name = format!("{prefix}{}", parameter.name);
        let mut kind = &parameter.kind;
        while let ParameterKind::Array(item) = kind {
            kind = item;
        }
        if let ParameterKind::Object(members) = kind {
            parameters(&format!("{name}."), members, found);
        }
        found.insert(name);
    }
}

#[test]
fn every_parameter_of_the_api_can_be_said_and_no_other_is_named() {
    let mut known = BTreeSet::new();
    parameters("", CREATE_AI_CALL, &mut known);
    let mut named = BTreeSet::new();
    for (kind, schema) in all() {
        let mut found = Vec::new();
        properties(kind.name(), &schema, &mut found);
        for (_, property) in found {
            for schema in [property, resolved(&schema, property)] {
                named.extend(schema.get("x-api-parameter").and_then(Value::as_str).map(str::to_owned));
            }
        }
    }
    // What is inside a string that holds JSON is no parameter of the action, nor is a header.
    let inner = |name: &str| {
        ["CustomTTSConfig.", "CustomSTTConfig.", "Variables "].iter().any(|prefix| name.starts_with(prefix))
            || ["Region", "X-TC-Token"].contains(&name)
    };
    let unknown: Vec<_> = named.iter().filter(|name| !inner(name) && !known.contains(*name)).collect();
    assert!(unknown.is_empty(), "not parameters of CreateAICall: {unknown:?}");
    // Pairs are written as a map: name by value. Parents are named where their members are.
    let said = |name: &String| {
        named.contains(name)
            || name.starts_with("Variables.")
            || name.starts_with("PromptVariables.")
            || named.iter().any(|n| n.starts_with(&format!("{name}.")))
    };
    let missing: Vec<_> = known.iter().filter(|name| !said(name)).collect();
    assert!(missing.is_empty(), "can't be said: {missing:?}");
}
