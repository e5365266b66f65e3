//! Reading a project.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::context::Context;
use super::{
    DEFAULT_ENVIRONMENT, Loaded, PROJECT_FILE, Project, agent, campaign, discover, overlay, paths, plain_secrets,
    plain_secrets::PlainSecret, provider, texts,
};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::{self, Kind};
use crate::parallel;
use crate::schema::{self, Checked};
use crate::source::{SourceId, Sources, Span};
use crate::yaml::{self, Node, Segment, Yaml};

const MAKE_ONE: &str = "a project is a directory with a `callform.yaml`; name it, or make one with `callform init DIR`";

/// What is found in so many agents is kept until it is told: a megabyte holds thousands that are all wrong.
const AGENTS_AT_ONCE: usize = 128;

/// Where environment variables come from.
pub trait Environment: Sync {
    /// The value of a variable, if it is set.
    fn get(&self, name: &str) -> Option<String>;
}

/// What to read.
#[derive(Clone, Copy)]
pub struct LoadOptions<'a> {
    /// The project's directory.
    pub root: &'a Path,
    /// The environment; `None` or an empty text for the base.
    pub environment: Option<&'a str>,
    /// Environment variables, for `${env:...}` in the place of a file's path. Secrets are not read here.
    pub env: &'a dyn Environment,
    /// Texts that stand in for those of files.
    pub drafts: &'a Drafts,
}

/// Texts of documents and prompts that are not on the disk (yet), by the file's canonical path: what an editor has not
/// saved, what a fix would write. The file itself must exist. Rows are always read from the disk.
pub type Drafts = BTreeMap<PathBuf, String>;

static NO_DRAFTS: Drafts = Drafts::new();

impl<'a> LoadOptions<'a> {
    /// What the disk holds.
    pub fn new(root: &'a Path, environment: Option<&'a str>, env: &'a dyn Environment) -> Self {
        Self { root, environment, env, drafts: &NO_DRAFTS }
    }
}

/// A document of a known kind, in the chosen environment, without the values that were found wrong.
pub(super) struct Document {
    pub(super) kind: Kind,
    pub(super) file: PathBuf,
    pub(super) node: Arc<Node>,
    /// Names of its overlays.
    environments: Vec<(String, Span)>,
    /// A project's document with its overlays beside it.
    base: Option<Node>,
}

/// Reads a project. Every mistake of its documents is reported in one pass; rows of callees are not read here.
pub fn load(options: &LoadOptions<'_>) -> Loaded {
    // CI systems set unused variables to nothing.
    let options = &LoadOptions { environment: options.environment.filter(|e| !e.is_empty()), ..*options };
    let mut sources = Sources::default();
    let mut context = Context::new(options);
    let documents = read(options, &mut sources, &mut context);
    let partial = assemble(&documents, options, &mut sources, &mut context);
    let (mut diagnostics, files) = context.finish(&mut sources);
    sort(&sources, &mut diagnostics);
    Loaded { sources, diagnostics, files, partial }
}

fn sort(sources: &Sources, diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by_cached_key(|d| {
        let location = d.primary.as_ref().map(|l| sources.locate(l.span));
        // The project file first, as people read it.
        (location.as_ref().is_some_and(|l| l.path != PROJECT_FILE), location, d.code)
    });
}

fn read(options: &LoadOptions<'_>, sources: &mut Sources, context: &mut Context<'_>) -> Vec<Document> {
    let LoadOptions { root, environment, drafts, .. } = *options;
    let (root_as_it_is, files) = match discover::files(root).and_then(|files| Ok((root.canonicalize()?, files))) {
        Ok(found) => found,
        Err(error) => {
            let words = paths::io_words(&error);
            context.push(
                Diagnostic::new(Severity::Error, "E0120", format!("can't read the project's directory: {words}"))
                    .help(MAKE_ONE),
            );
            return Vec::new();
        }
    };
    let mut texts = Vec::new();
    let mut met = BTreeSet::new();
    let read = parallel::map(&files, |_| parallel::LITTLE, |file| paths::document(&root_as_it_is, file, drafts));
    for (file, read) in files.into_iter().zip(read) {
        let shown = paths::shown(root, &file);
        let text = match read {
            // A link leads to what was read already.
            Ok((real, _)) if met.contains(&real) => continue,
            Ok((real, text)) => {
                met.insert(real);
                text
            }
            Err(why) => {
                let mut diagnostic = Diagnostic::new(Severity::Error, "E0120", format!("can't read `{shown}`: {why}"));
                if shown == PROJECT_FILE {
                    diagnostic = diagnostic.help(MAKE_ONE);
                }
                context.push(diagnostic);
                context.unread.without_text();
                continue;
            }
        };
        context.files += 1;
        texts.push((sources.add(shown, text), file));
    }
    // Reading and checking a document needs nothing but its text; what comes of it is told in the order of files.
    let sources = &*sources;
    let examined =
        parallel::map(&texts, |(id, _)| sources.get(*id).text.len(), |(id, _)| examine(sources, *id, environment));
    let mut documents = Vec::new();
    for ((id, file), (found, parsed)) in texts.into_iter().zip(examined) {
        found.into_iter().for_each(|d| context.push(d));
        for document in parsed {
            if !document.whole {
                context.unread.text(id);
            }
            match document.content {
                Some(Content::Known(checks)) => documents.push(take(*checks, &file, context)),
                Some(Content::Unknown(root)) => {
                    if root.value != Yaml::Null {
                        context.unread.text(id);
                    }
                    kind_of(&root, context);
                }
                None => {}
            }
        }
    }
    documents
}

/// A document as it was read and checked.
struct Examined {
    whole: bool,
    content: Option<Content>,
}

enum Content {
    /// Of a kind that is known.
    Known(Box<Checks>),
    Unknown(Node),
}

struct Checks {
    kind: Kind,
    found: Vec<Diagnostic>,
    /// Places that hold a secret.
    secrets: Vec<Span>,
    plain_secrets: Vec<PlainSecret>,
    /// As it is in the chosen environment.
    node: Node,
    environments: Vec<(String, Span)>,
    base: Option<Node>,
}

/// Reads a text, and checks each document against the schema: as written, and then as it is in the chosen environment.
fn examine(sources: &Sources, id: SourceId, environment: Option<&str>) -> (Vec<Diagnostic>, Vec<Examined>) {
    let (parsed, found) = yaml::parse(sources, id);
    let examined = parsed.into_iter().map(|document| {
        let content =
            document.root.map(|root| match root.get("kind").and_then(Node::as_str).and_then(Kind::from_name) {
                Some(kind) => Content::Known(Box::new(checks(kind, root, sources, environment))),
                None => Content::Unknown(root),
            });
        Examined { whole: document.whole, content }
    });
    (found, examined.collect())
}

fn checks(kind: Kind, root: Node, sources: &Sources, environment: Option<&str>) -> Checks {
    let environments = match root.get("environments").map(|n| &n.value) {
        Some(Yaml::Mapping(entries)) => entries.iter().map(|e| (e.key.text.clone(), e.key.span)).collect(),
        _ => Vec::new(),
    };
    let Checked { diagnostics, beyond, secrets, root } = schema::check(kind, root);
    let mut found = diagnostics;
    found.extend(beyond);
    let plain_secrets = plain_secrets::find(sources, &root);
    let base = (kind == Kind::Project).then(|| root.clone());
    let mut node = overlay::apply(root, environment);
    if environment.is_some() {
        let merged = schema::check(kind, node);
        found.extend(merged.diagnostics);
        found.extend(merged.beyond);
        node = merged.root;
    }
    Checks { kind, found, secrets, plain_secrets, node, environments, base }
}

/// Tells what was found wrong with a document.
fn take(checks: Checks, file: &Path, context: &mut Context<'_>) -> Document {
    let Checks { kind, found, secrets, plain_secrets, node, environments, base } = checks;
    plain_secrets.into_iter().for_each(|secret| secret.report(context));
    secrets.into_iter().for_each(|s| context.redact(s));
    found.into_iter().for_each(|d| context.push(d));
    Document { kind, file: file.to_path_buf(), node: Arc::new(node), environments, base }
}

/// Says why a document's kind is not known.
fn kind_of(root: &Node, context: &mut Context<'_>) {
    let names = Kind::ALL.map(Kind::name);
    let Yaml::Mapping(entries) = &root.value else {
        if root.value != Yaml::Invalid && root.value != Yaml::Null {
            context.push(Diagnostic::error(
                "E0101",
                "a document is a map",
                root.span,
                format!("this is {}", root.type_name()),
            ));
        }
        return;
    };
    let Some(entry) = root.entry("kind") else {
        let at = entries.first().map_or(root.span, |e| e.key.span);
        let diagnostic = Diagnostic::error("E0101", "the document has no `kind`", at, "what is this?")
            .help(format!("write `kind:` with one of {}", names.join(", ")));
        context.push(diagnostic);
        return;
    };
    let text = entry.value.as_str().unwrap_or_default();
    if entry.value.value != Yaml::Invalid {
        let mut diagnostic = Diagnostic::error("E0102", "unknown `kind`", entry.value.span, "not a kind of document");
        diagnostic = match schema::nearest(text, names) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(schema::repair::rename(
                entry.value.span,
                text,
                near,
            )),
            None => diagnostic.help(format!("one of {}", names.join(", "))),
        };
        context.push(diagnostic);
    }
}

/// Decodes a document that passed the schema, less what did not; `value` is the document as JSON.
pub(super) fn decode<T: serde::de::DeserializeOwned + Default>(
    value: &serde_json::Value,
    node: &Node,
    context: &mut Context<'_>,
) -> T {
    T::deserialize(value).unwrap_or_else(|error| {
        context.unread.text(node.span.source);
        // What the schema and its forms let through decodes; otherwise the types and their schema differ.
        let at = node.place(&[]);
        context.push(Diagnostic::error(
            "E0106",
            format!("a value is not what its form promises: {error}"),
            at,
            "in this document",
        ));
        T::default()
    })
}

fn assemble(
    documents: &[Document],
    options: &LoadOptions<'_>,
    sources: &mut Sources,
    context: &mut Context<'_>,
) -> Option<Project> {
    let projects: Vec<_> = documents.iter().filter(|d| d.kind == Kind::Project).collect();
    if let [first, second, ..] = projects.as_slice() {
        let at = |d: &Document| d.node.entry("kind").map_or(d.node.span, |e| e.value.span);
        context.push(
            Diagnostic::error("E0127", "a project has one `kind: Project`", at(second), "a second one")
                .related(at(first), "the first one"),
        );
    }
    let Some(document) = projects.first() else {
        if !context.diagnostics.iter().any(Diagnostic::is_error) {
            let message = format!("`{PROJECT_FILE}` holds no `kind: Project`");
            context.push(Diagnostic::new(Severity::Error, "E0127", message));
        }
        return None;
    };
    let project: model::Project = decode(&document.node.to_json(), &document.node, context);
    environments_exist(document, documents, options, context);
    let account = provider::check(&project, &document.node, options.root, context);
    let base = document.base.as_ref().unwrap_or(&document.node);
    provider::one_ledger_per_account(base, &document.environments, context);
    unique_names(documents, context);

    let mut uses = Vec::new();
    let mut bound = project.secrets.clone().unwrap_or_default();
    // Where one of its hosts was reported, a secret may be meant for any.
    let hosts = |name: &str| document.node.get("secrets").and_then(|secrets| secrets.get(name));
    bound.retain(|name, _| !hosts(name).is_some_and(Node::holds_invalid));
    // What only one site knows is not judged where the site is not known.
    let provider_has = |key: &str| document.node.get("provider").is_some_and(|provider| provider.has_invalid(key));
    let site_is_known = !provider_has("site") && !provider_has("dialect");
    let dialect = if site_is_known { account.dialect } else { model::Dialect::China };
    let of_agents: Vec<_> = documents.iter().filter(|d| d.kind == Kind::Agent).collect();
    let mut agents = Vec::new();
    let mut agent_index = HashMap::new();
    for some in of_agents.chunks(AGENTS_AT_ONCE) {
        let prompts = texts::prompt_files(some, options, sources);
        let some: Vec<_> = some.iter().zip(prompts).collect();
        let read = &*sources;
        // An agent needs nothing of the others; what was found is told in the order of documents.
        let assembled = parallel::map(
            &some,
            |(document, _)| document.node.span.range().len(),
            |(document, prompt)| {
                let mut context = Context::new(options);
                let made = agent::assemble(document, prompt, dialect, &bound, read, &mut context);
                (made, context)
            },
        );
        for ((agent, secrets), found) in assembled {
            context.add(found);
            uses.extend(secrets);
            agent_index.entry(agent.name.clone()).or_insert(agents.len());
            agents.push(agent);
        }
    }
    let mut campaigns = Vec::new();
    for document in documents.iter().filter(|d| d.kind == Kind::Campaign) {
        campaigns.extend(campaign::assemble(document, &agents, &agent_index, sources, context));
    }
    campaigns.sort_by(|a: &super::Campaign, b| a.name.cmp(&b.name));
    uses.sort();
    uses.dedup();
    let provider = project.provider.clone().unwrap_or_default();
    let environment = options.environment.unwrap_or(DEFAULT_ENVIRONMENT);
    Some(Project {
        root: options.root.to_path_buf(),
        name: project.name.clone().unwrap_or_default(),
        environment: environment.to_owned(),
        environments: document.environments.iter().map(|(name, _)| name.clone()).collect(),
        same_account: provider::same_account(base, &document.environments, environment),
        site: account.site,
        dialect: account.dialect,
        sdk_app_id: provider.sdk_app_id.unwrap_or_default(),
        provider,
        ledger: account.ledger,
        plan: project.plan.clone().unwrap_or_default(),
        lint: project.lint.clone().unwrap_or_default(),
        node: document.node.clone(),
        agents,
        campaigns,
        secrets_to_hosts: uses,
    })
}

/// The chosen environment is one that the project names; so is every one that another document lays over itself.
fn environments_exist(
    project: &Document,
    documents: &[Document],
    options: &LoadOptions<'_>,
    context: &mut Context<'_>,
) {
    if project.base.as_ref().is_some_and(|base| base.has_invalid("environments")) {
        return;
    }
    let known: Vec<_> = project.environments.iter().map(|(name, _)| name.as_str()).collect();
    let chosen = options.environment.filter(|e| *e != DEFAULT_ENVIRONMENT);
    let at_project = project.node.place(&[Segment::Key("name".into())]);
    let chosen = chosen.map(|name| (name, at_project, "this project does not name it"));
    let overlays = documents.iter().filter(|d| d.kind != Kind::Project).flat_map(|d| &d.environments);
    let overlays = overlays.map(|(name, span)| (name.as_str(), *span, "an overlay that nothing chooses"));
    for (name, span, label) in chosen.into_iter().chain(overlays) {
        if known.contains(&name) {
            continue;
        }
        let mut diagnostic = Diagnostic::error("E0128", format!("no environment is called `{name}`"), span, label);
        diagnostic = if let Some(near) = schema::nearest(name, known.iter().copied()) {
            diagnostic.help(format!("did you mean `{near}`?"))
        } else if known.is_empty() {
            diagnostic.help("`environments` of the project names none; name it there, if only with `{}`")
        } else {
            diagnostic.help(format!("`environments` of the project names {}", known.join(", ")))
        };
        context.push(diagnostic);
    }
}

fn unique_names(documents: &[Document], context: &mut Context<'_>) {
    let mut seen: BTreeMap<(Kind, String), Span> = BTreeMap::new();
    for document in documents {
        let Some(name) = document.node.get("name") else { continue };
        let Some(text) = name.as_str() else { continue };
        if document.kind == Kind::Project {
            continue;
        }
        match seen.get(&(document.kind, text.to_owned())) {
            Some(first) => context.push(
                Diagnostic::error(
                    "E0129",
                    format!("two documents of `kind: {}` are called `{text}`", document.kind),
                    name.span,
                    "and here",
                )
                .related(*first, "called so here"),
            ),
            None => {
                seen.insert((document.kind, text.to_owned()), name.span);
            }
        }
    }
}
