//! Requests: which answer each one gets, and what it has to wait for.

use lsp_server::{ErrorCode, Request};
use lsp_types::{
    CodeActionParams, CompletionParams, CompletionTriggerKind, GotoDefinitionParams, HoverParams,
    TextDocumentPositionParams,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::actions::{self, Desk};
use crate::scene::Scene;
use crate::server::Server;
use crate::sync::read;
use crate::{completion, definition, hover};

/// The answer; `None` if the project has to be checked first.
type Answer = Result<Option<Value>, (ErrorCode, String)>;

impl Server<'_> {
    pub(crate) fn dispatch(&self, request: &Request) -> Answer {
        match request.method.as_str() {
            "textDocument/completion" => {
                let params: CompletionParams = parameters(request)?;
                let typed = params.context.is_some_and(|c| c.trigger_kind == CompletionTriggerKind::TRIGGER_CHARACTER);
                // Names change seldom: a list from a moment ago is better than a late one.
                self.at(&params.text_document_position, false, |scene| completion::items(scene, typed))
            }
            "textDocument/hover" => {
                let params: HoverParams = parameters(request)?;
                self.at(&params.text_document_position_params, false, hover::hover)
            }
            "textDocument/definition" => {
                let params: GotoDefinitionParams = parameters(request)?;
                self.at(&params.text_document_position_params, true, definition::definition)
            }
            "textDocument/codeAction" => self.actions(&parameters(request)?),
            method => Err((ErrorCode::MethodNotFound, format!("`{method}` is not known here"))),
        }
    }

    /// Answers from a place in a file. `exact` waits until the project was checked as it is now; otherwise its names
    /// may be a few letters old.
    fn at<T: Serialize>(
        &self,
        place: &TextDocumentPositionParams,
        exact: bool,
        answer: impl Fn(&Scene<'_>) -> T,
    ) -> Answer {
        let nothing = Ok(Some(Value::Null));
        let Some(document) = self.documents.get(place.text_document.uri.as_str()) else { return nothing };
        let (Some(root), Some(file)) = (&document.project, document.real()) else { return nothing };
        let Some(project) = self.projects.get(root) else { return nothing };
        let known = project.analysis.as_ref().filter(|_| !exact || self.is_current(root));
        let (Some(analysis), Some(view), Some(client)) = (known, self.view(root), &self.client) else {
            return Ok(None);
        };
        let agents = analysis.agents.as_deref().unwrap_or_default();
        let scene = Scene::new(&document.text, place.position, &file, agents, root, &view);
        let scene = Scene { markdown: client.markdown, ..scene };
        value(answer(&scene))
    }

    fn actions(&self, params: &CodeActionParams) -> Answer {
        let uri = params.text_document.uri.as_str();
        let Some(root) = self.documents.get(uri).and_then(|d| d.project.as_ref()) else { return Ok(Some(Value::Null)) };
        let Some(project) = self.projects.get(root) else { return Ok(Some(Value::Null)) };
        if !self.is_current(root) {
            return Ok(None);
        }
        let versions = self.documents.versions();
        let desk = Desk { versioned: self.client.as_ref().is_some_and(|c| c.versioned), versions: &versions };
        let only = params.context.only.as_deref();
        value(actions::actions(project.findings(uri), uri, params.range, only, &desk))
    }
}

fn value(answer: impl Serialize) -> Answer {
    serde_json::to_value(answer).map(Some).map_err(|error| (ErrorCode::InternalError, error.to_string()))
}

fn parameters<T: DeserializeOwned>(request: &Request) -> Result<T, (ErrorCode, String)> {
    read(request.params.clone()).map_err(|error| {
        (
            ErrorCode::InvalidParams,
            format!("the parameters of `{}` are not what they should be: {error}", request.method),
        )
    })
}
