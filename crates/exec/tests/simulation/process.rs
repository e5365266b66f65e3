//! A process: opens the ledger, reads back how calls ended, looks up what is unknown, plans, applies; or as much of
//! that as it lives for.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use callform_ccc::{Client, ClientOptions, Credentials, Dialect, Endpoint, Secret};
use callform_exec::apply::{
    ApplyError, ApplyOptions, CancelHandle, Event, Observer, StopReason, Tools, apply, cancellation,
};
use callform_exec::clock::Clock;
use callform_exec::ledger::{Ledger, LedgerError};
use callform_exec::plan::{Plan, PlanRequest, plan};
use callform_exec::resolve::{self, Reader, read_back, resolve};
use callform_exec::secrets::{SecretError, SecretResolver};
use callform_spec::model::SecretRef;

use crate::clock::MachineClock;
use crate::crash::{mortal, stopped};
use crate::dice::Dice;
use crate::history::{Process, Told};
use crate::network::Wire;
use crate::rival::Still;
use crate::scenario::Life;
use crate::specs::Variant;
use crate::store::{self, Store};
use crate::world::World;

/// A machine with its clocks; processes run on it one after the other.
pub(crate) struct Machine<'a> {
    pub(crate) variant: &'a Variant,
    pub(crate) world: Arc<World>,
    pub(crate) store: &'a Store,
    pub(crate) clock: Arc<MachineClock>,
    pub(crate) dice: RefCell<Dice>,
    /// The last plan of each environment.
    pub(crate) plans: RefCell<[Option<Rc<Plan>>; 2]>,
}

struct MadeUp;

impl SecretResolver for MadeUp {
    fn resolve(&self, _: &SecretRef) -> Result<Secret, SecretError> {
        Ok(Secret::new("made-up-secret"))
    }
}

impl Machine<'_> {
    fn shared_clock(&self) -> Arc<dyn Clock> {
        self.clock.clone()
    }

    fn a_dice(&self, purpose: &str) -> Dice {
        Dice::new(self.dice.borrow_mut().any(0..u64::MAX), purpose)
    }

    pub(crate) fn open(&self, who: &str) -> Ledger {
        self.store.open(who, &self.shared_clock(), &mut self.a_dice("ledger"))
    }

    fn client(&self, process: usize, timeout: Duration, still: Still) -> Arc<Client> {
        let credentials = Credentials::new("made-up-id", "made-up-key", None).unwrap();
        let wire = Arc::new(Wire { world: self.world.clone(), process, still });
        let options = ClientOptions { timeout, ..ClientOptions::default() };
        Arc::new(Client::new(Endpoint::new(Dialect::Intl), credentials, wire, options))
    }

    /// One life, to its end. Whether it came to that by itself.
    pub(crate) async fn live(&self, life: &Life, stdin: &str) -> bool {
        let process = self.begin(life);
        let time = &self.world.time;
        let still = Still::of(life.freeze, time.now());
        let course = stopped(self.course(life, process, stdin, still), still, time);
        let whole = mortal(course, life.death, time).await.is_some();
        self.end(process, whole);
        whole
    }

    fn begin(&self, life: &Life) -> usize {
        let now = self.world.time.now();
        let mut state = self.world.state.lock().unwrap();
        let process = state.processes.len();
        let position = state.position();
        self.world.journal.note(now, || format!("process {process} begins: {life:?}"));
        state.processes.push(Process {
            environment: life.environment,
            allow_repeat: false,
            positions: (position, i64::MAX),
            ended: Duration::MAX,
            whole: false,
            told: Vec::new(),
            lease_lost: false,
            unrecorded: 0,
        });
        process
    }

    fn end(&self, process: usize, whole: bool) {
        let now = self.world.time.now();
        let mut state = self.world.state.lock().unwrap();
        let position = state.position();
        if !whole {
            let account = self.variant.project(0).account();
            let in_flight = store::in_flight(state.other.as_ref().unwrap(), &account);
            self.world.journal.note(now, || format!("process {process} dies, {in_flight} in flight"));
            state.in_flight_at_deaths += in_flight;
        }
        let own = &mut state.processes[process];
        (own.positions.1, own.ended, own.whole) = (position, now, whole);
    }

    async fn course(&self, life: &Life, process: usize, stdin: &str, still: Still) {
        let mut ledger = self.open("operator");
        let client = self.client(process, life.timeout, still);
        if life.looks_up {
            let project = self.variant.project(life.environment);
            let (time, journal) = (&self.world.time, &self.world.journal);
            let mut reader = Reader::of(project, client.clone(), self.shared_clock());
            let tools = resolve::Tools { ledger: &mut ledger, reader: &mut reader, clock: self.shared_clock() };
            let read = read_back(project, tools).await.unwrap();
            journal.note(time.now(), || format!("process {process} read back: {read:?}"));
            let tools = resolve::Tools { ledger: &mut ledger, reader: &mut reader, clock: self.shared_clock() };
            let report = resolve(project, tools).await.unwrap();
            journal.note(time.now(), || format!("process {process} looked up: {report:?}"));
        }
        if life.applies {
            self.apply(life, process, stdin, &mut ledger, client).await;
        }
    }

    async fn apply(&self, life: &Life, process: usize, stdin: &str, ledger: &mut Ledger, client: Arc<Client>) {
        let project = self.variant.project(life.environment);
        let before = self.plans.borrow()[life.environment].clone().filter(|_| life.old_plan);
        let plan = before.unwrap_or_else(|| self.plan(life.environment, stdin, ledger));
        self.plans.borrow_mut()[life.environment] = Some(plan.clone());
        self.world.state.lock().unwrap().processes[process].allow_repeat = plan.allow_repeat;
        let (handle, cancel) = cancellation();
        let mut observer = Teller { world: self.world.clone(), process };
        let mut random = self.a_dice("apply");
        let tools = Tools {
            ledger,
            client,
            secrets: &MadeUp,
            clock: self.shared_clock(),
            random: &mut random,
            cancel,
            observer: &mut observer,
            options: ApplyOptions::of(project),
        };
        let result = tokio::select! {
            biased;
            result = apply(project, &plan, Some(stdin.as_bytes()), tools) => result,
            () = self.signal(life, handle) => unreachable!("signals end with the run"),
        };
        let result = match result {
            // Whoever took the run over may hold it.
            Err(ApplyError::Ledger(LedgerError::Locked { holder })) => {
                let now = self.world.time.now();
                return self.world.journal.note(now, || format!("process {process} is refused: {holder:?}"));
            }
            result => result.unwrap(),
        };
        self.world.journal.note(self.world.time.now(), || {
            format!("process {process} applied: {:?}, stopped: {:?}", result.counts, result.stopped)
        });
        let own = &mut self.world.state.lock().unwrap().processes[process];
        own.unrecorded = result.unrecorded.len();
        own.lease_lost = matches!(result.stopped, Some(StopReason::Ledger(LedgerError::LeaseLost { .. })));
    }

    /// A plan; where too many people were phoned before, the person says that it is meant.
    pub(crate) fn plan(&self, environment: usize, stdin: &str, ledger: &Ledger) -> Rc<Plan> {
        let mut request = PlanRequest::new(self.variant.project(environment), Some(ledger), self.clock.now());
        request.stdin = Some(stdin.as_bytes());
        request.samples = 0;
        let made = plan(&request).unwrap();
        if made.refusals.is_empty() {
            return Rc::new(made);
        }
        request.allow_repeat = true;
        Rc::new(plan(&request).unwrap())
    }

    async fn signal(&self, life: &Life, handle: CancelHandle) {
        for after in life.signals.into_iter().flatten() {
            self.world.time.until(self.world.time.now() + after).await;
            handle.signal();
        }
        std::future::pending::<()>().await;
    }
}

/// Notes what people are told.
struct Teller {
    world: Arc<World>,
    process: usize,
}

impl Observer for Teller {
    fn event(&mut self, event: &Event<'_>) {
        let now = self.world.time.now();
        self.world.journal.note(now, || format!("process {}: {event:?}", self.process));
        if let Event::Settled(row) = event {
            let told = Told { at: now, campaign: row.campaign.clone(), key: row.key.clone() };
            self.world.state.lock().unwrap().processes[self.process].told.push(told);
        }
    }
}
