//! A ledger of a real site, in a file or on a server, with a project, a provider and one clock.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use callform_ccc::transport::{BoxFuture, HttpRequest, HttpResponse, Transport, TransportError};
use callform_ccc::{Client, ClientOptions, Dialect, Endpoint};
use callform_emulator::{
    Course, Emulator, EmulatorOptions, Fault, InProcess, JournalPlace, SeededRandom, embedded_credentials,
};
use callform_exec::apply::{ApplyOptions, ApplyResult, Silent, Tools, apply, cancellation};
use callform_exec::clock::Clock;
use callform_exec::ledger::{Access, Actor, Address, Inspection, Ledger, LedgerError, LockFile};

use crate::postgres;
use crate::support::{CAMPAIGN, Dice, Dir, MadeUp, TestClock, actor, ends_read, number, plan_of};

/// Where ledgers lie in these tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum In {
    File,
    Server,
}

pub(super) const BOTH: [In; 2] = [In::File, In::Server];

pub(super) struct Bench {
    pub(super) dir: Dir,
    pub(super) clock: Arc<TestClock>,
    pub(super) address: Address,
    pub(super) emulator: Arc<Emulator>,
    database: Option<postgres::Database>,
    tamper: Tamper,
}

/// The emulator's time is the test's.
struct Same(Arc<TestClock>);

impl callform_emulator::Clock for Same {
    fn now(&self) -> jiff::Timestamp {
        self.0.now()
    }
}

/// Changes answers on their way; or there is none.
type Change = Box<dyn Fn(&str, &mut serde_json::Value) -> bool + Send + Sync>;
type Tamper = Arc<Mutex<Option<Change>>>;

struct Tampering {
    inner: InProcess,
    tamper: Tamper,
}

impl Transport for Tampering {
    fn send(&self, request: HttpRequest, timeout: Duration) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let action = request.header("X-TC-Action").unwrap().to_owned();
            let mut response = self.inner.send(request, timeout).await?;
            if let Some(change) = &*self.tamper.lock().unwrap() {
                let mut body: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
                if !change(&action, &mut body["Response"]) {
                    return Err(TransportError::NotSent { reason: "connection refused".into() });
                }
                response.body = body.to_string().into_bytes();
            }
            Ok(response)
        })
    }
}

/// Every phone is answered after 5 s and hung up after another 20 s, but these people don't answer the first time; the
/// answers about the lost ones are lost.
fn emulator(clock: &Arc<TestClock>, lost: &'static [usize], absent: &'static [usize]) -> Arc<Emulator> {
    let mut options = EmulatorOptions::new(JournalPlace::Memory, Dialect::Intl);
    options.clock = Arc::new(Same(clock.clone()));
    options.random = Arc::new(SeededRandom::new(7));
    let seconds = Duration::from_secs;
    let absent: Mutex<Vec<String>> = Mutex::new(absent.iter().map(|n| wire(*n)).collect());
    options.courses = Some(Arc::new(move |call| {
        let mut absent = absent.lock().unwrap();
        Some(match absent.iter().position(|callee| *callee == call.callee) {
            Some(first) => {
                absent.remove(first);
                Course::unanswered(seconds(45), 202)
            }
            None => Course::answered(seconds(5), seconds(20)),
        })
    }));
    options.faults =
        Some(Arc::new(move |call| lost.iter().any(|n| call.callee == wire(*n)).then_some(Fault::DropAfter)));
    Arc::new(Emulator::open(options).unwrap())
}

pub(super) fn wire(person: usize) -> String {
    callform_spec::phone::PhoneNumber::parse(&number(person)).unwrap().wire()
}

impl Bench {
    /// Nothing is there yet.
    pub(super) fn empty(kind: In, people: usize) -> Self {
        let dir = Dir::with_people(people);
        let database = (kind == In::Server).then(postgres::Database::fresh);
        let address = match &database {
            Some(database) => Address::Postgres(callform_ccc::Secret::new(database.url())),
            None => Address::File(dir.ledger_path()),
        };
        let clock = TestClock::new();
        let emulator = emulator(&clock, &[], &[]);
        Self { dir, clock, address, emulator, database, tamper: Tamper::default() }
    }

    /// The answers about these people are lost.
    pub(super) fn losing(self, lost: &'static [usize]) -> Self {
        Self { emulator: emulator(&self.clock, lost, &[]), ..self }
    }

    /// These people don't answer the first time, and the campaign tries again after an hour.
    pub(super) fn trying_again(self, absent: &'static [usize]) -> Self {
        let retry = format!("{CAMPAIGN}retry:\n  maxAttempts: 3\n  wait: 1h\n  when: [noAnswer]\n");
        self.dir.write("campaigns/april.yaml", &retry);
        Self { emulator: emulator(&self.clock, &[], absent), ..self }
    }

    /// Reads back how calls ended, as `callform refresh` does.
    pub(super) async fn refresh(&self) {
        let (loaded, mut ledger) = (self.dir.load(), self.open().unwrap());
        ends_read(&loaded, &mut ledger, self.client(), &self.clock).await;
    }

    pub(super) fn client(&self) -> Arc<Client> {
        let transport = Tampering { inner: InProcess(self.emulator.clone()), tamper: self.tamper.clone() };
        let credentials = embedded_credentials().unwrap();
        Arc::new(Client::new(Endpoint::new(Dialect::Intl), credentials, Arc::new(transport), ClientOptions::default()))
    }

    /// Changes answers from now on; where `change` says no, there is none.
    pub(super) fn change(&self, change: impl Fn(&str, &mut serde_json::Value) -> bool + Send + Sync + 'static) {
        *self.tamper.lock().unwrap() = Some(Box::new(change));
    }

    /// How often the phone of a person rang.
    pub(super) fn rang(&self, person: usize) -> usize {
        self.emulator.journal().calls_to(&number(person)).unwrap().len()
    }

    /// As one `callform apply` does, with so many of the people at the most.
    pub(super) async fn apply(&self, most: Option<u64>) -> ApplyResult {
        let (loaded, mut ledger) = (self.dir.load(), self.open().unwrap());
        let project = loaded.project().unwrap();
        let mut plan = plan_of(&loaded, &ledger, &self.clock);
        plan.calls.truncate(most.map_or(usize::MAX, |most| usize::try_from(most).unwrap()));
        let tools = Tools {
            ledger: &mut ledger,
            client: self.client(),
            secrets: &MadeUp,
            clock: self.clock.shared(),
            random: &mut Dice::new(),
            cancel: cancellation().1,
            observer: &mut Silent,
            options: ApplyOptions::of(project),
        };
        apply(project, &plan, None, tools).await.unwrap()
    }

    /// With a ledger that `callform.lock` names.
    pub(super) fn new(kind: In, people: usize) -> Self {
        let bench = Self::empty(kind, people);
        bench.init();
        bench
    }

    pub(super) fn init(&self) {
        let (actor, mut lock) = (actor(), self.lock());
        let before = lock.clone();
        Ledger::init(&self.access(&before, &actor), &mut lock, &self.clock.shared(), &mut Dice::new()).unwrap();
    }

    pub(super) fn lock(&self) -> LockFile {
        LockFile::read(self.dir.path()).unwrap()
    }

    pub(super) fn access<'a>(&'a self, lock: &'a LockFile, actor: &'a Actor) -> Access<'a> {
        Access {
            address: &self.address,
            project: "clinic-outreach",
            environment: "default",
            emulator: false,
            expected: lock.lineage("default"),
            kin: Vec::new(),
            root: Some(self.dir.path()),
            actor,
        }
    }

    pub(super) fn open(&self) -> Result<Ledger, LedgerError> {
        Ledger::open(&self.access(&self.lock(), &actor()), &self.clock.shared(), &mut Dice::new())
    }

    pub(super) fn inspect(&self) -> Result<Inspection, LedgerError> {
        self.inspect_at(&self.address)
    }

    pub(super) fn inspect_at(&self, address: &Address) -> Result<Inspection, LedgerError> {
        let (lock, actor) = (self.lock(), actor());
        let clock: &dyn Clock = &*self.clock;
        Ledger::inspect(&Access { address, ..self.access(&lock, &actor) }, clock)
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Past callform, as a hand or a damaged disk would.
    pub(super) fn tamper(&self, sql: &str) {
        match &self.database {
            Some(database) => drop(postgres::query(database.url(), sql)),
            None => rusqlite::Connection::open(self.dir.ledger_path()).unwrap().execute_batch(sql).unwrap(),
        }
    }

    /// The ledger is lost.
    pub(super) fn lose(&mut self) {
        match &mut self.database {
            Some(database) => {
                *database = postgres::Database::fresh();
                self.address = Address::Postgres(callform_ccc::Secret::new(database.url()));
            }
            None => std::fs::remove_dir_all(self.path(".callform")).unwrap(),
        }
    }

    /// Rows of a query on the ledger, as text.
    pub(super) fn ask(&self, sql: &str) -> String {
        match &self.database {
            Some(database) => postgres::query(database.url(), sql),
            None => ask_file(&self.dir.ledger_path(), sql),
        }
    }
}

/// Rows of a query, a line each, columns separated by `|`.
pub(super) fn ask_file(path: &Path, sql: &str) -> String {
    let connection = rusqlite::Connection::open(path).unwrap();
    let mut statement = connection.prepare(&sql.replace("callform.", "")).unwrap();
    let columns = statement.column_count();
    let mut rows = statement.query([]).unwrap();
    let mut lines = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        let cells = (0..columns).map(|n| match row.get::<_, rusqlite::types::Value>(n).unwrap() {
            rusqlite::types::Value::Text(text) => text,
            rusqlite::types::Value::Integer(number) => number.to_string(),
            other => format!("{other:?}"),
        });
        lines.push(cells.collect::<Vec<_>>().join("|"));
    }
    lines.join("\n")
}
