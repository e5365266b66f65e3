//! What every test stands on: a project on the disk, and an editor.

mod client;
mod project;

pub(crate) use client::{Client, codes, offering, places};
pub(crate) use project::Project;
