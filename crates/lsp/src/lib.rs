//! The language server of callform: what editors ask of a project while somebody writes it.
//!
//! | module | subject |
//! |---|---|
//! | [`serve`] | the server on two streams |
//! | [`position`], [`uri`], [`transport`] | what the protocol counts and calls things by, and its framing |
//! | [`analysis`], `rows`, [`report`], [`index`] | reading a project and its rows; its findings; what can be named in it |
//! | [`cursor`], [`tree`], [`scene`] | what a cursor stands on |
//! | [`completion`], [`hover`], [`definition`], [`actions`], [`hint`] | the answers: each a function of a scene |
//!
//! Fields and values of the YAML itself are not completed here: the JSON Schema does that, through
//! yaml-language-server, which runs beside. Nothing is sent, nobody is phoned, no secret is read; every text that goes
//! out passes through [`callform_lint::render::hide`].

pub mod actions;
pub mod analysis;
mod client;
pub mod completion;
pub mod cursor;
pub mod definition;
mod dispatch;
mod documents;
pub mod hint;
pub mod hover;
pub mod index;
pub mod position;
mod projects;
pub mod report;
mod rows;
pub mod scene;
mod server;
mod sync;
pub mod transport;
pub mod tree;
pub mod uri;
mod worker;

pub use server::{Ended, serve};
pub use worker::SharedEnvironment;
