//! Lint rules and output formats of callform.
//!
//! | module | subject |
//! |---|---|
//! | [`render`] | diagnostics as text for people, as JSON, as one line each |
//! | [`rules`] | what is allowed and will hurt: one rule, one file |
//! | [`docs`] | the page of a rule, made from the rule itself |
//!
//! Nothing here reads a file, looks at a terminal or prints: everything comes in as values and goes out as text.

pub mod docs;
mod inspect;
pub mod render;
mod rows;
pub mod rules;
