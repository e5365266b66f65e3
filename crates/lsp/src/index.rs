//! What can be named in a project: agents, their variables and their functions, each with the place of its declaration.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use callform_lint::render::hide;
use callform_spec::project::{Agent, Declared, Project};
use callform_spec::source::Span;
use callform_spec::value::{Kind, Rules};
use callform_spec::yaml::{Node, Segment, Yaml};
use lsp_types::Location;

use crate::report::Places;

/// Something that has a name.
#[derive(Clone, Debug)]
pub struct Named {
    /// The name.
    pub name: String,
    /// A few words to show beside it.
    pub detail: String,
    /// What is known of it, as Markdown.
    pub about: String,
    /// Where it is declared.
    pub place: Option<Location>,
}

/// An agent.
#[derive(Clone, Debug)]
pub struct AgentEntry {
    /// The agent itself.
    pub agent: Named,
    /// The canonical path of its document.
    pub file: PathBuf,
    /// The line in which its document begins, from 0: a file may hold several.
    pub line: u32,
    /// The canonical path of its prompt, where that is a file.
    pub prompt: Option<PathBuf>,
    /// Its variables.
    pub variables: Vec<Named>,
    /// What the model may call; `call_end` always.
    pub functions: Vec<Named>,
}

/// The agents of a project.
pub fn agents(project: &Project, places: &mut Places<'_>) -> Vec<AgentEntry> {
    project.agents.iter().filter_map(|agent| entry(agent, &project.root, places)).collect()
}

/// The agents that a place in a file is about: those whose prompt it is, or the one in whose document the line is.
pub fn around<'a>(agents: &'a [AgentEntry], file: &Path, line: u32) -> Vec<&'a AgentEntry> {
    let document = agents.iter().filter(|a| a.file == file && a.line <= line).max_by_key(|a| a.line);
    match document {
        Some(agent) => vec![agent],
        None => agents.iter().filter(|a| a.prompt.as_deref() == Some(file)).collect(),
    }
}

fn entry(agent: &Agent, root: &Path, places: &mut Places<'_>) -> Option<AgentEntry> {
    let file = root.join(places.path(agent.node.span));
    let prompt = agent.node.get("prompt").and_then(|p| p.get("file")).and_then(Node::as_str);
    let prompt = prompt.and_then(|named| file.parent()?.join(named).canonicalize().ok());
    let start = places.location(agent.node.span)?;
    let described = agent.spec.description.as_deref().map(hide).unwrap_or_default();
    let name = agent.node.get("name").map_or(agent.node.span, |n| n.span);
    Some(AgentEntry {
        agent: Named {
            name: agent.name.clone(),
            detail: "agent".into(),
            about: format!("**{}**: agent\n\n{described}", agent.name),
            place: places.location(name),
        },
        file: file.canonicalize().unwrap_or(file),
        line: start.range.start.line,
        prompt,
        variables: agent.variables.iter().map(|declared| variable(agent, declared, places)).collect(),
        functions: functions(&agent.node, places),
    })
}

fn variable(agent: &Agent, declared: &Declared, places: &mut Places<'_>) -> Named {
    let spec = agent.spec.variables.as_ref().and_then(|v| v.get(&declared.name));
    let place = agent.node.get("variables").and_then(|v| v.entry(&declared.name)).map(|e| e.key.span);
    let bounds = bounds(&declared.rules);
    let mut about = format!("**{}**: {}{bounds}\n", declared.name, declared.rules.kind);
    if let Some(described) = spec.and_then(|s| s.description.as_deref()) {
        let _ = write!(about, "\n{}\n", hide(described));
    }
    let value = |value: &serde_json::Value| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        hide(&text)
    };
    match spec.and_then(|s| s.default.as_ref()) {
        Some(default) => {
            let _ = write!(about, "\nDefault: `{}`\n", value(default));
        }
        None => about.push_str("\nNo default: row or campaign gives it.\n"),
    }
    if let Some(example) = spec.and_then(|s| s.example.as_ref()) {
        let _ = write!(about, "\nExample: `{}`\n", value(example));
    }
    let _ = write!(about, "\nA variable of agent `{}`.", agent.name);
    let default = spec.and_then(|s| s.default.as_ref()).map(|d| format!(" = {}", value(d))).unwrap_or_default();
    Named {
        name: declared.name.clone(),
        detail: format!("{}{default}", declared.rules.kind),
        about,
        place: place.and_then(|span| places.location(span)),
    }
}

/// What else a value must be.
fn bounds(rules: &Rules) -> String {
    match rules.kind {
        Kind::Text => {
            let lines = if rules.multiline { ", several lines" } else { "" };
            rules.max_length.map_or_else(|| lines.to_owned(), |n| format!("{lines}, at most {n} characters"))
        }
        Kind::Number => match (rules.min, rules.max) {
            (Some(min), Some(max)) => format!(", {min} to {max}"),
            (Some(min), None) => format!(", at least {min}"),
            (None, Some(max)) => format!(", at most {max}"),
            (None, None) => String::new(),
        },
        Kind::Choice => format!(", one of {}", hide(&rules.choices.join(", "))),
        Kind::Boolean | Kind::Date | Kind::DateTime => String::new(),
    }
}

/// What the model may call, as the document says.
fn functions(node: &Node, places: &mut Places<'_>) -> Vec<Named> {
    let functions = node.get("functions");
    let end_call = functions.and_then(|f| f.entry("endCall"));
    let on = end_call.is_some_and(|entry| match &entry.value.value {
        Yaml::Bool(on) => *on,
        _ => is_on(&entry.value),
    });
    let described = end_call.and_then(|e| e.value.get("description"));
    let span = end_call.map(|e| e.key.span);
    let mut found = vec![function("call_end", "Ends the call.", "functions.endCall", described, on, span, places)];
    for (field, what) in
        [("transferToHuman", "Hands over to a person."), ("transferToAgent", "Hands over to another AI agent.")]
    {
        let Some(list) = functions.and_then(|f| f.get(field)) else { continue };
        let items = list.get("items").unwrap_or(list);
        let Yaml::Sequence(items) = &items.value else { continue };
        for item in items {
            let Some((name, node)) = item.get("name").and_then(|n| Some((n.as_str()?, n))) else { continue };
            let field = format!("functions.{field}");
            found.push(function(name, what, &field, item.get("description"), is_on(list), Some(node.span), places));
        }
    }
    found
}

fn is_on(switch: &Node) -> bool {
    switch.at(&[Segment::Key("enabled".into())]).is_none_or(|(enabled, _)| enabled.value != Yaml::Bool(false))
}

fn function(
    name: &str,
    what: &str,
    field: &str,
    described: Option<&Node>,
    on: bool,
    span: Option<Span>,
    places: &mut Places<'_>,
) -> Named {
    let mut about = format!("**{name}**: function of the model\n\n{what}");
    if let Some(described) = described.and_then(Node::as_str) {
        let _ = write!(about, " {}", hide(described));
    }
    let state = if on { format!("`{field}`") } else { format!("not enabled: see `{field}`") };
    let _ = write!(about, "\n\n{state}");
    let detail = if on { "function".to_owned() } else { "function, not enabled".to_owned() };
    Named { name: name.to_owned(), detail, about, place: span.and_then(|span| places.location(span)) }
}
