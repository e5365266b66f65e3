//! Everything of an agent that is said or sent as text: templates, and what they become for one row.

use std::ops::Range;

use crate::source::Span;
use crate::template::{Context, RenderError, Template};
use crate::yaml::Layout;

/// A template and where it was written.
#[derive(Debug)]
pub struct Placed {
    /// The field: `prompt`, `welcome.message`, `functions.transferToHuman[1].description`.
    pub field: String,
    /// Where its text stands.
    pub span: Span,
    /// The template.
    pub template: Template,
    pub(super) text: String,
    /// How its text lies in the file.
    pub(super) layout: Layout,
}

impl Placed {
    /// The template's text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where a range of the template's text stands in its file.
    pub fn place(&self, range: Range<usize>) -> Span {
        self.layout.place(range)
    }
}

/// All templates of an agent. `None` where the agent says nothing, or where the text is no template (which was
/// reported).
#[derive(Debug, Default)]
pub struct Templates {
    /// `SystemPrompt`
    pub prompt: Option<Placed>,
    /// `WelcomeMessage`
    pub welcome: Option<Placed>,
    /// `NotifyMessage`
    pub reminder: Option<Placed>,
    /// `EndFunctionDesc`
    pub end_call_description: Option<Placed>,
    /// `TransferItems.TransferFunctionDesc`, in order.
    pub transfer_to_human: Vec<Option<Placed>>,
    /// `TransferToAgentItems.TransferToAgentDesc`, in order.
    pub transfer_to_agent: Vec<Option<Placed>>,
    /// Dify's inputs, in order.
    pub dify_inputs: Vec<(String, Option<Placed>)>,
    /// Dify's `user`.
    pub dify_user: Option<Placed>,
    /// Dify's `conversation_id`.
    pub dify_conversation_id: Option<Placed>,
    /// `Variables`, in order.
    pub provider_variables: Vec<(String, Option<Placed>)>,
    /// `PromptVariables`, in order.
    pub prompt_variables: Vec<(String, Option<Placed>)>,
}

/// What the templates become for one row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// `SystemPrompt`
    pub prompt: Option<String>,
    /// `WelcomeMessage`
    pub welcome: Option<String>,
    /// `NotifyMessage`
    pub reminder: Option<String>,
    /// `EndFunctionDesc`
    pub end_call_description: Option<String>,
    /// `TransferItems.TransferFunctionDesc`, in order.
    pub transfer_to_human: Vec<String>,
    /// `TransferToAgentItems.TransferToAgentDesc`, in order.
    pub transfer_to_agent: Vec<String>,
    /// Dify's inputs, in order.
    pub dify_inputs: Vec<(String, String)>,
    /// Dify's `user`.
    pub dify_user: Option<String>,
    /// Dify's `conversation_id`.
    pub dify_conversation_id: Option<String>,
    /// `Variables`, in order.
    pub provider_variables: Vec<(String, String)>,
    /// `PromptVariables`, in order.
    pub prompt_variables: Vec<(String, String)>,
}

/// Why a row has no words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {error}")]
pub struct WordsError {
    /// The field whose template stands in the way.
    pub field: String,
    /// Where in its file.
    pub span: Span,
    /// Why; holds no value.
    pub error: RenderError,
}

impl Templates {
    /// Every template, in a fixed order.
    pub fn all(&self) -> impl Iterator<Item = &Placed> {
        let single = [&self.prompt, &self.welcome, &self.reminder, &self.end_call_description];
        let named = self.dify_inputs.iter().chain(&self.provider_variables).chain(&self.prompt_variables);
        single
            .into_iter()
            .chain(&self.transfer_to_human)
            .chain(&self.transfer_to_agent)
            .chain([&self.dify_user, &self.dify_conversation_id])
            .chain(named.map(|(_, t)| t))
            .filter_map(Option::as_ref)
    }

    /// Renders everything for one row.
    ///
    /// # Errors
    /// The first template that can't be rendered with these values.
    pub fn render(&self, context: &Context) -> Result<Words, Box<WordsError>> {
        let one = |placed: &Option<Placed>| placed.as_ref().map(|p| render(p, context)).transpose();
        let text = |placed: &Option<Placed>| one(placed).map(Option::unwrap_or_default);
        let many = |all: &[Option<Placed>]| all.iter().map(text).collect::<Result<Vec<_>, _>>();
        let named = |all: &[(String, Option<Placed>)]| {
            all.iter().map(|(name, placed)| text(placed).map(|t| (name.clone(), t))).collect::<Result<Vec<_>, _>>()
        };
        Ok(Words {
            prompt: one(&self.prompt)?,
            welcome: one(&self.welcome)?,
            reminder: one(&self.reminder)?,
            end_call_description: one(&self.end_call_description)?,
            transfer_to_human: many(&self.transfer_to_human)?,
            transfer_to_agent: many(&self.transfer_to_agent)?,
            dify_inputs: named(&self.dify_inputs)?,
            dify_user: one(&self.dify_user)?,
            dify_conversation_id: one(&self.dify_conversation_id)?,
            provider_variables: named(&self.provider_variables)?,
            prompt_variables: named(&self.prompt_variables)?,
        })
    }
}

impl super::Agent {
    /// Everything that is said or sent as text, for one row.
    ///
    /// # Errors
    /// The first template that can't be rendered with these values.
    pub fn words(&self, context: &Context) -> Result<Words, Box<WordsError>> {
        self.templates.render(context)
    }
}

fn render(placed: &Placed, context: &Context) -> Result<String, Box<WordsError>> {
    placed.template.render(context).map_err(|error| {
        let span = error.range.clone().map_or(placed.span, |r| placed.place(r));
        Box::new(WordsError { field: placed.field.clone(), span, error })
    })
}
