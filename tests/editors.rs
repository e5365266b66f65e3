//! What people see in their editor: the JSON Schemas, tried with the YAML language server that VS Code, Neovim, Helix
//! and most others use, with the settings and files that `callform init` makes.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "support/beyond_the_schema.rs"]
mod beyond_the_schema;
mod installed;
#[path = "support/lsp.rs"]
mod lsp;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use beyond_the_schema::BEYOND_THE_SCHEMA;
use lsp::{LanguageServer, cursor, uri};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Errors that a JSON Schema can find; those of YAML itself are the server's own affair.
const OF_THE_SCHEMA: [&str; 12] =
    ["E0009", "E0102", "E0103", "E0104", "E0105", "E0106", "E0107", "E0108", "E0109", "E0110", "E0111", "E0112"];

/// Documents whose mistake the server does not underline on the line that `validate` names, and why.
const ELSEWHERE: [(&str, &str); 5] = [
    ("out-of-range-integer", "the server rounds a number of 19 digits"),
    ("several-no-cascade-from-variables", "a list is underlined where it begins, which is the line after its key"),
    ("too-many-languages", "a list is underlined where it begins, which is the line after its key"),
    ("wrong-type-map", "a list is underlined where it begins, which is the line after its key"),
    ("yaml-merge-key", "the server merges keys, as YAML 1.1 did, and sees the fields that come of it"),
];

/// Accepted documents in which the server underlines something all the same.
const TOO_STRICT: [(&str, &str); 2] = [
    ("yaml-markers", "to the server an empty document is one without its fields; to us it is none"),
    ("yaml-words-that-are-text", "to the server `.inf` is a number"),
];

/// A new project, and the server as an editor would have started it there.
struct Editor {
    server: LanguageServer,
    root: PathBuf,
    _place: TempDir,
}

/// An offer: its documentation, and what it inserts.
#[derive(Debug)]
struct Offer {
    label: String,
    documentation: String,
    inserts: String,
}

impl Editor {
    /// With the settings that the project has for VS Code.
    fn new() -> Self {
        Self::with((AGENT, "kynd: 1\n"), |root| {
            let text = fs::read_to_string(root.join(".vscode/settings.json")).unwrap();
            let all: Value = serde_json::from_str(&text).unwrap();
            all.as_object()
                .unwrap()
                .iter()
                .filter_map(|(name, value)| Some((name.strip_prefix("yaml.")?.to_owned(), value.clone())))
                .collect()
        })
    }

    /// With other settings, by which the second text is wrong in the first file.
    fn with(probe: (&str, &str), settings: impl Fn(&Path) -> serde_json::Map<String, Value>) -> Self {
        // Not hidden: the server's patterns for files pass over folders whose names begin with a dot.
        let place = tempfile::Builder::new().prefix("editors").tempdir().unwrap();
        let root = place.path().canonicalize().unwrap().join("calls");
        let made = Command::new(env!("CARGO_BIN_EXE_callform")).arg("init").arg(&root).output().unwrap();
        assert!(made.status.success(), "{made:?}");
        let mut yaml = settings(&root);
        // The catalogue of schemas on the web: no test leaves this machine.
        yaml.insert("schemaStore".to_owned(), json!({ "enable": false }));
        let program = installed::installed("npm/node_modules/yaml-language-server/bin/yaml-language-server");
        let mut command = Command::new("node");
        command.arg(program).arg("--stdio");
        let server = LanguageServer::start(command, &root, json!({ "yaml": yaml }));
        let server = server.configured(&root.join(probe.0), "yaml", probe.1);
        Self { server, root, _place: place }
    }

    /// What is offered at the cursor, in the order of the answer.
    fn offers(&mut self, path: &str, marked: &str) -> Vec<Offer> {
        let answer = self.server.at("textDocument/completion", &self.root.join(path), "yaml", &cursor(marked));
        let items = answer["items"].as_array().unwrap();
        items
            .iter()
            .map(|item| Offer {
                label: item["label"].as_str().unwrap().to_owned(),
                documentation: markup(&item["documentation"]),
                inserts: item["textEdit"]["newText"].as_str().or(item["insertText"].as_str()).unwrap().to_owned(),
            })
            .collect()
    }

    fn hover(&mut self, path: &str, marked: &str) -> String {
        let answer = self.server.at("textDocument/hover", &self.root.join(path), "yaml", &cursor(marked));
        markup(&answer["contents"])
    }

    /// Lines, from 1, and messages.
    fn findings(&mut self, path: &str) -> Vec<(u64, String)> {
        let diagnostics = self.server.diagnostics(&self.root.join(path));
        let told =
            |d: &Value| (d["range"]["start"]["line"].as_u64().unwrap() + 1, d["message"].as_str().unwrap().to_owned());
        diagnostics.iter().map(told).collect()
    }

    fn open(&mut self, path: &str, text: &str) {
        self.server.open(&self.root.join(path), "yaml", text);
    }
}

fn markup(value: &Value) -> String {
    value.as_str().or(value["value"].as_str()).unwrap_or_default().to_owned()
}

fn labels(offers: &[Offer]) -> BTreeSet<&str> {
    offers.iter().map(|offer| offer.label.as_str()).collect()
}

fn offer<'o>(offers: &'o [Offer], label: &str) -> &'o Offer {
    offers.iter().find(|offer| offer.label == label).unwrap_or_else(|| panic!("no {label} in {offers:#?}"))
}

fn corpus(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs").join(folder);
    let mut found: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "yaml"))
        // What is not UTF-8, no editor opens as text.
        .filter_map(|path| {
            Some((path.file_stem().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(path).ok()?))
        })
        .collect();
    found.sort();
    assert!(found.len() >= 30, "the corpus is not where it should be");
    found
}

const AGENT: &str = "agents/new.yaml";

#[test]
fn an_empty_file_is_offered_the_fields_that_it_must_have_as_one() {
    let mut editor = Editor::new();
    for (path, label, needed) in [
        (AGENT, "callform: Agent", vec!["kind: Agent", "name: ", "llm:"]),
        ("campaigns/new.yaml", "callform: Campaign", vec!["kind: Campaign", "name: ", "agent: ", "callees:"]),
        ("callform.yaml", "callform: Project", vec!["callform: ", "kind: Project", "provider:", "sdkAppId: "]),
    ] {
        let offers = editor.offers(path, "¦");
        let whole = offer(&offers, label);
        for line in needed {
            assert!(whole.inserts.contains(line), "{path}: {line} in {}", whole.inserts);
        }
        // Nothing that could as well be left out.
        for line in ["requestsPerSecond", "delimiter", "ledger"] {
            assert!(!whole.inserts.contains(line), "{path}: {line} in {}", whole.inserts);
        }
        assert_eq!(offer(&offers, "kind").inserts, needed_kind(label));
    }
}

fn needed_kind(label: &str) -> String {
    format!("kind: {}", label.trim_start_matches("callform: "))
}

#[test]
fn under_llm_each_protocol_is_offered_with_what_it_is_and_then_its_fields_only() {
    let mut editor = Editor::new();
    let offers = editor.offers(AGENT, "kind: Agent\nname: a\nllm:\n  ¦");
    assert_eq!(labels(&offers), BTreeSet::from(["openai", "azure", "minimax", "dify"]));
    assert!(offer(&offers, "openai").documentation.contains("GPT, Hunyuan, DeepSeek"), "{offers:#?}");
    assert!(offer(&offers, "azure").documentation.contains("api-version"), "{offers:#?}");
    assert!(offer(&offers, "dify").documentation.contains("Dify"), "{offers:#?}");
    assert!(offers.iter().all(|offer| offer.documentation.len() > 5), "{offers:#?}");
    // What a protocol needs comes with it.
    for needed in ["model:", "url:", "apiKey:"] {
        assert!(offer(&offers, "openai").inserts.contains(needed), "{offers:#?}");
    }

    let chat = BTreeSet::from(["model", "url", "apiKey", "temperature", "topP", "extraBody"]);
    let dify = BTreeSet::from(["url", "apiKey", "inputs", "user", "conversationId"]);
    for (protocol, fields, not) in
        [("openai", &chat, "inputs"), ("azure", &chat, "user"), ("minimax", &chat, "user"), ("dify", &dify, "llm")]
    {
        let offers = editor.offers(AGENT, &format!("kind: Agent\nname: a\nllm:\n  {protocol}:\n    ¦"));
        let labels = labels(&offers);
        assert!(fields.is_subset(&labels), "{protocol}: {labels:?}");
        assert!(!labels.contains(not), "{protocol}: {labels:?}");
    }
}

#[test]
fn under_tts_each_vendor_is_offered_with_what_it_is_and_then_its_fields_only() {
    let mut editor = Editor::new();
    let vendors = ["tencent", "minimax", "volcengine", "azure", "custom"];
    let offers = editor.offers(AGENT, "kind: Agent\nname: a\ntts:\n  ¦");
    assert_eq!(labels(&offers), BTreeSet::from(vendors));
    assert!(offers.iter().all(|offer| offer.documentation.len() > 5), "{offers:#?}");

    let own = ["fastVoiceType", "model", "cluster", "region", "audioChannel"];
    for (vendor, field) in vendors.iter().zip(own) {
        let offers = editor.offers(AGENT, &format!("kind: Agent\nname: a\ntts:\n  {vendor}:\n    ¦"));
        let labels = labels(&offers);
        assert!(labels.contains(field), "{vendor}: {labels:?}");
        for other in own.iter().filter(|other| **other != field) {
            assert!(!labels.contains(other), "{vendor}: {labels:?}");
        }
    }
}

#[test]
fn values_are_offered_with_what_they_mean() {
    let mut editor = Editor::new();
    let voices = editor.offers(AGENT, "kind: Agent\nvoice: ¦");
    assert_eq!(offer(&voices, "WeRose").documentation, "English, female.");
    let languages = editor.offers(AGENT, "kind: Agent\nlanguages:\n  - ¦");
    assert_eq!(offer(&languages, "ja").documentation, "Japanese.");
    let outcomes = editor.offers("campaigns/new.yaml", "kind: Campaign\nretry:\n  when:\n    - ¦");
    assert!(offer(&outcomes, "noAnswer").documentation.len() > 5, "{outcomes:#?}");
    let sites = editor.offers("callform.yaml", "kind: Project\nprovider:\n  site: ¦");
    assert!(labels(&sites).is_superset(&BTreeSet::from(["emulator", "intl", "china"])), "{sites:#?}");
    // A length of time of this field, not of just any.
    let queue = editor.offers(AGENT, "kind: Agent\nlimits:\n  queue: ¦");
    assert_eq!(labels(&queue), BTreeSet::from(["5s"]));
    let kind = editor.offers(AGENT, "kind: ¦");
    assert_eq!(labels(&kind), BTreeSet::from(["Agent"]));
}

#[test]
fn every_field_that_is_offered_inserts_its_colon() {
    let mut editor = Editor::new();
    for (path, text) in [
        (AGENT, "kind: Agent\nname: a\n¦"),
        (AGENT, "kind: Agent\ninterruption:\n  ¦"),
        (AGENT, "kind: Agent\nfunctions:\n  ¦"),
        ("campaigns/new.yaml", "kind: Campaign\nname: a\n¦"),
        ("callform.yaml", "kind: Project\nprovider:\n  ¦"),
    ] {
        let offers = editor.offers(path, text);
        assert!(offers.len() > 1, "{text}");
        for offer in offers {
            assert!(offer.inserts.contains(':'), "{path} {text}: {offer:?}");
        }
    }
}

#[test]
fn a_hover_says_which_parameter_of_the_api_a_field_becomes_and_its_default() {
    let mut editor = Editor::new();
    let path = "agents/reminder.yaml";
    let text = fs::read_to_string(editor.root.join(path)).unwrap();
    for (key, says) in [
        ("prompt:", vec!["Inline text, or a file", "`SystemPrompt`"]),
        ("  model:", vec!["`Model`", "gpt-4o-mini"]),
        ("    apiKey:", vec!["`APIKey`", "${env:OPENAI_API_KEY}"]),
        ("  openai:", vec!["GPT, Hunyuan, DeepSeek"]),
        ("voice:", vec!["A built-in voice", "`VoiceType`", "`WeRose`: English, female."]),
        ("languages:", vec!["`Languages`", "Default: `[\"zh\"]`"]),
        ("  endCall:", vec!["`EndFunctionEnable`"]),
        ("  remindAfter:", vec!["`NotifyDuration`", "Default: `10s`"]),
        ("  ring:", vec!["How long it may ring", "`MaxRingTimeoutSecond`", "45s"]),
        ("  call:", vec!["`MaxCallDurationMs`"]),
    ] {
        let at = text.find(&format!("\n{key}")).or(text.find(key)).unwrap_or_else(|| panic!("{key} in {text}"));
        let at = at + text[at..].find(key).unwrap() + key.len() - 2;
        let told = editor.hover(path, &format!("{}¦{}", &text[..at], &text[at..]));
        for part in says {
            assert!(told.contains(part), "{key}: {part} in {told}");
        }
    }
}

#[test]
fn the_files_of_a_new_project_are_without_a_finding_and_each_has_its_schema() {
    let files = [
        ("callform.yaml", "kind: Project"),
        ("agents/reminder.yaml", "kind: Agent"),
        ("campaigns/reminders.yaml", "kind: Campaign"),
    ];
    // Once by the settings of VS Code, once by the comment in the first line of each file, for all other editors.
    let probe = (AGENT, "# yaml-language-server: $schema=../.callform/schema/agent.json\nkynd: 1\n");
    for (mut editor, modeline) in [(Editor::new(), false), (Editor::with(probe, |_| serde_json::Map::new()), true)] {
        for (path, kind) in files {
            let whole = fs::read_to_string(editor.root.join(path)).unwrap();
            let (first, rest) = whole.split_once('\n').unwrap();
            assert!(first.starts_with("# yaml-language-server: $schema="), "{path}: {first}");
            let text = if modeline { whole.clone() } else { format!("#\n{rest}") };
            editor.open(path, &text);
            assert_eq!(editor.findings(path), [], "{path}");
            editor.server.close(&editor.root.join(path));
            editor.open(path, &text.replace(kind, &format!("{kind}\nkynd: 1")));
            let found = editor.findings(path);
            assert!(matches!(found.as_slice(), [(_, told)] if told.contains("kynd")), "{path}: {found:?}");
        }
    }
}

/// The whole corpus in one file per document, by the schema of any document.
fn any_document() -> Editor {
    Editor::with(("corpus/new.yaml", "kynd: 1\n"), |root| {
        let schema = uri(&root.join(".callform/schema/callform.json"));
        let map = json!({ "schemas": { schema: "corpus/*.yaml" } });
        map.as_object().unwrap().clone()
    })
}

#[test]
fn a_mistake_is_underlined_on_the_line_that_validate_names() {
    let mut editor = any_document();
    let reject = corpus("reject");
    for (name, text) in &reject {
        editor.open(&format!("corpus/{name}.yaml"), text);
    }
    let (mut missed, mut checked) = (BTreeSet::new(), 0);
    for (name, _) in &reject {
        let expect = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../specs/reject/{name}.expect"));
        let expect = fs::read_to_string(expect).unwrap();
        let found = editor.findings(&format!("corpus/{name}.yaml"));
        for line in expect.lines() {
            let mut words = line.split([' ', ':']);
            let (Some(code), Some(line)) = (words.next(), words.next()) else { continue };
            if OF_THE_SCHEMA.contains(&code) {
                checked += 1;
                if !found.iter().any(|(at, _)| at.to_string() == line) {
                    missed.insert(name.as_str());
                }
            }
        }
        let vague: Vec<_> =
            found.iter().filter(|(_, m)| m.contains("multiple schemas") || m.contains("does not match the")).collect();
        assert!(vague.is_empty(), "{name}: says nothing that helps: {vague:?}");
    }
    assert!(checked > 25, "{checked}");
    let excused = ELSEWHERE.iter().chain(&BEYOND_THE_SCHEMA).map(|(name, _)| *name).collect();
    assert_eq!(missed, excused, "see ELSEWHERE");
}

#[test]
fn nothing_is_underlined_in_a_document_that_validate_accepts() {
    let mut editor = any_document();
    let accept = corpus("accept");
    for (name, text) in &accept {
        editor.open(&format!("corpus/{name}.yaml"), text);
    }
    for (name, _) in &accept {
        let found = editor.findings(&format!("corpus/{name}.yaml"));
        match TOO_STRICT.iter().find(|(other, _)| other == name) {
            Some((_, why)) => assert_ne!(found, [], "{name} is underlined no more: {why}"),
            None => assert_eq!(found, [], "{name}"),
        }
    }
}
