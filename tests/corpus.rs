//! The conformance corpus of `specs/`, the examples, and the projects of `tests/data/` against what they must give.

#![expect(clippy::unwrap_used, reason = "a test may")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use callform_exec::request;
use callform_exec::secrets::{References, SecretError, SecretResolver};
use callform_spec::model::{self, SecretRef};
use callform_spec::project::{Environment, LoadOptions, Loaded, Project, Rendering, load};
use callform_spec::source::Sources;
use callform_spec::{schema, yaml};
use serde_json::Value;

/// Errors that a JSON Schema can find.
const OF_THE_SCHEMA: [&str; 12] =
    ["E0009", "E0101", "E0102", "E0103", "E0104", "E0105", "E0106", "E0107", "E0109", "E0110", "E0111", "E0112"];

/// Rejected documents with such an error that a schema accepts all the same, and why it can't do better.
const BEYOND_THE_SCHEMA: [(&str, &str); 1] =
    [("number-unquoted", "which column of a row is the number is said elsewhere in the document")];

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

/// A document of the corpus as a project of its own.
fn project(directory: &str, name: &str) -> (tempfile::TempDir, Loaded) {
    let scratch = tempfile::tempdir().unwrap();
    fs::copy(workspace().join(directory).join(format!("{name}.yaml")), scratch.path().join("callform.yaml")).unwrap();
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
            let at = at.map_or_else(|| "nowhere".to_owned(), |l| format!("{}:{}:{}", l.path, l.line, l.column));
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

/// What the combined schema says of every document of a text.
fn schema_findings(text: &str) -> Vec<String> {
    let schema = schema::combined();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let mut sources = Sources::default();
    let id = sources.add("document.yaml", text);
    let (documents, _) = yaml::parse(&sources, id);
    documents
        .iter()
        .filter_map(|d| d.root.as_ref())
        .flat_map(|root| {
            let instance = root.to_json();
            validator.iter_errors(&instance).map(|e| format!("{} at {}", e, e.instance_path())).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn every_accepted_document_has_no_error_and_gives_its_request() {
    let names = names("specs/accept");
    assert!(names.len() >= 30, "the corpus is not where it should be");
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
    assert!(names.len() >= 60, "the corpus is not where it should be");
    let mut wrong = Vec::new();
    for name in names {
        let (_scratch, loaded) = project("specs/reject", &name);
        let found: Vec<_> = errors(loaded)
            .into_iter()
            .map(|(at, code)| format!("{code} {}", at.strip_prefix("callform.yaml:").unwrap_or(&at)))
            .collect();
        let text = fs::read_to_string(workspace().join(format!("specs/reject/{name}.expect"))).unwrap();
        let wanted: Vec<_> = text
            .lines()
            .map(|l| l.splitn(3, ' ').take(2).collect::<Vec<_>>().join(" "))
            .filter(|l| !l.is_empty())
            .collect();
        let (mut a, mut b) = (found.clone(), wanted.clone());
        a.sort();
        b.sort();
        if a != b {
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
fn what_a_schema_can_reject_it_rejects() {
    for name in names("specs/reject") {
        let text = fs::read_to_string(workspace().join(format!("specs/reject/{name}.yaml"))).unwrap();
        let expect = fs::read_to_string(workspace().join(format!("specs/reject/{name}.expect"))).unwrap();
        let rejected = !schema_findings(&text).is_empty();
        let codes: Vec<_> = expect.lines().filter_map(|l| l.split(' ').next()).collect();
        let expected = codes.iter().any(|c| OF_THE_SCHEMA.contains(c));
        let excused = BEYOND_THE_SCHEMA.iter().any(|(n, _)| *n == name);
        if expected {
            assert_eq!(rejected, !excused, "{name} {codes:?}: does the schema reject it?");
        }
    }
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
