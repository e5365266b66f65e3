//! What of a project could not be read: a document that nobody found may stand there.

use std::collections::BTreeSet;

use crate::source::{SourceId, Sources};

/// What could not be read.
#[derive(Debug, Default)]
pub(super) struct Unread {
    /// Texts of which a part was not understood.
    texts: BTreeSet<SourceId>,
    /// Whether something is missing of which not even the text is known.
    without_text: bool,
}

impl Unread {
    /// A part of this text was not understood.
    pub(super) fn text(&mut self, id: SourceId) {
        self.texts.insert(id);
    }

    /// Something has no text.
    pub(super) fn without_text(&mut self) {
        self.without_text = true;
    }

    pub(super) fn add(&mut self, other: Self) {
        self.texts.extend(other.texts);
        self.without_text |= other.without_text;
    }

    /// Whether everything was read.
    pub(super) fn is_nothing(&self) -> bool {
        self.texts.is_empty() && !self.without_text
    }

    /// Whether something of this name may stand there.
    pub(super) fn may_hold(&self, name: &str, sources: &Sources) -> bool {
        self.without_text || self.texts.iter().any(|id| sources.get(*id).text.contains(name))
    }
}
