//! What the client tells: files that are opened, changed, saved, closed, and what happens on the disk.

use std::path::Path;

use lsp_types::{
    DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    DidSaveTextDocumentParams,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::projects::Project;
use crate::server::Server;
use crate::{analysis, hint, uri};

impl Server<'_> {
    /// Takes a notification. An error is one of the client's.
    pub(crate) fn hear(&mut self, method: &str, params: Value) -> Result<(), serde_json::Error> {
        match method {
            "textDocument/didOpen" => {
                let opened = read::<DidOpenTextDocumentParams>(params)?.text_document;
                let uri = opened.uri.as_str().to_owned();
                self.documents.open(uri.clone(), opened.version, opened.text);
                self.find_project(&uri, true);
            }
            "textDocument/didChange" => {
                let changed: DidChangeTextDocumentParams = read(params)?;
                let uri = changed.text_document.uri.as_str();
                let Some(encoding) = self.client.as_ref().map(|c| c.encoding) else { return Ok(()) };
                if let Some(document) = self.documents.get_mut(uri) {
                    document.change(changed.text_document.version, changed.content_changes, encoding);
                    if let Some(root) = document.project.clone() {
                        self.touch(&root, false);
                        // Their places are those of the disk; they come back when the file is saved.
                        if let Some(project) = self.projects.get_mut(&root) {
                            project.rows.remove(uri);
                        }
                    }
                    self.remark(uri);
                }
            }
            "textDocument/didSave" => {
                let saved: DidSaveTextDocumentParams = read(params)?;
                // What is saved may be a `callform.yaml` that was not there before.
                self.look_around();
                self.find_project(saved.text_document.uri.as_str(), true);
            }
            "textDocument/didClose" => {
                let closed: DidCloseTextDocumentParams = read(params)?;
                let uri = closed.text_document.uri.as_str();
                let Some(closed) = self.documents.close(uri) else { return Ok(()) };
                match closed.project {
                    Some(root) => self.touch(&root, false),
                    None if closed.remark.is_some() => self.tell([(uri.to_owned(), None, Vec::new())]),
                    None => {}
                }
            }
            "workspace/didChangeWatchedFiles" => {
                let changed: DidChangeWatchedFilesParams = read(params)?;
                self.look_around();
                let paths = changed.changes.iter().filter_map(|change| uri::to_path(change.uri.as_str()));
                let paths: Vec<_> = paths.collect();
                let roots: Vec<_> = self.projects.iter().map(|(root, p)| (root.clone(), p.spelt.clone())).collect();
                for (root, spelt) in roots {
                    if paths.iter().any(|path| path.starts_with(&spelt) || path.starts_with(&root)) {
                        self.touch(&root, true);
                    }
                }
            }
            "workspace/didCreateFiles" | "workspace/didRenameFiles" | "workspace/didDeleteFiles" => {
                self.look_around();
                for root in self.projects.keys().cloned().collect::<Vec<_>>() {
                    self.touch(&root, true);
                }
            }
            // Whatever else a client tells is nothing to us.
            _ => {}
        }
        Ok(())
    }

    /// Finds out again which project each open file belongs to.
    fn look_around(&mut self) {
        self.forget_lost_projects();
        for uri in self.documents.uris() {
            self.find_project(&uri, false);
        }
    }

    /// Finds out which project an open file belongs to, and has it checked: always, or if it changed.
    fn find_project(&mut self, uri: &str, always: bool) {
        let Some(document) = self.documents.get_mut(uri) else { return };
        let found = document.path.as_deref().and_then(analysis::project_of);
        let before = std::mem::replace(&mut document.project, found.as_ref().map(|(root, _)| root.clone()));
        let moved = before != document.project;
        if let Some((root, spelt)) = found {
            self.projects.entry(root.clone()).or_insert_with(|| Project::at(spelt));
            if always || moved {
                self.touch(&root, true);
            }
        }
        if let Some(before) = before.filter(|_| moved) {
            self.touch(&before, false);
        }
        self.remark(uri);
    }

    /// Has a project checked when there is time.
    fn touch(&mut self, root: &Path, rows: bool) {
        if let Some(project) = self.projects.get_mut(root) {
            project.dirty = true;
            project.rows_wanted |= rows;
        }
    }

    /// Says of an open file that no project reads it. Where there is a project, that goes out with its findings.
    fn remark(&mut self, uri: &str) {
        let Some(document) = self.documents.get_mut(uri) else { return };
        // Without symbolic links, as the project's directory is.
        let path = document.real().or_else(|| document.path.clone());
        let remark = path.and_then(|path| hint::hint(&document.text, &path, document.project.as_deref()));
        let before = std::mem::replace(&mut document.remark, remark);
        let (now, version) = (document.remark.clone(), document.version);
        if document.project.is_none() && (now.is_some() || before.is_some()) {
            self.tell([(uri.to_owned(), Some(version), now.into_iter().collect())]);
        }
    }
}

/// Parameters, though their URIs may not be quite what RFC 3986 asks for.
pub(crate) fn read<T: DeserializeOwned>(mut params: Value) -> Result<T, serde_json::Error> {
    if let Some(uri) = params.pointer_mut("/textDocument/uri")
        && let Some(text) = uri.as_str()
    {
        *uri = uri::tidy(text).into();
    }
    serde_json::from_value(params)
}
