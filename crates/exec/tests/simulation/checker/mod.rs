//! The promises, each a function of its own over what is known after the end. None of them asks the engine anything.

mod answers;
mod ceilings;
mod doctored;
mod limits;
mod lost;
mod orders;
mod retries;

use std::fmt;

use crate::history::History;
use crate::scenario::Class;
use crate::specs::Variant;

pub(crate) use lost::missed;
pub(crate) use retries::{duplicates, retried};

/// A promise that was not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) promise: &'static str,
    pub(crate) how: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.promise, self.how)
    }
}

type Promise = fn(&History, &Variant) -> Vec<String>;

/// All promises, by name.
pub(crate) const PROMISES: [(&str, Promise); 13] = [
    ("no call is placed twice", no_call_is_placed_twice),
    ("no call is lost", lost::no_call_is_lost),
    ("every session is known", lost::every_session_is_known),
    ("every answer is recorded", answers::every_answer_is_recorded),
    ("nothing leaves without a durable intent", answers::nothing_leaves_without_a_durable_intent),
    ("nothing leaves outside its window", orders::nothing_leaves_outside_its_window),
    ("nothing goes beyond a ceiling", ceilings::nothing_goes_beyond_a_ceiling),
    ("nobody is tried again too early or too often", retries::nobody_is_tried_again_too_early_or_too_often),
    ("one attempt at a time for one person", ceilings::one_attempt_at_a_time_for_one_person),
    ("nothing leaves against an order", orders::nothing_leaves_against_an_order),
    ("nothing leaves without the run", orders::nothing_leaves_without_the_run),
    ("the pace is kept", limits::the_pace_is_kept),
    ("no more is under way than may be", limits::no_more_is_under_way_than_may_be),
];

/// The promises that were not kept.
pub(crate) fn broken(history: &History, variant: &Variant) -> Vec<Broken> {
    let of = |(promise, check): &(&'static str, Promise)| {
        let promise = *promise;
        check(history, variant).into_iter().map(move |how| Broken { promise, how }).collect::<Vec<_>>()
    };
    PROMISES.iter().flat_map(of).collect()
}

/// Where records come later than is assumed, this can't be promised.
fn no_call_is_placed_twice(history: &History, variant: &Variant) -> Vec<String> {
    if history.class == Class::LateRecords { Vec::new() } else { duplicates(history, variant) }
}
