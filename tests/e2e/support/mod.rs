//! What every test stands on: the binary, projects to run it on, and a site to phone.

mod binary;
mod project;
mod show;
mod site;
mod wait;

pub(crate) use binary::{Captured, Invocation, Running, callform};
pub(crate) use project::{Project, workspace};
pub(crate) use show::snapshot;
pub(crate) use site::{KEY_PAIR, Server, Site, journal};
pub(crate) use wait::{LIMIT, until};
