//! One world: the truth, everything that is on its way, and what was noted for the checker.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use callform_exec::ledger::Ledger;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::clock::{Time, timestamp};
use crate::dice::Dice;
use crate::history::{Back, Decision, Name, Order, Process, Sent};
use crate::journal::Journal;
use crate::provider::{Provider, Request};
use crate::scenario::{Network, Scenario, Stranger};
use crate::specs;

pub(crate) struct World {
    pub(crate) time: Arc<Time>,
    pub(crate) journal: Arc<Journal>,
    pub(crate) state: Mutex<State>,
}

/// What is on its way.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Coming {
    Request(usize),
    Stranger(usize),
}

struct Ticket {
    request: Request,
    answer: Option<Value>,
    /// When a process heard it.
    heard: Option<(usize, Duration)>,
}

pub(crate) struct State {
    pub(crate) dice: Dice,
    pub(crate) network: Network,
    pub(crate) provider: Provider,
    /// At another terminal: reads what is durable, and gives orders.
    pub(crate) other: Option<Ledger>,
    pub(crate) processes: Vec<Process>,
    pub(crate) sent: Vec<Sent>,
    pub(crate) asked: Vec<(usize, String, Duration)>,
    /// What people decided, and how many of their words the ledger refused.
    pub(crate) decisions: Vec<Decision>,
    pub(crate) refused: u64,
    /// Runs that somebody unlocked, and the ledger's last event then.
    pub(crate) unlocked: Vec<(i64, String)>,
    pub(crate) orders: Vec<(i64, Order)>,
    pub(crate) in_flight_at_deaths: u64,
    tickets: Vec<Ticket>,
    coming: BinaryHeap<Reverse<(Duration, usize, Coming)>>,
    strangers: Vec<Stranger>,
    posted: usize,
}

impl World {
    pub(crate) fn new(scenario: &Scenario, kept: bool) -> Arc<Self> {
        let dice = |purpose| Dice::new(scenario.seed, purpose);
        let strangers = scenario.strangers.clone();
        let coming = strangers.iter().enumerate().map(|(n, stranger)| Reverse((stranger.at, n, Coming::Stranger(n))));
        let state = State {
            dice: dice("network"),
            network: scenario.network,
            provider: Provider::new(scenario.provider.clone(), dice("provider")),
            other: None,
            processes: Vec::new(),
            sent: Vec::new(),
            asked: Vec::new(),
            decisions: Vec::new(),
            refused: 0,
            unlocked: Vec::new(),
            orders: Vec::new(),
            in_flight_at_deaths: 0,
            tickets: Vec::new(),
            posted: strangers.len(),
            coming: coming.collect(),
            strangers,
        };
        Arc::new(Self { time: Time::new(), journal: Arc::new(Journal::new(kept)), state: Mutex::new(state) })
    }
}

impl State {
    /// A call leaves. What is durable by then is looked at from another process.
    pub(crate) fn sent(
        &mut self,
        at: Duration,
        process: usize,
        body: &Value,
        timestamp: i64,
        held_up: Option<i64>,
    ) -> usize {
        let prompt = body["SystemPrompt"].as_str().unwrap();
        let tag = prompt.trim().strip_prefix("Tag ").and_then(|rest| rest.strip_suffix('.')).unwrap();
        let (campaign, key) = tag.split_once('/').unwrap();
        let environment = self.processes[process].environment;
        let name = Name { environment, campaign: campaign.to_owned(), key: key.to_owned() };
        let person = specs::person_of(body["Callee"].as_str().unwrap());
        let position = self.position();
        self.sent.push(Sent { process, at, name, person, timestamp, position, held_up, back: None });
        self.sent.len() - 1
    }

    pub(crate) fn asked(&mut self, at: Duration, process: usize, action: &str) {
        self.asked.push((process, action.to_owned(), at));
    }

    /// The ledger's last event, as another process sees it.
    pub(crate) fn position(&self) -> i64 {
        self.other.as_ref().unwrap().position().unwrap().number()
    }

    /// A request is on its way.
    pub(crate) fn post(&mut self, request: Request, arrives: Option<Duration>) -> usize {
        let ticket = self.tickets.len();
        self.tickets.push(Ticket { request, answer: None, heard: None });
        if let Some(at) = arrives {
            self.posted += 1;
            self.coming.push(Reverse((at, self.posted, Coming::Request(ticket))));
        }
        ticket
    }

    /// Everything that has come by now is taken, each at its moment.
    pub(crate) fn go_on(&mut self, now: Duration, journal: &Journal) {
        while self.coming.peek().is_some_and(|Reverse((at, ..))| *at <= now) {
            let Some(Reverse((at, _, coming))) = self.coming.pop() else { return };
            match coming {
                Coming::Stranger(n) => {
                    let Stranger { person, outbound, our_caller, .. } = self.strangers[n];
                    let caller = if our_caller { specs::CALLER } else { "00441632960999" };
                    self.provider.place(at, person, caller.to_owned(), outbound, None);
                    journal.note(at, || format!("a stranger phones person {person}"));
                }
                Coming::Request(ticket) => {
                    let request = self.tickets[ticket].request.clone();
                    let mut answer = self.provider.take(at, &request);
                    answer["RequestId"] = format!("r-{ticket}").into();
                    let answer = json!({ "Response": answer });
                    journal.note(at, || format!("the provider takes request {ticket}: {answer}"));
                    self.tickets[ticket].answer = Some(answer);
                }
            }
        }
    }

    pub(crate) fn answer(&self, ticket: usize) -> Option<&Value> {
        self.tickets[ticket].answer.as_ref()
    }

    /// A session that a call of this process got a while ago.
    pub(crate) fn earlier(&self, now: Duration, process: usize) -> Option<&Value> {
        let heard = |ticket: &&Ticket| {
            ticket.request.sent.is_some()
                && ticket.heard.is_some_and(|(by, at)| by == process && at + Duration::from_secs(1) < now)
        };
        self.tickets.iter().rev().find(heard).and_then(|ticket| ticket.answer.as_ref())
    }

    pub(crate) fn came_back(&mut self, now: Duration, ticket: usize, back: Back) {
        let Some(sent) = self.tickets[ticket].request.sent else { return };
        let process = self.sent[sent].process;
        // Its own, not one that came a second time in the place of it.
        let own = self.tickets[ticket].answer.as_ref().and_then(|answer| answer["Response"]["SessionId"].as_str());
        if matches!(&back, Back::Session(session) if Some(session.as_str()) == own) {
            self.tickets[ticket].heard = Some((process, now));
        }
        self.sent[sent].back = Some((now, back));
    }

    /// `Date`, where the provider writes one: its own clock.
    pub(crate) fn date(&self, now: Duration) -> Option<Timestamp> {
        let ahead = SignedDuration::from_secs(self.provider.character.ahead);
        self.provider.character.dates.then_some(timestamp(now) + ahead)
    }
}
