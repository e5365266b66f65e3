//! Agents: assembling one from its document.

use std::collections::BTreeMap;

use super::context::Context;
use super::load::{Document, decode};
use super::texts::{PromptFile, Reader};
use super::words::Templates;
use super::{Agent, Declared, SecretUse, agent_rules, secrets};
use crate::diagnostic::Diagnostic;
use crate::model::{self, Dialect, VariableType};
use crate::schema;
use crate::source::{Sources, Span};
use crate::template;
use crate::value::{self, Kind, Raw, Rules};
use crate::yaml::{Node, Segment, Yaml};

/// Assembles an agent, reporting what is wrong with it; with the secrets that it sends to others.
pub(super) fn assemble(
    document: &Document,
    prompt: &PromptFile,
    dialect: Dialect,
    bound: &BTreeMap<String, Vec<String>>,
    sources: &Sources,
    context: &mut Context<'_>,
) -> (Agent, Vec<SecretUse>) {
    let node = &document.node;
    // Whoever names an agent whose name could not be read is not to blame.
    if node.get("name").and_then(Node::as_str).is_none() {
        context.unread.text(node.span.source);
    }
    let mut effective = node.to_json();
    let spec: model::Agent = decode(&effective, node, context);
    let name = spec.name.clone().unwrap_or_default();
    let variables = variables(&spec, node, context);
    let declares = node.get("variables").is_none_or(|n| n.value != Yaml::Invalid);
    let before = context.diagnostics.len();
    let templates = Reader { document, spec: &spec, prompt, sources, context }.templates(&mut effective);
    if declares {
        undefined(&templates, &variables, node, context);
    }
    let speaks = declares && context.diagnostics.len() == before;
    agent_rules::check(&spec, node, dialect, context);
    let uses = secrets::check(&name, &spec, node, bound, context);
    let (node, prompt_file) = (node.clone(), prompt.as_ref().ok().copied().flatten());
    (Agent { name, spec, variables, effective, templates, node, prompt_file, declares, speaks }, uses)
}

pub(super) fn keys(path: &[&str]) -> Vec<Segment> {
    path.iter().map(|k| Segment::Key((*k).to_owned())).collect()
}

/// A value of a document as a value of a variable; `None` for lists, maps and nothing.
pub(super) fn raw(value: &serde_json::Value) -> Option<Raw> {
    match value {
        serde_json::Value::String(text) => Some(Raw::Text(text.clone())),
        serde_json::Value::Number(number) => Some(Raw::Number(number.clone())),
        serde_json::Value::Bool(b) => Some(Raw::Boolean(*b)),
        _ => None,
    }
}

fn variables(spec: &model::Agent, node: &Node, context: &mut Context<'_>) -> Vec<Declared> {
    let mut declared = Vec::new();
    for (name, variable) in spec.variables.iter().flatten() {
        let before = context.diagnostics.len();
        let path = |field: &str| {
            let mut path = keys(&["variables", name]);
            if !field.is_empty() {
                path.push(Segment::Key(field.into()));
            }
            path
        };
        if !template::is_name(name) {
            context.push(
                Diagnostic::error("E0130", format!("`{name}` is not a name of a variable"), node.place(&path("")), "not a name")
                    .help("a name is made of letters, digits and `_`, and does not start with a digit: a template writes it as it is"),
            );
        }
        if node.at(&path("")).is_some_and(|(declaration, _)| declaration.holds_invalid()) {
            // What it says is not known; its type, its default and its choices may be what was found wrong.
            declared.push(Declared { name: name.clone(), rules: Rules::default(), default: None, broken: true });
            continue;
        }
        let kind = match variable.kind.unwrap_or(VariableType::Text) {
            VariableType::Text => Kind::Text,
            VariableType::Number => Kind::Number,
            VariableType::Boolean => Kind::Boolean,
            VariableType::Date => Kind::Date,
            VariableType::Datetime => Kind::DateTime,
            VariableType::Choice => Kind::Choice,
        };
        let belongs = [
            ("maxLength", variable.max_length.is_some(), &[Kind::Text][..]),
            ("multiline", variable.multiline.is_some(), &[Kind::Text]),
            ("min", variable.min.is_some(), &[Kind::Number]),
            ("max", variable.max.is_some(), &[Kind::Number]),
            ("choices", variable.choices.is_some(), &[Kind::Choice]),
        ];
        for (field, set, kinds) in belongs {
            if set && !kinds.contains(&kind) {
                let message = format!("`{field}` says nothing about a variable of type {kind}");
                context.push(
                    Diagnostic::error("E0131", message, node.place(&path(field)), "has no effect")
                        .help(format!("remove it, or write `type: {}`", kinds[0])),
                );
            }
        }
        if kind == Kind::Choice && variable.choices.is_none() {
            context.push(
                Diagnostic::error(
                    "E0131",
                    format!("`{name}` is a choice without `choices`"),
                    node.place(&path("")),
                    "a choice of what?",
                )
                .help("list its values under `choices:`"),
            );
        }
        let rules = Rules {
            kind,
            multiline: variable.multiline.unwrap_or(false),
            max_length: variable.max_length.and_then(|n| usize::try_from(n).ok()),
            min: variable.min.as_ref().and_then(serde_json::Number::as_f64),
            max: variable.max.as_ref().and_then(serde_json::Number::as_f64),
            choices: variable.choices.clone().unwrap_or_default(),
        };
        let mut check = |field: &str, value: &Option<serde_json::Value>| {
            let raw = value.as_ref().and_then(raw)?;
            match value::check(&rules, &raw) {
                Ok(value) => Some(value),
                Err(error) => {
                    context.push(value_error(
                        "E0132",
                        &format!("the {field} of `{name}`"),
                        &error,
                        node.place(&path(field)),
                    ));
                    None
                }
            }
        };
        check("example", &variable.example);
        let default = check("default", &variable.default);
        let broken = context.diagnostics.len() > before;
        declared.push(Declared { name: name.clone(), rules, default, broken });
    }
    // A declaration that is no map was reported; it declares the name all the same.
    if let Some(Yaml::Mapping(entries)) = node.get("variables").map(|n| &n.value) {
        for entry in entries.iter().filter(|e| e.value.value == Yaml::Invalid) {
            let name = entry.key.text.clone();
            declared.push(Declared { name, rules: Rules::default(), default: None, broken: true });
        }
    }
    declared
}

pub(super) fn value_error(code: &'static str, what: &str, error: &value::ValueError, span: Span) -> Diagnostic {
    let mut diagnostic =
        Diagnostic::error(code, format!("{what} does not fit: {}", error.message), span, "does not fit");
    if let Some(help) = &error.help {
        diagnostic = diagnostic.help(help.clone());
    }
    diagnostic
}

/// Every variable that a template uses is declared. Told once for each name and template.
fn undefined(templates: &Templates, variables: &[Declared], node: &Node, context: &mut Context<'_>) {
    for placed in templates.all() {
        let mut told = std::collections::BTreeSet::new();
        for used in placed.template.uses() {
            if variables.iter().any(|v| v.name == used.name) || !told.insert(used.name.clone()) {
                continue;
            }
            let mut diagnostic = Diagnostic::error(
                "E0134",
                format!("`{}` is not declared", used.name),
                placed.place(used.range.clone()),
                format!("used in the template of `{}`", placed.field),
            );
            if let Some(entry) = node.entry("variables") {
                diagnostic = diagnostic.related(entry.key.span, "variables are declared here");
            }
            diagnostic = match schema::nearest(&used.name, variables.iter().map(|v| v.name.as_str())) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None => diagnostic.help(format!("declare it under `variables:` of the agent: `{}: {{}}`", used.name)),
            };
            context.push(diagnostic);
        }
    }
}
