//! The conformance corpus of `specs/`, the examples, and the projects of `tests/data/` against what they must give.

#![expect(clippy::unwrap_used, reason = "a test may")]

#[path = "support/beyond_the_schema.rs"]
mod beyond_the_schema;
#[path = "support/codes.rs"]
mod codes;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use beyond_the_schema::BEYOND_THE_SCHEMA;
use callform_exec::request;
use callform_exec::secrets::{References, SecretError, SecretResolver};
use callform_spec::model::{self, Kind, SecretRef};
use callform_spec::project::{Environment, LoadOptions, Loaded, Project, Rendering, load};
use callform_spec::source::Sources;
use callform_spec::yaml;
use jsonschema::Validator;
use serde_json::Value;

/// Codes that no document of the corpus shows, and why.
const WITHOUT_A_DOCUMENT: [(&str, &str); 4] = [
    ("E0100", "a broken schema of our own; tests/schema.rs compiles all of them"),
    ("E0254", "a file that can't be read on is a matter of the disk"),
    ("E0003", "a document of 150,000 values; tests/bounds.rs writes some"),
    ("E0119", "a document of 200 mistakes; tests/bounds.rs writes some"),
];

struct NoEnvironment;

impl Environment for NoEnvironment {
    fn get(&self, _: &str) -> Option<String> {
        None
    }
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn names(directory: &str) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(workspace().join(directory))
        .unwrap()
        .filter_map(|e| e.unwrap().file_name().into_string().unwrap().strip_suffix(".yaml").map(str::to_owned))
        .collect();
    names.sort();
    names
}

fn read(root: &Path) -> Loaded {
    load(&LoadOptions::new(root, None, &NoEnvironment))
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir(&to).unwrap();
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// A document of the corpus as a project of its own.
fn project(directory: &str, name: &str) -> (tempfile::TempDir, Loaded) {
    let scratch = tempfile::tempdir().unwrap();
    fs::copy(workspace().join(directory).join(format!("{name}.yaml")), scratch.path().join("callform.yaml")).unwrap();
    let files = workspace().join(directory).join(format!("{name}.files"));
    if files.exists() {
        copy(&files, scratch.path());
    }
    let loaded = read(scratch.path());
    (scratch, loaded)
}

/// Code, path, line and column of every error, rows included, in order.
fn errors(loaded: Loaded) -> Vec<(String, String)> {
    let mut sources = loaded.sources.clone();
    let mut all = loaded.diagnostics.clone();
    if let Some(project) = loaded.partial() {
        for campaign in &project.campaigns {
            let stdin = Box::new(std::io::empty());
            let problems: Vec<_> = match project.rows(campaign, Some(stdin), Rendering::Check) {
                Ok(rows) => rows.filter_map(Result::err).collect(),
                // A list that is read from standard input is not part of the document.
                Err(_) if matches!(campaign.callees, callform_spec::project::CalleeSource::Stdin { .. }) => Vec::new(),
                Err(problems) => problems,
            };
            all.extend(problems.into_iter().map(|p| p.into_diagnostic(&mut sources)));
        }
    }
    let mut found: Vec<_> = all
        .iter()
        .filter(|d| d.is_error())
        .map(|d| {
            let at = d.primary.as_ref().map(|l| sources.locate(l.span));
            let at = at.map_or_else(|| "-".to_owned(), |l| format!("{}:{}:{}", l.path, l.line, l.column));
            (at, d.code.to_string())
        })
        .collect();
    found.sort();
    found
}

/// The request for the first callee of a campaign.
fn first_request(project: &Project, campaign: &str, secrets: &dyn SecretResolver) -> Value {
    let campaign = project.campaigns.iter().find(|c| c.name == campaign).unwrap();
    let mut rows = project.rows(campaign, None, Rendering::Check).unwrap();
    let row = rows.next().unwrap().unwrap();
    let words = project.agents[campaign.agent].words(&row.context).unwrap();
    let call = request::build(project, campaign, &row.number, words, secrets).unwrap();
    let dialect = match project.dialect {
        model::Dialect::Intl => callform_ccc::Dialect::Intl,
        model::Dialect::China => callform_ccc::Dialect::China,
    };
    serde_json::from_slice(&call.body(dialect).unwrap()).unwrap()
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))).unwrap()
}

/// The expected errors of a rejected document: code and place.
fn expected(name: &str) -> Vec<(String, String)> {
    let text = fs::read_to_string(workspace().join(format!("specs/reject/{name}.expect"))).unwrap();
    let pair = |line: &str| line.splitn(3, ' ').map(str::to_owned).collect::<Vec<_>>();
    let pairs = text.lines().filter(|line| !line.is_empty()).map(pair);
    let mut all: Vec<_> = pairs.map(|words| (words[0].clone(), words[1].clone())).collect();
    all.sort();
    all
}

/// A schema that is checked in, as an editor has it.
fn schema(name: &str) -> Validator {
    jsonschema::draft202012::new(&json(&workspace().join(format!("schema/{name}.json")))).unwrap()
}

/// What the schemas say of every document of a text: the one for all documents, and that of the document's kind, which
/// must agree.
fn schema_findings(text: &str) -> Vec<String> {
    static SCHEMAS: LazyLock<(Validator, BTreeMap<&str, Validator>)> = LazyLock::new(|| {
        let kinds = Kind::ALL.map(|kind| (kind.name(), schema(&kind.name().to_lowercase())));
        (schema("callform"), kinds.into())
    });
    let (combined, kinds) = &*SCHEMAS;
    let mut sources = Sources::default();
    let id = sources.add("document.yaml", text);
    let (documents, _) = yaml::parse(&sources, id);
    let mut found = Vec::new();
    // An empty document says nothing; there is nothing to check.
    for instance in documents.iter().filter_map(|d| d.root.as_ref()).map(yaml::Node::to_json).filter(|i| !i.is_null()) {
        let before = found.len();
        found.extend(combined.iter_errors(&instance).map(|e| format!("{e} at {}", e.instance_path())));
        if let Some(of_kind) = instance.get("kind").and_then(Value::as_str).and_then(|kind| kinds.get(kind)) {
            assert_eq!(of_kind.is_valid(&instance), found.len() == before, "{}: the schemas differ", instance["kind"]);
        }
    }
    found
}

#[test]
fn every_accepted_document_has_no_error_and_gives_its_request() {
    let names = names("specs/accept");
    assert!(names.len() >= 100, "the corpus is not where it should be");
    let mut wrong = Vec::new();
    for name in names {
        let (_scratch, loaded) = project("specs/accept", &name);
        let path = workspace().join(format!("specs/accept/{name}.request.json"));
        match loaded.project() {
            Some(project) => {
                let given = first_request(project, &project.campaigns[0].name, &References);
                let wanted = json(&path);
                if given != wanted {
                    wrong.push(format!("{name}:\n  gives {given}\n  not   {wanted}"));
                }
            }
            None => wrong.push(format!("{name}: {:?}", errors(loaded))),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rejected_document_has_exactly_its_errors_at_their_places() {
    let names = names("specs/reject");
    assert!(names.len() >= 150, "the corpus is not where it should be");
    let mut wrong = Vec::new();
    for name in names {
        let (_scratch, loaded) = project("specs/reject", &name);
        let place = |at: String| at.strip_prefix("callform.yaml:").map_or(at.clone(), str::to_owned);
        let mut found: Vec<_> = errors(loaded).into_iter().map(|(at, code)| (code, place(at))).collect();
        found.sort();
        let wanted = expected(&name);
        if found != wanted {
            wrong.push(format!("{name}: finds {found:?}, not {wanted:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn accepted_documents_and_examples_validate_against_the_schema() {
    let mut texts: BTreeMap<String, String> = names("specs/accept")
        .into_iter()
        .map(|n| (n.clone(), fs::read_to_string(workspace().join(format!("specs/accept/{n}.yaml"))).unwrap()))
        .collect();
    let mut stack = vec![workspace().join("examples")];
    while let Some(directory) = stack.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                stack.push(path);
            } else if path.extension().is_some_and(|e| e == "yaml") {
                texts.insert(path.display().to_string(), fs::read_to_string(&path).unwrap());
            }
        }
    }
    assert!(texts.len() > 40);
    for (name, text) in texts {
        let findings = schema_findings(&text);
        assert!(findings.is_empty(), "{name}: {findings:?}");
    }
}

#[test]
fn on_every_rejected_document_the_schema_agrees_as_far_as_a_schema_can() {
    let mut wrong = Vec::new();
    let mut excused = BTreeSet::new();
    for name in names("specs/reject") {
        let bytes = fs::read(workspace().join(format!("specs/reject/{name}.yaml"))).unwrap();
        // An editor that can't read the file has nothing to check.
        let Ok(text) = String::from_utf8(bytes) else { continue };
        let found = schema_findings(&text);
        let can = expected(&name).iter().any(|(code, _)| codes::may_be_of_the_schema(code));
        let excuse = BEYOND_THE_SCHEMA.iter().find(|(n, _)| *n == name);
        excused.extend(excuse.filter(|_| can).map(|(n, _)| *n));
        match (can && excuse.is_none(), found.is_empty()) {
            (true, true) => wrong.push(format!("{name}: the schema accepts it")),
            (false, false) => wrong.push(format!("{name}: the schema refuses it: {found:?}")),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (name, _) in BEYOND_THE_SCHEMA {
        assert!(excused.contains(name), "{name} needs no excuse");
    }
}

#[test]
fn every_code_is_shown_by_a_document() {
    let mut sources = vec![workspace().join("crates/spec/src")];
    let code = regex::Regex::new(r#""(E\d{4})""#).unwrap();
    let mut codes = BTreeSet::new();
    let code = regex::Regex::new(r#""(E\d{4})""#).unwrap();
    while let Some(path) = sources.pop() {
        if path.is_dir() {
            sources.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            let text = fs::read_to_string(path).unwrap();
            codes.extend(code.captures_iter(&text).map(|found| found[1].to_owned()));
        }
    }
    assert!(codes.len() > 50, "{codes:?}");
    let shown: BTreeSet<_> = names("specs/reject").iter().flat_map(|n| expected(n)).map(|(code, _)| code).collect();
    let without: BTreeSet<_> = WITHOUT_A_DOCUMENT.iter().map(|(code, _)| (*code).to_owned()).collect();
    let missing: Vec<_> = codes.difference(&shown).collect();
    assert_eq!(missing, without.iter().collect::<Vec<_>>(), "give a new code a document in specs/reject");
}

/// Values of `tests/data/secrets.env`.
struct File(BTreeMap<String, String>);

impl File {
    fn read() -> Self {
        let text = fs::read_to_string(workspace().join("tests/data/secrets.env")).unwrap();
        let pairs = text.lines().filter_map(|l| l.split_once('='));
        Self(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }
}

impl SecretResolver for File {
    fn resolve(&self, secret: &SecretRef) -> Result<callform_ccc::Secret, SecretError> {
        let found = self.0.get(secret.name()).unwrap_or_else(|| panic!("{secret} is not in secrets.env"));
        Ok(callform_ccc::Secret::new(found.clone()))
    }
}

#[test]
fn a_spec_that_sets_every_field_gives_the_request_that_was_written_by_hand() {
    let campaigns = [
        ("intl", vec!["every-field", "voice", "dify", "minimax", "azure", "volcengine", "custom"]),
        ("china", vec!["every-field", "voice"]),
    ];
    for (dialect, campaigns) in campaigns {
        let loaded = read(&workspace().join(format!("tests/data/every-field.{dialect}")));
        let project = loaded.project().unwrap_or_else(|| panic!("{dialect}: {:?}", loaded.diagnostics));
        for campaign in campaigns {
            let suffix = if campaign == "every-field" { String::new() } else { format!(".{campaign}") };
            let wanted = json(&workspace().join(format!("tests/data/every-field.{dialect}{suffix}.request.json")));
            assert_eq!(first_request(project, campaign, &File::read()), wanted, "{dialect} {campaign}");
        }
    }
}

#[test]
fn together_the_every_field_requests_have_every_parameter_of_their_dialect() {
    for (name, dialect) in [("intl", callform_ccc::Dialect::Intl), ("china", callform_ccc::Dialect::China)] {
        let mut missing: Vec<_> = callform_ccc::parameters::create_ai_call(dialect).map(|p| p.name).collect();
        for file in ["request.json", "voice.request.json"] {
            let request = json(&workspace().join(format!("tests/data/every-field.{name}.{file}")));
            missing.retain(|p| request.get(p).is_none());
        }
        assert!(missing.is_empty(), "{name}: {missing:?}");
    }
}

#[test]
fn the_follow_up_example_gives_the_documented_request() {
    let loaded = read(&workspace().join("examples/follow-up"));
    let project = loaded.project().unwrap();
    let wanted = json(&workspace().join("tests/data/follow-up.request.json"));
    let secrets = File([("OPENAI_API_KEY".to_owned(), "example-openai-key".to_owned())].into());
    assert_eq!(first_request(project, &project.campaigns[0].name, &secrets), wanted);
}

#[test]
fn all_mistakes_of_a_project_are_found_in_one_run_at_their_places() {
    let root = workspace().join("tests/data/twenty-mistakes");
    let found: Vec<_> = errors(read(&root)).into_iter().map(|(at, _)| at).collect();
    let text = fs::read_to_string(root.join("expected.txt")).unwrap();
    let mut wanted: Vec<_> = text
        .lines()
        .filter(|l| !l.starts_with('#'))
        .filter_map(|l| l.split_whitespace().next())
        .map(str::to_owned)
        .collect();
    wanted.sort();
    assert!(wanted.len() >= 20);
    assert_eq!(found, wanted);
}
