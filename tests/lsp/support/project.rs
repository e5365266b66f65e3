//! A project without findings, in a directory of its own.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

const FILES: [(&str, &str); 4] = [
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
description: Reminds of a check-up
prompt:
  file: prompts/checkup.md
welcome:
  message: \"Hi {{ callee_name }}\"
variables:
  callee_name:
    description: First name
    example: Cindy
    maxLength: 40
  clinic:
    default: Harbour Clinic
  appointment:
    type: datetime
llm:
  openai:
    model: gpt-4o-mini
    url: https://api.openai.com/v1/
    apiKey: ${env:OPENAI_API_KEY}
voice: WeRose
languages: [en]
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
You call {{ callee_name }} for {{ clinic }}.
The appointment is {{ appointment | spoken }}.

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
  file: callees.csv
  number: phone
  key: id
doNotCall: [dnc.csv]
",
    ),
];

const CALLEES: &str = "id,phone,callee_name,appointment\n1,+12125550147,Cindy,2031-04-15T09:00\n";

/// A project; gone when this is dropped.
pub(crate) struct Project {
    directory: TempDir,
}

impl Project {
    pub(crate) fn new() -> Self {
        let project = Self { directory: tempfile::tempdir().unwrap() };
        FILES.iter().for_each(|(path, text)| project.write(path, text));
        project.write("campaigns/callees.csv", CALLEES);
        project.write("campaigns/dnc.csv", "phone\n+12125550199\n");
        project
    }

    pub(crate) fn root(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Replaces what must be there exactly once.
    #[track_caller]
    pub(crate) fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert_eq!(text.matches(from).count(), 1, "`{from}` in {path}");
        self.write(path, &text.replace(from, to));
    }
}
