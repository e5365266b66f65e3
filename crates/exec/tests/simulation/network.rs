//! The network between a process and the provider. A request that has left is nobody's any more: it arrives, or does
//! not, whether or not the process that sent it lives.

use std::sync::Arc;
use std::time::Duration;

use callform_ccc::transport::{BoxFuture, HttpRequest, HttpResponse, Transport, TransportError};
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use serde_json::Value;

use crate::dice::Dice;
use crate::history::Back;
use crate::provider::{ACTIVE, CALL, RECORDS, Request};
use crate::rival::Still;
use crate::scenario::Network;
use crate::world::World;

/// What becomes of a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fate {
    /// After so much time it is there; never, if none.
    pub(crate) arrives: Option<Duration>,
    /// After so much time, counted from the sending, the process hears something; never, if none.
    pub(crate) back: Option<Duration>,
    pub(crate) heard: Heard,
}

/// What the process hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heard {
    Answer,
    /// Cut off in the middle.
    Torn,
    /// A page of some proxy.
    BadGateway,
    /// The session of an earlier request. (A refusal of an earlier one could not be told from its own.)
    Earlier,
    Reset,
    /// The connection was refused: nothing left.
    NotSent,
}

impl Network {
    fn fate(&self, dice: &mut Dice) -> Fate {
        let (there, back) = (dice.ms(1..self.usual), dice.ms(1..2 * self.usual));
        let reset = dice.percent(50).then(|| there + back);
        let mut drawn = dice.any(0..1000);
        let mut hit = |rate: u64| {
            let hit = drawn < rate;
            drawn = drawn.saturating_sub(rate).max(if hit { u64::MAX } else { 0 });
            hit
        };
        let whole = Fate { arrives: Some(there), back: Some(there + back), heard: Heard::Answer };
        if hit(self.not_sent) {
            Fate { arrives: None, back: Some(there), heard: Heard::NotSent }
        } else if hit(self.drop_before) {
            Fate { arrives: None, back: reset, heard: Heard::Reset }
        } else if hit(self.drop_after) {
            Fate { back: reset, heard: Heard::Reset, ..whole }
        } else if hit(self.late) {
            // Some as late as they may be.
            let late = if dice.percent(50) { dice.seconds(0..400) } else { dice.seconds(280..305) };
            match dice.percent(50) {
                true => Fate { arrives: Some(late), back: reset, heard: Heard::Reset },
                // Whoever waits long enough hears the answer.
                false => Fate { arrives: Some(late), back: Some(late + back), heard: Heard::Answer },
            }
        } else if hit(self.slow) {
            let slow = dice.seconds(0..80);
            Fate { back: Some(there + slow), ..whole }
        } else if hit(self.mangled) {
            Fate { heard: dice.of(&[Heard::Torn, Heard::BadGateway]), ..whole }
        } else if hit(self.repeated) {
            Fate { heard: Heard::Earlier, ..whole }
        } else {
            whole
        }
    }
}

/// A process's way to the provider.
pub(crate) struct Wire {
    pub(crate) world: Arc<World>,
    pub(crate) process: usize,
    /// While its process stands still, nothing leaves and nothing is heard.
    pub(crate) still: Still,
}

impl Transport for Wire {
    fn send(&self, request: HttpRequest, timeout: Duration) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let held_up = self.held_up().await;
            let (ticket, fate) = self.depart(&request, held_up);
            let wait = async {
                match fate.back {
                    Some(back) => self.world.time.until(back).await,
                    None => std::future::pending().await,
                }
            };
            let in_time = tokio::time::timeout(timeout, wait).await.is_ok();
            self.held_up().await;
            self.arrive(ticket, in_time.then_some(fate.heard))
        })
    }
}

impl Wire {
    /// Waits until the process goes on. The ledger's position before that, if it had to.
    async fn held_up(&self) -> Option<i64> {
        let time = &self.world.time;
        if !self.still.holds(time.now()) {
            return None;
        }
        let position = self.world.state.lock().unwrap().position();
        time.until(self.still.to).await;
        Some(position)
    }

    /// The first byte leaves. The moments of the fate are the world's from here on.
    fn depart(&self, request: &HttpRequest, held_up: Option<i64>) -> (usize, Fate) {
        let world = &self.world;
        let action = [CALL, ACTIVE, RECORDS].into_iter().find(|action| request.header("X-TC-Action") == Some(action));
        let action = action.unwrap();
        let timestamp = request.header("X-TC-Timestamp").unwrap().parse().unwrap();
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let now = world.time.now();
        let mut state = world.state.lock().unwrap();
        let sent = match action {
            CALL => Some(state.sent(now, self.process, &body, timestamp, held_up)),
            _ => {
                // As with calls: one that was about to leave leaves when its process goes on, close to the next one.
                if held_up.is_none() {
                    state.asked(now, self.process, action);
                }
                None
            }
        };
        let mut fate = {
            let network = state.network;
            network.fate(&mut state.dice)
        };
        // Read by nobody else, so nothing is gained by mixing their answers up.
        if action != CALL && fate.heard == Heard::Earlier {
            fate.heard = Heard::Answer;
        }
        fate.arrives = fate.arrives.map(|after| now + after);
        fate.back = fate.back.map(|after| now + after);
        let ticket = state.post(Request { action, timestamp, body, sent }, fate.arrives);
        world.journal.note(now, || format!("process {}: request {ticket} {action} leaves, {fate:?}", self.process));
        (ticket, fate)
    }

    fn arrive(&self, ticket: usize, heard: Option<Heard>) -> Result<HttpResponse, TransportError> {
        let now = self.world.time.now();
        let mut state = self.world.state.lock().unwrap();
        state.go_on(now, &self.world.journal);
        let own = state.answer(ticket).cloned();
        let (back, result) = match (heard, own) {
            (Some(Heard::NotSent), _) => {
                (Back::NotSent, Err(TransportError::NotSent { reason: "connection refused".into() }))
            }
            (Some(Heard::BadGateway), _) => (Back::Doubt, Ok(response(502, &state.date(now), "<html>502</html>"))),
            (Some(Heard::Torn), Some(answer)) => {
                let text = answer.to_string();
                (Back::Doubt, Ok(response(200, &state.date(now), &text[..text.len() / 2])))
            }
            (Some(Heard::Earlier), Some(answer)) => {
                let earlier = state.earlier(now, self.process).cloned().unwrap_or(answer);
                (back(&earlier), Ok(response(200, &state.date(now), &earlier.to_string())))
            }
            (Some(Heard::Answer), Some(answer)) => {
                (back(&answer), Ok(response(200, &state.date(now), &answer.to_string())))
            }
            (heard, _) => {
                let reason = if heard.is_some() { "connection reset" } else { "no answer in time" };
                (Back::Doubt, Err(TransportError::MaybeSent { reason: reason.into() }))
            }
        };
        self.world.journal.note(now, || format!("process {}: request {ticket}: {back:?}", self.process));
        state.came_back(now, ticket, back);
        result
    }
}

/// What an answer to a call says.
fn back(answer: &Value) -> Back {
    let response = &answer["Response"];
    match (response["SessionId"].as_str(), response["Error"]["Code"].as_str()) {
        (Some(session), _) => Back::Session(session.to_owned()),
        (None, Some("FailedOperation.CallOutFailed" | "InternalError") | None) => Back::Doubt,
        (None, Some(code)) => Back::Refusal(code.to_owned()),
    }
}

fn response(status: u16, date: &Option<Timestamp>, body: &str) -> HttpResponse {
    let header = |at: &Timestamp| {
        let date = rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(at).unwrap();
        ("Date".to_owned(), date)
    };
    HttpResponse { status, headers: date.iter().map(header).collect(), body: body.as_bytes().to_vec() }
}
