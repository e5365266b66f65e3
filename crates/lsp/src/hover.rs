//! What is known of a name under the cursor.

use std::fmt::Write as _;

use callform_spec::template::{FILTERS, FilterDoc, Parameter, Takes};
use lsp_types::{Hover, HoverContents};

use crate::completion::markup;
use crate::cursor::{self, Spot, Tag};
use crate::scene::{Ground, Scene};

/// What is known of the name under the cursor, if it is one.
pub fn hover(scene: &Scene<'_>) -> Option<Hover> {
    if !matches!(scene.ground(), Ground::Template) {
        return None;
    }
    let word = cursor::word(scene.text, scene.offset);
    let (range, about) = match cursor::spot(scene.text, word.start) {
        Spot::Quiet => return None,
        Spot::Prose => {
            let word = cursor::ascii_word(scene.text, scene.offset);
            let name = &scene.text[word.clone()];
            (word, joined(scene.functions().filter(|f| f.name == name).map(|f| f.about.as_str()))?)
        }
        Spot::Tag(tag) => {
            let about = in_tag(scene, &tag, &scene.text[word.clone()])?;
            (word, about)
        }
    };
    Some(Hover { contents: HoverContents::Markup(markup(&about, scene.markdown)), range: Some(scene.range(range)) })
}

fn in_tag(scene: &Scene<'_>, tag: &Tag, name: &str) -> Option<String> {
    match tag {
        Tag::Filter => FILTERS.iter().find(|f| f.name == name).map(filter),
        Tag::Statement => None,
        Tag::Argument(of) => {
            let known = FILTERS.iter().find(|f| f.name == of);
            let keyword = known.and_then(|f| f.parameters.iter().find(|p| p.name == name)).map(parameter);
            keyword.or_else(|| variable(scene, name))
        }
        Tag::Value => variable(scene, name),
    }
}

fn variable(scene: &Scene<'_>, name: &str) -> Option<String> {
    joined(scene.variables().filter(|v| v.name == name).map(|v| v.about.as_str()))
}

/// A prompt that several agents share has a declaration in each.
fn joined<'t>(texts: impl Iterator<Item = &'t str>) -> Option<String> {
    let texts: Vec<_> = texts.collect();
    (!texts.is_empty()).then(|| texts.join("\n\n---\n\n"))
}

/// What a filter does, as Markdown.
pub fn filter(filter: &FilterDoc) -> String {
    let mut text = format!("**{}**: filter\n\n{}\n", filter.name, filter.summary);
    for of in filter.parameters {
        let _ = write!(text, "\n- {}", parameter(of));
    }
    let (template, result) = filter.example;
    let _ = write!(text, "\n\n`{template}` gives `{result}`");
    text
}

/// What an argument of a filter does, as Markdown.
pub fn parameter(parameter: &Parameter) -> String {
    let takes = match parameter.takes {
        Takes::Text => "text",
        Takes::Digits => "a whole number from 0 to 10",
        Takes::Boolean => "`true` or `false`",
        Takes::Zone => "a time zone",
        Takes::Locale => "a language",
        Takes::Format => "a pattern",
    };
    let needed = if parameter.required { ", required" } else { "" };
    format!("`{}` ({takes}{needed}): {}", parameter.name, parameter.summary)
}
