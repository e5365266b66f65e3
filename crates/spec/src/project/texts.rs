//! Reading the templates of an agent where they stand: in its document, or in the prompt's file.

use super::agent::keys;
use super::context::Context;
use super::load::{Document, LoadOptions};
use super::words::{Placed, Templates};
use super::{paths, plain_secrets};
use crate::diagnostic::{Diagnostic, Fix};
use crate::model::{self, EndCall, Prompt, TransferToAgent, TransferToHuman, Welcome};
use crate::parallel;
use crate::schema;
use crate::source::{SourceId, Sources, Span};
use crate::template::Template;
use crate::yaml::{self, Layout, Node, Segment};

/// The file with an agent's prompt: its text, none if the prompt stands in the document, or why it can't be read.
pub(super) type PromptFile = Result<Option<SourceId>, Box<Diagnostic>>;

/// Reads the files with the prompts of agents.
pub(super) fn prompt_files(
    documents: &[&Document],
    options: &LoadOptions<'_>,
    sources: &mut Sources,
) -> Vec<PromptFile> {
    let read = parallel::map(documents, |_| parallel::LITTLE, |document| prompt_file(document, options));
    read.into_iter().map(|read| Ok(read?.map(|(shown, text)| sources.add(shown, text)))).collect()
}

/// The path as shown, and the text.
fn prompt_file(document: &Document, options: &LoadOptions<'_>) -> Result<Option<(String, String)>, Box<Diagnostic>> {
    let at = keys(&["prompt", "file"]);
    let Some(named) = document.node.at(&at).and_then(|(node, _)| node.as_str()) else { return Ok(None) };
    let span = document.node.place(&at);
    let path = paths::resolve(options.root, &document.file, named, span)?;
    let shown = paths::shown(options.root, &path);
    match paths::read_text(&path, options.drafts) {
        Ok(text) => Ok(Some((shown, text))),
        Err(error) => {
            let message = format!("can't read `{shown}`");
            Err(Box::new(Diagnostic::error("E0122", message, span, paths::io_words(&error))))
        }
    }
}

/// A text that is to be said, and of which YAML takes the end for a comment.
fn cut_short(sources: &Sources, node: &Node, comment: Span, field: &str) -> Diagnostic {
    let both = Span { start: node.span.start, ..comment };
    let mut told =
        Diagnostic::error("E0010", format!("a comment ends the text of `{field}`"), comment, "not a part of it")
            .related(node.span, "all of the text")
            .help("put the whole text into quotes; if it is a comment, write a blank behind its `#`");
    // What it is, a person knows.
    let quotable = !node.flow && !sources.slice(both).contains(['"', '\\']);
    told.fix = quotable.then(|| Fix { safe: false, ..schema::repair::quote(both) });
    told
}

/// Reads templates where they stand.
pub(super) struct Reader<'a, 'c> {
    pub(super) document: &'a Document,
    pub(super) spec: &'a model::Agent,
    pub(super) prompt: &'a PromptFile,
    pub(super) sources: &'a Sources,
    pub(super) context: &'a mut Context<'c>,
}

impl Reader<'_, '_> {
    /// All of them. The prompt's text takes its file's place in `effective`.
    pub(super) fn templates(mut self, effective: &mut serde_json::Value) -> Templates {
        let spec = self.spec;
        let mut templates = Templates::default();
        match &spec.prompt {
            Some(Prompt::Short(text)) => templates.prompt = self.at(keys(&["prompt"]), text),
            Some(Prompt::Long(_)) => {
                if let Some((text, layout)) = self.prompt_file() {
                    effective["prompt"] = text.clone().into();
                    templates.prompt = self.parse("prompt".into(), &text, layout);
                }
            }
            None => {}
        }
        match &spec.welcome {
            Some(Welcome::Short(text)) => templates.welcome = self.at(keys(&["welcome"]), text),
            Some(Welcome::Long(options)) => {
                templates.welcome = self.optional(&["welcome", "message"], options.message.as_deref());
            }
            None => {}
        }
        templates.reminder =
            self.optional(&["silence", "message"], spec.silence.as_ref().and_then(|s| s.message.as_deref()));
        if let Some(functions) = &spec.functions {
            if let Some(EndCall::Long(options)) = &functions.end_call {
                templates.end_call_description =
                    self.optional(&["functions", "endCall", "description"], options.description.as_deref());
            }
            if let Some(transfer) = &functions.transfer_to_human {
                let (items, list) = match transfer {
                    TransferToHuman::Short(items) => (items.as_slice(), keys(&["functions", "transferToHuman"])),
                    TransferToHuman::Long(options) => {
                        (options.items.as_deref().unwrap_or_default(), keys(&["functions", "transferToHuman", "items"]))
                    }
                };
                let texts: Vec<_> = items.iter().map(|i| i.description.as_deref()).collect();
                templates.transfer_to_human = self.items(&list, &texts);
            }
            if let Some(transfer) = &functions.transfer_to_agent {
                let (items, list) = match transfer {
                    TransferToAgent::Short(items) => (items.as_slice(), keys(&["functions", "transferToAgent"])),
                    TransferToAgent::Long(options) => {
                        (options.items.as_deref().unwrap_or_default(), keys(&["functions", "transferToAgent", "items"]))
                    }
                };
                let texts: Vec<_> = items.iter().map(|i| i.description.as_deref()).collect();
                templates.transfer_to_agent = self.items(&list, &texts);
            }
        }
        if let Some(dify) = spec.llm.as_ref().and_then(|l| l.dify.as_ref()) {
            templates.dify_inputs = self.named(&["llm", "dify", "inputs"], dify.inputs.as_ref());
            templates.dify_user = self.optional(&["llm", "dify", "user"], dify.user.as_deref());
            templates.dify_conversation_id =
                self.optional(&["llm", "dify", "conversationId"], dify.conversation_id.as_deref());
        }
        templates.provider_variables = self.named(&["providerVariables"], spec.provider_variables.as_ref());
        templates.prompt_variables = self.named(&["promptVariables"], spec.prompt_variables.as_ref());
        templates
    }

    fn items(&mut self, list: &[Segment], texts: &[Option<&str>]) -> Vec<Option<Placed>> {
        let one = |(i, text): (usize, &Option<&str>)| {
            let mut path = list.to_vec();
            path.extend([Segment::Index(i), Segment::Key("description".into())]);
            self.at(path, (*text)?)
        };
        texts.iter().enumerate().map(one).collect()
    }

    fn named(
        &mut self,
        path: &[&str],
        texts: Option<&indexmap::IndexMap<String, String>>,
    ) -> Vec<(String, Option<Placed>)> {
        let one = |(name, text): (&String, &String)| {
            let mut path = keys(path);
            path.push(Segment::Key(name.clone()));
            (name.clone(), self.at(path, text))
        };
        texts.into_iter().flatten().map(one).collect()
    }

    fn optional(&mut self, path: &[&str], text: Option<&str>) -> Option<Placed> {
        self.at(keys(path), text?)
    }

    fn at(&mut self, path: Vec<Segment>, text: &str) -> Option<Placed> {
        let (node, _) = self.document.node.at(&path)?;
        if let Some(comment) = yaml::cut_short(self.sources, node) {
            let field = schema::dotted(&path);
            self.context.push(cut_short(self.sources, node, comment, &field));
        }
        let layout = Layout::of_scalar(self.sources, node, text);
        self.parse(schema::dotted(&path), text, layout)
    }

    fn prompt_file(&mut self) -> Option<(String, Layout)> {
        let id = match self.prompt {
            Ok(id) => (*id)?,
            Err(diagnostic) => {
                self.context.push((**diagnostic).clone());
                return None;
            }
        };
        self.context.files += 1;
        let text = &*self.sources.get(id).text;
        let text = text.strip_suffix('\n').unwrap_or(text).to_owned();
        let whole = Span::new(id, 0..text.len());
        plain_secrets::find_in_file(&text, whole).into_iter().for_each(|secret| secret.report(self.context));
        Some((text, Layout::of_file(whole)))
    }

    fn parse(&mut self, field: String, text: &str, layout: Layout) -> Option<Placed> {
        match Template::parse(text) {
            Ok(template) => {
                Some(Placed { span: layout.place(0..text.len()), field, template, text: text.to_owned(), layout })
            }
            Err(errors) => {
                for error in errors {
                    let mut diagnostic = Diagnostic::error(
                        "E0133",
                        error.message,
                        layout.place(error.range),
                        format!("in the template of `{field}`"),
                    );
                    if let Some(help) = error.help {
                        diagnostic = diagnostic.help(help);
                    }
                    self.context.push(diagnostic);
                }
                None
            }
        }
    }
}
