//! A world from its beginning to its end.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;

use crate::clock::{Hazards, MachineClock};
use crate::dice::Dice;
use crate::history::{History, Name};
use crate::process::Machine;
use crate::scenario::{Life, Scenario};
use crate::specs::{self, Variant};
use crate::store::{self, Store};
use crate::world::World;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// When all windows are open, from the beginning of a day of the simulation (07:00 UTC).
const ALL_OPEN: Duration = Duration::from_secs(8 * 3600);
/// Nothing goes wrong any more: so many runs suffice.
const LAST_RUNS: usize = 20;

/// What came of a world.
pub(crate) struct Outcome {
    pub(crate) history: History,
    pub(crate) in_flight_at_deaths: u64,
    pub(crate) journal: String,
}

/// Plays a world, and keeps its journal if wanted.
pub(crate) fn play(scenario: &Scenario, variants: &[Variant], kept: bool) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(played(scenario, &variants[scenario.variant], kept))
}

async fn played(scenario: &Scenario, variant: &Variant, kept: bool) -> Outcome {
    let world = World::new(scenario, kept);
    let store = Store::new();
    let dice = |purpose| Dice::new(scenario.seed, purpose);
    let machine = |purpose, ahead, hazards| Machine {
        variant,
        world: world.clone(),
        store: &store,
        clock: MachineClock::new(&world.time, &world.journal, ahead, hazards, dice(purpose)),
        dice: RefCell::new(dice(purpose)),
        plans: RefCell::default(),
    };
    let ours = machine("ours", scenario.ahead, scenario.hazards);
    let rivals = machine("rivals", scenario.rivals_ahead, Hazards::default());
    let other = machine("other", SignedDuration::ZERO, Hazards::default());
    world.journal.note(Duration::ZERO, || format!("{scenario:#?}\nvariant: {}", variant.name));
    world.state.lock().unwrap().other = Some(other.open("somebody else"));
    tokio::join!(biased; lives(&ours, &rivals, scenario), other.meddle(&scenario.deeds));
    let settled = calmed_down(&ours, scenario).await;
    history(&world, scenario, variant, settled)
}

/// Process after process, or two at a time; each reads one row more from standard input.
async fn lives(machine: &Machine<'_>, rivals: &Machine<'_>, scenario: &Scenario) {
    for (n, life) in scenario.lives.iter().enumerate() {
        let time = &machine.world.time;
        time.until(time.now() + life.pause).await;
        let stdin = specs::stdin(&scenario.walk_ins(n));
        match &scenario.rivals[n] {
            None => drop(machine.live(life, &stdin).await),
            Some(rival) => drop(tokio::join!(biased; machine.live(life, &stdin), rivals.take_over(rival, &stdin))),
        }
    }
}

/// Nothing goes wrong any more: once a day somebody looks up what happened and applies, until there is nothing left to do. Whether that is so.
async fn calmed_down(machine: &Machine<'_>, scenario: &Scenario) -> bool {
    let world = &machine.world;
    let calm = scenario.clone().calm();
    {
        let mut state = world.state.lock().unwrap();
        state.network = calm.network;
        state.provider.character = calm.provider;
    }
    machine.clock.calm();
    world.journal.note(world.time.now(), || "from here on nothing goes wrong".to_owned());
    let stdin = specs::stdin(&scenario.walk_ins(usize::MAX - 1));
    for _ in 0..LAST_RUNS {
        let days = world.time.now().as_secs() / DAY.as_secs() + 2;
        world.time.until(DAY * u32::try_from(days).unwrap() + ALL_OPEN).await;
        let look = Life::look(Duration::from_secs(60));
        machine.live(&look, "").await;
        let waiting = waiting(machine, &stdin);
        if waiting.is_empty() && all_have_ended(machine) {
            return true;
        }
        for environment in waiting {
            world.time.until(world.time.now() + Duration::from_secs(2)).await;
            let life = Life { environment, looks_up: false, applies: true, old_plan: true, ..look };
            machine.live(&life, &stdin).await;
        }
    }
    false
}

/// The environments whose plans have something to do, now or later. The plans are kept, to be carried out.
fn waiting(machine: &Machine<'_>, stdin: &str) -> Vec<usize> {
    let state = machine.world.state.lock().unwrap();
    let ledger = state.other.as_ref().unwrap();
    let waits = |environment: &usize| {
        let plan = machine.plan(*environment, stdin, ledger);
        let waits = !plan.calls.is_empty();
        machine.plans.borrow_mut()[*environment] = Some(plan);
        waits
    };
    (0..specs::ENVIRONMENTS.len()).filter(waits).collect()
}

/// Whether no call is left that may still ask for another one.
fn all_have_ended(machine: &Machine<'_>) -> bool {
    if machine.variant.campaigns.iter().all(|rules| rules.retry.is_none()) {
        return true;
    }
    let state = machine.world.state.lock().unwrap();
    let account = machine.variant.project(0).account();
    state.other.as_ref().unwrap().without_outcome(&account, None, 1).unwrap().is_empty()
}

fn history(world: &Arc<World>, scenario: &Scenario, variant: &Variant, settled: bool) -> Outcome {
    let end = world.time.now();
    let mut state = world.state.lock().unwrap();
    state.go_on(end, &world.journal);
    let ledger = state.other.take().unwrap();
    let attempts = store::attempts(&ledger, &variant.project(0).account());
    let mut wanted = Vec::new();
    for environment in 0..specs::ENVIRONMENTS.len() {
        for rules in &variant.campaigns {
            let mut want = |key: String, person| {
                wanted.push((Name { environment, campaign: rules.name.to_owned(), key }, person));
            };
            rules.people().for_each(|person| want(specs::key(person), person));
            if rules.reads_stdin() {
                scenario.walk_ins(usize::MAX - 1).into_iter().for_each(|(key, person)| want(key, person));
            }
        }
    }
    let two_at_once = scenario.rivals.iter().any(Option::is_some);
    let history = History {
        class: scenario.class,
        processes: std::mem::take(&mut state.processes),
        sent: std::mem::take(&mut state.sent),
        sessions: std::mem::take(&mut state.provider.sessions),
        attempts,
        decisions: std::mem::take(&mut state.decisions),
        refused: state.refused,
        unlocked: std::mem::take(&mut state.unlocked),
        orders: std::mem::take(&mut state.orders),
        asked: std::mem::take(&mut state.asked),
        wanted,
        provider_ahead: scenario.provider.ahead,
        clocks_jump: scenario.hazards.jumps > 0,
        two_at_once,
        clocks_differ: two_at_once || scenario.hazards.jumps > 0,
        end,
        settled,
    };
    Outcome { history, in_flight_at_deaths: state.in_flight_at_deaths, journal: world.journal.text() }
}
