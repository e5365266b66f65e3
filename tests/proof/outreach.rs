//! A campaign to many people, on a site that the emulator serves.

use std::path::PathBuf;

use crate::support::{Captured, KEY_PAIR, Project, Running};

/// Somebody whom the specs want to be phoned once.
pub(crate) struct Person {
    pub(crate) key: String,
    pub(crate) number: String,
}

impl Person {
    /// Numbers that are kept free for fiction; there are a thousand.
    pub(crate) fn nth(n: usize) -> Self {
        assert!(n < 1000, "there is no such number");
        Self { key: format!("P-{n:03}"), number: format!("+447700900{n:03}") }
    }
}

pub(crate) struct Outreach {
    project: Project,
    pub(crate) people: Vec<Person>,
}

const AGENT: &str = r#"kind: Agent
name: caller
prompt: You are phoning {{ callee_name }}. Ask whether the parcel came, say goodbye and call call_end.
welcome: "Hello {{ callee_name }}."
variables:
  callee_name:
    maxLength: 40
llm:
  openai:
    model: gpt-4o-mini
    url: https://api.openai.com/v1/
    apiKey: ${env:LLM_API_KEY}
voice: WeRose
functions:
  endCall: true
limits:
  ring: 30s
  call: 1m
"#;

const CAMPAIGN: &str = r#"kind: Campaign
name: parcels
agent: caller
callees:
  file: callees.csv
  number: phone
  key: id
"#;

impl Outreach {
    /// A project that nobody has used yet, its ledger made; `extra` is more of the provider's settings.
    pub(crate) fn new(site: &str, people: usize, extra: &str) -> Self {
        let (id, key) = KEY_PAIR;
        let project = Project::empty("outreach")
            .env("LLM_API_KEY", "example-llm-key")
            .env("TENCENTCLOUD_SECRET_ID", id)
            .env("TENCENTCLOUD_SECRET_KEY", key);
        // More lines than people: what bounds the run is its pace alone.
        project.write(
            "callform.yaml",
            &format!(
                "callform: 1\nkind: Project\nname: outreach\nprovider:\n  site: {site}\n  dialect: intl\n  \
                 sdkAppId: 1400000000\n  requestsPerSecond: 18\n  concurrentCalls: 1000\n{extra}"
            ),
        );
        project.write("agents/caller.yaml", AGENT);
        project.write("campaigns/parcels.yaml", CAMPAIGN);
        let people: Vec<Person> = (0..people).map(Person::nth).collect();
        let rows: String = people.iter().map(|person| format!("{},{},Robin\n", person.key, person.number)).collect();
        project.write("campaigns/callees.csv", &format!("id,phone,callee_name\n{rows}"));
        let outreach = Self { project, people };
        outreach.init().finish().exits(0);
        outreach
    }

    /// `callform ledger init`, started.
    pub(crate) fn init(&self) -> Running {
        self.project.callform(["ledger", "init"]).start()
    }

    /// Throws the ledger away, and what names it: what must never happen by itself.
    pub(crate) fn forget_everything(&self) {
        for path in [".callform", "callform.lock"].map(|path| self.project.path(path)) {
            let _ = std::fs::remove_dir_all(&path);
            let _ = std::fs::remove_file(&path);
            assert!(!path.exists());
        }
    }

    /// `callform apply`, started.
    pub(crate) fn apply(&self) -> Running {
        self.project.callform(["apply", "--auto-approve"]).start()
    }

    pub(crate) fn ledger(&self) -> PathBuf {
        self.project.path(".callform/ledger.db")
    }
}

/// Whether a run that ended by itself found nothing left to place. Fails where it ended in any other way than a run
/// may: done, stopped by itself, calls left unknown.
#[track_caller]
pub(crate) fn had_nothing_to_do(end: &Captured) -> bool {
    assert!(matches!(end.code, Some(0 | 1 | 3)), "{end}");
    assert!(end.code != Some(1) || end.stderr.contains("Stopped: "), "{end}");
    end.stdout.contains("0 calls to place")
}
