//! The callform language: documents, source positions, diagnostics, templates, callees and the JSON Schema.
//!
//! This crate knows no network and no ledger, prints nothing and reads no environment: that comes in through
//! [`project::Environment`].
//!
//! | module | subject |
//! |---|---|
//! | [`source`] | texts and spans in them |
//! | [`diagnostic`] | everything that can be wrong, as one type |
//! | [`keys`] | the shapes of keys, which are secrets wherever they stand |
//! | [`yaml`] | YAML text to a tree in which every key and value knows its place |
//! | [`model`] | Project, Agent and Campaign as typed documents |
//! | [`schema`] | the JSON Schema of the language, and checking a document against it |
//! | [`project`] | a whole project: discovery, overlays, references between documents |
//! | [`template`] | prompts and messages: which variables they use, and rendering |
//! | [`value`] | typed variables |
//! | [`phone`] | numbers: identity, wire form, masking, time zones |
//! | [`callees`] | rows: inline, CSV, JSON Lines; streaming |
//! | [`parallel`] | the same work for many items, on all processors |
//! | [`window`] | when a callee may be phoned |

pub mod callees;
pub mod diagnostic;
pub mod keys;
pub mod model;
pub mod parallel;
pub mod phone;
pub mod project;
pub mod schema;
pub mod source;
pub mod template;
pub mod value;
pub mod window;
pub mod yaml;
