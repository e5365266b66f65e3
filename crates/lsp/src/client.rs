//! What the two sides of a session promise each other.

use lsp_types::{
    ClientCapabilities, CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CompletionOptions,
    FileOperationFilter, FileOperationPattern, FileOperationRegistrationOptions, HoverProviderCapability, MarkupKind,
    OneOf, SaveOptions, ServerCapabilities, TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions,
    TextDocumentSyncSaveOptions, WorkspaceFileOperationsServerCapabilities, WorkspaceServerCapabilities,
};
use serde_json::{Value, json};

use crate::position::Encoding;
use crate::{actions, completion};

/// The files whose changes outside of the editor matter.
pub(crate) const WATCHED: &str = "**/*.{yaml,yml,md,txt,csv,jsonl}";

/// What a client can do.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    /// What columns are counted in.
    pub(crate) encoding: Encoding,
    /// Whether findings may name related places.
    pub(crate) related: bool,
    /// Whether codes may have addresses.
    pub(crate) descriptions: bool,
    /// Whether changes may name versions.
    pub(crate) versioned: bool,
    /// Whether it watches files when asked to.
    pub(crate) watches: bool,
    /// Whether it shows Markdown.
    pub(crate) markdown: bool,
    /// The environment that documents are read in.
    pub(crate) environment: Option<String>,
}

impl Client {
    /// What the parameters of `initialize` say.
    pub(crate) fn new(params: &Value) -> Result<Self, serde_json::Error> {
        let said = match params.get("capabilities") {
            Some(said) => serde_json::from_value(said.clone())?,
            None => ClientCapabilities::default(),
        };
        let text = said.text_document.unwrap_or_default();
        let workspace = said.workspace.unwrap_or_default();
        let published = text.publish_diagnostics.unwrap_or_default();
        let general = said.general.unwrap_or_default();
        let markdown = |kinds: Option<Vec<MarkupKind>>| kinds.is_some_and(|k| k.contains(&MarkupKind::Markdown));
        let options = params.get("initializationOptions");
        let environment = options.and_then(|o| o.get("environment")).and_then(Value::as_str);
        Ok(Self {
            encoding: Encoding::negotiate(general.position_encodings.as_deref()),
            related: published.related_information.unwrap_or(false),
            descriptions: published.code_description_support.unwrap_or(false),
            versioned: workspace.workspace_edit.and_then(|e| e.document_changes).unwrap_or(false),
            watches: workspace.did_change_watched_files.and_then(|w| w.dynamic_registration).unwrap_or(false),
            markdown: markdown(text.hover.and_then(|h| h.content_format)),
            environment: environment.filter(|e| !e.is_empty()).map(str::to_owned),
        })
    }

    /// What the server can do for it: the answer to `initialize`.
    pub(crate) fn answer(&self, version: &str) -> Value {
        json!({ "capabilities": self.capabilities(), "serverInfo": { "name": "callform", "version": version } })
    }

    fn capabilities(&self) -> ServerCapabilities {
        let files = FileOperationRegistrationOptions {
            filters: vec![FileOperationFilter {
                scheme: Some("file".into()),
                pattern: FileOperationPattern { glob: "**".into(), matches: None, options: None },
            }],
        };
        ServerCapabilities {
            position_encoding: Some(self.encoding.kind()),
            text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
                open_close: Some(true),
                change: Some(TextDocumentSyncKind::INCREMENTAL),
                save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
                ..TextDocumentSyncOptions::default()
            })),
            completion_provider: Some(CompletionOptions {
                trigger_characters: Some(completion::TRIGGERS.map(str::to_owned).to_vec()),
                ..CompletionOptions::default()
            }),
            hover_provider: Some(HoverProviderCapability::Simple(true)),
            definition_provider: Some(OneOf::Left(true)),
            code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
                code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, actions::FIX_ALL]),
                ..CodeActionOptions::default()
            })),
            workspace: Some(WorkspaceServerCapabilities {
                workspace_folders: None,
                file_operations: Some(WorkspaceFileOperationsServerCapabilities {
                    did_create: Some(files.clone()),
                    did_rename: Some(files.clone()),
                    did_delete: Some(files),
                    ..WorkspaceFileOperationsServerCapabilities::default()
                }),
            }),
            ..ServerCapabilities::default()
        }
    }
}

/// Asks the client to watch files.
pub(crate) fn watch_request() -> Value {
    json!({
        "jsonrpc": "2.0",
        "id": "watch",
        "method": "client/registerCapability",
        "params": { "registrations": [{
            "id": "watch",
            "method": "workspace/didChangeWatchedFiles",
            "registerOptions": { "watchers": [{ "globPattern": WATCHED }] },
        }] },
    })
}
