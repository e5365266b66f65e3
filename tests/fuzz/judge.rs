//! What must hold of every text, however broken.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::LazyLock;

use callform_exec::request;
use callform_exec::secrets::References;
use callform_lint::render::{Colour, Report, human};
use callform_lint::rules;
use callform_spec::model::{Dialect, Kind};
use callform_spec::project::{Drafts, Environment, LoadOptions, Loaded, Rendering, load};
use callform_spec::source::Sources;
use callform_spec::{schema, yaml};
use jsonschema::Validator;
use regex::Regex;
use serde_json::Value;

use crate::{beyond, codes};

/// Secrets of the corpus that are known by their shape or by the name before them, wherever a mutation puts them.
static SECRET: LazyLock<Regex> = LazyLock::new(|| {
    let shapes = [
        r"(?:^|[\s:=])sk-[A-Za-z0-9_-]*CANARY[A-Za-z0-9_-]{8}",
        r"://[^/\s@]*CANARY[^/\s@]*@",
        r"\bclient_secret: CANARY-not-a-key",
    ];
    Regex::new(&shapes.join("|")).unwrap()
});

struct NoEnvironment;

impl Environment for NoEnvironment {
    fn get(&self, _: &str) -> Option<String> {
        None
    }
}

/// The checked-in schemas, compiled once.
pub(crate) struct Schemas {
    combined: Validator,
    kinds: BTreeMap<Kind, Validator>,
}

impl Schemas {
    pub(crate) fn read() -> Self {
        let read = |name: &str| {
            let path = crate::workspace().join(format!("schema/{name}.json"));
            let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
            jsonschema::draft202012::new(&schema).unwrap()
        };
        let kinds = Kind::ALL.into_iter().map(|kind| (kind, read(&kind.name().to_lowercase()))).collect();
        Self { combined: read("callform"), kinds }
    }
}

/// An empty project whose only file is given anew each time.
pub(crate) struct Scratch {
    directory: tempfile::TempDir,
    file: PathBuf,
}

impl Scratch {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("callform.yaml");
        std::fs::write(&file, "").unwrap();
        let file = file.canonicalize().unwrap();
        Self { directory, file }
    }

    fn load(&self, text: &str) -> Loaded {
        let drafts: Drafts = [(self.file.clone(), text.to_owned())].into();
        let options = LoadOptions { drafts: &drafts, ..LoadOptions::new(self.directory.path(), None, &NoEnvironment) };
        load(&options)
    }
}

/// How a text was taken; counted, so that a run shows that it saw all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Taken {
    /// It is no YAML, or YAML with a mistake that no schema sees.
    NotYaml,
    /// The schema refuses it, and so do we.
    Refused,
    /// The schema accepts it, and we refuse it for what a schema can't say.
    Beyond,
    /// Both accept it.
    Accepted,
}

/// Judges one text.
///
/// # Errors
/// What does not hold.
pub(crate) fn judge(text: &str, schemas: &Schemas, scratch: &Scratch) -> Result<Taken, String> {
    let by_schema = verdict(text, schemas)?;
    let loaded = scratch.load(text);
    let errors: Vec<_> = loaded.diagnostics.iter().filter(|d| d.is_error()).collect();
    if errors.is_empty() && loaded.project().is_none() {
        return Err("nothing is wrong, and there is no project".to_owned());
    }
    if let Some(bug) = errors.iter().find(|d| beyond::is_a_bug(d)) {
        return Err(format!("the types and their schema differ: {}", bug.message));
    }
    let of_the_schema = errors.iter().find(|d| beyond::only_of_the_schema(d));
    match by_schema {
        Some(true) => {
            if let Some(error) = of_the_schema {
                return Err(format!("the schema accepts it, and we say {} {}", error.code, error.message));
            }
        }
        Some(false) if !errors.iter().any(|d| codes::may_be_of_the_schema(d.code.0)) => {
            return Err("the schema refuses it, and we say nothing of the kind".to_owned());
        }
        Some(false) | None => {}
    }
    let good = loaded.is_good();
    use_all(loaded)?;
    Ok(match by_schema {
        None => Taken::NotYaml,
        Some(false) => Taken::Refused,
        Some(true) if good => Taken::Accepted,
        Some(true) => Taken::Beyond,
    })
}

/// Whether the schemas accept every document of a text; `None` if it is not all YAML. What our own check says of a
/// document is compared with what the schema of its kind says, and that with the combined one.
fn verdict(text: &str, schemas: &Schemas) -> Result<Option<bool>, String> {
    let mut sources = Sources::default();
    let id = sources.add("document.yaml", text);
    let (documents, mistakes) = yaml::parse(&sources, id);
    if !mistakes.is_empty() {
        return Ok(None);
    }
    let mut all = true;
    for root in documents.iter().filter_map(|d| d.root.as_ref()) {
        let instance = root.to_json();
        if instance.is_null() {
            // Nothing stands between two `---`; there is nothing to check.
            continue;
        }
        let combined = schemas.combined.is_valid(&instance);
        all &= combined;
        let kind = instance.get("kind").and_then(Value::as_str).and_then(Kind::from_name);
        let Some(kind) = kind else {
            if combined {
                return Err("the combined schema accepts a document of no kind".to_owned());
            }
            continue;
        };
        if schemas.kinds[&kind].is_valid(&instance) != combined {
            return Err(format!("the combined schema says {combined}, that of {kind} does not"));
        }
        let ours = schema::check(kind, root.clone()).diagnostics;
        if ours.is_empty() != combined {
            let said: Vec<_> = ours.iter().map(|d| format!("{} {}", d.code, d.message)).collect();
            return Err(format!("the schema says {combined} of the {kind}, and we say {said:?}"));
        }
    }
    Ok(Some(all))
}

/// Does with a project what commands do: rows, lints, requests, and showing what was found.
fn use_all(mut loaded: Loaded) -> Result<(), String> {
    let mut found = rules::check(&loaded);
    let mut sources = std::mem::take(&mut loaded.sources);
    if let Some(project) = loaded.partial() {
        for campaign in &project.campaigns {
            match project.rows(campaign, Some(Box::new(std::io::empty())), Rendering::Check) {
                Ok(rows) => {
                    for row in rows {
                        match row {
                            Ok(row) if loaded.is_good() => build(&loaded, campaign, &row)?,
                            Ok(_) => {}
                            Err(problem) => found.push(problem.into_diagnostic(&mut sources)),
                        }
                    }
                }
                Err(problems) => found.extend(problems.into_iter().map(|p| p.into_diagnostic(&mut sources))),
            }
        }
    }
    loaded.diagnostics.extend(found);
    let report = Report { diagnostics: &loaded.diagnostics, sources: &sources, files: loaded.files, further: 0 };
    let shown = human(&report, Colour::Never, None);
    if let Some(secret) = SECRET.find(&shown) {
        return Err(format!("a secret is shown: {}", secret.as_str()));
    }
    Ok(())
}

/// Every row of a good project has a request.
fn build(
    loaded: &Loaded,
    campaign: &callform_spec::project::Campaign,
    row: &callform_spec::project::ReadyRow,
) -> Result<(), String> {
    let Some(project) = loaded.project() else { return Ok(()) };
    let words = project.agents[campaign.agent].words(&row.context).map_err(|e| format!("no words: {:?}", e.field))?;
    let call = request::build(project, campaign, &row.number, words, &References).map_err(|e| e.to_string())?;
    let dialect = match project.dialect {
        Dialect::Intl => callform_ccc::Dialect::Intl,
        Dialect::China => callform_ccc::Dialect::China,
    };
    call.body(dialect).map(drop).map_err(|e| format!("no request: {e}"))
}
