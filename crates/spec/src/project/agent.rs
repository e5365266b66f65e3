//! Agents: what the schema cannot say about them.

use std::collections::BTreeMap;

use super::load::{Context, Document, decode};
use super::words::{Placed, Templates};
use super::{Agent, Declared, paths, provider, secrets};
use crate::diagnostic::Diagnostic;
use crate::model::{self, Dialect, Duration, EndCall, Prompt, TransferToAgent, TransferToHuman, VariableType, Welcome};
use crate::schema;
use crate::source::Span;
use crate::template::{self, Template};
use crate::value::{self, Kind, Raw, Rules};
use crate::yaml::{Layout, Node, Segment};

/// Assembles an agent, reporting what is wrong with it.
pub(super) fn assemble(
    document: &Document,
    dialect: Dialect,
    bound: &BTreeMap<String, Vec<String>>,
    uses: &mut Vec<super::SecretUse>,
    context: &mut Context<'_>,
) -> Agent {
    let node = &document.node;
    let spec: model::Agent = decode(node, context);
    let name = spec.name.clone().unwrap_or_default();
    let variables = variables(&spec, node, context);
    let mut effective = node.to_json();
    let before = context.diagnostics.len();
    let templates = Reader { document, spec: &spec, context }.templates(&mut effective);
    undefined(&templates, &variables, node, context);
    let speaks = context.diagnostics.len() == before;
    ranges(&spec, node, context);
    rules(&spec, node, dialect, context);
    secrets::check(&name, &spec, node, bound, uses, context.diagnostics);
    Agent { name, spec, variables, effective, templates, node: node.clone(), speaks }
}

pub(super) fn keys(path: &[&str]) -> Vec<Segment> {
    path.iter().map(|k| Segment::Key((*k).to_owned())).collect()
}

/// A value of a document as a value of a variable; `None` for lists, maps and nothing.
pub(super) fn raw(value: &serde_json::Value) -> Option<Raw> {
    match value {
        serde_json::Value::String(text) => Some(Raw::Text(text.clone())),
        serde_json::Value::Number(number) => Some(Raw::Number(number.clone())),
        serde_json::Value::Bool(b) => Some(Raw::Boolean(*b)),
        _ => None,
    }
}

fn variables(spec: &model::Agent, node: &Node, context: &mut Context<'_>) -> Vec<Declared> {
    let mut declared = Vec::new();
    for (name, variable) in spec.variables.iter().flatten() {
        let before = context.diagnostics.len();
        let path = |field: &str| {
            let mut path = keys(&["variables", name]);
            if !field.is_empty() {
                path.push(Segment::Key(field.into()));
            }
            path
        };
        if !template::is_name(name) {
            context.push(
                Diagnostic::error("E0130", format!("`{name}` is not a name of a variable"), node.place(&path("")), "not a name")
                    .help("a name is made of letters, digits and `_`, and does not start with a digit: a template writes it as it is"),
            );
        }
        let kind = match variable.kind.unwrap_or(VariableType::Text) {
            VariableType::Text => Kind::Text,
            VariableType::Number => Kind::Number,
            VariableType::Boolean => Kind::Boolean,
            VariableType::Date => Kind::Date,
            VariableType::Datetime => Kind::DateTime,
            VariableType::Choice => Kind::Choice,
        };
        let belongs = [
            ("maxLength", variable.max_length.is_some(), &[Kind::Text][..]),
            ("multiline", variable.multiline.is_some(), &[Kind::Text]),
            ("min", variable.min.is_some(), &[Kind::Number]),
            ("max", variable.max.is_some(), &[Kind::Number]),
            ("choices", variable.choices.is_some(), &[Kind::Choice]),
        ];
        for (field, set, kinds) in belongs {
            if set && !kinds.contains(&kind) {
                let message = format!("`{field}` says nothing about a variable of type {kind}");
                context.push(
                    Diagnostic::error("E0131", message, node.place(&path(field)), "has no effect")
                        .help(format!("remove it, or write `type: {}`", kinds[0])),
                );
            }
        }
        if kind == Kind::Choice && variable.choices.is_none() {
            context.push(
                Diagnostic::error("E0131", format!("`{name}` is a choice without `choices`"), node.place(&path("")), "a choice of what?")
                    .help("list its values under `choices:`"),
            );
        }
        let rules = Rules {
            kind,
            multiline: variable.multiline.unwrap_or(false),
            max_length: variable.max_length.and_then(|n| usize::try_from(n).ok()),
            min: variable.min.as_ref().and_then(serde_json::Number::as_f64),
            max: variable.max.as_ref().and_then(serde_json::Number::as_f64),
            choices: variable.choices.clone().unwrap_or_default(),
        };
        let mut check = |field: &str, value: &Option<serde_json::Value>| {
            let raw = value.as_ref().and_then(raw)?;
            match value::check(&rules, &raw) {
                Ok(value) => Some(value),
                Err(error) => {
                    context.push(value_error("E0132", &format!("the {field} of `{name}`"), &error, node.place(&path(field))));
                    None
                }
            }
        };
        check("example", &variable.example);
        let default = check("default", &variable.default);
        let broken = context.diagnostics.len() > before;
        declared.push(Declared { name: name.clone(), rules, default, broken });
    }
    declared
}

pub(super) fn value_error(code: &'static str, what: &str, error: &value::ValueError, span: Span) -> Diagnostic {
    let mut diagnostic = Diagnostic::error(code, format!("{what} does not fit: {}", error.message), span, "does not fit");
    if let Some(help) = &error.help {
        diagnostic = diagnostic.help(help.clone());
    }
    diagnostic
}

/// Reads templates where they stand.
struct Reader<'a, 'c> {
    document: &'a Document,
    spec: &'a model::Agent,
    context: &'a mut Context<'c>,
}

impl Reader<'_, '_> {
    fn templates(mut self, effective: &mut serde_json::Value) -> Templates {
        let spec = self.spec;
        let mut templates = Templates::default();
        match &spec.prompt {
            Some(Prompt::Short(text)) => templates.prompt = self.at(keys(&["prompt"]), text),
            Some(Prompt::Long(file)) => {
                if let Some(named) = &file.file
                    && let Some((text, layout)) = self.prompt_file(named)
                {
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
        templates.reminder = self.optional(&["silence", "message"], spec.silence.as_ref().and_then(|s| s.message.as_deref()));
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

    fn named(&mut self, path: &[&str], texts: Option<&indexmap::IndexMap<String, String>>) -> Vec<(String, Option<Placed>)> {
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
        let layout = Layout::of_scalar(self.context.sources, node, text);
        self.parse(schema::dotted(&path), text, layout)
    }

    fn prompt_file(&mut self, named: &str) -> Option<(String, Layout)> {
        let span = self.document.node.place(&keys(&["prompt", "file"]));
        let path = match paths::resolve(self.context.root, &self.document.file, named, span) {
            Ok(path) => path,
            Err(diagnostic) => {
                self.context.push(*diagnostic);
                return None;
            }
        };
        match paths::read_text(&path) {
            Ok(text) => {
                self.context.files += 1;
                let id = self.context.sources.add(paths::shown(self.context.root, &path), text.clone());
                let text = text.strip_suffix('\n').unwrap_or(&text).to_owned();
                let layout = Layout::of_file(Span::new(id, 0..text.len()));
                Some((text, layout))
            }
            Err(error) => {
                let message = format!("can't read `{}`", paths::shown(self.context.root, &path));
                self.context.push(Diagnostic::error("E0122", message, span, paths::io_words(&error)));
                None
            }
        }
    }

    fn parse(&mut self, field: String, text: &str, layout: Layout) -> Option<Placed> {
        match Template::parse(text) {
            Ok(template) => Some(Placed { span: layout.place(0..text.len()), field, template, text: text.to_owned(), layout }),
            Err(errors) => {
                for error in errors {
                    let mut diagnostic =
                        Diagnostic::error("E0133", error.message, layout.place(error.range), format!("in the template of `{field}`"));
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

/// Every variable that a template uses is declared. Told once for each name and template.
fn undefined(templates: &Templates, variables: &[Declared], node: &Node, context: &mut Context<'_>) {
    for placed in templates.all() {
        let mut told = std::collections::BTreeSet::new();
        for used in placed.template.uses() {
            if variables.iter().any(|v| v.name == used.name) || !told.insert(used.name.clone()) {
                continue;
            }
            let mut diagnostic = Diagnostic::error(
                "E0134",
                format!("`{}` is not declared", used.name),
                placed.place(used.range.clone()),
                format!("used in the template of `{}`", placed.field),
            );
            if let Some(entry) = node.entry("variables") {
                diagnostic = diagnostic.related(entry.key.span, "variables are declared here");
            }
            diagnostic = match schema::nearest(&used.name, variables.iter().map(|v| v.name.as_str())) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None => diagnostic.help(format!("declare it under `variables:` of the agent: `{}: {{}}`", used.name)),
            };
            context.push(diagnostic);
        }
    }
}

/// Durations have bounds that a schema cannot say.
fn ranges(spec: &model::Agent, node: &Node, context: &mut Context<'_>) {
    let ms = Duration::from_millis;
    let silence = spec.silence.as_ref();
    let limits = spec.limits.as_ref();
    let vad = spec.vad.as_ref().and_then(|v| v.silence);
    let hour = ms(3_600_000);
    let day = ms(86_400_000);
    let checks: [(&[&str], Option<Duration>, Duration, Duration, bool); 8] = [
        (&["silence", "remindAfter"], silence.and_then(|s| s.remind_after), ms(10_000), hour, false),
        (&["silence", "hangUpAfter"], silence.and_then(|s| s.hang_up_after), ms(1), hour, false),
        (&["vad", "silence"], vad, ms(240), ms(2000), false),
        (&["interruption", "after"], spec.interruption.as_ref().and_then(|i| i.after), ms(0), ms(60_000), false),
        (&["limits", "call"], limits.and_then(|l| l.call), ms(1000), day, false),
        (&["limits", "ring"], limits.and_then(|l| l.ring), ms(1000), hour, true),
        (&["limits", "queue"], limits.and_then(|l| l.queue), ms(0), ms(5000), true),
        (&["fillerWords", "after"], spec.filler_words.as_ref().and_then(|f| f.after), ms(0), ms(60_000), false),
    ];
    for (path, duration, least, most, seconds) in checks {
        let Some(duration) = duration else { continue };
        let (name, at) = (path.join("."), node.place(&keys(path)));
        if duration < least || duration > most {
            context.push(Diagnostic::error("E0108", format!("`{name}` is out of range"), at, format!("from {least} to {most}")));
        } else if seconds && duration.whole_seconds().is_none() {
            context.push(Diagnostic::error("E0108", format!("`{name}` is told in whole seconds"), at, "not whole seconds"));
        }
    }
    if let Some(Welcome::Long(options)) = &spec.welcome
        && let Some(delay) = options.delay
        && (delay > ms(60_000) || delay.whole_seconds().is_none())
    {
        let at = node.place(&keys(&["welcome", "delay"]));
        context.push(Diagnostic::error("E0108", "`welcome.delay` is out of range", at, "whole seconds from 0s to 60s"));
    }
}

fn rules(spec: &model::Agent, node: &Node, dialect: Dialect, context: &mut Context<'_>) {
    if dialect == Dialect::Intl {
        let functions = spec.functions.as_ref();
        let china_only: [(&[&str], bool, &str); 3] = [
            (&["stt"], spec.stt.is_some(), "CustomSTTConfig"),
            (
                &["functions", "transferToAgent"],
                functions.is_some_and(|f| f.transfer_to_agent.is_some()),
                "TransferToAgentEnable",
            ),
            (&["limits", "queue"], spec.limits.as_ref().is_some_and(|l| l.queue.is_some()), "AcquireTimeoutSecond"),
        ];
        for (path, set, parameter) in china_only {
            if set {
                let message = format!("`{}` is known on the China site only", path.join("."));
                context.push(
                    Diagnostic::error("E0135", message, node.place(&keys(path)), format!("{parameter} is refused by this site"))
                        .help("remove it, or put it into the environment that calls through `site: china`"),
                );
            }
        }
    }
    let llm = spec.llm.as_ref();
    let url_fields = [("openai", llm.and_then(|l| l.openai.as_ref()).and_then(|m| m.url.as_deref())),
        ("azure", llm.and_then(|l| l.azure.as_ref()).and_then(|m| m.url.as_deref())),
        ("minimax", llm.and_then(|l| l.minimax.as_ref()).and_then(|m| m.url.as_deref())),
        ("dify", llm.and_then(|l| l.dify.as_ref()).and_then(|m| m.url.as_deref()))];
    let tts = spec.tts.as_ref();
    let tts_fields = [("minimax", tts.and_then(|t| t.minimax.as_ref()).and_then(|t| t.url.as_deref())),
        ("custom", tts.and_then(|t| t.custom.as_ref()).and_then(|t| t.url.as_deref()))];
    let all = url_fields.iter().map(|f| ("llm", f)).chain(tts_fields.iter().map(|f| ("tts", f)));
    for (group, (vendor, url)) in all {
        let Some(url) = url else { continue };
        let path = [group, vendor, "url"];
        let at = node.place(&keys(&path));
        if url.starts_with("http://") && !provider::is_loopback(url) {
            context.push(provider::plain_http(&path.join("."), at));
        }
        let authority = url.split('/').nth(2).unwrap_or_default();
        if authority.contains('@') {
            context.redact(at);
            context.push(
                Diagnostic::error("E0109", format!("`{}` holds a name and password", path.join(".")), at, "a secret in a URL")
                    .help("the key belongs into `apiKey`, as a reference"),
            );
        }
    }
    extractions(spec, node, context);
    if let Some(welcome) = &spec.welcome
        && let Welcome::Long(options) = welcome
        && options.mode == Some(model::WelcomeMode::Generated)
        && options.message.as_deref().is_some_and(|m| !m.is_empty())
    {
        context.push(
            Diagnostic::error("E0137", "`welcome.message` is not said with `mode: generated`", node.place(&keys(&["welcome", "message"])), "never said")
                .related(node.place(&keys(&["welcome", "mode"])), "the model makes the words itself")
                .help("remove one of the two"),
        );
    }
}

fn extractions(spec: &model::Agent, node: &Node, context: &mut Context<'_>) {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (i, extract) in spec.extract.iter().flatten().enumerate() {
        let path = |field: &str| vec![Segment::Key("extract".into()), Segment::Index(i), Segment::Key(field.into())];
        if let Some(name) = extract.name.as_deref() {
            if let Some(first) = seen.get(name) {
                let first = vec![Segment::Key("extract".into()), Segment::Index(*first), Segment::Key("name".into())];
                context.push(
                    Diagnostic::error("E0136", format!("two extractions are called `{name}`"), node.place(&path("name")), "and here")
                        .related(node.place(&first), "called so here")
                        .help("InfoName must be unique"),
                );
            }
            seen.entry(name).or_insert(i);
        }
        if extract.kind == Some(model::ExtractType::Selector) && extract.choices.is_none() {
            context.push(
                Diagnostic::error("E0136", "a selector needs `choices`", node.place(&path("type")), "chooses from what?")
                    .help("list its values under `choices:`"),
            );
        } else if extract.choices.is_some() && extract.kind.is_some_and(|k| k != model::ExtractType::Selector) {
            context.push(
                Diagnostic::error("E0136", "`choices` belong to a selector", node.place(&path("choices")), "has no effect")
                    .help("write `type: selector`, or remove them"),
            );
        }
    }
}
