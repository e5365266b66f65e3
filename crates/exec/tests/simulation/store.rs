//! The ledger of a world: how it is opened, and what is read of it in the end.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use callform_exec::clock::Clock;
use callform_exec::identity::NumberId;
use callform_exec::ledger::{Access, Actor, Address, EventRecord, Ledger, State};
use serde_json::Value;

use crate::dice::Dice;
use crate::history::{Attempt, Event, Name};
use crate::specs;

/// Where a world's ledger is kept. Gone with it.
pub(crate) struct Store {
    dir: tempfile::TempDir,
}

impl Store {
    pub(crate) fn new() -> Self {
        // In memory where there is such a place: a seed is not there to measure disks.
        let memory = Path::new("/dev/shm");
        let dir = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        Self { dir: dir.unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("ledger.db")
    }

    /// Whoever comes next gets another lock than those that are here.
    pub(crate) fn forget_the_lock(&self) {
        let lock = self.dir.path().join("ledger.db.lock");
        if lock.exists() {
            std::fs::remove_file(lock).unwrap();
        }
    }

    /// Opens the ledger, as a process with this clock.
    pub(crate) fn open(&self, who: &str, clock: &Arc<dyn Clock>, dice: &mut Dice) -> Ledger {
        let actor = Actor { who: who.to_owned(), host: "here".into(), pid: 1 };
        let address = Address::File(self.path());
        // Whether somebody may be phoned twice does not depend on `callform.lock`, so it is left out.
        let access = Access {
            address: &address,
            project: "clinic-outreach",
            environment: "default",
            emulator: true,
            expected: None,
            kin: Vec::new(),
            root: None,
            actor: &actor,
        };
        Ledger::open(&access, clock, dice).unwrap()
    }
}

/// The numbers of all people, as the ledger knows them.
fn people(ledger: &Ledger) -> BTreeMap<NumberId, usize> {
    (0..specs::PEOPLE).map(|n| (ledger.key().number(&specs::phone(n)), n)).collect()
}

/// How many attempts are under way, as far as the ledger knows.
pub(crate) fn in_flight(ledger: &Ledger, account: &str) -> u64 {
    let mut count = 0;
    for environment in specs::ENVIRONMENTS {
        ledger.calls(account, environment, None, &[State::Intent, State::Sending], u64::MAX, |_| count += 1).unwrap();
    }
    count
}

/// All attempts, in the order of their intents.
pub(crate) fn attempts(ledger: &Ledger, account: &str) -> Vec<Attempt> {
    let people = people(ledger);
    let mut attempts = Vec::new();
    for (environment, its_name) in specs::ENVIRONMENTS.into_iter().enumerate() {
        let mut calls = Vec::new();
        ledger.calls(account, its_name, None, &[], u64::MAX, |row| calls.push(row.call)).unwrap();
        for call in calls {
            let name = Name { environment, campaign: call.campaign, key: call.key.unwrap() };
            let person = people[&call.number];
            let mut own: BTreeMap<i64, Attempt> = BTreeMap::new();
            for record in ledger.events(call.id).unwrap() {
                let Some(attempt) = record.attempt else { continue };
                let intent = &record.detail["intent"];
                let attempt = own.entry(attempt).or_insert_with(|| Attempt {
                    name: name.clone(),
                    person,
                    timestamp: intent["timestamp"].as_i64().unwrap_or_default(),
                    run: intent["run"].as_str().unwrap_or_default().to_owned(),
                    events: Vec::new(),
                });
                attempt.events.push(event(record));
            }
            attempts.extend(own.into_values());
        }
    }
    attempts.sort_by_key(Attempt::intent);
    attempts
}

fn event(record: EventRecord) -> Event {
    let detail = record.detail.as_object().and_then(|detail| detail.values().next());
    let member = |name: &str| detail.and_then(|detail| detail.get(name));
    let text = |name: &str| member(name).and_then(Value::as_str).map(str::to_owned);
    let flag = |name: &str| member(name).and_then(Value::as_bool).unwrap_or_default();
    Event {
        position: record.position,
        kind: record.kind,
        session: text("session"),
        code: text("code"),
        placed: flag("placed"),
        inferred: flag("inferred"),
        outcome: text("outcome"),
        ended: member("ended").and_then(Value::as_i64),
        permanent: flag("permanent"),
    }
}
