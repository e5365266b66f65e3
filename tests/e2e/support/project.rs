//! Projects to run commands on: copies of examples and test data, and a small one of our own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::{Invocation, callform};

/// The repository.
pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A project in a directory of its own, gone with the test.
pub(crate) struct Project {
    root: PathBuf,
    env: BTreeMap<String, String>,
    /// Removes everything.
    _scratch: TempDir,
}

const SMALL_AGENT: &str = r#"kind: Agent
name: caller
prompt: |
  You are phoning {{ callee_name }}.
  Ask whether the parcel came.
  Say goodbye and call call_end.
welcome: "Hello {{ callee_name }}."
variables:
  callee_name:
    maxLength: 40
llm:
  openai:
    model: gpt-4o-mini
    url: https://api.openai.com/v1/
    apiKey: ${env:LLM_API_KEY}
voice: ZhiXi
functions:
  endCall: true
limits:
  ring: 30s
  call: 1m
"#;

const SMALL_CAMPAIGN: &str = r#"kind: Campaign
name: parcels
agent: caller
callees:
  file: callees.csv
  number: phone
  key: id
"#;

impl Project {
    /// An empty directory under this name.
    pub(crate) fn empty(name: &str) -> Self {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path().canonicalize().unwrap().join(name);
        fs::create_dir(&root).unwrap();
        Self { root, env: BTreeMap::new(), _scratch: scratch }
    }

    /// A copy of a directory of the repository, as it is checked in: without ledgers and journals.
    pub(crate) fn copy_of(directory: &str) -> Self {
        let from = workspace().join(directory);
        let project = Self::empty(from.file_name().unwrap().to_str().unwrap());
        copy(&from, &project.root);
        project
    }

    /// A checkout of the repository, of which only this directory is there.
    pub(crate) fn checkout_with(directory: &str) -> Self {
        let project = Self::empty("checkout");
        copy(&workspace().join(directory), &project.root.join(directory));
        project
    }

    /// A copy of an example, with a word for each of its keys.
    pub(crate) fn example(name: &str) -> Self {
        let project = Self::copy_of(&format!("examples/{name}")).env("OPENAI_API_KEY", "example-openai-key");
        let given = project.root.join("emulator.env");
        let text = if given.exists() { fs::read_to_string(given).unwrap() } else { String::new() };
        text.lines()
            .filter_map(|line| line.split_once('='))
            .fold(project, |project, (name, value)| project.env(name, value))
    }

    /// A campaign with so many callees, on the emulator in the process or at the address of a [`Site`](super::Site).
    pub(crate) fn small(site: &str, callees: usize) -> Self {
        let project = Self::empty("small").env("LLM_API_KEY", "example-llm-key");
        let (id, key) = super::KEY_PAIR;
        let project = project.env("TENCENTCLOUD_SECRET_ID", id).env("TENCENTCLOUD_SECRET_KEY", key);
        project.write(
            "callform.yaml",
            &format!(
                "callform: 1\nkind: Project\nname: small\nprovider:\n  site: {site}\n  dialect: intl\n  \
                 sdkAppId: 1400000000\n  requestsPerSecond: 20\n  concurrentCalls: 3\n"
            ),
        );
        project.write("agents/caller.yaml", SMALL_AGENT);
        project.write("campaigns/parcels.yaml", SMALL_CAMPAIGN);
        let rows: String = (1..=callees).map(|n| format!("C-{n:02},{},Robin\n", Self::callee(n))).collect();
        project.write("campaigns/callees.csv", &format!("id,phone,callee_name\n{rows}"));
        project
    }

    /// The number of the small project's callee `n`, from 1.
    pub(crate) fn callee(n: usize) -> String {
        format!("+4477009001{n:02}")
    }

    /// Sets a variable for every command that this project runs.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.insert(name.to_owned(), value.to_owned());
        self
    }

    pub(crate) fn without_env(mut self) -> Self {
        self.env.clear();
        self
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap()
    }

    /// Replaces what must be there exactly once.
    #[track_caller]
    pub(crate) fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert_eq!(text.matches(from).count(), 1, "`{from}` in {path}");
        self.write(path, &text.replace(from, to));
    }

    /// `callform ARGS...` in the project's directory.
    pub(crate) fn callform<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Invocation {
        self.with(callform(args))
    }

    /// `callform ARGS...` in the project's directory, after a shell has carried out `script`.
    pub(crate) fn callform_after<'a>(&self, script: &str, args: impl IntoIterator<Item = &'a str>) -> Invocation {
        self.with(Invocation::after(script, args))
    }

    /// `callform ARGS...` in the project's directory, at a terminal.
    pub(crate) fn callform_at_a_terminal<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Invocation {
        self.with(Invocation::at_a_terminal(args))
    }

    /// The same, at a terminal of so many columns.
    pub(crate) fn callform_at_columns<'a>(
        &self,
        columns: usize,
        args: impl IntoIterator<Item = &'a str>,
    ) -> Invocation {
        self.with(Invocation::at_a_terminal_set_by(&format!("stty rows 24 cols {columns}; "), args))
    }

    fn with(&self, invocation: Invocation) -> Invocation {
        let pairs = self.env.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        invocation.inside(&self.root).envs(pairs)
    }

    /// Every file below the project, by its path inside of it.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        list(&self.root, &self.root, &mut found);
        found.sort();
        found
    }
}

fn list(root: &Path, directory: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            list(root, &path, found);
        } else {
            found.push(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned());
        }
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap();
        if name == ".callform" {
            continue;
        }
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else {
            fs::copy(&path, to.join(name)).unwrap();
        }
    }
}
