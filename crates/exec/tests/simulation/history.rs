//! What is known after the end, from three sides: what processes sent and got, what the provider did, and what the
//! ledger says. Plain data, so that the checker can be shown histories that never happened.

use std::time::Duration;

use crate::scenario::Class;
use crate::specs::Retry;

/// A call, as the specs name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Name {
    pub(crate) environment: usize,
    pub(crate) campaign: String,
    pub(crate) key: String,
}

/// What a process did.
#[derive(Debug, Clone)]
pub(crate) struct Process {
    pub(crate) environment: usize,
    /// `--allow-repeat`
    pub(crate) allow_repeat: bool,
    /// The ledger's events before and after it.
    pub(crate) positions: (i64, i64),
    pub(crate) ended: Duration,
    /// It came to its own end.
    pub(crate) whole: bool,
    /// What people were told.
    pub(crate) told: Vec<Told>,
    /// It was told that its lease is over.
    pub(crate) lease_lost: bool,
    /// Answers that it could not write down, by its own account.
    pub(crate) unrecorded: usize,
}

/// A call whose fate was told.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) at: Duration,
    pub(crate) campaign: String,
    pub(crate) key: String,
}

/// A `CreateAICall` that left.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) process: usize,
    pub(crate) at: Duration,
    pub(crate) name: Name,
    pub(crate) person: usize,
    /// `X-TC-Timestamp`
    pub(crate) timestamp: i64,
    /// The ledger's last event at that moment, as another process saw it.
    pub(crate) position: i64,
    /// Its process stood still right before it left: the position when it was about to.
    pub(crate) held_up: Option<i64>,
    /// What came back, and when; nothing if the process died first.
    pub(crate) back: Option<(Duration, Back)>,
}

/// What came back of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Back {
    /// A session. Not always that of this request.
    Session(String),
    /// A certain no.
    Refusal(String),
    /// What leaves it open, or nothing.
    Doubt,
    /// Nothing left.
    NotSent,
}

/// A session of the provider: the truth.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    /// Without dashes.
    pub(crate) id: String,
    /// Index of [`History::sent`]; none of somebody else's.
    pub(crate) sent: Option<usize>,
    pub(crate) person: usize,
    pub(crate) caller: String,
    pub(crate) outbound: bool,
    pub(crate) at: Duration,
    /// Somebody or something answered.
    pub(crate) accepted: bool,
    pub(crate) ended: Duration,
    /// When its records appear.
    pub(crate) recorded: Duration,
    /// What they say: mostly there is one.
    pub(crate) records: Vec<Record>,
}

/// How a session ended, as a record of it says.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    /// `EndStatus`
    pub(crate) status: i64,
    pub(crate) accepted: Option<Duration>,
    pub(crate) ended: Duration,
}

impl Session {
    /// Nobody was reached, by all that is on record, and the campaign asks for another attempt after that.
    pub(crate) fn asks_for(&self, retry: &Retry) -> bool {
        let asks = |record: &Record| {
            let outcome = match record.status {
                202 => "noAnswer",
                204 => "powerOff",
                206 => "busy",
                _ => return false,
            };
            record.accepted.is_none() && retry.when.contains(&outcome)
        };
        let alike = self.records.windows(2).all(|two| two[0].status == two[1].status);
        !self.accepted && alike && self.records.iter().all(asks)
    }
}

/// What a person said of an attempt that was unknown.
#[derive(Debug, Clone)]
pub(crate) struct Decision {
    pub(crate) name: Name,
    /// `X-TC-Timestamp` of its request.
    pub(crate) timestamp: i64,
    pub(crate) placed: bool,
}

/// An order that was given at another terminal.
#[derive(Debug, Clone)]
pub(crate) enum Order {
    Suppress(usize),
    Stop(usize, Option<&'static str>),
    Resume(usize, Option<&'static str>),
}

/// An attempt, as the ledger tells it.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub(crate) name: Name,
    pub(crate) person: usize,
    pub(crate) timestamp: i64,
    pub(crate) run: String,
    /// Oldest first; the first one is the intent.
    pub(crate) events: Vec<Event>,
}

/// What the ledger says of an attempt.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) position: i64,
    /// `intent`, `sending`, `placed`, `rejected`, `unknown`, `evidence`, `examined`, `resolved`, `over`, `outcome`
    pub(crate) kind: String,
    pub(crate) session: Option<String>,
    pub(crate) code: Option<String>,
    /// Of `resolved`.
    pub(crate) placed: bool,
    /// Of `resolved`: by the provider's records, not by a person.
    pub(crate) inferred: bool,
    /// Of `outcome`: its name, and when it was, in Unix milliseconds.
    pub(crate) outcome: Option<String>,
    pub(crate) ended: Option<i64>,
    /// Of `rejected`: it is about the callee.
    pub(crate) permanent: bool,
}

/// Where an attempt stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Nobody knows yet.
    Open,
    Placed,
    NotPlaced,
}

impl Attempt {
    pub(crate) fn intent(&self) -> i64 {
        self.events[0].position
    }

    /// As it was when the ledger had got so far; `None` before its intent.
    pub(crate) fn standing(&self, position: i64) -> Option<Standing> {
        let known = self.events.iter().filter(|event| event.position <= position);
        known.fold(None, |before, event| match event.kind.as_str() {
            "intent" | "sending" | "unknown" => Some(Standing::Open),
            "placed" => Some(Standing::Placed),
            "rejected" => Some(Standing::NotPlaced),
            "resolved" if event.placed => Some(Standing::Placed),
            "resolved" => Some(Standing::NotPlaced),
            _ => before,
        })
    }

    /// The provider had said by then that its conversation was over.
    pub(crate) fn was_over(&self, position: i64) -> bool {
        self.events.iter().any(|event| event.position < position && matches!(event.kind.as_str(), "over" | "outcome"))
    }

    pub(crate) fn last(&self) -> Standing {
        self.standing(i64::MAX).unwrap()
    }

    /// The session that it claims.
    pub(crate) fn session(&self) -> Option<&str> {
        let claims = |event: &&Event| matches!(event.kind.as_str(), "placed" | "resolved");
        self.events.iter().rev().filter(claims).find_map(|event| event.session.as_deref())
    }

    /// Refused by the provider or by this machine, and by nobody's inference.
    pub(crate) fn is_rejected(&self) -> bool {
        self.events.iter().any(|event| event.kind == "rejected")
    }
}

/// Everything.
#[derive(Debug, Clone)]
pub(crate) struct History {
    pub(crate) class: Class,
    pub(crate) processes: Vec<Process>,
    pub(crate) sent: Vec<Sent>,
    pub(crate) sessions: Vec<Session>,
    pub(crate) attempts: Vec<Attempt>,
    /// What people decided, right or wrong.
    pub(crate) decisions: Vec<Decision>,
    /// Words of people that the ledger did not take.
    pub(crate) refused: u64,
    /// Runs that a person unlocked, with the position of the ledger after that.
    pub(crate) unlocked: Vec<(i64, String)>,
    /// Position of the ledger after it was given.
    pub(crate) orders: Vec<(i64, Order)>,
    /// Requests of other actions: process, action, moment.
    pub(crate) asked: Vec<(usize, String, Duration)>,
    /// Everybody who is to be phoned in the end.
    pub(crate) wanted: Vec<(Name, usize)>,
    /// The provider's clock, in seconds ahead of the true time.
    pub(crate) provider_ahead: i64,
    /// Somebody sets the wall clocks.
    pub(crate) clocks_jump: bool,
    /// Two processes may have been at work at the same time, on machines of their own.
    pub(crate) two_at_once: bool,
    /// Either.
    pub(crate) clocks_differ: bool,
    /// The last moment.
    pub(crate) end: Duration,
    /// Plans were made until none had anything to do.
    pub(crate) settled: bool,
}

impl History {
    /// The attempt that a request belongs to: of this call, with this timestamp, open when it was about to leave.
    pub(crate) fn attempt_of(&self, sent: &Sent) -> Option<&Attempt> {
        let fits = |attempt: &&Attempt| {
            attempt.name == sent.name
                && attempt.timestamp == sent.timestamp
                && attempt.standing(sent.held_up.unwrap_or(sent.position)) == Some(Standing::Open)
        };
        self.attempts.iter().find(fits)
    }

    /// What a person said of an attempt with this timestamp.
    pub(crate) fn said(&self, name: &Name, timestamp: i64) -> Option<bool> {
        let about = |decision: &&Decision| decision.name == *name && decision.timestamp == timestamp;
        self.decisions.iter().find(about).map(|decision| decision.placed)
    }

    /// Without those of which a person said that they had not been placed: whoever goes by that can't be blamed.
    pub(crate) fn not_denied(&self) -> impl Iterator<Item = (&Session, &Sent)> {
        self.ours().filter(|(_, sent)| self.said(&sent.name, sent.timestamp) != Some(false))
    }

    /// Sessions that became of our requests, oldest first.
    pub(crate) fn ours(&self) -> impl Iterator<Item = (&Session, &Sent)> {
        self.sessions.iter().filter_map(|session| Some((session, &self.sent[session.sent?])))
    }
}
