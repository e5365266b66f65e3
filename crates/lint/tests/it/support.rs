//! A project without findings, and changes to it.

use std::collections::BTreeMap;
use std::path::Path;

use callform_lint::findings::judge;
use callform_lint::render::{Colour, Report, human};
use callform_lint::rules;
use callform_lint::selection::Selection;
use callform_spec::diagnostic::Diagnostic;
use callform_spec::project::{Environment, LoadOptions, Loaded, load};

const BASE: [(&str, &str); 4] = [
    (
        "callform.yaml",
        "\
callform: 1
kind: Project
name: clinic
provider:
  site: intl
  sdkAppId: 1400000000
",
    ),
    (
        "agents/checkup.yaml",
        "\
kind: Agent
name: checkup
prompt:
  file: prompts/checkup.md
llm:
  openai:
    model: gpt-4o-mini
    url: https://api.openai.com/v1/
    apiKey: ${env:OPENAI_API_KEY}
voice: WeRose
functions:
  endCall: true
  transferToHuman:
    - name: transfer_to_human
      description: The callee asks for a person
      skillGroupId: 1234
limits:
  ring: 45s
  call: 10m
",
    ),
    (
        "agents/prompts/checkup.md",
        "\
- When you are done, call call_end.
- Asks for a person: call transfer_to_human.
",
    ),
    (
        "campaigns/april.yaml",
        "\
kind: Campaign
name: april
agent: checkup
callers:
  - \"+12125550123\"
callees:
  inline:
    - number: \"+12125550147\"
",
    ),
];

struct NoEnvironment;

impl Environment for NoEnvironment {
    fn get(&self, _: &str) -> Option<String> {
        None
    }
}

/// The project without findings, with some files replaced. YAML that has no `kind` replaces only those of the file's
/// top-level keys that it has.
pub(crate) fn project_with(changes: &[(&str, &str)]) -> Loaded {
    let directory = tempfile::tempdir().unwrap();
    for (path, text) in files_with(changes) {
        write(directory.path(), &path, &text);
    }
    load(&LoadOptions::new(directory.path(), None, &NoEnvironment))
}

/// Its files.
pub(crate) fn files_with(changes: &[(&str, &str)]) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> =
        BASE.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    for (path, text) in changes {
        let whole = !path.ends_with(".yaml") || text.lines().any(|l| l.starts_with("kind:"));
        let text = if whole { (*text).to_owned() } else { merged(files.get(*path).unwrap(), text) };
        files.insert((*path).to_owned(), text);
    }
    files
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn merged(base: &str, changes: &str) -> String {
    let changes = blocks(changes);
    let kept = blocks(base).into_iter().filter(|(key, _)| !changes.iter().any(|(k, _)| k == key));
    kept.map(|(_, text)| text).chain(changes.iter().map(|(_, text)| text.clone())).collect()
}

/// Top-level keys with their lines.
fn blocks(yaml: &str) -> Vec<(String, String)> {
    let mut blocks: Vec<(String, String)> = Vec::new();
    let mut comments = String::new();
    for line in yaml.lines() {
        // A comment belongs to what stands below it.
        if line.starts_with('#') {
            comments.push_str(line);
            comments.push('\n');
            continue;
        }
        if !line.starts_with([' ', '#']) && !line.is_empty() {
            blocks.push((line.split(':').next().unwrap().to_owned(), std::mem::take(&mut comments)));
        }
        let (_, text) = blocks.last_mut().unwrap();
        text.push_str(line);
        text.push('\n');
    }
    if let Some((_, text)) = blocks.last_mut() {
        text.push_str(&comments);
    }
    blocks
}

/// What the rules find in the changed project, which must have no errors.
pub(crate) fn lint(changes: &[(&str, &str)]) -> (Loaded, Vec<Diagnostic>) {
    let loaded = project_with(changes);
    assert_eq!(loaded.diagnostics, [], "{:?}", shown(&loaded, &loaded.diagnostics));
    let found = rules::check(loaded.project().unwrap(), &loaded.sources);
    let told = judge(&loaded, Some(found), &Selection::default()).told;
    (loaded, told)
}

/// The codes of what the rules find.
pub(crate) fn codes(changes: &[(&str, &str)]) -> Vec<&'static str> {
    lint(changes).1.iter().map(|d| d.code.0).collect()
}

/// What the rules find, as people see it.
pub(crate) fn told(changes: &[(&str, &str)]) -> String {
    let (loaded, found) = lint(changes);
    shown(&loaded, &found)
}

/// Findings as people see them.
pub(crate) fn shown(loaded: &Loaded, diagnostics: &[Diagnostic]) -> String {
    human(&Report { diagnostics, sources: &loaded.sources, files: loaded.files, further: 0 }, Colour::Never)
}
