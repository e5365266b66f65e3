//! What may be written at a place: variables, filters and their arguments in templates, functions in prompts, agents in
//! campaigns.

use std::collections::BTreeSet;
use std::ops::Range;

use callform_spec::template::{FILTERS, FilterDoc, Parameter};
use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionTextEdit, Documentation, MarkupContent, MarkupKind, TextEdit,
};

use crate::cursor::{self, Spot, Tag};
use crate::hover;
use crate::index::Named;
use crate::scene::{Ground, Scene};
use crate::tree::Tree;

/// What opens a list of names by being typed.
pub const TRIGGERS: [&str; 3] = ["{", "|", " "];

/// The words that a statement begins with.
const STATEMENTS: [(&str, &str); 8] = [
    ("if", "Words that are said on a condition: `{% if urgent %}...{% endif %}`"),
    ("elif", "Another condition, where those before were not met"),
    ("else", "Where no condition was met"),
    ("endif", "Ends `if`"),
    ("for", "Words for each item of a list: `{% for day in [\"Monday\", \"Tuesday\"] %}...{% endfor %}`"),
    ("endfor", "Ends `for`"),
    ("set", "Gives a value a name: `{% set short = name | upper %}`"),
    ("endset", "Ends `set` that spans text"),
];

/// What may be written at a place. `typed` says that the character before it opened the list by itself, so that in
/// prose nothing pops up at every blank.
pub fn items(scene: &Scene<'_>, typed: bool) -> Vec<CompletionItem> {
    match scene.ground() {
        Ground::Elsewhere => Vec::new(),
        Ground::Document => agents(scene),
        Ground::Template => match scene.spot() {
            Spot::Quiet => Vec::new(),
            Spot::Prose if typed => Vec::new(),
            Spot::Prose => functions(scene),
            Spot::Tag(tag) => in_tag(scene, &tag),
        },
    }
}

fn in_tag(scene: &Scene<'_>, tag: &Tag) -> Vec<CompletionItem> {
    let range = typed(scene, cursor::word(scene.text, scene.offset));
    let mut writer = Writer { scene, range, items: Vec::new(), seen: BTreeSet::new() };
    match tag {
        Tag::Filter => FILTERS.iter().for_each(|filter| writer.filter(filter)),
        Tag::Statement => {
            STATEMENTS
                .iter()
                .for_each(|(word, about)| writer.plain(word, CompletionItemKind::KEYWORD, "statement", about));
        }
        Tag::Argument(name) => {
            let filter = FILTERS.iter().find(|filter| filter.name == name);
            filter.into_iter().flat_map(|filter| filter.parameters).for_each(|parameter| writer.parameter(parameter));
            scene.variables().for_each(|variable| writer.named(variable, CompletionItemKind::VARIABLE));
        }
        Tag::Value => scene.variables().for_each(|variable| writer.named(variable, CompletionItemKind::VARIABLE)),
    }
    writer.items
}

/// The word that is being typed; before another word that is none yet, and the other one stays.
fn typed(scene: &Scene<'_>, word: Range<usize>) -> Range<usize> {
    if word.start == scene.offset { scene.offset..scene.offset } else { word }
}

fn functions(scene: &Scene<'_>) -> Vec<CompletionItem> {
    let range = typed(scene, cursor::ascii_word(scene.text, scene.offset));
    let typed = scene.text[range.start..scene.offset].to_lowercase();
    let mut writer = Writer { scene, range, items: Vec::new(), seen: BTreeSet::new() };
    for function in scene.functions().filter(|f| f.name.to_lowercase().starts_with(&typed)) {
        writer.named(function, CompletionItemKind::FUNCTION);
    }
    writer.items
}

/// After `agent:` of a campaign. Told from the lines, since `agent:` alone, or half a name, may be all there is.
fn agents(scene: &Scene<'_>) -> Vec<CompletionItem> {
    let Some(range) = agent_value(scene.text, scene.offset) else { return Vec::new() };
    let mut writer = Writer { scene, range, items: Vec::new(), seen: BTreeSet::new() };
    for agent in scene.agents.iter().filter(|a| !a.agent.name.is_empty()) {
        writer.named(&agent.agent, CompletionItemKind::CLASS);
        // `007` alone is a number.
        if let Some(item) = writer.items.last_mut()
            && !is_text(&agent.agent.name)
            && let Some(CompletionTextEdit::Edit(edit)) = &mut item.text_edit
        {
            edit.new_text = format!("\"{}\"", agent.agent.name);
        }
    }
    writer.items
}

/// The characters of the value of `agent:`, if the cursor is in them and the document is a campaign.
fn agent_value(text: &str, offset: usize) -> Option<Range<usize>> {
    let start = text[..offset].rfind('\n').map_or(0, |n| n + 1);
    let value = start + text[start..offset].strip_prefix("agent:").map(|_| "agent:".len())?;
    let before = &text[value..offset];
    let typed = before.trim_start();
    if typed.len() == before.len() || typed.contains(|c: char| c.is_whitespace() || "\"'#".contains(c)) {
        return None;
    }
    let is_mark = |line: &str| line.trim_end() == "---";
    let above = text[..start].lines().rev().take_while(|line| !is_mark(line));
    let below = text[start..].lines().take_while(|line| !is_mark(line));
    let kind = above.chain(below).find_map(|line| line.strip_prefix("kind:"));
    if kind.is_some_and(|kind| kind.trim() != "Campaign") {
        return None;
    }
    let end = text[offset..].find(|c: char| c.is_whitespace() || c == '#').map_or(text.len(), |n| offset + n);
    Some(offset - typed.len()..end)
}

fn is_text(name: &str) -> bool {
    let text = format!("k: {name}\n");
    Tree::read(&text).at(3).is_some_and(|spot| spot.node.as_str() == Some(name))
}

struct Writer<'s, 'a> {
    scene: &'s Scene<'a>,
    range: Range<usize>,
    items: Vec<CompletionItem>,
    seen: BTreeSet<String>,
}

impl Writer<'_, '_> {
    fn named(&mut self, named: &Named, kind: CompletionItemKind) {
        self.plain(&named.name, kind, &named.detail, &named.about);
    }

    fn filter(&mut self, filter: &FilterDoc) {
        self.plain(filter.name, CompletionItemKind::FUNCTION, filter.summary, &hover::filter(filter));
    }

    fn parameter(&mut self, parameter: &Parameter) {
        self.item(
            &format!("{}=", parameter.name),
            CompletionItemKind::PROPERTY,
            parameter.summary,
            &hover::parameter(parameter),
        );
    }

    fn plain(&mut self, name: &str, kind: CompletionItemKind, detail: &str, about: &str) {
        self.item(name, kind, detail, about);
    }

    /// A name that two agents share is told once.
    fn item(&mut self, name: &str, kind: CompletionItemKind, detail: &str, about: &str) {
        if !self.seen.insert(name.to_owned()) {
            return;
        }
        let edit = TextEdit::new(self.scene.range(self.range.clone()), name.to_owned());
        self.items.push(CompletionItem {
            label: name.to_owned(),
            kind: Some(kind),
            detail: Some(detail.to_owned()),
            documentation: Some(Documentation::MarkupContent(markup(about, self.scene.markdown))),
            // In the order of the document.
            sort_text: Some(format!("{:04}", self.items.len())),
            filter_text: Some(name.to_owned()),
            text_edit: Some(CompletionTextEdit::Edit(edit)),
            ..CompletionItem::default()
        });
    }
}

/// Text for a client that shows Markdown, or does not.
pub fn markup(text: &str, markdown: bool) -> MarkupContent {
    if markdown {
        return MarkupContent { kind: MarkupKind::Markdown, value: text.to_owned() };
    }
    MarkupContent { kind: MarkupKind::PlainText, value: text.replace("**", "") }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What would be replaced where the bar is.
    fn value(text: &str) -> Option<String> {
        let bar = text.find('¦').unwrap();
        let text = text.replace('¦', "");
        agent_value(&text, bar).map(|range| text[range].to_owned())
    }

    #[test]
    fn the_agent_of_a_campaign_is_completed_wherever_the_cursor_is_in_it() {
        assert_eq!(value("kind: Campaign\nagent: ¦\n").as_deref(), Some(""));
        assert_eq!(value("agent: ch¦eck\nkind: Campaign\n").as_deref(), Some("check"));
        assert_eq!(value("kind: Agent\n---\nagent: c¦").as_deref(), Some("c"));
        for text in
            ["agent:¦", "kind: Agent\nagent: ¦", "  agent: ¦", "agent: a ¦", "agent: \"a¦", "agent: a # ¦", "name: ¦"]
        {
            assert_eq!(value(text), None, "{text}");
        }
    }

    #[test]
    fn a_name_that_yaml_reads_as_something_else_is_noticed() {
        assert!(is_text("checkup") && is_text("no"));
        assert!(!is_text("007") && !is_text("true"));
    }
}
