//! What can be wrong with a template, when it is read and when it is rendered.

use std::ops::Range;

/// Something in a template's text that is not understood or not allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TemplateError {
    /// Bytes in the template's text; on character boundaries, and empty only at the text's end.
    pub range: Range<usize>,
    /// One line, no final stop, `backticks` around names.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl TemplateError {
    pub(super) fn new(range: Range<usize>, message: impl Into<String>) -> Self {
        Self { range, message: message.into(), help: None }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Why a template has no rendering for a row. Never holds a value: only names, kinds and sizes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RenderError {
    /// Bytes in the template's text.
    pub range: Option<Range<usize>>,
    /// One line, no final stop, `backticks` around names.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl RenderError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { range: None, message: message.into(), help: None }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Sets the place, if it has none yet: the innermost expression is the one to point at.
    pub(super) fn at(mut self, range: &Range<usize>) -> Self {
        self.range.get_or_insert_with(|| range.clone());
        self
    }
}
