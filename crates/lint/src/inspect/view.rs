//! An agent or a campaign with what is around it.

use std::ops::Range;

use callform_spec::project::{Agent, Campaign, Placed, Project};
use callform_spec::source::{SourceId, Sources, Span};
use callform_spec::yaml::{Node, Segment};

use crate::waivers::Waiver;

/// An agent of a project.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AgentView<'a> {
    pub(crate) project: &'a Project,
    pub(crate) agent: &'a Agent,
    pub(crate) sources: &'a Sources,
}

/// A campaign of a project.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CampaignView<'a> {
    pub(crate) project: &'a Project,
    pub(crate) campaign: &'a Campaign,
}

/// A YAML file of a project, whatever its documents are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FileView<'a> {
    pub(crate) sources: &'a Sources,
    pub(crate) file: SourceId,
    /// Whether nothing in it is an error.
    pub(crate) is_good: bool,
    /// The environment that was chosen.
    pub(crate) environment: &'a str,
}

/// What a project says about linting.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SettingsView<'a> {
    pub(crate) project: &'a Project,
}

/// Comments that waive findings, after the other rules ran.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WaiversView<'a> {
    pub(crate) waivers: &'a [Waiver],
    /// Whether it is known which of them waive something, in any environment.
    pub(crate) all_rules_ran: bool,
}

impl AgentView<'_> {
    /// Where a value stands; see [`Node::place`].
    pub(crate) fn place(&self, path: &[&str]) -> Span {
        self.agent.node.place(&keys(path))
    }

    /// Where the key stands that leads to a value; the closest place where there is none.
    pub(crate) fn key(&self, path: &[&str]) -> Span {
        key(&self.agent.node, &keys(path))
    }

    /// The same for a path with items of lists in it.
    pub(crate) fn place_of(&self, path: &[Segment]) -> Span {
        self.agent.node.place(path)
    }

    /// Whether a Dify application talks, which holds prompt and tools itself.
    pub(crate) fn is_dify(&self) -> bool {
        self.agent.spec.llm.as_ref().is_some_and(|l| l.dify.is_some())
    }

    /// Every text that is spoken or that a model is told. A Dify application never sees the prompt.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &Placed> {
        let dify = self.is_dify();
        self.agent.templates.all().filter(move |placed| !(dify && placed.field == "prompt"))
    }

    /// The texts that are spoken as they are: welcome and reminder.
    pub(crate) fn spoken(&self) -> impl Iterator<Item = &Placed> {
        let templates = &self.agent.templates;
        templates.welcome.iter().chain(&templates.reminder)
    }

    /// The prompt, where a model is told it.
    pub(crate) fn prompt(&self) -> Option<&Placed> {
        self.agent.templates.prompt.as_ref().filter(|_| !self.is_dify())
    }

    /// A change of a part of a template, where that part stands in its file as it is: inside some YAML scalars it is
    /// escaped, or its place is only known roughly.
    pub(crate) fn edit(&self, placed: &Placed, range: Range<usize>, text: &str) -> Option<(Span, String)> {
        let span = placed.place(range.clone());
        (self.sources.slice(span) == &placed.text()[range]).then(|| (span, text.to_owned()))
    }

    /// Where the agent's name stands: the place of what is missing altogether.
    pub(crate) fn name(&self) -> Span {
        self.place(&["name"])
    }
}

impl<'a> CampaignView<'a> {
    /// Where a value stands; see [`Node::place`].
    pub(crate) fn place(&self, path: &[&str]) -> Span {
        self.campaign.node.place(&keys(path))
    }

    /// The agent that talks.
    pub(crate) fn agent(&self) -> &'a Agent {
        &self.project.agents[self.campaign.agent]
    }

    /// Where the key stands that leads to a value; the closest place where there is none.
    pub(crate) fn key(&self, path: &[&str]) -> Span {
        key(&self.campaign.node, &keys(path))
    }

    /// Where a value stands, by a path with items of lists in it.
    pub(crate) fn place_of(&self, path: &[Segment]) -> Span {
        self.campaign.node.place(path)
    }
}

fn key(node: &Node, path: &[Segment]) -> Span {
    node.at(path).map_or_else(|| node.place(path), |(_, key)| key)
}

/// The YAML files of a project; rows are texts of their own, and no files.
pub(crate) fn yaml_files(sources: &Sources) -> impl Iterator<Item = SourceId> {
    let is_yaml = |path: &str| path.ends_with(".yaml") || path.ends_with(".yml");
    sources.iter().filter(move |(_, s)| s.first_line == 1 && is_yaml(&s.path)).map(|(id, _)| id)
}

/// What a message calls a text.
pub(crate) fn called(placed: &Placed) -> String {
    if placed.field == "prompt" { "the prompt".to_owned() } else { format!("`{}`", placed.field) }
}

/// A path of keys.
pub(crate) fn keys(path: &[&str]) -> Vec<Segment> {
    path.iter().map(|k| Segment::Key((*k).to_owned())).collect()
}
