//! What a request is about: a place in a text as the editor has it, and the project around it.

use std::ops::Range;
use std::path::{Path, PathBuf};

use lsp_types::{Location, Position};

use crate::cursor;
use crate::index::{self, AgentEntry, Named};
use crate::position::Lines;
use crate::report::View;
use crate::tree::{self, Tree};
use crate::uri;
use callform_spec::model::Kind;

/// A place in an open file of a project.
#[derive(Debug)]
pub struct Scene<'a> {
    /// The text.
    pub text: &'a str,
    /// The canonical path of its file.
    pub file: &'a Path,
    /// The byte under the cursor.
    pub offset: usize,
    /// Its line, from 0.
    pub line: u32,
    /// The agents of the project, as they were when it was last checked.
    pub agents: &'a [AgentEntry],
    /// The canonical directory of the project.
    pub root: &'a Path,
    /// What the client calls files.
    pub view: &'a View,
    /// Whether the client shows Markdown.
    pub markdown: bool,
}

/// What the words under the cursor are for.
#[derive(Debug)]
pub enum Ground {
    /// A template: the prompt's file, or a value of an agent's document.
    Template,
    /// Anything else of a YAML file.
    Document,
    /// Not for us.
    Elsewhere,
}

impl<'a> Scene<'a> {
    /// The place at a position.
    pub fn new(
        text: &'a str,
        position: Position,
        file: &'a Path,
        agents: &'a [AgentEntry],
        root: &'a Path,
        view: &'a View,
    ) -> Self {
        let offset = Lines::new(text, view.encoding).offset(position);
        Self { text, file, offset, line: position.line, agents, root, view, markdown: true }
    }

    /// The agents that the place is about.
    pub fn around(&self) -> Vec<&'a AgentEntry> {
        index::around(self.agents, self.file, self.line)
    }

    /// The variables that can be named here, each name once for each agent that has it.
    pub fn variables(&self) -> impl Iterator<Item = &'a Named> {
        self.around().into_iter().flat_map(|agent| &agent.variables)
    }

    /// The functions that can be named here.
    pub fn functions(&self) -> impl Iterator<Item = &'a Named> {
        self.around().into_iter().flat_map(|agent| &agent.functions)
    }

    /// What the words under the cursor are for. A tag in an agent's document counts even while the YAML around it is
    /// not whole, as it is while one types.
    pub fn ground(&self) -> Ground {
        if self.agents.iter().any(|agent| agent.prompt.as_deref() == Some(self.file)) {
            return Ground::Template;
        }
        if !self.file.extension().is_some_and(|e| e == "yaml" || e == "yml") {
            return Ground::Elsewhere;
        }
        let tree = Tree::read(self.text);
        match tree.at(self.offset) {
            Some(spot) if spot.kind == Some(Kind::Agent) && tree::is_template(&spot) => Ground::Template,
            Some(_) => Ground::Document,
            None if !self.around().is_empty() && matches!(self.spot(), cursor::Spot::Tag(_)) => Ground::Template,
            None => Ground::Document,
        }
    }

    /// What may stand under the cursor, if the ground is a template.
    pub fn spot(&self) -> cursor::Spot {
        cursor::spot(self.text, self.offset)
    }

    /// Where a range of bytes stands.
    pub fn range(&self, range: Range<usize>) -> lsp_types::Range {
        Lines::new(self.text, self.view.encoding).range(range)
    }

    /// The beginning of a file that the document names; `None` if there is no such file.
    pub fn file_named(&self, named: &str) -> Option<Location> {
        let real = self.file.parent()?.join(named).canonicalize().ok().filter(|real| real.is_file())?;
        let uri = match self.view.open.get(&real) {
            Some((uri, _)) => uri.clone(),
            None => uri::of_path(&spelt(&real, self.root, &self.view.root)),
        };
        Some(Location::new(uri::parse(&uri)?, lsp_types::Range::default()))
    }
}

/// A canonical path as the client spells it.
fn spelt(real: &Path, root: &Path, spelt_root: &Path) -> PathBuf {
    real.strip_prefix(root).map_or_else(|_| real.to_path_buf(), |relative| spelt_root.join(relative))
}
