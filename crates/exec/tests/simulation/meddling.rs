//! What happens at another terminal, on another machine, while processes live and die.

use std::time::Duration;

use callform_ccc::SessionId;
use callform_exec::clock::Clock;
use callform_exec::ledger::{Ledger, Resolution, Resolved, Traced};
use callform_exec::resolve::may_be_denied;
use jiff::SignedDuration;

use crate::deed::Deed;
use crate::history::{Decision, Name, Order, Sent, Session};
use crate::process::Machine;
use crate::scenario::Life;
use crate::specs;

impl Machine<'_> {
    /// All deeds, each at its time.
    pub(crate) async fn meddle(&self, deeds: &[(Duration, Deed)]) {
        for (at, deed) in deeds {
            self.world.time.until(*at).await;
            match deed {
                Deed::Suppress(person) => self.order(Order::Suppress(*person)),
                Deed::Stop(environment, campaign) => self.order(Order::Stop(*environment, *campaign)),
                Deed::Resume(environment, campaign) => self.order(Order::Resume(*environment, *campaign)),
                Deed::Refresh => self.refresh().await,
                Deed::Decide { wrong } => self.decide(*wrong),
            }
        }
    }

    fn order(&self, order: Order) {
        let now = self.world.time.now();
        let mut state = self.world.state.lock().unwrap();
        let ledger = state.other.as_mut().unwrap();
        match &order {
            Order::Suppress(person) => {
                ledger.suppress(&[specs::phone(*person)], "asked not to be called").unwrap();
            }
            Order::Stop(environment, campaign) => {
                drop(ledger.stop(specs::ENVIRONMENTS[*environment], *campaign).unwrap())
            }
            Order::Resume(environment, campaign) => {
                drop(ledger.resume(specs::ENVIRONMENTS[*environment], *campaign).unwrap());
            }
        }
        let position = state.position();
        self.world.journal.note(now, || format!("{order:?} at {position}"));
        state.orders.push((position, order));
    }

    async fn refresh(&self) {
        let life = Life::look(Duration::from_secs(30));
        self.live(&life, "").await;
    }

    /// Somebody who asked every callee says how it was, as soon as that may be said; or what is not so, if `wrong`.
    fn decide(&self, wrong: bool) {
        let project = self.variant.project(0);
        let now = self.world.time.now();
        let mut state = self.world.state.lock().unwrap();
        let state = &mut *state;
        state.go_on(now, &self.world.journal);
        let unknown = state.other.as_ref().unwrap().unknown(&project.account()).unwrap();
        for traced in unknown {
            let environment = specs::ENVIRONMENTS.iter().position(|name| *name == traced.environment).unwrap();
            let name = Name { environment, campaign: traced.campaign.clone(), key: traced.label.clone() };
            let this = |sent: &Sent| sent.name == name && sent.timestamp == traced.timestamp;
            let its = |session: &&Session| session.sent.is_some_and(|sent| this(&state.sent[sent]));
            let session = state.provider.sessions.iter().find(its).map(|session| SessionId::new(session.id.as_str()));
            let mut dice = self.dice.borrow_mut();
            let placed = session.is_some() != (wrong && dice.percent(50));
            // A minute more, for clocks that differ.
            let later = self.clock.now() - SignedDuration::from_secs(600);
            if !placed && may_be_denied(project, &traced, later).is_err() {
                continue;
            }
            let ledger = state.other.as_mut().unwrap();
            state.refused += refused(ledger, &project.account(), &traced);
            let resolution = match placed {
                true => Resolution::Placed(session.as_ref().filter(|_| dice.percent(50))),
                false => Resolution::NotPlaced,
            };
            let resolved = ledger.resolve(traced.attempt, resolution, "asked the callee").unwrap();
            self.world.journal.note(now, || format!("somebody decides {name:?}, {resolution:?}: {resolved:?}"));
            match resolved {
                Resolved::Done => state.decisions.push(Decision { name, timestamp: traced.timestamp, placed }),
                // An answer that was not its own had brought this session to another attempt.
                Resolved::SessionTaken => state.refused += 1,
                Resolved::NotUnknown => panic!("it was unknown a moment before"),
            }
        }
    }
}

/// What nobody may say: that a session is this one's which is another one's, or how one was that is not unknown.
fn refused(ledger: &mut Ledger, account: &str, unknown: &Traced) -> u64 {
    let placed = ledger.placed_after(account, unknown.attempt, 1).unwrap();
    let Some(other) = placed.first() else { return 0 };
    let taken = Resolution::Placed(other.session.as_ref());
    assert_eq!(ledger.resolve(unknown.attempt, taken, "mistaken").unwrap(), Resolved::SessionTaken);
    for resolution in [Resolution::NotPlaced, Resolution::Placed(None)] {
        assert_eq!(ledger.resolve(other.attempt, resolution, "mistaken").unwrap(), Resolved::NotUnknown);
    }
    3
}
