//! How plans, runs and states look.

pub(crate) mod history;
pub(crate) mod plan;
pub(crate) mod plan_json;
pub(crate) mod plan_markdown;
pub(crate) mod resolution;
pub(crate) mod run;
mod words;

pub(crate) use words::{count, duration, kind_words, moment, number, spaced, typed};
