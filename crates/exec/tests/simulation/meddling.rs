//! What happens at another terminal, on another machine, while processes live and die.

use std::time::Duration;

use callform_exec::clock::Clock;
use callform_exec::ledger::Resolution;
use callform_exec::resolve::may_be_denied;
use jiff::SignedDuration;

use crate::history::Order;
use crate::process::Machine;
use crate::scenario::{Death, Deed, Life};
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
                Deed::Decide => self.decide(),
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
        let life = Life {
            pause: Duration::ZERO,
            environment: 0,
            looks_up: true,
            applies: false,
            old_plan: false,
            signals: [None; 2],
            timeout: Duration::from_secs(30),
            death: Death::None,
            freeze: None,
        };
        self.live(&life, "").await;
    }

    /// Somebody who asked every callee says how it was, as soon as that may be said.
    fn decide(&self) {
        let project = self.variant.project(0);
        let now = self.world.time.now();
        let mut state = self.world.state.lock().unwrap();
        state.go_on(now, &self.world.journal);
        let unknown = state.other.as_ref().unwrap().unknown(&project.account()).unwrap();
        for traced in unknown {
            let Some(number) = &traced.number else { continue };
            let person = specs::person_of(&number.wire());
            let environment = specs::ENVIRONMENTS.iter().position(|name| *name == traced.environment).unwrap();
            let rang = state.sent.iter().enumerate().any(|(n, sent)| {
                let this = sent.name.environment == environment
                    && sent.name.campaign == traced.campaign
                    && sent.name.key == traced.label
                    && sent.timestamp == traced.timestamp;
                this && state.provider.sessions.iter().any(|session| session.sent == Some(n))
            });
            // A minute more, for clocks that differ.
            let later = self.clock.now() - SignedDuration::from_secs(600);
            if !rang && may_be_denied(project, &traced, later).is_err() {
                continue;
            }
            let resolution = if rang { Resolution::Placed(None) } else { Resolution::NotPlaced };
            let ledger = state.other.as_mut().unwrap();
            ledger.resolve(traced.attempt, resolution, "asked the callee").unwrap();
            self.world.journal.note(now, || format!("somebody decides that person {person} was phoned: {rang}"));
        }
    }
}
