//! Where a name is declared, and which file a path means.

use callform_spec::model::Kind;
use callform_spec::yaml::{Node, Segment};
use lsp_types::Location;

use crate::cursor::{self, Spot};
use crate::index::{AgentEntry, Named};
use crate::scene::{Ground, Scene};
use crate::tree::{self, Tree};

/// Where what stands under the cursor is declared; several places where agents share a prompt.
pub fn definition(scene: &Scene<'_>) -> Vec<Location> {
    match scene.ground() {
        Ground::Template => in_template(scene),
        Ground::Document => in_document(scene),
        Ground::Elsewhere => Vec::new(),
    }
}

fn in_template(scene: &Scene<'_>) -> Vec<Location> {
    let word = cursor::word(scene.text, scene.offset);
    match cursor::spot(scene.text, word.start) {
        Spot::Tag(_) => places(scene.variables(), &scene.text[word]),
        Spot::Prose => places(scene.functions(), &scene.text[cursor::ascii_word(scene.text, scene.offset)]),
        Spot::Quiet => Vec::new(),
    }
}

fn places<'n>(named: impl Iterator<Item = &'n Named>, name: &str) -> Vec<Location> {
    named.filter(|n| n.name == name).filter_map(|n| n.place.clone()).collect()
}

fn in_document(scene: &Scene<'_>) -> Vec<Location> {
    let tree = Tree::read(scene.text);
    let Some(spot) = tree.at(scene.offset) else { return Vec::new() };
    let value = spot.node.as_str();
    let file = || value.and_then(|named| scene.file_named(named)).into_iter().collect();
    match spot.kind {
        Some(Kind::Agent) if !spot.on_key && spot.is(&["prompt", "file"]) => file(),
        Some(Kind::Campaign) if spot.on_key => variable_of_campaign(scene, &spot),
        Some(Kind::Campaign) if spot.is(&["agent"]) => {
            value.map(|name| places(scene.agents.iter().map(|a| &a.agent), name)).unwrap_or_default()
        }
        Some(Kind::Campaign) if spot.is(&["callees", "file"]) || spot.is(&["doNotCall", "*"]) => file(),
        _ => Vec::new(),
    }
}

/// A key under `variables` or `callees.columns` is a variable of the agent.
fn variable_of_campaign(scene: &Scene<'_>, spot: &tree::Spot<'_>) -> Vec<Location> {
    if !spot.is(&["variables", "*"]) && !spot.is(&["callees", "columns", "*"]) {
        return Vec::new();
    }
    let agent = spot.root.get("agent").and_then(Node::as_str);
    let (Some(agent), Some(Segment::Key(name))) = (agent, spot.path.last()) else { return Vec::new() };
    let of = |entry: &&AgentEntry| entry.agent.name == agent;
    places(scene.agents.iter().filter(of).flat_map(|entry| &entry.variables), name)
}
