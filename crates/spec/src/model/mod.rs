//! Project, Agent and Campaign as typed documents.
//!
//! Every field is optional in the types: a document that lacks a required one still decodes, so that everything else
//! that is wrong with it is found in the same pass. What is required is said by the JSON Schema
//! (`#[schemars(required)]`), and a document that breaks the schema never gets past [`crate::project::load`].
//!
//! The types are decoded from JSON values that were checked against the schema first, so they hold no positions;
//! a place in a document is named by its path (`/llm/openai/apiKey`) and looked up in the document's tree.

mod agent;
mod campaign;
mod durations;
mod functions;
mod llm;
mod project;
mod scalar;
mod speech;

pub use agent::*;
pub use campaign::*;
pub use durations::*;
pub use functions::*;
pub use llm::*;
pub use project::*;
pub use scalar::*;
pub use speech::*;

/// The three kinds of document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// `kind: Project`, exactly one in a project.
    Project,
    /// `kind: Agent`.
    Agent,
    /// `kind: Campaign`.
    Campaign,
}

impl Kind {
    /// All of them, in the order of the documentation.
    pub const ALL: [Self; 3] = [Self::Project, Self::Agent, Self::Campaign];

    /// As written after `kind:`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Project => "Project",
            Self::Agent => "Agent",
            Self::Campaign => "Campaign",
        }
    }

    /// From the text after `kind:`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.name() == name)
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
