//! Which documents have no errors: what can be judged further although something else is wrong.

use std::collections::BTreeSet;

use super::{Agent, Campaign, Loaded, PROJECT_FILE, Project};
use crate::diagnostic::Diagnostic;
use crate::source::SourceId;

/// The documents without errors of a project that may have some.
#[derive(Clone, Debug)]
pub struct Sound {
    faulty: BTreeSet<SourceId>,
    whole: bool,
}

impl Loaded {
    /// Which documents have no errors; `None` if nothing can be judged, because the project's own file has some or was
    /// not understood.
    pub fn sound(&self) -> Option<Sound> {
        self.partial()?;
        let errors = self.diagnostics.iter().filter(|d| d.is_error());
        let faulty: BTreeSet<SourceId> = errors.filter_map(|d| Some(d.primary.as_ref()?.span.source)).collect();
        let project_file = faulty.iter().any(|id| self.sources.get(*id).path == PROJECT_FILE);
        let whole = !self.diagnostics.iter().any(Diagnostic::is_error);
        (!project_file).then_some(Sound { faulty, whole })
    }
}

impl Sound {
    /// Whether there is no error at all: then what is not there was not written.
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// Whether neither an agent's document nor any of its texts has an error.
    pub fn agent(&self, agent: &Agent) -> bool {
        let texts = agent.templates.all().map(|placed| placed.place(0..0).source);
        texts.chain([agent.node.span.source]).all(|id| !self.faulty.contains(&id))
    }

    /// Whether neither a campaign nor its agent has an error. Errors of its rows are none of its document, unless they
    /// stand in it.
    pub fn campaign(&self, project: &Project, campaign: &Campaign) -> bool {
        !self.faulty.contains(&campaign.node.span.source) && self.agent(&project.agents[campaign.agent])
    }
}
