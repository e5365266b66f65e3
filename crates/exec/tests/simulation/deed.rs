//! What people do at another terminal, and when.

use std::time::Duration;

use crate::dice::Dice;
use crate::scenario::Life;
use crate::specs;

const MINUTE: u64 = 60;
const HOUR: u64 = 3600;

/// What somebody does at another terminal.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Deed {
    Suppress(usize),
    Stop(usize, Option<&'static str>),
    Resume(usize, Option<&'static str>),
    /// `refresh`, which may run beside an apply.
    Refresh,
    /// Somebody who asked the callees decides what is unknown, or says what is not so.
    Decide {
        wrong: bool,
    },
}

/// All that is done in a world, by its time.
pub(crate) fn draw(
    seed: u64,
    dice: &mut Dice,
    variant: &specs::Variant,
    span: u64,
    lives: &[Life],
) -> Vec<(Duration, Deed)> {
    let mut deeds = usual(dice, variant, span);
    deeds.extend(decisions(&mut Dice::new(seed, "decisions"), lives));
    deeds.sort_by_key(|(at, _)| *at);
    deeds
}

/// What happens anywhere in so many seconds.
fn usual(dice: &mut Dice, variant: &specs::Variant, span: u64) -> Vec<(Duration, Deed)> {
    let mut deeds = Vec::new();
    for _ in 0..dice.any(0..7) {
        // Most of what matters happens in the first seconds of a run, and the first run begins soon.
        let at = if dice.percent(30) { dice.seconds(0..60) } else { dice.seconds(0..span) };
        let environment = usize::from(dice.percent(30));
        let campaign =
            dice.percent(60).then(|| variant.campaigns[dice.any(0..variant.campaigns.len() as u64) as usize].name);
        match dice.any(0..10) {
            0..=3 => deeds.push((at, Deed::Suppress(dice.any(0..specs::PEOPLE as u64) as usize))),
            4..=5 => {
                deeds.push((at, Deed::Stop(environment, campaign)));
                let later = at + if dice.percent(50) { dice.seconds(1..60) } else { dice.seconds(60..20 * HOUR) };
                if dice.percent(80) {
                    deeds.push((later, Deed::Resume(environment, campaign)));
                }
            }
            6..=8 => deeds.push((at, Deed::Refresh)),
            _ => deeds.push((at, Deed::Decide { wrong: false })),
        }
    }
    deeds
}

/// Somebody decides while a process lives, or between two. Hardly anybody is wrong.
fn decisions(dice: &mut Dice, lives: &[Life]) -> Vec<(Duration, Deed)> {
    let (mut begins, wrong) = (Duration::ZERO, dice.percent(10));
    let mut deeds = Vec::new();
    for life in lives {
        begins += life.pause;
        if dice.percent(35) {
            // Ten minutes later nothing can arrive any more: then it may be said that it was not placed.
            let after = if dice.percent(50) { dice.seconds(0..30) } else { dice.seconds(30..40 * MINUTE) };
            deeds.push((begins + after, Deed::Decide { wrong }));
        }
    }
    deeds
}
