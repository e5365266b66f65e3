//! Lint rules and output formats of callform.
//!
//! | module | subject |
//! |---|---|
//! | [`render`] | diagnostics as text for people, as JSON, as one line each |
//! | [`findings`] | what is told of a project: rules, by the project's levels and what a person asked for |
//! | [`fix`] | applying fixes, until nothing is left to mend |
//! | [`rules`] | what is allowed and will hurt: one rule, one file |
//! | [`waivers`] | comments that say why a finding may be there |
//! | [`errors`] | errors of the language, in a sentence each |
//! | [`docs`] | the page of a rule and the reference of all, made from the rules themselves |
//!
//! Nothing here reads a file, looks at a terminal or prints: everything comes in as values and goes out as text.

pub mod docs;
pub mod errors;
pub mod findings;
pub mod fix;
mod inspect;
mod levels;
mod needs;
pub mod render;
mod rows;
pub mod rules;
pub mod selection;
pub mod waivers;
