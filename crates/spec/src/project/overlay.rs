//! Laying an environment over a document: maps merge deeply; lists and exactly-one-of maps are replaced.

use crate::yaml::{Node, Yaml};

/// Maps of which exactly one member may be set: the overlay's choice replaces the base's.
const EXACTLY_ONE_OF: [&str; 3] = ["llm", "tts", "stt"];
/// Keys that exclude each other: the overlay's choice removes the base's.
const EXCLUSIVE: [(&str, &str); 2] = [("voice", "tts"), ("file", "inline")];

/// The document in one environment. `environments` itself is left out.
pub(super) fn apply(mut merged: Node, environment: Option<&str>) -> Node {
    let overlay = environment.and_then(|name| merged.get("environments")?.get(name)).cloned();
    if let Yaml::Mapping(entries) = &mut merged.value {
        entries.retain(|e| e.key.text != "environments");
    }
    if let Some(overlay) = overlay {
        merge(&mut merged, overlay);
    }
    merged
}

fn merge(base: &mut Node, overlay: Node) {
    let (Yaml::Mapping(base_entries), Yaml::Mapping(_)) = (&mut base.value, &overlay.value) else {
        *base = overlay;
        return;
    };
    let Yaml::Mapping(entries) = overlay.value else { return };
    for entry in entries {
        for (a, b) in EXCLUSIVE {
            let other = if entry.key.text == a {
                b
            } else if entry.key.text == b {
                a
            } else {
                continue;
            };
            base_entries.retain(|e| e.key.text != other);
        }
        match base_entries.iter_mut().find(|e| e.key.text == entry.key.text) {
            Some(existing) if EXACTLY_ONE_OF.contains(&entry.key.text.as_str()) => *existing = entry,
            Some(existing) => {
                // A message about the key points at the overlay when it names the value.
                existing.key = entry.key;
                merge(&mut existing.value, entry.value);
            }
            None => base_entries.push(entry),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::source::Sources;
    use crate::yaml::parse;

    fn merged(text: &str, environment: &str) -> serde_json::Value {
        let mut sources = Sources::default();
        let id = sources.add("a.yaml", text);
        let (documents, diagnostics) = parse(&sources, id);
        assert_eq!(diagnostics, []);
        apply(documents[0].root.clone().unwrap(), Some(environment)).to_json()
    }

    #[test]
    fn maps_merge_and_lists_and_choices_are_replaced() {
        let text = "
a: {x: 1, y: {z: 1, w: 2}}
list: [1, 2]
llm: {openai: {model: m}}
voice: ZhiXi
environments:
  e:
    a: {y: {z: 9}}
    list: [3]
    llm: {dify: {url: u}}
    tts: {custom: {}}
";
        assert_eq!(
            merged(text, "e"),
            json!({
                "a": {"x": 1, "y": {"z": 9, "w": 2}},
                "list": [3],
                "llm": {"dify": {"url": "u"}},
                "tts": {"custom": {}},
            })
        );
        assert_eq!(merged(text, "other")["list"], json!([1, 2]));
    }
}
