//! A project without findings, and changes to it.

use std::collections::BTreeMap;
use std::path::Path;

use callform_lint::findings::judge;
use callform_lint::render::{Colour, Report, human};
use callform_lint::rules::{self, RowRules};
use callform_lint::selection::Selection;
use callform_spec::diagnostic::Diagnostic;
use callform_spec::project::{Environment, LoadOptions, Loaded, Project, Rendering, Sound, load};
use callform_spec::source::Sources;

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
languages:
  - en
limits: {ring: 45s, call: 10m}
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

/// An agent that says what a row gives for `callee_name`.
pub(crate) const GREETING: (&str, &str) = (
    "agents/checkup.yaml",
    "\
variables:
  callee_name:
    multiline: true
welcome: Hi {{ callee_name }}, this is Kate, an AI assistant.
",
);

/// A campaign whose rows stand in a file: columns `id` and `number`, and those of variables.
pub(crate) const OF_FILE: (&str, &str) = ("campaigns/april.yaml", "callees:\n  file: callees.csv\n  key: id\n");

/// What stands in a campaign's file.
pub(crate) fn callees(csv: &str) -> (&'static str, &str) {
    ("campaigns/callees.csv", csv)
}

struct NoEnvironment;

impl Environment for NoEnvironment {
    fn get(&self, _: &str) -> Option<String> {
        None
    }
}

/// The project without findings, with some files replaced. YAML that has no `kind` replaces only those of the file's
/// top-level keys that it has.
pub(crate) fn project_with(changes: &[(&str, &str)]) -> Loaded {
    load(&LoadOptions::new(written(changes).path(), None, &NoEnvironment))
}

/// The same, on the disk.
fn written(changes: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (path, text) in files_with(changes) {
        write(directory.path(), &path, &text);
    }
    directory
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

/// What the rules find in the changed project, which must have no errors. Rows may have some: rules don't see these.
pub(crate) fn lint(changes: &[(&str, &str)]) -> (Loaded, Vec<Diagnostic>) {
    let directory = written(changes);
    let mut loaded = load(&LoadOptions::new(directory.path(), None, &NoEnvironment));
    assert_eq!(loaded.diagnostics, [], "{:?}", shown(&loaded, &loaded.diagnostics));
    let mut found = rules::check(&loaded);
    let sound = loaded.sound().unwrap();
    let mut sources = std::mem::take(&mut loaded.sources);
    found.extend(of_rows(loaded.project().unwrap(), sound, &mut sources));
    loaded.sources = sources;
    let told = judge(&loaded, found, &Selection::default()).told;
    (loaded, told)
}

/// What the rules find in the rows of a project.
fn of_rows(project: &Project, sound: Sound, sources: &mut Sources) -> Vec<Diagnostic> {
    let mut rules = RowRules::new(project, sound);
    for campaign in &project.campaigns {
        let mut rows = project.rows(campaign, None, Rendering::Check).unwrap();
        rules.begin(campaign);
        while rows.next_watched(&mut rules).is_some() {}
    }
    rules.finish(sources)
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
    human(&Report { diagnostics, sources: &loaded.sources, files: loaded.files, further: 0 }, Colour::Never, None)
}

/// An agent of `kind: Agent` without findings but for the lines given: a document that has neither voice nor languages.
pub(crate) fn agent_with(lines: &str) -> String {
    format!(
        "\
kind: Agent
name: checkup
prompt: Be kind.
llm:
  openai:
    model: gpt-4o-mini
    url: https://api.openai.com/v1/
    apiKey: ${{env:OPENAI_API_KEY}}
limits:
  ring: 45s
  call: 10m
{lines}"
    )
}

/// The texts of the files after every safe fix of what the rules find was applied.
pub(crate) fn mended(changes: &[(&str, &str)], path: &str) -> String {
    let (loaded, found) = lint(changes);
    let mut edits: Vec<_> =
        found.iter().filter_map(|d| d.fix.as_ref().filter(|f| f.safe)).flat_map(|f| &f.edits).collect();
    edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut text = None;
    for (span, new) in edits {
        let source = loaded.sources.get(span.source);
        assert_eq!(source.path, path);
        text.get_or_insert_with(|| source.text.to_string()).replace_range(span.range(), new);
    }
    text.unwrap_or_default()
}
