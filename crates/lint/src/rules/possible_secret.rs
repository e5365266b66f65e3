use callform_spec::callees::Place;
use callform_spec::diagnostic::{Diagnostic, Severity};
use callform_spec::keys;
use callform_spec::project::SeenRow;
use callform_spec::source::Span;
use callform_spec::value::Raw;
use callform_spec::yaml::{self, Node, Yaml};

use super::{Check, rule};
use crate::inspect::{
    AgentView, CampaignView, FileView, called, is_hex, is_key, may_hold_secret, names_digest, secrets,
    well_known_secrets,
};
use crate::rows::{Note, Notes, RowRule};

rule! {
    /// ## What it does
    ///
    /// Finds what looks like a secret in any text of a document, its environments too, or in the variables of a row, and
    /// is not surely one: keys by the beginnings that many vendors give them, bearer tokens, signed URLs, private keys,
    /// random text of 32 characters and more, and values of members that are called `key`, `token`, `auth`, `credential`
    /// or `signature`.
    ///
    /// ## Why it is bad
    ///
    /// Documents are in Git, prompts travel to the model with every turn, and a URL is in every log on its way. A key
    /// belongs into a field for keys, as `${env:NAME}`: it is sent from there and kept nowhere.
    ///
    /// What is surely a secret is an error already (E0109); in the rows of a file it is found here. UUIDs, digests (`sha256:`, `commit`), names of voices and of
    /// models are not reported. Comments of YAML are in Git, too: keys by their beginnings, bearer tokens, signed URLs and
    /// private keys are found there.
    code: "CF020",
    name: "possible-secret",
    level: Severity::Warning,
    bad: &[("agents/checkup.yaml", "\
llm:
  openai:
    model: gpt-4o-mini
    url: https://gateway.example.com/v1?key=q7Example2Zz9Example4
    apiKey: ${env:OPENAI_API_KEY}
")],
    good: &[("agents/checkup.yaml", "\
llm:
  openai:
    model: gpt-4o-mini
    url: https://gateway.example.com/v1
    apiKey: ${env:OPENAI_API_KEY}
")],
    check: Check::Both(
        &Check::Both(&Check::Agent(check), &Check::Rows(|| Box::new(OfRow))),
        &Check::Both(&Check::File(documents), &Check::File(comments)),
    ),
}

/// Members whose values are sent as they are, and in which a name says what a value is.
const OPEN_MAPS: [&str; 4] = ["extraBody", "extra", "providerVariables", "promptVariables"];
const NAMES: [&str; 8] = ["key", "token", "auth", "credential", "credentials", "signature", "pwd", "passwd"];
/// Fields of identifiers that may well look random.
const IDENTIFIERS: [&str; 6] = ["fastVoiceType", "voiceType", "voiceName", "model", "groupId", "conversationId"];

fn check(view: &AgentView<'_>, found: &mut Vec<Diagnostic>) {
    walk(&view.agent.node, &mut Vec::new(), found);
    // A prompt that is a file is in no value of the document.
    if let Some(prompt) = view.agent.templates.prompt.as_ref()
        && prompt.span.source != view.agent.node.span.source
    {
        for range in secrets(prompt.text()) {
            found.push(finding(&called(prompt), prompt.place(range)));
        }
    }
}

/// What no view of an agent has: projects, campaigns, and environments that are not the chosen one. One with errors is
/// left alone, as agents are: what is surely a secret was told.
fn documents(view: &FileView<'_>, found: &mut Vec<Diagnostic>) {
    let text = &*view.sources.get(view.file).text;
    // Reading the documents is reading the whole again.
    if !view.is_good || is_one_agent(text) || secrets(text).is_empty() {
        return;
    }
    for root in yaml::parse(view.sources, view.file).0.iter().filter_map(|document| document.root.as_ref()) {
        if root.get("kind").and_then(Node::as_str) != Some("Agent") {
            walk(root, &mut Vec::new(), found);
            continue;
        }
        let Some(Yaml::Mapping(overlays)) = root.get("environments").map(|overlays| &overlays.value) else { continue };
        for overlay in overlays.iter().filter(|overlay| overlay.key.text != view.environment) {
            walk(&overlay.value, &mut vec!["environments", &overlay.key.text], found);
        }
    }
}

/// Whether a text without errors surely holds one agent without overlays, all of which was looked at already.
fn is_one_agent(text: &str) -> bool {
    text.matches("kind").count() == 1 && text.contains("kind: Agent") && !text.contains("environments")
}

/// The values of rows, wherever the rows stand.
struct OfRow;

impl RowRule for OfRow {
    fn row(&mut self, view: &CampaignView<'_>, seen: &SeenRow<'_>, notes: &mut Notes) {
        for (index, value) in seen.row.values.iter().enumerate() {
            let Some(Raw::Text(text)) = value else { continue };
            if !may_hold_secret(text) {
                continue;
            }
            let Some((name, _)) = view.campaign.columns.variables.get(index) else { continue };
            let found = !secrets(text).is_empty() || !keys::find(text).is_empty();
            if found && !is_identifier(name, text) {
                notes.add(|| {
                    let message = format!("`{name}` may hold a secret in plain text");
                    Note::new(message, seen.place(Place::Variable(index), None).hidden(), LABEL)
                        .help("the agent says what a row holds, and the model is told it: take the key out")
                        .help(KNOWN)
                });
            }
        }
    }
}

fn comments(view: &FileView<'_>, found: &mut Vec<Diagnostic>) {
    let text = &*view.sources.get(view.file).text;
    // Reading the comments is reading the whole again.
    if !text.lines().any(|line| line.contains('#') && !well_known_secrets(line).is_empty()) {
        return;
    }
    for comment in yaml::comments(view.sources, view.file) {
        for range in well_known_secrets(view.sources.slice(comment.span)) {
            let start = comment.span.start;
            found.push(finding("the comment", Span::new(view.file, start + range.start..start + range.end)));
        }
    }
}

fn walk<'n>(node: &'n Node, path: &mut Vec<&'n str>, found: &mut Vec<Diagnostic>) {
    match &node.value {
        Yaml::Mapping(entries) => {
            for entry in entries {
                // Rows are looked at as rows.
                if entry.key.text == "inline" && path.last() == Some(&"callees") {
                    continue;
                }
                path.push(&entry.key.text);
                // The key is the place: the value may stand on lines of its own, where nothing hides it.
                match &entry.value.value {
                    Yaml::String(text) if by_name(path, text) => found.push(finding(&shown(path), entry.key.span)),
                    _ => walk(&entry.value, path, found),
                }
                path.pop();
            }
        }
        Yaml::Sequence(items) => items.iter().for_each(|item| walk(item, path, found)),
        Yaml::String(text) => {
            let identifier = path.last().is_some_and(|name| is_identifier(name, text));
            if !text.starts_with("${") && !identifier && !secrets(text).is_empty() {
                found.push(finding(&shown(path), node.span));
            }
        }
        _ => {}
    }
}

/// Whether a text may well look random, by the name of its field.
fn is_identifier(name: &str, text: &str) -> bool {
    IDENTIFIERS.contains(&name) || names_digest(name) && is_hex(text)
}

fn shown(path: &[&str]) -> String {
    format!("`{}`", path.join("."))
}

const LABEL: &str = "looks like a key";
const KNOWN: &str = "if this file was ever committed or shared, the secret is known: make a new one";

fn finding(what: &str, place: Span) -> Diagnostic {
    RULE.finding(format!("{what} may hold a secret in plain text"), place, LABEL)
        .help("a key belongs into a field for keys, as `${env:NAME}`")
        .help(KNOWN)
}

fn by_name(path: &[&str], text: &str) -> bool {
    let open = path.iter().any(|key| OPEN_MAPS.contains(key));
    let name = path.last().map(|name| name.to_lowercase()).unwrap_or_default();
    let named = name.split(['-', '_', '.']).any(|word| NAMES.contains(&word));
    open && named && is_key(text)
}
