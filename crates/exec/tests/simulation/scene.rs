//! A world from its beginning to its end.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;

use crate::clock::{Hazards, MachineClock};
use crate::dice::Dice;
use crate::history::{History, Name};
use crate::process::Machine;
use crate::scenario::{Death, Life, Scenario};
use crate::specs::{self, Variant};
use crate::store::{self, Store};
use crate::world::World;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// When all windows are open, from the beginning of a day of the simulation (07:00 UTC).
const ALL_OPEN: Duration = Duration::from_secs(8 * 3600);
/// Nothing goes wrong any more: so many runs suffice.
const LAST_RUNS: usize = 14;

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
    let other = machine("other", SignedDuration::ZERO, Hazards::default());
    world.journal.note(Duration::ZERO, || format!("{scenario:#?}\nvariant: {}", variant.name));
    world.state.lock().unwrap().other = Some(other.open("somebody else"));
    tokio::join!(biased; lives(&ours, scenario), other.meddle(&scenario.deeds));
    let settled = calmed_down(&ours, scenario).await;
    history(&world, scenario, variant, settled)
}

/// Process after process; each reads one row more from standard input.
async fn lives(machine: &Machine<'_>, scenario: &Scenario) {
    for (n, life) in scenario.lives.iter().enumerate() {
        let time = &machine.world.time;
        time.until(time.now() + life.pause).await;
        machine.live(life, &specs::stdin(&scenario.walk_ins(n))).await;
    }
}

/// Nothing goes wrong any more: once a day somebody applies, until there is nothing left to do. Whether that is so.
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
        for environment in 0..specs::ENVIRONMENTS.len() {
            let life = Life {
                pause: Duration::ZERO,
                environment,
                looks_up: true,
                applies: true,
                old_plan: false,
                signals: [None; 2],
                timeout: Duration::from_secs(60),
                death: Death::None,
            };
            machine.live(&life, &stdin).await;
            world.time.until(world.time.now() + Duration::from_secs(2)).await;
        }
        if is_done(machine, &stdin) {
            return true;
        }
    }
    false
}

/// Whether no plan has anything to do.
fn is_done(machine: &Machine<'_>, stdin: &str) -> bool {
    let state = machine.world.state.lock().unwrap();
    let ledger = state.other.as_ref().unwrap();
    (0..specs::ENVIRONMENTS.len()).all(|environment| machine.plan(environment, stdin, ledger).calls.is_empty())
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
    let history = History {
        class: scenario.class,
        processes: std::mem::take(&mut state.processes),
        sent: std::mem::take(&mut state.sent),
        sessions: std::mem::take(&mut state.provider.sessions),
        attempts,
        orders: std::mem::take(&mut state.orders),
        asked: std::mem::take(&mut state.asked),
        wanted,
        clocks_jump: scenario.hazards.jumps > 0,
        end,
        settled,
    };
    Outcome { history, in_flight_at_deaths: state.in_flight_at_deaths, journal: world.journal.text() }
}
