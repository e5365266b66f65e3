//! Which documents have no errors: what can be judged further although something else is wrong.

use std::collections::{BTreeMap, BTreeSet};

use super::{Agent, Campaign, Loaded, PROJECT_FILE, Project};
use crate::diagnostic::Diagnostic;
use crate::model::Kind;
use crate::schema;
use crate::source::{SourceId, Span};
use crate::yaml::{Entry, Node, Yaml};

/// The documents without errors of a project that may have some.
#[derive(Clone, Debug)]
pub struct Sound {
    faulty: BTreeSet<SourceId>,
    /// The errors by the texts that they speak of, each with all of its places.
    errors: BTreeMap<SourceId, Vec<Vec<Span>>>,
    whole: bool,
}

/// What of an agent's document errors speak of, and what therefore is not known.
#[derive(Clone, Debug)]
pub struct Faults<'a> {
    agent: &'a Agent,
    fields: BTreeSet<&'a str>,
    /// Whether any field may be meant.
    any: bool,
}

impl Loaded {
    /// Which documents have no errors; `None` if nothing can be judged, because the project's own file has some or was
    /// not understood.
    pub fn sound(&self) -> Option<Sound> {
        self.partial()?;
        let mut faulty = BTreeSet::new();
        let mut errors: BTreeMap<_, Vec<Vec<Span>>> = BTreeMap::new();
        for error in self.diagnostics.iter().filter(|d| d.is_error()) {
            faulty.extend(error.primary.as_ref().map(|label| label.span.source));
            let places: Vec<_> = error.primary.iter().chain(&error.related).map(|label| label.span).collect();
            for source in places.iter().map(|at| at.source).collect::<BTreeSet<_>>() {
                errors.entry(source).or_default().push(places.clone());
            }
        }
        let project_file = faulty.iter().any(|id| self.sources.get(*id).path == PROJECT_FILE);
        let whole = !self.diagnostics.iter().any(Diagnostic::is_error);
        (!project_file).then_some(Sound { faulty, errors, whole })
    }
}

impl Sound {
    /// Whether there is no error at all: then what is not there was not written.
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// Whether nothing in a text is an error.
    pub fn text(&self, id: SourceId) -> bool {
        !self.faulty.contains(&id)
    }

    /// Whether neither an agent's document nor any of its texts has an error.
    pub fn agent(&self, agent: &Agent) -> bool {
        [agent.node.span.source].into_iter().chain(agent.prompt_file).all(|id| self.text(id))
    }

    /// What of an agent is not known because of its errors.
    pub fn faults<'a>(&self, agent: &'a Agent) -> Faults<'a> {
        let mut faults = Faults { agent, fields: BTreeSet::new(), any: false };
        let document = agent.node.span;
        let sources = [document.source].into_iter().chain(agent.prompt_file);
        for places in sources.filter_map(|id| self.errors.get(&id)).flatten() {
            let fields: Vec<_> = places.iter().filter_map(|at| faults.field(*at)).collect();
            // What lies in no field, or in one that was never heard of, may be any that is misspelt.
            faults.any |= fields.is_empty() && places.iter().any(|at| holds(document, *at));
            faults.any |= fields.iter().any(|name| !schema::has_field(Kind::Agent, name));
            faults.fields.extend(fields);
        }
        faults
    }

    /// Whether neither a campaign nor its agent has an error. Errors of its rows are none of its document, unless they
    /// stand in it.
    pub fn campaign(&self, project: &Project, campaign: &Campaign) -> bool {
        self.text(campaign.node.span.source) && self.agent(&project.agents[campaign.agent])
    }
}

impl<'a> Faults<'a> {
    /// Whether all that stands under these fields of the document is known, or known to be absent.
    pub fn leave(&self, fields: &[&str]) -> bool {
        fields.is_empty() || !self.any && !fields.iter().any(|name| self.fields.contains(name))
    }

    /// Whether a place lies in a field that has an error.
    pub fn touch(&self, at: Span) -> bool {
        self.field(at).is_some_and(|name| self.fields.contains(name))
    }

    /// The field of the document in which a place lies.
    fn field(&self, at: Span) -> Option<&'a str> {
        if self.agent.prompt_file == Some(at.source) {
            return Some("prompt");
        }
        let Yaml::Mapping(entries) = &self.agent.node.value else { return None };
        entries.iter().find(|entry| entry_holds(entry, at)).map(|entry| entry.key.text.as_str())
    }
}

fn holds(span: Span, at: Span) -> bool {
    span.source == at.source && (span.start..=span.end).contains(&at.start)
}

fn entry_holds(entry: &Entry, at: Span) -> bool {
    holds(entry.key.span, at) || node_holds(&entry.value, at)
}

/// Whether a place lies in a value. What an overlay or an alias brought in stands elsewhere than the value around it.
fn node_holds(node: &Node, at: Span) -> bool {
    holds(node.span, at)
        || match &node.value {
            Yaml::Mapping(entries) => entries.iter().any(|entry| entry_holds(entry, at)),
            Yaml::Sequence(items) => items.iter().any(|item| node_holds(item, at)),
            _ => false,
        }
}
