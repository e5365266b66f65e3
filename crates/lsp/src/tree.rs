//! What a cursor in a YAML document stands on.

use std::ops::Range;

use callform_spec::model::Kind;
use callform_spec::source::{SourceId, Sources};
use callform_spec::yaml::{self, Node, Segment, Yaml};

/// A file as it stands in the editor, as far as it is YAML.
#[derive(Debug)]
pub struct Tree {
    documents: Vec<Node>,
}

/// A place in a document.
#[derive(Debug)]
pub struct Spot<'t> {
    /// The document.
    pub root: &'t Node,
    /// Its kind, if it says one.
    pub kind: Option<Kind>,
    /// The steps to the value, or to the value of the key, under the cursor.
    pub path: Vec<Segment>,
    /// Whether the cursor is on the key.
    pub on_key: bool,
    /// The characters of the value or of the key.
    pub range: Range<usize>,
    /// The value.
    pub node: &'t Node,
}

impl Tree {
    /// Reads a text.
    pub fn read(text: &str) -> Self {
        let mut sources = Sources::default();
        let id: SourceId = sources.add("", text);
        let (documents, _) = yaml::parse(&sources, id);
        Self { documents: documents.into_iter().filter_map(|d| d.root).collect() }
    }

    /// The innermost scalar or key at a byte.
    pub fn at(&self, offset: usize) -> Option<Spot<'_>> {
        self.documents.iter().find_map(|root| {
            let kind = root.get("kind").and_then(Node::as_str).and_then(Kind::from_name);
            let mut path = Vec::new();
            let (node, range, on_key) = descend(root, offset, &mut path)?;
            Some(Spot { root, kind, path, on_key, range, node })
        })
    }
}

impl Spot<'_> {
    /// Whether the path is this one; `*` is any key or item.
    pub fn is(&self, path: &[&str]) -> bool {
        self.path.len() == path.len()
            && self.path.iter().zip(path).all(|(segment, wanted)| match segment {
                Segment::Key(key) => *wanted == "*" || key == wanted,
                Segment::Index(_) => *wanted == "*",
            })
    }
}

fn descend<'n>(node: &'n Node, offset: usize, path: &mut Vec<Segment>) -> Option<(&'n Node, Range<usize>, bool)> {
    let holds = |range: &Range<usize>| range.start <= offset && offset <= range.end;
    match &node.value {
        Yaml::Mapping(entries) => entries.iter().find_map(|entry| {
            path.push(Segment::Key(entry.key.text.clone()));
            let key = entry.key.span.range();
            let found = if holds(&key) { Some((&entry.value, key, true)) } else { descend(&entry.value, offset, path) };
            if found.is_none() {
                path.pop();
            }
            found
        }),
        Yaml::Sequence(items) => items.iter().enumerate().find_map(|(i, item)| {
            path.push(Segment::Index(i));
            let found = descend(item, offset, path);
            if found.is_none() {
                path.pop();
            }
            found
        }),
        _ => holds(&node.span.range()).then(|| (node, node.span.range(), false)),
    }
}

/// Whether a field of an Agent is said or sent as text made from variables.
pub fn is_template(spot: &Spot<'_>) -> bool {
    const TEMPLATES: [&[&str]; 14] = [
        &["prompt"],
        &["welcome"],
        &["welcome", "message"],
        &["silence", "message"],
        &["functions", "endCall", "description"],
        &["functions", "transferToHuman", "*", "description"],
        &["functions", "transferToHuman", "items", "*", "description"],
        &["functions", "transferToAgent", "*", "description"],
        &["functions", "transferToAgent", "items", "*", "description"],
        &["llm", "dify", "inputs", "*"],
        &["llm", "dify", "user"],
        &["llm", "dify", "conversationId"],
        &["providerVariables", "*"],
        &["promptVariables", "*"],
    ];
    !spot.on_key && TEMPLATES.iter().any(|path| spot.is(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "kind: Agent\nname: a\nprompt: |\n  Hi {{ x }}\nfunctions:\n  transferToHuman:\n    - name: t\n      description: d\n---\nkind: Campaign\nagent: a\ndoNotCall: [one.csv, two.csv]\n";

    #[test]
    fn a_place_is_told_by_its_path() {
        let tree = Tree::read(TEXT);
        let at = |needle: &str| tree.at(TEXT.find(needle).unwrap()).unwrap();
        assert!(at("{{ x").is(&["prompt"]) && is_template(&at("{{ x")));
        assert!(at("prompt").on_key && !is_template(&at("prompt")));
        assert!(at("d\n---").is(&["functions", "transferToHuman", "*", "description"]));
        let campaign = at("a\ndoNot");
        assert!(campaign.is(&["agent"]) && campaign.kind == Some(Kind::Campaign));
        assert_eq!(at("two").path.last(), Some(&Segment::Index(1)));
        assert_eq!(&TEXT[at("two").range], "two.csv");
    }

    #[test]
    fn a_place_between_values_is_none() {
        assert!(Tree::read("a:\n  b: 1\n\n\nc: 2\n").at(10).is_none());
        assert!(Tree::read("a: [").at(2).is_none());
        assert!(Tree::read("").at(0).is_none());
    }
}
