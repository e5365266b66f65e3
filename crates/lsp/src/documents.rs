//! The files that are open, as the editor has them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use callform_spec::project::Drafts;
use lsp_types::{Diagnostic, TextDocumentContentChangeEvent};

use crate::position::{Encoding, Lines};
use crate::uri;

/// A file that is open.
#[derive(Debug)]
pub(crate) struct Document {
    /// The client's number for this state of the text.
    pub(crate) version: i32,
    /// The text.
    pub(crate) text: String,
    /// The file, if it is one of this machine.
    pub(crate) path: Option<PathBuf>,
    /// The canonical directory of the project that it belongs to.
    pub(crate) project: Option<PathBuf>,
    /// What is to be said of a file that no project reads.
    pub(crate) remark: Option<Diagnostic>,
}

impl Document {
    /// The file without symbolic links; `None` while it is not on the disk.
    pub(crate) fn real(&self) -> Option<PathBuf> {
        self.path.as_deref()?.canonicalize().ok()
    }

    /// Makes changes, in their order.
    pub(crate) fn change(&mut self, version: i32, changes: Vec<TextDocumentContentChangeEvent>, encoding: Encoding) {
        self.version = version;
        for change in changes {
            match change.range {
                None => self.text = change.text,
                Some(range) => {
                    let lines = Lines::new(&self.text, encoding);
                    let (start, end) = (lines.offset(range.start), lines.offset(range.end));
                    // A range that ends before it begins is an insertion.
                    self.text.replace_range(start..end.max(start), &change.text);
                }
            }
        }
    }
}

/// The files that are open, by the client's URI.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    open: BTreeMap<String, Document>,
}

impl Documents {
    pub(crate) fn open(&mut self, uri: String, version: i32, text: String) {
        let path = uri::to_path(&uri);
        self.open.insert(uri, Document { version, text, path, project: None, remark: None });
    }

    pub(crate) fn get(&self, uri: &str) -> Option<&Document> {
        self.open.get(uri)
    }

    pub(crate) fn get_mut(&mut self, uri: &str) -> Option<&mut Document> {
        self.open.get_mut(uri)
    }

    pub(crate) fn close(&mut self, uri: &str) -> Option<Document> {
        self.open.remove(uri)
    }

    pub(crate) fn uris(&self) -> Vec<String> {
        self.open.keys().cloned().collect()
    }

    /// Those of a project, with their URIs.
    pub(crate) fn of<'a>(&'a self, root: &'a Path) -> impl Iterator<Item = (&'a String, &'a Document)> {
        self.open.iter().filter(move |(_, document)| document.project.as_deref() == Some(root))
    }

    /// Their texts, in the place of the files'.
    pub(crate) fn drafts(&self, root: &Path) -> Drafts {
        self.of(root).filter_map(|(_, document)| Some((document.real()?, document.text.clone()))).collect()
    }

    /// What the client calls those of a project, and whether they begin with a byte order mark.
    pub(crate) fn names(&self, root: &Path) -> BTreeMap<PathBuf, (String, bool)> {
        let name = |(uri, document): (&String, &Document)| {
            Some((document.real()?, (uri.clone(), document.text.starts_with('\u{feff}'))))
        };
        self.of(root).filter_map(name).collect()
    }

    /// Their versions, by URI.
    pub(crate) fn versions(&self) -> BTreeMap<String, i32> {
        self.open.iter().map(|(uri, document)| (uri.clone(), document.version)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lsp_types::{Position, Range};

    fn change(range: Option<((u32, u32), (u32, u32))>, text: &str) -> TextDocumentContentChangeEvent {
        let at = |(line, column)| Position::new(line, column);
        let range = range.map(|(start, end)| Range::new(at(start), at(end)));
        TextDocumentContentChangeEvent { range, range_length: None, text: text.to_owned() }
    }

    #[test]
    fn changes_are_made_one_after_the_other() {
        let mut document = Document { version: 1, text: "old".into(), path: None, project: None, remark: None };
        let changes = vec![
            change(None, "你😀好\r\nend\n"),
            change(Some(((0, 1), (0, 3))), "们"),
            change(Some(((1, 0), (2, 0))), ""),
            change(Some(((9, 9), (9, 9))), "!"),
            change(Some(((0, 2), (0, 0))), "?"),
        ];
        document.change(2, changes, Encoding::Utf16);
        assert_eq!((document.text.as_str(), document.version), ("你们?好\r\n!", 2));
    }
}
