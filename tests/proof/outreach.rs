//! A campaign to many people, on a site that the emulator serves.

use std::time::Instant;

use crate::record::Place;
use crate::support::{Captured, KEY_PAIR, LIMIT, Project, Running};

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
    pub(crate) ledger: Place,
}

/// Two less than the provider takes.
pub(crate) const PER_SECOND: usize = 18;

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
  ring: 1s
  call: 1s
"#;

const CAMPAIGN: &str = r#"kind: Campaign
name: parcels
agent: caller
callees:
  file: callees.csv
  number: phone
  key: id
"#;

/// More of the provider's settings: how late a call may ring after its signing, and be on record after its end. A site
/// on this machine may say so little; the emulator's records come after up to two seconds.
pub(crate) const SHORT_WAITS: &str = "  reconcile:\n    requestLife: 3s\n    recordLag: 3s\n";

impl Outreach {
    /// A project that nobody has used yet, its ledger in a file and made; `extra` is more of the provider's settings.
    pub(crate) fn new(site: &str, people: usize, extra: &str) -> Self {
        let project = Project::empty("outreach");
        let ledger = Place::File(project.path(".callform/ledger.db"));
        Self::with(project, ledger, site, people, extra)
    }

    /// The same, with its ledger in this database.
    pub(crate) fn on_server(database: &str, site: &str, people: usize, extra: &str) -> Self {
        let project = Project::empty("outreach").env("CALLFORM_LEDGER", database);
        Self::with(project, Place::Server(database.to_owned()), site, people, extra)
    }

    fn with(project: Project, ledger: Place, site: &str, people: usize, extra: &str) -> Self {
        let (id, key) = KEY_PAIR;
        let project = project
            .env("LLM_API_KEY", "example-llm-key")
            .env("TENCENTCLOUD_SECRET_ID", id)
            .env("TENCENTCLOUD_SECRET_KEY", key);
        let place = match &ledger {
            Place::File(_) => "",
            Place::Server(_) => "ledger: ${env:CALLFORM_LEDGER}\n",
        };
        // More lines than people: what bounds the run is its pace alone.
        project.write(
            "callform.yaml",
            &format!(
                "callform: 1\nkind: Project\nname: outreach\n{place}provider:\n  site: {site}\n  dialect: intl\n  \
                 sdkAppId: 1400000000\n  requestsPerSecond: {PER_SECOND}\n  concurrentCalls: 1000\n{extra}"
            ),
        );
        project.write("agents/caller.yaml", AGENT);
        project.write("campaigns/parcels.yaml", CAMPAIGN);
        let people: Vec<Person> = (0..people).map(Person::nth).collect();
        let mut outreach = Self { project, people, ledger };
        outreach.declare();
        outreach.init().finish().exits(0);
        outreach
    }

    /// Writes down who is to be phoned.
    fn declare(&mut self) {
        let rows: String =
            self.people.iter().map(|person| format!("{},{},Robin\n", person.key, person.number)).collect();
        self.project.write("campaigns/callees.csv", &format!("id,phone,callee_name\n{rows}"));
    }

    /// One more person, whom nobody thought of at first.
    pub(crate) fn add_a_late_one(&mut self) {
        self.people.push(Person::nth(999));
        self.declare();
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

    /// `callform refresh`, started.
    pub(crate) fn refresh(&self) -> Running {
        self.project.callform(["refresh"]).start()
    }

    /// Runs `apply` until nothing is left to place and nothing is unknown. Each run looks into the provider's records
    /// first; what it finds was not placed, it places.
    pub(crate) fn until_nothing_is_open(&self) {
        let started = Instant::now();
        loop {
            let end = self.apply().finish();
            if had_nothing_to_do(&end) && end.code == Some(0) {
                break;
            }
            // Each look takes two questions for everybody who is unknown, at the pace of the account.
            assert!(started.elapsed() < LIMIT * 3, "something stays open:\n{end}");
        }
        let status = self.project.callform(["status", "--format", "json"]).run().exits(0).json();
        let states = status["campaigns"][0]["states"].as_object().unwrap();
        assert!(["unknown", "intent", "sending"].iter().all(|state| !states.contains_key(*state)), "{status:#}");
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
