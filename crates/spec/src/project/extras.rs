//! `extra` of a speech vendor: for members that the language has no field for, and for no other. A member that has one
//! would be said twice, and the API would get one of the two.

use super::load::Context;
use crate::diagnostic::Diagnostic;
use crate::schema;
use crate::yaml::{Entry, Node, Yaml};

/// Reports members of `extra` that have a field of their own.
pub(super) fn check(node: &Node, context: &mut Context<'_>) {
    for group in ["tts", "stt"] {
        for vendor in entries(node.get(group)) {
            let members = schema::vendor_members(group, &vendor.key.text);
            let vendor_name = &vendor.key.text;
            for entry in entries(vendor.value.get("extra")) {
                let name = &entry.key.text;
                let Some((_, field)) = members.iter().find(|(member, _)| member == name) else { continue };
                let message = format!("`{group}.{vendor_name}.extra` must not hold `{name}`");
                let (label, help) = match field {
                    Some(field) => (
                        "it has a field of its own",
                        format!("write it as `{group}.{vendor_name}.{field}`, and remove it here"),
                    ),
                    None => ("set by the vendor's key", format!("remove it: `{group}.{vendor_name}` says it")),
                };
                context.push(Diagnostic::error("E0139", message, entry.key.span, label).help(help));
            }
        }
    }
}

fn entries(node: Option<&Node>) -> &[Entry] {
    match node.map(|node| &node.value) {
        Some(Yaml::Mapping(entries)) => entries,
        _ => &[],
    }
}
