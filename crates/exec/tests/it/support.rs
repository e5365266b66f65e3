//! A project on disk, a clock that tests move, and a provider that does what it is told.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use callform_ccc::{Client, Secret};
use callform_exec::apply::{
    ApplyError, ApplyOptions, ApplyResult, Cancel, Observer, Silent, Tools, apply, cancellation,
};
use callform_exec::clock::Clock;
use callform_exec::ledger::{Access, Actor, Address, Ledger, LedgerError};
use callform_exec::plan::{Plan, PlanRequest, plan};
use callform_exec::random::{Random, RandomError};
use callform_exec::resolve::{self, ReadBack, Reader, Report, read_back, resolve};
use callform_exec::secrets::{SecretError, SecretResolver};
use callform_spec::model::SecretRef;
use callform_spec::project::{Environment, LoadOptions, Loaded, load};
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use crate::postgres::Database;
use crate::provider::Provider;
use crate::store::{On, Raw};

/// A Wednesday, 08:00 in New York and 13:00 in London.
pub(crate) const START: &str = "2026-04-01T12:00:00Z";

pub(crate) const PROJECT: &str = "
callform: 1
kind: Project
name: clinic-outreach
provider:
  site: emulator
  sdkAppId: 1400000000
";

pub(crate) const AGENT: &str = "
kind: Agent
name: checkup
prompt: |
  Call {{ callee_name }}.
  Be kind.
variables:
  callee_name: {}
llm:
  openai:
    model: gpt-4o-mini
    url: https://api.openai.com/v1/
    apiKey: ${env:OPENAI_API_KEY}
voice: WeRose
limits:
  ring: 45s
  call: 10m
";

pub(crate) const CAMPAIGN: &str = "
kind: Campaign
name: april
agent: checkup
callees:
  file: callees.csv
  number: phone
  key: id
";

/// The number of the n-th person, in a range for fiction.
pub(crate) fn number(n: usize) -> String {
    format!("+447700900{n:03}")
}

/// Rows of n people.
pub(crate) fn rows(people: impl IntoIterator<Item = usize>) -> String {
    let mut csv = "id,phone,callee_name\n".to_owned();
    for n in people {
        csv.push_str(&format!("P-{n},{},Person {n}\n", number(n)));
    }
    csv
}

/// A project's directory, and where its ledger lies.
pub(crate) struct Dir {
    project: tempfile::TempDir,
    ledger: Place,
}

enum Place {
    File,
    /// A database of its own on the shared server.
    Database(Database),
    Url(String),
}

impl Dir {
    /// One agent, one campaign, and n people; the ledger is a file.
    pub(crate) fn with_people(n: usize) -> Self {
        Self::on(On::Sqlite, n)
    }

    /// The same, with its ledger there.
    pub(crate) fn on(on: On, n: usize) -> Self {
        Self::with_ledger(
            match on {
                On::Sqlite => Place::File,
                On::Postgres => Place::Database(Database::fresh()),
            },
            n,
        )
    }

    /// The same, with its ledger in that database.
    pub(crate) fn at(url: &str, n: usize) -> Self {
        Self::with_ledger(Place::Url(url.to_owned()), n)
    }

    fn with_ledger(ledger: Place, n: usize) -> Self {
        let dir = Self { project: tempfile::tempdir().unwrap(), ledger };
        dir.write("callform.yaml", PROJECT);
        dir.write("agents/checkup.yaml", AGENT);
        dir.write("campaigns/april.yaml", CAMPAIGN);
        dir.write("campaigns/callees.csv", &rows(1..=n));
        dir
    }

    pub(crate) fn path(&self) -> &Path {
        self.project.path()
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn ledger_path(&self) -> PathBuf {
        self.path().join(".callform/ledger.db")
    }

    pub(crate) fn address(&self) -> Address {
        match &self.ledger {
            Place::File => Address::File(self.ledger_path()),
            Place::Database(database) => Address::Postgres(Secret::new(database.url())),
            Place::Url(url) => Address::Postgres(Secret::new(url.as_str())),
        }
    }

    /// The ledger, past callform.
    pub(crate) fn raw(&self) -> Raw {
        Raw::new(self.address())
    }

    pub(crate) fn load(&self) -> Loaded {
        let loaded = self.load_any();
        assert!(loaded.is_good(), "{:#?}", loaded.diagnostics);
        loaded
    }

    /// The project, though it may have errors.
    pub(crate) fn load_any(&self) -> Loaded {
        self.load_in(None)
    }

    /// The same, in an environment.
    pub(crate) fn load_in(&self, environment: Option<&str>) -> Loaded {
        struct Nothing;
        impl Environment for Nothing {
            fn get(&self, _: &str) -> Option<String> {
                None
            }
        }
        load(&LoadOptions::new(self.path(), environment, &Nothing))
    }

    pub(crate) fn open(&self, clock: &Arc<dyn Clock>) -> Result<Ledger, LedgerError> {
        Ledger::open(&self.access(&actor()), clock, &mut Dice::new())
    }

    pub(crate) fn access<'a>(&'a self, actor: &'a Actor) -> Access<'a> {
        // Leaked: a few bytes, and every test would carry the address along otherwise.
        let address: &'static Address = Box::leak(Box::new(self.address()));
        Access {
            address,
            project: "clinic-outreach",
            environment: "default",
            emulator: true,
            expected: None,
            kin: Vec::new(),
            root: Some(self.path()),
            actor,
        }
    }
}

pub(crate) fn actor() -> Actor {
    Actor { who: "test".into(), host: "here".into(), pid: 1 }
}

/// Time that goes with tokio's, from [`START`] on, and jumps when told to.
pub(crate) struct TestClock {
    start: Instant,
    ahead: Mutex<(SignedDuration, Duration)>,
}

impl TestClock {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { start: Instant::now(), ahead: Mutex::default() })
    }

    /// Time passes, for the wall clock and for the steady one.
    pub(crate) fn pass(&self, time: Duration) {
        let mut ahead = self.ahead.lock().unwrap();
        ahead.0 += SignedDuration::try_from(time).unwrap();
        ahead.1 += time;
    }

    /// Somebody sets the wall clock.
    pub(crate) fn set_back(&self, by: Duration) {
        self.ahead.lock().unwrap().0 -= SignedDuration::try_from(by).unwrap();
    }

    pub(crate) fn set_ahead(&self, by: Duration) {
        self.ahead.lock().unwrap().0 += SignedDuration::try_from(by).unwrap();
    }

    pub(crate) fn shared(self: &Arc<Self>) -> Arc<dyn Clock> {
        self.clone()
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        let start: Timestamp = START.parse().unwrap();
        let passed = SignedDuration::try_from(self.start.elapsed()).unwrap();
        start + passed + self.ahead.lock().unwrap().0
    }

    fn steady(&self) -> Duration {
        self.start.elapsed() + self.ahead.lock().unwrap().1
    }
}

/// Random enough, and always the same.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new() -> Self {
        // Different for each, so that two ledgers of one test are not one.
        static SEED: AtomicU64 = AtomicU64::new(1);
        Self(SEED.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }
}

impl Random for Dice {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), RandomError> {
        for byte in buffer {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            *byte = self.0.to_le_bytes()[3];
        }
        Ok(())
    }
}

/// Secrets that are made up.
pub(crate) struct MadeUp;

pub(crate) const SECRET: &str = "made-up-secret-of-the-model";

impl SecretResolver for MadeUp {
    fn resolve(&self, secret: &SecretRef) -> Result<Secret, SecretError> {
        match secret {
            SecretRef::Env(name) if name == "NOT_SET" => {
                Err(SecretError { reference: secret.to_string(), reason: "it is not set".into() })
            }
            _ => Ok(Secret::new(SECRET)),
        }
    }
}

/// Plans everything.
pub(crate) fn plan_of(loaded: &Loaded, ledger: &Ledger, clock: &TestClock) -> Plan {
    plan(&PlanRequest::new(loaded.project().unwrap(), Some(ledger), clock.now())).unwrap()
}

/// A run's surroundings, with a ledger of its own.
pub(crate) struct Setting {
    pub(crate) dir: Dir,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) options: Option<ApplyOptions>,
}

impl Setting {
    pub(crate) fn new(dir: Dir) -> Self {
        Self { dir, clock: TestClock::new(), options: None }
    }

    pub(crate) fn ledger(&self) -> Ledger {
        self.dir.open(&self.clock.shared()).unwrap()
    }

    /// Plans and applies, as one command does.
    pub(crate) async fn run(&self, provider: &Arc<Provider>) -> ApplyResult {
        self.try_run(provider, cancellation().1, &mut Silent).await.unwrap()
    }

    pub(crate) async fn try_run(
        &self,
        provider: &Arc<Provider>,
        cancel: Cancel,
        observer: &mut dyn Observer,
    ) -> Result<ApplyResult, ApplyError> {
        let loaded = self.dir.load();
        let mut ledger = self.ledger();
        let plan = plan_of(&loaded, &ledger, &self.clock);
        self.watched(&loaded, &plan, &mut ledger, provider.client(), (cancel, observer)).await
    }

    /// Carries a plan out, as it is.
    pub(crate) async fn carry_out(
        &self,
        loaded: &Loaded,
        plan: &Plan,
        ledger: &mut Ledger,
        client: Arc<Client>,
    ) -> Result<ApplyResult, ApplyError> {
        self.watched(loaded, plan, ledger, client, (cancellation().1, &mut Silent)).await
    }

    async fn watched(
        &self,
        loaded: &Loaded,
        plan: &Plan,
        ledger: &mut Ledger,
        client: Arc<Client>,
        (cancel, observer): (Cancel, &mut dyn Observer),
    ) -> Result<ApplyResult, ApplyError> {
        let project = loaded.project().unwrap();
        let tools = Tools {
            ledger,
            client,
            secrets: &MadeUp,
            clock: self.clock.shared(),
            random: &mut Dice::new(),
            cancel,
            observer,
            options: self.options.unwrap_or_else(|| ApplyOptions::of(project)),
        };
        apply(project, plan, None, tools).await
    }
}

/// Looks up what is unknown, as `refresh` does.
pub(crate) async fn looked_up(
    loaded: &Loaded,
    ledger: &mut Ledger,
    client: Arc<Client>,
    clock: &Arc<TestClock>,
) -> Report {
    let project = loaded.project().unwrap();
    let mut reader = Reader::of(project, client, clock.shared());
    resolve(project, resolve::Tools { ledger, reader: &mut reader, clock: clock.shared() }).await.unwrap()
}

/// Reads back how calls ended, as `refresh` does.
pub(crate) async fn ends_read(
    loaded: &Loaded,
    ledger: &mut Ledger,
    client: Arc<Client>,
    clock: &Arc<TestClock>,
) -> ReadBack {
    let project = loaded.project().unwrap();
    let mut reader = Reader::of(project, client, clock.shared());
    read_back(project, resolve::Tools { ledger, reader: &mut reader, clock: clock.shared() }).await.unwrap()
}
