//! What a template says for somebody: rendered with values that a row could bring.

use std::collections::BTreeMap;

use callform_spec::project::{Agent, Declared, Placed};
use callform_spec::template::Context;
use callform_spec::value::{Kind, Raw, Value, check};

use super::literal::literal;

/// Most ways to fill in what a template decides by.
const MAX_WAYS: usize = 64;

/// Values for every variable: its default, its example, or one that fits its declaration.
pub(crate) fn sample(agent: &Agent) -> Context {
    let values = agent.variables.iter().filter_map(|d| Some((d.name.clone(), fitting(agent, d)?))).collect();
    context(agent, values)
}

/// The words of a template for [`sample`]; its text without tags where that can't be rendered.
pub(crate) fn said(agent: &Agent, placed: &Placed) -> String {
    placed.template.render(&sample(agent)).unwrap_or_else(|_| literal(placed.text()))
}

/// [`sample`] with every combination of what booleans and choices can be that a template uses: every way through its
/// conditions, as far as these decide. Nothing if there are too many. Each with the names that were tried.
pub(crate) fn ways(agent: &Agent, placed: &Placed) -> Vec<(Context, Vec<(String, String)>)> {
    let mut ways = vec![(sample(agent), Vec::new())];
    let used = |d: &&Declared| placed.template.uses().iter().any(|u| u.name == d.name);
    for declared in agent.variables.iter().filter(used) {
        let options: Vec<(Value, String)> = match declared.rules.kind {
            Kind::Boolean => [true, false].map(|b| (Value::Boolean(b), b.to_string())).into(),
            Kind::Choice => {
                declared.rules.choices.iter().map(|c| (Value::Text(c.clone()), format!("\"{c}\""))).collect()
            }
            _ => continue,
        };
        if ways.len() * options.len() > MAX_WAYS {
            return Vec::new();
        }
        ways = ways
            .into_iter()
            .flat_map(|(context, tried)| {
                options.iter().map(move |(value, shown)| {
                    let (mut context, mut tried) = (context.clone(), tried.clone());
                    context.values.insert(declared.name.clone(), value.clone());
                    tried.push((declared.name.clone(), shown.clone()));
                    (context, tried)
                })
            })
            .collect();
    }
    ways
}

fn context(agent: &Agent, values: BTreeMap<String, Value>) -> Context {
    Context { values, zone: None, locale: agent.locale() }
}

fn fitting(agent: &Agent, declared: &Declared) -> Option<Value> {
    if let Some(default) = &declared.default {
        return Some(default.clone());
    }
    let text = |text: &str| Raw::Text(text.to_owned());
    let example = agent.spec.variables.as_ref().and_then(|v| v.get(&declared.name)?.example.as_ref());
    let example = example.and_then(|example| match example {
        serde_json::Value::String(example) => Some(text(example)),
        serde_json::Value::Number(number) => Some(Raw::Number(number.clone())),
        serde_json::Value::Bool(boolean) => Some(Raw::Boolean(*boolean)),
        _ => None,
    });
    let other = match declared.rules.kind {
        Kind::Text => text("abcdefgh"),
        Kind::Boolean => Raw::Boolean(true),
        Kind::Date => text("2031-04-15"),
        Kind::DateTime => text("2031-04-15T10:00"),
        Kind::Choice => text(declared.rules.choices.first()?),
        Kind::Number => text(&declared.rules.min.or(declared.rules.max).unwrap_or(1.0).to_string()),
    };
    let options = [example, Some(other), Some(text("a"))];
    options.into_iter().flatten().find_map(|raw| check(&declared.rules, &raw).ok())
}
