//! Two processes at once at one ledger: one is stopped for a while or believes itself alone, another one takes its run
//! away. The operating system's lock prevents that for a ledger in a file, so somebody removes the file that is locked,
//! as a network's file system may forget it: what is tried is what protects people when the lock does not.

use std::time::Duration;

use crate::dice::Dice;
use crate::process::Machine;
use crate::scenario::{self, Life};

/// How a process loses its run while it lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loss {
    /// Another one takes it.
    Taken,
    /// A person unlocks it, and another one begins its own later.
    Unlocked,
}

/// A process that takes another one's run over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rival {
    /// How long after the first one's beginning the lock is gone.
    pub(crate) after: Duration,
    pub(crate) loss: Loss,
    /// Its `pause` is counted from there.
    pub(crate) life: Life,
}

/// A process is stopped, as by SIGSTOP, and goes on: its timers go off meanwhile, and answers wait for it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Freeze {
    /// How long after its beginning.
    pub(crate) after: Duration,
    pub(crate) lasts: Duration,
}

/// From when to when a process stands still.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Still {
    pub(crate) from: Duration,
    pub(crate) to: Duration,
}

impl Still {
    pub(crate) fn of(freeze: Option<Freeze>, begun: Duration) -> Self {
        freeze
            .map_or(Self::default(), |Freeze { after, lasts }| Self { from: begun + after, to: begun + after + lasts })
    }

    pub(crate) fn holds(self, now: Duration) -> bool {
        (self.from..self.to).contains(&now)
    }
}

/// Draws what stops processes and who takes their places: some lives get a rival each.
pub(crate) fn draw(dice: &mut Dice, lives: &mut [Life]) -> Vec<Option<Rival>> {
    // In most worlds one process follows the other.
    if !dice.percent(40) {
        return vec![None; lives.len()];
    }
    let rival = |life: &mut Life| {
        life.freeze = dice.percent(50).then(|| freeze(dice));
        if !life.applies || !dice.percent(60) {
            return None;
        }
        // Mostly while the first one stands still or has something under way.
        let after = match life.freeze {
            Some(freeze) if dice.percent(70) => freeze.after + dice.ms(0..freeze.lasts.as_millis() as u64),
            _ => dice.seconds(0..10),
        };
        let pause = if dice.percent(60) { dice.ms(0..2_000) } else { dice.seconds(2..300) };
        let own = scenario::life(dice);
        // Either environment's, and it does apply: else nothing is taken over.
        let life = Life { pause, applies: true, old_plan: false, ..own };
        let loss = if dice.percent(70) { Loss::Taken } else { Loss::Unlocked };
        Some(Rival { after, loss, life })
    };
    lives.iter_mut().map(rival).collect()
}

fn freeze(dice: &mut Dice) -> Freeze {
    // A run of a few calls takes seconds.
    let after = if dice.percent(70) { dice.ms(0..3_000) } else { dice.seconds(3..30) };
    let lasts = match dice.any(0..10) {
        0..=2 => dice.seconds(1..30),
        3..=7 => dice.seconds(30..400),
        _ => dice.seconds(400..4 * 3600),
    };
    Freeze { after, lasts }
}

impl Machine<'_> {
    /// Takes the run away from whoever holds it, and lives.
    pub(crate) async fn take_over(&self, rival: &Rival, stdin: &str) {
        let time = &self.world.time;
        time.until(time.now() + rival.after).await;
        self.lose(rival.loss);
        time.until(time.now() + rival.life.pause).await;
        self.live(&rival.life, stdin).await;
    }

    fn lose(&self, loss: Loss) {
        let now = self.world.time.now();
        self.store.forget_the_lock();
        let mut state = self.world.state.lock().unwrap();
        let ledger = state.other.as_mut().unwrap();
        let mut runs: Vec<String> = ledger.holders().unwrap().into_iter().filter_map(|holder| holder.run).collect();
        runs.dedup();
        if loss == Loss::Unlocked {
            for run in &runs {
                ledger.unlock(run).unwrap();
            }
            let position = state.position();
            state.unlocked.extend(runs.iter().map(|run| (position, run.clone())));
        }
        self.world.journal.note(now, || format!("the lock is gone, of {runs:?}: {loss:?}"));
    }
}
