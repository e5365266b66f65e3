//! The provider: who was phoned, when, for how long, and what of it can be read back. This is the truth.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::{Value, json};

use crate::clock::unix;
use crate::dice::Dice;
use crate::history::{Record, Session};
use crate::scenario;
use crate::specs;

/// What the platform allows, by action.
const REQUESTS_PER_SECOND: usize = 20;
/// How old a request may be.
const REQUEST_LIFE: i64 = 300;

pub(crate) struct Provider {
    pub(crate) character: scenario::Provider,
    pub(crate) sessions: Vec<Session>,
    dice: Dice,
    taken: VecDeque<(Duration, &'static str)>,
}

/// A request, as far as the provider looks at it.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) action: &'static str,
    pub(crate) timestamp: i64,
    pub(crate) body: Value,
    /// Index of the sent call, if it is one.
    pub(crate) sent: Option<usize>,
}

pub(crate) const CALL: &str = "CreateAICall";
pub(crate) const ACTIVE: &str = "DescribePSTNActiveSessionList";
pub(crate) const RECORDS: &str = "DescribeTelCdr";

impl Provider {
    pub(crate) fn new(character: scenario::Provider, dice: Dice) -> Self {
        Self { character, sessions: Vec::new(), dice, taken: VecDeque::new() }
    }

    /// Its clock, in Unix seconds.
    pub(crate) fn clock(&self, at: Duration) -> i64 {
        unix(at) + self.character.ahead
    }

    /// Takes a request, and gives the content of `Response`.
    pub(crate) fn take(&mut self, at: Duration, request: &Request) -> Value {
        if (self.clock(at) - request.timestamp).abs() > REQUEST_LIFE {
            return error("AuthFailure.SignatureExpire");
        }
        while self.taken.front().is_some_and(|(then, _)| *then + Duration::from_secs(1) <= at) {
            self.taken.pop_front();
        }
        if self.taken.iter().filter(|(_, action)| *action == request.action).count() >= REQUESTS_PER_SECOND {
            return error("RequestLimitExceeded");
        }
        self.taken.push_back((at, request.action));
        match request.action {
            CALL => self.call(at, request),
            ACTIVE => self.active(at, &request.body),
            _ => self.records(at, &request.body),
        }
    }

    fn call(&mut self, at: Duration, request: &Request) -> Value {
        let wire = request.body["Callee"].as_str().unwrap();
        let person = specs::person_of(wire);
        let character = &self.character;
        if character.black.contains(&person) {
            return error("FailedOperation.CalleeIsBlackUser");
        }
        if self.sessions.iter().filter(|session| session.ended > at).count() >= character.lines {
            return error("FailedOperation.AIConcurrentOverFrequency");
        }
        if self.dice.permille(character.refuses) {
            let later = ["RequestLimitExceeded", "FailedOperation.CallerOverFrequency", "InvalidParameterValue"];
            return error(self.dice.of(&later));
        }
        let ambiguous = self.dice.permille(self.character.ambiguous);
        if ambiguous && self.dice.percent(50) {
            return error(self.dice.of(&["FailedOperation.CallOutFailed", "InternalError"]));
        }
        let caller = request.body["Callers"][0].as_str().unwrap_or(specs::CALLER).to_owned();
        let id = self.place(at, person, caller, true, request.sent);
        if ambiguous {
            return error(self.dice.of(&["FailedOperation.CallOutFailed", "InternalError"]));
        }
        json!({ "SessionId": id })
    }

    /// Somebody's phone rings.
    pub(crate) fn place(
        &mut self,
        at: Duration,
        person: usize,
        caller: String,
        outbound: bool,
        sent: Option<usize>,
    ) -> String {
        let dice = &mut self.dice;
        let id = format!("{:08x}{:024x}", dice.any(0..1 << 32), self.sessions.len());
        let worst = dice.permille(self.character.worst);
        let queue = if worst { specs::QUEUE } else { dice.ms(0..specs::QUEUE.as_millis() as u64) };
        let (ring, accepted) = match dice.any(0..10) {
            _ if worst => (specs::RING, true),
            0..=1 => (specs::RING, false),
            2 => (dice.seconds(1..45), false),
            _ => (dice.seconds(1..45), true),
        };
        let talk = match accepted {
            false => Duration::ZERO,
            true if worst || dice.permille(self.character.long) => self.character.longest,
            true => dice.seconds(1..90),
        };
        let started = at + queue;
        let ended = started + ring + talk;
        let lag = if worst { specs::RECORD_LAG } else { dice.ms(0..self.character.lag.as_millis() as u64 + 1) };
        let late = match dice.permille(self.character.late_records) {
            true => specs::RECORD_LAG + dice.seconds(0..20 * 3600),
            false => Duration::ZERO,
        };
        let recorded = ended + lag + late;
        let answered = accepted.then_some(started + ring);
        let records = self.records_of(Record { status: 0, accepted: answered, ended }, started + ring);
        let session =
            Session { id: id.clone(), sent, person, caller, outbound, at: started, accepted, ended, recorded, records };
        self.sessions.push(session);
        id
    }

    /// How it ended, on record: once; or twice, where it rang a second time, or the first time is on record apart.
    fn records_of(&mut self, end: Record, rang: Duration) -> Vec<Record> {
        let dice = &mut self.dice;
        // A model that fails, a machine that answers, and a contradiction; a number that is gone, a call that was taken
        // back, one that nobody documented, and none.
        let status = match (end.accepted, dice.any(0..100)) {
            (Some(_), 0..=3) => 226,
            (Some(_), 4..=6) => 222,
            (Some(_), 7..=8) => 202,
            (Some(_), _) => dice.of(&[1, 228, 232, 233]),
            (None, 0..=3) => dice.of(&[205, 217]),
            (None, 4..=8) => 231,
            (None, 9..=11) => dice.of(&[0, 299]),
            (None, 12..=21) => 203,
            (None, 22..=31) => 204,
            (None, 32..=55) => 206,
            (None, _) => 202,
        };
        let mut records = vec![Record { status, ..end }];
        if dice.permille(self.character.twice) {
            let first = if records[0].accepted.is_some() { 202 } else { status };
            records.push(Record { status: first, accepted: None, ended: rang });
            if dice.percent(50) {
                records.reverse();
            }
        }
        records
    }

    fn active(&mut self, at: Duration, body: &Value) -> Value {
        let shown = |session: &&Session| {
            // Nobody but the platform sees a queued call; in doubt only those who talk are shown.
            session.at <= at && at < session.ended && (self.character.shows_ringing || session.accepted)
        };
        let going_on: Vec<&Session> = self.sessions.iter().filter(shown).collect();
        let (offset, limit) = (number(&body["Offset"]), number(&body["Limit"]));
        let rows: Vec<Value> = going_on.iter().skip(offset).take(limit).map(|session| self.row(session)).collect();
        let mut total = going_on.len();
        if self.dice.permille(self.character.miscounts) {
            total += 1;
        }
        json!({ "Total": total, "Sessions": rows })
    }

    fn records(&mut self, at: Duration, body: &Value) -> Value {
        let listed = |list: &Value, of: &dyn Fn(&str) -> bool| {
            list.as_array().is_none_or(|list| list.iter().any(|item| of(item.as_str().unwrap())))
        };
        let (from, to) = (body["StartTimeStamp"].as_i64().unwrap(), body["EndTimeStamp"].as_i64().unwrap());
        let shown = |session: &&Session| {
            let counts = if self.character.by_end { session.ended } else { session.at };
            session.recorded <= at
                && (from..=to).contains(&self.clock(counts))
                && listed(&body["Phones"], &|wire| specs::person_of(wire) == session.person)
                && listed(&body["SessionIds"], &|id| id.replace('-', "") == session.id)
        };
        let of = |session| self.sessions_records(session);
        let found: Vec<Value> = self.sessions.iter().filter(shown).flat_map(of).collect();
        let (page, size) = (number(&body["PageNumber"]), number(&body["PageSize"]));
        let mut total = found.len();
        let rows: Vec<Value> = found.into_iter().skip(page * size).take(size).collect();
        if self.dice.permille(self.character.miscounts) {
            total += 1;
        }
        let mut answer = json!({ "TotalCount": total, "TelCdrList": rows });
        for row in answer["TelCdrList"].as_array_mut().into_iter().flatten() {
            if self.dice.permille(self.character.protects) {
                row["ProtectedCallee"] = "0044****".into();
                row["Callee"] = "".into();
            }
        }
        answer
    }

    fn sessions_records(&self, session: &Session) -> Vec<Value> {
        let row = |record: &Record| {
            let mut row = self.row(session);
            row["EndStatus"] = record.status.into();
            row["AcceptTimestamp"] = record.accepted.map_or(0, |at| self.clock(at)).into();
            row["EndedTimestamp"] = self.clock(record.ended).into();
            row
        };
        session.records.iter().map(row).collect()
    }

    fn row(&self, session: &Session) -> Value {
        let id = &session.id;
        let dashed = [&id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]].join("-");
        let wire = specs::number(session.person).replace('+', "00");
        let (caller, callee) = match session.outbound {
            true => (session.caller.clone(), wire),
            false => (wire, session.caller.clone()),
        };
        json!({
            "SessionID": dashed,
            "SessionId": dashed,
            "Caller": caller,
            "Callee": callee,
            "Direction": i64::from(session.outbound),
            "StartTimestamp": self.clock(session.at),
        })
    }
}

pub(crate) fn error(code: &str) -> Value {
    json!({ "Error": { "Code": code, "Message": "no" } })
}

fn number(value: &Value) -> usize {
    value.as_u64().unwrap() as usize
}
